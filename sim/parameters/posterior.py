"""Posteriors: draws of some parameters together, in a file beside the parameter file that names them.

posteriors:
  - draws: posterior.csv     # a column a parameter, in h and km, a row a draw; all rows count alike
    seal: "..."              # hash of that file and of the lines below
    rules: "1"               # number of the rules that it was fitted with
    plan: october            # what was fitted
    held: [A, B, C]          # groups of held-out rows that the fit did not read
    record: "..."            # SHA-256 of held_out.yaml before the fit
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from sim.chance.keyed import key_of
from sim.chance.keyed_arrays import uniforms
from sim.files.fields import Name, StrictModel, Words
from sim.files.yaml_tree import Fault, Where
from sim.store import provenance

MAX_POSTERIOR_BYTES = 200_000_000
HeldOutGroup = Literal["A", "B", "C"]
HELD_OUT_GROUPS: tuple[HeldOutGroup, ...] = ("A", "B", "C")
"""Of held-out rows."""


class PosteriorSheet(StrictModel):
    """A posterior, as a parameter file writes it."""

    draws: Words
    seal: Words
    rules: Words
    plan: Name
    held: tuple[HeldOutGroup, ...]
    record: Words
    case: Words | None = None  # of one's own, whose record it is


@dataclass(frozen=True, eq=False, kw_only=True)
class Posterior:
    """Draws (rows x names) in h and km, and what they come from; `content` is their file."""

    names: tuple[str, ...]
    draws: np.ndarray
    sheet: PosteriorSheet
    content: bytes
    foreign: bool = False  # fitted to the record of another case: none of this one's rows are spent

    def rows_of(self, run_seeds: np.ndarray) -> np.ndarray:
        """The row of each run, keyed by its seed: rows by names."""
        u = uniforms(run_seeds, key_of("posterior", self.sheet.plan))
        rows = np.minimum((u * len(self.draws)).astype(int), len(self.draws) - 1)
        found: np.ndarray = self.draws[rows]
        return found

    def without(self, names: Collection[str]) -> "Posterior | None":
        """The posterior of the other parameters; None if none is left."""
        kept = [place for place, name in enumerate(self.names) if name not in names]
        if len(kept) == len(self.names):
            return self
        return made([self.names[place] for place in kept], self.draws[:, kept], self.sheet) if kept else None

    def file(self, number: int) -> str:
        """The name of its draws, as one of several posteriors of a parameter file."""
        return f"posterior-{number}.csv"

    def as_text(self, number: int) -> str:
        """Its lines in a parameter file that stands beside its draws."""
        told = self.sheet.model_dump(exclude_none=True) | {
            "draws": self.file(number),
            "held": f"[{', '.join(self.sheet.held)}]",
        }
        lines = [
            f"    {key}: {value if key == 'held' else json.dumps(value)}\n" for key, value in told.items()
        ]
        return "  -" + "".join(lines)[3:]


def made(names: Collection[str], draws: np.ndarray, sheet: PosteriorSheet) -> Posterior:
    """A posterior of some draws (rows x names, h and km), with a sheet that tells their checksum."""
    content = as_csv(names, draws)
    told = sheet.model_copy(update={"seal": seal_of(content, sheet)})
    return Posterior(names=tuple(names), draws=draws, sheet=told, content=content)


def seal_of(content: bytes, sheet: PosteriorSheet) -> str:
    """A hash of draws and of what is said of them."""
    said = json.dumps([sheet.rules, sheet.plan, sheet.held, sheet.record, *filter(None, [sheet.case])])
    return hashlib.sha256(said.encode() + content).hexdigest()


def as_csv(names: Collection[str], draws: np.ndarray) -> bytes:
    """Draws as a file: numbers read back as the same."""
    lines = [",".join(names), *(",".join(map(repr, row)) for row in draws.tolist())]
    return ("\n".join(lines) + "\n").encode()


def read_posterior(
    sheet: PosteriorSheet, folder: Path, where: Where, known: Collection[str], faults: list[Fault]
) -> Posterior | None:
    """The posterior that a parameter file in a folder names; None, and its faults noted, if it is faulty."""
    if Path(sheet.draws).name != sheet.draws:
        faults.append(Fault(where, f"draws: {sheet.draws!r} is not the name of a file beside this one"))
        return None
    path = folder / sheet.draws
    try:
        if path.exists() and not path.is_file():
            faults.append(Fault(where, f"draws: {sheet.draws} is no file"))
            return None
        if path.stat().st_size > MAX_POSTERIOR_BYTES:
            faults.append(Fault(where, f"draws: {sheet.draws} has more than {MAX_POSTERIOR_BYTES:,} bytes"))
            return None
        content = path.read_bytes()
    except OSError as error:
        faults.append(Fault(where, f"draws: {sheet.draws} cannot be read ({error.strerror})"))
        return None
    again = "calibrating again would be right"
    if sheet.rules != provenance.rules():
        message = (
            f"rules: this posterior was made with other rules ({sheet.rules}; here {provenance.rules()})"
        )
        faults.append(Fault(where, f"{message}; {again}"))
        return None
    if seal_of(content, sheet) != sheet.seal:
        faults.append(Fault(where, f"draws: {sheet.draws} or these lines were changed since; {again}"))
        return None
    return _parsed(sheet, content, where, known, faults)


def _parsed(
    sheet: PosteriorSheet, content: bytes, where: Where, known: Collection[str], faults: list[Fault]
) -> Posterior | None:
    head, *lines = content.decode("utf-8", "replace").splitlines() or [""]
    names = tuple(head.split(","))
    odd = [name for name in names if name not in known or names.count(name) > 1]
    try:
        draws = np.array([[float(cell) for cell in line.split(",")] for line in lines])
        if odd or draws.ndim != 2 or draws.shape[1] != len(names) or not np.isfinite(draws).all():
            raise ValueError(odd)
    except ValueError:
        faults.append(
            Fault(where, f"draws: {sheet.draws} is no table of numbers with a parameter's name above each")
        )
        return None
    return Posterior(names=names, draws=draws, sheet=sheet, content=content)
