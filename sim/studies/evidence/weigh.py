"""Models of a plan, or of results, weighed beside the baselines on the same rows."""

from collections.abc import Sequence
from pathlib import Path

from analysis.evidence import all_within, filtering, joint
from analysis.evidence.campaign import campaign
from analysis.evidence.joint import Evidence
from analysis.evidence.rows import JointRow
from analysis.evidence.samplers import samplers
from analysis.evidence.tables import Weighed
from analysis.tables.scored_observations import of_run
from sim.console import Progress
from sim.engine.inputs import Inputs
from sim.files.case import Case
from sim.files.paths import display_path
from sim.files.yaml_tree import refuse
from sim.record.record import load_record
from sim.scenario.mechanisms import no_opinion
from sim.scenario.mechanisms import uncounted as uncounted_outcomes
from sim.store.reader import read_run
from sim.studies.evidence.islands import evidence, planned, rows_of
from sim.studies.evidence.plan import WeighedModel
from sim.studies.evidence.size import IslandPlan
from sim.studies.verification import job_of


def weigh(models: Sequence[WeighedModel], plan: IslandPlan, workers: int | None = None) -> Weighed:
    """Run what is not kept of the models' islands, and lay them beside the baselines.

    The rows are those of the first model; one that another has no opinion of weighs nothing there. Raises
    FaultyInput if another one cannot be asked them, and sim.engine.compiled.NotCompiled.
    """
    run = [model for model in models if model.inputs is not None]
    rows = rows_of(_inputs(run[0]))
    silent = {model.name: silent_rows(model, rows, run[0].name) for model in run}
    total = plan.islands * len(run)
    done: dict[str, Evidence] = {}
    with Progress(total, what="islands", silent=LONG) as progress:
        progress.begin(0, "")
        for model in models:
            if model.inputs is not None:
                done[model.name] = evidence(
                    model.name,
                    model.inputs,
                    plan,
                    rows=rows,
                    silent=silent[model.name],
                    workers=workers,
                    progress=progress,
                )
            else:
                done[model.name] = joint.mixture(model.name, [done[name] for name in model.mixture])
    return Weighed(list(done.values()), baselines(_inputs(run[0]), rows, plan))


def shares_within(
    models: Sequence[WeighedModel], plan: IslandPlan, workers: int | None = None
) -> list[Evidence]:
    """Filters of the reported intervals taken for exact, of each model that is run.

    Raises FaultyInput if a model has no dated report, or cannot be asked what the first one is; and
    sim.engine.compiled.NotCompiled.
    """
    run = [model for model in models if model.inputs is not None]
    rows = all_within.exact_rows(_shared_rows(run))
    if not rows:
        refuse(run[0].name, "has no dated report; expected an interval to be within")
    with Progress(plan.islands * len(run), what="islands", silent=LONG) as progress:
        progress.begin(0, "")
        return [
            evidence(model.name, _inputs(model), plan, rows=rows, workers=workers, progress=progress)
            for model in run
        ]


LONG = 4
"""Islands from which a bar is shown."""


def _inputs(model: WeighedModel) -> Inputs:
    assert model.inputs is not None
    return model.inputs


def _shared_rows(models: Sequence[WeighedModel]) -> list[JointRow]:
    """The rows of the first model, which each of the others must have. Raises FaultyInput."""
    rows = rows_of(_inputs(models[0]))
    for model in models[1:]:
        known = {row.name: row for row in rows_of(_inputs(model))}
        lost = [row.name for row in rows if known.get(row.name) != row]
        if lost:
            message = f"is not asked what {models[0].name} is: {', '.join(lost)}"
            refuse(model.name, f"{message}; expected models of one scenario, with its milestones")
    return rows


def silent_rows(model: WeighedModel, rows: Sequence[JointRow], first: str) -> frozenset[str]:
    """Rows of the first model on which another has no opinion, for want of a mechanism; by their names.

    Raises FaultyInput if it cannot be asked another one.
    """
    inputs = _inputs(model)
    scenario = inputs.loaded.scenario
    mute, uncounted = set(no_opinion(scenario)), set(uncounted_outcomes(scenario))
    own = {row.name: row for row in rows_of(inputs)}
    silent = {
        row.name
        for row in rows
        if row.name.partition(":")[0] in uncounted or (row.milestone in mute and row.name not in own)
    }
    lost = [row.name for row in rows if row.name not in silent and own.get(row.name) != row]
    if lost:
        message = f"is not asked what {first} is: {', '.join(lost)}"
        refuse(model.name, f"{message}; expected models of one scenario, with its milestones")
    return frozenset(silent)


def baselines(inputs: Inputs, rows: Sequence[JointRow], plan: IslandPlan) -> list[Evidence]:
    """What the baselines say of the rows, island by island with the models' keys."""
    tables = planned(inputs)
    known = campaign(tables, of_run(tables, load_record(inputs.loaded.case)))
    found = []
    for name, sampler in samplers(known).items():
        of_islands = filtering.islands(sampler, rows, numbers=range(plan.islands), seed=plan.seed)
        found.append(
            Evidence(
                name=name,
                rows=tuple(rows),
                logs=of_islands.logs,
                roots=of_islands.roots,
                runs=filtering.PARTICLES,
                silent=frozenset(filtering.base_rates(sampler, rows)),
            )
        )
    return found


def models_of(results: Sequence[Path], case: Case) -> list[WeighedModel]:
    """The models of results, by their labels: the inputs that they were made of. Raises FaultyInput."""
    models: list[WeighedModel] = []
    for folder in dict.fromkeys(results):
        tables = read_run(folder, case)
        if tables.manifest["design"]:
            refuse(folder, "is a sweep; expected results of one design point")
        names = [model.name for model in models]
        name = tables.label if tables.label not in names else display_path(folder)
        models.append(WeighedModel(name=name, inputs=job_of(folder, tables).inputs))
    return models
