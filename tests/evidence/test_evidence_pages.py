"""What pages say of the evidence that is kept: what pays, and which numbers rest on one island."""

import importlib.util
from pathlib import Path

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
    found = {"ladder": {"models": [{"name": f"without {name}", "over_first_all": row} for name, row in ROWS]}}
    said = pages._could_go(found)
    assert "pay for themselves: mines;" in said
    assert "not measurably worse: raids, scouts." in said


ROWS = [
    ("mines", {"value": -3.0, "error": 0.3}),
    ("raids", {"value": -0.3, "error": 0.3}),
    ("scouts", {"value": 0.0, "error": 0.0}),
]


@pytest.mark.parametrize(
    ("logs", "said"),
    [
        ([[-1.0, -1.0], [-1.0, -1.1], [-1.0, -0.9]], ""),
        ([[-1.0, 2.0], [-1.0, -1.0], [-1.0, None]], "one of 3 islands has 95% of the sum"),
        ([[None, None]] * 3, ""),
    ],
)
def test_a_number_of_one_island_says_so(logs, said):
    one = {"name": "base", "silent": [], "collapsed": 0, "islands": 3, "logs": logs}
    assert pages._remark(one) == said
