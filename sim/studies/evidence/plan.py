"""Plans of models that are weighed by joint evidence: one scenario, with other rules or inputs on top of it.

summary: what is weighed, in a line
source: where the models come from
reliabilities: [0.5, 0.97]           # optional: weighed too with every report true with such a probability
models:                              # the first is the one that others are held against
  - {id: base}
  - {id: no mines, set: {mine_rate: 0 /km}}             # parameters and scenario fields on top, or with:
                                                        # hypotheses, params: files of parameters
  - {id: either, mixture: [base, no mines]}             # each with equal probability; the rows say which
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from analysis.evidence.baselines.samplers import BASELINES
from sim.engine.inputs import Inputs, load_inputs
from sim.files.case import BUNDLED, Case
from sim.files.fields import Label, Share, StrictModel, Words, checked, for_readers
from sim.files.paths import display_path
from sim.files.yaml_tree import Fault, Faults, FaultyInput, Map, Text, locate, nearest, read, summaries

FOLDER = ("params", "evidence")
"""Where a case keeps its plans."""


TrueShare = Annotated[Share, Field(gt=0, lt=1)]
"""The probability that a report is true: neither certain, nor certainly not."""


class ModelSheet(StrictModel):
    """A model, as a plan writes it."""

    id: Label
    summary: Annotated[Words | None, for_readers("Without one, its hypotheses say what it is.")] = None
    with_: Annotated[tuple[Words, ...], Field(alias="with")] = ()
    params: tuple[Words, ...] = ()
    set: dict[str, Words] = Field(default_factory=dict)
    mixture: tuple[Label, ...] = ()


class EvidenceSheet(StrictModel):
    """A plan, as its file writes it."""

    summary: Annotated[Words, for_readers("Lists and tables show it.")]
    source: Annotated[Words, for_readers()]
    reliabilities: Annotated[tuple[TrueShare, ...], Field(max_length=20)] = ()
    models: Annotated[tuple[ModelSheet, ...], Field(min_length=1, max_length=100)]


@dataclass(frozen=True, kw_only=True)
class WeighedModel:
    """A model to weigh: its name, and its inputs or, of a mixture, the names of its parts."""

    name: str
    inputs: Inputs | None
    mixture: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EvidencePlan:
    """A checked plan: models whose names differ, the parts of a mixture before it."""

    name: str
    summary: str
    models: tuple[WeighedModel, ...]
    reliabilities: tuple[float, ...] = ()


def evidence_plans(case: Case = BUNDLED) -> dict[str, str]:
    """The plans of a case and their one-line summaries."""
    return summaries(case.path(*FOLDER))


def load_evidence_plan(
    name: str,
    scenario: str,
    *,
    params: Sequence[Path] = (),
    sets: Sequence[str] = (),
    hypotheses: Sequence[str] = (),
    case: Case = BUNDLED,
) -> EvidencePlan:
    """A plan by path or its name in a case, over a scenario. Raises FaultyInput with every fault."""
    path = case.named(name, "plan of evidence", *FOLDER)
    tree = read(path)
    sheet = checked(tree, EvidenceSheet)
    faults, models = Faults(), []
    for number, row in enumerate(sheet.models):
        _check(tree, number, sheet, faults)
        inputs = None
        if not row.mixture:
            lines = tree["models"][number]["set"].lines if row.set else {}
            settings = [Text(f"{key}={value}", lines[key]) for key, value in row.set.items()]
            on_top = [*hypotheses, *row.with_]
            try:
                files = [*params, *(_parameter_file(one, case) for one in row.params)]
                inputs = load_inputs(scenario, files, [*sets, *settings], on_top, case=case)
            except FaultyInput as error:
                faults.extend(_at_line(tree, number, row.with_, fault) for fault in error.faults)
        models.append(WeighedModel(name=row.id, inputs=inputs, mixture=row.mixture))
    faults.refuse()
    return EvidencePlan(
        name=display_path(path),
        summary=sheet.summary,
        models=tuple(models),
        reliabilities=sheet.reliabilities,
    )


def _at_line(tree: Map, number: int, hypotheses: Sequence[str], fault: Fault) -> Fault:
    """A fault of a model's inputs; that there is no such hypothesis, at the line that names it."""
    name = fault.where.file.removeprefix("--with ")
    if fault.where.line or name not in hypotheses:
        return fault
    return Fault(locate(tree, ("models", number, "with")), f"{name!r} {fault.message}")


def _parameter_file(name: str, case: Case) -> Path:
    """A parameter file by path, or by its name in a case or, where that has none, the bundled one."""
    return Path(name) if name.endswith(".yaml") else case.lent("params", f"{name}.yaml")


def _check(tree: Map, number: int, sheet: EvidenceSheet, faults: Faults) -> None:
    """Note a name that stands twice, and what is wrong with a mixture."""
    row, before = sheet.models[number], sheet.models[:number]
    known = [model.id for model in before if not model.mixture]

    def fault(field: str, message: str) -> None:
        faults.note(locate(tree, ("models", number, field)), message)

    if row.id in [model.id for model in before]:
        fault("id", f"{row.id!r} is a model already; expected another name")
    if row.id in BASELINES:
        fault("id", f"{row.id!r} is the name of a baseline; expected another name")
    if row.mixture and (row.with_ or row.set or row.params):
        fault("mixture", "is of models as they are; expected no 'with', 'set' or 'params' beside it")
    if len(row.mixture) == 1:
        fault("mixture", "has one model; expected two or more")
    for place, name in enumerate(row.mixture):
        if name in row.mixture[:place]:
            fault("mixture", f"{name!r} stands here twice; expected once")
        elif name not in known:
            fault("mixture", f"{name!r} is no model above that is run; {nearest(name, known)}")
