"""The picture of a film: a map and a panel that are drawn once, and over them what moves."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from matplotlib.lines import Line2D

from analysis.figures.base.basemap import DRONE_COLOUR, NetworkMap
from analysis.figures.base.canvas import StyledFigure
from analysis.figures.base.map_data import frame
from analysis.figures.base.outlines import Outline
from analysis.figures.base.page import wrapped
from analysis.figures.base.style import INK, QUIET
from analysis.replay.looks import SIGNS, Sign
from analysis.words.text import plain_moment
from sim.console import escaped
from sim.scenario.network import Network
from sim.state.clock import midnight, moment_at

SIZE, DPI = (9.6, 5.4), 100  # inches, dots an inch
PIXELS = (960, 540)  # width and height
FRESH = 48.0  # h for which a claim or event stands out
LAST = 4  # of claims and of events that are told
PANEL_WIDTH = 3.9  # inches
UNHELD_COLOUR = "#ffffff"
SQUARE = {"marker": "s", "mec": "white", "ls": ""}
Scene = Mapping[str, Any]
"""What analysis.replay.scene.scene gives."""


class FilmCanvas:
    """The picture that is drawn once, and what of it moves.

    Hours are h after hour 0 of the scene, and lie between its `begins` and its `hours`.
    """

    def __init__(self, scene: Scene, network: Network, outlines: Sequence[Outline]) -> None:
        """The picture of a scene at no hour yet; the network has all places of the scene's ways."""
        self.scene = scene
        stops = [stop for column in scene["columns"] for stop in column["way"]]
        self.spots = {stop["place"]: (stop["x"], stop["y"]) for stop in stops}
        self.zero = midnight(date.fromisoformat(scene["zero"]))
        self.figure = StyledFigure(figsize=SIZE, dpi=DPI)
        self.canvas: Any = self.figure.canvas  # its methods have no types
        wide, tall = SIZE[0] - PANEL_WIDTH - 0.55, SIZE[1] - 0.5
        self.axis = self.figure.add_axes((0.5 / SIZE[0], 0.3 / SIZE[1], wide / SIZE[0], tall / SIZE[1]))
        held = [network.places[place] for place in scene["holders"] if place in network.places]
        points = [*self.spots.values(), *((place.lon, place.lat) for place in held)]
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
        self.holder_marks = {word: self._line(**self._disk(word), ms=9) for word in sorted(words)}
        self.signs = {sign.words: self._line(**_look(sign), ms=6.5) for sign in SIGNS}
        look: Any = SQUARE | {"ms": 8, "gid": "head"}
        self.heads = {c["id"]: self._line(color=c["ink"], **look) for c in self.scene["columns"]}

    def _line(self, **look: Any) -> Line2D:
        return self.axis.plot([], [], animated=True, **look)[0]

    def _disk(self, word: str) -> dict[str, Any]:
        """How a place is drawn that a side holds, by its word."""
        face = self.scene["faces"].get(word, UNHELD_COLOUR)
        return {"marker": "o", "mfc": face, "mec": INK, "mew": 0.8, "ls": ""}

    def _panel(self) -> None:
        """The words at the right: the date, what is told, what the run did, and the signs."""
        left, words = 1.0 - PANEL_WIDTH / SIZE[0] + 0.02, dict[str, Any](va="top", animated=True)
        self.clock = self.figure.text(left, 0.955, "", fontsize=13, weight="bold", gid="clock", **words)
        self.claims_text = self.figure.text(left, 0.885, "", fontsize=7.5, gid="told", **words)
        self.events_text = self.figure.text(left, 0.385, "", fontsize=7.5, color=INK, gid="done", **words)
        where: Any = {"loc": "lower left", "bbox_to_anchor": (left, 0.075), "borderaxespad": 0.0}
        look: Any = {"fontsize": 6.5, "ncols": 4, "columnspacing": 1.0, "handlelength": 1.2}
        self.key = self.figure.legend(handles=self._key(), labelspacing=0.3, **where, **look)
        note = wrapped("One simulated run beside what is reported; no forecast.", 3.6, 6.5)
        self.figure.text(left, 0.025, note, fontsize=6.5, color=QUIET, va="bottom")

    def _key(self) -> list[Line2D]:
        """What the signs mean: of those that this scene has."""
        seen = {event["event"] for event in self.scene["events"]}
        looks: dict[str, dict[str, Any]] = {}
        if self.scene["columns"]:
            looks["column"] = SQUARE | {"color": INK, "ms": 6}
        if self.scene["drones"]:
            looks["operational radius"] = {"color": DRONE_COLOUR, "lw": 1.4}
        looks |= {f"control: {word}": self._disk(word) | {"ms": 6} for word in self.holder_marks}
        looks |= {sign.words: _look(sign) | {"ms": 5.5} for sign in SIGNS if seen & sign.symbols.keys()}
        return [Line2D([], [], label=label, **look) for label, look in looks.items()]

    def picture(self, hour: int) -> bytes:
        """The picture at an hour, what moves over what was drawn once: rows of RGBA bytes from the top."""
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
        """Set everything as it is at an hour; `picture` draws it."""
        scene = self.scene
        for column in scene["columns"]:
            gone, at = hour >= column["leaves"], hour - scene["begins"]
            self.trails[column["id"]].set_data(column["x"][: at + 1], column["y"][: at + 1])
            self.heads[column["id"]].set_data(*([column["x"][at]], [column["y"][at]]) if gone else ([], []))
        steps = [[step for step in drone["steps"] if step["hour"] <= hour] for drone in scene["drones"]]
        circles = [part[-1]["circle"] for part in steps if part]
        rings = [[value for circle in circles for value in (*circle[axis], np.nan)] for axis in "xy"]
        self.circle.set_data(*rings)
        events = [event for event in scene["events"] if event["hour"] <= hour]
        fresh = [e for e in events if e["sign"] and e["hour"] > hour - FRESH and e["x"] is not None]
        for sign in SIGNS:
            of_sign = [event for event in fresh if event["event"] in sign.symbols]
            self.signs[sign.words].set_data([e["x"] for e in of_sign], [e["y"] for e in of_sign])
        self._holders(hour)
        self.clock.set_text(plain_moment(moment_at(self.zero, hour)))
        claims = [claim for claim in scene["claims"] if claim["hour"] <= hour]
        heads = [(f"{c['when']}, claimed by: {c['label']}", c["says"]) for c in claims[-LAST:]]
        claim_texts = [f"{head}\n{wrapped(words, 3.5, 7.5)}" for head, words in reversed(heads)]
        self.claims_text.set_text(escaped("Reported\n" + "\n".join(claim_texts)))
        moments = [plain_moment(moment_at(self.zero, e["hour"]), year=False) for e in events[-LAST:]]
        did = [f"{at}: {e['text']}" for at, e in zip(moments, events[-LAST:], strict=True)]
        event_texts = [wrapped(words, 3.5, 7.5) for words in reversed(did)]
        self.events_text.set_text(escaped("In this run\n" + "\n".join(event_texts)))

    def _holders(self, hour: int) -> None:
        """Who holds what: a line of disks a side."""
        held: dict[str, list[tuple[float, float]]] = {word: [] for word in self.holder_marks}
        for place, steps in self.scene["holders"].items():
            if place in self.spots:
                held[[word for since, word in steps if since <= hour][-1]].append(self.spots[place])
        for word, spots in held.items():
            self.holder_marks[word].set_data([x for x, _ in spots], [y for _, y in spots])


def _look(sign: Sign) -> dict[str, Any]:
    """How what happens is drawn."""
    return {"marker": sign.marker, "mfc": sign.face, "mec": sign.edge, "mew": 0.6, "ls": ""}


def _order(scene: Scene) -> list[str]:
    """The places whose names matter: ends of the columns' ways, places that are held, other stops."""
    ways = [column["way"] for column in scene["columns"] if column["way"]]
    on_way = {stop["place"]: stop["mark"] for way in ways for stop in way}
    ends = [way[at]["place"] for way in ways for at in (0, -1)]
    held = [place for place in scene["holders"] if place in on_way]
    return list(dict.fromkeys([*ends, *held, *(place for place, mark in on_way.items() if mark)]))
