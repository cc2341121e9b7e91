"""What a check sees and does not refuse."""

import pytest

from sim.files.case import BUNDLED

STAGE = (BUNDLED.path("scenarios") / "gao-anefis.yaml").read_text(encoding="utf-8")
POST = "garrisons: [{id: post, place: anefis, side: army, persons: 9, vehicles: 1, source: t, known: 2023-10-02}]"
REFUGES = "refuges: [abeibara, tinzaouaten]"


def line_of(text, piece):
    return next(i for i, line in enumerate(text.splitlines(), 1) if piece in line)


@pytest.mark.parametrize(
    ("old", "new", "at", "note"),
    [
        (REFUGES, "refuges: [gao]", "refuges: [gao]", "the refuge 'gao' is held by army at the start, an enemy of mnla,"),
        (REFUGES, "refuges: [kidal]", "id: mnla", "'kidal', the home of mnla, is a refuge too: it starts ready to fight;"),
        (REFUGES, f"{REFUGES}\n{POST}", "{place: anefis, held_by", "'anefis' has a garrison, post: it starts held by army"),
    ],
)  # fmt: skip
def test_a_note_is_told_with_its_line_and_refuses_nothing(kidal, tmp_path, old, new, at, note):
    text = STAGE.replace(old, new)
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    code, out, _ = kidal("check", "s.yaml")
    first, *rest = out.splitlines()
    assert (code, first) == (0, "s.yaml: in order")
    assert any(row.startswith(f"s.yaml:{line_of(text, at)}: note: {note}") for row in rest)


def test_a_group_that_has_withdrawn_to_its_home_is_meant(kidal, tmp_path):
    text = STAGE.replace("home: kidal,", "home: kidal, withdrawn: true,").replace(REFUGES, "refuges: [kidal]")
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    assert kidal("check", "s.yaml")[:2] == (0, "s.yaml: in order\n")
