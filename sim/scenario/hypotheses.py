"""Rival hypotheses: small files that override fields of a scenario.

summary: what this hypothesis says, in a line
source: where it comes from, or 'assumption'
overrides:
  drones.tb2.radius: 300 km
"""

from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

from sim.files import units
from sim.files.case import BUNDLED, Case
from sim.files.overrides import lay
from sim.files.yaml_tree import Faults, List, Map, Text, Where, locate, nearest, read, refuse, summaries
from sim.scenario.schema import Scenario

_KEYS = ("summary", "source", "overrides")
HYPOTHESES = ("scenarios", "hypotheses")
"""Their folder in a case."""


def hypothesis_path(name: str, case: Case = BUNDLED) -> Path:
    """The file of a hypothesis given by path or by its name in a case. Raises FaultyInput."""
    return case.named(name, "hypothesis", *HYPOTHESES, option="--with ")


def hypotheses(case: Case = BUNDLED) -> dict[str, str]:
    """The hypotheses of a case and their one-line summaries."""
    return summaries(case.path(*HYPOTHESES))


def summary_of(name: str, case: Case = BUNDLED) -> str:
    """What a hypothesis given by path or by its name in a case says, in a line. Raises FaultyInput."""
    return str(read(hypothesis_path(name, case))["summary"])


def radii(case: Case = BUNDLED) -> list[float]:
    """The radii of drones (km) that the hypotheses of a case set, smallest first."""
    trees = [read_hypothesis(path, Faults()) for path in sorted(case.path(*HYPOTHESES).glob("*.yaml"))]
    values = [str(value) for tree in trees for path, value in tree.items() if path.endswith(".radius")]
    return sorted({units.quantity(value, "length") for value in values})


def overrides_of(name: str, faults: Faults, case: Case = BUNDLED) -> Map | None:
    """The overrides of a hypothesis given by path or by its name in a case; faults are added to the list."""
    with faults:
        return read_hypothesis(hypothesis_path(name, case), faults)
    return None


def check_apart(rivals: Mapping[str, Map], faults: Faults) -> None:
    """Note hypotheses (names and overrides) that set the same field: the last would win in silence."""
    for (one, fields), (other, others) in combinations(rivals.items(), 2):
        both = [path for path in others if any(_meet(path, known) for known in fields)]
        if both:
            message = f"sets {both[0]} as --with {one} does; expected one of them"
            faults.note(Where(f"--with {other}", 0), message)


def _meet(path: str, other: str) -> bool:
    """Whether two dotted paths are the same field, or one lies within the other."""
    return f"{path}.".startswith(f"{other}.") or f"{other}.".startswith(f"{path}.")


def lay_over(tree: Map, overrides: Map) -> Faults:
    """Lay a hypothesis' overrides over a scenario's tree; returns what is wrong with them. Raises nothing."""
    faults = Faults()
    for path, value in overrides.items():
        where = overrides.lines[path]
        with faults:
            if not isinstance(value, Text | List):
                refuse(where, f"{path!r} has keys of its own; expected a dotted path")
            lay(tree, path, value, where, there=True, schema=Scenario)
    return faults


def read_hypothesis(path: Path, faults: Faults) -> Map:
    """The overrides of a hypothesis file by dotted path; faults are added to the list."""
    tree = read(path, faults)
    for key, where in tree.lines.items():
        if key not in _KEYS:
            faults.note(where, f"{key!r} is not a key here; {nearest(key, _KEYS)}")
    for key in _KEYS[:2]:
        if not isinstance(tree.get(key), Text) or not str(tree[key]).strip():
            faults.note(locate(tree, [key]), f"{key}: nothing is written here; expected a sentence")
    overrides = tree.get("overrides")
    if isinstance(overrides, Map) and overrides:
        return overrides
    message = "the key 'overrides' is missing; expected 'overrides:' with dotted paths below it"
    faults.note(locate(tree, ["overrides"]), message)
    return Map(tree.where)
