"""Where the parts of a job are done: by threads here, or by the workers of a Dask cluster.

An executor takes the number of a part and gives a future of concurrent.futures: one loop serves both.
"""

import copy
import logging
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from threading import Event, current_thread, main_thread
from typing import Any, TypeVar

from sim.engine.batch import plain
from sim.ensembles.ensemble import mode_of
from sim.ensembles.job import Job
from sim.ensembles.part import Part, RunProgress, run_part
from sim.files.yaml_tree import refuse
from sim.store.provenance import fingerprint
from sim.version import install

RETRIES = 3
"""How often a part is tried again that failed; Dask itself sees to those whose worker was lost."""
CLUSTER_WAIT = 30
"""Seconds in which a cluster must answer and have a worker."""
SAME_VERSIONS = "expected the same versions on all machines"


Reply = TypeVar("Reply")
LOST = "the cluster was lost: its scheduler does not answer any more"


class WorkerLoss(Exception):
    """What did the parts is gone; those that are stored stay."""


class VersionMismatch(Exception):
    """A worker has another version of what decides the numbers."""


@dataclass(frozen=True)
class Executor:
    """`submit` has a part done; `ahead` says how many may be under way; `tells`: chunks are told of."""

    submit: Callable[[int], Future[Part]]
    ahead: Callable[[], int]
    tells: bool


@contextmanager
def threads(job: Job, workers: int | None, progress: RunProgress) -> Iterator[Executor]:
    """Threads of this process, by default one a core; what is under way stops when this ends.

    Raises concurrent.futures.CancelledError in those threads alone, between two chunks.
    """
    mode = mode_of(job.inputs.template, job.total)
    count = 1 if mode is plain else workers or os.cpu_count() or 1
    stop = Event()

    def tell_or_stop(runs: int, failed: int) -> None:
        if stop.is_set():
            raise CancelledError
        progress(runs, failed)

    pool = ThreadPoolExecutor(count)
    try:
        yield Executor(lambda number: pool.submit(run_part, job, number, tell_or_stop), lambda: count, True)
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


@contextmanager
def cluster(job: Job, address: str, workers: int | None) -> Iterator[Executor]:
    """The workers of a Dask cluster at `tcp://host:port`, or `local`: processes of this machine.

    Raises FaultyInput if there is none, or a worker has another version of what decides the numbers;
    WorkerLoss if it breaks down.
    """
    where = f"--cluster {address}"
    with ExitStack() as stack:
        client = _client(stack, where, job, address, workers)
        local = fingerprint()
        for worker, remote in client.run(fingerprint, on_error="return").items():
            if wrong := _differences(local, remote):
                refuse(f"worker {worker}", f"has {wrong}; {SAME_VERSIONS}")
        whole = client.submit(copy.copy, job, pure=False)  # as a task it is made again if its worker is lost
        pool = client.get_executor(pure=False, retries=RETRIES)
        stack.callback(pool.shutdown, wait=False)
        try:
            yield Executor(
                lambda number: _answered(lambda: pool.submit(_checked, whole, number, local)),
                lambda: _answered(lambda: max(1, sum(client.nthreads().values()))),
                False,
            )
        except VersionMismatch as error:
            refuse(where, str(error))
        except CancelledError as error:
            raise WorkerLoss(LOST) from error
        except Exception as error:
            if type(error).__name__ == "KilledWorker":  # Dask is imported only where it is needed
                raise WorkerLoss("a part was lost with its worker again and again") from error
            raise


def _client(stack: ExitStack, where: str, job: Job, address: str, workers: int | None) -> Any:
    """A client of a cluster that has a worker."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        refuse(where, f"needs Dask; try {install('cluster')}")
    if address != "local" and "://" not in address:
        refuse(where, "is no address; expected 'local' or something like 'tcp://10.0.0.1:8786'")
    if address != "local" and workers is not None:
        right = "expected a cluster has its own, leaving it out"
        refuse(f"--workers {workers}", f"goes with threads or '--cluster local'; {right}")
    quiet = {"silence_logs": logging.CRITICAL}
    stack.enter_context(_silent())
    try:
        if address == "local":
            mode_of(job.inputs.template, job.total)  # compiled once, before each process would
            count = workers or os.cpu_count() or 1
            with _deaf():
                local = LocalCluster(n_workers=count, threads_per_worker=1, dashboard_address=":0", **quiet)
            return stack.enter_context(Client(stack.enter_context(local)))
        client = stack.enter_context(Client(address, timeout=CLUSTER_WAIT))
        client.wait_for_workers(1, timeout=CLUSTER_WAIT)
    except Exception as error:  # noqa: BLE001
        # whatever Dask raises here, there is no cluster
        refuse(where, f"does not answer ({error}); expected a scheduler that runs, with a worker")
    return client


@contextmanager
def _silent() -> Iterator[None]:
    """Dask writes no log in this block: what it means is said in a sentence."""
    names = [
        "distributed",
        *(name for name in logging.root.manager.loggerDict if name.startswith("distributed.")),
    ]
    levels = {logger: logger.level for logger in map(logging.getLogger, names)}
    for logger in levels:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in levels.items():
            logger.setLevel(level)


@contextmanager
def _deaf() -> Iterator[None]:
    """Processes started in this block do not hear Ctrl-C, which is for the one that stops them."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _differences(local: dict[str, str], remote: object) -> str:
    """What differs between the fingerprints of two machines, for reading."""
    if not isinstance(remote, dict):
        return f"no kidal-offensive that answers ({remote})"
    pairs = {key: (remote.get(key, "missing"), local.get(key, "missing")) for key in {**local, **remote}}
    return ", ".join(f"{key} {there} (here {here})" for key, (there, here) in pairs.items() if there != here)


def _answered(question: Callable[[], Reply]) -> Reply:
    """What a cluster answers. Raises WorkerLoss if it does not."""
    try:
        return question()
    except OSError as error:
        raise WorkerLoss(LOST) from error


def _checked(job: Job, number: int, versions: dict[str, str]) -> Part:
    """A part done by a worker, which may have joined later. Raises VersionMismatch."""
    if wrong := _differences(versions, fingerprint()):
        raise VersionMismatch(f"a worker has {wrong}; {SAME_VERSIONS}")
    return run_part(job, number)
