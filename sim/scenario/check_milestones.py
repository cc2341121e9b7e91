"""Milestones that could never come: told with their line before anything runs."""

from collections.abc import Collection, Mapping, Sequence

from sim.files.fields import GIVEN
from sim.files.yaml_tree import Fault, Map, locate, nearest
from sim.scenario.network import Network
from sim.scenario.schema import Column, Milestone, Scenario
from sim.state.kinds import EVENTS, PLACE_EVENTS


def impossible_milestones(
    scenario: Scenario, network: Network, tree: Map, ways: Mapping[str, Sequence[str]]
) -> list[Fault]:
    """Milestones of unknown events, columns or places, and of events that are never where they are put."""
    faults: list[Fault] = []
    columns = {column.id: column for column in scenario.columns}
    for i, milestone in enumerate(scenario.milestones):
        check = _Milestone(scenario, network, milestone)
        if milestone.column is None:
            check.at_a_place()
        else:
            check.of_a_column(columns, ways.get(milestone.column, []))
        faults += [
            Fault(locate(tree, ["milestones", i, *key]), message)
            for key, message in dict.fromkeys(check.messages)
        ]
    return faults


class _Milestone:
    """The checks of one milestone; each adds to `messages` what is wrong, with the key it stands at."""

    def __init__(self, scenario: Scenario, network: Network, milestone: Milestone) -> None:
        self.scenario, self.network, self.milestone = scenario, network, milestone
        self.messages: list[tuple[tuple[str, ...], str]] = []
        if milestone.place not in network.places:
            hint = nearest(milestone.place, network.places)
            self.fault(f"{milestone.place!r} is not a place of the network; {hint}", "id")

    def fault(self, message: str, *key: str) -> None:
        self.messages.append((key, message))

    def at_a_place(self) -> None:
        """A milestone of no column: an event that happens at places."""
        m = self.milestone
        if m.event in EVENTS:
            columns = [column.id for column in self.scenario.columns]
            self.fault(f"{m.id!r} needs a column; {nearest('', columns)}", "id")
        elif m.event not in PLACE_EVENTS:
            self.fault(f"{m.id!r}: {m.event!r} is no event; {nearest(m.event, PLACE_EVENTS)}", "id")
        elif m.between or m.at or m.within:
            self.fault(f"{m.id!r} has no column, and so no way; leaving out where would be right", "id")
        elif m.place in self.network.places:
            where = self.places_of(m.event)
            if m.place not in where:
                right = ", ".join(sorted(where)) or "no place of this scenario"
                self.fault(f"{m.id}: no {m.event} can be at {m.place}; {right} would be right", "id")

    def places_of(self, event: str) -> set[str]:
        """The places at which an event of no column may happen."""
        s = self.scenario
        objectives = [objective for column in s.columns for objective in column.objectives]
        return {
            "first_strike": {objective.place for objective in objectives} if s.drones else set(),
            "on_station": {d.station for d in s.drones} | {o.place for o in objectives if o.control_site},
            "vacated": {camp.place for camp in s.camps},
            "camp_taken": {camp.place for camp in s.camps},
            "airlift": {airlift.airfield for airlift in s.airlifts},
            "resupply": {post.place for post in s.garrisons if post.id in {c.supplies for c in s.columns}},
        }.get(event, self.raided())

    def raided(self) -> set[str]:
        """The places whose garrisons groups may raid, of their own accord or by order."""
        s = self.scenario
        ordered = {raid.garrison for raid in s.raids}
        return {post.place for post in s.garrisons if post.raided or post.id in ordered}

    def of_a_column(self, columns: Mapping[str, Column], way: Sequence[str]) -> None:
        """A milestone of a column: where it may happen, and whether it can."""
        m = self.milestone
        if m.event in PLACE_EVENTS:
            self.fault(f"{m.id!r} is of no column; leaving out 'column' would be right", "column")
            return
        if m.event not in EVENTS:
            self.fault(f"{m.id!r}: {m.event!r} is no event; {nearest(m.event, EVENTS)}", "id")
        if m.column not in columns:
            self.fault(f"{m.column!r} is not a column; {nearest(str(m.column), columns)}", "column")
        if m.id.count(":") > 1 and m.id != f"{m.place}:{m.event}:{m.column}":
            self.fault(f"{m.id!r}: '{m.place}:{m.event}:{m.column}' would be right", "id")
        if m.between and (m.at or m.within):
            self.fault("either 'between' or 'at' and 'within' would be right")
        if m.column in columns and way:
            self.can_be(columns[str(m.column)])
        self.stretch(way)

    def can_be(self, column: Column) -> None:
        """An event that never happens at the place of a milestone."""
        m = self.milestone
        if m.between or m.within:
            return
        goals = [objective.place for objective in column.objectives]
        captured = {objective.place for objective in column.objectives if objective.capture}
        starts = column.departs is not None and column.departs != GIVEN
        where: dict[str, Collection[str]] = {
            "departure": {column.from_} if starts else set(),
            "go": captured - {goals[-1]} | ({column.from_} if column.departs == GIVEN else set()),
            "tail": captured | {goals[-1]},
            "capture": captured,
            "reinforced": captured,
            "contact": {defence.place for defence in column.defended},
            "break": {defence.place for defence in column.defended},
            "round": {defence.place for defence in column.defended},
            "probe": set(),
        }
        if m.event in where and (m.at or m.place) not in where[m.event]:
            places = ", ".join(sorted(where[m.event])) or "no place of this column"
            message = f"{m.id}: no {m.event} of {column.id} can be at {m.at or m.place}"
            self.fault(f"{message}; {places} would be right", "id")

    def stretch(self, way: Sequence[str]) -> None:
        """Where a milestone may happen, if that is not on its column's way."""
        m = self.milestone
        for end in m.between or [m.at or m.place]:
            if way and end not in way and (end in self.network.places or end != m.place):
                key = "between" if m.between else "at" if m.at else "id"
                self.fault(f"{end!r} is not on the way of {m.column}; {nearest(end, way)}", key)
