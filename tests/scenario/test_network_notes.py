"""What is seen in a network and not refused."""

import shutil
import unicodedata

import pytest

from sim.commands.notes import outlines_box
from sim.files.case import BUNDLED, Case
from sim.files.notes import as_lines
from sim.scenario.network import load_network
from sim.scenario.network_notes import notes

NETWORK = BUNDLED.path("params", "network")


def noted(folder):
    return as_lines(notes(load_network(folder=folder), outlines_box(folder)))


def changed(tmp_path, table, *pairs):
    """The lines of notes on the bundled network with some texts of a table replaced."""
    shutil.copytree(NETWORK, tmp_path / "net")
    path = tmp_path / "net" / table
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return [line.partition("note: ")[2] for line in noted(tmp_path / "net")]


def test_no_note_is_made_on_a_bundled_network():
    assert noted(NETWORK) == noted(BUNDLED.path("params", "new", "case", "params", "network")) == []


def swapped(text):
    head, *rows = text.splitlines()
    cells = [row.split(",") for row in rows]
    return "\n".join([head, *(",".join([*row[:2], row[3], row[2], *row[4:]]) for row in cells)]) + "\n"


def test_swapped_latitudes_and_longitudes_are_seen_by_the_outlines(tmp_path):
    shutil.copytree(NETWORK, tmp_path / "net")
    path = tmp_path / "net" / "places.csv"
    path.write_text(swapped(path.read_text(encoding="utf-8")), encoding="utf-8")
    lines = noted(tmp_path / "net")
    assert lines[0].endswith(
        "places.csv:2: note: 'gao' at 0.04 S 16.27 E lies outside the outlines, 14.00 N to 22.48 N and 4.99 W to "
        "4.98 E; latitude and longitude exchanged would be likely"
    )
    assert len(lines) == len(load_network().places)


def test_a_case_without_outlines_is_told_where_its_places_lie(kidal, tmp_path):
    kidal("new", "case", "salt")
    path = tmp_path / "salt" / "params" / "network" / "places.csv"
    path.write_text(swapped(path.read_text(encoding="utf-8")), encoding="utf-8")
    code, out, err = kidal("--case", "salt", "check")
    assert (code, err) == (0, "")
    assert (
        "places lie from 30.06 S to 28.80 S and 20.00 E to 21.85 E; no outlines.csv says whether they" in out
    )


TILDE = "G\u00e3o"
ODD = [
    ("places.csv", ",86633,", f",{10**12},", "people: 1,000,000,000,000 live in 'gao'; 50,000,000 at most"),
    ("places.csv", ",Gao airport,", ",GAO,", "the name 'GAO' differs from 'Gao' on line 2 only in case, hyphens or"),
    ("places.csv", ",Gao airport,", ",G ao,", "the name 'G ao' differs from 'Gao' on line 2 only in case, hyphens"),
    ("places.csv", ",Gao airport,", ",\uff27ao,", "the name '\uff27ao' differs from 'Gao' on line 2 only in case,"),
    ("places.csv", "gao_apt,Gao airport,16.2484,-0.0055", "gao_apt,Gao airport,16.2717,-0.0447", "'gao_apt' lies in"),
    ("places.csv", "regional capital on the Niger", "so " * 40_000, "note: is a text of 119,999"),
    ("places.csv", "tin_aouker,", "gao-apt,", "the id 'gao-apt' differs from 'gao_apt' on line 3 only in case, hyphens"),
    ("roads.csv", "gao-tarkint,70,", "gao-tarkint,1999,", "the road gao-tin_aouker of 1999 km is 3"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "old", "new", "note"), ODD, ids=lambda text: text[:30])
def test_what_is_not_plausible_in_a_network_is_noted(tmp_path, table, old, new, note):
    pairs = [(old, new)]
    if new == "gao-apt,":
        pairs = [(",Gao airport", ",Gao airfield"), ("bourem,", "gao-apt,")]
        shutil.copytree(NETWORK, tmp_path / "net")
        for name in ("places.csv", "roads.csv"):
            path = tmp_path / "net" / name
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("tin_aouker", "gao-apt"), encoding="utf-8")
        lines = [line.partition("note: ")[2] for line in noted(tmp_path / "net")]
    else:
        lines = changed(tmp_path, table, *pairs)
    assert any(line.startswith(note) for line in lines), lines


def test_composed_and_decomposed_letters_are_one_name(tmp_path):
    lines = changed(
        tmp_path,
        "places.csv",
        (",Gao,", ",G\u00e3o,"),
        (",Gao airport,", f",{unicodedata.normalize('NFD', TILDE)},"),
    )
    assert (
        "differs from 'G\u00e3o' on line 2 only in case, hyphens or the way that letters are written"
        in lines[0]
    )


def test_a_place_far_from_all_others_is_noted_without_outlines(tmp_path):
    shutil.copytree(Case(BUNDLED.path("params", "new", "case")).path("params", "network"), tmp_path / "net")
    path = tmp_path / "net" / "places.csv"
    with path.open("a", encoding="utf-8") as table:
        table.write("lost,Lost,0,0,1,gazetteer,town,Sea,,nowhere,made up\n")
    assert noted(tmp_path / "net")[0].endswith(
        "note: 'lost' at 0.00 N 0.00 E lies 3,925 km from any other place; 1,000 km at most would be likely"
    )


def test_outlines_across_180_degrees_hold_the_places_on_both_sides(tmp_path):
    (tmp_path / "outlines.csv").write_text(
        "line,kind,name,lat,lon\n1,border,a,50,179\n1,border,a,60,-179\n2,border,b,52,-178\n2,border,b,53,-177\n"
    )
    box = outlines_box(tmp_path)
    assert box.holds(55.0, 179.9)
    assert box.holds(55.0, -178.0)
    assert not box.holds(55.0, 0.0)
