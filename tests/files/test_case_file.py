"""What a case calls its sides: read strictly, by role, every fault with its line."""

from shutil import copytree

import pytest

from sim.files.case import BUNDLED, Case
from sim.files.case_file import ROLES, case_file, default_of, read_case_file
from sim.files.paths import program_file
from sim.files.yaml_tree import FaultyInput
from sim.state.kinds import Side

TEXT = program_file("params", "case.yaml").read_text()


def read_changed(tmp_path, *pairs):
    text = TEXT
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "case.yaml"
    path.write_text(text)
    return read_case_file(path)


def ids(case):
    return tuple(row.side for row in case.sides)


def test_roles_have_the_numbers_of_the_rules():
    assert tuple(side.name.lower() for side in Side) == ROLES
    assert ids(case_file()) == ("army", "rebels", "un")


def test_sides_stand_by_their_roles_whatever_the_order_of_the_file(tmp_path):
    swapped = (
        ("role: advancing", "role: x"),
        ("role: contesting", "role: advancing"),
        ("role: x", "role: contesting"),
    )
    assert ids(read_changed(tmp_path, *swapped)) == ("rebels", "army", "un")


def test_the_chief_scenario_may_be_left_out(tmp_path):
    assert read_changed(tmp_path, ("chief: kidal-offensive\n", "")).chief is None


def test_what_is_meant_where_nothing_is_named_is_the_cases_own(tmp_path):
    assert default_of(BUNDLED, "rivals", "design") == "go-conditions"
    assert default_of(BUNDLED, "plan", "plan of a calibration") == "october"
    copytree(BUNDLED.path("params", "new", "case"), tmp_path / "salt")
    case = Case(tmp_path / "salt")
    with pytest.raises(FaultyInput) as caught:  # the file that is lent speaks of designs that are not there
        default_of(case, "rivals", "design of competing explanations")
    assert str(caught.value).endswith(
        "params/case.yaml: names no design of competing explanations that is meant where none is given; "
        "expected a name, or `rivals: NAME` in params/case.yaml"
    )
    case.path("params", "case.yaml").write_text(TEXT.replace("go-conditions", "eyes"))
    assert default_of(case, "rivals", "design of competing explanations") == "eyes"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("role: contesting", "role: advancing", "role: 'advancing' is taken; expected another one"),
        ("side: rebels", "side: army", "side: 'army' is taken; expected another one"),
        ("side: rebels", "side: none", "side: 'none' is taken; expected another one"),
        (
            "role: contesting",
            "role: contest",
            "role: 'contest' is not known; expected 'advancing', 'contesting' or",
        ),
        (
            'face: "#ecc3d8"',
            "face: pink",
            "face: 'pink' is not a colour; expected something like '#009e73'",
        ),
        ("hatch: '\\\\\\\\'", "hatch: abc", "hatch: 'abc' is not a hatch; expected some of"),
        ('ink: "#a8487f"', 'inc: "#a8487f"', "'inc' is not a key here; did you mean 'ink'?"),
        ("dashes: [1.6, 1]", "dashes: [1.6]", "dashes: holds 1; expected 2 or more"),
    ],
)
def test_a_fault_has_its_line(tmp_path, old, new, fault):
    with pytest.raises(FaultyInput) as caught:
        read_changed(tmp_path, (old, new))
    line = 1 + TEXT[: TEXT.index(old)].count("\n")
    assert any(f"case.yaml:{line}: {fault}" in text for text in str(caught.value).split("\n"))


def test_a_side_that_is_missing_is_told(tmp_path):
    with pytest.raises(FaultyInput, match="sides: holds 2; expected 3 or more"):
        read_changed(tmp_path, (TEXT[TEXT.index("  - role: withdrawing") :], ""))
