"""What pages say of the evidence that is kept: what pays, and which numbers rest on one island."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

MADE_BY = Path(__file__).resolve().parents[2] / "docs/make/evidence.py"
SPEC = importlib.util.spec_from_file_location("pages_of_evidence", MADE_BY)
assert SPEC is not None
assert SPEC.loader is not None
pages = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(pages)


@pytest.mark.parametrize(
    ("value", "error", "said"), [(3.0, 0.3, True), (0.5, 0.3, False), (-3.0, 0.3, False), (0.0, 0.0, False)]
)
def test_a_mechanism_pays_only_if_the_whole_is_ahead_without_it(value, error, said):
    """On the same keys a mechanism that does nothing gives 0 with no error."""
    assert pages.pays(value, error) == said


def test_what_the_ladder_says_could_go_takes_in_what_moves_nothing():
    found = {
        "ladder": {
            "models": [MODEL | {"name": f"without {name}", "over_first_all": row} for name, row in ROWS]
        }
    }
    said = pages._could_go(found)
    assert "pay for themselves: mines;" in said
    assert "not measurably worse: raids, scouts." in said


MODEL = {"rests_on_one": False}
ROWS = [
    ("mines", {"value": -3.0, "error": 0.3}),
    ("raids", {"value": -0.3, "error": 0.3}),
    ("scouts", {"value": 0.0, "error": 0.0}),
]


@pytest.mark.parametrize(
    ("share", "rests", "said"),
    [(0.4, False, ""), (0.95, True, "no estimate yet: one of 3 islands has 95% of the sum")],
)
def test_a_number_of_one_island_says_so(share, rests, said):
    one = {
        "name": "base",
        "silent": [],
        "collapsed": 0,
        "islands": 3,
        "largest_share": share,
        "rests_on_one": rests,
    }
    assert pages._remark(one) == said


def test_rows_apart_are_summed_with_an_error_by_leaving_out_islands():
    """Of one row it is the difference of its means; islands that agree have no error."""

    def kept(logs):
        return pages._filtered({"name": "one", "logs": logs.tolist(), "roots": [90] * 3, "runs": 100})

    mine, other = np.array([[-1.0, -2.0, -0.5]] * 3), np.array([[-1.0, -1.0, -1.5]] * 3)
    both = [kept(mine), kept(other)]
    assert pages._summed(*both, [0, 2]) == {"value": pytest.approx(1.0), "error": pytest.approx(0.0)}
    apart = [kept(mine + np.array([[0.0], [0.3], [-0.3]]) * np.array([0.0, 1.0, 0.0])), kept(other)]
    assert pages._summed(*apart, [2])["value"] == pytest.approx(1.0)
    assert pages._summed(*apart, [1])["error"] > 0.1
