"""One nasty name of many kinds through pages and outputs; `benchmarks/nasty_names.py` has sixty, one by one."""

import signal
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from nasty import call
from nasty_names import ALIKE, NASTY, PLAIN, Seen, apart, as_ids, looked_at, shown, trials, wrong

MIXED = (
    "<!--<script>alert(1)</script> $x$ {{ 7 * 7 }} %s {} é كيدال 'q' \"r\" | <a href='//example.org'>here</a>"
)
SHORT = ("check", "run salt-road --runs 5 --out many", "compare many", "record --json")
DRAWN = ("map",)


@pytest.mark.slow
def test_a_name_of_many_kinds_is_shown_as_it_is_and_does_nothing(tmp_path):
    plain, faults = looked_at(tmp_path / "plain", (PLAIN,), None, commands=SHORT, drawn=DRAWN)
    assert faults == []
    seen, faults = looked_at(tmp_path / "mixed", (MIXED,), plain, commands=SHORT, drawn=DRAWN)
    assert faults == []
    assert len(seen) == len(plain) > 9


@pytest.mark.slow
def test_texts_that_are_no_names_are_told_well_where_an_id_stands(tmp_path):
    assert as_ids(tmp_path, "$x$ <b>") == []


def test_a_signal_that_ends_a_command_ends_the_benchmark_too(monkeypatch):
    """A command hears it in a way of its own, which in the process of the benchmark would go on to the next kind."""
    before = signal.getsignal(signal.SIGTERM)
    assert call("--version").code == 0
    assert signal.getsignal(signal.SIGTERM) is before
    monkeypatch.setattr("nasty.main", lambda: sys.exit(130))
    with pytest.raises(KeyboardInterrupt):
        call("--version")


@pytest.mark.parametrize(
    ("lines", "end"),
    [
        (("accepted",), "accepted"),
        (("told well",), "told well"),
        (("tab: check: traceback", "mishandled"), "mishandled"),
        (("Killed",), "mishandled"),
        ((), "mishandled"),
    ],
)
def test_how_the_process_of_a_kind_ended_is_counted(lines, end, monkeypatch):
    done = CompletedProcess([], 0, "\n".join(lines).encode(), b"")
    monkeypatch.setattr("nasty_names.subprocess.run", lambda *_, **__: done)
    assert apart("tab", "{}") == end


def test_a_process_that_does_not_end_is_mishandled(monkeypatch, capsys, tmp_path):
    endless = tmp_path / "endless.py"
    endless.write_text("import time\ntime.sleep(9)\n", encoding="utf-8")
    monkeypatch.setattr("nasty_names.__file__", str(endless))
    monkeypatch.setattr("nasty_names.MOST_SECONDS", 0.1)
    assert apart("9", "{}") == "mishandled"
    assert capsys.readouterr().out == "9: longer than 0.1 s\n"


def test_there_are_sixty():
    assert len(trials()) >= 60
    assert len(set(NASTY.values())) == len(NASTY)
    assert all(one != other for one, other in ALIKE.values())


# --- the judge ----------------------------------------------------------------------------------------------

PAGE = f"<html><body><p class='a'>{PLAIN}</p></body></html>"


@pytest.mark.parametrize(
    ("name", "output", "fault"),
    [
        ("a.html", PAGE.replace(PLAIN, "&lt;b&gt;bold&lt;/b&gt;"), ""),
        ("a.html", PAGE.replace(PLAIN, "<b>bold</b>"), "HTML that is not escaped"),
        ("a.html", PAGE.replace(PLAIN, "<i>bold</i>"), "other elements than with plain words: i"),
        ("a.html", PAGE.replace(PLAIN, "words"), "a text is missing"),
        ("a.svg", "<svg>&lt;b&gt;bold</svg>", ""),
        ("a.svg", "<svg><b></svg>", "is no XML"),
        ("a.json", '{"data": [{"text": "<b>bold</b>"}], "layout": {}}', "HTML for Plotly"),
        (
            "a.json",
            '{"scene": {"data": [{"text": "&lt;b&gt;bold"}], "layout": {}}, "title": "<b>bold</b>"}',
            "",
        ),
        ("a.json", "{", "is no JSON"),
        ("a", "<b>bold</b>", ""),
        ("a", "words", "a text is missing"),
    ],
)
def test_what_a_name_does_to_an_output_is_seen(name, output, fault):
    plain = {"a.html": PAGE, "a.svg": f"<svg>{PLAIN}</svg>", "a.json": f'"{PLAIN}"', "a": PLAIN}
    assert wrong(name, output, ["<b>bold</b>"], plain).startswith(fault)
    assert bool(wrong(name, output, ["<b>bold</b>"], plain)) == bool(fault)


def test_elements_and_words_of_a_page_are_seen():
    seen = Seen("<p id=a class=b>words<script>code</script><!-- more --></p>")
    assert seen.elements == {"p class id", "script", "a comment"}
    assert seen.words == ["words"]


def test_a_text_is_shown_where_its_letters_are():
    assert shown("a b\n  c", "c")
    assert not shown("a b", "c")
