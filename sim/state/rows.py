"""The rows of a run's tables: one class a kind, its fields typed and with their units.

Hours count from 00:00 UTC of the scenario's first day (the run begins before that in the east, later in the
west); km are road-km along the column's itinerary unless said otherwise; indices are -1 where there is none.
A world's table `marks` holds the waypoints of itineraries, its table `stages` the objectives of columns.
"""

import math
from dataclasses import dataclass
from typing import NewType

Key = NewType("Key", int)
"""A 64-bit hash: an agent's stream of chance."""

NEVER = math.inf
NOBODY = NOWHERE = -1
NO_KM = -1.0


@dataclass(slots=True)
class AgentState:
    """What each agent has that acts alone."""

    key: Key
    agent: int  # who acts: its index in World.wakes


@dataclass(slots=True)
class ForceState(AgentState):
    """What a column and a garrison have alike: a side, a strength, and daylight."""

    side: int
    solar: float  # h, mean solar time where it is, or starts, less UTC
    first_day: int  # the row of World.days of its local solar day 0; there are some before
    last_day: int  # one past its last row
    persons_low: int  # reported range of its strength
    persons_high: int
    vehicles_low: int
    vehicles_high: int
    persons: float
    vehicles: float
    persons_lost: float
    vehicles_lost: float


@dataclass(slots=True)
class ColumnState(ForceState):
    """A column that advances, withdraws or brings supplies: one kind of agent, other numbers."""

    mode: int
    intent: int
    planned: float  # h, when it next acts unless it is woken before
    km: float  # of the head, when it last acted
    acted_at: float  # h, when it last acted
    speed: float  # km/h since then
    day_speed: float  # km/h of the day's march out of contact
    departs: float  # h
    departure_days: int  # days after its first on which it may depart instead
    sun_lat: float  # reference point of its daylight, its start
    sun_lon: float
    first_leg: int
    leg: int
    last_leg: int  # one past it
    first_mark: int
    next_mark: int
    last_mark: int  # one past it
    held_place: int  # the last place held by its own side
    held_km: float
    contested_km: float  # from which its road is contested, beyond what is held
    window_end: float  # h, end of the day's march window
    pressing: bool  # past its window, on to a stop
    contact_until: float  # h
    entering: bool  # behind a defence that has left
    mine_left: float  # of a unit exponential, before the next strike
    mine_factor: float
    kind: int  # of sim.state.kinds.ColumnKind
    own_speed: float  # a factor of the column's own
    by_night: bool  # it marches by night as well
    ambush_left: float  # of a unit exponential, before the next place fit for an ambush
    persons_at_hold: float
    first_serial: int
    last_serial: int  # one past it
    left: float  # h, when its head left its start or hold; NEVER while all of it is together
    left_speed: float  # km/h, at which it did
    pass_time: float  # h, of the arrival at its objective
    vehicle_gap: float  # km
    serial_gaps: float  # h, gaps between serials together
    mines_reported: float  # probability
    mines: int
    finds: int  # devices found, which strike nobody
    struck: bool  # by the device at which it last halted
    mine_reports: int  # strikes that were reported
    candidates: int  # places fit for an ambush that were passed
    ambushes: int
    fights: int  # ambushes and days at positions
    nights_harassed: int
    fight_from: float  # h
    engaged: float  # fighters in the present fight
    ratio: float  # force ratio of the present fight
    days_fought: int  # at the present position
    rounding: bool  # going round the present position
    round_hours: float
    first_stage: int  # its first objective's row of World.stages
    stage: int  # of the next objective
    captures: bool  # some objective is to be captured
    last_stage: int  # one past it
    holds: bool  # begins as the holder of its first objective
    starts_given: bool  # begins at the hour of the milestone that the scenario starts from
    waits_for_place: bool  # departs only when its side holds its objective
    waits_for_reinforcement: bool  # a condition of its go, as are the next four, beside the refit
    waits_for_drones: bool  # to cover its objective
    waits_for_camp: bool  # there to be vacated
    waits_for_road: bool  # to be clear of withdrawing columns
    waits_for_calendar: bool  # of the handover there
    cause: int  # while it holds: what it is waiting for
    held_from: float  # h, of its present hold
    hold_seed: Key  # of the run when that began: for what is drawn of a hold again and again
    tail_in: float  # h, when the tail comes in, NEVER once it has
    goes: float  # h, at which it goes; NEVER before it is decided
    drones_met: float  # h, since when drones cover its objective
    reinforced_met: float  # h, since when it is reinforced
    probe_left: float  # of a unit exponential, before the next probe, while it does not hold
    probe_at: float  # h, of the next probe
    probes: int
    set_out: float  # h, when it left its last hold or start
    set_out_km: float
    pace_km: float  # where, and when, its last leg against the enemy began
    pace_from: float  # h
    last_pace: float  # km/h of that leg, halts and fights included; 0 without one
    leg_km: float  # of the leg to what it holds at the start; 0: not known
    leg_low: float  # h, reported interval in which that leg began
    leg_high: float
    supply: float  # h of supply with which it sets out; 0: it is fed on the way
    supply_end: float  # h, until which its supply lasts
    supplies: int  # garrison it brings supply to
    load: float  # h of supply it carries for that garrison
    vehicles_at_start: float
    reinforces: int  # column it joins
    merges: bool  # with that column, by order, wherever the two are to meet
    ordered: bool  # some order or closure may keep it where it is
    holds_until: float  # h, by its latest order to hold; -NEVER without one
    meets_at: int  # place at which it waits for columns that merge with it; NOWHERE
    standing: bool  # on the road, by order or before a closed road
    stands_from: float  # h


@dataclass(slots=True)
class SerialState:
    """A part of a column, in the order of march, with its shares of what the column has."""

    gaps: float  # h, gaps between the serials before it, together
    persons: float  # share of the column's
    vehicles: float


@dataclass(slots=True)
class GroupState(AgentState):
    """A group of the contesting side. Its place is a road and the km from that road's first end."""

    stance: int
    fights: bool  # takes part in ambushes and defence, not in mines and harassment only
    raids: bool  # raids garrisons
    share: float  # of the fighters
    fighters: float
    road: int
    road_km: float
    arrives: float  # h, at its place
    rested: float  # h, from which it is ready again after a fight
    engaged: int  # agent that it is fighting, a column or a garrison
    looks: int  # sightings so far
    sets: int  # places chosen so far
    quarry: int  # column it last sighted
    seen_km: float  # where that column's head was, when it was sighted
    told_of: int  # column of the last sighting that has reached it
    told_km: float  # where that column was then
    set_km: float  # itinerary km of the quarry at which the group is set
    acts_on: float  # h, when the sighting has reached the group
    leaves: float  # h, when a broken group leaves
    lost: float  # fighters
    vehicles_lost: float


@dataclass(slots=True)
class DroneState(AgentState):
    """A drone detachment: endurance counts from its airfield, the radius from its control station."""

    side: int
    field: int  # place of its airfield
    radius: float  # km
    aircraft: float
    endurance: float  # h
    cruise: float  # km/h
    turn_round: float  # h
    ready: float  # h
    moves_forward: bool  # its control station follows to captured control sites
    station: int  # place
    on_station: bool  # the station works
    forward: int  # place to which the station is moving
    forward_at: float  # h, when it is there; NEVER
    next_station: int  # place to which it will move after that
    next_station_at: float  # h, when it is there; NEVER
    target: int  # place that it may strike now
    strike_left: float  # of a unit exponential, before the next strike, while there is no target
    strike_at: float  # h, of the next strike
    strikes: int
    destroyed: float  # vehicles of the groups


@dataclass(slots=True)
class LegState:
    """A road of a column's itinerary, in the direction of the march."""

    road: int
    forward: bool  # from the road's first end, not towards it
    start_km: float
    end_km: float
    lat: float
    lon: float
    lat_per_km: float
    lon_per_km: float
    section: Key
    first_alike: int  # the first leg of its section, of any column
    section_factor: float  # with mines, the same for all columns of a run
    middle_road: int  # the road in the middle of the section
    middle_km: float  # how far along that the middle is
    mine_factor: float  # the section's factor and the distance of who lays mines for the column
    surface: int  # of sim.state.kinds.Surface
    ground: float  # speed on it, as a share of that on a piste
    again: bool  # the column has come by this road before
    back: bool  # then the other way round
    first_km: float  # km of this leg's start when the column first was there


@dataclass(slots=True)
class Waypoint:
    """A place of a column's itinerary at which something may happen."""

    km: float
    place: int
    stop: bool  # the column may press on to it at dusk
    defended: bool  # a position that groups defend
    objective: bool  # an objective
    capture: bool  # the objective is to be captured
    refit: bool  # the column refits after the capture
    control_site: bool  # a drone control station may stand here
    opens: float  # h, published opening of the handover of the objective; -NEVER without one
    block: int  # group that stands here across the road
    round_km: float  # by the network's other road from the position to the next objective; NEVER without one
    direct_km: float  # by the itinerary
    again: bool  # the column has been here before
    hold_until: float  # h, up to which it is ordered to stand here; -NEVER without such an order
    hold_hours: float  # h, for which it is ordered to stand here
    meets: bool  # it waits here for columns that merge with it
    turns: bool  # it goes back from here by order
    reached_at: float  # h, when the head came here
    key: Key  # of the position
    break_left: float  # of a unit exponential, before the defence breaks
    leaves: float  # h, when the broken defence leaves


@dataclass(slots=True)
class PlaceState:
    """A place of the network, as a point on one of its roads."""

    road: int
    road_km: float
    route_number: int  # its row and column in `distances`; NOWHERE if a run has nothing to do with it
    x: float  # its unit vector: see sim.rules.geodesy
    y: float
    z: float
    holder: int  # side, or -1
    holder_outcome: bool  # who holds it at the end is an outcome of the run
    fought: bool  # there was a fight, raid or strike here


@dataclass(slots=True)
class RoadState:
    """A road of the network; `start` and `end` are the route numbers of its ends (`PlaceState`)."""

    start: int
    end: int
    km: float


@dataclass(slots=True)
class SolarDay:
    """Civil dawn and sunset of a local solar day at a column's start (h), and per degree north and east.

    Both are NEVER where it stays dark, and the midnights before and after where it is never dark.
    """

    dawn: float
    dawn_north: float
    dawn_east: float
    sunset: float
    sunset_north: float
    sunset_east: float


@dataclass(slots=True)
class CampState(AgentState):
    """A camp of the withdrawing side, vacated at noon of a day; then a side holds it, or nobody."""

    place: int
    vacated: float  # h
    notice_at: float  # h, when others know that it is empty
    taker: int  # side that is coming
    takes_at: float  # h, when it is there; NEVER
    holder: int
    taken_by: int  # side that first had it once it was vacated


@dataclass(slots=True)
class GarrisonState(ForceState):
    """A garrison of a side in a place, with days of supply."""

    place: int
    holds: bool  # it has not fallen
    raid_until: float  # h; -NEVER outside a raid
    raid_next: float  # h, of the next attempt at a raid
    raiders: float  # fighters
    raids: int
    attempts: int
    hunted: bool  # groups raid it of their own accord
    supply: float  # h of supply when last counted; NEVER: it is not counted
    counted_at: float  # h, of that count
    without: float  # h without supply
    resupplies: int


@dataclass(slots=True)
class AirliftState(AgentState):
    """Persons flown to a garrison in a night."""

    garrison: int
    evening: float  # h, at which the night begins
    persons_low: int
    persons_high: int


@dataclass(slots=True)
class RaidState(AgentState):
    """An order: some groups raid a garrison at first light of a day."""

    garrison: int
    day: int  # local solar day of the garrison


@dataclass(slots=True)
class TownState:
    """A town that persons leave, by the distance of the column and by recent strikes; all wake together."""

    key: Key
    place: int
    people: float  # as counted; times population_growth once the run is open
    departures: float
    border_departures: float  # of those, for a border
    struck: float  # h, of the last strike on it; -NEVER without one
    struck_lately: bool  # strikes moved families on the last day
    share: float  # of its people that left on the last day; -1 before the first


@dataclass(slots=True)
class DestinationState:
    """A place that takes in the displaced."""

    place: int
    draws: bool  # a border or a refuge
    border: bool
    arrivals: float  # counted as they set out: nobody is followed on the way


@dataclass(slots=True)
class ObjectiveState:
    """An objective of a column."""

    place: int
    departed_at: float  # h, when the column's time towards it began to count; NEVER before
    completed_at: float  # h, of its capture or of the arrival there


@dataclass(slots=True)
class MilestoneState:
    """The first event of a kind that befalls a column on a stretch of its way, or anyone at a place."""

    event: int
    column: int
    place: int  # for a milestone of no column
    from_km: float
    to_km: float
    first_span: int  # the first row of World.spans: further stretches of its way where it may happen too
    last_span: int  # one past it
    hour: float
    mine_reports: int  # strikes on the column that were reported by then


@dataclass(slots=True)
class SpanState:
    """A further stretch of a column's way on which a milestone may happen: it passes there again."""

    from_km: float
    to_km: float


@dataclass(slots=True)
class ClosureState:
    """A time in which no column sets foot on a road."""

    road: int
    begins: float  # h
    ends: float  # h; NEVER without an end


@dataclass(slots=True)
class LogEntry:
    """A line of the event log."""

    hour: float
    event: int
    kind: int  # of the agent
    agent: int  # its index in its own table
    place: int
    km: float
    amount: float
    other: float


@dataclass(slots=True)
class RunState:
    """What a run has only one of."""

    seed: Key
    spread: bool  # strengths are drawn in their reported ranges, else their midpoints hold
    now: float
    begins: float  # h, the first midnight of the case's time zone, or the hour of a given start before that
    zone: float  # h, the case's time zone less UTC
    log_length: int
    horizon: float
    manned_side: int  # whose manned aviation flies
    given_low: float  # h, reported interval of the milestone from which the scenario starts; 0 without one
    given_high: float
    contact_everywhere: bool  # a rival: the pace of contact on all contested road
    night_hazard: float  # a rival: share of the hazard of a fight that holds by night too
    quiet_nights: bool  # this and the next six: mechanisms that the run is without
    no_contact: bool
    no_mines: bool
    no_ground: bool
    no_kinds: bool
    no_ambushes: bool
    no_bypass: bool
    no_probes: bool
    goes_at_once: bool  # from what it holds, without refit, conditions or planning
    mines_everywhere: bool  # a rival: mines strike wherever one drives, and none is found
    march_calendar: bool  # a rival: the calendar counts back by march speed alone
