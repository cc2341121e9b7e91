"""Everything a run starts from, read together, so that the faults of all files are told at once."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sim.engine.build import build
from sim.engine.template import Template
from sim.files.case import BUNDLED, Case
from sim.files.yaml_tree import Faults, FaultyInput, Text, Where, dump, nearest
from sim.parameters.parameter import Parameter, Parameters
from sim.parameters.reading import load_parameters
from sim.record.record import parties_of
from sim.record.rows import PartyLook
from sim.scenario.network import load_network
from sim.scenario.reading import LoadedScenario, load_scenario
from sim.scenario.schema import Scenario
from sim.store.provenance import digest

UNRULED = {"about", *PartyLook.model_fields}
"""What a record says of a party that decides no number of a run."""


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """A checked scenario on its network, and the parameters.

    `settings` are texts by the names that were set one by one, `defaults` the parameters of the case.
    """

    loaded: LoadedScenario
    parameters: Parameters
    settings: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, Parameter] = field(default_factory=dict)

    @cached_property
    def template(self) -> Template:
        """The scenario's world before any run."""
        return build(self.loaded, self.parameters)

    @cached_property
    def hashes(self) -> dict[str, str]:
        """Hashes of what decides a run's numbers, apart from the rules, its seed and its size."""
        network, parties = self.loaded.network, parties_of(self.loaded.case)
        return {
            "scenario": digest(dump(self.loaded.tree), repr(self.loaded.scenario.start)),
            "parameters": digest(self.parameters.text(), *sorted(self.parameters.pinned)),
            "network": digest(repr(list(network.places.values())), repr(network.roads)),
            "parties": digest(*(repr(party.model_dump(exclude=UNRULED)) for party in parties)),
        }


def load_inputs(
    scenario: str,
    params: Path | Sequence[Path] | None = None,
    sets: Iterable[str] = (),
    hypotheses: Sequence[str] = (),
    *,
    case: Case = BUNDLED,
) -> Inputs:
    """A scenario by path or name in a case, hypotheses, parameter files, `name=value` settings of either.

    Later ones win: the scenario, then the hypotheses in order, the parameter files in order, the settings.

    Raises FaultyInput with every fault of all of them.
    """
    faults = Faults()
    defaults = load_parameters(case=case).rows
    fields, values = _settings(sets, defaults, faults)
    loaded = parameters = None
    with faults:
        parties_of(case)
    with faults:
        parameters = load_parameters(params, values, case)
    with faults:
        speed = parameters.rows["march_speed"].value if parameters else math.inf
        network = load_network(case)
        loaded = load_scenario(scenario, fields, network, hypotheses=hypotheses, march_speed=speed, case=case)
    if faults or loaded is None or parameters is None:
        raise FaultyInput(faults)
    return Inputs(loaded=loaded, parameters=parameters, settings={**fields, **values}, defaults=defaults)


def _settings(
    sets: Iterable[str], known: Mapping[str, Parameter], faults: Faults
) -> tuple[dict[str, str], dict[str, str]]:
    """Settings of scenario fields (paths with dots, or keys of the file's top) and of parameters."""
    fields: dict[str, str] = {}
    values: dict[str, str] = {}
    for setting in sets:
        name, equals, text = setting.partition("=")
        where = setting.where if isinstance(setting, Text) else Where(f"--set {setting}", 0)
        placed = Text(text, where) if isinstance(setting, Text) else text
        if not equals or not name or not text.strip():
            faults.note(where, "is not NAME=VALUE; expected something like 'march_speed=9 km/h'")
        elif name in fields or name in values:
            faults.note(where, f"sets {name!r} again; expected once")
        elif "." in name or name in Scenario.model_fields:
            fields[name] = placed
        elif name in known:
            values[name] = placed
        else:
            hint = nearest(name, [*known, *Scenario.model_fields], "list parameters")
            faults.note(where, f"{name!r} is neither a parameter nor a scenario field; {hint}")
    return fields, values
