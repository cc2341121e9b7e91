"""What is in order in a scenario and may yet not be meant: told with its line by a check, refused by none."""

from collections.abc import Iterator
from itertools import chain

from sim.files.case_file import NO_SIDE
from sim.files.yaml_tree import Fault, Map, locate
from sim.scenario.schema import Scenario

Note = tuple[tuple[str | int, ...], str]
"""Where it stands, as keys and indices from the top of the file, and what is seen there."""


def notes(scenario: Scenario, tree: Map) -> list[Fault]:
    """Homes that are refuges, refuges that an enemy holds, and towns whose holder is not their garrison's."""
    seen = chain(_homes(scenario), _refuges(scenario), _holders(scenario))
    return [Fault(locate(tree, loc), f"note: {message}") for loc, message in seen]


def _homes(scenario: Scenario) -> Iterator[Note]:
    """Groups whose home is a refuge without their having withdrawn there."""
    for i, group in enumerate(scenario.groups):
        if group.home in scenario.refuges and not group.withdrawn:
            message = f"{group.home!r}, the home of {group.id}, is a refuge too: it starts ready to fight"
            yield ("groups", i, "home"), f"{message}; 'withdrawn: true' would start it withdrawn"


def _refuges(scenario: Scenario) -> Iterator[Note]:
    """Refuges that a side holds to which groups that may withdraw are hostile."""
    fighting = [group for group in scenario.groups if group.role == "fighting"]
    for i, refuge in enumerate(scenario.refuges):
        holder = scenario.holders.get(refuge, NO_SIDE)
        foes = [group.id for group in fighting if holder in group.hostile_to]
        if foes:
            message = f"the refuge {refuge!r} is held by {holder} at the start, an enemy of"
            yield ("refuges", i), f"{message} {', '.join(foes)}"


def _holders(scenario: Scenario) -> Iterator[Note]:
    """Towns that one side is said to hold and another has a garrison in."""
    posts = {garrison.place: garrison for garrison in scenario.garrisons}
    for i, town in enumerate(scenario.towns):
        post = posts.get(town.place)
        if post and post.side != town.held_by:
            message = f"{town.place!r} has a garrison, {post.id}: it starts held by {post.side}"
            yield ("towns", i, "held_by"), f"{message}, and {town.held_by!r} counts for nothing"
