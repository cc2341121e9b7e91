"""Simulated reports: what the parties would have told of a run, late, rounded and in their own favour.

It reads a run's events and is never fed back. Who tells of what says the record's list of parties. A party
tells of an event some hours after it, by the part of the day; of a fight with the losses of its own side
understated and those of the other overstated, and without any where it is of no side that fought.
"""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from sim.chance.keyed import Purpose, binomial, key_of, lognormal
from sim.engine.template import Reporter, Template
from sim.parameters.parameter import Values
from sim.state.kinds import FIGHT_ENDS, AgentKind, Side
from sim.state.rows import NOBODY
from sim.store.schema import Table

REPORT_TYPES = {"design_id": "i4", "replicate": "i4", "party": "U60", "event": "U20", "place": "U60"}
REPORT_TYPES |= dict.fromkeys(
    ("reported", "earliest", "latest", "own_casualties", "enemy_casualties_claimed"), "f8"
)
"""The columns of the table of reports and their types."""
LOSSES = {int(Side.ADVANCING): "amount", int(Side.CONTESTING): "other"}
"""Where the losses of each side stand in an event that ends a fight."""
DAY_PARTS = (0.0, 6.0, 12.0, 18.0, 24.0)
"""Hours of the local day between which a part of a day lies: night, morning, afternoon, night."""


def reports(template: Template, run_seed: int, values: Values, events: Table) -> Table:
    """A row a report of one run's events, as sim.store.schema says; `values` in h and km."""
    run = template.world.run[0]
    zone = float(run["zone"])
    rows = [
        _row(run_seed, values, events=events, index=index, reporter=reporter, count=count, zone=zone)
        for index, reporter, count in _report_events(template, events)
        if events["hour"][index] < run["horizon"]
    ]
    table = np.array(rows, list(REPORT_TYPES.items()))
    return {name: table[name].copy() for name in REPORT_TYPES}


def _report_events(template: Template, events: Table) -> Iterator[tuple[int, Reporter, int]]:
    """The events that somebody tells of, with who, and how many like it befell the same agent before."""
    columns = zip(template.names[AgentKind.COLUMN], template.world.columns["side"].tolist(), strict=True)
    sides, before = dict(columns), Counter[tuple[str, str]]()
    for index, (event, agent) in enumerate(
        zip(events["event"].tolist(), events["agent"].tolist(), strict=True)
    ):
        side = sides.get(agent, NOBODY)
        alone = [one for one in template.parties if event in one.own and one.side == side]
        reporters = alone or [one for one in template.parties if event in one.events]
        before[agent, event] += 1
        for reporter in reporters:
            yield index, reporter, before[agent, event]


def _row(
    seed: int, values: Values, events: Table, index: int, reporter: Reporter, count: int, *, zone: float
) -> tuple[object, ...]:
    """One party's report of one event; its chance hangs on party, agent, event and count alone."""
    party, event, hour = reporter.party, str(events["event"][index]), float(events["hour"][index])
    key = key_of("report", f"{party}:{events['agent'][index]}:{event}")
    luck = lognormal(seed, key, Purpose.REPORT_DELAY, count, values["report_spread"])
    lost = {side: float(events[name][index]) for side, name in LOSSES.items()}
    own_casualties = enemy_casualties_claimed = np.nan
    if event in FIGHT_ENDS and reporter.side in lost:
        trials, share = int(lost.pop(reporter.side)), values["own_told"]
        own_casualties = float(binomial(seed, key, Purpose.REPORT_OWN, count, trials=trials, share=share))
        enemy_casualties_claimed = float(np.floor(sum(lost.values()) * values["other_told"] + 0.5))
    run = (int(events[name][index]) for name in ("design_id", "replicate"))
    head = (*run, party, event, str(events["place"][index]))
    return (
        *head,
        hour + values["report_delay"] * luck,
        *_day_part(hour, zone),
        own_casualties,
        enemy_casualties_claimed,
    )


def _day_part(hour: float, zone: float) -> tuple[float, float]:
    """The hours between which the part of the local day lies in which an hour is."""
    day = 24.0 * np.floor((hour + zone) / 24.0) - zone
    part = max((start for start in DAY_PARTS if day + start <= hour), default=DAY_PARTS[0])
    return day + part, day + min(start for start in DAY_PARTS if start > part)
