"""Models of a plan, or of results, weighed beside the baselines on the same rows."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from analysis.evidence import all_within, joint
from analysis.evidence.baselines import filtering
from analysis.evidence.baselines.campaign import campaign
from analysis.evidence.baselines.samplers import Sampler, samplers
from analysis.evidence.joint import Evidence
from analysis.evidence.rows import JointRow, not_asked
from analysis.evidence.tables import Weighed
from sim.console import Progress
from sim.engine.inputs import Inputs
from sim.files.case import Case
from sim.files.paths import display_path
from sim.files.yaml_tree import refuse
from sim.scenario.mechanisms import no_opinion
from sim.scenario.mechanisms import uncounted as uncounted_outcomes
from sim.store.reader import read_run
from sim.studies.evidence.islands import evidence, planned_with_record, rows_of
from sim.studies.evidence.plan import WeighedModel
from sim.studies.evidence.size import IslandPlan
from sim.studies.verification import job_of


def weigh(
    models: Sequence[WeighedModel],
    plan: IslandPlan,
    workers: int | None = None,
    reliability: float | None = None,
) -> Weighed:
    """Run what is not kept of the models' islands, and lay them beside the baselines.

    The rows are those of the first model; one that another has no opinion of weighs nothing there. With a
    `reliability` every report, to models and baselines alike, is true with that probability instead of its
    kind's. Raises FaultyInput if another one cannot be asked them, and sim.engine.compiled.NotCompiled.
    """
    run = [model for model in models if model.inputs is not None]
    rows = rows_of(inputs_of(run[0]))
    silent = {model.name: silent_rows(model, rows, run[0].name) for model in run}
    if reliability is not None:
        rows = [replace(row, weight=reliability) for row in rows]
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
    first = inputs_of(run[0])
    without_row = not_asked(*planned_with_record(first), rows)
    return Weighed(list(done.values()), baselines(first, rows, plan), without_row)


def shares_within(
    models: Sequence[WeighedModel], plan: IslandPlan, workers: int | None = None
) -> list[Evidence]:
    """Filters of the reported intervals taken for exact, of each model that is run.

    Raises FaultyInput if a model has no dated report, or cannot be asked what the first one is; and
    sim.engine.compiled.NotCompiled.
    """
    run = [model for model in models if model.inputs is not None]
    every = rows_of(inputs_of(run[0]))
    for model in run:
        silent_rows(model, every, run[0].name)  # a row without opinion is met by no run
    rows = all_within.exact_rows(every)
    if not rows:
        refuse(run[0].name, "has no dated report; expected an interval to be within")
    with Progress(plan.islands * len(run), what="islands", silent=LONG) as progress:
        progress.begin(0, "")
        return [
            evidence(model.name, inputs_of(model), plan, rows=rows, workers=workers, progress=progress)
            for model in run
        ]


LONG = 4
"""Islands from which a bar is shown."""


def inputs_of(model: WeighedModel) -> Inputs:
    """What a model is run of: one that is no mixture."""
    assert model.inputs is not None
    return model.inputs


def silent_rows(model: WeighedModel, rows: Sequence[JointRow], first: str) -> frozenset[str]:
    """Rows of the first model on which another has no opinion, for want of a mechanism; by their names.

    Raises FaultyInput if it cannot be asked another one.
    """
    inputs = inputs_of(model)
    scenario = inputs.loaded.scenario
    mute, uncounted = set(no_opinion(scenario)), set(uncounted_outcomes(scenario))
    known = {row.name: row for row in rows_of(inputs)}
    silent = {
        row.name
        for row in rows
        if row.name.partition(":")[0] in uncounted or (row.milestone in mute and row.name not in known)
    }
    lost = [row.name for row in rows if row.name not in silent and known.get(row.name) != row]
    if lost:
        message = f"is not asked what {first} is: {', '.join(lost)}"
        refuse(model.name, f"{message}; expected models of one scenario, with its milestones")
    return frozenset(silent)


def baselines(inputs: Inputs, rows: Sequence[JointRow], plan: IslandPlan) -> list[Evidence]:
    """What the baselines say of the rows, island by island with the models' keys."""
    return [of_baseline(sampler, rows, plan) for sampler in samplers_of(inputs).values()]


def samplers_of(inputs: Inputs) -> dict[str, Sampler]:
    """The baselines of a scenario by name."""
    return samplers(campaign(*planned_with_record(inputs)))


def of_baseline(
    sampler: Sampler, rows: Sequence[JointRow], plan: IslandPlan, silent: frozenset[str] = frozenset()
) -> Evidence:
    """What a baseline says of the rows, `silent` ones (their names) at their base rates."""
    weighed = [row.at_base_rate() if row.name in silent else row for row in rows]
    of_islands = filtering.islands(sampler, weighed, numbers=range(plan.islands), seed=plan.seed)
    return Evidence(
        name=sampler.name,
        rows=tuple(rows),
        logs=of_islands.logs,
        roots=of_islands.roots,
        runs=filtering.PARTICLES,
        silent=frozenset(filtering.base_rates(sampler, rows)) | silent,
    )


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
