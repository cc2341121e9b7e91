"""Many runs of one scenario: milestones and outcomes as named arrays, and the first histories whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.campaign import advance
from sim.kinds import Event, Kind
from sim.observer import reports
from sim.outcomes import names, outcomes
from sim.parameters import Parameters, Values
from sim.rows import NEVER
from sim.rules.chance import replicate_seed
from sim.schema import Table
from sim.tables import World
from sim.world import Template

EVENT_NAMES = {int(event): event.name.lower() for event in Event}


@dataclass(frozen=True)
class Result:
    """What an ensemble gives: tables as sim.schema says."""

    runs: Table
    events: Table
    reports: Table

    def __len__(self) -> int:
        """How many runs there are."""
        return len(self.runs["replicate"])


def run_one(template: Template, values: Values, run_seed: int, *, spread: bool = False) -> World:
    """One history to its horizon, plain: the world as it is then. `values` in h and km."""
    world = template.plain(values, run_seed, spread=spread)
    advance(world, NEVER)
    return world


def ensemble(
    template: Template,
    parameters: Parameters,
    seed: int,
    replicates: Sequence[int],
    *,
    draw: bool = True,
    keep: int = 1000,
    progress: Callable[[int], None] = lambda done: None,
) -> Result:
    """Runs of one scenario, plain. The same replicate gives the same row whatever else is run.

    With `draw` each run draws its parameters from their priors and its strengths from their reported ranges;
    else only chance differs. Replicates below `keep` are kept as whole histories. `progress` is told how many
    runs are done. A run that fails is a row with its error.
    """
    rows: list[list[float]] = []
    seeds, errors, histories, told = [], [], [], []
    columns = [*template.milestones, *names(template)]
    width = len(columns)
    for done, replicate in enumerate(replicates):
        run_seed = replicate_seed(seed, replicate)
        values = parameters.draw(run_seed) if draw else parameters.values()
        seeds.append(run_seed)
        try:
            world = run_one(template, values, run_seed, spread=draw)
        except (ArithmeticError, ValueError, IndexError) as error:
            rows.append([np.nan] * width)
            errors.append(f"{type(error).__name__}: {error}")
            continue
        finally:
            progress(done + 1)
        rows.append([m.hour for m in world.milestones] + outcomes(template, world))
        errors.append("")
        if replicate < keep:
            histories.append(events(template, world, replicate))
            told.append(reports(template, world, values, histories[-1]))
    numbers = np.array(rows, dtype=float).reshape(len(rows), width)
    runs: Table = {
        "design_id": np.zeros(len(rows), "i4"),
        "replicate": np.array(replicates, "i8"),
        "seed": np.array(seeds, "u8"),
        "status": np.array(["failed" if error else "done" for error in errors], "U6"),
        "error": np.array(errors, "U"),
    }
    runs |= {name: numbers[:, i] for i, name in enumerate(columns)}
    return Result(runs, joined(histories), joined(told))


def events(template: Template, world: World, replicate: int) -> Table:
    """A run's event log as a table."""
    log = world.log[: world.run[0].logged]
    return {
        "replicate": np.full(len(log), replicate, "i8"),
        "hour": np.array([entry.hour for entry in log]),
        "event": np.array([EVENT_NAMES[entry.event] for entry in log], "U20"),
        "kind": np.array([Kind(entry.kind).name.lower() for entry in log], "U10"),
        "agent": np.array([template.names[Kind(entry.kind)][entry.agent] for entry in log], "U60"),
        "place": np.array([template.places[e.place] if e.place >= 0 else "" for e in log], "U60"),
        "km": np.array([entry.km for entry in log]),
        "amount": np.array([entry.amount for entry in log]),
        "other": np.array([entry.other for entry in log]),
    }


def joined(tables: Sequence[Table]) -> Table:
    """Tables of the same columns, one below the other."""
    if not tables:
        return {}
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}
