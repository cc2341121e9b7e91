"""A report: one page that needs nothing beside it, says what was run, and hides no null that wins."""

import html
import json
import re
import shutil
from dataclasses import replace
from functools import partial
from html.parser import HTMLParser

import numpy as np
import pytest
from bundled import bundled_network
from jinja2 import UndefinedError
from markupsafe import Markup

from analysis.report import page as report_page
from analysis.report import text
from analysis.report.page import ReportedRun
from analysis.report.rendering import digest, rendered
from analysis.scores import scorecard
from analysis.scores import tables as score_tables
from runs import record_of, run_tables
from sim.store import reader
from sim.view.live import live


@pytest.fixture(scope="module")
def told():
    """A run by the name of its scenario."""

    def given(scenario):
        tables = run_tables(scenario, 20)
        return ReportedRun(scenario, tables, record_of(tables))

    return given


few = partial(report_page.page, figures=("map", "cover"))
"""A page on which two figures stand for all."""


@pytest.fixture(scope="module")
def page(told):
    return few([told("gao-anefis")])


class Outside(HTMLParser):
    """What a page would fetch, and the tags it leaves open."""

    def __init__(self):
        super().__init__()
        self.fetched, self.open = [], []

    def handle_starttag(self, tag, attrs):
        self.fetched += [v for k, v in attrs if k in ("src", "href") and not v.startswith(("data:", "#"))]
        if tag not in ("meta", "img", "br", "input", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def words(page):
    """The text of a page."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def test_it_fetches_nothing_and_closes_what_it_opens(page):
    parser = Outside()
    parser.feed(page)
    assert (parser.fetched, parser.open) == ([], [])
    assert "default-src 'none'" in page


def test_its_policy_names_its_own_scripts_and_styles_and_nothing_else(told, tmp_path):
    tables = told("un-kidal-gao").tables
    page = few([told("un-kidal-gao")], live(tmp_path, tables))
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1])
    assert "unsafe" not in policy
    for kind, count in (("script", 7), ("style", 2)):
        hashes = [
            f"'sha256-{digest(text)}'" for text in re.findall(f"<{kind}>(.*?)</{kind}>", page, re.DOTALL)
        ]
        assert len(hashes) == count
        sources = re.search(f"{kind}-src ([^;]+)", policy)[1].split()
        assert [source for source in sources if not source.startswith("'nonce-")] == hashes
    assert "script-src 'none'" in few([told("un-kidal-gao")])


def test_a_script_that_would_end_early_is_refused(tmp_path):
    template = tmp_path / "page.html"
    template.write_text("{{ script(text) }}", "utf-8")
    assert rendered(template, text="1 < 2\r\n").html == "<script>1 < 2\n</script>"
    for broken in ("'</SCRIPT>'", "a <!-- b", "a\rb"):
        with pytest.raises(ValueError, match="no text of a script"):
            rendered(template, text=broken)


def test_it_says_what_was_run_the_answer_and_how_to_get_it_again(page, told):
    run, said = told("gao-anefis"), words(page)
    assert text.what(run.tables) in said
    card = scorecard.card(run.tables, run.record, run.name)
    assert len(text.answer(card, bundled_network())) == 3
    assert all(sentence in said for sentence in text.answer(card, bundled_network()))
    assert score_tables.lost(card) in said
    assert all(value in said for _, value in text.reproducibility(run.tables))
    assert "Not for predicting other wars, nor for advice" in said
    assert "The killings of civilians belong to the record" in said


def test_the_answer_speaks_of_places_and_events_and_is_plain_where_nothing_fits(told):
    card = scorecard.card(told("gao-anefis").tables, told("gao-anefis").record, "x")
    assert text.answer(card, bundled_network())[0].startswith("At Anefis the capture comes in ")
    met = np.zeros((300, len(card.rows)), bool)
    none = text.answer(replace(card, interval_hits=met), bundled_network())[2]
    assert none.startswith("None of 300 runs meets all these intervals at once: as a whole the model")
    met[:3] = True
    some = text.answer(replace(card, interval_hits=met), bundled_network())[2]
    assert some.startswith("3 of 300 runs meet all these intervals at once: that such a run can come")


def test_a_report_says_why_no_history_is_played_and_reads_a_run_once(kidal, monkeypatch, tmp_path):
    assert kidal("run", "un-kidal-gao", "--runs", "5", "--out", "out")[0] == 0
    read = []
    monkeypatch.setattr(
        reader, "finished_manifest", lambda *a, f=reader.finished_manifest: (read.append(a), f(*a))[1]
    )
    assert kidal("report", "out")[0] == 0
    assert len(read) == 1
    tables = reader.read_run(tmp_path / "out")
    bare = replace(tables, events={name: values[:0] for name, values in tables.events.items()})
    assert "None can be played here: out: has no stored run" in live(tmp_path / "out", bare).html


def test_every_score_of_the_tables_stands_in_it(page, told):
    run = told("gao-anefis")
    said = words(page)
    tables = score_tables.tables([scorecard.card(run.tables, run.record, run.name)])
    assert tables
    for _, table in tables:
        assert table
        assert all(cell in said for line in table for cell in line)


def test_the_worst_misses_come_worst_first(told):
    card = scorecard.card(told("gao-anefis").tables, told("gao-anefis").record, "x")
    skills = [float(re.search(r"skill ([+-][\d.]+)", miss)[1]) for miss in text.misses(card)]
    assert skills == sorted(skills)
    assert skills[0] == pytest.approx(min(row.skill(row.best) for row in card.rows), abs=0.005)


def test_what_a_run_cannot_draw_is_left_out(told):
    alts = re.findall(r'<img alt="([^"]+)"', few([told("september-raids")]))
    assert "Map of the route, control and events" in alts
    assert "Drone cover" not in alts


@pytest.mark.slow
def test_several_runs_stand_side_by_side(told):
    page = few([told("gao-anefis"), told("un-kidal-gao")])
    assert "2 runs side by side" in page
    assert "Figures, un-kidal-gao" in page


def test_what_is_hostile_in_a_run_is_shown_as_text(told):
    run = told("un-kidal-gao")
    manifest = {**run.tables.manifest, "summary": "<script>alert(1)</script>", "command": ["kidal", "<b>"]}
    page = few([ReportedRun("<i>", replace(run.tables, manifest=manifest), run.record)])
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


HOSTILE = "<!--<script> <a href='https://example.org'>Gao</a> & $x$"


def test_a_hostile_name_is_played_as_the_text_that_it_is(tmp_path):
    tables = run_tables("gao-anefis", 1)
    named = np.where(tables.route["place"] == "gao", HOSTILE, tables.route["name"])
    tables = replace(
        tables,
        route=tables.route | {"name": named},
        manifest=tables.manifest | {"scenario": HOSTILE},
    )
    (data,) = re.findall(
        r'<script type="application/json" id="scene-data">(.*?)</script>',
        live(tmp_path, tables).html,
        re.DOTALL,
    )
    assert not set("<>&") & set(data)
    scene = json.loads(data)
    assert scene["scenario"] == HOSTILE
    assert scene["columns"][0]["way"][0]["name"] == HOSTILE


def test_a_page_takes_what_is_no_markup_for_text_and_lacks_nothing(tmp_path):
    template = tmp_path / "page.html"
    template.write_text(
        "<p title=\"{{ name }}\">{{ name }}</p>{{ markup }}{{ source('own.css') }}\n", "utf-8"
    )
    (tmp_path / "own.css").write_text("p > b { content: '{{ name }}' }", "utf-8")
    page = rendered(template, name='<a href="x">$x$', markup=Markup("<hr>"))
    safe = "&lt;a href=&#34;x&#34;&gt;$x$"
    assert page.html == f"<p title=\"{safe}\">{safe}</p><hr>p > b {{ content: '{{{{ name }}}}' }}\n"
    with pytest.raises(UndefinedError, match="'markup' is undefined"):
        rendered(template, name="")


@pytest.mark.slow
def test_the_command_writes_it_into_the_folder_and_refuses_what_is_none(kidal, told, tmp_path):
    assert kidal("run", "un-kidal-gao", "--runs", "20", "--out", "out")[0] == 0
    assert kidal("report", "out") == (0, "written: out/report.html\n", "")
    first = (tmp_path / "out" / "report.html").read_bytes()
    assert kidal("report", "out")[0] == 0
    assert (tmp_path / "out" / "report.html").read_bytes() == first
    shutil.rmtree(tmp_path / "out" / "axis")
    for words_of, message in (
        (("nowhere",), "nowhere: is not a result folder"),
        (("out",), "out/axis/"),
        (("out", "--out", "page.txt"), "--out page.txt: has no ending of a page"),
    ):
        code, out, err = kidal("report", *words_of)
        assert (code, out) == (2, "")
        assert err.startswith(message)
