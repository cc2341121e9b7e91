"""Nasty files, a few of each kind; `benchmarks/nasty_files.py` has all ways to damage all kinds."""

import sys
import time
from pathlib import Path

import pytest

from sim.files.yaml_tree import FaultyInput, parse

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from nasty import End, call, controls, inside, mishandled, small_case
from nasty_files import BYTES, FOLDERS, INNER, KINDS, NODES, Kind, instead, judged, text, trials, tried

OF_A_CASE = [name for name, kind in KINDS.items() if kind.file.startswith("salt/")]
"""Kinds of files for which nothing need be run before."""
BAD = ("UTF-16", "NUL", "a list", "every line twice", "one line of 10 MB", "deep nesting")


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    """A folder with a small case in it."""
    folder = tmp_path_factory.mktemp("pristine")
    small_case(folder / "salt")
    return folder


def checked(kind):
    """A kind of file whose only call is that of `kidal check`."""
    return Kind(file=kind.file, calls=kind.calls[:1])


@pytest.mark.parametrize("name", OF_A_CASE)
def test_a_bad_file_is_told_well(name, pristine):
    what = BAD[OF_A_CASE.index(name) % len(BAD)]
    assert tried(pristine, checked(KINDS[name]), text(BYTES[what])) == "told well", what


@pytest.mark.parametrize("what", ["CRLF", "no last line end", "a mark of byte order"])
def test_a_file_of_another_system_is_accepted(what, pristine):
    assert tried(pristine, checked(KINDS["case"]), text(BYTES[what])) == "accepted"


@pytest.mark.parametrize("what", ["a link to itself", "a folder", "a pipe", "gone"])
def test_what_is_no_file_is_told_well(what, pristine):
    assert tried(pristine, checked(KINDS["places"]), NODES[what]) == "told well"


@pytest.mark.parametrize(
    ("name", "mark", "value", "end"),
    [
        ("scenario", "radius: <120 km>", "1e400", "told well"),
        ("scenario", "vehicles: <60>", "9" * 400, "told well"),
        ("scenario", "departs: <1999-02-01>", "1999-13-01", "told well"),
        ("scenario", "departs: <1999-02-01>", "１９９９-02-01", "told well"),
        ("scenario", "id: <eye>", "x" * 5_000, "told well"),
        ("scenario", "id: <eye>", "no", "told well"),
        ("places", "two_wells,<Two Wells>", "x" * 201, "told well"),
        ("places", "two_wells,<Two Wells>", '"one\ntwo"', "accepted"),
        ("places", "two_wells,<Two Wells>", "x" * 200, "accepted"),
        ("places", "Port Amal,<20.00>", '"1,5"', "told well"),
        ("claims", "league_killed: <20>", "250-400", "told well"),
        ("hypothesis", "summary: <the eye sees further>", "$x$", "accepted"),
    ],
)
def test_an_odd_value_is_told_well_or_accepted(name, mark, value, end, pristine):
    assert tried(pristine, checked(KINDS[name]), instead(mark, value)) == end


def test_a_faulty_record_is_told_before_a_run_and_not_behind_it(pristine):
    run = Kind(file=KINDS["observations"].file, calls=KINDS["observations"].calls[1:])
    assert tried(pristine, run, text(BYTES["JSON"])) == "told well"
    assert tried(pristine, run, instead("window: <10 days>", "10")) == "told well"


@pytest.mark.parametrize("name", [name for name in OF_A_CASE if KINDS[name].file.endswith(".yaml")])
def test_many_unknown_keys_are_told_quickly_in_every_kind_of_file(name, tmp_path):
    """The first fifty with their lines and how many more; a file of far more is read no further than it need be."""
    small_case(tmp_path / "salt")
    file = tmp_path / KINDS[name].file
    lines = file.read_bytes().splitlines(keepends=True)
    many = "more than 1,000 keys stand here, which no file of these kinds has; expected fewer"
    for number, last in ((900, "and 850 more faults"), (90_000, many)):
        file.write_bytes(b"".join([*lines, *(b"k%d: 1\n" % key for key in range(number))]))
        with inside(tmp_path):
            end = call("--case", "salt", "check", KINDS[name].file)
        assert (end.code, mishandled(end), end.seconds < 10) == (2, "", True)
        assert last in end.err
        assert len(end.err.splitlines()) <= 51
        assert f":{len(lines) + 1}: 'k0' is not a key here" in end.err or end.err.count("\n") == 1


@pytest.mark.parametrize(
    ("head", "key", "end"), [("a:", "\n  k{}: x", "\n"), ("# first\na: {", "k{}: x, ", "}\n")]
)
def test_a_mapping_of_too_many_keys_is_told_first_and_where_it_begins(head, key, end):
    nasty = head + "".join(map(key.format, range(1_001))) + end
    with pytest.raises(FaultyInput) as error:
        parse(f"z: *alias\n{nasty}", "f")
    assert [fault.where.line for fault in error.value.faults] == [3]
    assert str(error.value).startswith("f:3: more than 1,000 keys stand here")


def test_a_folder_with_nothing_in_it_is_told_well(pristine):
    network = Kind(file=FOLDERS["network folder"].file, calls=("check",))
    assert tried(pristine, network, INNER["empty"]) == "told well"


def test_there_are_more_than_three_hundred():
    assert sum(1 for _ in trials()) > 300


# --- the judge ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "wrong"),
    [
        (End(code=0, out="all is well\n", err=""), ""),
        (End(code=2, out="", err="a.yaml:3: is odd; expected something even\n"), ""),
        (
            End(code=2, out="", err="a.yaml: is odd; expected something even\nand 1,234 more faults\n"),
            "",
        ),
        (End(code=2, out="", err="a.yaml:3: is odd\n"), "is not 'file:line"),
        (
            End(
                code=2,
                out="",
                err="a.yaml:3: is odd; even\nTraceback (most recent call last):\nKeyError: 'a'\n",
            ),
            "traceback",
        ),
        (End(code=None, out="", err="KeyError: 'a'\n"), "traceback: KeyError"),
        (End(code=1, out="", err="kidal: no\n"), "exit 1"),
        (End(code=2, out="", err=""), "nothing is said"),
        (End(code=2, out="", err="a: b; c\n" * 100), "100 lines"),
        (End(code=2, out="", err=f"a: {'b' * 3_000}; c\n"), "a line of 3006 letters"),
        (End(code=0, out="\x1b[31m", err=""), "control characters"),
        (End(code=0, out="\u202eabc", err=""), "control characters"),
        (End(code=0, out="", err="", seconds=21.0), "takes 21 s"),
    ],
)
def test_what_is_mishandled_is_seen(end, wrong):
    assert mishandled(end).startswith(wrong)
    assert bool(mishandled(end)) == bool(wrong)


def test_lines_and_other_scripts_are_no_controls():
    assert controls("كيدال\nⴽⵉⴷⴰⵍ\t👩‍👩‍👧‍👦") == ""


def test_what_a_refusal_writes_is_seen(tmp_path):
    def writes(*words):
        Path("new").write_text("x")
        return End(code=2, out="", err="a: is odd; expected even")

    (tmp_path / "here").mkdir()
    with inside(tmp_path / "here"):
        assert judged(writes, tmp_path, Kind(file="a", calls=("check a",))) == "check a: written: here/new"


def test_a_call_that_raises_has_no_code(monkeypatch, tmp_path):
    def broken():
        raise KeyError("a")

    monkeypatch.setattr("nasty.main", broken)
    end = call("check")
    assert (end.code, end.err.splitlines()[-1]) == (None, "KeyError: 'a'")


def test_a_call_that_waits_is_stopped_and_seen(monkeypatch):
    monkeypatch.setattr("nasty.main", lambda: time.sleep(60))
    monkeypatch.setattr("nasty.ENDLESS", 1)
    monkeypatch.setattr("nasty.SLOW", 0.9)
    assert mishandled(call("check"))
