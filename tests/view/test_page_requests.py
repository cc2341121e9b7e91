"""Crafted requests to a page that is served, a few of each kind; `benchmarks/page_requests.py` has all of them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from page_requests import chosen, mishandled, requests, served


def test_crafted_requests_are_answered_or_ended_as_they_should_be():
    some = chosen(20)
    assert len({request.name for request in some}) == 20
    with served() as port:
        assert mishandled(port, some) == []


def test_there_are_a_hundred_and_more():
    names = [request.name for request in requests()]
    assert len(names) > 100
    assert len(set(names)) == len(names)
