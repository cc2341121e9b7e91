"""Verifying a run folder: some of its runs are run again, from its own files, and compared to the bit."""

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from sim.chance.keyed import key_of, uniform
from sim.designs.design import load_design
from sim.engine.batch import plain
from sim.engine.inputs import load_inputs
from sim.ensembles.job import KEEP, Job, axes, described
from sim.ensembles.part import some_runs
from sim.ensembles.results import RunBatch, stacked
from sim.files.case import BUNDLED, Case
from sim.files.paths import display_path
from sim.files.yaml_tree import refuse
from sim.store import provenance
from sim.store.reader import RERUN_REMEDY, RunTables, finished_manifest, is_whole, read_run
from sim.store.schema import Table
from sim.studies import printed
from sim.studies.printed import Printed

HISTORY_STREAM, ROW_STREAM = 0, 1
"""Purposes of the draws of runs that are kept whole, and of all."""
_NAMES = (
    "scenario",
    "case",
    "file",
    "hypotheses",
    "design",
    "label",
    "summaries",
    "set",
    "params",
    "changes",
)
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
    """What was verified: runs of a folder, those of them that are kept whole, and its printed table.

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

    def as_json(self) -> dict[str, object]:
        """As an object."""
        return {"equal": not self.differences, **asdict(self)}


def verify(folder: Path, rows: int, seed: int, case: Case = BUNDLED) -> Verification:
    """Run some runs of a folder again, drawn by a seed, and make its table anew.

    Half of them are of those that are kept with their events, if there are so many. Raises FaultyInput if
    the folder cannot be verified here: it is damaged, of other rules, inputs or another case.
    """
    manifest = finished_manifest(folder, case)
    if manifest["rules"] != provenance.rules():
        message = f"was made by rules {manifest['rules']}, these are rules {provenance.rules()}"
        refuse(folder, f"cannot be verified: it {message}; expected the program of its manifest")
    for file, entry in manifest["files"].items():
        if not is_whole(folder / file, entry):
            refuse(folder / file, f"is missing or damaged; {RERUN_REMEDY}")
    tables = read_run(folder, case, summed=False)
    job = job_of(folder, tables)
    _check_inputs(folder, tables, job)
    chosen = row_sample(job, rows, seed)
    differences = [*_of_folder(tables, job), *_of_runs(tables, job, chosen, run_again(job, chosen))]
    table = "not made again" if differences else "none"
    if not differences and printed.PRINTED_FILE in manifest["files"]:
        before = json.loads((folder / printed.PRINTED_FILE).read_text(encoding="utf-8"))
        differences += _of_print(folder, before, printed.made(tables))
        table = "other" if differences else "equal"
    return Verification(
        folder=display_path(folder),
        of=job.total,
        runs=len(chosen),
        histories=int((chosen % job.runs < job.keep).sum()),
        table=table,
        differences=tuple(differences),
        libraries=_other_libraries(tables),
    )


def job_of(folder: Path, tables: RunTables) -> Job:
    """The job of a result folder, by the files in it. Raises FaultyInput."""
    inputs = load_inputs(str(folder / "scenario.yaml"), folder / "parameters.yaml", case=tables.case)
    manifest = tables.manifest
    seed, design = manifest["seed"], manifest["design"]
    return Job(
        inputs=inputs,
        seed=seed,
        runs=design["runs"] if design else manifest["runs"],
        draw=manifest["parameters"] != "fixed",
        design=load_design(str(folder / "design.yaml"), inputs, seed) if design else None,
        out=folder,
        size=manifest["part_size"],
        histories=manifest.get("histories", KEEP),
    )


def _check_inputs(folder: Path, tables: RunTables, job: Job) -> None:
    """Raise FaultyInput if the inputs are others here than those that a folder was made from."""
    if tables.manifest["hash"] != job.hash:
        hashes = tables.manifest["hashes"].items()
        other = [name for name, digest in hashes if digest != job.inputs.hashes.get(name)]
        names = ", ".join(other) or "design or hypotheses"
        right = "expected the case, network and record that it was made with"
        refuse(folder, f"cannot be verified: its inputs are others here ({names}); {right}")


def _other_libraries(tables: RunTables) -> tuple[str, ...]:
    """The libraries of which a folder was made with another version: no number should hang on them."""
    before, here = tables.manifest["packages"], provenance.packages()
    pairs = {name: (before.get(name, "missing"), here.get(name, "missing")) for name in {**before, **here}}
    return tuple(f"{name} {one} (here {two})" for name, (one, two) in pairs.items() if one != two)


# --- which runs, and how they come out ----------------------------------------------------------------------


def row_sample(job: Job, rows: int, seed: int) -> np.ndarray:
    """The numbers (rows,) of some of a job's runs in order, by keyed draws; of all if there are no more."""
    if rows >= job.total:
        return np.arange(job.total)
    whole = min(job.keep, job.runs)  # of each design point
    total = whole * len(job.points)
    histories = _drawn(set(), min(-(-rows // 2), total), total, seed, HISTORY_STREAM)
    chosen = {number // whole * job.runs + number % whole for number in histories}
    return np.array(sorted(_drawn(chosen, rows, job.total, seed, ROW_STREAM)))


def _drawn(chosen: set[int], count: int, total: int, seed: int, purpose: int) -> set[int]:
    """So many numbers below a total: those chosen already, and others by keyed draws."""
    draws = (uniform(seed, key_of("verify", "rows"), purpose, draw) for draw in itertools.count())
    while len(chosen) < count:
        chosen.add(min(total - 1, int(next(draws) * total)))
    return chosen


def run_again(job: Job, chosen: np.ndarray) -> RunBatch:
    """Some of a job's runs by their numbers (runs,), run plain."""
    kinds = job.variation.variants[chosen // job.runs]
    parts = []
    for kind in np.unique(kinds):
        runs = chosen[kinds == kind]
        inputs = job.variation.scenarios.at(job.points[runs[0] // job.runs])
        parts.append(some_runs(job, inputs, plain, runs))
    return stacked(parts)


# --- what differs -------------------------------------------------------------------------------------------


def _of_folder(tables: RunTables, job: Job) -> Iterator[Difference]:
    """What differs of the manifest, of the tables of the axes, and of the number of runs."""
    manifest = json.loads(json.dumps(described(job)))
    for key in manifest.keys() - _NAMES:
        yield from _of_value("manifest", key, tables.manifest.get(key), manifest[key])
    for name, table in axes(job).items():
        yield from _of_table(name, -1, getattr(tables, name), table)
    yield from _of_value("runs", "rows", len(tables.runs["seed"]), job.total)


def _of_value(table: str, column: str, stored: object, again: object) -> Iterator[Difference]:
    """The difference of a value that is of no run, if there is one."""
    if stored != again:
        yield Difference(table=table, run=-1, column=column, stored=str(stored), found=str(again))


def _of_runs(tables: RunTables, job: Job, chosen: np.ndarray, again: RunBatch) -> Iterator[Difference]:
    """What differs of some runs, and of their events."""
    present = chosen[chosen < len(tables.runs["seed"])]
    stored = {name: column[present] for name, column in tables.runs.items()}
    yield from _of_histories("runs", stored, again.runs, present, (present, _numbers(job, again.runs)))
    for name in ("events", "reports"):
        before, after = getattr(tables, name), getattr(again, name)
        numbers = _numbers(job, before), _numbers(job, after)
        yield from _of_histories(name, before, after, chosen, numbers)
        if len(chosen) == job.total and not np.isin(numbers[0], chosen).all():
            yield from _of_value(name, "rows", "some of no run", "none")


def _of_histories(
    name: str,
    stored: Mapping[str, np.ndarray],
    again: Table,
    chosen: np.ndarray,
    numbers: tuple[np.ndarray, np.ndarray],
) -> Iterator[Difference]:
    """What differs of some runs in a table, by the numbers of the runs that its rows are of."""
    for run in chosen.tolist():
        before = {column: values[numbers[0] == run] for column, values in stored.items()}
        after = {column: values[numbers[1] == run] for column, values in again.items()}
        yield from _of_table(name, run, before, after)


def _numbers(job: Job, table: Mapping[str, np.ndarray]) -> np.ndarray:
    """The numbers of the runs that the rows of a table are of."""
    return np.asarray(table["design_id"].astype("i8") * job.runs + table["replicate"])


def _of_table(
    name: str, run: int, stored: Mapping[str, np.ndarray], again: Mapping[str, np.ndarray]
) -> Iterator[Difference]:
    """What differs of a table: the first row of each column that has one."""
    lengths = [len(next(iter(table.values()))) for table in (stored, again)]
    columns = [", ".join(sorted(table)) for table in (stored, again)]
    for what, (before, after) in (("rows", lengths), ("columns", columns)):
        if before != after:
            yield Difference(table=name, run=run, column=what, stored=str(before), found=str(after))
            return
    for column, values in again.items():
        for row in np.flatnonzero(unequal(stored[column], values))[:1]:
            title = column + (f" (row {row})" if lengths[0] > 1 else "")
            texts = {"stored": str(stored[column][row]), "found": str(values[row])}
            yield Difference(table=name, run=run, column=title, **texts)


def unequal(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Where two columns (rows,) differ: numbers to the bit and in their type; texts as texts."""
    if one.dtype.kind in "OU" or other.dtype.kind in "OU":
        return np.array([str(a) != str(b) for a, b in zip(one, other, strict=True)], bool)
    if one.dtype != other.dtype:
        return np.ones(len(one), bool)
    bits = [np.ascontiguousarray(column).view(f"u{column.dtype.itemsize}") for column in (one, other)]
    return np.asarray(bits[0] != bits[1])


def _of_print(folder: Path, before: Printed, now: Printed) -> Iterator[Difference]:
    """What differs of what was printed. Raises FaultyInput if it hangs on what is another here."""
    texts = ("answer", "lines")
    if all(before[text] == now[text] for text in texts):
        return
    for key, what in (("record", "the record of reports"), ("words", "the wording of tables")):
        if before[key] != now[key]:
            message = f"its runs are equal, its printed table cannot be verified: {what} is another here"
            refuse(folder, f"{message}; expected the program and record that printed it")
    for text, name in zip(texts, ("printed answer", "printed table"), strict=True):
        yield from _of_value(name, "lines", len(before[text]), len(now[text]))
        for number, (line, made) in enumerate(zip(before[text], now[text], strict=False), 1):
            if line != made:
                yield from _of_value(name, f"line {number}", repr(line), repr(made))
