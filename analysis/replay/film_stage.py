"""The picture of a film: a map and a panel that are drawn once, and over them what moves."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from analysis.figures.base.basemap import DRONE_COLOUR, NetworkMap
from analysis.figures.base.map_data import frame
from analysis.figures.base.outlines import Outline
from analysis.figures.base.page import wrapped
from analysis.figures.base.sides import SIDES
from analysis.figures.base.style import INK, QUIET
from analysis.tables.text import round_minute
from sim.scenario.network import Network

SIZE, DPI = (9.6, 5.4), 100  # inches, dots an inch
PIXELS = (960, 540)
FRESH = 48.0  # h for which a claim or event stands out
LAST = 4  # of claims and of events that are told
PANEL_WIDTH = 3.9  # inches
FACES = {side.id: side.face for side in SIDES}
"""The colour of a side by its word."""
UNHELD_COLOUR = "#ffffff"
FILM_MARKERS: dict[str, tuple[str, tuple[str, ...], str, str]] = {
    "mine strike": ("X", ("x", "x-open"), INK, "white"),
    "ambush": ("v", ("triangle-down",), "#d55e00", INK),
    "fight": ("D", ("diamond",), "#ffffff", INK),
    "drone strike": ("*", ("star",), "#56b4e9", INK),
    "raid": ("P", ("triangle-up",), "#cc79a7", INK),
    "capture": ("s", ("square-open",), "#ffffff", INK),
}
"""Marker, signs of a scene, face and edge of what happens, as on the map of a run."""

Scene = Mapping[str, Any]


class FilmCanvas:
    """The picture that is drawn once, and what of it moves."""

    def __init__(self, scene: Scene, network: Network, outlines: Sequence[Outline], moments: Any) -> None:
        """The picture of a scene at no hour yet."""
        self.scene, self.moments, self.spots = scene, moments, _spots(scene)
        self.figure = Figure(figsize=SIZE, dpi=DPI)
        self.canvas: Any = FigureCanvasAgg(self.figure)  # its methods have no types
        wide, tall = SIZE[0] - PANEL_WIDTH - 0.55, SIZE[1] - 0.5
        self.axis = self.figure.add_axes((0.5 / SIZE[0], 0.3 / SIZE[1], wide / SIZE[0], tall / SIZE[1]))
        points = _points(scene, network)
        view, _ = frame([y for _, y in points], [x for x, _ in points], wide, (tall, tall))
        self._write(NetworkMap(self.axis, view, network, outlines))
        self.axis.tick_params(labelsize=7)
        self._moving()
        self._panel()
        self.background: Any = None
        self.text_background: Any = None
        self.words = ("", "")

    def _write(self, painted: NetworkMap) -> None:
        """The scale, and names of places where there is room, those of the columns' ends first."""
        taken = painted.room
        for column in self.scene["columns"]:
            stops = np.array([(stop["x"], stop["y"]) for stop in column["way"]]).reshape(-1, 2)
            taken.about(stops[:, 0], stops[:, 1], 5.0)
            if len(stops):
                taken.along(stops[:, 0], stops[:, 1], 1.2)
        painted.bar()
        for name in _order(self.scene):
            place = painted.network.places[name]
            taken.write(place.name, place.lon, place.lat, (6, 11), fontsize=6.5, gid="place")

    def _moving(self) -> None:
        """What moves on the map, all of it empty."""
        words = {word for steps in self.scene["holders"].values() for _, word in steps}
        self.circle = self._line(color=DRONE_COLOUR, lw=1.4, gid="circle")
        self.trails = {c["id"]: self._line(color=c["ink"], lw=2.2) for c in self.scene["columns"]}
        look: Any = {"marker": "o", "ms": 9, "mec": INK, "mew": 0.8, "ls": ""}
        self.holder_marks = {
            word: self._line(mfc=FACES.get(word, UNHELD_COLOUR), **look) for word in sorted(words)
        }
        self.signs = {name: self._line(**_sign(name), ms=6.5) for name in FILM_MARKERS}
        look = {"marker": "s", "mec": "white", "ms": 8, "ls": "", "gid": "head"}
        self.heads = {c["id"]: self._line(color=c["ink"], **look) for c in self.scene["columns"]}

    def _line(self, **look: Any) -> Line2D:
        return self.axis.plot([], [], animated=True, **look)[0]

    def _panel(self) -> None:
        """The words at the right: the date, what is told, what the run did, and the signs."""
        left, words = 1.0 - PANEL_WIDTH / SIZE[0] + 0.02, dict[str, Any](va="top", animated=True)
        self.clock = self.figure.text(left, 0.955, "", fontsize=13, weight="bold", gid="clock", **words)
        self.claims_text = self.figure.text(left, 0.885, "", fontsize=7.5, gid="told", **words)
        self.events_text = self.figure.text(left, 0.385, "", fontsize=7.5, color=INK, gid="done", **words)
        where: Any = {"loc": "lower left", "bbox_to_anchor": (left, 0.075), "borderaxespad": 0.0}
        look: Any = {"fontsize": 6.5, "ncols": 4, "columnspacing": 1.0, "handlelength": 1.2}
        self.key = self.figure.legend(handles=self._key(), labelspacing=0.3, **where, **look)
        note = wrapped("One simulated history beside what is reported; nothing here is a forecast.", 3.6, 6.5)
        self.figure.text(left, 0.025, note, fontsize=6.5, color=QUIET, va="bottom")

    def _key(self) -> list[Line2D]:
        """What the signs mean: of those that this scene has."""
        look: Any = {"marker": "s", "color": INK, "mec": "white", "ms": 6, "ls": ""}
        handles = [Line2D([], [], label="column", **look)] if self.scene["columns"] else []
        if self.scene["drones"]:
            handles.append(Line2D([], [], color=DRONE_COLOUR, lw=1.4, label="drones' reach"))
        look = {"marker": "o", "mec": INK, "mew": 0.8, "ms": 6, "ls": ""}
        handles += [
            Line2D([], [], mfc=FACES.get(word, UNHELD_COLOUR), label=f"held: {word}", **look)
            for word in self.holder_marks
        ]
        seen = {event["sign"] for event in self.scene["events"]}
        known = [name for name in FILM_MARKERS if seen & {*FILM_MARKERS[name][1]}]
        return handles + [Line2D([], [], label=name, ms=5.5, **_sign(name)) for name in known]

    def picture(self, hour: int) -> bytes:
        """The picture at an hour, as rows of RGBA: what moves, over what was drawn once."""
        if self.background is None:
            self.canvas.draw()
            self.background = self.canvas.copy_from_bbox(self.figure.bbox)
        self.at(hour)
        self._reword()
        self.canvas.restore_region(self.text_background)
        moving = [self.circle, *self.trails.values(), *self.holder_marks.values(), *self.signs.values()]
        for artist in (*moving, *self.heads.values()):
            self.axis.draw_artist(artist)
        self.figure.draw_artist(self.clock)
        return bytes(self.canvas.buffer_rgba())

    def _reword(self) -> None:
        """What stands still with the words of now: these take longest to draw, and change now and then."""
        words = (self.claims_text.get_text(), self.events_text.get_text())
        if words == self.words:
            return
        self.words = words
        self.canvas.restore_region(self.background)
        for text in (self.claims_text, self.events_text):
            self.figure.draw_artist(text)
        self.text_background = self.canvas.copy_from_bbox(self.figure.bbox)

    def at(self, hour: int) -> None:
        """Draw everything as it is at an hour."""
        scene = self.scene
        for column in scene["columns"]:
            gone, at = hour >= column["leaves"], hour - scene["begins"]
            self.trails[column["id"]].set_data(column["x"][: at + 1], column["y"][: at + 1])
            self.heads[column["id"]].set_data(*([column["x"][at]], [column["y"][at]]) if gone else ([], []))
        steps = [[step for step in drone["steps"] if step["hour"] <= hour] for drone in scene["drones"]]
        lines = [part[-1]["circle"] for part in steps if part]
        self.circle.set_data(
            [x for line in lines for x in (*line["x"], float("nan"))],
            [y for line in lines for y in (*line["y"], float("nan"))],
        )
        events = [event for event in scene["events"] if event["hour"] <= hour]
        fresh = [e for e in events if e["sign"] and e["hour"] > hour - FRESH and e["x"] is not None]
        for name, line in self.signs.items():
            of_sign = [event for event in fresh if event["sign"] in FILM_MARKERS[name][1]]
            line.set_data([e["x"] for e in of_sign], [e["y"] for e in of_sign])
        self._holders(hour)
        self.clock.set_text(f"{round_minute(self.moments(hour)):%Y-%m-%d %H:%M} UTC")
        claims = _last([claim for claim in scene["claims"] if claim["hour"] <= hour])
        claim_texts = [
            f"{c['when']}, claimed by: {c['label']}\n{wrapped(c['says'], 3.5, 7.5)}" for c in claims
        ]
        self.claims_text.set_text("Reported\n" + "\n".join(claim_texts))
        did = [f"{self.moments(e['hour']):%m-%d %H:%M} {e['text']}" for e in _last(events)]
        self.events_text.set_text("In this run\n" + "\n".join(wrapped(text, 3.5, 7.5) for text in did))

    def _holders(self, hour: int) -> None:
        """Who holds what: a line of disks a side."""
        held: dict[str, list[tuple[float, float]]] = {word: [] for word in self.holder_marks}
        for place, steps in self.scene["holders"].items():
            if place in self.spots:
                held[[word for since, word in steps if since <= hour][-1]].append(self.spots[place])
        for word, spots in held.items():
            self.holder_marks[word].set_data([x for x, _ in spots], [y for _, y in spots])


def _sign(name: str) -> dict[str, Any]:
    """How what happens is drawn."""
    marker, _, face, edge = FILM_MARKERS[name]
    return {"marker": marker, "mfc": face, "mec": edge, "mew": 0.6, "ls": ""}


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


def _order(scene: Scene) -> list[str]:
    """The places whose names matter: ends of the columns' ways, places that are held, other stops."""
    ways = [column["way"] for column in scene["columns"] if column["way"]]
    ends = [way[at]["place"] for way in ways for at in (0, -1)]
    stops = [stop["place"] for way in ways for stop in way if stop["mark"]]
    spots = _spots(scene)
    return list(dict.fromkeys([*ends, *(place for place in scene["holders"] if place in spots), *stops]))
