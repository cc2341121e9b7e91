"""What the time of each leg and hold of a column went on, by cause, over the runs that came to its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from ruamel.yaml import YAML

from analysis.tables import outcomes
from analysis.words import names
from sim.store.reader import RunTables

GROUNDS: Mapping[str, Mapping[str, Any]] = YAML(typ="safe").load(Path(__file__).with_name("causes.yaml"))
"""By the id of a cause: whether it is of a hold, the parameters and inputs that it rests on."""


class TimeBudget(NamedTuple):
    """A column's leg to an objective: mean hours by cause, 5, 50 and 95 % of their sum, share that came."""

    column: str
    place: str
    hours: dict[str, float]
    total: np.ndarray
    share_reached: float


def legs(tables: RunTables) -> list[TimeBudget]:
    """The legs that some run came to, over the runs that did; of one run, all that it set out on."""
    budgets, single = [], len(tables.done) == 1
    for name in outcomes.names(tables, "reached"):
        _, column, place = name.split(":")
        reached = outcomes.numbers(tables, name) > 0.0
        booked = {
            cause.rpartition(":")[2]: outcomes.numbers(tables, cause)[reached | single]
            for cause in outcomes.names(tables, f"hours:{column}:{place}")
        }
        hours = {cause: float(hours.mean(dtype=float)) for cause, hours in booked.items() if hours.any()}
        if hours:
            total = np.quantile(np.sum(list(booked.values()), axis=0), (0.05, 0.5, 0.95))
            share = float(reached.mean())
            leg = TimeBudget(column=column, place=place, hours=hours, total=total, share_reached=share)
            budgets.append(leg)
    return budgets


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A part of a column's way: to an objective, or at the one before it until it sets out again.

    `hours` has an array (runs,) a cause, over all runs that did not fail; `is_ended` (runs,) says which came
    to its end. Hours of the others last until the scenario ends.
    """

    column: str
    place: str
    after: str | None
    is_hold: bool
    hours: Mapping[str, np.ndarray]
    is_ended: np.ndarray

    @cached_property
    def total(self) -> np.ndarray:
        """Hours of all causes (runs,); inf for runs that did not come to its end."""
        return np.where(self.is_ended, np.sum([*self.hours.values()], axis=0), np.inf)

    @property
    def ranked(self) -> list[str]:
        """The causes that have hours in runs that came to the end, the longest first."""
        mean = {cause: self.hours_of(cause).mean() for cause in self.hours} if self.is_ended.any() else {}
        return sorted((cause for cause in mean if mean[cause] > 0.0), key=lambda cause: -mean[cause])

    def hours_of(self, cause: str) -> np.ndarray:
        """The hours of a cause (runs that came to the end,)."""
        return np.asarray(self.hours[cause][self.is_ended], float)


def stretches(tables: RunTables) -> list[Stretch]:
    """The ways and holds of all columns, in order of columns and objectives; those without hours left out."""
    rows: list[Stretch] = []
    route = tables.route
    before = dict(zip(route["column"][::-1], route["place"][::-1], strict=True)) if route else {}
    for name in outcomes.names(tables, "reached"):
        _, column, place = name.split(":")
        is_ended = outcomes.numbers(tables, name) > 0.0
        hours = {
            cause.rpartition(":")[2]: outcomes.numbers(tables, cause)
            for cause in outcomes.names(tables, f"hours:{column}:{place}")
        }
        for is_hold in (True, False):
            part = {
                cause: values
                for cause, values in hours.items()
                if _of_hold(cause) is is_hold and values.any()
            }
            if part:
                about: dict[str, Any] = {"place": place, "after": before.get(column), "is_hold": is_hold}
                rows.append(Stretch(column=column, hours=part, is_ended=is_ended, **about))
        before[column] = place
    return rows


def _of_hold(cause: str) -> bool:
    return bool(GROUNDS[cause].get("hold", False))


def about(tables: RunTables, place: str) -> list[Stretch]:
    """The stretches that lead to a place, and those at it; none for a place that is no objective."""
    rows = stretches(tables)
    return [row for row in rows if (row.after if row.is_hold else row.place) == place]


def places(tables: RunTables) -> list[str]:
    """The ids of the places of which `about` knows something, in order."""
    return list(
        dict.fromkeys(row.after or row.place if row.is_hold else row.place for row in stretches(tables))
    )


def place_of(tables: RunTables, text: str) -> str:
    """The id of a place that is called so, in any case; the text itself if none is."""
    known = (place for place in places(tables) if names.place(tables, place).casefold() == text.casefold())
    return next(known, text)


def title(tables: RunTables, row: Stretch) -> str:
    """A stretch in words, such as "At PLACE, until COLUMN resumes the advance"."""
    column, place = names.column(tables, row.column), names.place(tables, row.place)
    if row.is_hold:
        return f"At {names.place(tables, row.after or row.place)}, until the {column} resumes the advance"
    start = f"from {names.place(tables, row.after)} " if row.after else ""
    return f"On the road {start}to {place}, {column}"
