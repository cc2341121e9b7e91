"""Mesa's view of a run: the same rules behind Mesa agents, an hour a step.

    import kidal
    model = kidal.Offensive("gao-anefis", rng=1)
    while model.running:
        model.step()
    print(model.datacollector.get_model_vars_dataframe())

The event log equals the plain run's to the last bit. An agent that a user adds is stepped each hour,
after the campaign's agents, and may read and change the world through the model.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import mesa
import numpy as np

from sim.chance.keyed import replicate_seed
from sim.chance.seeds import whole
from sim.engine.build import build
from sim.engine.history import events
from sim.engine.loop import advance
from sim.engine.outcomes import SUM_COUNT, add_up
from sim.files.case import BUNDLED, Case
from sim.files.yaml_tree import nearest
from sim.parameters.parameter import Parameters
from sim.parameters.reading import load_parameters
from sim.rules.drones import cover_of
from sim.rules.route import head_km, leg_at
from sim.scenario.reading import LoadedScenario, load_scenario
from sim.state import rows
from sim.state.clock import midnight, moment_at
from sim.state.kinds import AgentKind, Mode, Stance
from sim.state.world import World
from sim.store.schema import OUTCOMES, Table


class CampaignAgent(mesa.Agent):  # type: ignore[misc]
    """An agent of the campaign: its row's fields are its attributes, to read and to write.

    A written field counts when an agent next reads it; a marching column plans its road anew at once. An
    unknown name is an error.
    """

    mesa_fields: ClassVar[frozenset[str]] = frozenset({"model", "unique_id", "pos", "name", "row", "index"})

    def __init__(self, model: "Offensive", kind: AgentKind, index: int) -> None:
        """An agent on a row of the table of its kind."""
        super().__init__(model)
        self.name = model.template.names[kind][index]
        self.index = index
        self.row: Any = getattr(model.world, f"{kind.name.lower()}s")[index]

    def __getattr__(self, field: str) -> Any:
        """A field of the row."""
        if field.startswith("_") or "row" not in self.__dict__:
            raise AttributeError(field)
        return getattr(self.row, field)

    def __setattr__(self, field: str, value: Any) -> None:
        """Set a field of the row, or one of Mesa's own."""
        if field in self.mesa_fields or field.startswith("_"):
            super().__setattr__(field, value)
        else:
            self.change(field, value)

    def change(self, field: str, value: Any) -> None:
        """Write a field of the row. Raises AttributeError if there is none of that name."""
        setattr(self.row, field, value)


class ColumnAgent(CampaignAgent):
    """A column: `km`, `mode`, `persons`, `vehicles` and the other fields of sim.state.rows.ColumnState."""

    row: rows.ColumnState

    @property
    def km(self) -> float:
        """Road-km of the head along its itinerary now."""
        return head_km(self.row, self.model.hour)

    @property
    def mode(self) -> Mode:
        """What the column is doing."""
        return Mode(self.row.mode)

    @property
    def cover(self) -> float:
        """Air cover of its own side over the column now, 0 to 1."""
        return cover_of(self.model.world, self.row, self.model.hour)

    def change(self, field: str, value: Any) -> None:
        """Write a field; a marching column then plans its road anew, from where it is.

        Raises ValueError for a km off its way and for fewer persons or vehicles than none.
        """
        end = self.model.world.marks[self.row.last_mark - 1].km
        if field == "km" and not 0.0 <= value <= end:
            raise ValueError(f"km={value} must be on the way, 0 to {end:g}")
        if field in ("persons", "vehicles") and not value >= 0.0:
            raise ValueError(f"{field}={value} must be 0 or more")
        now = self.model.hour
        moving = self.row.mode in (Mode.MARCH, Mode.ENTRY)
        if moving:
            self.row.km, self.row.acted_at = head_km(self.row, now), now
        super().change(field, value)
        if field == "km":
            self._relocate()
        if moving:
            self.model.world.wakes[self.row.agent] = now

    def _relocate(self) -> None:
        """Find the leg and the next mark of a head that was put elsewhere on its itinerary."""
        row, world = self.row, self.model.world
        row.leg, row.next_mark = leg_at(world, row, row.km), row.first_mark
        while row.next_mark + 1 < row.last_mark and world.marks[row.next_mark].km <= row.km:
            row.next_mark += 1


class GroupAgent(CampaignAgent):
    """A group: `fighters`, `stance`, `road` and the other fields of sim.state.rows.GroupState."""

    row: rows.GroupState

    @property
    def stance(self) -> Stance:
        """What the group is doing."""
        return Stance(self.row.stance)


class DroneAgent(CampaignAgent):
    """A drone detachment: `radius`, `aircraft` and the other fields of sim.state.rows.DroneState."""

    row: rows.DroneState


class CampAgent(CampaignAgent):
    """A camp: `vacated`, `holder` and the other fields of sim.state.rows.CampState."""

    row: rows.CampState


class GarrisonAgent(CampaignAgent):
    """A garrison: `persons`, `holds` and the other fields of sim.state.rows.GarrisonState."""

    row: rows.GarrisonState


class AirliftAgent(CampaignAgent):
    """An airlift: the fields of sim.state.rows.AirliftState."""

    row: rows.AirliftState


class RaidAgent(CampaignAgent):
    """An order to raid: the fields of sim.state.rows.RaidState."""

    row: rows.RaidState


class TownAgent(CampaignAgent):
    """A town: `people`, `departures` and the other fields of sim.state.rows.TownState."""

    row: rows.TownState


_AGENTS = (ColumnAgent, DroneAgent, GroupAgent, CampAgent, GarrisonAgent, AirliftAgent, RaidAgent, TownAgent)
"""The class of each kind, in the order of AgentKind."""


ModelSeed = int | np.integer | Sequence[int] | np.random.SeedSequence
Chance = ModelSeed | np.random.BitGenerator | np.random.Generator
"""What Mesa takes for `rng`."""


class Offensive(mesa.Model):  # type: ignore[misc]
    """A run of a scenario as a Mesa model; `step()` is one hour, `running` ends at the horizon.

    `hour` counts from 00:00 UTC of the scenario's first day (a run begins before that in the east, and later
    in the west), `time_utc` is the same as a date. `column(id)`,
    `group(id)`, `drone(id)` and, of every kind, `agent(kind, id)` give agents by their ids; `world` is the
    state that the rules read. `Offensive(rng=model.seed, replicate=model.replicate)` is the same run again.

    Mesa's generators `random` and `rng` are for agents that a user adds: they follow from seed and replicate,
    and resetting them leaves the campaign's chance as it is.
    """

    def __init__(
        self,
        scenario: str | Path | LoadedScenario = "gao-anefis",
        parameters: Parameters | Mapping[str, float] | None = None,
        rng: Chance | None = None,
        replicate: int = 0,
        spread: bool = False,
        *,
        seed: Chance | None = None,
        case: Case = BUNDLED,
    ) -> None:
        """A scenario by its name in a case, path or loaded; parameters (default: the default values; h, km).

        `rng`, or `seed` in its stead, is the seed and `replicate` the number of the run under it, as in
        `kidal run`. A SeedSequence or numbers give a seed, the same each time; a Generator gives the next of
        its own; without any the operating system gives one. With `spread` strengths are drawn in their
        reported ranges; else their midpoints hold.

        Raises TypeError for what is no seed, number of a run or parameters; ValueError for one out of its
        range and for both `rng` and `seed`; sim.files.yaml_tree.FaultyInput for a faulty scenario.
        """
        self.seed = _seed(rng, seed)
        self.replicate = whole(replicate, "replicate")
        super().__init__(rng=np.random.default_rng([self.seed, self.replicate]))
        defaults = parameters if isinstance(parameters, Parameters) else load_parameters(case=case)
        loaded = scenario if isinstance(scenario, LoadedScenario) else load_scenario(str(scenario), case=case)
        values, run_seed = _values(parameters, defaults), replicate_seed(self.seed, self.replicate)
        self.start = midnight(loaded.scenario.start.day)
        self.template = build(loaded, defaults)
        self.world: World = self.template.plain(values, run_seed, spread=spread)
        self.hour = float(self.world.run[0].begins)
        self._agents_by_name: dict[tuple[AgentKind, str], CampaignAgent] = {
            (kind, name): _AGENTS[kind](self, kind, index)
            for kind, names in self.template.names.items()
            for index, name in enumerate(names)
        }
        self._outcomes = [0.0] * SUM_COUNT
        self.datacollector = mesa.DataCollector(model_reporters=self._reporters())
        self._collect()

    def _reporters(self) -> dict[str, Any]:
        """What the data collector has each hour: names of attributes, and functions with their arguments."""
        columns = {name: self.column(name) for name in self.template.names[AgentKind.COLUMN]}
        kms = {f"{name}_km": [getattr, [agent, "km"]] for name, agent in columns.items()}
        sums = {name: [self._outcomes.__getitem__, [i]] for i, name in enumerate(OUTCOMES)}
        return {"seed": "seed", "hour": "hour"} | kms | sums

    @property
    def time_utc(self) -> datetime:
        """Now, in UTC."""
        return moment_at(self.start, self.hour)

    def column(self, name: str) -> ColumnAgent:
        """The column of an id. Raises KeyError."""
        return self._agents_by_name[AgentKind.COLUMN, name]

    def group(self, name: str) -> GroupAgent:
        """The group of an id. Raises KeyError."""
        return self._agents_by_name[AgentKind.GROUP, name]

    def drone(self, name: str) -> DroneAgent:
        """The drone detachment of an id. Raises KeyError."""
        return self._agents_by_name[AgentKind.DRONE, name]

    def agent(self, kind: AgentKind, name: str) -> CampaignAgent:
        """The agent of a kind and id (a town's id is its place). Raises KeyError."""
        return self._agents_by_name[kind, name]

    def step(self) -> None:
        """One hour: the campaign's agents act as their hours come, then the agents that users added."""
        self.hour += 1.0
        advance(self.world, self.hour)
        self.agents.do("step")
        self._collect()
        self.running = self.hour < self.world.run[0].horizon

    def _collect(self) -> None:
        """A row of the data collector; the sums are made once for all of them."""
        add_up(self.world, self._outcomes)
        self.datacollector.collect(self)

    def log(self) -> Table:
        """The events so far, as sim.store.schema says."""
        return events(self.template, self.world, 0)

    def milestones(self) -> dict[str, float]:
        """Hours of the milestones so far, inf where one has not come."""
        return {name: m.hour for name, m in zip(self.template.milestones, self.world.milestones, strict=True)}


def _seed(rng: Chance | None, seed: Chance | None) -> int:
    """The seed that one of two gives, of what Mesa takes for one. Raises TypeError and ValueError."""
    if rng is not None and seed is not None:
        raise ValueError("rng and seed are one thing; expected either, not both")
    name, value = ("rng", rng) if seed is None else ("seed", seed)
    if value is None:
        return secrets.randbits(53)  # whole in a float as well
    if isinstance(value, Sequence) and not isinstance(value, str | bytes) and len(value):
        value = np.random.SeedSequence([whole(word, f"{name}[{i}]") for i, word in enumerate(value)])
    if isinstance(value, np.random.SeedSequence):
        return int(value.generate_state(1, np.uint64)[0])
    if isinstance(value, np.random.Generator):
        value = value.bit_generator
    if isinstance(value, np.random.BitGenerator):
        return int(value.random_raw())  # the same with every version of NumPy
    return whole(value, name)


def _values(parameters: Parameters | Mapping[str, float] | None, defaults: Parameters) -> dict[str, float]:
    """All parameters, in h and km, those given among them. Raises TypeError and ValueError."""
    if not isinstance(parameters, Parameters | Mapping | None):
        right = "expected sim.parameters.parameter.Parameters or a mapping of names to values"
        raise TypeError(f"parameters={parameters!r}; {right}, in mesa.batch_run in a list")
    values = defaults.values() | (dict(parameters) if isinstance(parameters, Mapping) else {})
    for name, value in values.items():
        if name not in defaults.rows:
            raise ValueError(f"{name!r} is no parameter; {nearest(name, defaults.rows, 'list parameters')}")
        least, most = defaults.rows[name].support
        if not least <= value <= most:
            raise ValueError(f"{name}={value} must be {least:g} to {most:g} (h and km)")
    return values
