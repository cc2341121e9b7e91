"""What runs can say of contested numbers and statements: one function a quantity, over the stored histories.

Each looks only at the histories in which what it is about happens, and says at how many it looked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from analysis.tables.histories import Histories, milestone, reported_losses, trace
from sim.record.rows import ContestedQuantity, Quantity
from sim.store.reader import RunTables

COLUMN_FIGHT_ENDS = ("ambush_end", "contact_end", "break")
"""Events that end a fight of a column, with the losses of both sides."""
REPORTING_PARTIES = ("army", "csp")
"""Parties that the model's observer lets tell of losses."""
NOON_H = 12.0
"""assumption: the hour of the day (UTC) before which an ambush is the morning's."""
FURTHER_KM = 1e-6
"""More than this is progress."""


@dataclass(frozen=True, kw_only=True)
class QuantitySample:
    """A quantity in the histories in which it is about something.

    `truth` has a number a history, or 1 and 0 for yes and no; `reports` what each party would report of it,
    `of` the histories looked at, `parts` the shares of what a yes or no is made of, `event` what has to
    happen.
    """

    event: str
    of: int
    truth: np.ndarray
    reports: Mapping[str, np.ndarray] = field(default_factory=dict)
    parts: Mapping[str, float] = field(default_factory=dict)


class Measure(NamedTuple):
    """How a quantity is taken from a run, and the milestones of its column that the run must have."""

    needs: tuple[str, ...]
    of: Callable[[RunTables, str], QuantitySample]


def quantity_sample(tables: RunTables, item: ContestedQuantity) -> QuantitySample | str:
    """The quantity of a contested matter in a run, or why the run cannot tell of it."""
    measure = QUANTITY_MEASURES[item.quantity]
    if item.column not in tables.manifest["columns"]:
        return f"the run has no column {item.column}"
    missing = [name for name in measure.needs if milestone(tables, name, item.column) is None]
    if missing:
        return f"the run has no milestone {missing[0]} of {item.column}"
    return measure.of(tables, item.column)


def _losses(
    tables: RunTables, path: Histories, fights: np.ndarray, known: np.ndarray, event: str
) -> QuantitySample:
    """The groups' losses in some fights of each history, and as the parties would tell of them."""
    telling = {}
    for party in REPORTING_PARTIES:
        own, other = reported_losses(tables, party)
        lost = np.nan_to_num((own if party == "csp" else other)[path.index])
        telling[party] = np.bincount(path.history[fights], lost[fights], len(path))[known]
    return QuantitySample(
        event=event, of=len(path), truth=path.total("other", fights)[known], reports=telling
    )


def _lost_before_anefis(tables: RunTables, column: str) -> QuantitySample:
    path = trace(tables, column)
    start, position, end = BEFORE_ANEFIS
    low, high = _km(tables, start, column), _km(tables, end, column)
    spot = _km(tables, position, column)
    contact = path.first(path.of("contact") & _between(path, spot, spot))
    day = np.floor(path.at(contact, "hour") / 24.0)
    that_day = np.floor(path["hour"] / 24.0) == day[path.history]
    fights = path.of(*COLUMN_FIGHT_ENDS) & _between(path, low, high) & that_day
    return _losses(tables, path, fights, contact >= 0, "a contact south of Anefis")


def _hit_near_tarkint(tables: RunTables, column: str) -> QuantitySample:
    path = trace(tables, column)
    strike = path.first(path.of("mine") & _near(path, tables, "tarkint:mine", column))
    known = strike >= 0
    event = "a reported mine strike near Tarkint"
    return QuantitySample(event=event, of=len(path), truth=path.at(strike, "amount")[known])


def _resumed(tables: RunTables, column: str) -> QuantitySample:
    path = trace(tables, column)
    ambush = path.first(path.of("ambush") & _near(path, tables, "tabankort:ambush", column))
    begun, at = path.at(ambush, "hour"), path.at(ambush, "km")
    day = 24.0 * np.floor(begun / 24.0)
    known = (ambush >= 0) & (begun < day + NOON_H)
    midnight = day + 24.0
    who = path.history
    later = (path["hour"] >= begun[who]) & (path["hour"] < midnight[who])
    truth = (path.most("km", later)[known] > at[known] + FURTHER_KM).astype(float)
    return QuantitySample(
        event="a first ambush between Tabrichat and Anefis in a morning", of=len(path), truth=truth
    )


def _through_alkit(tables: RunTables, column: str) -> QuantitySample:
    path = trace(tables, column)
    here = _near(path, tables, "alkit_rd:contact", column)
    contact = path.first(path.of("contact") & here)
    known, begun = contact >= 0, path.at(contact, "hour")
    end = 24.0 * (np.floor(begun / 24.0) + 2.0)
    who = path.history
    soon = here & (path["hour"] >= begun[who]) & (path["hour"] < end[who])
    broken = path.first(path.of("break") & soon)[known] >= 0
    around = path.first(path.of("round") & soon)[known] >= 0
    beaten = path.first(path.of("beaten") & soon)[known] >= 0
    through = broken | around
    parts = {"broken": broken, "gone round": around & ~broken, "column beaten": beaten & ~through}
    parts["unchanged"] = ~through & ~beaten
    shares = {name: float(which.mean()) for name, which in parts.items()} if known.any() else {}
    return QuantitySample(event="a contact at Alkit", of=len(path), truth=through.astype(float), parts=shares)


def _lost_in_ambush(tables: RunTables, column: str) -> QuantitySample:
    path = trace(tables, column)
    fights = path.of("ambush_end")
    return _losses(tables, path, fights, path.first(path.of("ambush")) >= 0, "the ambush")


def _vehicles_in_ambush(tables: RunTables, column: str) -> QuantitySample:
    """Vehicles lost that no mine hit; of a run with one column."""
    path = trace(tables, column)
    mines = path.total("amount", path.of("mine", "mine_unreported"))
    lost = np.asarray(tables.runs["vehicles_lost"][tables.done], float)[path.rows]
    known = path.first(path.of("ambush")) >= 0
    return QuantitySample(
        event="the ambush", of=len(path), truth=np.maximum(0.0, np.round(lost - mines))[known]
    )


BEFORE_ANEFIS = ("tabrichat:arrival", "anefis:contact", "anefis:capture")
ALKIT = ("alkit_rd:contact", "alkit_rd:break")
QUANTITY_MEASURES: dict[Quantity, Measure] = {
    "groups lost before anefis": Measure(BEFORE_ANEFIS, _lost_before_anefis),
    "vehicles hit near tarkint": Measure(("tarkint:mine",), _hit_near_tarkint),
    "resumed after the ambush": Measure(("tabankort:ambush",), _resumed),
    "through alkit on the second day": Measure(ALKIT, _through_alkit),
    "groups lost in the ambush": Measure(("anefis:ambush",), _lost_in_ambush),
    "vehicles lost in the ambush": Measure(("anefis:ambush",), _vehicles_in_ambush),
}
"""Each quantity that a record may name."""


def _km(tables: RunTables, event: str, column: str) -> float:
    return float((milestone(tables, event, column) or {})["km"])


def _near(path: Histories, tables: RunTables, event: str, column: str) -> np.ndarray:
    """Which events lie on the road that a milestone is about."""
    entry = milestone(tables, event, column) or {}
    return _between(path, entry["from_km"], entry["to_km"])


def _between(path: Histories, low: float, high: float) -> np.ndarray:
    inside: np.ndarray = (path["km"] >= low - FURTHER_KM) & (path["km"] <= high + FURTHER_KM)
    return inside
