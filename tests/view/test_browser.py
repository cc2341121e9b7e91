"""The page in a real browser: it loads nothing from elsewhere, plays by itself, and answers its settings."""

import base64
import gzip
import importlib
import json
import os
import re
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from time import monotonic

import pytest

from analysis.report import page as report_page
from analysis.tables.scored_observations import of_run
from sim.engine.inputs import load_inputs
from sim.ensembles.job import Job
from sim.ensembles.run_job import do
from sim.record.record import load_record
from sim.view import server as view_server
from sim.view.live import PlayedResult, live
from sim.view.pages import ScenarioPage

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("playwright") is None, reason="needs playwright"),
    pytest.mark.skipif(CHROMIUM is None, reason="needs a chromium"),
]

HOST = "127.0.0.1"
ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
SIZES = {"wide": (1280, 720), "narrow": (390, 844)}
MARKER = "document.querySelector('#map [data-id=\"column-army\"]').getAttribute('transform')"
READY = 'body[data-ready="1"]'
MOST_WAIT_MS = 90_000
"""A page on two busy cores is ready after up to 50 seconds; alone after two."""
APART = """
(ids) => ids.flatMap((id) => {
  // words of one plot that overlap
  const words = [...document.querySelectorAll('#' + id + ' .js-plotly-plot text, #' + id + ' text')]
    .filter((node) => node.textContent.trim() && node.getBoundingClientRect().width);
  const boxes = words.map((node) => [node.textContent, node.getBoundingClientRect()]);
  return boxes.flatMap(([word, a], i) => boxes.slice(i + 1)
    .filter(([, b]) => a.left < b.right - 2 && b.left < a.right - 2 && a.top < b.bottom - 3 && b.top < a.bottom - 3)
    .map(([other]) => word + ' / ' + other));
})
"""
UNDER = """
() => {
  // names of places that lie under or over a sign of the map
  const signs = ['claims', 'events', 'station'].map((uid) => '#map .trace' + uid + ' path.point');
  const all = [...document.querySelectorAll(signs.join() + ', #map svg.over [data-id]')];
  const boxes = all.map((node) => node.getBoundingClientRect());
  return [...document.querySelectorAll('#map .tracenames text')].filter((node) => node.textContent.trim()).flatMap((node) => {
    const a = node.getBoundingClientRect();
    return boxes.filter((b) => a.left < b.right - 2 && b.left < a.right - 2 && a.top < b.bottom - 3 && b.top < a.bottom - 3)
      .map(() => node.textContent);
  });
}
"""
NAMES = "[...document.querySelectorAll('#map .tracenames text')].map((node) => node.textContent)"


@pytest.fixture(scope="module")
def address():
    page = ScenarioPage(load_inputs("kidal-offensive"), 1)
    page.warm()
    with view_server.bound(HOST, 0) as listening:
        server = view_server.made_server(page, listening, HOST)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://{HOST}:{listening.getsockname()[1]}/"
        server.shutdown()
        thread.join(5)
        server.server_close()


@pytest.fixture(scope="module")
def browser():
    from playwright import sync_api  # slow to import

    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield chromium
        chromium.close()


def opened(page, url):
    """A page with its drawing done; what it loads has no limit of its own."""
    page.goto(url, wait_until="commit")
    page.wait_for_selector(READY, timeout=MOST_WAIT_MS)


@pytest.fixture(scope="module")
def pages(browser, address):
    """A page of each size, with what it complained of and what it asked for."""
    by_size = {}
    for name, (width, height) in SIZES.items():
        page = browser.new_page(viewport={"width": width, "height": height})
        page.wrong, page.asked = watched(page), []
        page.on("request", lambda request, page=page: page.asked.append(request.url))
        opened(page, address)
        by_size[name] = page
    yield by_size
    for page in by_size.values():
        page.close()


@pytest.fixture
def page(pages):
    """The wide page as it was when it was loaded."""
    page = pages["wide"]
    page.evaluate("kidal.play(false); kidal.speed = 24")
    page.click("#tab-map")
    page.evaluate("kidal.go(0)")
    return page


def until(page, expression):
    """Wait for what is true in a page at last; Playwright's own way is forbidden by the page's policy."""
    end = monotonic() + 120.0
    while not page.evaluate(expression):
        assert monotonic() < end, expression
        page.wait_for_timeout(30)


def typed(page, label, text):
    field = page.get_by_label(label)
    field.fill(text)
    field.press("Enter")


def watched(page):
    """What a page complains of, from here on."""
    wrong = []
    page.on(
        "console",
        lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: wrong.append(str(error)))
    return wrong


def cover(page):
    return page.evaluate(
        "kidal.plot('map').data.find((trace) => trace.uid === 'cover').y.filter((y) => y !== null).length"
    )


def said(page):
    return page.locator("#said li").all_inner_texts()


def test_play_moves_the_column_and_pause_stops_it(page):
    page.evaluate("kidal.go(6); kidal.speed = 72")
    before = page.evaluate(MARKER)
    requests = len(page.asked)
    page.click("#go-play")
    until(page, "kidal.hour > 80")
    assert page.evaluate(MARKER) != before
    page.click("#go-play")
    hour = page.evaluate("kidal.hour")
    page.wait_for_timeout(300)
    assert page.evaluate("kidal.hour") == hour
    assert len(page.asked) == requests  # playing never waits for the server


def test_names_keep_clear_of_the_column_while_it_plays(page):
    page.evaluate("kidal.go(60); kidal.speed = 24; kidal.play(true)")
    for hour in (66, 72, 78, 84):
        until(page, f"kidal.hour > {hour}")
        page.evaluate("kidal.play(false)")
        page.wait_for_timeout(200)
        assert page.evaluate(UNDER) == []
        page.evaluate("kidal.play(true)")
    page.evaluate("kidal.play(false)")


def test_keys_step_and_play(page):
    page.locator("#slider").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("kidal.hour") == 1
    page.keyboard.press("Shift+ArrowRight")
    assert page.evaluate("kidal.hour") == 25
    page.keyboard.press("ArrowLeft")
    assert page.inner_text("#clock") == "3 Oct 2023, 00:00 UTC"
    page.keyboard.press("Shift+ArrowLeft")
    assert page.evaluate("kidal.hour") == 0
    page.keyboard.press(" ")
    until(page, "kidal.hour > 1")
    page.keyboard.press(" ")
    assert not page.evaluate("kidal.playing")
    page.get_by_label("Random seed").focus()
    hour = page.evaluate("kidal.hour")
    page.keyboard.press("ArrowRight")  # a key that is typed is no step
    assert page.evaluate("kidal.hour") == hour


def assert_space_plays(page):
    """Space plays, and space again pauses; nothing else comes of it."""
    page.evaluate("kidal.go(30)")
    page.keyboard.press(" ")
    until(page, "kidal.playing && kidal.hour > 30.1 && kidal.hour < 53")  # and no button was repeated
    page.keyboard.press(" ")
    assert not page.evaluate("kidal.playing")


def assert_keys_play_after_each_control(page):
    """Whatever was used with the mouse last, keys play and step."""
    page.evaluate("kidal.speed = 6")
    for name in ("go-day-on", "go-hour-back", "go-hour-on", "go-day-back", "legend > summary"):
        page.locator(f"#{name}").click()
        assert page.evaluate("document.activeElement === document.body"), name
        assert_space_plays(page)
    page.locator("#go-play").click()
    page.locator("#go-play").click()
    assert_space_plays(page)
    for name in ("go-day-on", "go-play", "speed", "slider", "said", "legend > summary"):  # with the keyboard
        page.locator(f"#{name}").focus()
        assert_space_plays(page)
        page.keyboard.press("ArrowRight")
        assert page.evaluate("Number.isInteger(kidal.hour)"), name
    page.evaluate("kidal.go(30)")
    page.focus("#go-day-on")
    page.keyboard.press("Enter")  # which presses a button, as everywhere
    assert page.evaluate("[kidal.hour, document.activeElement.id]") == [54, "go-day-on"]
    page.fill("#date", "2023-10-05")  # as the calendar does
    assert page.evaluate("document.activeElement === document.body")
    assert_space_plays(page)
    page.focus("#date")
    page.evaluate("kidal.go(30)")
    for key in ("0", "3", "ArrowRight"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.id") == "date"  # keys of a date, and no steps
    assert_space_plays(page)
    assert page.evaluate("document.activeElement === document.body")
    page.focus("#date")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement === document.body")
    page.evaluate("kidal.go(0)")


def test_keys_play_after_each_control_but_in_a_text_field(page):
    page.mouse.click(640, 20)
    assert_keys_play_after_each_control(page)
    page.click("#tab-map")
    assert_space_plays(page)
    page.keyboard.press("ArrowRight")
    assert page.get_attribute("#tab-map", "aria-selected") == "true"
    field = page.get_by_label("Random seed")
    field.click()
    hour = page.evaluate("kidal.hour")
    for key in (" ", "ArrowLeft", "End", "Home"):
        page.keyboard.press(key)
    assert page.evaluate("[kidal.hour, kidal.playing]") == [hour, False]
    assert field.input_value() == "1 "
    field.fill("1")
    field.press("Enter")


def test_a_list_of_choices_keeps_its_keys_and_gives_them_back(page):
    page.locator(".dash-dropdown").first.click()
    page.wait_for_selector(".dash-dropdown-content")
    page.wait_for_timeout(200)
    page.keyboard.press("ArrowDown")
    assert page.evaluate("[kidal.hour, kidal.playing]") == [0, False]
    page.keyboard.press("Escape")
    page.wait_for_timeout(200)
    assert_space_plays(page)


def test_a_date_outside_the_run_gives_way_to_the_one_shown(page):
    for typed_ in ("2022-01-01", "2030-01-01"):
        page.fill("#date", typed_)
        page.locator("#slider").focus()
        shown = "kidal.date(kidal.scene.zero, kidal.hour).toISOString().slice(0, 10)"
        assert page.input_value("#date") == page.evaluate(shown)


def test_arrows_go_from_tab_to_tab_and_step_no_hour(page):
    page.evaluate("kidal.go(5)")
    page.focus("#tab-map")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "tab-fan"
    page.wait_for_selector("#tab-fan[aria-selected=true]")
    assert [page.get_attribute(f"#tab-{name}", "tabindex") for name in ("map", "fan")] == ["-1", "0"]
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "tab-map"
    page.wait_for_selector("#tab-map[aria-selected=true]")
    page.keyboard.press("Home")
    assert page.evaluate("[document.activeElement.id, kidal.hour]") == ["tab-map", 5]


def test_claims_at_the_first_hour_leave_the_axis_its_numbers(page):
    page.evaluate("kidal.go(12)")
    page.wait_for_timeout(300)
    cut = """() => {
      const edge = document.querySelector('#distance svg.over').getBoundingClientRect().left;
      return [...document.querySelectorAll('#distance .scatterlayer path.point')].map((one) => one.getBoundingClientRect())
        .filter((box) => box.left < edge && edge < box.right).length;
    }"""
    assert page.evaluate(cut) == 0


def test_a_jump_to_a_date_shows_the_claims_of_that_morning(page):
    page.fill("#date", "2023-10-05")
    assert page.inner_text("#clock") == "5 Oct 2023, 12:00 UTC"
    claims = said(page)
    morning = [text for text in claims if "5 Oct, 06:30 to 07:30" in text]
    assert len(morning) == 4
    assert any("claimed by: CSP" in text for text in morning)
    assert not any("5 Oct, 15:30" in text for text in claims)
    marks = page.evaluate("kidal.plot('map').data.find((trace) => trace.uid === 'claims')")
    counted = sum(int(text.strip() or 1) for text in marks["text"])
    assert 5 <= len(marks["x"]) < counted  # one for each party at a place
    assert counted >= 15
    page.evaluate("kidal.go(6 * 24 + 12)")
    assert any("5 Oct, 15:30" in text for text in said(page))
    page.evaluate("kidal.go(0)")
    assert not any("06:30 to 07:30" in text for text in said(page))


def test_what_the_run_did_stands_beside_the_claims(page):
    page.evaluate("kidal.go(48)")
    assert any("army column: leaves Gao" in text for text in page.locator("#did li").all_inner_texts())


def step(page, key, radius):
    """Choose the next or the last radius with the keyboard alone."""
    page.focus("button[id*=radius]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".dash-dropdown-content [aria-selected=true] input:focus")
    page.keyboard.press(key)
    page.wait_for_selector(f".dash-dropdown-content input[value='{radius}']:focus")
    page.keyboard.press("Enter")
    page.wait_for_selector(".dash-dropdown-content", state="detached")


def test_a_changed_radius_changes_the_cover_and_the_circle(page):
    before, circle = cover(page), page.evaluate("kidal.scene.drones[0].radius")
    step(page, "ArrowDown", "300 km")
    until(page, f"kidal.scene.drones[0].radius !== {circle}")
    until(
        page,
        f"kidal.plot('map').data.find((trace) => trace.uid === 'cover').y.filter((y) => y !== null).length > {before}",
    )
    assert page.url.endswith("?drones.tb2.radius=300+km")
    typed(page, "Random seed", "none")
    until(page, "document.getElementById('message').textContent.includes('none')")
    typed(page, "Random seed", "1")
    until(page, "document.getElementById('message').textContent === ''")
    step(page, "ArrowUp", "150 mi")
    until(page, f"kidal.scene.drones[0].radius === {circle}")
    page.wait_for_timeout(300)
    assert cover(page) == before
    assert "?" not in page.url


def test_alternatives_that_exclude_each_other_are_one_choice_and_others_are_ticked(page):
    first, other = (
        "Conditions to resume the advance: refit",
        "Conditions to resume the advance: refit, calendar",
    )
    folded = page.locator("details", has=page.get_by_label(first, exact=True))
    folded.locator("summary").click()
    page.get_by_label(first, exact=True).check()
    page.get_by_label(other, exact=True).check()
    page.get_by_label("The defence of a position may break by night").check()
    assert not page.get_by_label(first, exact=True).is_checked()
    until(page, "location.search === '?with=hazard-by-night&with=go-refit-calendar'")
    folded.get_by_label("As in the scenario").check()
    page.get_by_label("The defence of a position may break by night").uncheck()
    until(page, "location.search === ''")
    folded.locator("summary").click()


def test_fans_come_and_are_drawn_anew(page):
    def fans_of(seed):  # they are said once they are drawn
        until(
            page,
            f"document.getElementById('fan-say').textContent.startsWith('1,000 runs, random seed {seed}')",
        )

    page.click("#tab-fan")
    fans_of(1)
    upper = "JSON.stringify(kidal.plot('fan').data.find((trace) => trace.uid === 'fan-05').y)"
    first = page.evaluate(upper)
    typed(page, "Seed", "2")
    fans_of(2)
    assert page.evaluate(upper) != first
    typed(page, "Seed", "1")
    fans_of(1)
    assert page.evaluate(upper) == first
    count, names = page.evaluate("kidal.fans"), "kidal.plot('fan').data.map((trace) => trace.uid).join()"
    boxes = page.evaluate(names)
    page.click("#fan-column input[value=un]")
    until(page, f"kidal.fans > {count}")
    assert page.evaluate(upper) != first
    assert page.evaluate(names) != boxes
    assert page.locator("#fan .scatterlayer .trace").count() == page.evaluate("kidal.plot('fan').data.length")


def test_a_setting_that_is_refused_for_the_fans_is_told_of_beside_the_settings(page):
    page.click("#tab-fan")
    typed(page, "Random seed", "banana")
    until(page, "document.getElementById('message').textContent.includes('banana')")
    assert "banana" in page.inner_text("#fan-say")
    typed(page, "Random seed", "1")
    until(page, "document.getElementById('message').textContent === ''")


def test_a_link_shows_the_fans_of_its_settings_with_the_base_case_and_saves_them(browser, address):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    wrong = watched(page)
    query = "?drones.tb2.radius=300+km&with=hazard-by-night&by=2023-11-20&tab=fan"
    opened(page, f"{address}{query}&fog=1")
    assert page.evaluate("kidal.fans") > 0
    assert page.inner_text("#fault") == "Ignored in the address, since it is not offered here: fog=1"
    until(page, f"location.search === '{query}'")
    assert page.get_attribute("#link", "href") == f"/{query}"
    assert page.get_by_label("The defence of a position may break by night").is_checked()
    assert "night hazard 0.5; radius 300 km; grey: the base case" in page.inner_text("#fan-say")
    assert page.evaluate("kidal.plot('fan').data.map((trace) => trace.uid)").count("base") == 1
    head, first, ghost, *_ = page.locator("#milestones tr").all_inner_texts()
    assert re.split(r"\t", head)[:4] == ["Milestone", "Median", "Pr before 20 Nov", "Pr by the end"]
    assert first.startswith("Anefis: captured\t")
    assert ghost.startswith("base case\t")
    for kind, begins_with in (("csv", b"# kidal-offensive, "), ("png", b"\x89PNG")):
        with page.expect_download() as download:
            page.focus(f"#{kind}")
            page.keyboard.press("Enter")
        name = f"kidal-offensive-army-seed-1-night-hazard-0.5-radius-300-km.{kind}"
        assert download.value.suggested_filename == name
        assert Path(download.value.path()).read_bytes().startswith(begins_with)
    page.click("#tab-map")
    until(page, "!!kidal.scene")
    until(page, "location.search === '?drones.tb2.radius=300+km&with=hazard-by-night&by=2023-11-20'")
    assert page.evaluate("kidal.scene.drones[0].radius") == 300.0
    assert wrong == []
    page.close()


def test_fans_that_are_refused_are_no_longer_waited_for(page):
    page.evaluate("delete document.body.dataset.ready")
    page.evaluate("dash_clientside.kidal.fan({ say: 'refused' })")
    assert page.inner_text("#fan-say") == "refused"
    assert page.evaluate("document.body.dataset.ready") == "1"


def test_fans_that_cannot_be_drawn_are_told_of(page):
    failing = """async () => {
      const react = Plotly.react;
      Plotly.react = () => Promise.reject(new Error("no room"));
      await dash_clientside.kidal.fan({ say: "drawn", figure: { data: [], layout: {} } }).catch(() => null);
      Plotly.react = react;
      return document.getElementById("fan-say").textContent;
    }"""
    assert page.evaluate(failing) == "The fans cannot be drawn (no room); loading the page again may help"


@pytest.mark.parametrize("size", SIZES)
def test_words_stand_apart_and_nothing_is_cut_off_at_the_side(pages, tmp_path, size):
    page = pages[size]
    shots = Path(os.environ.get("KIDAL_SHOTS", tmp_path))
    page.click("#tab-map")
    for day in ("2023-10-05", "2023-11-12"):
        page.evaluate(f"kidal.jump('{day}')")
        page.wait_for_timeout(500)
        page.screenshot(path=shots / f"{size}-{day}.png", full_page=True)
        assert page.evaluate(APART, ["map", "distance"]) == []
        assert page.evaluate(UNDER) == []
        assert {"Gao", "Tabankort", "Anefis", "Kidal"} <= set(page.evaluate(NAMES)), day
    page.click("#tab-fan")
    until(page, "kidal.fans > 0")
    page.wait_for_timeout(500)
    page.screenshot(path=shots / f"{size}-fan.png", full_page=True)
    assert page.evaluate(APART, ["fan"]) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    table = "document.getElementById('milestones')"
    until(page, f"{table}.querySelectorAll('td').length > 6")
    assert page.evaluate(f"{table}.scrollWidth <= {table}.clientWidth")  # no cell behind a scroll
    cells = f"[...{table}.querySelectorAll('td')].filter((cell) => cell.textContent)"
    assert page.evaluate(f"{cells}.every((cell) => cell.getBoundingClientRect().right <= window.innerWidth)")
    assert page.evaluate("document.querySelector('fieldset').getBoundingClientRect().height < 600")
    page.click("#tab-map")


def test_the_page_and_a_report_have_one_legend(pages, written):
    entries = "[...document.querySelectorAll('#legend li')].map((one) => one.textContent)"
    legend = pages["wide"].evaluate(entries)
    page = pages["wide"].context.browser.new_page()
    page.goto(written.as_uri())
    page.wait_for_selector(READY)
    assert page.evaluate(entries) == legend
    assert "drone cover by road-km" in legend
    page.close()


def test_hovering_shows_words_and_breaks_no_rule(page):
    page.evaluate("kidal.go(90)")
    page.wait_for_timeout(300)
    for mark in ("#map .traceclaims path.point", "#map .traceplaces path.point"):
        box = page.locator(mark).first.bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_selector("#map .hoverlayer text")
        page.mouse.move(0, 0)
    assert page.wrong == []


def test_every_control_has_a_name(pages):
    nameless = """[...document.querySelectorAll('button, select, input, ol, [role=tabpanel]')].filter((node) => {
      if (node.ariaHidden === 'true') return false;
      const label = node.labels && node.labels.length ? node.labels[0].textContent : '';
      return !(label || node.getAttribute('aria-label') || node.getAttribute('aria-labelledby') || node.textContent.trim());
    }).map((node) => node.outerHTML.slice(0, 200))"""
    assert pages["wide"].evaluate(nameless) == []


def test_nothing_was_wrong_and_nothing_was_asked_of_another_machine(pages):
    assert pages.keys() == SIZES.keys()
    for page in pages.values():
        assert page.wrong == []
        assert page.asked
        foreign = [url for url in page.asked if not url.startswith((f"http://{HOST}:", "data:", "blob:"))]
        assert foreign == [], json.dumps(foreign)


# --- a report ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A report of some runs of the first stage, with two of its figures."""
    folder = tmp_path_factory.mktemp("report") / "run"
    tables = do(Job(inputs=load_inputs("gao-anefis"), seed=1, runs=20, draw=True, out=folder))[1]
    run = report_page.ReportedRun("run", tables, of_run(tables, load_record()))
    page = report_page.page(
        [run], live([PlayedResult(folder, tables, "run")]), figures=("time-distance", "map")
    )
    (folder / "report.html").write_text(page, encoding="utf-8")
    return folder / "report.html"


@pytest.mark.parametrize("size", SIZES)
def test_a_report_opens_from_a_file_asks_for_nothing_and_plays(browser, written, size, tmp_path):
    shots = Path(os.environ.get("KIDAL_SHOTS", tmp_path))
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height})
    wrong, requests = watched(page), []
    page.on("request", lambda request: requests.append(request.url))
    opened(page, written.as_uri())
    assert [url for url in requests if not url.startswith(("data:", "blob:"))] == [written.as_uri()]
    before = page.evaluate(MARKER)
    page.click("#go-day-on")
    assert page.evaluate(MARKER) != before
    page.evaluate("kidal.jump('2023-10-05')")
    assert any("ambush" in text or "attack" in text for text in said(page))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("img").evaluate_all("(all) => all.every((one) => one.naturalWidth > 0)")
    wide = page.locator("figure img").evaluate_all(
        "(all) => all.map((one) => one.getBoundingClientRect().width)"
    )
    assert wide
    assert max(wide) <= width
    assert min(wide) >= min(880, width - 40)
    assert page.locator("#legend").get_by_text("claimed by: CSP").count() == 1
    assert page.locator("#legend").get_by_text("drone cover by road-km").is_visible()
    page.screenshot(path=shots / f"report-{size}.png", full_page=True)
    assert wrong == []
    page.close()


HOSTILE = "<a href='https://example.org'>$x$</a><!--<script><b style='color:red'>&lt;"
TEXTS = """
() => {
  // what hovering over everything says
  const plots = ["map", "distance"].map(kidal.plot);
  return plots.flatMap((plot) => plot.data.flatMap((trace) => [trace.hovertext, trace.text, trace.name].flat()))
    .concat(plots.flatMap((plot) => plot.layout.yaxis.ticktext || []));
}
"""


def hostile(scene):
    """A scene in which every text that is no number, date, colour or key is hostile."""
    for place, steps in scene["holders"].items():
        scene["holders"][place] = [[hour, HOSTILE] for hour, _ in steps]
    scene["inks"][HOSTILE] = "#123456"
    for claim in scene["claims"]:
        claim |= {"says": HOSTILE, "label": HOSTILE, "source": HOSTILE, "when": HOSTILE}
    for event in scene["events"]:
        event["text"] = HOSTILE
    for drone in scene["drones"]:
        for step in drone["steps"]:
            step["station"] = HOSTILE
    return scene


def with_scene(report, folder, change):
    """A report whose packed scene is another; its file."""
    data = re.compile(r'(id="scene-0">)(.*?)(</script>)', re.DOTALL)
    text = report.read_text(encoding="utf-8")
    scene = change(json.loads(gzip.decompress(base64.b64decode(data.search(text)[2]))))
    packed = base64.b64encode(gzip.compress(json.dumps(scene).encode())).decode()
    path = folder / "hostile.html"
    path.write_text(data.sub(lambda match: match[1] + packed + match[3], text), encoding="utf-8")
    return path


def test_no_text_of_a_scene_is_markup_for_plotly(browser, written, tmp_path):
    path = with_scene(written, tmp_path, hostile)
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    wrong = watched(page)
    opened(page, path.as_uri())
    page.evaluate("kidal.go(100)")
    page.wait_for_timeout(300)
    texts = [text for text in page.evaluate(TEXTS) if text]
    assert sum("example.org" in text for text in texts) > 10
    assert [text for text in texts if re.search(r"<(?!br>)", text)] == []
    page.locator("#map").scroll_into_view_if_needed()
    mark = page.locator("#map .traceclaims path.point").first.bounding_box()
    page.mouse.move(mark["x"] + 4, mark["y"] + 4)
    page.wait_for_selector(".hoverlayer text")
    assert "https://example.org" in page.locator("#map .hoverlayer").text_content()
    assert page.locator("#panel-map a").count() == 0
    assert wrong == []
    page.close()


def test_nothing_that_stands_in_a_text_runs_or_paints(browser, written, address, tmp_path):
    stray = "<script>window.stray = 1</script><style>body { color: red }</style><p style='color: red' onclick='stray = 1'>"
    path = tmp_path / "stray.html"
    path.write_text(written.read_text(encoding="utf-8").replace("</h1>", f"</h1>{stray}"), encoding="utf-8")
    for url in (path.as_uri(), address):
        page = browser.new_page()
        wrong = watched(page)
        opened(page, url)
        assert (wrong == []) == (url == address)
        if url == address:
            page.evaluate(f"document.body.insertAdjacentHTML('beforeend', {json.dumps(stray)})")
        page.evaluate("document.querySelector('p[onclick]').click()")
        assert page.evaluate("[window.stray, getComputedStyle(document.body).color]") == [
            None,
            "rgb(26, 26, 26)",
        ]
        assert (
            page.evaluate("getComputedStyle(document.querySelector('p[onclick]')).color") == "rgb(26, 26, 26)"
        )
        assert len(wrong) >= 3
        page.close()


def test_a_hostile_name_of_a_place_stands_on_map_and_diagram_as_text(browser, written, tmp_path):
    name = "<a href='https://example.org'>$x$</a><!--<script>"
    path = with_scene(
        written, tmp_path, lambda scene: json.loads(json.dumps(scene).replace('"Gao"', json.dumps(name)))
    )
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    opened(page, path.as_uri())
    page.wait_for_timeout(300)
    assert name in page.evaluate(NAMES)
    ticks = "[...document.querySelectorAll('#distance .ytick text')].map((node) => node.textContent)"
    assert f"{name}  0" in page.evaluate(ticks)
    assert page.locator("#panel-map a").count() == 0
    page.close()


def test_keys_play_a_report_from_wherever_they_come(browser, written):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    opened(page, written.as_uri())
    page.locator("h1").click()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("kidal.hour") == 1
    scrolled = page.evaluate("scrollY")
    assert_space_plays(page)
    assert page.evaluate("scrollY") == scrolled
    page.locator("#contents a").first.focus()
    assert_space_plays(page)
    assert_keys_play_after_each_control(page)
    page.close()


def test_the_pictures_of_readme_are_drawn_by_their_command(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "docs" / "make"))
    pictures = importlib.import_module("pictures")
    pictures.figures(tmp_path, runs=20)
    with ThreadPoolExecutor(1) as other:  # Playwright runs in this thread already
        other.submit(pictures.page, tmp_path).result()
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    for name in (*pictures.FIGURES, "page.png"):
        assert f"docs/figures/{name}" in readme
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
