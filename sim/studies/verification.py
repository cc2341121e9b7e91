"""Verifying a run folder: some of its runs are run again, from its own files, and compared to the bit."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.chance.keyed import key_of, uniform
from sim.designs.design import load_design
from sim.designs.variants import variant
from sim.engine.batch import plain
from sim.engine.inputs import load_inputs
from sim.ensembles.job import KEEP, Job, axes, described
from sim.ensembles.part import some_runs
from sim.ensembles.results import Result, stacked
from sim.files.case import BUNDLED, Case
from sim.files.paths import display_path
from sim.files.yaml_tree import Where, refuse
from sim.store import provenance
from sim.store.reader import RERUN_REMEDY, RunTables, finished_manifest, is_whole, read_run
from sim.store.schema import Table
from sim.studies import printed

_KEY, HISTORY_STREAM, ROW_STREAM = key_of("verify", "rows"), 0, 1
_NAMES = ("scenario", "case", "file", "hypotheses", "design")
"""What a manifest says that is not read again from the folder's own files, or only in part."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What is stored of a run (-1: of none), and what came when it was run again; for reading."""

    table: str
    run: int
    column: str
    stored: str
    found: str

    def __str__(self) -> str:
        """In a line."""
        which = f" of run {self.run}" if self.run >= 0 else ""
        return f"{self.table}{which}: {self.column}: stored {self.stored}, run again {self.found}"


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What was verified: runs of a folder, those of them with their histories, and its printed table.

    `table` is 'equal', 'other', 'none' or, where its runs are others already, 'not made again'. `differences`
    are by run, table and column; there are none if all is equal. `libraries` are of other versions here.
    """

    folder: str
    of: int
    runs: int
    histories: int
    table: str
    differences: tuple[Difference, ...]
    libraries: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """As an object."""
        return {"equal": not self.differences, **asdict(self)}


def verify(folder: Path, rows: int, seed: int, case: Case = BUNDLED) -> Verification:
    """Run some runs of a folder again, drawn by a seed, and make its table anew.

    Half of them are of those that are kept as whole histories, if there are so many. Raises FaultyInput if
    the folder cannot be verified here: it is damaged, of other rules, inputs or another case.
    """
    manifest = finished_manifest(folder, case)
    where = Where(display_path(folder), 0)
    if manifest["rules"] != provenance.rules():
        message = f"was made by rules {manifest['rules']}, these are rules {provenance.rules()}"
        refuse(where, f"cannot be verified: it {message}; the program of its manifest would be right")
    for file, entry in manifest["files"].items():
        if not is_whole(folder / file, entry):
            refuse(Where(display_path(folder / file), 0), f"is missing or damaged; {RERUN_REMEDY}")
    tables, job = read_run(folder, case, summed=False), job_of(folder, manifest, case)
    _check_inputs(where, manifest, job)
    chosen = row_sample(job, rows, seed)
    again = run_again(job, chosen)
    differences = [*_of_folder(tables, job), *_of_runs(tables, job, chosen, again)]
    table = "none"
    if differences:
        table = "not made again"
    elif printed.PRINTED_FILE in manifest["files"]:
        before = json.loads((folder / printed.PRINTED_FILE).read_text(encoding="utf-8"))
        differences += _of_print(where, tables, before)
        table = "other" if differences else "equal"
    histories = int((chosen % job.runs < job.keep).sum())
    return Verification(
        folder=display_path(folder),
        of=job.total,
        runs=len(chosen),
        histories=histories,
        table=table,
        differences=tuple(differences),
        libraries=_other_libraries(manifest),
    )


def job_of(folder: Path, manifest: Mapping[str, Any], case: Case) -> Job:
    """The job of a run folder, by the files in it. Raises FaultyInput."""
    inputs = load_inputs(str(folder / "scenario.yaml"), folder / "parameters.yaml", case=case)
    seed, about = manifest["seed"], manifest["design"]
    design = load_design(str(folder / "design.yaml"), inputs, seed) if about else None
    runs = about["runs"] if about else manifest["runs"]
    size, histories = manifest["part_size"], manifest.get("histories", KEEP)
    draw = manifest["parameters"] != "fixed"
    return Job(
        inputs=inputs,
        seed=seed,
        runs=runs,
        draw=draw,
        design=design,
        out=folder,
        size=size,
        histories=histories,
    )


def _check_inputs(where: Where, manifest: Mapping[str, Any], job: Job) -> None:
    """Raise FaultyInput if the inputs are others here than those that a folder was made from."""
    if manifest["hash"] == job.hash:
        return
    here = job.inputs.hashes
    other = [name for name, found in manifest["hashes"].items() if found != here.get(name)]
    names = ", ".join(other) or "design or hypotheses"
    right = "the case, network and record that it was made with would be right"
    refuse(where, f"cannot be verified: its inputs are others here ({names}); {right}")


def _other_libraries(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """The libraries of which a folder was made with another version: no number should hang on them."""
    before, here = manifest["packages"], provenance.packages()
    return tuple(
        f"{name} {before.get(name, 'missing')} (here {here.get(name, 'missing')})"
        for name in {**before, **here}
        if before.get(name) != here.get(name)
    )


# --- which runs, and how they come out ----------------------------------------------------------------------


def row_sample(job: Job, rows: int, seed: int) -> np.ndarray:
    """The numbers of some of a job's runs in order, by keyed draws; all of them if there are no more."""
    if rows >= job.total:
        return np.arange(job.total)
    whole = min(job.keep, job.runs)
    chosen: set[int] = set()
    _draw(chosen, min(-(-rows // 2), whole * len(job.points)), whole * len(job.points), seed, HISTORY_STREAM)
    chosen = {number // whole * job.runs + number % whole for number in chosen}
    _draw(chosen, rows, job.total, seed, ROW_STREAM)
    return np.array(sorted(chosen))


def _draw(chosen: set[int], count: int, total: int, seed: int, purpose: int) -> None:
    """Draw numbers below a total until there are so many."""
    draw = 0
    while len(chosen) < count:
        chosen.add(min(total - 1, int(uniform(seed, _KEY, purpose, draw) * total)))
        draw += 1


def run_again(job: Job, chosen: np.ndarray) -> Result:
    """Some of a job's runs by their numbers, run plain."""
    kinds = job.variation.variants[chosen // job.runs]
    parts = []
    for kind in np.unique(kinds):
        own = chosen[kinds == kind]
        inputs = variant(job.inputs, job.points[own[0] // job.runs], job.variation.rivals)
        parts.append(some_runs(job, inputs, plain, own))
    return stacked(parts)


# --- what differs -------------------------------------------------------------------------------------------


def _of_folder(tables: RunTables, job: Job) -> Iterator[Difference]:
    """What differs of the manifest, of the tables of the axes, and of the number of runs."""
    found = json.loads(json.dumps(described(job)))
    for key in found.keys() - _NAMES:
        if tables.manifest.get(key) != found[key]:
            yield Difference(
                table="manifest",
                run=-1,
                column=key,
                stored=str(tables.manifest.get(key)),
                found=str(found[key]),
            )
    for name, table in axes(job).items():
        yield from _of_table(name, -1, getattr(tables, name), table)
    count = len(tables.runs["seed"])
    if count != job.total:
        yield Difference(table="runs", run=-1, column="rows", stored=str(count), found=str(job.total))


def _of_runs(tables: RunTables, job: Job, chosen: np.ndarray, again: Result) -> Iterator[Difference]:
    """What differs of some runs and their histories."""
    present = chosen[chosen < len(tables.runs["seed"])]
    numbers = _numbers(job, again.runs)
    order = np.argsort(numbers)
    stored = {name: column[present] for name, column in tables.runs.items()}
    for place, run in enumerate(present.tolist()):
        row = {name: column[order[place : place + 1]] for name, column in again.runs.items()}
        yield from _of_table(
            "runs", run, {name: column[place : place + 1] for name, column in stored.items()}, row
        )
    for name in ("events", "reports"):
        yield from _of_histories(name, getattr(tables, name), getattr(again, name), job, chosen)


def _of_histories(
    name: str, stored: Mapping[str, np.ndarray], recomputed: Table, job: Job, chosen: np.ndarray
) -> Iterator[Difference]:
    """What differs of a table that has many rows a run."""
    before, after = _numbers(job, stored), _numbers(job, recomputed)
    for run in chosen.tolist():
        rows = {column: values[before == run] for column, values in stored.items()}
        yield from _of_table(
            name, run, rows, {column: recomputed[column][after == run] for column in recomputed}
        )
    if len(chosen) == job.total and not np.isin(before, chosen).all():
        yield Difference(table=name, run=-1, column="rows", stored="some of no run", found="none")


def _numbers(job: Job, table: Mapping[str, np.ndarray]) -> np.ndarray:
    """The numbers of the runs that the rows of a table are of."""
    numbers: np.ndarray = table["design_id"].astype("i8") * job.runs + table["replicate"]
    return numbers


def _of_table(
    name: str, run: int, stored: Mapping[str, np.ndarray], recomputed: Mapping[str, np.ndarray]
) -> Iterator[Difference]:
    """What differs of a table: the first row of each column that has one."""
    lengths = len(next(iter(stored.values()))), len(next(iter(recomputed.values())))
    if lengths[0] != lengths[1]:
        yield Difference(table=name, run=run, column="rows", stored=str(lengths[0]), found=str(lengths[1]))
        return
    if set(stored) != set(recomputed):
        columns = ", ".join(sorted(stored)), ", ".join(sorted(recomputed))
        yield Difference(table=name, run=run, column="columns", stored=columns[0], found=columns[1])
        return
    for column in recomputed:
        wrong = np.flatnonzero(unequal(stored[column], recomputed[column]))
        if len(wrong):
            texts = str(stored[column][wrong[0]]), str(recomputed[column][wrong[0]])
            title = column + (f" (row {wrong[0]})" if lengths[0] > 1 else "")
            yield Difference(table=name, run=run, column=title, stored=texts[0], found=texts[1])


def unequal(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Where two columns differ: numbers to the bit, and in what they are stored as; texts as texts."""
    if one.dtype.kind in "OU" or other.dtype.kind in "OU":
        return np.array([str(a) != str(b) for a, b in zip(one, other, strict=True)], bool)
    if one.dtype != other.dtype:
        return np.ones(len(one), bool)
    bits = [np.ascontiguousarray(column).view(f"u{column.dtype.itemsize}") for column in (one, other)]
    differ: np.ndarray = bits[0] != bits[1]
    return differ


def _of_print(where: Where, tables: RunTables, before: Mapping[str, Any]) -> Iterator[Difference]:
    """What differs of the printed table. Raises FaultyInput if it hangs on what is another here."""
    now = printed.made(tables)
    if before["lines"] == now["lines"]:
        return
    for key, what in (("record", "the record of reports"), ("words", "the wording of tables")):
        if before[key] != now[key]:
            message = f"its runs are equal, its printed table cannot be verified: {what} is another here"
            refuse(where, f"{message}; the program and record that printed it would be right")
    lengths = len(before["lines"]), len(now["lines"])
    if lengths[0] != lengths[1]:
        yield _of_line("lines", str(lengths[0]), str(lengths[1]))
    for number, (line, made) in enumerate(zip(before["lines"], now["lines"], strict=False), 1):
        if line != made:
            yield _of_line(f"line {number}", repr(line), repr(made))


def _of_line(which: str, stored: str, found: str) -> Difference:
    return Difference(table="printed table", run=-1, column=which, stored=stored, found=found)
