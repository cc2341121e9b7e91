"""Pseudo-records of a model and of four false ones, and the discrepancies of the record beside them.

The runs draw their parameters from the prior (or the posterior) of the inputs; a false model changes one of
them in every run. What runs give for the rows is kept by a hash of what decides it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.evidence.baselines.campaign import campaign
from analysis.evidence.discrepancies import discrepancies, known_campaign
from analysis.evidence.discrepancy_tables import OWN, SHIFT, SHIFTED, Checked, checked
from analysis.evidence.pseudo_records import WrittenRecords, log_scores, reported, window_starts, written
from analysis.evidence.rows import JointRow
from sim.chance.keyed import key_of, mix
from sim.chance.keyed_arrays import replicate_seeds
from sim.console import Progress
from sim.engine.batch import Chunk
from sim.engine.inputs import Inputs
from sim.ensembles.ensemble import mode_of
from sim.files.yaml_tree import refuse
from sim.state.kinds import AgentKind, Event
from sim.store.provenance import digest
from sim.studies.evidence.islands import kept, place_of, planned_with_record, rows_of
from sim.studies.evidence.size import RecordPlan

ALL_ROWS = "all rows together (log score)"


@dataclass(frozen=True, kw_only=True)
class FalseModel:
    """A model that is false on purpose: a parameter times a factor in each run, or one value in all."""

    name: str
    parameter: str
    factor: float = 1.0
    value: float | None = None

    def change(self, records: np.ndarray) -> None:
        """Change the parameters of runs (runs,)."""
        if self.value is not None:
            records[self.parameter] = self.value
        else:
            records[self.parameter] *= self.factor


FALSE_MODELS = (
    FalseModel(name="march speed x 2", parameter="march_speed", factor=2.0),
    FalseModel(name="no contact pace", parameter="contact_pace", value=1.0),
    FalseModel(name="break-off x 5", parameter="break_off", factor=5.0),
    FalseModel(name="mines x 5", parameter="mine_rate", factor=5.0),
)


def pseudo_checks(inputs: Inputs, plan: RecordPlan) -> list[Checked]:
    """The discrepancies of the record beside pseudo-records. Raises FaultyInput if nothing is reported."""
    rows, (tables, record) = rows_of(inputs), planned_with_record(inputs)
    believed = [replace(row, weight=1.0) for row in rows] if plan.all_true else rows
    starts = window_starts(tables, record, rows)
    with Progress(plan.pool + plan.records * (2 + len(FALSE_MODELS)), silent=SILENT) as progress:
        progress.begin(0, "")

        def truths(stream: str, count: int, model: FalseModel | None = None) -> np.ndarray:
            hours = truths_of(inputs, rows, _seeds(plan, stream, count), model)
            progress(count, 0)
            return hours

        def records(stream: str, model: FalseModel | None = None) -> WrittenRecords:
            hours = truths(stream, plan.records, model)
            return written(believed, starts, hours, _seeds(plan, stream, plan.records)[: len(hours)])

        pool, second = truths("pool", plan.pool), records("others")
        known = known_campaign(tables, campaign(tables, record), rows, pool)

        def numbers(reports: WrittenRecords) -> dict[str, np.ndarray]:
            return {ALL_ROWS: log_scores(reports, pool)} | discrepancies(known, reports)

        others = {OWN: numbers(second), SHIFTED: numbers(second.later(SHIFT))}
        others |= {model.name: numbers(records("others", model)) for model in FALSE_MODELS}
        return checked(numbers(reported(believed)), numbers(records("records")), others)


SILENT = 1000
"""Runs from which a bar is shown."""


def _seeds(plan: RecordPlan, stream: str, count: int) -> np.ndarray:
    """The seeds (runs,) of some runs: false models have those of the model's other records."""
    return replicate_seeds(mix(plan.seed ^ key_of("pseudo-records", stream)), np.arange(count))


def truths_of(
    inputs: Inputs, rows: Sequence[JointRow], seeds: np.ndarray, model: FalseModel | None = None
) -> np.ndarray:
    """What runs with `seeds` (runs,) give for rows: hours of milestones (inf: never), numbers; (runs, rows).

    They are taken from the cache, or run and put there. Runs that fail are left out.
    """
    decided = (inputs.hashes, tuple(rows), digest(seeds.tobytes()), model)
    return kept(place_of(__name__, *decided), lambda: _run(inputs, rows, seeds, model))


def _run(inputs: Inputs, rows: Sequence[JointRow], seeds: np.ndarray, model: FalseModel | None) -> np.ndarray:
    template = inputs.template
    records = inputs.parameters.draws(seeds)
    if model is not None:
        model.change(records)
    counted = any(row.ask in ("strikes", "displaced") for row in rows)
    chunk = Chunk(
        scenario=template,
        seeds=seeds,
        records=records,
        spread=True,
        keep=np.full(len(seeds), counted),
    )
    mode_of(template, len(seeds))(chunk)
    done = np.array([not error for error in chunk.errors], bool)
    if not done.any():
        refuse(inputs.loaded.name, f"each of its {len(seeds)} runs failed: {chunk.errors[0]}")
    return np.asarray(np.array([_numbers_of(chunk, inputs, row) for row in rows]).T[done])


def _numbers_of(chunk: Chunk, inputs: Inputs, row: JointRow) -> np.ndarray:
    """What runs (runs,) of a chunk give for a row."""
    hours = np.full(len(chunk.seeds), row.limit)
    if row.milestone is not None:
        hours = chunk.hours[:, list(inputs.template.milestones).index(row.milestone)]
    if row.ask in ("hour", "silence"):
        return hours
    counts = np.full(len(hours), np.nan)
    for run, log in chunk.logs.items():
        log_so_far = log[log["hour"] <= hours[run]]
        if row.ask == "strikes":
            counts[run] = _strikes(log_so_far, inputs, row)
        else:
            amount = "other" if row.outcome == "displaced_to_border" else "amount"  # as the log has them
            counts[run] = log_so_far[amount][log_so_far["event"] == Event.DISPLACED].sum()
    return counts


def _strikes(log: np.ndarray, inputs: Inputs, row: JointRow) -> int:
    """The reported mine strikes on a row's column in a log (events,)."""
    column = list(inputs.template.names[AgentKind.COLUMN]).index(str(row.column))
    of_column = (log["kind"] == AgentKind.COLUMN) & (log["agent"] == column)
    return int((of_column & (log["event"] == Event.MINE)).sum())
