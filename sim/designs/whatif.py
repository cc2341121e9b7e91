"""What-ifs: a scenario changed in one thing, run with common random numbers as the one it is held against.

summary: what is otherwise, in a line
source: where that comes from, or 'assumption'
with: [drones-stay-at-gao]           # hypotheses on top of the scenario; may be left out
set: {mine_rate: 0 /km}              # parameters and scenario fields, as --set takes them; may be left out
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from sim.engine.inputs import Inputs, load_inputs
from sim.files.case import BUNDLED, Case
from sim.files.fields import StrictModel, Words, checked, for_readers
from sim.files.yaml_tree import Text, read, summaries


class WhatIfSheet(StrictModel):
    """A what-if, as its file writes it."""

    summary: Annotated[Words, for_readers("Lists and tables show it.")]
    source: Annotated[Words, for_readers()]
    with_: Annotated[tuple[Words, ...], Field(alias="with")] = ()
    set: dict[str, Words] = Field(default_factory=dict)


@dataclass(frozen=True)
class WhatIf:
    """A checked what-if, and the inputs that it gives."""

    name: str
    summary: str
    inputs: Inputs


def what_ifs(case: Case = BUNDLED) -> dict[str, str]:
    """The what-ifs of a case and their one-line summaries."""
    return summaries(case.path("params", "whatif"))


def load_what_if(
    name: str,
    scenario: str,
    *,
    params: Sequence[Path] = (),
    sets: Sequence[str] = (),
    hypotheses: Sequence[str] = (),
    case: Case = BUNDLED,
) -> WhatIf:
    """A what-if by path or its name in a case, over a scenario. Raises FaultyInput with every fault."""
    path = case.named(name, "what-if", "params", "whatif")
    tree = read(path)
    sheet = checked(tree, WhatIfSheet)
    lines = tree["set"].lines if "set" in tree else {}
    settings = [Text(f"{key}={value}", lines[key]) for key, value in sheet.set.items()]
    inputs = load_inputs(scenario, params, [*sets, *settings], [*hypotheses, *sheet.with_], case=case)
    return WhatIf(path.stem, sheet.summary, inputs)
