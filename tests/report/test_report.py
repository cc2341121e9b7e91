"""A report: one page that needs nothing beside it, says what was run, and hides no null that wins."""

import base64
import gzip
import html
import io
import json
import re
import shutil
from dataclasses import replace
from functools import partial
from html.parser import HTMLParser

import numpy as np
import pytest
from jinja2 import UndefinedError
from markupsafe import Markup
from PIL import Image
from plotly.offline import get_plotlyjs

from analysis.answers import answer
from analysis.claims import contested
from analysis.figures import gallery
from analysis.figures.base.page import written
from analysis.report import claims as report_claims
from analysis.report import page as report_page
from analysis.report import tables as report_tables
from analysis.report import text
from analysis.report.page import ReportedRun
from analysis.report.pictures import pictures
from analysis.report.rendering import digest, rendered
from analysis.scores import scorecard
from analysis.words import changes
from runs import record_of, run_tables
from sim.store import provenance, reader
from sim.view.live import PlayedResult, live


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


def played(folder, run, *others):
    """What plays of some runs."""
    return live([PlayedResult(folder, one.tables, one.name) for one in (run, *others)])


def unpacked(page, name):
    """A text that stands compressed in a page."""
    (text,) = re.findall(f'<script type="application/octet-stream" id="{name}">(.*?)</script>', page)
    return gzip.decompress(base64.b64decode(text)).decode()


def test_its_policy_names_its_own_scripts_and_styles_and_nothing_else(told, tmp_path):
    run = told("un-kidal-gao")
    page = few([run], played(tmp_path, run))
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1])
    assert "unsafe" not in policy
    texts = {kind: re.findall(f"<{kind}>(.*?)</{kind}>", page, re.DOTALL) for kind in ("script", "style")}
    assert {kind: len(parts) for kind, parts in texts.items()} == {"script": 6, "style": 2}
    texts["script"].insert(0, unpacked(page, "plotly"))  # which is run once it is unpacked
    for kind, parts in texts.items():
        sources = re.search(f"{kind}-src ([^;]+)", policy)[1].split()
        hashes = [f"'sha256-{digest(text)}'" for text in parts]
        assert [source for source in sources if not source.startswith("'nonce-")] == hashes
    assert "script-src 'none'" in few([run])


def test_the_library_and_each_run_stand_in_it_once_and_compressed(told, tmp_path):
    runs = told("un-kidal-gao"), told("gao-anefis")
    page = few(runs, played(tmp_path, *runs))
    assert unpacked(page, "plotly") == get_plotlyjs()
    assert len(page) < 4e6
    scenes = [json.loads(unpacked(page, f"scene-{number}")) for number in (0, 1)]
    assert [scene["scenario"] for scene in scenes] == ["un-kidal-gao", "gao-anefis"]
    options = re.findall(r'<option value="(\d)">\s*([^<:]+): run 0 \(20 stored\)', page)
    assert options == [("0", "un-kidal-gao"), ("1", "gao-anefis")]
    assert 'id="result"' not in few(runs[:1], played(tmp_path, *runs[:1]))


def test_a_script_that_would_end_early_is_refused(tmp_path):
    template = tmp_path / "page.html"
    template.write_text("{{ script(text) }}", "utf-8")
    assert rendered(template, text="1 < 2\r\n").html == "<script>1 < 2\n</script>"
    for broken in ("'</SCRIPT>'", "a <!-- b", "a\rb"):
        with pytest.raises(ValueError, match="no text of a script"):
            rendered(template, text=broken)


def test_the_answer_stands_on_top_and_the_contents_name_every_section(page, told):
    run = told("gao-anefis")
    head = words(page[page.index('id="answer"') : page.index('id="contents"')])
    card = scorecard.card(run.tables, run.record, run.name)
    assert text.what(run.tables) in head
    assert text.what(run.tables).startswith(
        "20 runs of gao-anefis, 2 Oct 2023 to 1 Nov 2023, random seed 1, "
    )
    sentences = answer.sentences(run.tables, run.record)
    assert sentences[0].startswith("Anefis is captured in ")
    below = [*answer.below(run.tables, run.record), *text.scored(card, run.record)]
    assert all(" ".join(sentence.split()) in head for sentence in [*sentences, *below])
    sections = re.findall(r'<section id="([^"]+)"><h2>([^<]+)', page)
    links = re.findall(r'<li><a href="#([^"]+)">([^<]+)', page)
    assert links == [one for one in sections if one[0] != "answer"]
    assert len(links) == 8
    assert ("contradictions", "Reports that contradict each other") in links
    assert ("differences", "Reports that differ, and can both be true") in links
    said = words(page)
    assert "Not for predicting other wars, nor for advice" in said
    assert "The killings of civilians belong to the record" in said


def test_what_was_changed_and_how_to_reproduce_it_stands_in_it(told):
    run = told("un-kidal-gao")
    change = {"by": "set", "name": "x", "words": "radius", "value": "300 km", "base": "150 mi"}
    tables = replace(run.tables, manifest=run.tables.manifest | {"changes": [change], "label": "near"})
    page = few([replace(run, tables=tables)])
    assert "Changed: radius 300 km (base: 150 mi)." in words(page)
    rows = dict(text.reproducibility(tables, "runs/my near"))
    assert rows["Random seed"] == "1"
    assert rows["Rules"] == f"number {provenance.rules()}"
    assert rows["To verify"].startswith("kidal verify 'runs/my near' ")
    assert "numpy " in rows["Versions"]
    said = words(page)
    assert all(value in said for _, value in text.reproducibility(tables, run.name))
    assert changes.line(tables) == "changed: radius 300 km (base: 150 mi)"


def test_the_scores_are_plain_where_nothing_fits(told):
    card = scorecard.card(told("gao-anefis").tables, told("gao-anefis").record, "x")
    met = np.zeros((300, len(card.rows)), bool)
    none = text.scored(replace(card, interval_hits=met), told("gao-anefis").record)[1]
    assert none.startswith(
        "None of 300 runs meets all the reported intervals at once: the probability is below 0.99 %"
    )  # 1 - 0.05^(1/300)
    few = text.scored(replace(card, interval_hits=met[:1]), told("gao-anefis").record)[1]
    assert few == "None of 1 run meets all the reported intervals at once; so few say no more."
    met[:3] = True
    some = text.scored(replace(card, interval_hits=met), told("gao-anefis").record)[1]
    assert some.startswith(
        "3 of 300 runs meet all the reported intervals at once: that such a run is possible"
    )
    assert text.scored(None, told("gao-anefis").record) == [text.NOTHING_SCORED]


def test_a_report_says_why_no_run_is_played_and_reads_a_run_once(kidal, monkeypatch, tmp_path):
    assert kidal("run", "un-kidal-gao", "--runs", "5", "--out", "out")[0] == 0
    read = []
    monkeypatch.setattr(
        reader, "finished_manifest", lambda *a, f=reader.finished_manifest: (read.append(a), f(*a))[1]
    )
    assert kidal("report", "out")[0] == 0
    assert len(read) == 1
    tables = reader.read_run(tmp_path / "out")
    bare = replace(tables, events={name: values[:0] for name, values in tables.events.items()})
    page = live([PlayedResult(tmp_path / "out", bare, "near")])
    assert "near: no run can be played here: out: has no stored run" in page.html
    assert page.scripts == []


def test_the_tables_have_the_scores_and_none_is_wider_than_its_head(page, told):
    run = told("gao-anefis")
    card = scorecard.card(run.tables, run.record, run.name)
    made = report_tables.scores(card)
    said = words(page)
    for table in made:
        assert {len(row) for row in table.rows} == {len(table.head)}
        assert all(cell in said for row in table.rows for cell in row)
    titles = {table.title: table for table in made}
    observed = titles["Milestones beside the reports (UTC)"]
    assert [row[0] for row in observed.rows][-1] == "Anefis: captured"
    assert observed.rows[-1][2] == "6 Oct 18:00 to 7 Oct 12:00"
    scores = titles["Log scores (nats)"].rows
    assert [row[2] for row in scores] == [f"{row.score:.2f}" for row in card.rows]
    assert [row[3].split()[0] for row in scores] == [f"{row.skill(row.best):+.2f}" for row in card.rows]
    heads = titles["Log scores of the baselines (nats)"].head
    assert heads[:5] == [
        "milestone",
        "uniform",
        "constant speed",
        "reference pace",
        "reference pace with a halt",
    ]


def test_wide_tables_name_their_columns_in_each_row(page):
    wide = re.search(r'<table class="wide[^>]*>.*?</table>', page, re.DOTALL)[0]
    heads = re.findall(r'<th scope="col">([^<]+)', wide)
    first = re.search(r"<tbody>\s*<tr>(.*?)</tr>", wide, re.DOTALL)[1]
    assert len(heads) > report_tables.PHONE_COLUMNS
    assert re.findall(r'<td data-head="([^"]+)">', first) == heads[1:]
    assert "<pre" not in page


def test_contested_claims_have_the_parties_by_name(page, told):
    run = told("gao-anefis")
    account = contested.weigh(run.tables, run.record)
    matters = report_claims.matters(run.tables, run.record, account)
    said = words(page)
    assert matters
    for matter in matters:
        cells = [cell for table in matter.tables for row in table.rows for cell in row]
        assert all(cell in said for cell in [matter.question, matter.given, *matter.notes, *cells])
    assert {"CSP", "army"} <= {row[0] for table in matters[0].tables for row in table.rows}


def test_the_largest_discrepancies_come_first(told):
    run = told("gao-anefis")
    card = scorecard.card(run.tables, run.record, "x")
    lines = text.discrepancies(card, run.tables)
    skills = [float(re.search(r"skill ([+-][\d.]+)", line)[1]) for line in lines]
    assert skills == sorted(skills)
    assert skills[0] == pytest.approx(min(row.skill(row.best) for row in card.rows), abs=0.005)


def test_pictures_have_a_palette_and_look_alike(told):
    run = told("gao-anefis")
    (picture,) = pictures(run.tables, run.record, ["cover"])
    code = base64.b64decode(picture.code)
    image, whole = Image.open(io.BytesIO(code)), written(gallery.draw("cover", run.tables, run.record), "png")
    assert (image.format, image.size, picture.shape) == ("WEBP", (picture.width, picture.height), "low")
    assert len(code) < 0.45 * len(whole)
    assert len(image.convert("RGB").getcolors(257)) <= 256
    colours = [np.asarray(one.convert("RGB"), int) for one in (image, Image.open(io.BytesIO(whole)))]
    apart = np.abs(colours[0] - colours[1]).max(axis=2)
    assert apart.mean() < 0.5  # of 255
    assert (apart > 12).mean() < 0.001


def test_what_a_run_cannot_draw_is_left_out(told):
    alts = re.findall(r'<img alt="([^"]+)"', few([told("september-raids")]))
    assert "Map of the route, control and events" in alts
    assert "Drone cover" not in alts


def test_several_results_stand_side_by_side(told):
    runs = [told("gao-anefis"), told("un-kidal-gao")]
    page = few(runs)
    numbers = [int(number) for number in re.findall(r"<figcaption>Figure (\d+)\.", page)]
    assert numbers == list(range(1, len(numbers) + 1))  # through both
    assert len(numbers) > 2
    assert "<title>gao-anefis and un-kidal-gao, side by side</title>" in page
    assert text.side_by_side(["a", "b", "c"]) == "a, b and c, side by side"
    assert text.side_by_side(list("abcdef")) == "a, b, c and 3 more, side by side"
    assert "Figures: un-kidal-gao" in page
    table = re.search(r'<section id="beside">.*?</section>', page, re.DOTALL)[0]
    assert re.findall(r'<th scope="col">([^<]*)', table) == ["", "gao-anefis", "un-kidal-gao"]
    assert "Anefis: captured, Pr" in table
    alts = re.findall('<img alt="([^"]+)"', report_page.page([runs[0], runs[0]], figures=("cover",)))
    assert alts == ["Drone cover"]  # the same picture once


def test_results_of_one_label_are_called_by_their_folders(told):
    tables = told("gao-anefis").tables
    assert changes.labels([("a/x", tables), ("b/x", tables)]) == ["a/x", "b/x"]
    assert changes.labels([("a/x", tables)]) == [tables.label]


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
    data = unpacked(live([PlayedResult(tmp_path, tables, HOSTILE)]).html, "scene-0")
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
