"""Baselines that draw whole campaigns: hours of milestones, leg by leg in the order of the way.

Each is made of parts that say how a column moves, how long it holds, how long a line holds and when the first
strike falls; a part without an opinion leaves its rows to their base rate. Their numbers are assumptions of
people who knew the outcome.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from scipy.special import ndtri

from analysis.evidence.baselines.campaign import Campaign, KnownWay, WayStep
from analysis.scores.baselines import HOLD, HOLD_SPREAD, PACE, PACE_SPREAD
from sim.chance.keyed import key_of
from sim.chance.keyed_arrays import uniforms

COLUMN_SHARE = 0.5  # assumption: of the variance of a log pace, the column's; the others are legs'
CONTESTED_PACE, CONTESTED_SPREAD = 12.0, 0.89  # CDB90 (ODC-BY): desert since 1939, 28 battles, km a day
AGAIN_SPREAD = 0.4  # assumption: log-sd of a hold over the one before
HOLDS_A_DAY = 2.0 / 3.0  # assumption: a line that held a day holds another; Laplace's rule after one day
DAY = 24.0
Contested = Literal["nowhere", "to the capture", "to the end"]


@dataclass(frozen=True, kw_only=True)
class BaselineNumbers:
    """The numbers of baselines: paces in km a day, holds in h, spreads as standard deviations of logs."""

    pace: float = PACE
    pace_spread: float = PACE_SPREAD
    column_share: float = COLUMN_SHARE
    contested_pace: float = CONTESTED_PACE
    contested_spread: float = CONTESTED_SPREAD
    hold: float = HOLD
    hold_spread: float = HOLD_SPREAD
    again_spread: float = AGAIN_SPREAD
    holds_a_day: float = HOLDS_A_DAY


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a baseline is made of. A hold without a part of its own has a median of 14 days.

    `contested`: how far beyond a reported contact a column goes at the contested pace; `opening`: the last
    hold before the place of a published opening ends so that the column is there in time; `persists`: a later
    hold lasts as the one before; `line`: a line holds a day again and again; `strike`: the first strike is
    between the last hold's begin (or the date before which nobody was to go there) and the opening.
    """

    moves: bool = True
    contested: Contested = "nowhere"
    opening: bool = False
    persists: bool = False
    line: bool = False
    strike: bool = False


UNIFORM, COMPOSITE = "uniform", "composite"
"""The baseline that has no opinion: a scale, and no rival. And the rival of record."""
BASELINES: dict[str, Parts] = {
    UNIFORM: Parts(moves=False),
    "pace": Parts(),
    "contested pace": Parts(contested="to the capture"),
    "contested pace to the end": Parts(contested="to the end"),
    "published opening": Parts(opening=True),
    "persistence": Parts(persists=True),
    "line that holds": Parts(line=True),
    "first strike": Parts(strike=True),
    COMPOSITE: Parts(contested="to the capture", opening=True, persists=True, line=True, strike=True),
}
"""All but the first and the last are `pace` with one part more (docs/decisions/composite-baseline.md)."""


class Particles:
    """Simulated campaigns, each with what was drawn of it so far.

    A number hangs on its name and on the place that the campaign has now, so clones go on with their own.
    """

    def __init__(self, seeds: np.ndarray) -> None:
        """As many as there are `seeds` (particles,), unsigned 64 bits each."""
        self.seeds = seeds
        self.values: dict[str, np.ndarray] = {"root": np.arange(len(seeds))}

    def uniform(self, name: str) -> np.ndarray:
        """A number between 0 and 1 for each (particles,), drawn when it is first asked for."""
        key = f"uniform {name}"
        if key not in self.values:
            self.values[key] = uniforms(self.seeds, key_of("baseline", name))
        return self.values[key]

    def normal(self, name: str) -> np.ndarray:
        """A standard normal number for each (particles,)."""
        return np.asarray(ndtri(self.uniform(name)))

    def take(self, chosen: np.ndarray) -> None:
        """Go on with those at some places (particles,), clones among them."""
        self.values = {name: values[chosen] for name, values in self.values.items()}

    @property
    def roots(self) -> int:
        """From how many of the first ones all come."""
        return len(np.unique(self.values["root"]))


@dataclass(frozen=True, kw_only=True)
class Sampler:
    """A baseline of a campaign: it draws the hours of a milestone, and of all that comes before it."""

    name: str
    campaign: Campaign
    parts: Parts
    numbers: BaselineNumbers = field(default_factory=BaselineNumbers)

    @cached_property
    def places(self) -> Mapping[str, tuple[KnownWay, int]]:
        """The way and step of each milestone on a way."""
        ways = self.campaign.ways if self.parts.moves else ()
        return {step.milestone: (way, at) for way in ways for at, step in enumerate(way.steps)}

    @cached_property
    def milestones(self) -> frozenset[str]:
        """The milestones of which it has an opinion."""
        breaks = self.campaign.breaks if self.parts.line else ()
        strikes = self.campaign.strikes if self.parts.strike else ()
        return frozenset((*self.places, *breaks, *strikes))

    def hours(self, particles: Particles, milestone: str) -> np.ndarray:
        """The hours of a milestone (particles,), drawn when asked. Raises KeyError without an opinion."""
        key = f"hour {milestone}"
        if key not in particles.values:
            if milestone not in self.milestones:
                raise KeyError(milestone)
            particles.values[key] = self._new(particles, milestone)
        return particles.values[key]

    def _new(self, particles: Particles, milestone: str) -> np.ndarray:
        if milestone in self.campaign.breaks:
            return self._breaks(particles, milestone)
        if milestone in self.campaign.strikes:
            return self._strikes(particles, milestone)
        way, at = self.places[milestone]
        for earlier in way.steps[:at]:
            self.hours(particles, earlier.milestone)
        came = self._came(particles, way, at)
        step = way.steps[at]
        if step.holds:
            return self._leaves(particles, way, at, came)
        return np.asarray(came + self._leg_hours(particles, way, step))

    def _came(self, particles: Particles, way: KnownWay, at: int) -> np.ndarray:
        """The hours at which a step begins."""
        if at == 0:
            return np.full(len(particles.seeds), way.start)
        return self.hours(particles, way.steps[at - 1].milestone)

    # --- moving ------------------------------------------------------------------------------------------

    def _contact(self, step: WayStep) -> str | None:
        """The contact that makes a leg contested; None where the road is open."""
        contacts = {"nowhere": None, "to the capture": step.contact, "to the end": step.first_contact}
        return contacts[self.parts.contested]

    def _leg_hours(self, particles: Particles, way: KnownWay, step: WayStep) -> np.ndarray:
        """Hours of a leg: at one pace since a contact, or at the column's with a factor of the leg."""
        contact = self._contact(step)
        if contact is not None:
            log_factor = self.numbers.contested_spread * particles.normal(f"contested {contact}")
            return np.asarray(step.leg * DAY / (self.numbers.contested_pace * np.exp(log_factor)))
        spread = self.numbers.pace_spread * np.sqrt(1.0 - self.numbers.column_share)
        slower = np.exp(-spread * particles.normal(f"leg {step.milestone}"))
        return np.asarray(step.leg * self._hours_a_km(particles, way) * slower)

    def _hours_a_km(self, particles: Particles, way: KnownWay) -> np.ndarray:
        """Hours a km of a column on an open road, before a leg's factor."""
        spread = self.numbers.pace_spread * np.sqrt(self.numbers.column_share)
        slower = np.exp(-spread * particles.normal(f"pace {way.column}"))
        return np.asarray(DAY / self.numbers.pace * slower)

    def _planned(self, particles: Particles, way: KnownWay, step: WayStep) -> np.ndarray:
        """Hours of a leg as a column may expect them: at its pace, where it is contested at the median."""
        if self._contact(step) is not None:
            return np.full(len(particles.seeds), step.leg * DAY / self.numbers.contested_pace)
        return step.leg * self._hours_a_km(particles, way)

    # --- staying -----------------------------------------------------------------------------------------

    def _leaves(self, particles: Particles, way: KnownWay, at: int, came: np.ndarray) -> np.ndarray:
        """The hours at which a hold ends."""
        opening, earlier = self.campaign.opening, way.last_hold(way.steps[at].km)
        if self.parts.opening and opening is not None and opening.place in way.places:
            goal = way.places[opening.place]
            last = way.first_at(goal)
            if way.last_hold(goal) == at and last is not None:
                there = opening.hour + opening.give * particles.normal("opening")
                legs = [self._planned(particles, way, step) for step in way.steps[at + 1 : last + 1]]
                return np.asarray(np.maximum(came, there - sum(legs)))
        name = f"hold {way.steps[at].milestone}"
        if self.parts.persists and earlier is not None:
            left = self.hours(particles, way.steps[earlier].milestone)
            length = left - self._came(particles, way, earlier)
            return np.asarray(came + length * np.exp(self.numbers.again_spread * particles.normal(name)))
        return np.asarray(
            came + self.numbers.hold * np.exp(self.numbers.hold_spread * particles.normal(name))
        )

    def _breaks(self, particles: Particles, milestone: str) -> np.ndarray:
        """The hours at which a line breaks: at the end of a day, each day held with the same probability."""
        since = self.hours(particles, self.campaign.breaks[milestone])
        held = np.log(particles.uniform(milestone)) / np.log(self.numbers.holds_a_day)
        return np.asarray(since + DAY * (1.0 + np.floor(held)))

    def _strikes(self, particles: Particles, milestone: str) -> np.ndarray:
        """The hours of a first strike: every moment alike between when it may begin and the opening."""
        strike = self.campaign.strikes[milestone]
        hold = strike.way.last_hold(strike.km)
        begins = np.full(len(particles.seeds), strike.begins)
        if hold is not None:
            begins = np.maximum(begins, self._came(particles, strike.way, hold))
        return np.asarray(begins + particles.uniform(milestone) * np.maximum(0.0, strike.ends - begins))


def samplers(campaign: Campaign, numbers: BaselineNumbers | None = None) -> dict[str, Sampler]:
    """All baselines of a campaign by name."""
    given = numbers or BaselineNumbers()
    return {
        name: Sampler(name=name, campaign=campaign, parts=parts, numbers=given)
        for name, parts in BASELINES.items()
    }
