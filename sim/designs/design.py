"""Designs of experiments: what a design file may say, and the points that it gives.

summary: the question it answers
source: where its values come from
kind: grid          # or one of the others below
runs: 1000          # at each point
common_random_numbers: true      # the default: replicate 7 has common random numbers at every point
milestone: kidal:capture         # which one is told first, where the scenario has it; may be left out
by: 2023-11-30T00:00Z            # by when, for the share that is drawn; else the end of what is reported
values:
  drones.tb2.radius: [150 km, 150 mi, 300 km]
  with: [none, drones-stay-at-gao, [radius-300-km, drones-stay-at-gao]]

A factor is a parameter, a field of the scenario by its path, or `with`: hypotheses on top of the scenario.

list              `points`: each names the same factors
grid              `values`: all combinations, the first factor slowest
one-at-a-time     `values`, `bounds` (a parameter's 5 and 95 % quantiles) or `prior` (nine of them): the base,
                  then each value alone
latin-hypercube   `ranges`, `points: N`
sobol             likewise, N a power of two, or `round: up` or `down` to one
morris            `ranges`, `trajectories: N`, `levels: 4`: N (k + 1) points; a prior's ends are 5 and 95 %
saltelli          `ranges`, `points: N` as for sobol, `second_order: false`: N (k + 2) or N (2 k + 2) points;
                  `groups: true`: parameters of one group move together, k is the number of groups
prior             `points: N`: each draws its parameters from their priors; `over` names some of them

A range is `low to high` with units on both, `prior`, or a list of choices.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.chance.keyed import MASK, key_of, mix
from sim.designs.factors import Value
from sim.designs.points import PLANS, PointSet, Reading
from sim.designs.schema import DesignSheet, read_sheet
from sim.engine.inputs import Inputs
from sim.files.case import BUNDLED, Case
from sim.files.paths import display_path
from sim.files.yaml_tree import Faults, FaultyInput, Text, parse, read_text, summaries

MAX_POINTS = 100_000
MAX_RUNS = 10**10
"""Runs of a whole design."""


@dataclass(frozen=True)
class Point:
    """One variant of the scenario and its parameters.

    `settings` are texts by factor as `--set` takes them, `hypotheses` as `--with` does; each text knows its
    line of the design file.
    """

    settings: Mapping[str, Text]
    hypotheses: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Design:
    """A checked design file and its points; `factors` stand in order.

    Where the factors of a group are moved together, `groups` has the group of each.

    `sheet` is what the file says, `text` the file itself. `notes` are sentences for the user.
    """

    name: str
    file: str
    sheet: DesignSheet
    factors: tuple[str, ...]
    points: tuple[Point, ...]
    notes: tuple[str, ...]
    text: str
    groups: tuple[str, ...] = ()


def load_design(name: str, inputs: Inputs, seed: int) -> Design:
    """A design by bundled name or path, over a scenario and parameters.

    The same seed gives the same points. Raises FaultyInput with every fault found; whether each point is a
    possible scenario is not looked at here.
    """
    path = inputs.loaded.case.named(name, "design", "params", "sweeps")
    text, faults = read_text(path), Faults()
    tree = parse(text, display_path(path), faults)
    kind, sheet = str(tree.get("kind")), read_sheet(tree, faults)
    reading = Reading(
        tree=tree, sheet=sheet, inputs=inputs, seed=design_seed(kind, seed), faults=faults, notes=[]
    )
    plan = PLANS[kind](reading) if kind in PLANS else None
    if plan is not None:
        _hold_to_limits(reading, plan)
    if faults or plan is None or sheet is None:
        raise FaultyInput(faults)
    names = tuple(moved.name for moved in plan.factors)
    return Design(
        name=path.stem,
        file=display_path(path),
        sheet=sheet,
        factors=names,
        groups=tuple(one.group for one in plan.factors) if getattr(sheet, "groups", False) else (),
        points=tuple(_point(names, row) for row in plan.rows()),
        notes=tuple(reading.notes),
        text=text,
    )


def designs(case: Case = BUNDLED) -> dict[str, str]:
    """The designs of a case and the questions that they answer."""
    return summaries(case.path("params", "sweeps"))


def design_seed(kind: str, seed: int) -> int:
    """The seed of a design's sample."""
    return mix((seed & MASK) ^ key_of("design", kind))


def _hold_to_limits(reading: Reading, plan: PointSet) -> None:
    """Note it if there are too many points or runs."""
    if plan.size > MAX_POINTS:
        key = next(key for key in ("values", "trajectories", "points") if key in reading.tree)
        message = f"the design has {plan.size:,} points; expected {MAX_POINTS:,} at most"
        reading.faults.note(reading.tree.lines[key], message)
    runs = reading.sheet.runs if reading.sheet is not None else 0
    if plan.size * runs > MAX_RUNS:
        message = f"runs: {runs:,} at {plan.size:,} points are {plan.size * runs:,} in all"
        reading.faults.note(reading.tree.lines["runs"], f"{message}; expected {MAX_RUNS:,} at most")


def _point(names: Sequence[str], row: Sequence[Value]) -> Point:
    settings = {name: text for name, text in zip(names, row, strict=True) if isinstance(text, Text)}
    return Point(settings, next((value for value in row if isinstance(value, tuple)), ()))
