"""The kinds of things there are: sides, agents, what each may be doing, and what may happen.

Stored results name kinds of events; the numbers behind all names stay what they are.
"""

from enum import IntEnum


class Side(IntEnum):
    """Who a column, a drone or a place belongs to; NOBODY stands for none."""

    ARMY = 0
    REBELS = 1
    UN = 2


class Kind(IntEnum):
    """Kinds of agents, in the order in which they act at the same hour."""

    COLUMN = 0
    DRONE = 1
    GROUP = 2


class Mode(IntEnum):
    """What a column is doing."""

    WAITING = 0  # for its day of departure
    MARCH = 1
    BIVOUAC = 2  # to midnight
    NIGHT = 3  # from midnight to the next start
    HALT = 4  # after a mine strike
    AMBUSHED = 5
    ASSAULT = 6  # fighting at a defended position, by daylight
    FACING = 7  # at a defended position, not fighting
    ROUND = 8  # on a way round that is no road of the network
    ENTRY = 9  # behind a defence that has left
    HOLDING = 10  # what it has captured
    ARRIVED = 11  # where it was to go, with nothing to capture
    BEATEN = 12  # going back to the last held place


class Intent(IntEnum):
    """What a marching column will do when it next acts."""

    NOTHING = 0
    MARK = 1  # reach the next mark of its itinerary
    MINE = 2
    AMBUSH = 3  # be where an ambush may be laid
    FREE = 4  # be out of contact
    DUSK = 5  # reach the end of its march window


class Stance(IntEnum):
    """What a rebel group is doing."""

    HOME = 0
    SHADOW = 1  # moving with a column, or set ahead of it once it has arrived
    BROKEN = 2  # to leave in the coming night
    WITHDRAWN = 3  # in a refuge


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
    ON_STATION = 23  # a drone detachment is ready
