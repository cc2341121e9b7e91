"""Goes, raids, blocks and supplies that could never come: told with their line before anything runs."""

from sim.files.case_file import SideRow
from sim.files.fields import GIVEN
from sim.files.yaml_tree import Fault, Map, locate, nearest
from sim.record.record import ReportedDates
from sim.scenario.network import Network
from sim.scenario.schema import Column, Drone, Scenario


def impossible_stages(
    scenario: Scenario, network: Network, tree: Map, dates: ReportedDates, withdrawing: SideRow
) -> list[Fault]:
    """Conditions of a go that nothing can meet, and columns, groups and raids that name what is not there."""
    check = _Stages(scenario, network, tree, dates, withdrawing)
    for i, column in enumerate(scenario.columns):
        check.conditions(column, i)
        check.errand(column, i)
    check.groups()
    check.orders()
    return check.faults


class _Stages:
    """The checks, one method a subject; each adds to `faults`."""

    def __init__(
        self, scenario: Scenario, network: Network, tree: Map, dates: ReportedDates, withdrawing: SideRow
    ) -> None:
        self.scenario, self.network, self.tree = scenario, network, tree
        self.dates, self.withdrawing = dates, withdrawing
        self.faults: list[Fault] = []

    def fault(self, message: str, *loc: str | int) -> None:
        self.faults.append(Fault(locate(self.tree, loc), message))

    def conditions(self, column: Column, i: int) -> None:
        """A condition of the go that can never come true, or that nothing in the scenario decides."""
        goals = [objective.place for objective in column.objectives]
        for j, condition in enumerate(column.go):
            if condition in column.go[:j]:
                self.fault(f"{condition!r} stands twice; once would be right", "columns", i, "go", j)
            why = self.unmet(column, condition, goals[1]) if len(goals) > 1 else ""
            if why:
                message = f"{column.id} can never go: {condition!r} is among its conditions, but {why}"
                self.fault(message, "columns", i, "go", j)

    def unmet(self, column: Column, condition: str, goal: str) -> str:
        """Why a condition of the go to a next objective can never be met; empty if it can."""
        s = self.scenario
        camps = [camp for camp in s.camps if camp.place == goal]
        if condition == "reinforced" and all(other.reinforces != column.id for other in s.columns):
            return f"no column reinforces {column.id}"
        if condition == "camp_vacated" and not camps:
            return f"no camp is listed at {goal!r}"
        if condition == "calendar" and not any(camp.opens and camp.opens < s.end for camp in camps):
            return f"no camp at {goal!r} has a published day ('opens') before the end"
        if condition == "road_clear" and all(other.side != self.withdrawing.side for other in s.columns):
            return f"the scenario has no column of the {self.withdrawing.name}"
        return self.beyond_drones(column) if condition == "drones" else ""

    def beyond_drones(self, column: Column) -> str:
        """The first objective after a hold that no detachment will ever reach."""
        drones = [drone for drone in self.scenario.drones if drone.side == column.side]
        for k in range(1, len(column.objectives)):
            goal = column.objectives[k].place
            sites = [o.place for o in column.objectives[:k] if o.control_site]
            if not any(self.reaches(drone, sites, goal) for drone in drones):
                return f"no drone station has {goal!r} within its radius before the end"
        return ""

    def reaches(self, drone: Drone, sites: list[str], goal: str) -> bool:
        stations = [drone.station, *(sites if drone.moves_forward else [])]
        known = [name for name in stations if name in self.network.places]
        if goal not in self.network.places:
            return True
        near = any(self.network.great_circle(name, goal) <= drone.radius for name in known)
        return near and drone.ready < self.scenario.end

    def errand(self, column: Column, i: int) -> None:
        """A column that joins or supplies what is not where it goes."""
        s, goal = self.scenario, column.objectives[-1].place
        withdraws = column.side == self.withdrawing.side
        if withdraws and any(objective.capture for objective in column.objectives):
            message = f"{column.id} is of the {self.withdrawing.name}, which captures nothing"
            self.fault(message, "columns", i, "objectives")
        begins = column.holds or column.departs
        place = s.start.given.split(":")[0]
        if begins == GIVEN and place in self.network.places and place != column.from_:
            message = f"{column.id} starts from {column.from_!r}, but {s.start.given!r} is given"
            self.fault(f"{message}; an event at {column.from_!r} would be right", "columns", i, "from")
        for j, objective in enumerate(column.objectives[:-1]):
            if not objective.capture:
                message = f"{column.id} only arrives at {objective.place!r}, and would stay there"
                loc = ("columns", i, "objectives", j, "capture")
                self.fault(f"{message}; 'capture: true', or a place of 'stops', would be right", *loc)
        others = {other.id: other for other in s.columns if other.id != column.id}
        if column.reinforces and column.reinforces not in others:
            hint = nearest(column.reinforces, others)
            self.fault(f"{column.reinforces!r} is no other column; {hint}", "columns", i, "reinforces")
        elif column.reinforces and goal not in [o.place for o in others[column.reinforces].objectives]:
            message = f"{column.id} joins {column.reinforces} at {goal!r}, which that column never holds"
            self.fault(f"{message}; one of its objectives would be right", "columns", i, "objectives")
        self.leg(column, i)
        posts = {garrison.id: garrison for garrison in s.garrisons}
        if column.supplies and column.supplies not in posts:
            hint = nearest(column.supplies, posts)
            self.fault(f"{column.supplies!r} is no garrison; {hint}", "columns", i, "supplies")
        elif column.supplies and posts[column.supplies].place != goal:
            message = f"{column.id} supplies {column.supplies} at {posts[column.supplies].place!r}"
            self.fault(f"{message} but goes to {goal!r}; the same would be right", "columns", i, "supplies")

    def leg(self, column: Column, i: int) -> None:
        """A leg to what is held at the start that the record does not know, or that ended before it began."""
        event, given = column.leg_from, self.scenario.start.given
        if event is None:
            return
        known = self.dates
        message = ""
        if column.holds != GIVEN or given not in known:
            message = f"{column.id} holds nothing since a given hour; 'holds: given' would be right with it"
        elif event not in known:
            message = f"{event!r} is not in the record of observations; {nearest(event, known)}"
        elif known[event][1] >= known[given][0]:
            message = f"{event!r} does not lie before {given!r}; an earlier event would be right"
        elif event.split(":")[0] not in self.network.places:
            message = f"{event!r} is at no place of the network"
        if message:
            self.fault(message, "columns", i, "leg_from")

    def groups(self) -> None:
        """Groups that block no road or withdrew to no refuge; shares of fighters that are more than all."""
        ends = {frozenset((road.from_, road.to)) for road in self.network.roads}
        for i, group in enumerate(self.scenario.groups):
            if (group.role == "blocking") != (group.blocks is not None):
                message = f"{group.id}: 'blocks' goes with the role 'blocking', and only with it"
                self.fault(message, "groups", i, "role")
            elif group.blocks and frozenset(group.blocks) not in ends:
                message = f"no road leads straight from {group.blocks[0]!r} to {group.blocks[1]!r}"
                self.fault(f"{message}; the two ends of a road would be right", "groups", i, "blocks")
            if group.withdrawn and group.role == "blocking":
                message = f"{group.id} blocks a road and has withdrawn; one of the two would be right"
                self.fault(message, "groups", i, "withdrawn")
            elif group.withdrawn and group.home not in self.scenario.refuges:
                hint = nearest(group.home, self.scenario.refuges)
                message = f"{group.id} has withdrawn to {group.home!r}, which is no refuge; {hint}"
                self.fault(message, "groups", i, "withdrawn")
        shares = [group.share or 0.0 for group in self.scenario.groups if group.role != "local"]
        if sum(shares) > 1.0 + 1e-9:
            self.fault(
                f"the shares of the groups add up to {sum(shares):g}; 1 at most would be right", "groups"
            )

    def orders(self) -> None:
        """Raids by groups or on garrisons that are not there, and airlifts without a garrison."""
        s = self.scenario
        groups = [group.id for group in s.groups if group.role != "harassing"]
        garrisons = [garrison.id for garrison in s.garrisons]
        for i, raid in enumerate(s.raids):
            for j, name in enumerate(raid.groups):
                if name not in groups:
                    message = f"{name!r} is no group that fights; {nearest(name, groups)}"
                    self.fault(message, "raids", i, "groups", j)
            if raid.garrison not in garrisons:
                message = f"{raid.garrison!r} is no garrison; {nearest(raid.garrison, garrisons)}"
                self.fault(message, "raids", i, "garrison")
        places = [garrison.place for garrison in s.garrisons]
        for i, airlift in enumerate(s.airlifts):
            if airlift.airfield not in places:
                message = f"no garrison stands at {airlift.airfield!r}; {nearest(airlift.airfield, places)}"
                self.fault(message, "airlifts", i, "airfield")
