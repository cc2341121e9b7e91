"""What the record asks of a run, as the rows of numbers by which the particle filter weighs runs."""

from collections.abc import Sequence

import numpy as np

from analysis.evidence.rows import JointRow
from sim.engine.particle_filter import ASK_DISPLACED, ASK_HOUR, ASK_SILENCE, ASK_STRIKES, Ask
from sim.engine.template import Template
from sim.state.kinds import AgentKind
from sim.state.rows import NOWHERE
from sim.state.world import to_array
from sim.store.schema import OUTCOMES

ASK_KINDS = {"hour": ASK_HOUR, "silence": ASK_SILENCE, "strikes": ASK_STRIKES, "displaced": ASK_DISPLACED}


def rows_of(asks: Sequence[Ask]) -> np.ndarray:
    """Rows of numbers (asks,) for the filter, in the order of `asks`."""
    return to_array(asks, Ask).view(np.recarray)


def ask_of(row: np.void) -> Ask:
    """What one of those rows asks."""
    return Ask(**dict(zip(row.dtype.names or (), row.tolist(), strict=True)))


def of_row(template: Template, row: JointRow) -> Ask:
    """What a row of joint evidence asks of runs of a scenario."""
    columns, milestones = list(template.names[AgentKind.COLUMN]), list(template.milestones)
    return Ask(
        kind=ASK_KINDS[row.ask],
        outcome=NOWHERE if row.outcome is None else list(OUTCOMES).index(row.outcome),
        milestone=NOWHERE if row.milestone is None else milestones.index(row.milestone),
        column=NOWHERE if row.ask != "strikes" else columns.index(str(row.column)),
        low=row.low,
        high=row.high,
        blur=row.blur,
        weight=row.weight,
        false=row.false,
        limit=row.limit,
    )
