"""A film of one stored history: the map with the columns on their way, the date, and the claims as they come.

It plays a scene (analysis.scene); a frame is a few hours. With ffmpeg it is an mp4, without it a gif.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib import style
from matplotlib.animation import AbstractMovieWriter, FFMpegWriter, PillowWriter
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from analysis import land
from analysis.layout import wrapped
from analysis.looks import INK, QUIET, STYLE
from analysis.outcomes import SIDES
from analysis.outlines import Outline
from analysis.shown import SIDE_LOOKS
from analysis.text import round_minute
from analysis.whereabouts import frame
from sim.network import Network

SIZE, DPI, RATE = (9.6, 5.4), 100, 12  # inches, dots an inch, frames a second
LONG, STEPS = 24 * 40, (3, 6)  # h a frame: of a run up to so long, and of a longer one
FRESH = 48.0  # h for which a claim or event stands out
LAST = 4  # of claims and of events that are told
PANEL = 3.9  # inches
FACES = {word: SIDE_LOOKS[side]["fc"] for side, word in SIDES.items() if side in SIDE_LOOKS}
"""The colour of a side by its word."""

Scene = Mapping[str, Any]


def can_encode() -> bool:
    """Whether ffmpeg is there, so that an mp4 can be written."""
    return bool(FFMpegWriter.isAvailable())


def write(scene: Scene, network: Network, outlines: Sequence[Outline], path: Path, moments: Any) -> int:
    """Write a film (.mp4, .gif) of a scene; returns its frames. `moments` gives the moment (UTC) of an hour.

    Raises OSError if it cannot be written.
    """
    writer: AbstractMovieWriter = (FFMpegWriter if path.suffix == ".mp4" else PillowWriter)(fps=RATE)
    aside = path.with_name(f".aside-{path.name}")
    count = 0
    try:
        with style.context([STYLE, {"text.parse_math": False}]):
            stage = _Stage(scene, network, outlines, moments)
            with writer.saving(stage.figure, str(aside), DPI):
                for hour in hours(scene):
                    stage.at(hour)
                    writer.grab_frame()
                    count += 1
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return count


def hours(scene: Scene) -> Iterator[int]:
    """The hours that are shown, the last one too."""
    end = int(scene["hours"])
    step = STEPS[end > LONG]
    yield from range(0, end, step)
    yield end


class _Stage:
    """The picture that is drawn once, and what of it moves."""

    def __init__(self, scene: Scene, network: Network, outlines: Sequence[Outline], moments: Any) -> None:
        self.scene, self.moments = scene, moments
        self.figure = Figure(figsize=SIZE)
        FigureCanvasAgg(self.figure)
        wide, tall = SIZE[0] - PANEL - 0.55, SIZE[1] - 0.5
        self.axis = self.figure.add_axes((0.5 / SIZE[0], 0.3 / SIZE[1], wide / SIZE[0], tall / SIZE[1]))
        points = _points(scene, network)
        view, _ = frame([y for _, y in points], [x for x, _ in points], wide, (tall, tall))
        land.ground(self.axis, view)
        land.land(self.axis, network, outlines, view)
        self.axis.tick_params(labelsize=7)
        _names(self.axis, scene)
        self.circle = self.axis.plot([], [], color="#0072b2", lw=1.4, gid="circle")[0]
        self.trails = {c["id"]: self.axis.plot([], [], color=c["ink"], lw=2.2)[0] for c in scene["columns"]}
        self.heads = {
            c["id"]: self.axis.plot([], [], "s", color=c["ink"], mec="white", ms=8, zorder=9, gid="head")[0]
            for c in scene["columns"]
        }
        self.signs = self.axis.plot([], [], "X", color=INK, ms=6, ls="", zorder=8, gid="signs")[0]
        self.held: list[Any] = []
        left = 1.0 - PANEL / SIZE[0] + 0.02
        self.clock = self.figure.text(left, 0.955, "", fontsize=13, va="top", weight="bold", gid="clock")
        self.told = self.figure.text(left, 0.87, "", fontsize=7.5, va="top", gid="told")
        self.done = self.figure.text(left, 0.34, "", fontsize=7.5, va="top", color=INK, gid="done")
        note = wrapped("One simulated history beside what is reported; nothing here is a forecast.", 3.6, 6.5)
        self.figure.text(left, 0.03, note, fontsize=6.5, color=QUIET, va="bottom")

    def at(self, hour: int) -> None:
        """Draw everything as it is at an hour."""
        scene = self.scene
        for column in scene["columns"]:
            gone = hour >= column["leaves"]
            self.trails[column["id"]].set_data(column["x"][: hour + 1], column["y"][: hour + 1])
            self.heads[column["id"]].set_data(
                *([column["x"][hour]], [column["y"][hour]]) if gone else ([], [])
            )
        steps = [[step for step in drone["steps"] if step["hour"] <= hour] for drone in scene["drones"]]
        lines = [part[-1]["circle"] for part in steps if part]
        self.circle.set_data(
            [x for line in lines for x in (*line["x"], float("nan"))],
            [y for line in lines for y in (*line["y"], float("nan"))],
        )
        events = [event for event in scene["events"] if event["hour"] <= hour]
        signs = [e for e in events if e["sign"] and e["hour"] > hour - FRESH and e["x"] is not None]
        self.signs.set_data([e["x"] for e in signs], [e["y"] for e in signs])
        self._holders(hour)
        self.clock.set_text(f"{round_minute(self.moments(hour)):%Y-%m-%d %H:%M} UTC")
        claims = _last([claim for claim in scene["claims"] if claim["hour"] <= hour])
        said = [f"{c['when']}, claimed by: {c['label']}\n{wrapped(c['says'], 3.5, 7.5)}" for c in claims]
        self.told.set_text("Reported\n" + "\n".join(said))
        did = [f"{self.moments(e['hour']):%m-%d %H:%M} {e['text']}" for e in _last(events)]
        self.done.set_text("In this run\n" + "\n".join(wrapped(text, 3.5, 7.5) for text in did))

    def _holders(self, hour: int) -> None:
        for artist in self.held:
            artist.remove()
        self.held = []
        spots = _spots(self.scene)
        for place, steps in self.scene["holders"].items():
            if place in spots:
                side = [name for since, name in steps if since <= hour][-1]
                face = FACES.get(side, "#ffffff")
                self.held += self.axis.plot(*spots[place], "o", ms=9, mfc=face, mec=INK, mew=0.8, zorder=7)


def _last(rows: Sequence[Any]) -> list[Any]:
    """The latest of some claims or events, the newest first: only these are ever put into words."""
    return list(reversed(rows[-LAST:]))


def _spots(scene: Scene) -> dict[str, tuple[float, float]]:
    """The places on the columns' ways."""
    return {stop["place"]: (stop["x"], stop["y"]) for column in scene["columns"] for stop in column["way"]}


def _points(scene: Scene, network: Network) -> list[tuple[float, float]]:
    """What the map must show."""
    found = list(_spots(scene).values())
    found += [
        (network.places[place].lon, network.places[place].lat)
        for place in scene["holders"]
        if place in network.places
    ]
    return found


def _names(axis: Axes, scene: Scene) -> None:
    """Names of the places that matter to a column."""
    for place, name in {
        (stop["x"], stop["y"]): stop["name"]
        for column in scene["columns"]
        for stop in column["way"]
        if stop["mark"]
    }.items():
        axis.annotate(name, place, (5, -3), textcoords="offset points", fontsize=6.5, zorder=10)
