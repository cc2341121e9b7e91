"""The places between which a run may ask for the way by road: of a large network, few."""

from collections.abc import Iterable, Iterator, Mapping

from sim.scenario.network import Network
from sim.scenario.schema import Scenario

Door = tuple[int, float]
"""A place as a point of the first road that touches it: the road's index, and km from its first end."""


def doors(network: Network) -> dict[str, Door]:
    """The doors of a network's places; those that no road touches are left out."""
    touched: dict[str, Door] = {}
    for index, road in enumerate(network.roads):
        touched.setdefault(road.from_, (index, 0.0))
        touched.setdefault(road.to, (index, road.km))
    return touched


def spots(
    scenario: Scenario, network: Network, ways: Iterable[str], roads: Iterable[int], door: Mapping[str, Door]
) -> dict[str, int]:
    """Numbers for the places between which runs of a scenario may ask for a way, in the network's order.

    They are those that it names, those on the columns' `ways`, and the ends of their doors' roads, of the
    columns' `roads` and of those that groups block: nobody stands on another road.
    """
    named = {*ways, *(text for text in _texts(scenario.model_dump()) if text in network.places)}
    named |= {milestone.place for milestone in scenario.milestones} & network.places.keys()
    blocked = [frozenset(group.blocks) for group in scenario.groups if group.blocks]
    near = {*roads, *(door[name][0] for name in named if name in door)}
    near |= {i for i, road in enumerate(network.roads) if frozenset((road.from_, road.to)) in blocked}
    for index in near:
        named |= {network.roads[index].from_, network.roads[index].to}
    return {name: spot for spot, name in enumerate(filter(named.__contains__, network.places))}


def _texts(value: object) -> Iterator[str]:
    """All texts below a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list | tuple):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(part)
