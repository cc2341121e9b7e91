"""Tiny worlds on which the rules of the cards are run: a road of two or three places along a meridian."""

from collections.abc import Iterator
from functools import cache

from worlds import network, tiny

from cards.card import Values
from sim.chance.keyed import replicate_seed
from sim.engine.template import Template
from sim.state.rows import Key
from sim.state.world import World

LOG = 100_000
"""Events that the log of a run takes here: a rule may be asked thousands of times in one world."""
QUIET = {
    "mine_rate": 0.0,
    "ambush_rate": 0.0,
    "day_spread": 0.0,
    "column_spread": 0.0,
    "night_harassment": 0.0,
    "manned_cover": 0.0,
}
"""A road on which nothing happens by chance."""
ALIKE = {"column_spread": 0.0}
"""Every column of a kind has the same speed."""
GROUPS = "groups: [{id: g, home: b}, {id: h, home: b}], refuges: [z]"
ROAD = (("a", "b", 300), ("b", "z", 100))


@cache
def template(text: str, roads: tuple[tuple[object, ...], ...] = ROAD) -> Template:
    """The template of a scenario of a few lines on some roads, made once."""
    return tiny(f"{{{text}}}", network(*roads))


@cache
def one_column(more: str = "", roads: tuple[tuple[object, ...], ...] = ROAD) -> Template:
    """A column that marches from the first to the second place, and two groups that fight it."""
    return template(f"columns: [{{objectives: [{{place: b, capture: true}}]{more}}}], {GROUPS}", roads)


def world_of(made: Template, values: Values, number: int = 1) -> World:
    """The world of one run before anyone acts, at some values of all parameters (h, km)."""
    return made.plain(values, replicate_seed(7, number), capacity=LOG)


def redrawn(world: World, runs: int) -> Iterator[int]:
    """Let a world have the seeds of so many runs, one after another, as if each had been opened alone."""
    for number in range(runs):
        world.run[0].seed = Key(replicate_seed(7, number))
        for column in world.columns:
            column.hold_seed = world.run[0].seed
        yield number
