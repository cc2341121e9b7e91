"""What the record asks of a run, as the rows of numbers by which the particle filter weighs runs."""

from collections.abc import Sequence

import numpy as np

from analysis.scores.targets import Term
from sim.engine.particle_filter import ASK_DISPLACED, ASK_HOUR, ASK_SILENCE, ASK_STRIKES, Ask
from sim.engine.template import Template
from sim.record.record import Record
from sim.record.rows import ReportedCount
from sim.state.kinds import AgentKind
from sim.state.rows import NEVER, NOWHERE
from sim.state.world import to_array
from sim.store.schema import OUTCOMES

NUMBERS = {
    "mine_strikes_reported": ASK_STRIKES,
    "displaced": ASK_DISPLACED,
    "displaced_to_border": ASK_DISPLACED,
}
"""What the filter can ask a number of."""


def rows_of(asks: Sequence[Ask]) -> np.ndarray:
    """Rows of numbers (asks,) for the filter, in the order of `asks`."""
    return to_array(asks, Ask).view(np.recarray)


def ask_of(row: np.void) -> Ask:
    """What one of those rows asks."""
    return Ask(**dict(zip(row.dtype.names or (), row.tolist(), strict=True)))


def of_term(template: Template, term: Term) -> Ask:
    """What an observation asks: an hour, or that nothing came up to one."""
    at = list(template.milestones).index
    silence = term.observation.survival
    return Ask(
        kind=ASK_SILENCE if silence else ASK_HOUR,
        outcome=NOWHERE,
        milestone=at(term.milestone),
        since=NOWHERE if term.since is None else at(term.since),
        column=NOWHERE,
        low=term.low,
        high=term.high,
        blur=0.0 if silence else term.blur,
        weight=term.weight,
        flat=term.flat,
        limit=NEVER,
    )


def of_count(template: Template, count: ReportedCount, record: Record, hour: float) -> Ask:
    """What a reported number asks: strikes up to a milestone or the end, or the displaced at an hour.

    Raises KeyError for an outcome that is not among `NUMBERS`.
    """
    low, high = count.number
    kind, column, until = NUMBERS[count.outcome], NOWHERE, NOWHERE
    if kind == ASK_STRIKES:
        column = list(template.names[AgentKind.COLUMN]).index(str(count.column))
        until = NOWHERE if count.until is None else list(template.milestones).index(count.until)
    return Ask(
        kind=kind,
        outcome=list(OUTCOMES).index(count.outcome),
        milestone=until,
        since=NOWHERE,
        column=column,
        low=float(low),
        high=float(high),
        blur=0.0,
        weight=record.weights[count.kind],
        flat=(high - low + 1) / ((count.most or high) + 1),
        limit=hour,
    )
