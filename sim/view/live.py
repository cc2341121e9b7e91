"""One stored history as HTML that plays by itself: the page's map and diagram, with all they need inside."""

import html
import json
from pathlib import Path

from analysis.replay import figures
from sim.files.yaml_tree import FaultyInput
from sim.store.reader import RunTables
from sim.view.controls import in_words
from sim.view.pages import FolderPage

ASSETS = Path(__file__).with_name("assets")
SCRIPTS = ("draw.js", "words.js", "over.js", "player.js")
KEYS_SCRIPT = """
document.addEventListener("keydown", (event) => {
  if (!event.target.closest || !event.target.closest(".live")) event.stopImmediatePropagation();
}, true);
window.kidal.load(JSON.parse(document.getElementById("scene-data").textContent));
"""
"""The keys play only where the player has the focus: elsewhere they scroll the report."""
PANEL_HTML = """\
<section class="live" aria-label="One history, to be played">
<h2>{title}</h2>
<p>{about}</p>
<div id="panel-map">
<div id="map-box" class="box" role="group" aria-label="Map"><div id="map-head" class="head"></div>
<div id="map" class="plot"></div></div>
<div id="distance-box" class="box" role="group" aria-label="Time-distance diagram">
<div id="distance-head" class="head"></div><div id="distance" class="plot"></div></div>
<div id="lists"><section><h2>Reported</h2><ol id="said" tabindex="0" aria-label="Reported"></ol></section>
<section><h2>In this run</h2><ol id="did" tabindex="0" aria-label="In this run"></ol></section></div>
<div id="player"></div>
{legend}
</div>
</section>
"""
NOT_PLAYED = """\
<section aria-label="One history, to be played">
<h2>One history, hour by hour</h2>
<p>None can be played here: {why}.</p>
</section>
"""
ABOUT_HISTORY = (
    "The first stored history of {count}. Claims appear as their hour comes, coloured by kind or party; "
    "hover over one for what it says, who claims it and where. Space plays, arrows step by an hour, with "
    "shift by a day."
)
LIVE_CSS = """
.live > h2 { font-size: 1.2rem; padding: 0.8rem 0 0; border-bottom: 0; color: inherit; }
.live #panel-map { height: 860px; }
@media (max-width: 860px) { .live #panel-map { height: auto; } }
"""


def live(folder: Path, tables: RunTables) -> str:
    """What plays of a run folder that is read already, with styles, scripts and data; or why it cannot."""
    from plotly.offline import get_plotlyjs

    try:
        page = FolderPage(folder, tables)
        scene = page.scene({})
    except FaultyInput as error:
        return NOT_PLAYED.format(why=html.escape(in_words(error)))
    about = ABOUT_HISTORY.format(count=f"{len(page.controls.fields[0].choices):,}")
    panel = PANEL_HTML.format(
        title="One history, hour by hour", about=html.escape(about), legend=_legend(page)
    )
    style = (ASSETS / "page.css").read_text(encoding="utf-8")
    data = json.dumps(scene, separators=(",", ":"), allow_nan=False).replace("</", "<\\/")
    scripts = [
        get_plotlyjs(),
        *((ASSETS / name).read_text(encoding="utf-8") for name in SCRIPTS),
        KEYS_SCRIPT,
    ]
    return "\n".join(
        [
            f"<style>\n.live {{\n{style}\n}}\n{LIVE_CSS}</style>",
            panel,
            f'<script type="application/json" id="scene-data">{data}</script>',
            *(f"<script>{script}</script>" for script in scripts),
        ]
    )


def _legend(page: FolderPage) -> str:
    """The page's legend, as HTML."""
    rows = []
    for chip, style, sign, text in figures.entries(page.ground.record.claims):
        look = ";".join(f"{name}:{value}" for name, value in style.items())
        mark = f'<span class="{chip}" style="{look}">{sign}</span>'
        rows.append(f"<li>{mark}{html.escape(text)}</li>")
    note = html.escape(figures.NOTE)
    return f'<details id="legend"><summary>Legend</summary><ul>{"".join(rows)}</ul><p>{note}</p></details>'
