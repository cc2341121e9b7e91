"""The map of strike geometry: strikes, bases, and the least radius from each base that reaches them."""

from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from analysis.claims.strikes import Base, DatedStrike, Geometry
from analysis.figures.base import basemap
from analysis.figures.base.basemap import MAP_HEIGHTS, MAP_LEFT, MAP_WIDTH
from analysis.figures.base.labels import Room
from analysis.figures.base.map_data import circle, frame
from analysis.figures.base.outlines import Outline
from analysis.figures.base.page import legend_tall, sheet, styled
from analysis.figures.base.style import INK
from sim.scenario.network import Network

COLORS = ("#0072b2", "#009e73", "#d55e00", "#7a4a00", "#8a3b69")
RADIUS_DASHES: tuple[Any, ...] = ("-", (0, (6, 2)), (0, (3, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))
HOW = (
    "Equirectangular projection; circles are geodesics on WGS84. A circle goes through the farthest strike "
    "that bears on the drones' base and came while the {} may have held the base. Open signs bear on "
    "nothing, nor do days in brackets: no aircraft, or no place, is named."
)


@styled
def draw(geometry: Geometry, network: Network, outlines: Sequence[Outline]) -> Figure:
    """Strikes as stars, open where they bear on nothing, and a circle a base through its farthest strike."""
    places = [network.places[d.strike.place] for d in geometry.strikes]
    places += [network.places[base.place] for base in geometry.bases]
    view, tall = frame([p.lat for p in places], [p.lon for p in places], MAP_WIDTH, MAP_HEIGHTS)
    far = {base.place: _farthest(geometry, base) for base in geometry.bases}
    key = _key(geometry, network, far)
    under = 0.5 + legend_tall([str(handle.get_label()) for handle in key], MAP_WIDTH)
    page = sheet(
        "Which base and radius reach the reported strikes?",
        HOW.format(geometry.holder),
        tall=tall,
        left=MAP_LEFT,
        right=10.0 - MAP_LEFT - MAP_WIDTH,
        under=under,
    )
    axis = page.body()
    taken = Room(axis)
    basemap.ground(axis, view)
    basemap.land(axis, network, outlines, view)
    for number, base in enumerate(geometry.bases):
        at, dated = network.places[base.place], far[base.place]
        look: Any = {"color": COLORS[number % 5]}
        axis.plot([at.lon], [at.lat], "s", ms=7, mec=INK, zorder=5, **look)
        taken.about(at.lon, at.lat, 5.0)
        if dated is not None:
            lat, lon = circle(at.lat, at.lon, dated.distances[base.place] or 0.0)
            axis.plot(
                lon, lat, lw=1.4, ls=RADIUS_DASHES[number % 5], zorder=2.5, gid=f"circle:{base.place}", **look
            )
    for place in dict.fromkeys(d.strike.place for d in geometry.strikes):
        place_strikes = [d for d in geometry.strikes if d.strike.place == place]
        at, test = network.places[place], any(d.strike.test for d in place_strikes)
        face = "#56b4e9" if test else "white"
        axis.plot([at.lon], [at.lat], "*", ms=13, mfc=face, mec=INK, zorder=6, gid=f"strike:{place}")
        taken.about(at.lon, at.lat, 7.0)
        words = f"{at.name}: {_days(place_strikes)}"
        taken.write(words, at.lon, at.lat, (9, 16, 26, 38), fontsize=8, color=INK, gid="strike")
    basemap.bar(axis, view, taken)
    for base in geometry.bases:
        at = network.places[base.place]
        if base.place not in {d.strike.place for d in geometry.strikes}:
            taken.write(at.name, at.lon, at.lat, (7, 12, 20), fontsize=9, color=INK, gid="base")
    page.legend(key, 0.4)
    return page.figure


def _farthest(geometry: Geometry, base: Base) -> DatedStrike | None:
    """The farthest strike that bears on a base and came while it may have been held."""
    own = [d for d in geometry.strikes if d.strike.test and d.distances[base.place] is not None]
    return max(own, key=lambda d: d.distances[base.place] or 0.0, default=None)


def _days(own: Sequence[DatedStrike]) -> str:
    days = ((f"{d.claim.earliest.day} {d.claim.earliest:%b}", d.strike.test) for d in own)
    return ", ".join(dict.fromkeys(day if test else f"({day})" for day, test in days))


def _key(geometry: Geometry, network: Network, far: dict[str, DatedStrike | None]) -> list[Any]:
    star: Any = {"lw": 0, "marker": "*", "mec": INK, "ms": 11}
    key: list[Any] = [
        Line2D([], [], mfc="#56b4e9", label="reported strike", **star),
        Line2D([], [], mfc="white", label="reported, bears on nothing", **star),
    ]
    for number, base in enumerate(geometry.bases):
        dated = far[base.place]
        word = network.places[base.place].name
        since = "" if base.since is None else f" (held from {base.since.day} {base.since:%b})"
        reach = "no strike since" if dated is None else f"{dated.distances[base.place] or 0:.0f} km needed"
        look: Any = {"color": COLORS[number % 5], "marker": "s", "mec": INK, "ls": RADIUS_DASHES[number % 5]}
        key.append(Line2D([], [], label=f"{word}{since}: {reach}", **look))
    return key
