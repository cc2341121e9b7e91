"""Named discrepancies: numbers by which a record can differ from those that a model writes.

Each is found from a record alone, with what everybody knows of the campaign: the ways and their km, where a
column goes on from, daylight. The order of events is held against the one that is usual in the model's runs:
the order of a scenario's list is that of the reports. Events that a record does not report have no part in
it, for rows are there because something was reported. What a record does not report counts as nan where the
number hangs on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from analysis.evidence.baselines.campaign import Campaign, KnownWay, event_of
from analysis.evidence.pseudo_records import WrittenRecords
from analysis.evidence.rows import JointRow
from analysis.tables.clock import horizon
from sim.store.reader import RunTables

FIGHTS = ("ambush", "contact")
"""Events of fights whose hour is reported: those of a first shot."""
LONGEST_REPORT = 12.0
"""The longest interval of a report that says something of the hour of the day (h)."""


@dataclass(frozen=True, kw_only=True)
class KnownCampaign:
    """What is known of a campaign: dated milestones in their usual order; noons (days,) and the end (h)."""

    campaign: Campaign
    milestones: Sequence[str]
    noons: np.ndarray
    end: float


def known_campaign(
    tables: RunTables, campaign: Campaign, rows: Sequence[JointRow], pool: np.ndarray
) -> KnownCampaign:
    """What is known of a scenario by its tables before any run; `pool` (runs, rows) has runs of the model."""
    noons = (tables.daylight["first_light"] + tables.daylight["sunset"]) / 2.0
    usual = {
        str(row.milestone): float(np.median(hours[np.isfinite(hours)]))
        if np.isfinite(hours).any()
        else np.inf
        for row, hours in zip(rows, pool.T, strict=True)
        if row.ask == "hour"
    }
    return KnownCampaign(
        campaign=campaign,
        milestones=sorted(usual, key=lambda name: (usual[name], name)),
        noons=noons[np.isfinite(noons)],
        end=horizon(tables),
    )


def discrepancies(known: KnownCampaign, reports: WrittenRecords) -> dict[str, np.ndarray]:
    """The discrepancies by name, each (records,); nan where a record does not give it.

    Order of events: share of pairs of reported events that come in another order than usual, those that
    overlap counting half. Share of hours standing: of the hours of columns that hold, those
    of holds. Hour of day of fights: mean h after local noon. Second hold over first: each from the capture to
    the next place reported. Strikes by section: number. Hours a km contested over uncontested: ratio.
    """
    dated = _Dated(known=known, reports=reports)
    named = {
        "order of events": dated.order(),
        "share of hours standing": dated.standing(),
        "hour of day of fights": dated.fights(),
        "second hold over first": dated.holds(),
    }
    for place, row in enumerate(reports.rows):
        if row.ask == "strikes":
            named[f"strikes by section: {row.title}"] = reports.low[:, place]
    return named | {"hours a km contested over uncontested": dated.contested()}


@dataclass(frozen=True, kw_only=True)
class _Dated:
    """The dates of records (records,), by milestone."""

    known: KnownCampaign
    reports: WrittenRecords

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The places of dated rows by their milestones, in their usual order."""
        rows = {str(row.milestone): at for at, row in enumerate(self.reports.rows) if row.ask == "hour"}
        return {name: rows[name] for name in self.known.milestones if name in rows}

    def hours(self, milestone: str) -> np.ndarray:
        """The middles of its intervals; nan where it is not reported."""
        if milestone not in self.places:
            return np.full(len(self.reports.low), np.nan)
        place = self.places[milestone]
        return np.asarray((self.reports.low[:, place] + self.reports.high[:, place]) / 2.0)

    def order(self) -> np.ndarray:
        """Share of pairs that come in another order than usual."""
        low, high = self.reports.low, self.reports.high
        pairs = list(combinations(self.places.values(), 2))
        if not pairs:
            return self.hours("")
        dated = np.array([np.isfinite(low[:, one]) & np.isfinite(low[:, other]) for one, other in pairs])
        turned = np.array([high[:, other] <= low[:, one] for one, other in pairs])
        in_order = np.array([high[:, one] <= low[:, other] for one, other in pairs])
        return _mean(np.where(dated, 0.5 + 0.5 * turned - 0.5 * in_order, np.nan))

    def standing(self) -> np.ndarray:
        """Share of hours standing."""
        stands, spans = np.zeros(len(self.reports.low)), np.zeros(len(self.reports.low))
        for way in self.known.campaign.ways:
            holds = [at for at, step in enumerate(way.steps) if step.holds and at]
            if not holds:
                continue
            last = np.full(len(stands), way.start)
            for step in way.steps:
                last = np.fmax(last, self.hours(step.milestone))
            for at in holds:
                came, left = self._came(way, at), self._next(way, at)
                never = np.isfinite(came) & np.isnan(left)
                last = np.where(never, self.known.end, last)
                stands += np.nan_to_num(np.where(never, self.known.end, left) - came)
            spans += last - way.start
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(spans > 0.0, stands / spans, np.nan)

    def fights(self) -> np.ndarray:
        """Mean hour of day of fights, from local noon."""
        rows = self.reports.rows
        short = [
            name
            for name, at in self.places.items()
            if event_of(name) in FIGHTS and rows[at].high - rows[at].low <= LONGEST_REPORT
        ]
        if not short or not len(self.known.noons):
            return self.hours("")
        hours = np.array([self.hours(name) for name in short])
        after = (hours - self.known.noons[0] + 12.0) % 24.0 - 12.0
        return _mean(after)

    def holds(self) -> np.ndarray:
        """The second hold over the first, on the first way with two."""
        for way in self.known.campaign.ways:
            places = [at for at, step in enumerate(way.steps) if step.holds and at]
            if len(places) >= 2:
                lengths = [self._next(way, at, beyond=True) - self._came(way, at) for at in places[:2]]
                with np.errstate(invalid="ignore", divide="ignore"):
                    return np.where(lengths[0] > 0.0, lengths[1] / lengths[0], np.nan)
        return self.hours("")

    def _came(self, way: KnownWay, at: int) -> np.ndarray:
        """When a hold begins."""
        return self.hours(way.steps[at - 1].milestone)

    def _next(self, way: KnownWay, at: int, *, beyond: bool = False) -> np.ndarray:
        """When a hold ends: at its decision to go on if that is reported, else at the next reported place."""
        hours = self.hours("")
        for step in way.steps[at:]:
            if not (beyond and step.holds):
                hours = np.where(np.isnan(hours), self.hours(step.milestone), hours)
        return hours

    def contested(self) -> np.ndarray:
        """Hours a km contested over uncontested, of ways that have both."""
        sums = np.zeros((2, 2, len(self.reports.low)))  # contested or not; hours, km
        for way in self.known.campaign.ways:
            if any(step.contact is not None for step in way.steps):
                sums += self._legs(way)
        with np.errstate(invalid="ignore", divide="ignore"):
            paces = sums[:, 0] / np.where(sums[:, 1] > 0.0, sums[:, 1], np.nan)
            return np.where(paces[1] > 0.0, paces[0] / paces[1], np.nan)

    def _legs(self, way: KnownWay) -> np.ndarray:
        """Hours and km (contested or not, hours or km, records) between reports with no hold between them."""
        count = len(self.reports.low)
        sums, since, km = np.zeros((2, 2, count)), np.full(count, way.start), np.zeros(count)
        for step in way.steps:
            hours = self.hours(step.milestone)
            dated = np.isfinite(hours)
            if not step.holds:
                leg = np.where(dated & np.isfinite(since), step.km - km, 0.0)
                kind = 0 if step.contact is not None else 1
                sums[kind, 0] += np.where(leg > 0.0, hours - np.nan_to_num(since), 0.0)
                sums[kind, 1] += leg
            since = np.where(dated | step.holds, hours, since)
            km = np.where(dated | step.holds, step.km, km)
        return sums


def _mean(values: np.ndarray) -> np.ndarray:
    """The mean (records,) of those of (values, records) that are there; nan of none."""
    there = np.isfinite(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(there, values, 0.0).sum(axis=0) / there.sum(axis=0))
