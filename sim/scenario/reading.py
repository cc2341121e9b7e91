"""Loading a scenario; what no scenario can be is told with its line before anything runs."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sim.files.case import BUNDLED, Case
from sim.files.case_file import SideRow, case_file
from sim.files.fields import checked, sound
from sim.files.overrides import apart, lay
from sim.files.paths import display_path
from sim.files.yaml_tree import Fault, Faults, FaultyInput, Map, Where, read, refuse, summaries
from sim.record.record import reported
from sim.scenario.changes import SET, merged, texts_at
from sim.scenario.checks.scenario import impossible
from sim.scenario.draft import Draft
from sim.scenario.hypotheses import check_apart, lay_over, overrides_of
from sim.scenario.network import Network, load_network
from sim.scenario.notes import notes
from sim.scenario.schema import Scenario
from sim.store.schema import Change


@dataclass(frozen=True, kw_only=True)
class LoadedScenario:
    """A checked scenario with its name, its case, the network it stands on, and the tree it was read from."""

    name: str
    file: str
    scenario: Scenario
    network: Network
    tree: Map
    hypotheses: tuple[str, ...] = ()
    case: Case = BUNDLED
    notes: tuple[Fault, ...] = ()  # what may not be meant (sim.scenario.notes)
    changes: tuple[Change, ...] = ()  # against the file, by hypotheses and settings

    @property
    def sides(self) -> tuple[SideRow, ...]:
        """The sides of its case by the numbers of their roles (sim.state.kinds.Side)."""
        return case_file(self.case).sides


def load_scenario(
    name: str,
    sets: Mapping[str, str] | None = None,
    network: Network | None = None,
    hypotheses: Sequence[str] = (),
    march_speed: float = math.inf,
    *,
    case: Case = BUNDLED,
) -> LoadedScenario:
    """A scenario by path or its name in a case, with hypotheses and then single fields on top of it.

    `hypotheses` are files or names in the case, `sets` paths and texts (`drones.tb2.radius` -> `150 km`).
    With a `march_speed` (km/h) pass time counts, too, where it is asked whether all of a column sets out in
    time.
    Raises FaultyInput with every fault found.
    """
    path, _ = case.named(name, "scenario", "scenarios"), case_file(case)
    faults = Faults()
    loaded = LoadedScenario(
        name=path.stem,
        file=display_path(path),
        scenario=Scenario.model_construct(),
        tree=read(path, faults),
        network=network or load_network(case),
        case=case,
    )
    rivals = {one: overrides for one in hypotheses if (overrides := overrides_of(one, faults, case))}
    return _overridden(loaded, rivals, sets or {}, faults, march_speed)


def varied(loaded: LoadedScenario, rivals: Mapping[str, Map], sets: Mapping[str, str]) -> LoadedScenario:
    """A scenario with further hypotheses and then fields on top of it; no file is read.

    `rivals` are overrides by the name of their hypothesis. Raises FaultyInput.
    """
    paths = [*sets, *(path for overrides in rivals.values() for path in overrides)]
    return _overridden(replace(loaded, tree=apart(loaded.tree, paths)), rivals, sets, Faults())


def _overridden(
    loaded: LoadedScenario,
    rivals: Mapping[str, Map],
    sets: Mapping[str, str],
    faults: Faults,
    march_speed: float = math.inf,
) -> LoadedScenario:
    """A scenario whose tree is changed and then checked; `faults` are those already found."""
    tree, case = loaded.tree, loaded.case
    by = {path: str(name) for name, overrides in rivals.items() for path in overrides} | dict.fromkeys(
        sets, SET
    )
    check_apart(rivals, faults)
    before = texts_at(tree, by)
    for overrides in rivals.values():
        faults += lay_over(tree, overrides)
    for field, text in sets.items():
        with faults:
            lay(tree, field, text, getattr(text, "where", Where(f"--set {field}", 0)), schema=Scenario)
    scenario: Scenario | None = None
    seen: list[Fault] = []
    with faults:
        scenario = checked(tree, Scenario, case)
    if part := (tree, scenario) if scenario else sound(tree, Scenario, case):
        draft = Draft(
            scenario=part[1],
            network=loaded.network,
            tree=part[0],
            dates=reported(case),
            sides=loaded.sides,
            march_speed=march_speed,
        )
        faults += impossible(draft, whole=scenario is not None)
        seen = [] if faults else notes(draft)
    if faults or scenario is None:
        raise FaultyInput(faults)
    return replace(
        loaded,
        scenario=scenario,
        hypotheses=(*loaded.hypotheses, *rivals),
        notes=tuple(seen),
        changes=merged(loaded.changes, tree, before, by),
    )


def chief_scenario(case: Case = BUNDLED) -> str:
    """The scenario of a case that is meant where none is named: its file's chief, or the first it has.

    Raises FaultyInput if there is none.
    """
    known = sorted(path.stem for path in case.path("scenarios").glob("*.yaml"))
    chief = case_file(case).chief
    if chief in known:
        return str(chief)
    if not known:
        refuse(case.path("scenarios"), "has no scenario; expected one at least")
    return known[0]


def scenarios(case: Case = BUNDLED) -> dict[str, str]:
    """The scenarios of a case and their one-line summaries."""
    return summaries(case.path("scenarios"))
