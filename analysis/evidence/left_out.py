"""Leave-one-observation-out: the evidence of all rows but one, of a model and of the composite baseline.

A row is left out by being asked at its base rate, whose logarithm is then taken away. All runs weigh it
alike, so nothing of it is left, and all other rows keep their random numbers: what differs is of one row.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from analysis.evidence.joint import SMALL_ERROR, Evidence, LogEstimate, balance
from analysis.evidence.rows import JointRow
from analysis.evidence.tables import Weighed, estimate_object, plain, signed, unsure
from analysis.words.text import JsonObject, aligned, paragraphs


class LeftOut(NamedTuple):
    """A row, and the evidence of a model and the composite with that row at its base rate."""

    row: JointRow
    model: Evidence
    rival: Evidence


class LeaveOneOut(NamedTuple):
    """A model and baselines on all rows, and the same without each row."""

    weighed: Weighed
    without: Sequence[LeftOut]


class RowWithout(NamedTuple):
    """What all other rows, earlier and later, say of a row (nats), and the lead on those others."""

    row: JointRow
    model: LogEstimate
    rival: LogEstimate
    lead: LogEstimate
    lead_without: LogEstimate


def predicted(whole: Evidence, left_out: Evidence, row: JointRow) -> LogEstimate:
    """The log probability of a row given all others, earlier and later ones (nats)."""
    given = balance([whole], [left_out])
    return given._replace(value=given.value + float(np.log(row.false)))


def rows_without(done: LeaveOneOut) -> list[RowWithout]:
    """Each row, as all others predict it and as the verdict is without it."""
    base, rival = done.weighed.base, done.weighed.rival
    return [
        RowWithout(
            row=row,
            model=predicted(base, model, row),
            rival=predicted(rival, other, row),
            lead=balance([base, other], [rival, model]),
            lead_without=balance([model], [other]),
        )
        for row, model, other in done.without
    ]


def text(done: LeaveOneOut) -> str:
    """The verdict without each row in a sentence, and the table."""
    return "\n\n".join([paragraphs(sentences(done)), aligned(cells(done)), LEFT_OUT_NOTE])


LEFT_OUT_NOTE = (
    "Logs of probabilities in nats, with standard errors. Of a row: its log probability given all others, "
    "earlier and later ones; then the log Bayes factor on all rows but this one."
)


def sentences(done: LeaveOneOut) -> list[str]:
    """What the lead over the composite is, and between which values it lies when one row is left out."""
    base, rival = done.weighed.base, done.weighed.rival
    whole = balance([base], [rival])
    rows = rows_without(done)
    least = min(rows, key=lambda row: row.lead_without.value)
    most = max(rows, key=lambda row: row.lead_without.value)
    lines = [
        f"{base.name} against the composite baseline on all {len(base.rows)} rows: {signed(whole)} nats. "
        f"With one row left out it is least without {least.row.title}, {signed(least.lead_without)}, "
        f"and greatest without {most.row.title}, {signed(most.lead_without)}."
    ]
    turning = [row.row.title for row in rows if row.lead_without.value * whole.value < 0.0]
    lines.append(
        f"Without one of these rows its sign is the other: {'; '.join(turning)}."
        if turning
        else "No single row decides its sign."
    )
    weak = [one.row.title for one in rows if not one.model.error <= SMALL_ERROR]
    if weak:
        lines.append(
            f"Errors above {SMALL_ERROR}, so that more --runs or --islands are needed: {'; '.join(weak)}."
        )
    return lines + unsure([base])


def cells(done: LeaveOneOut) -> list[list[str]]:
    """A table below a head, a line a row."""
    base, rival = done.weighed.base.name, done.weighed.rival.name
    head = ["row", "to fit or held out", base, rival, "lead of the row", "lead without the row"]
    return [
        head,
        *(
            [one.row.title, one.row.part, plain(one.model), plain(one.rival), *map(signed, one[3:])]
            for one in rows_without(done)
        ),
    ]


ROW_KEYS = ("model", "opponent", "lead", "lead_without")
"""JSON keys of what is said of a row."""


def as_json(done: LeaveOneOut) -> JsonObject:
    """The lead on all rows, and each row without which it is another."""
    base, rival = done.weighed.base, done.weighed.rival
    return {
        "model": base.name,
        "opponent": rival.name,
        "lead": estimate_object(balance([base], [rival])),
        "rows": [
            {"row": one.row.name, "title": one.row.title, "part": one.row.part}
            | {key: estimate_object(estimate) for key, estimate in zip(ROW_KEYS, one[1:], strict=True)}
            for one in rows_without(done)
        ],
    }
