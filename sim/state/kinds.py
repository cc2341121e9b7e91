"""The kinds of things there are: sides, agents, what each may be doing, and what may happen.

Stored results name kinds of events; the numbers behind all names stay what they are.
"""

from enum import IntEnum


class Side(IntEnum):
    """The roles of the sides to whom columns, drones and places belong; NOBODY stands for none.

    A case gives each role its id and name (sim.files.case_file).
    """

    ADVANCING = 0  # its columns march and capture
    CONTESTING = 1  # its groups contest the roads and take what falls
    WITHDRAWING = 2  # its columns neither fight nor capture, and its camps are vacated


ADVANCING, CONTESTING, WITHDRAWING = map(int, Side)


class AgentKind(IntEnum):
    """Kinds of agents, in the order in which they act at the same hour."""

    COLUMN = 0
    DRONE = 1
    GROUP = 2
    CAMP = 3  # of the withdrawing side
    GARRISON = 4
    AIRLIFT = 5
    RAID = 6  # an order to raid a garrison on a day
    TOWN = 7


class Mode(IntEnum):
    """What a column is doing."""

    WAITING = 0  # for its day of departure
    MARCH = 1
    BIVOUAC = 2  # to midnight
    NIGHT = 3  # from midnight to the next start
    HALT = 4  # at a mine
    AMBUSHED = 5
    ASSAULT = 6  # fighting at a defended position, by daylight
    FACING = 7  # at a defended position, not fighting
    ROUND = 8  # on a way round that is no road of the network
    ENTRY = 9  # behind a defence that has left
    SUPPLY = 10  # waiting on the road for supply
    HOLDING = 11  # what it has captured
    ARRIVED = 12  # where it was to go, with nothing to capture
    BEATEN = 13  # going back to the last held place


class Cause(IntEnum):
    """What an hour between a column's departure and its last capture went to; each hour to exactly one.

    An hour of a hold goes to the first condition that is not yet met, in this order; then to planning, to the
    published calendar, and to the night before the start.
    """

    MARCH = 0
    OVERNIGHT = 1
    MINE_HALTS = 2
    IN_CONTACT = 3
    COMBAT_UNDECIDED = 4  # at a position, not fighting
    REFITTING = 5
    REINFORCEMENT = 6
    DRONES = 7
    CAMP_VACATED = 8
    ROAD_CLEAR = 9
    PLANNING = 10
    SCHEDULED_DATE = 11
    SUPPLY = 12
    TURNED_BACK = 13
    ORDERED_HALT = 14  # on the road, by order, or before a road that is closed
    ORDERED_HOLD = 15  # likewise, where it holds what it has captured


class Intent(IntEnum):
    """What a marching column will do when it next acts."""

    NOTHING = 0
    MARK = 1  # reach the next mark of its itinerary
    MINE = 2
    AMBUSH = 3  # be where an ambush may be laid
    FREE = 4  # be out of contact
    DUSK = 5  # reach the end of its march window


class Stance(IntEnum):
    """What a group is doing."""

    HOME = 0
    SHADOW = 1  # moving with a column, or set ahead of it once it has arrived
    BROKEN = 2  # to leave in the coming night
    WITHDRAWN = 3  # in a refuge
    BLOCKING = 4  # standing on a road


class Surface(IntEnum):
    """What a road is made of, from the fastest to the slowest."""

    TAR = 0
    LATERITE = 1
    PISTE = 2
    DESERT_TRACK = 3


class ColumnKind(IntEnum):
    """What a column drives: its speed is that of its kind."""

    LIGHT = 0
    WHEELED = 1
    LADEN = 2


class Event(IntEnum):
    """Kinds of events in the log; `amount` and `other` are said here where they mean something."""

    DEPARTURE = 1
    ARRIVAL = 2  # of the head; at a mark of the itinerary
    TAIL = 3  # arrival of the tail at the last mark; amount: pass time, h
    MARCH = 4  # begins or goes on; amount: speed, km/h
    BIVOUAC = 5
    HARASSMENT = 6  # a night harassed; amount: delay of the next start, h
    MINE = 7  # a strike that is reported; amount: vehicles hit, other: halt, h
    MINE_UNREPORTED = 8  # as above
    HALT_END = 9
    AMBUSH = 10  # amount: length, h; other: fighters engaged
    AMBUSH_END = 11  # amount: persons lost by the column, other: by the groups
    CONTACT = 12  # a day's fight at a position begins; amount: force ratio, other: fighters committed
    CONTACT_END = 13  # undecided; amount: persons lost by the column, other: by the groups
    BREAK = 14  # the defence is broken; amounts as for CONTACT_END
    LEFT = 15  # the broken defence has left
    ROUND = 16  # the column starts on the way round; amount: further march, h
    ENTRY = 17  # the column follows a defence that has left
    CAPTURE = 18
    BEATEN = 19  # amount: force ratio of the fight, other: share of persons lost since the last hold
    RETURN = 20  # of a beaten column to its last held place
    SET = 21  # a group chooses a place to set itself; amount: hour of its arrival there
    WITHDRAWAL = 22  # a group leaves for a refuge; amount: hour of its arrival there
    ON_STATION = 23  # a drone detachment is ready; amount: its cover of the objective of its side's column
    GO = 24  # a column leaves a hold; amount: length of the hold, h
    PROBE = 25  # a part of a holding column goes out and back within the day; amount: km out
    SUPPLY = 26  # a column on the road waits for supply; amount: how long, h
    STRIKE = 27  # by drones; amount: vehicles of the groups destroyed
    VACATED = 28  # a camp, by the withdrawing side
    CAMP_TAKEN = 29  # amount: the side (sim.state.kinds.Side)
    AIRLIFT = 30  # amount: persons brought
    RAID = 31  # on a garrison; amount: persons of the garrison to a raider, other: raiders
    RAID_END = 32  # amount: persons lost by the garrison, other: by the groups
    FALLEN = 33  # a garrison; amount: its persons
    DISPLACED = 34  # persons leave a town this day; amount: persons, other: of them, for a border
    RESUPPLY = 35  # a garrison; amount: days of supply brought
    REINFORCED = 36  # a holding column; amount: persons, other: vehicles
    ROADBLOCK = 37  # a group stands on the road and fights the column; amount: its fighters
    MINE_FOUND = 38  # a device is found and halts the column; other: halt, h
    STANDS = 39  # a column, by order; amount: how long as far as it knows, h, 0 while it waits for another
    ROAD_CLOSED = 40  # a column stands before it; amount: h until it opens, 0 if that is not in the scenario
    RESUMED = 41  # a column goes on from where it stood; amount: how long it stood, h
    TURNED = 42  # a column goes back by the road it came, by order


EVENTS = {
    "departure": Event.DEPARTURE,
    "arrival": Event.ARRIVAL,
    "tail": Event.TAIL,
    "harassment": Event.HARASSMENT,
    "mine": Event.MINE,
    "mine_found": Event.MINE_FOUND,
    "ambush": Event.AMBUSH,
    "contact": Event.CONTACT,
    "break": Event.BREAK,
    "round": Event.ROUND,
    "capture": Event.CAPTURE,
    "probe": Event.PROBE,
    "reinforced": Event.REINFORCED,
    "go": Event.GO,
}
"""Events of a column that a milestone may name."""
PLACE_EVENTS = {
    "first_strike": Event.STRIKE,
    "on_station": Event.ON_STATION,
    "vacated": Event.VACATED,
    "camp_taken": Event.CAMP_TAKEN,
    "airlift": Event.AIRLIFT,
    "raid": Event.RAID,
    "fallen": Event.FALLEN,
    "resupply": Event.RESUPPLY,
}
"""Events at a place that a milestone without a column may name."""
FIGHT_ENDS = ("ambush_end", "contact_end", "break", "raid_end")
"""Events whose amounts are the losses of the advancing side and of the groups."""
