"""Doing a job: the parts that are missing, by some executor, each stored as it comes."""

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from pathlib import Path

from sim.console import Progress, shortage, tell
from sim.ensembles.executors import Executor, WorkerLoss, cluster, threads
from sim.ensembles.job import Job, axes, manifest, texts
from sim.ensembles.part import Part
from sim.files.paths import display_path, reason
from sim.files.yaml_tree import FaultyInput
from sim.store import resuming, writer
from sim.store.reader import RunTables, read_manifest, read_run, read_tables
from sim.store.writer import Folder

SummaryFiles = Callable[[RunTables], dict[str, bytes]]
"""What is stored beside the tables once all are there: files by their names."""


def do(
    job: Job,
    *,
    workers: int | None = None,
    address: str | None = None,
    summary: SummaryFiles | None = None,
    relabel: bool = False,
) -> tuple[Path, RunTables]:
    """Do a job's missing parts and store them, or find it done already; read back.

    `workers` are threads here, or processes of a cluster that is `local`; `address` is that of a Dask
    cluster. `summary` makes files of the tables, which are stored too. With `relabel` a result that is there
    already takes the label of the job, if it has one. Raises FaultyInput; OSError if a part cannot be stored.
    """
    folder = job.folder
    if not resuming.is_finished(folder, job.hash):
        resuming.check_writable(folder)
        with suppress(FaultyInput):  # in parts of the size in which the folder has some already
            job = replace(job, size=read_manifest(folder)["part_size"])
        files = {name: text.encode() for name, text in texts(job).items()}
        files |= {f"axis/{name}.parquet": writer.encoded(table) for name, table in axes(job).items()}
        progress = Progress(job.total)
        executing = threads(job, workers, progress) if address is None else cluster(job, address, workers)
        _fill(job, files, progress, executing, summary)
    if relabel and job.label:
        resuming.relabel(folder, job.label)
    return folder, read_run(folder, job.inputs.loaded.case, summed=False)  # just written, or just looked at


def _fill(
    job: Job,
    files: dict[str, bytes],
    progress: Progress,
    executing: AbstractContextManager[Executor],
    summary: SummaryFiles | None,
) -> None:
    """Do the parts that a job's folder lacks, and finish it; what is stored when this stops, stays."""
    place: Folder | None = None
    try:
        with progress, executing as executor, resuming.opened(job.folder, manifest(job), files) as place:
            missing = place.missing()
            missing_runs = sum(min(job.part_size, job.total - number * job.part_size) for number in missing)
            progress.begin(job.total - missing_runs, display_path(place.path))
            for part in _parts(executor, missing):
                place.add(part.number, part.files)
                if not executor.tells:
                    progress(part.runs, part.failed)
            if summary is not None:
                case = job.inputs.loaded.case
                place.put(summary(read_tables(place.path, place.whole(), case, summed=False)))
            place.finish()
    except KeyboardInterrupt:
        if place is not None:
            tell(_where_it_stands(place))
        raise
    except Exception as error:
        why = shortage(error) or (reason(error) if isinstance(error, OSError) else "")
        if not why and not isinstance(error, WorkerLoss):
            raise
        stands = f"; {_where_it_stands(place)}" if place else ""
        raise OSError(f"{why or error}{stands}") from error


def _parts(executor: Executor, missing: list[int]) -> Iterator[Part]:
    """Parts as they are done, no more of them under way than there are workers."""
    under_way: set[Future[Part]] = set()
    left = list(reversed(missing))
    while left or under_way:
        while left and len(under_way) < executor.ahead():
            under_way.add(executor.submit(left.pop()))
        ended, under_way = wait(under_way, return_when=FIRST_COMPLETED)
        for future in ended:
            yield future.result()


def _where_it_stands(place: Folder) -> str:
    """What is stored, and how to go on."""
    if not place.is_there():
        return f"nothing is stored in {display_path(place.path)} any more: the same command begins again"
    parts = place.manifest["parts"]
    done = f"{len(place.stored)} of {parts} parts are stored in {display_path(place.path)}"
    return f"{done}; the same command goes on with it"
