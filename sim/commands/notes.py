"""Notes of all files that a command reads: told on stderr, or refused with --strict."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Option

from sim.console import tell
from sim.files.notes import as_lines, long_texts, refuse_noted
from sim.files.yaml_tree import Fault, read

if TYPE_CHECKING:
    from sim.engine.inputs import Inputs
    from sim.scenario.network import Network
    from sim.scenario.network_notes import Extent

Strict = Annotated[
    bool, Option("--strict", help="What is only noted is a fault too: nothing is done, exit 2.")
]
"""The option of commands that tell notes."""


def of_network(network: "Network", folder: Path) -> list[Fault]:
    """The notes on a network whose files lie in a folder, beside its outlines if any. Raises FaultyInput."""
    from sim.scenario.network_notes import notes

    return notes(network, outlines_box(folder))


def outlines_box(folder: Path) -> "Extent | None":
    """The box of the outlines in a folder of a network; None if there are none. Raises FaultyInput."""
    from analysis.figures.base.outlines import load_outlines
    from sim.scenario.network_notes import Extent

    path = folder / "outlines.csv"
    lines = load_outlines(path=path) if path.exists() else []
    if not lines:
        return None
    meridian = float(lines[0].lon[0])
    lats, lons = [line.lat for line in lines], [line.about(meridian) for line in lines]
    return Extent(
        south=min(float(line.min()) for line in lats),
        north=max(float(line.max()) for line in lats),
        west=min(float(line.min()) for line in lons),
        east=max(float(line.max()) for line in lons),
    )


def of_inputs(inputs: "Inputs", params: Iterable[Path]) -> list[Fault]:
    """The notes on what a run starts from: scenario, network and files of parameters. Raises FaultyInput."""
    loaded = inputs.loaded
    network = of_network(loaded.network, loaded.case.path("params", "network"))
    texts = [note for path in params for note in long_texts(read(path))]
    return [*loaded.notes, *network, *texts]


def tell_notes(notes: Sequence[Fault], *, strict: bool) -> list[str]:
    """Print notes on stderr; returns their lines. Raises FaultyInput with all of them if they are faults."""
    if strict:
        refuse_noted(notes)
    lines = as_lines(notes)
    for line in lines:
        tell(line)
    return lines
