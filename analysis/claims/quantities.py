"""What runs can say of contested numbers and statements: one function a kind of quantity.

Each looks only at the stored runs in which what it is about happens, and says at how many it looked.
What a quantity means stands at its class in sim.record.operators.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from analysis.tables.asked import STILL_KM, between, entry_of, first_of, lacking, on_road_of
from analysis.tables.histories import reported_losses, trace
from sim.record.operators import Amount, FurtherOn, GivenEvent, Happened, Losses, OutcomeLess
from sim.record.rows import ContestedQuantity, Voice
from sim.state.kinds import FIGHT_ENDS
from sim.store.reader import RunTables


@dataclass(frozen=True, kw_only=True)
class QuantitySample:
    """A quantity in the runs in which it is about something.

    `truth` has a number a run with the `event` (persons, vehicles), or 1 and 0 for yes and no;
    `reports`, of the same shape, what each party would report of it. `of` is how many runs were looked
    at, `parts` the shares (0 to 1) of what a yes or no is made of.
    """

    event: str
    of: int
    truth: np.ndarray
    reports: Mapping[str, np.ndarray] = field(default_factory=dict)
    parts: Mapping[str, float] = field(default_factory=dict)


def quantity_sample(
    tables: RunTables, item: ContestedQuantity, voices: Sequence[Voice]
) -> QuantitySample | str:
    """The quantity of a contested matter in a run, or why the run cannot tell; `voices`: all parties.

    Raises FaultyInput if the run's reports do not go with its fights.
    """
    missing = lacking(tables, item.quantity, item.column)
    if missing is not None:
        return f"the run has no {missing}"
    about = _About(tables, item.quantity.given, item.column)
    match item.quantity:
        case Losses() as losses:
            return _losses(about, losses, voices)
        case Amount():
            return about.sample(about.path.at(about.first, "amount"))
        case OutcomeLess() as outcome:
            return _outcome(about, outcome)
        case FurtherOn() as progress:
            furthest = about.path.most("km", about.until_end_of(progress.days))
            return about.sample(furthest > about.path.at(about.first, "km") + STILL_KM)
        case Happened() as happened:
            return _happened(about, happened)


class _About:
    """A column's events in a run and, of each run, the first of what is given: row, hour, day (h)."""

    def __init__(self, tables: RunTables, given: GivenEvent, column: str) -> None:
        self.tables, self.given, self.column = tables, given, column
        self.path = trace(tables, column)
        self.first = first_of(tables, self.path, given.first, column)
        self.hour = self.path.at(self.first, "hour")
        self.day = 24.0 * np.floor(self.hour / 24.0)
        in_time = True if given.before is None else self.hour < self.day + given.before
        self.known: np.ndarray = (self.first >= 0) & in_time

    def until_end_of(self, days: int) -> np.ndarray:
        """Which events come from the first on, before the end of its day, or of so many days."""
        who, hour = self.path.history, self.path["hour"]
        inside: np.ndarray = (hour >= self.hour[who]) & (hour < (self.day + 24.0 * days)[who])
        return inside

    def sample(self, truth: np.ndarray) -> QuantitySample:
        """The sample of a truth of all stored runs, which is looked at where what is given happens."""
        truth = truth[self.known].astype(float)
        return QuantitySample(event=self.given.words, of=len(self.path), truth=truth)


def _losses(about: _About, losses: Losses, voices: Sequence[Voice]) -> QuantitySample:
    """A side's losses in some fights, and as those parties would tell of them that tell of all fights."""
    path = about.path
    fights = path.of(*losses.events)
    if losses.along is not None:
        ends = [entry_of(about.tables, event, about.column)["km"] for event in losses.along]
        fights &= between(path, *ends)
    if losses.same_day:
        fights &= 24.0 * np.floor(path["hour"] / 24.0) == about.day[path.history]
    telling = {}
    for voice in voices:
        if voice.side is not None and set(FIGHT_ENDS) <= set(voice.reports):
            own_casualties, enemy_casualties_claimed = reported_losses(about.tables, voice.party)
            lost = np.nan_to_num(
                (own_casualties if voice.side == losses.side else enemy_casualties_claimed)[path.index]
            )
            telling[voice.party] = np.bincount(path.history[fights], lost[fights], len(path))[about.known]
    return replace(about.sample(path.total(losses.number, fights)), reports=telling)


def _outcome(about: _About, quantity: OutcomeLess) -> QuantitySample:
    """An outcome of the run, less amounts of events of the column: right where it is the only one."""
    path, tables = about.path, about.tables
    less = path.total("amount", path.of(*quantity.less)) if quantity.less else 0.0
    outcome = np.asarray(tables.runs[quantity.outcome][tables.done], float)[path.rows]
    return about.sample(np.maximum(0.0, np.round(outcome - less)))


def _happened(about: _About, quantity: Happened) -> QuantitySample:
    path = about.path
    soon = on_road_of(about.tables, path, about.given.first, about.column) & about.until_end_of(quantity.days)
    left, shares = about.known.copy(), {}
    for words, event in (quantity.yes_if | quantity.else_if).items():
        came = left & (path.first(path.of(event) & soon) >= 0)
        shares[words] = came
        left &= ~came
    shares[quantity.otherwise] = left
    yes = np.any([shares[words] for words in quantity.yes_if], axis=0)
    parts = {words: float(which[about.known].mean()) for words, which in shares.items()}
    return replace(about.sample(yes), parts=parts if about.known.any() else {})
