"""Simulated reports: what the parties would have told of a history, late, rounded and in their own favour.

It reads a history's events and is never fed back. A party tells of a fight some hours after its end, by the
part of the day, with its own losses understated and the other's overstated; the UN tells of strikes on it.
"""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from sim.chance.keyed import Purpose, binomial, key_of, lognormal
from sim.engine.template import Template
from sim.parameters.parameter import Values
from sim.state.kinds import FIGHT_ENDS, AgentKind, Side
from sim.store.schema import Table

EVENT_REPORTERS = {
    "ambush_end": ("army", "csp"),
    "contact_end": ("army", "csp"),
    "break": ("army", "csp"),
    "raid_end": ("army", "csp"),
    "capture": ("army", "csp"),
    "fallen": ("army", "csp"),
    "camp_taken": ("army", "csp"),
    "strike": ("csp",),
    "mine": ("jnim",),
}
"""Who tells of an event. A strike on a column of the UN is told by the UN."""
REPORT_TYPES = {"design_id": "i4", "replicate": "i4", "party": "U10", "event": "U20", "place": "U60"}
REPORT_TYPES |= dict.fromkeys(("told", "earliest", "latest", "own_lost", "other_lost"), "f8")
"""The columns of the table of reports and their types."""
DAY_PARTS = (0.0, 6.0, 12.0, 18.0, 24.0)
"""Hours of the local day between which a part of a day lies: night, morning, afternoon, night."""


def reports(template: Template, run_seed: int, values: Values, events: Table) -> Table:
    """A row a report of one history's events, as sim.store.schema says; `values` in h and km."""
    sides = zip(template.names[AgentKind.COLUMN], template.world.columns["side"], strict=True)
    un = {name for name, side in sides if side == Side.WITHDRAWING}
    zone = float(template.world.run["zone"][0])
    rows = [
        _row(run_seed, values, events=events, index=index, party=party, count=count, zone=zone)
        for index, party, count in _report_events(events["event"].tolist(), events["agent"].tolist(), un)
        if events["hour"][index] < template.world.run["horizon"][0]
    ]
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(REPORT_TYPES)
    return {
        name: np.array(cell, kind) for (name, kind), cell in zip(REPORT_TYPES.items(), cells, strict=True)
    }


def _report_events(events: list[str], agents: list[str], un: set[str]) -> Iterator[tuple[int, str, int]]:
    """The events that somebody tells of, with who, and how many like it befell the same agent before."""
    before: Counter[tuple[str, str]] = Counter()
    for index, (event, agent) in enumerate(zip(events, agents, strict=True)):
        parties = EVENT_REPORTERS.get(event, ())
        if event == "mine" and agent in un:
            parties = ("un",)
        if parties:
            before[agent, event] += 1
        for party in parties:
            yield index, party, before[agent, event]


def _row(
    seed: int, values: Values, events: Table, index: int, party: str, count: int, *, zone: float
) -> tuple[object, ...]:
    """One party's report of one event; its chance hangs on party, agent, event and count alone."""
    key = key_of("report", f"{party}:{events['agent'][index]}:{events['event'][index]}")
    hour = float(events["hour"][index])
    luck = lognormal(seed, key, Purpose.REPORT_DELAY, count, values["report_spread"])
    earliest, latest = _day_part(hour, zone)
    own_lost = other = np.nan
    if events["event"][index] in FIGHT_ENDS:
        army, groups = float(events["amount"][index]), float(events["other"][index])
        own_losses, theirs = (army, groups) if party == "army" else (groups, army)
        trials, share = int(own_losses), values["own_told"]
        own_lost = float(binomial(seed, key, Purpose.REPORT_OWN, count, trials=trials, share=share))
        other = float(np.floor(theirs * values["other_told"] + 0.5))
    place = str(events["place"][index])
    run = (int(events[name][index]) for name in ("design_id", "replicate"))
    head = (*run, party, str(events["event"][index]), place)
    return (*head, hour + values["report_delay"] * luck, earliest, latest, own_lost, other)


def _day_part(hour: float, zone: float) -> tuple[float, float]:
    """The hours between which the part of the local day lies in which an hour is."""
    day = 24.0 * np.floor((hour + zone) / 24.0) - zone
    part = max((start for start in DAY_PARTS if day + start <= hour), default=DAY_PARTS[0])
    return day + part, day + min(start for start in DAY_PARTS if start > part)
