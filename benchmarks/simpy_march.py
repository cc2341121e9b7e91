"""The march of benchmarks/march.yaml in SimPy, as a modeller would write it who does not know our engine.

One process drives the column: days and nights, mines found and struck, halts, contact, pressing on at dusk.
It follows our rules (sim/rules) for a column of wheeled vehicles on a piste that nobody meets, and its hours
and strikes have the same distribution (tests/engine/test_simpy_march.py). It keeps no event log and no
accounts of delay, which our engine does.
Hours count from 00:00 UTC of the first day; km are road-km from the start.
"""

import math
from bisect import bisect_right
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

import simpy

from sim.engine.template import Template

Events = Generator[simpy.Event, Any, None]


@dataclass(frozen=True, kw_only=True)
class Way:
    """What a column marches with and on, in plain numbers."""

    km: tuple[float, ...]  # where each leg begins, and the end of the last
    sections: tuple[int, ...]  # of road, a number for each leg
    mined: tuple[float, ...]  # km from the middle of each leg's section to who lays mines
    stops: tuple[float, ...]  # km of the places to which the column may press on at dusk
    dawns: tuple[tuple[float, ...], ...]  # h, first light of each day at each of `km`
    departs: int  # day
    horizon: float  # h, after which nothing is simulated
    vehicles: int
    vehicle_gap: float  # km
    serial_gaps: float  # h, of all serials together
    reported: float  # probability that a strike is reported

    def dawn(self, day: int, km: float) -> float:
        """First light of a day at a road-km, h: linear along a leg."""
        leg = min(bisect_right(self.km, km), len(self.sections)) - 1
        start, end = self.km[leg], self.km[leg + 1]
        first, last = self.dawns[day][leg : leg + 2]
        return first + (last - first) * (km - start) / (end - start)


class March(NamedTuple):
    """How a march went: hours at which head and tail came in (inf: not before the horizon), and strikes."""

    arrival: float
    tail: float
    strikes: int
    finds: int
    reported: int
    vehicles_lost: int


def way_of(template: Template) -> Way:
    """The way of a template's only column, one of the army with one objective."""
    world = template.world
    (column,) = world.columns
    legs = world.legs[column["first_leg"] : column["last_leg"]]
    marks = world.marks[column["first_mark"] : column["last_mark"]]
    last, length = legs[-1], legs[-1]["end_km"] - legs[-1]["start_km"]
    north = [*legs["lat"], last["lat"] + last["lat_per_km"] * length] - column["sun_lat"]
    east = [*legs["lon"], last["lon"] + last["lon_per_km"] * length] - column["sun_lon"]
    days = world.days[column["first_day"] : column["last_day"]]
    dawns = [day["dawn"] + day["dawn_north"] * north + day["dawn_east"] * east for day in days]
    return Way(
        km=(*legs["start_km"].tolist(), float(last["end_km"])),
        sections=tuple(legs["section"].tolist()),
        mined=mined(legs),
        stops=tuple(marks["km"][marks["stop"] == 1].tolist()),
        dawns=tuple(tuple(day.tolist()) for day in dawns),
        departs=int(column["departs"] // 24),
        horizon=float(world.run[0]["horizon"]),
        vehicles=int((column["vehicles_low"] + column["vehicles_high"]) // 2),
        vehicle_gap=float(column["vehicle_gap"]),
        serial_gaps=float(column["serial_gaps"]),
        reported=float(column["mines_reported"]),
    )


def mined(legs: Any) -> tuple[float, ...]:
    """How far from the middle of its section each leg's miners are, who sit where the way ends, km."""
    spans: dict[int, list[float]] = {}
    for leg in legs:
        spans.setdefault(int(leg["section"]), []).extend((leg["start_km"], leg["end_km"]))
    middles = {section: (min(kms) + max(kms)) / 2 for section, kms in spans.items()}
    return tuple(float(legs[-1]["end_km"] - middles[int(leg["section"])]) for leg in legs)


class Column:
    """A column on its march; `values` are the model's parameters in h and km."""

    def __init__(self, env: simpy.Environment, way: Way, values: Mapping[str, float], seed: int) -> None:
        """A column that stands at its start, its luck with mines drawn."""
        self.env, self.way, self.values, self.chance = env, way, values, Random(seed)
        self.km = 0.0
        self.speed = 0.0  # km/h of the day's march out of contact
        self.window_end = 0.0  # h, of the day's march
        self.contact_until = 0.0  # h
        self.vehicles = way.vehicles
        self.strikes = self.finds = self.reported = 0
        self.arrival = self.tail = math.inf
        own = self.chance.gammavariate(2, 0.5)
        factors = {section: self.chance.gammavariate(2, 0.5) for section in dict.fromkeys(way.sections)}
        near = [math.exp(-km / values["mine_reach"]) for km in way.mined]
        rates = [values["mine_rate"] * own * factors[section] for section in way.sections]
        self.mines = [rate * share for rate, share in zip(rates, near, strict=True)]  # per km
        self.usual = values["march_speed"] * values["wheeled_factor"]  # km/h
        self.usual *= self.chance.lognormvariate(0.0, values["column_spread"])
        self.mine_km = self.next_mine()

    def next_mine(self) -> float:
        """Road-km of the next strike, by an exponential clock that runs with the mines of each leg."""
        left, km = self.chance.expovariate(1.0), self.km
        for rate, end in zip(self.mines, self.way.km[1:], strict=True):
            if end > km:
                if left < (end - km) * rate:
                    return km + left / rate
                left -= (end - km) * rate
                km = end
        return math.inf

    def march(self) -> Events:
        """The whole march: from the first light of the first day, a day's march each until the head is in."""
        yield self.env.timeout(self.way.dawn(self.way.departs, 0.0))
        while True:
            luck = self.chance.lognormvariate(0.0, self.values["day_spread"])
            self.speed = self.usual * luck
            dawn = self.way.dawn(int(self.env.now // 24), self.km)
            self.window_end = dawn + self.values["march_hours"]
            yield from self.march_day()
            if self.km >= self.way.km[-1]:
                break
            yield self.env.timeout(self.rest())
        self.arrival = self.env.now
        yield self.env.timeout(self.vehicles * self.way.vehicle_gap / self.pace() + self.way.serial_gaps)
        self.tail = self.env.now

    def march_day(self) -> Events:
        """March, and halt at mines, to the end of the window; press on to a near stop unless in contact."""
        goal, pressing = self.way.km[-1], False
        while self.env.now < self.window_end:
            yield from self.drive(min(goal, self.mine_km), self.window_end)
            if self.km >= self.mine_km:
                if pressing:  # a strike past the window ends the day
                    self.window_end = self.env.now
                yield from self.halt()
            elif self.km >= goal:
                return
            elif not pressing and self.env.now >= max(self.window_end, self.contact_until):
                near = self.km + self.speed * self.values["press_on"]
                stop = next((km for km in self.way.stops if self.km < km < near), None)
                if stop is not None:
                    goal, pressing = stop, True
                    self.window_end = self.env.now + self.values["press_on"]

    def drive(self, goal: float, until: float) -> Events:
        """Drive to a road-km, or until an hour if that comes first."""
        while self.km < goal and self.env.now < until:
            pace, limit = self.pace(), until
            if self.env.now < self.contact_until:
                limit = min(until, self.contact_until)
            hours = (goal - self.km) / pace
            left = limit - self.env.now
            yield self.env.timeout(min(hours, left))
            self.km = goal if hours <= left else self.km + pace * left

    def pace(self) -> float:
        """The speed at this hour, km/h: slower while in contact."""
        return self.speed * (self.values["contact_pace"] if self.env.now < self.contact_until else 1.0)

    def halt(self) -> Events:
        """A mine is found, or it hits one vehicle or more and the column stays in contact after its halt."""
        spread = self.chance.lognormvariate(0.0, self.values["mine_halt_spread"])
        if self.is_found():
            self.finds += 1
            yield self.env.timeout(self.values["find_halt"] * spread)
        else:
            self.strike()
            yield self.env.timeout(self.values["mine_halt"] * spread)
            self.contact_until = self.env.now + self.values["contact_hours"]
        self.mine_km = self.next_mine()

    def is_found(self) -> bool:
        """Whether the mine that the column meets is found before it strikes."""
        return self.chance.random() < self.values["mine_found"]

    def strike(self) -> None:
        """A mine hits one vehicle or more, and may be reported."""
        hit = min(1 + poisson(self.chance, self.values["mine_vehicles"]), self.vehicles)
        self.vehicles -= hit
        self.strikes += 1
        self.reported += self.chance.random() < self.way.reported

    def rest(self) -> float:
        """Hours to the next first light; none if a day broke during a halt and its window is still open."""
        now, day = self.env.now, int(self.env.now // 24)
        dawn = self.way.dawn(day, self.km)
        if self.window_end < dawn <= now < dawn + self.values["march_hours"]:
            return 0.0
        return (dawn if dawn > now else self.way.dawn(day + 1, self.km)) - now


def poisson(chance: Random, mean: float) -> int:
    """A Poisson number, by counting the arrivals in a time of unit rate."""
    number, time = 0, chance.expovariate(1.0)
    while time < mean:
        number += 1
        time += chance.expovariate(1.0)
    return number


def march(way: Way, values: Mapping[str, float], seed: int) -> March:
    """One march to its horizon: hours of arrival and of the tail, strikes, finds, and vehicles lost."""
    env = simpy.Environment()
    column = Column(env, way, values, seed)
    env.process(column.march())
    env.run(until=way.horizon)
    lost = way.vehicles - column.vehicles
    return March(
        arrival=column.arrival,
        tail=column.tail,
        strikes=column.strikes,
        finds=column.finds,
        reported=column.reported,
        vehicles_lost=lost,
    )
