"""The map of strike geometry: strikes, bases, and the least radius from each base that reaches them."""

from collections.abc import Sequence
from typing import Any

from matplotlib.artist import Artist
from matplotlib.figure import Figure

from analysis.claims.strikes import Base, DatedStrike, Geometry
from analysis.figures.base import basemap
from analysis.figures.base.basemap import NetworkMap
from analysis.figures.base.canvas import styled
from analysis.figures.base.map_data import MAP_HEIGHTS, MAP_WIDTH, frame
from analysis.figures.base.outlines import Outline
from analysis.figures.base.page import key_line, short_name
from analysis.figures.base.style import INK
from analysis.words.text import day
from sim.scenario.network import Network

COLORS = ("#0072b2", "#009e73", "#d55e00", "#7a4a00", "#8a3b69")
RADIUS_DASHES: tuple[Any, ...] = ("-", (0, (6, 2)), (0, (3, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))
BEARS, BEARS_NOT = "#56b4e9", "white"  # on the drones' base and radius
HOW = (
    "Equirectangular projection; circles are geodesics on WGS84. A circle goes through the farthest strike "
    "that bears on the drones' base and came while the {} may have held the base. Open signs bear on "
    "nothing, nor do days in brackets: no aircraft, or no place, is named."
)


@styled
def draw(geometry: Geometry, network: Network, outlines: Sequence[Outline]) -> Figure:
    """Strikes as stars, open where they bear on nothing, and a circle a base through its farthest strike."""
    by_place: dict[str, list[DatedStrike]] = {}
    for dated in geometry.strikes:
        by_place.setdefault(dated.strike.place, []).append(dated)
    bases = {base.place: _farthest(geometry, base) for base in geometry.bases}
    places = [network.places[name] for name in (*by_place, *bases)]
    view, tall = frame([p.lat for p in places], [p.lon for p in places], MAP_WIDTH, MAP_HEIGHTS)
    title = "Which base and radius reach the reported strikes?"
    page = basemap.map_sheet(title, HOW.format(geometry.holder), tall, _key(geometry, network, bases))
    painted = NetworkMap(page.body(), view, network, outlines)
    for number, (name, farthest) in enumerate(bases.items()):
        at, color = network.places[name], COLORS[number % 5]
        painted.axis.plot([at.lon], [at.lat], "s", ms=7, mec=INK, zorder=5, color=color)
        painted.room.about(at.lon, at.lat, 5.0)
        if farthest is not None:
            look: Any = {"lw": 1.4, "ls": RADIUS_DASHES[number % 5], "zorder": 2.5, "color": color}
            painted.circle(at, farthest.distances[name] or 0.0, gid=f"circle:{name}", **look)
    for name, dated_strikes in by_place.items():
        at = network.places[name]
        face = BEARS if any(dated.strike.test for dated in dated_strikes) else BEARS_NOT
        painted.axis.plot([at.lon], [at.lat], "*", ms=13, mfc=face, mec=INK, zorder=6, gid=f"strike:{name}")
        painted.room.about(at.lon, at.lat, 7.0)
        words = f"{at.name}: {_days(dated_strikes)}"
        painted.room.write(words, at.lon, at.lat, (9, 16, 26, 38), fontsize=8, color=INK, gid="strike")
    painted.bar()
    for at in (network.places[name] for name in bases if name not in by_place):
        painted.room.write(at.name, at.lon, at.lat, (7, 12, 20), fontsize=9, color=INK, gid="base")
    return page.figure


def _farthest(geometry: Geometry, base: Base) -> DatedStrike | None:
    """The farthest strike that bears on a base and came while it may have been held."""
    bearing = [d for d in geometry.strikes if d.strike.test and d.distances[base.place] is not None]
    return max(bearing, key=lambda dated: dated.distances[base.place] or 0.0, default=None)


def _days(strikes: Sequence[DatedStrike]) -> str:
    days = ((day(d.claim.earliest), d.strike.test) for d in strikes)
    return ", ".join(dict.fromkeys(text if test else f"({text})" for text, test in days))


def _key(geometry: Geometry, network: Network, bases: dict[str, DatedStrike | None]) -> list[Artist]:
    star: Any = {"lw": 0, "marker": "*", "mec": INK, "ms": 11}
    key = [key_line("reported strike", mfc=BEARS, **star)]
    key.append(key_line("reported, bears on nothing", mfc=BEARS_NOT, **star))
    for number, base in enumerate(geometry.bases):
        farthest, name = bases[base.place], short_name(network.places[base.place].name, basemap.MAP_NAMES)
        since = "" if base.since is None else f" (held from {day(base.since)})"
        needed = farthest and f"{farthest.distances[base.place] or 0.0:.0f} km needed"
        look: Any = {"color": COLORS[number % 5], "marker": "s", "mec": INK, "ls": RADIUS_DASHES[number % 5]}
        key.append(key_line(f"{name}{since}: {needed or 'no strike since'}", **look))
    return key
