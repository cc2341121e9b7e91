"""Delay accounting: what the time of each leg of a column went on, by cause."""

from typing import NamedTuple

import numpy as np

from analysis.tables import outcomes
from sim.store.reader import RunTables


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
