"""What a verdict hangs on: joint evidence without each row, and with other reliabilities of all reports.

Each is islands of its own, kept as all are by a hash of what decides them: only what changed runs again.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from analysis.evidence.baselines.samplers import COMPOSITE
from analysis.evidence.joint import Evidence
from analysis.evidence.left_out import LeaveOneOut, LeftOut
from analysis.evidence.rows import JointRow
from analysis.evidence.tables import Weighed
from sim.console import Progress
from sim.files.yaml_tree import refuse
from sim.studies.evidence.islands import evidence
from sim.studies.evidence.plan import WeighedModel
from sim.studies.evidence.size import IslandPlan
from sim.studies.evidence.weigh import LONG, inputs_of, of_baseline, samplers_of, weigh


def leave_one_out(model: WeighedModel, plan: IslandPlan, workers: int | None = None) -> LeaveOneOut:
    """A model and the composite baseline on all rows, and without each.

    Raises FaultyInput for a mixture, and sim.engine.compiled.NotCompiled.
    """
    if model.mixture:
        refuse(model.name, "is a mixture; expected a model that is run, to leave rows out")
    weighed = weigh([model], plan, workers)
    rows, inputs = weighed.base.rows, inputs_of(model)
    composite = samplers_of(inputs)[COMPOSITE]
    with (
        ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool,
        Progress(plan.islands * (len(rows) - 1), what="islands", silent=LONG) as progress,
    ):
        progress.begin(0, "")

        def without(row: JointRow) -> LeftOut:
            silent = frozenset([row.name])
            rival = pool.submit(of_baseline, composite, rows, plan, silent)
            of_model = evidence(
                model.name, inputs, plan, rows=rows, silent=silent, workers=workers, progress=progress
            )
            return LeftOut(row=row, model=of_model, rival=rival.result())

        others = [without(row) for row in rows[:-1]]
    return LeaveOneOut(weighed=weighed, without=[*others, _without_last(weighed)])


def _without_last(weighed: Weighed) -> LeftOut:
    """The evidence without the last row: nothing comes after it, so that nothing has to be run."""
    row = weighed.base.rows[-1]

    def without(one: Evidence) -> Evidence:
        logs = one.logs.copy()
        logs[:, -1] = np.where(np.isfinite(one.reached[:, -2]), np.log(row.false), -np.inf)
        return replace(one, logs=logs, silent=one.silent | {row.name})

    return LeftOut(row=row, model=without(weighed.base), rival=without(weighed.rival))


def at_reliabilities(
    models: Sequence[WeighedModel],
    plan: IslandPlan,
    reliabilities: Sequence[float],
    workers: int | None = None,
) -> dict[float | None, Weighed]:
    """Models and baselines as the record weighs its reports (None), and with each reliability of them all.

    Raises FaultyInput if a model cannot be asked the first one's rows, and sim.engine.compiled.NotCompiled.
    """
    return {one: weigh(models, plan, workers, one) for one in (None, *reliabilities)}
