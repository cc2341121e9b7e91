"""Goes, raids, blocks and supplies that could never come: told with their line before anything runs."""

from sim.files.fields import GIVEN
from sim.files.yaml_tree import nearest
from sim.scenario.draft import Draft
from sim.scenario.schema import Column, Drone
from sim.state.kinds import Side


def check_stages(draft: Draft) -> None:
    """Conditions of a go that nothing can meet, and columns, groups and raids that name what is not there."""
    for i, column in enumerate(draft.scenario.columns):
        _conditions(draft, column, i)
        _objectives(draft, column, i)
        _errand(draft, column, i)
        _leg(draft, column, i)
    _groups(draft)
    _orders(draft)


def _conditions(draft: Draft, column: Column, i: int) -> None:
    """A condition of the go that can never come true, or that nothing in the scenario decides."""
    for j, condition in enumerate(column.go):
        if condition in column.go[:j]:
            draft.fault(f"{condition!r} stands twice; expected once", "columns", i, "go", j)
        if len(column.objectives) > 1 and (why := _unmet(draft, column, condition)):
            message = f"{column.id} can never go: {condition!r} is among its conditions, but {why}"
            draft.fault(message, "columns", i, "go", j)


def _unmet(draft: Draft, column: Column, condition: str) -> str:
    """Why a condition of the go to a next objective can never be met; empty if it can."""
    s, goal, withdrawing = draft.scenario, column.objectives[1].place, draft.sides[Side.WITHDRAWING]
    camps = [camp for camp in s.camps if camp.place == goal]
    if condition == "reinforced" and all(other.reinforces != column.id for other in s.columns):
        return f"no column reinforces {column.id}"
    if condition == "camp_vacated" and not camps:
        return f"no camp is listed at {goal!r}"
    if condition == "calendar" and not any(camp.opens and camp.opens < s.end for camp in camps):
        return f"no camp at {goal!r} has a published day ('opens') before the end"
    if condition == "road_clear" and all(other.side != withdrawing.side for other in s.columns):
        return f"the scenario has no column of the {withdrawing.name}"
    return _beyond_drones(draft, column) if condition == "drones" else ""


def _beyond_drones(draft: Draft, column: Column) -> str:
    """The first objective after a hold that no detachment will ever reach, in words."""
    drones = [drone for drone in draft.scenario.drones if drone.side == column.side]
    for k in range(1, len(column.objectives)):
        goal = column.objectives[k].place
        sites = [o.place for o in column.objectives[:k] if o.control_site]
        if not any(_reaches(draft, drone, sites, goal) for drone in drones):
            return f"no drone station has {goal!r} within its radius before the end"
    return ""


def _reaches(draft: Draft, drone: Drone, sites: list[str], goal: str) -> bool:
    places = draft.network.places
    if goal not in places:
        return True
    stations = [drone.station, *(sites if drone.moves_forward else [])]
    distances = [draft.network.great_circle(name, goal) for name in stations if name in places]
    return min(distances, default=drone.radius + 1.0) <= drone.radius and drone.ready < draft.scenario.end


def _objectives(draft: Draft, column: Column, i: int) -> None:
    """A column that captures what it may not, or would stay at an objective before its last."""
    start, withdrawing = draft.scenario.start, draft.sides[Side.WITHDRAWING]
    if column.side == withdrawing.side and any(objective.capture for objective in column.objectives):
        message = f"{column.id} is of the {withdrawing.name}, which captures nothing"
        draft.fault(message, "columns", i, "objectives")
    place = start.given.split(":")[0]
    if GIVEN in (column.holds, column.departs) and place in draft.network.places and place != column.from_:
        message = f"{column.id} starts from {column.from_!r}, but {start.given!r} is given"
        draft.fault(f"{message}; expected an event at {column.from_!r}", "columns", i, "from")
    for j, objective in enumerate(column.objectives[:-1]):
        if not objective.capture:
            message = f"{column.id} only arrives at {objective.place!r}, and would stay there"
            message += "; expected 'capture: true', or a place of 'stops'"
            draft.fault(message, "columns", i, "objectives", j, "capture")


def _errand(draft: Draft, column: Column, i: int) -> None:
    """A column that joins or supplies what is not where it goes."""
    goal, at = column.objectives[-1].place, ("columns", i)
    others = {other.id: other for other in draft.scenario.columns if other.id != column.id}
    posts = {garrison.id: garrison for garrison in draft.scenario.garrisons}
    joined, fed = column.reinforces, column.supplies
    if (
        joined
        and draft.among(joined, others, "is no other column", *at, "reinforces")
        and goal not in [o.place for o in others[joined].objectives]
    ):
        message = f"{column.id} joins {joined} at {goal!r}, which that column never holds"
        draft.fault(f"{message}; expected one of its objectives", *at, "objectives")
    if fed and draft.among(fed, posts, "is no garrison", *at, "supplies") and posts[fed].place != goal:
        message = f"{column.id} supplies {fed} at {posts[fed].place!r} but goes to {goal!r}"
        draft.fault(f"{message}; expected the same", *at, "supplies")


def _leg(draft: Draft, column: Column, i: int) -> None:
    """A leg to what is held at the start that the record does not know, or that ended before it began."""
    event, given, known = column.leg_from, draft.scenario.start.given, draft.dates
    if event is None:
        return
    message = ""
    if column.holds != GIVEN or given not in known:
        message = f"{column.id} holds nothing since a given hour; expected 'holds: given' with it"
    elif event not in known:
        message = f"{event!r} is not in the record of observations; {nearest(event, known, 'record')}"
    elif known[event][1] >= known[given][0]:
        message = f"{event!r} does not lie before {given!r}; expected an earlier event"
    elif event.split(":")[0] not in draft.network.places:
        message = f"{event!r} is at no place of the network"
    if message:
        draft.fault(message, "columns", i, "leg_from")


def _groups(draft: Draft) -> None:
    """Groups that block no road or withdrew to no refuge; shares of fighters that are more than all."""
    ends = {frozenset((road.from_, road.to)) for road in draft.network.roads}
    groups, refuges = draft.scenario.groups, draft.scenario.refuges
    for i, group in enumerate(groups):
        if (group.role == "blocking") != (group.blocks is not None):
            message = f"{group.id}: 'blocks' goes with the role 'blocking', and only with it"
            draft.fault(message, "groups", i, "role")
        elif group.blocks and frozenset(group.blocks) not in ends:
            message = f"no road leads straight from {group.blocks[0]!r} to {group.blocks[1]!r}"
            draft.fault(f"{message}; expected the two ends of a road", "groups", i, "blocks")
        if group.withdrawn and group.role == "blocking":
            message = f"{group.id} blocks a road and has withdrawn; expected one of the two"
            draft.fault(message, "groups", i, "withdrawn")
        elif group.withdrawn and group.home not in refuges:
            message = f"{group.id} has withdrawn to {group.home!r}, which is no refuge"
            draft.fault(f"{message}; {nearest(group.home, refuges)}", "groups", i, "withdrawn")
    total = sum(group.share or 0.0 for group in groups if group.role != "local")
    if total > 1.0 + 1e-9:
        draft.fault(f"the shares of the groups add up to {total:g}; expected 1 at most", "groups")


def _orders(draft: Draft) -> None:
    """Raids by groups or on garrisons that are not there, and airlifts without a garrison."""
    s = draft.scenario
    groups = [group.id for group in s.groups if group.role != "harassing"]
    garrisons = {garrison.id: garrison.place for garrison in s.garrisons}
    for i, raid in enumerate(s.raids):
        for j, name in enumerate(raid.groups):
            draft.among(name, groups, "is no group that fights", "raids", i, "groups", j)
        draft.among(raid.garrison, garrisons, "is no garrison", "raids", i, "garrison")
    places = garrisons.values()
    for i, airlift in enumerate(s.airlifts):
        if airlift.airfield not in places:
            message = f"no garrison stands at {airlift.airfield!r}; {nearest(airlift.airfield, places)}"
            draft.fault(message, "airlifts", i, "airfield")
