"""Strict YAML: what is read, what is refused, and that each refusal names file, line and remedy."""

import os
import re
from pathlib import Path
from time import perf_counter
from typing import Annotated, Literal

import pytest
from pydantic import Field

from sim.files.fields import (
    Count,
    CountRange,
    Day,
    Duration,
    Flag,
    Instant,
    Label,
    Length,
    Name,
    Share,
    StrictModel,
    Words,
    checked,
    sound,
)
from sim.files.overrides import lay
from sim.files.yaml_tree import (
    MAX_SCANNED,
    Fault,
    Faults,
    FaultyInput,
    Text,
    Where,
    dump,
    nearest,
    parse,
    read,
    read_text,
    refuse,
    writing,
)
from sim.scenario.schema import Column


def refusal(call, *arguments):
    """The message of a call that must be refused."""
    with pytest.raises(FaultyInput) as refused:
        call(*arguments)
    return str(refused.value)


def plain(node):
    """A tree as plain dicts, lists and strings."""
    if isinstance(node, dict):
        return {str(key): plain(value) for key, value in node.items()}
    return [plain(item) for item in node] if isinstance(node, list) else str(node)


# --- the text of a file ----------------------------------------------------------------------------------


def test_every_scalar_is_text():
    text = "a: [no, 16:30, 010, .nan, ~, 2023-10-02, 0x1F, true, 1_000]\nb: {c: '', d: }\n"
    assert plain(parse(text, "f")) == {
        "a": ["no", "16:30", "010", ".nan", "~", "2023-10-02", "0x1F", "true", "1_000"],
        "b": {"c": "", "d": ""},
    }


def test_keys_and_items_know_their_lines():
    tree = parse("# first\na:\n  b: 1\n\n  c: [2,\n      3]\n", "f")
    assert tree.lines == {"a": Where("f", 2)}
    assert tree["a"].lines == {"b": Where("f", 3), "c": Where("f", 5)}
    assert [item.where.line for item in tree["a"]["c"]] == [5, 6]


def test_lines_are_counted_alike_with_the_line_ends_of_every_system():
    for end in ("\n", "\r\n", "\r"):
        assert parse(end.join(["a: 1", "", "b: 2"]), "f").lines["b"] == Where("f", 3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", "f:3: 'a' stands here again (first on line 1); expected once"),
        ("a: {b: 1,\n b: 2}\n", "f:2: 'b' stands here again (first on line 1); expected once"),
        ("a: 1\nb: &x 1\n", "f:2: '&x' is an anchor; these files have none"),
        ("a: 1\nb: *x\n", "f:2: '*x' is an alias; write the value out"),
        ("a: 1\nb: !foo 1\n", "f:2: '!foo' is a tag; these files have none"),
        ("a:\n  <<: {b: 1}\n", "f:2: '<<' merges keys; write them out"),
        ("a: 1\n? [b]\n: 1\n", "f:2: a list or mapping stands as a key; expected a name"),
        ("a: 1\n---\nb: 1\n", "f:2: begins a second document; expected one a file"),
        ("a: 1\n...\n---\nb: 1\n", "f:3: begins a second document; expected one a file"),
        ("", "f:1: holds no keys; expected 'key: value' lines"),
        ("# nothing\n", "f:1: holds no keys; expected 'key: value' lines"),
        ("words\n", "f:1: holds no keys; expected 'key: value' lines"),
        ("- a\n- b\n", "f:1: holds no keys; expected 'key: value' lines"),
    ],
)
def test_a_fault_of_the_text_is_told_with_its_line(text, message):
    assert refusal(parse, text, "f") == message


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: [1\nc: 2\n", 3),
        ("a: 1\n\tb: 2\n", 2),
        ("a: 1\nb: c: d\n", 2),
        ("a: 1\nb: 'x\n", 3),
        ("a: 1\nb: !x!y 1\n", 2),
        ("a: 1\nb: @x\n", 2),
        ("a: 1\nb: \x00\n", 2),
        ("a: 1\nb: \x1b[31m\n", 2),
        ("a: 1\nb\n", 3),
        ('a: 1\nb: "\\q"\n', 2),
        ('a: 1\nb: "\\UFFFFFFFF"\n', 2),
        ('a: 1\nb: "\\ud800"\n', 2),
        ("%YAML 1.1\n---\na: no\n", 1),
        ("%YAML 1.3\n---\na: 1\n", 1),
        ("%YAML 2.0\n---\na: 1\n", 1),
        ("%YAML x\n---\na: 1\n", 1),
    ],
)
def test_a_text_that_is_no_yaml_1_2_is_refused_on_its_line(text, line):
    assert refusal(parse, text, "f").startswith(f"f:{line}: ")


def test_a_yaml_1_2_directive_is_taken():
    assert plain(parse("%YAML 1.2\n---\na: no\n", "f")) == {"a": "no"}


def test_nesting_beyond_twenty_is_refused_and_less_is_not():
    flow = "a: " + "[" * 19 + "x" + "]" * 19
    assert parse(flow.replace("x", ""), "f")
    for deep in (
        f"b: 1\na: [{flow[3:]}]\n",
        "b: 1\na: " + "{a: " * 40 + "1" + "}" * 40,
        "b: 1\na: " + "[" * 9999,
    ):
        assert refusal(parse, deep, "f") == "f:2: is nested more than 20 deep; expected less"


def test_a_billion_laughs_are_refused_before_the_second_line_is_expanded():
    rows = ["a0: &a0 [ha, ha]"]
    rows += [f"a{i}: &a{i} [" + ", ".join([f"*a{i - 1}"] * 9) + "]" for i in range(1, 24)]
    message = refusal(parse, "\n".join(rows), "f")
    assert "f:1: '&a0' is an anchor; these files have none" in message
    assert "f:24: '*a22' is an alias; write the value out" in message


def test_every_fault_of_the_text_is_told_at_once_in_the_order_of_lines():
    text = "a: 1\na: 2\nb: &x 1\nc: *x\nd: !t 1\ne: {<<: {f: 1}}\na: 3\n? [g]\n: 1\n"
    lines = [line.split(":")[1] for line in refusal(parse, text, "f").splitlines()]
    assert lines == ["2", "3", "4", "5", "6", "7", "8"]


# --- the file --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "line", "message"),
    [
        (b"a: 1\nb: \xe9\n", ":2", "is not UTF-8 text; expected the file saved as UTF-8"),
        ("a: 1\n".encode("utf-16"), ":1", "is not UTF-8 text; expected the file saved as UTF-8"),
        (
            b"a: 1\n" + b"#" * 1_000_000,
            "",
            "is larger than 1,000,000 bytes, which no file of this kind needs; expected a smaller one",
        ),
    ],
)
def test_a_file_that_is_not_utf8_or_too_large_is_refused(tmp_path, raw, line, message):
    path = tmp_path / "f.yaml"
    path.write_bytes(raw)
    assert refusal(read, path) == f"{path}{line}: {message}"


def test_a_file_of_a_million_bytes_is_read(tmp_path):
    (tmp_path / "f.yaml").write_bytes(b"a: 1\n" + b"#" * 999_995)
    assert read(tmp_path / "f.yaml") == {"a": "1"}


def test_a_byte_order_mark_is_passed_over(tmp_path):
    (tmp_path / "f.yaml").write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read(tmp_path / "f.yaml") == {"a": "1"}


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    assert "cannot be read (it is no file)" in refusal(read_text, tmp_path / "pipe.yaml")


@pytest.mark.parametrize(
    "name", [".", "none.yaml", "x" * 5000, "\0"], ids=["folder", "missing", "long", "nul"]
)
def test_a_path_that_cannot_be_read_is_refused(tmp_path, name):
    assert "cannot be read" in refusal(read_text, tmp_path / name)


def test_faults_are_told_in_the_order_of_lines():
    told = refusal(parse, "c: *z\nb: *y\nb2: *y\n", "f").splitlines()
    assert [line.split(":")[1] for line in told] == ["1", "2", "3"]


# --- fields ----------------------------------------------------------------------------------------------


class Item(StrictModel):
    """An item of a list."""

    id: Name
    size: Length


class Left(StrictModel):
    """A variant."""

    kind: Literal["left"]
    many: Count


class Right(StrictModel):
    """Another variant."""

    kind: Literal["right"]
    share: Share


class Sheet(StrictModel):
    """Every type of field."""

    words: Words = "x"
    label: Label = "x"
    day: Day = None
    instant: Instant = None
    flag: Flag = True
    share: Share = 0
    length: Length = 1
    duration: Duration = 1
    count: Count = 0
    people: CountRange = (0, 0)
    choice: Literal["one", "two"] = "one"
    items: tuple[Item, ...] = ()
    some: Annotated[tuple[Item, ...], Field(min_length=1)] | None = None
    side: Annotated[Left | Right, Field(discriminator="kind")] | None = None


def sheet(text):
    return checked(parse(text, "f"), Sheet)


def test_fields_parse_their_texts():
    got = sheet(
        "flag: false\nlength: 150 mi\npeople: 150 to 200\n"
        "side: {kind: left, many: 3}\nitems: [{id: a, size: 1 m}]"
    )
    assert (got.flag, got.length, got.people) == (False, pytest.approx(241.4016), (150, 200))
    assert (got.side.many, got.items[0].size) == (3, 0.001)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lenght: 3 km", "'lenght' is not a key here; did you mean 'length'?"),
        ("items:\n- {id: a, size: 3 km, sise: 3 km}", "'sise' is not a key here; did you mean 'size'?"),
        ("items:\n- {size: 3 km}", "the key 'id' is missing; expected 'id: ...'"),
        ("side: {kind: left, many: 3, may: 3}", "'may' is not a key here; did you mean 'many'?"),
        ("length: 3", "length: '3' has no unit; expected '3 km', '3 m' or '3 mi'"),
        ("length: 3 h", "length: '3 h' is a time, not a length; expected something like '3 km'"),
        ("duration: 16:30", "duration: '16:30' reads as a time of day"),
        ("duration: 010 min", "duration: '010 min' begins with a zero; expected '10 min'"),
        ("share: .nan", "share: '.nan' is not a finite number"),
        ("share: .inf", "share: '.inf' is not a finite number"),
        ("share: 1.2", "share: 1.2 is out of range; expected 1 or less"),
        ("length: -3 km", "length: -3 km is out of range; expected more than 0 km"),
        ("length: 0 km", "length: 0 km is out of range; expected more than 0 km"),
        ("count: -1", "count: -1 is out of range; expected 0 or more"),
        ("count: 2.5", "count: '2.5' is not a whole number"),
        (
            "people: -150 to 200",
            "people: -150 is out of range; expected 0 or more",
        ),
        ("flag: no", "flag: 'no' is not true or false; expected 'false'"),
        ("flag: yes", "flag: 'yes' is not true or false; expected 'true'"),
        ("items:\n- {id: no, size: 1 m}", "id: 'no' reads as a truth value; expected another name"),
        ("day: 16:30", "day: '16:30' is not a day; expected something like '2023-10-02'"),
        (
            "instant: 2023-10-02T07:00",
            "instant: '2023-10-02T07:00' has no zone; expected '2023-10-02T07:00Z'",
        ),
        ("instant: 2023-10-02", "instant: '2023-10-02' is not a date-time"),
        ("words:", "words: nothing is written here; expected some words"),
        ("words: [a]", "words: a list or mapping stands here; expected a single value"),
        ("length: {km: 3}", "length: a list or mapping stands here; expected a single value"),
        ("items: a", "items is not a list; expected '[...]' or lines with '-'"),
        ("items: {a: b}", "items is not a list; expected '[...]' or lines with '-'"),
        ("items:\n- a", "items has no keys of its own; expected 'key: value' lines"),
        ("choice: three", "choice: 'three' is not known; expected 'one' or 'two'"),
        ("side: {kind: up}", "side: kind: 'up' is not known; expected one of left, right"),
    ],
)
def test_a_faulty_field_is_told_with_its_line_and_remedy(text, message):
    told = refusal(sheet, f"# a comment\n{text}")
    assert "\n" not in told
    assert told.startswith(f"f:{2 + text.count(chr(10))}: {message}")


@pytest.mark.parametrize("text", ["side: {many: 3}", "side: left"])
def test_a_variant_without_kind_is_answered_with_the_kinds(text):
    told = refusal(sheet, text)
    assert "left" in told.split("; ")[1]
    assert "expected one of left, right" in told


def test_a_faulty_item_is_not_also_told_as_a_missing_item():
    assert (
        refusal(sheet, "some: [{id: a, size: 3}]")
        == "f:1: size: '3' has no unit; expected '3 km', '3 m' or '3 mi'"
    )


def test_a_list_that_must_not_be_empty_says_so_in_plain_words():
    told = refusal(sheet, "some: []")
    assert told.startswith("f:1: some")
    assert "tuple" not in told
    assert "after validation" not in told


def test_all_faulty_fields_are_told_at_once():
    text = "lenght: 3 km\nshare: 2\nday: 1.1.\nitems:\n- {id: a}\n- {id: Yes, size: 3}\n"
    text += "side: {kind: left, many: x}\n"
    lines = [line.split(":")[1] for line in refusal(sheet, text).splitlines()]
    assert lines == ["1", "2", "3", "5", "6", "6", "7"]


# --- laying values, writing trees ------------------------------------------------------------------------

TREE = "a: 1\nb: {c: 2}\nlist:\n- {id: x, size: 1 km}\n- {place: y, size: 2 km}\n"
SET = Where("--set p", 0)


@pytest.mark.parametrize(
    ("path", "get"),
    [
        ("a", lambda tree: tree["a"]),
        ("b.c", lambda tree: tree["b"]["c"]),
        ("b.new", lambda tree: tree["b"]["new"]),
        ("list.x.size", lambda tree: tree["list"][0]["size"]),
        ("list.y.size", lambda tree: tree["list"][1]["size"]),
    ],
)
def test_a_value_is_laid_at_a_path_with_items_by_id_or_place(path, get):
    tree = parse(TREE, "f")
    lay(tree, path, "9 km", SET)
    assert (get(tree), get(tree).where) == ("9 km", SET)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("lst.x.size", "'lst' of 'lst.x.size' is not there; did you mean 'list'?"),
        ("list.z.size", "'z' of 'list.z.size' is not there; expected one of x, y"),
        ("list.0.size", "'0' of 'list.0.size' is not there; expected one of x, y"),
        ("list", "'list' does not lead to a single value"),
        ("list.x", "'list.x' does not lead to a single value"),
        ("a.b", "'a' of 'a.b' is not there; expected one of b, list"),
        ("...", "'' of '...' is not there; expected one of b, list"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused(path, message):
    assert refusal(lay, parse(TREE, "f"), path, "1", SET) == f"--set p: {message}"


def test_a_tree_that_is_written_reads_back_the_same():
    text = (
        "a: no\nb: {c: [], d: {}, e: ['', '\"', '\\', 'x: y', '# z', é, '*a']}\nf:\n- [1, [2]]\n- {g: 010}\n"
    )
    tree = parse(text, "f")
    assert plain(parse(dump(tree), "f")) == plain(tree)


def test_keys_of_any_kind_are_written_so_that_they_read_back():
    tree = parse('"a: b": 1\n"#c": 2\n"": 3\n', "f")
    assert plain(parse(dump(tree), "f")) == plain(tree)


def test_an_unknown_word_is_answered_with_the_nearest_known_or_with_all():
    assert nearest("kidl", ["gao", "kidal"]) == "did you mean 'kidal'?"
    assert nearest("zzz", ["gao", "kidal", "gao"]) == "expected one of gao, kidal"
    assert nearest("zzz", []) == "none is known here"


def test_a_text_read_again_gives_a_tree_of_its_own_and_the_same_faults(monkeypatch):
    monkeypatch.setattr("sim.files.yaml_tree._scanned", {})
    one = parse("a: [1, 2]\n", "one")
    one.put("b", "3", one.where)
    one["a"].append("4")
    two = parse("a: [1, 2]\n", "two")
    assert plain(two) == {"a": ["1", "2"]}
    assert (two.lines["a"].file, two["a"][0].where.file) == ("two", "two")
    for text in ("a: 1\na: &b 2\n", "a: [1\n"):
        assert refusal(parse, text, "f") == refusal(parse, text, "f")


def test_texts_read_before_take_bounded_room(monkeypatch):
    kept = {}
    monkeypatch.setattr("sim.files.yaml_tree._scanned", kept)
    for number in range(200):
        parse(f"a: {number}\n", "f")
    assert 0 < len(kept) <= MAX_SCANNED
    assert plain(parse("a: 7\n", "f")) == {"a": "7"}


# --- faults ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "shown"),
    [(Where("a.yaml", 3), "a.yaml:3"), (Path("a.yaml"), "a.yaml"), ("--set a=1", "--set a=1")],
)
def test_a_fault_stands_at_a_line_a_file_or_an_option(place, shown):
    assert refusal(refuse, place, "is wrong") == f"{shown}: is wrong"


def test_faults_are_gathered_and_told_together():
    faults = Faults()
    faults.refuse()  # there are none yet
    faults.note("b", "is noted")
    with faults:
        refuse("a", "is raised")
    with faults:
        faults.note("c", "stands before another")
        refuse("d", "is raised, too")
    assert refusal(faults.refuse).splitlines() == [
        "a: is raised",
        "b: is noted",
        "c: stands before another",
        "d: is raised, too",
    ]


def test_other_errors_are_not_gathered():
    faults = Faults()
    with pytest.raises(ValueError, match="^of another kind$"), faults:
        raise ValueError("of another kind")
    assert faults == []


def test_what_cannot_be_written_is_a_fault_of_its_place(tmp_path):
    lost = tmp_path / "none" / "x"
    with pytest.raises(FaultyInput) as refused, writing("--plot x", "file"):
        lost.write_text("")
    assert str(refused.value).startswith("--plot x: cannot be written (")
    assert str(refused.value).endswith("); expected another file")
    with (
        pytest.raises(FaultyInput, match="x: cannot be written .*; expected another --out$"),
        writing(lost),
    ):
        lost.write_text("")


def test_the_first_faults_are_shown_and_how_many_more_there_are():
    message = str(FaultyInput(Fault(Where("f", line), "is wrong") for line in range(1, 90_001)))
    lines = message.splitlines()
    assert (len(lines), lines[0], lines[49]) == (51, "f:1: is wrong", "f:50: is wrong")
    assert lines[50] == "and 89,950 more faults"
    assert str(FaultyInput(Fault(Where("f", line), "x") for line in range(50))).count("\n") == 49


def test_a_label_stands_in_one_line_and_a_text_may_be_long():
    sheet = checked(parse(f"label: {'x' * 200}\nwords: {'x' * 5_000}", "f"), Sheet)
    assert (len(sheet.label), len(sheet.words)) == (200, 5_000)
    assert checked(parse('label: "one\\ntwo\\r\\n three"', "f"), Sheet).label == "one two three"
    with pytest.raises(FaultyInput) as fault:
        checked(parse(f"words: a\nlabel: {'x' * 3_000}", "f"), Sheet)
    beginning = f"f:2: label: '{'x' * 40}' and on is a text of 3,000 characters"
    assert str(fault.value) == f"{beginning}; expected 200 at most"


@pytest.mark.parametrize(
    ("place", "message", "line"),
    [
        ("f", f"{'x' * 300!r} is odd; even", f"f: '{'x' * 300}' is odd; even"),
        ("f", f"{'x' * 301!r} is odd; even", f"f: '{'x' * 60}...' (301 letters) is odd; even"),
        ("f", f"{'a b ' * 99!r} of {'it s' * 99!r} is odd", f"f: '{'a b ' * 15}...' (396 letters) of '{'it s' * 15}...' (396 letters) is odd"),
        ("f", f"id: {'q' + chr(34) + chr(39) * 2 + 'z' * 400!r} is odd; even", f"f: id: 'q\"\\'\\'{'z' * 54}...' (406 letters) is odd; even"),
        ("f", f"{'it is ' * 60 + chr(39)!r} is odd; 'even'", f'f: "{"it is " * 10}..." (361 letters) is odd; \'even\''),
        ("f", "the sides' name 'a' is not the sides' other; expected 'b'", None),
        ("f", "y" * 100_000 + " is odd; even", f"f: {'y' * 60}... (100,000 letters) is odd; even"),
        (Where("word " * 100, 7), "is odd", f"{'word ' * 12}... (500 letters):7: is odd"),
        ("one\ntwo\r\n", "a\nb is odd; even", "one\\ntwo\\r\\n: a\\nb is odd; even"),
    ],
)  # fmt: skip
def test_a_fault_is_one_line_that_shows_the_beginning_of_long_texts(place, message, line):
    with pytest.raises(FaultyInput) as fault:
        refuse(place, message)
    assert str(fault.value) == (line or f"{place}: {message}")


def test_a_fault_of_quotes_alone_is_told_at_once():
    began = perf_counter()
    assert len(str(Fault(Where("'\\" * 100_000, 0), "'\\" * 100_000))) < 300
    assert perf_counter() - began < 1.0


def test_many_unknown_keys_are_told_at_once():
    """Not each is laid beside every other, and only those that are shown get a hint."""
    tree = parse("text: a\n", "f")
    for number in range(90_000):
        tree.put(f"k{number}", Text("1", Where("f", number + 2)), Where("f", number + 2))
    with pytest.raises(FaultyInput) as refused:
        checked(tree, Sheet)
    assert len(refused.value.faults) >= 90_000
    sound(tree, Sheet)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("vehicle_gap", "100", "'100' has no unit; expected '100 m'"),
        ("vehicle_gap", "5", "'5' has no unit; expected '5 m', '5 km' or '5 mi'"),
        ("vehicle_gap", "NA", "'NA' is not a number; expected a number and a unit, as '100 m'"),
        ("vehicle_gap", "1/10 km", "'1/10 km' is not a number; expected a number and a unit, as '100 m'"),
        ("vehicle_gap", "3 h", "'3 h' is a time, not a length; expected something like '100 m'"),
        ("serial_gap", "10", "'10' has no unit; expected '10 min', '10 h' or '10 day'"),
        ("supply", "10", "'10' has no unit; expected '10 day', '10 h' or '10 min'"),
    ],
)
def test_the_unit_in_which_a_field_is_usually_written_comes_first(key: str, value: str, message: str) -> None:
    with pytest.raises(FaultyInput, match=re.escape(f"f:1: {key}: {message}")):
        checked(parse(f"{key}: {value}", "f"), Column)
