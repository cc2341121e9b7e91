"""Calibration plans: which parameters are fitted, to which rows of the record, in which modules.

summary: what is learnt from what, in a line
source: where the rows come from
parameters: [march_speed, ...]       # those that are fitted; the others are drawn from their priors
spends: [A]                          # groups of held-out rows that this plan reads; what is left is predicted
modules:                             # one after the other, each with its own likelihood
  - id: march
    histories: 300                   # of the particle filter, for a point (the default); of the modules that
                                     # read one scenario, the most
    reads:
      escort: ["some_town:arrival", "mine_strikes_reported:escort"]

A row is an event of the observations, or `outcome:column` (`outcome`) of the counts. The rows of a scenario
are asked in the order of the modules, and in a module in that of their time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
from pydantic import Field
from scipy.special import ndtr

from analysis.evidence.rows import ASKABLE, JointRow, joint_rows
from analysis.inference.smc import Settings, Talk, sample
from sim.engine.inputs import Inputs, load_inputs
from sim.engine.particle_filter import ceiling
from sim.ensembles.job import Job, tables_of
from sim.files.case import BUNDLED, Case
from sim.files.fields import Count as Whole
from sim.files.fields import Name, StrictModel, Words, checked, for_readers
from sim.files.paths import display_path
from sim.files.yaml_tree import Faults, FaultyInput, Map, Where, locate, nearest, parse, read_text, summaries
from sim.parameters.parameter import Parameter, Parameters
from sim.parameters.posterior import HELD_OUT_GROUPS, HeldOutGroup
from sim.record.record import Record, load_record
from sim.record.rows import ReportedCount
from sim.studies.calibration import report_rows

Steps = Sequence[str | int]
"""A path into the file."""
WIDTH = 1e-6
"""The least width of a prior, 5 to 95 %, as a share of its middle."""
FILTER_HISTORIES = 300
"""Runs of a particle filter: the variance of the log likelihood stays below 2."""


class ModuleSheet(StrictModel):
    """A module, as a plan writes it."""

    id: Name
    histories: Annotated[Whole, Field(ge=10, le=100_000)] = FILTER_HISTORIES
    reads: Annotated[dict[Name, Annotated[list[Words], Field(min_length=1)]], Field(min_length=1)]


class PlanSheet(StrictModel):
    """A plan, as its file writes it."""

    summary: Annotated[Words, for_readers("Lists show it.")]
    source: Annotated[Words, for_readers()]
    parameters: Annotated[list[Name], Field(min_length=1)]
    spends: tuple[HeldOutGroup, ...] = ()
    modules: Annotated[list[ModuleSheet], Field(min_length=1)]


@dataclass(frozen=True, eq=False, kw_only=True)
class Block:
    """The rows that are read from runs of one scenario, in order: their names, asks and modules."""

    inputs: Inputs
    histories: int
    names: tuple[str, ...]
    asks: np.ndarray
    modules: np.ndarray

    @property
    def enters(self) -> int:
        """The module with which its rows are first asked for."""
        return int(self.modules.min())

    @cached_property
    def ceilings(self) -> np.ndarray:
        """The most that the log of each row's share can be: (rows,), in nats."""
        return np.log([ceiling(report_rows.ask_of(row)) for row in self.asks])

    @property
    def floors(self) -> np.ndarray:
        """The log of each row's share in runs of which none bears it out: (rows,), in nats."""
        return np.asarray(np.log((1.0 - self.asks["weight"]) * self.asks["false"]))


@dataclass(frozen=True, eq=False, kw_only=True)
class CalibrationPlan:
    """A checked plan."""

    name: str
    sheet: PlanSheet
    text: str
    blocks: tuple[Block, ...]

    @property
    def rows(self) -> list[str]:
        """All rows as `scenario row`, block by block."""
        return [f"{block.inputs.loaded.name} {name}" for block in self.blocks for name in block.names]

    @property
    def stretches(self) -> list[slice]:
        """The places of each block's rows among all rows."""
        ends = np.cumsum([0, *(len(block.names) for block in self.blocks)]).tolist()
        return [slice(start, end) for start, end in pairwise(ends)]

    @property
    def parameters(self) -> Parameters:
        """The parameters that the fit starts from."""
        return self.blocks[0].inputs.parameters

    @property
    def case(self) -> Case:
        """The case whose record it reads."""
        return self.blocks[0].inputs.loaded.case

    def talk(self, seed: int, settings: Settings) -> Talk:
        """The sample of its posterior, to be told what it asks for."""
        rows = np.concatenate([block.modules for block in self.blocks]).tolist()
        enter = [block.enters for block in self.blocks for _ in block.names]
        floors = np.concatenate([block.floors for block in self.blocks])
        return sample(
            len(self.sheet.parameters), rows, blocks=enter, floors=floors, seed=seed, settings=settings
        )

    def values(self, z: np.ndarray) -> dict[str, np.ndarray]:
        """The fitted parameters in h and km, each (points,), of standard normal `z` (points, parameters)."""
        rows = [self.parameters.rows[name] for name in self.sheet.parameters]
        return {row.name: np.clip(row.quantiles(ndtr(z[:, i])), *row.support) for i, row in enumerate(rows)}

    @property
    def held_out(self) -> tuple[HeldOutGroup, ...]:
        """The groups that neither this plan reads nor the posteriors that it starts from."""
        spent = {*self.sheet.spends, *self.parameters.spent}
        return tuple(group for group in HELD_OUT_GROUPS if group not in spent)


def calibration_plans(case: Case = BUNDLED) -> dict[str, str]:
    """The plans of a case and their one-line summaries."""
    return summaries(case.path("params", "calibrations"))


def load_plan(
    name: str,
    params: Sequence[Path] = (),
    sets: Sequence[str] = (),
    with_: Sequence[str] = (),
    case: Case = BUNDLED,
) -> CalibrationPlan:
    """A plan by path or its name in a case, over parameters, settings and hypotheses. Raises FaultyInput."""
    path = case.named(name, "calibration", "params", "calibrations")
    text, faults = read_text(path), Faults()
    tree = parse(text, display_path(path), faults)
    try:
        sheet = checked(tree, PlanSheet)
    except FaultyInput as error:
        raise FaultyInput([*faults, *error.faults]) from None
    reading = _Reading(tree=tree, sheet=sheet, case=case, record=load_record(case), faults=faults)
    reading.check_modules()
    blocks = tuple(reading.blocks(params, sets, with_))
    faults.refuse()
    return CalibrationPlan(name=path.stem, sheet=sheet, text=text, blocks=blocks)


class _Read(NamedTuple):
    """A row that is read: the number of its module, the row, its place in the file."""

    module: int
    row: JointRow
    steps: Steps


@dataclass(kw_only=True)
class _Reading:
    """A plan that is being read."""

    tree: Map
    sheet: PlanSheet
    case: Case
    record: Record
    faults: Faults

    def fault(self, steps: Steps, message: str) -> None:
        self.faults.note(locate(self.tree, steps), message)

    def check_modules(self) -> None:
        """Note modules that have one name."""
        names = [module.id for module in self.sheet.modules]
        for number, name in enumerate(names):
            if name in names[:number]:
                self.fault(("modules", number, "id"), f"id: {name!r} is a module already")

    def blocks(self, params: Sequence[Path], sets: Sequence[str], with_: Sequence[str]) -> Iterator[Block]:
        """The rows of each scenario together."""
        seen: set[str] = set()
        for scenario in dict.fromkeys(name for module in self.sheet.modules for name in module.reads):
            try:
                inputs = load_inputs(scenario, params, sets, with_, case=self.case)
            except FaultyInput as error:
                self._scenario_faults(scenario, error)
                continue
            self._check_parameters(inputs)
            read = sorted(self._rows(inputs, scenario, seen), key=lambda one: (one.module, one.row.limit))
            self._check_moments(read)
            if read:
                asks = [report_rows.of_row(inputs.template, one.row) for one in read]
                yield Block(
                    inputs=inputs,
                    histories=max(one.histories for one in self.sheet.modules if scenario in one.reads),
                    names=tuple(one.row.name for one in read),
                    asks=report_rows.rows_of(asks),
                    modules=np.array([one.module for one in read]),
                )

    def _rows(self, inputs: Inputs, scenario: str, seen: set[str]) -> Iterator[_Read]:
        """The rows of a scenario as the plan has them; those seen before are noted."""
        tables = tables_of(Job(inputs=inputs, seed=1, runs=1, draw=True))
        scored = joint_rows(tables, self.record, scenario)
        for number, module in enumerate(self.sheet.modules):
            for at, name in enumerate(module.reads.get(scenario, ())):
                steps: Steps = ("modules", number, "reads", scenario, at)
                if name in seen:
                    self.fault(steps, f"{name!r} is read already; expected once")
                seen.add(name)
                called = [row for row in scored if row.is_called(name)]
                for row in self._allowed(inputs, name, called, steps):
                    yield _Read(number, row, steps)

    def _check_moments(self, read: Sequence[_Read]) -> None:
        """Note numbers of an hour that would be read when runs are past it: they do not run back."""
        for place, one in enumerate(read):
            later = [other.row.name for other in read[:place] if other.row.limit > one.row.limit]
            if later and one.row.ask == "displaced":
                right = "expected a module before that one's, or a plan of its own"
                message = f"{one.row.name!r} is read after {later[0]!r}, which may come later; {right}"
                self.fault(one.steps, message)

    def _scenario_faults(self, scenario: str, error: FaultyInput) -> None:
        """Note faults of a scenario; that there is none of its name, at the line that names it."""
        for fault in error.faults:
            if fault.where == Where(scenario, 0):
                number = next(i for i, module in enumerate(self.sheet.modules) if scenario in module.reads)
                self.fault(("modules", number, "reads", scenario), f"{scenario!r} {fault.message}")
            else:
                self.faults.append(fault)

    def _check_parameters(self, inputs: Inputs) -> None:
        """Note what is no parameter that can be fitted."""
        rows, pinned = inputs.parameters.rows, inputs.parameters.pinned
        for number, name in enumerate(self.sheet.parameters):
            steps = ("parameters", number)
            if name not in rows:
                self.fault(steps, f"{name!r} is no parameter; {nearest(name, rows, 'list parameters')}")
            elif name in pinned or _is_point(rows[name]):
                self.fault(steps, f"{name}: its prior has no width; expected a parameter that is drawn")
            elif name in inputs.parameters.fitted:
                self.fault(steps, f"{name}: a posterior of --params has it; expected one or the other")
            elif name in self.sheet.parameters[:number]:
                self.fault(steps, f"{name}: stands here already; expected once")

    def _allowed(
        self, inputs: Inputs, name: str, called: Sequence[JointRow], steps: Steps
    ) -> Iterator[JointRow]:
        """The rows of a name that a fit may read; what is not is noted."""
        if not called:
            self._unread(inputs, name, steps)
        for row in called:
            if row.part == "held out" and row.group not in self.sheet.spends:
                right = f"expected 'spends: [{row.group}]' if the group is not to be predicted"
                self.fault(steps, f"{name!r} is held out and no fit may read it; {right}")
            else:
                yield row

    def _unread(self, inputs: Inputs, name: str, steps: Steps) -> None:
        """Note why nothing is read by a name."""
        milestones = inputs.template.milestones
        count = next((count for count in self.record.counts if _name(count) == name), None)
        if name in milestones:
            self.fault(steps, f"{name!r} is not scored: no row of the record to fit says when it came")
        elif count is None:
            cure = nearest(name, [*milestones, *map(_name, self.record.counts)], "list milestones")
            self.fault(steps, f"{name!r} is no milestone of {inputs.loaded.name}; {cure}")
        elif count.use != "fit" or count.most is None:
            self.fault(steps, f"{name!r} is not to be fitted; its use in counts.yaml is {count.use}")
        elif count.outcome not in ASKABLE:
            right = f"expected a number of {', '.join(ASKABLE)}"
            self.fault(steps, f"{name!r} cannot be asked in a fit; {right}")
        else:
            need = count.until or count.column or count.at
            self.fault(steps, f"{name!r} needs {need}, which {inputs.loaded.name} has not")


def _is_point(row: Parameter) -> bool:
    """Whether a prior has as good as no width; that of a fixed parameter is its value."""
    low, middle, high = row.quantiles(np.array([0.05, 0.5, 0.95]))
    return bool(high - low <= WIDTH * max(abs(low), abs(middle), abs(high)))


def _name(count: ReportedCount) -> str:
    """A reported number by its outcome and column."""
    return f"{count.outcome}:{count.column}" if count.column else count.outcome
