"""What is seen in a record and not refused."""

import shutil

import pytest
from bundled import bundled_record

from sim.files.case import BUNDLED, Case
from sim.files.notes import as_lines
from sim.record.record import load_record

NEW = BUNDLED.path("params", "new", "case")
FORT = "  - id: fort\n"


def noted(tmp_path, name, edit):
    """The notes on the record of a new case, one of whose files is edited."""
    shutil.copytree(NEW, tmp_path / "case")
    path = tmp_path / "case" / "record" / f"{name}.yaml"
    path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")
    return as_lines(load_record(Case(tmp_path / "case")).notes)


def test_no_note_is_made_on_a_bundled_record():
    assert bundled_record().notes == load_record(Case(NEW)).notes == ()


def again(text, name):
    """The rows of a file with its first row once more under another id."""
    row = text[text.index("  - id: ") :].split("\n\n")[0].split("\n  - id: ")[0]
    return f"{text.rstrip()}\n{row.replace(row.splitlines()[0], f'  - id: {name}', 1)}\n"


@pytest.mark.parametrize(
    ("name", "edit", "note"),
    [
        ("claims", lambda text: again(text, "wells-too"), "'wells-too' is the claim 'wells' of line 3 under another id;"),
        ("sources", lambda text: again(text, "paper"), "'paper' is the document 'bulletin' of line"),
        ("claims", lambda text: again(text, "pan_army"), "the id 'pan_army' differs from 'pan-army' on"),
        ("claims", lambda text: text.replace("The army", "so " * 166_667, 1), "says: is a text of 500,0"),
        (
            "claims",
            lambda text: text.replace("latest: 1999-02-03T18", "latest: 2019-02-03T18", 1),
            "latest: lies 7,305 days after earliest; 366 at most would be likely",
        ),
    ],
)  # fmt: skip
def test_what_is_not_plausible_in_a_record_is_noted(tmp_path, monkeypatch, name, edit, note):
    if "latest" in note:
        monkeypatch.setattr("sim.record.record.faults_of", lambda *_: ())  # an observation rests on it
    lines = noted(tmp_path, name, edit)
    assert any(f"{name}.yaml:" in line and f": note: {note}" in line for line in lines), lines
