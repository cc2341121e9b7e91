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

from analysis.inference.smc import Settings, Talk, sample
from analysis.scores import targets
from analysis.tables.clock import hour_of
from sim.engine.inputs import Inputs, load_inputs
from sim.engine.particle_filter import ASK_DISPLACED, ASK_SILENCE, ASK_STRIKES, REACH, Ask, ceiling
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
from sim.state.kinds import AgentKind
from sim.store.reader import RunTables
from sim.studies import report_rows

Steps = Sequence[str | int]
"""A path into the file."""
NUMBER_ASKS = (ASK_DISPLACED, ASK_STRIKES)
"""Asks of numbers, which runs have at one moment."""
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
        return np.asarray(np.log((1.0 - self.asks["weight"]) * self.asks["flat"]))


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


class _Row(NamedTuple):
    """A row that is read: the module, its last hour, its name, what it asks, its place in the file.

    `due` is the hour at which a number is read: that of a count, or the last of the milestone up to which it
    counts.
    """

    module: int
    hour: float
    name: str
    ask: Ask
    steps: Steps
    due: float

    def passes(self, number: "_Row") -> bool:
        """Whether runs that are taken to this row may be past the moment of a number.

        Of a number up to a milestone the rows' hours tell; a number at an hour has to be sure.
        """
        if number.ask.milestone >= 0 or self.ask.kind in NUMBER_ASKS:
            return (self.due if self.ask.kind in NUMBER_ASKS else self.hour) > number.due
        if self.ask.kind == ASK_SILENCE or self.ask.since >= 0:
            return bool(np.isfinite(number.due))
        return self.hour + REACH * self.ask.blur > number.due


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
            rows = sorted(self._rows(inputs, scenario, seen), key=lambda row: (row.module, row.hour))
            self._check_moments(rows)
            if rows:
                yield Block(
                    inputs=inputs,
                    histories=max(one.histories for one in self.sheet.modules if scenario in one.reads),
                    names=tuple(row.name for row in rows),
                    asks=report_rows.rows_of([row.ask for row in rows]),
                    modules=np.array([row.module for row in rows]),
                )

    def _rows(self, inputs: Inputs, scenario: str, seen: set[str]) -> Iterator[_Row]:
        """The rows of a scenario as the plan has them; those seen before are noted."""
        for number, module in enumerate(self.sheet.modules):
            for at, row in enumerate(module.reads.get(scenario, ())):
                steps: Steps = ("modules", number, "reads", scenario, at)
                if row in seen:
                    self.fault(steps, f"{row!r} is read already; expected once")
                seen.add(row)
                for hour, ask, due in self._row(inputs, row, steps):
                    name = f"{row} (silence)" if ask.kind == ASK_SILENCE else row
                    yield _Row(module=number, hour=hour, name=name, ask=ask, steps=steps, due=due)

    def _check_moments(self, rows: Sequence[_Row]) -> None:
        """Note numbers that would be read when runs are past their moment: they do not run back."""
        for place, row in enumerate(rows):
            later = [other.name for other in rows[:place] if other.passes(row)]
            if later and row.ask.kind in NUMBER_ASKS:
                right = "expected a module before that one's, or a plan of its own"
                message = f"{row.name!r} is read after {later[0]!r}, which may come later; {right}"
                self.fault(row.steps, message)

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

    def _row(self, inputs: Inputs, row: str, steps: Steps) -> Iterator[tuple[float, Ask, float]]:
        """A row as its last hour, what it asks, and of a number the hour at which it is read (h)."""
        tables = tables_of(Job(inputs=inputs, seed=1, runs=1, draw=True))
        count = next((count for count in self.record.counts if _name(count) == row), None)
        if count is not None:
            yield from self._number(inputs, tables, count, steps)
            return
        if row not in inputs.template.milestones:
            known = [*inputs.template.milestones, *map(_name, self.record.counts)]
            self.fault(
                steps,
                f"{row!r} is no milestone of {inputs.loaded.name}; {nearest(row, known, 'list milestones')}",
            )
            return
        terms = targets.terms(tables, self.record, [row])
        if not terms:
            self.fault(steps, f"{row!r} is not scored: no row of the record to fit says when it came")
        for term in terms:
            group = term.observation.group
            if term.use == "held out" and group not in self.sheet.spends:
                right = f"expected 'spends: [{group}]' if the group is not to be predicted"
                self.fault(steps, f"{row!r} is held out and no fit may read it; {right}")
            else:
                yield term.span[1], report_rows.of_term(inputs.template, term), np.inf

    def _number(
        self, inputs: Inputs, tables: RunTables, count: ReportedCount, steps: Steps
    ) -> Iterator[tuple[float, Ask, float]]:
        """As `_row`, of a number that is reported."""
        row, template = _name(count), inputs.template
        if count.use != "fit" or count.most is None:
            self.fault(steps, f"{row!r} is not to be fitted; its use in counts.yaml is {count.use}")
            return
        if count.outcome not in report_rows.NUMBERS:
            askable = ", ".join(report_rows.NUMBERS)
            self.fault(steps, f"{row!r} cannot be asked in a fit; expected a number of {askable}")
            return
        columns = template.names[AgentKind.COLUMN]
        for need, known in ((count.column, columns), (count.until, template.milestones)):
            if need is not None and need not in known:
                self.fault(steps, f"{row!r} needs {need}, which {inputs.loaded.name} has not")
                return
        hour = np.inf if count.at is None else hour_of(tables, count.at)
        until = targets.terms(tables, self.record, [count.until]) if count.until else []
        due = max((term.span[1] for term in until), default=hour)
        yield hour, report_rows.of_count(template, count, self.record, hour), due


def _is_point(row: Parameter) -> bool:
    """Whether a prior has as good as no width; that of a fixed parameter is its value."""
    low, middle, high = row.quantiles(np.array([0.05, 0.5, 0.95]))
    return bool(high - low <= WIDTH * max(abs(low), abs(middle), abs(high)))


def _name(count: ReportedCount) -> str:
    """A reported number by its outcome and column."""
    return f"{count.outcome}:{count.column}" if count.column else count.outcome
