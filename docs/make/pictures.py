"""Draw the pictures of README anew: `python docs/make/pictures.py [FOLDER]`; needs Chromium and Playwright.

The pictures are those of README's own run, `kidal run kidal-offensive --runs 300`.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from sim.engine.inputs import load_inputs
from sim.view import server as view_server
from sim.view.pages import ScenarioPage

HERE = Path(__file__).resolve().parent.parent / "figures"
KIDAL = Path(sys.executable).with_name("kidal")
RUNS = 300
FIGURES = {"kidal-offensive.png": "time-distance", "map.png": "map"}
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
DAY = "2023-10-05"


def figures(folder: Path, *, runs: int = RUNS) -> None:
    """Draw the figures of so many runs by README's commands."""
    run = ("run", "kidal-offensive", "--runs", str(runs), "--out", "run")
    with tempfile.TemporaryDirectory() as place:
        subprocess.run([KIDAL, *run], cwd=place, check=True, capture_output=True)
        for name, figure in FIGURES.items():
            words = ("plot", "run", "--figure", figure, "--out", str(folder.resolve() / name))
            subprocess.run([KIDAL, *words], cwd=place, check=True, capture_output=True)


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
