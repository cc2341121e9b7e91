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
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from sim.chance.keyed import key_of
from sim.chance.keyed_arrays import uniforms
from sim.files.fields import Name, StrictModel, Words
from sim.files.paths import reason
from sim.files.yaml_tree import Fault, FaultyInput, Where, refuse
from sim.store import provenance

MAX_POSTERIOR_BYTES = 200_000_000
BESIDE = "the table that the fit wrote beside this file"
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
    """Draws (rows, names) in h and km, and what they come from; `content` is their file."""

    names: tuple[str, ...]
    draws: np.ndarray
    sheet: PosteriorSheet
    content: bytes
    foreign: bool = False  # fitted to the record of another case: none of this one's rows are spent

    def rows_of(self, run_seeds: np.ndarray) -> np.ndarray:
        """Rows (runs, names) in h and km, that of a run keyed by its seed (unsigned 64 bits), (runs,)."""
        u = uniforms(run_seeds, key_of("posterior", self.sheet.plan))
        rows = np.minimum((u * len(self.draws)).astype(int), len(self.draws) - 1)
        return np.asarray(self.draws[rows])

    def without(self, names: Collection[str]) -> "Posterior | None":
        """The posterior of the other parameters; None if none is left."""
        others = [place for place, name in enumerate(self.names) if name not in names]
        if len(others) in (0, len(self.names)):
            return self if others else None
        return made([self.names[place] for place in others], self.draws[:, others], self.sheet)

    def file(self, number: int) -> str:
        """The name of its draws, as one of several posteriors of a parameter file."""
        return f"posterior-{number}.csv"

    def as_text(self, number: int) -> str:
        """Its lines in a parameter file that stands beside its draws."""
        sheet = self.sheet.model_copy(update={"draws": self.file(number)}).model_dump(exclude_none=True)
        texts = {key: json.dumps(value) for key, value in sheet.items()}
        texts["held"] = f"[{', '.join(self.sheet.held)}]"
        return "  -" + "".join(f"    {key}: {text}\n" for key, text in texts.items())[3:]


def made(names: Collection[str], draws: np.ndarray, sheet: PosteriorSheet) -> Posterior:
    """A posterior of draws (rows, names) in h and km, with a sheet that tells their checksum."""
    content = as_csv(names, draws)
    sealed = sheet.model_copy(update={"seal": seal_of(content, sheet)})
    return Posterior(names=tuple(names), draws=draws, sheet=sealed, content=content)


def seal_of(content: bytes, sheet: PosteriorSheet) -> str:
    """A hash of draws and of what is said of them."""
    words = json.dumps([sheet.rules, sheet.plan, sheet.held, sheet.record, *filter(None, [sheet.case])])
    return hashlib.sha256(words.encode() + content).hexdigest()


def as_csv(names: Collection[str], draws: np.ndarray) -> bytes:
    """Draws (rows, names) as a file in CSV, from which the same numbers are read back."""
    lines = [",".join(names), *(",".join(map(repr, row)) for row in draws.tolist())]
    return ("\n".join(lines) + "\n").encode()


def read_posterior(sheet: PosteriorSheet, folder: Path, where: Where, known: Collection[str]) -> Posterior:
    """The posterior that a parameter file in a folder names. Raises FaultyInput."""
    if Path(sheet.draws).name != sheet.draws:
        refuse(
            where,
            f"draws: {sheet.draws!r} is not the name of a file beside this one; the name alone would do",
        )
    path = folder / sheet.draws
    try:
        if path.exists() and not path.is_file():
            refuse(where, f"draws: {sheet.draws} is no file; expected {BESIDE}")
        if path.stat().st_size > MAX_POSTERIOR_BYTES:
            size = f"draws: {sheet.draws} has more than {MAX_POSTERIOR_BYTES:,} bytes"
            refuse(where, f"{size}; expected {BESIDE}")
        content = path.read_bytes()
    except OSError as error:
        refuse(where, f"draws: {sheet.draws} cannot be read ({reason(error)}); expected {BESIDE}")
    again, rules = "calibrate again", provenance.rules()
    if sheet.rules != rules:
        versions = f"{sheet.rules}; here {rules}"
        refuse(where, f"rules: this posterior was made with other rules ({versions}); {again}")
    if seal_of(content, sheet) != sheet.seal:
        refuse(where, f"draws: {sheet.draws} or these lines were changed since; {again}")
    head, *lines = content.decode("utf-8", "replace").splitlines() or [""]
    names = tuple(head.split(","))
    with suppress(ValueError):
        draws = np.array([[float(cell) for cell in line.split(",")] for line in lines])
        is_table = draws.ndim == 2 and draws.shape[1] == len(names) and np.isfinite(draws).all()
        if is_table and len(set(names)) == len(names) and set(names) <= set(known):
            return Posterior(names=names, draws=draws, sheet=sheet, content=content)
    message = f"draws: {sheet.draws} is no table of numbers with a parameter's name above each"
    raise FaultyInput([Fault(where, message)])
