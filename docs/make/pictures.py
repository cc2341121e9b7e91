"""Draw the pictures of README and of the first page's gallery anew: `python docs/make/pictures.py [FOLDER]`.

Those of README are of its own result, `kidal run kidal-offensive --runs 300`; those of the gallery of this
one and of the sweeps and fits of RESULTS. Needs Chromium and Playwright.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from sim.engine.inputs import load_inputs
from sim.view import server as view_server
from sim.view.pages import ScenarioPage

HERE = Path(__file__).resolve().parent.parent / "figures"
KIDAL = Path(sys.executable).with_name("kidal")
RUNS = 300
FIGURES = {"kidal-offensive.png": "time-distance"}
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
DAY = "2023-10-05"
BASE = ("run", "kidal-offensive", "--runs")
RESULTS = {
    "run": (*BASE, str(RUNS)),
    "many": (*BASE, "5000"),
    "near": (*BASE, str(RUNS), "--set", "drones.tb2.radius=200 km"),
    "strength": ("sweep", "gao-anefis", "rebel-strength", "--runs", "200"),
    "reach": ("sweep", "kidal-offensive", "drone-radius-base", "--runs", "100"),
    "morris": ("sensitivity", "gao-anefis", "--milestone", "anefis:capture"),
    "bends": ("sweep", "gao-anefis", "one-at-a-time", "--runs", "20"),
    "hold": ("calibrate", "hold", "--points", "200"),
}
"""The results that the gallery is drawn of, and their commands."""
GALLERY = {
    "time-distance": ("run",),
    "milestones": ("run",),
    "map": ("run",),
    "captured": ("run",),
    "delays": ("run",),
    "cover": ("run",),
    "holders": ("run",),
    "displaced": ("run",),
    "claims": ("run",),
    "film": ("run", "--run", "nearest"),
    "probability": ("strength",),
    "ridges": ("strength",),
    "heat": ("reach",),
    "sensitivity": ("morris", "--milestone", "anefis:capture"),
    "curves": ("bends", "--milestone", "anefis:capture"),
    "box": ("many", "--milestone", "kidal:capture", "--by", "2023-11-18"),
    "posterior": ("hold",),
    "paired": ("run", "near"),
    "compared": ("run", "near"),
}
"""Each figure of the gallery: what `kidal plot` draws it of."""
WIDTH, COLOURS = 720, 128  # of a picture of the gallery: pixels, and how many colours it keeps


def kidal(place: str, *words: str) -> None:
    """Run a command in a folder."""
    subprocess.run([KIDAL, *words], cwd=place, check=True, capture_output=True)


def figures(folder: Path, *, runs: int = RUNS) -> None:
    """Draw README's figure of so many runs by its commands."""
    with tempfile.TemporaryDirectory() as place:
        kidal(place, *BASE, str(runs), "--out", "run")
        for name, figure in FIGURES.items():
            kidal(place, "plot", "run", "--figure", figure, "--out", str(folder.resolve() / name))


def gallery(folder: Path, place: str) -> None:
    """Draw every figure, small, of results that are stored in a folder, or are made there."""
    folder.mkdir(parents=True, exist_ok=True)
    for result, words in RESULTS.items():
        if not (Path(place) / result).exists():
            kidal(place, *words, "--out", result)
    for figure, words in GALLERY.items():
        drawn = Path(place) / f"{figure}.{'gif' if figure == 'film' else 'png'}"
        kidal(place, "plot", *words, "--figure", figure, "--out", str(drawn))
        small(drawn, folder / f"{figure}.png")


def small(drawn: Path, to: Path) -> None:
    """A picture at the gallery's width with few colours; of a film the frame in its middle."""
    with Image.open(drawn) as picture:
        picture.seek(getattr(picture, "n_frames", 1) // 2)
        size = (WIDTH, round(picture.height * WIDTH / picture.width))
        shrunk = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    shrunk.quantize(COLOURS, dither=Image.Dither.NONE).save(to, optimize=True)


def page(folder: Path) -> None:
    """A screenshot of the page of the whole offensive, as `kidal view kidal-offensive` serves it."""
    import threading

    from playwright.sync_api import sync_playwright

    shown = ScenarioPage(load_inputs("kidal-offensive"), 1)
    with view_server.bound("127.0.0.1", 0) as listening, sync_playwright() as play:
        server = view_server.made_server(shown, listening, "127.0.0.1")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        chromium = play.chromium.launch(executable_path=shutil.which("chromium"), args=ARGS)
        found = chromium.new_page(viewport={"width": 1280, "height": 720})
        found.goto(f"http://127.0.0.1:{listening.getsockname()[1]}/")
        found.wait_for_selector('body[data-ready="1"]', timeout=60_000)
        found.evaluate(f"kidal.jump('{DAY}')")
        found.wait_for_timeout(500)
        found.screenshot(path=folder / "page.png")
        chromium.close()
        server.shutdown()


if __name__ == "__main__":
    to = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    to.mkdir(parents=True, exist_ok=True)
    figures(to)
    page(to)
    with tempfile.TemporaryDirectory() as place:
        gallery(to / "gallery", place)
