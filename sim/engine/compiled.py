"""The rules through Numba: the functions of sim.rules, sim.engine.loop and sim.engine.outcomes, compiled as
they are.

Numba is imported with this module, and told of the rules' functions. The loop over runs is compiled on first
need and kept in the user's cache folder, under a hash of everything that it is compiled from.

A world is passed on by reference (WorldRef): by value, its thirty tables would be copied at every call, which
takes longer than the rules themselves.
"""

import hashlib
import importlib
import pkgutil
import platform
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from inspect import getmembers, isfunction
from pathlib import Path
from typing import Any, NamedTuple

import numba
import numpy as np
from numba.core import cgutils
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    infer_getattr,
    intrinsic,
    lower_getattr_generic,
    models,
    overload,
    register_jitable,
    register_model,
    types,
)

from sim import maths, rules
from sim.cache import entries
from sim.cache.compiled import CacheFailure, RulesCache, unwritable, writable
from sim.chance import keyed, keyed_arrays
from sim.engine import branch, loop, outcomes, particle_filter
from sim.engine.template import VARYING
from sim.rules import setup
from sim.state.rows import NEVER
from sim.store.syntax import syntax_hash

OPTIONS = {"nogil": True, "_nrt": False}
"""Threads run side by side; nothing is allocated, so nothing is counted."""


class NotCompiled(Exception):
    """The rules cannot be compiled here; the message says why."""


# --- a world by reference -----------------------------------------------------------------------------------


class WorldRef(types.Type):  # type: ignore[misc]
    """A pointer to a World of arrays, to read its tables from."""

    def __init__(self, world: Any) -> None:
        """Of a type of World; the name is short because it is part of each compiled function's."""
        self.world = world
        super().__init__(f"WorldRef({hashlib.sha256(str(world).encode()).hexdigest()[:16]})")

    def table(self, name: str) -> Any:
        """The type of one of its tables."""
        return self.world.types[self.world.fields.index(name)]


register_model(WorldRef)(models.OpaqueModel)


@infer_getattr
class _Tables(AttributeTemplate):  # type: ignore[misc]
    key = WorldRef

    def generic_resolve(self, ref: WorldRef, name: str) -> Any:
        if name == "p":
            return ref.table("parameters").dtype
        return ref.table(name) if name in ref.world.fields else None


@lower_getattr_generic(WorldRef)  # type: ignore[untyped-decorator]
def _load_table(context: Any, builder: Any, ref: WorldRef, pointer: Any, name: str) -> Any:
    if name == "p":  # as World.p: the one row of its table
        table = _load_table(context, builder, ref, pointer, "parameters")
        return context.make_array(ref.table("parameters"))(context, builder, value=table).data
    of_world = context.get_value_type(ref.world).as_pointer()
    at = cgutils.gep_inbounds(builder, builder.bitcast(pointer, of_world), 0, ref.world.fields.index(name))
    return builder.load(at)


@intrinsic  # type: ignore[untyped-decorator]
def _by_reference(_: Any, world: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(cgutils.alloca_once_value(builder, args[0]), cgutils.voidptr_t)

    return WorldRef(world)(world), generate


# --- what is compiled ---------------------------------------------------------------------------------------


@overload(keyed.uniform, jit_options=OPTIONS)  # type: ignore[untyped-decorator]
def _uniform(seed: Any, key: Any, purpose: Any, count: Any) -> Any:
    def uniform(seed: Any, key: Any, purpose: Any, count: Any) -> Any:
        return _uniform64(np.uint64(seed), np.uint64(key), np.uint64(purpose), np.uint64(count))

    return uniform


_uniform64 = register_jitable(**OPTIONS)(keyed_arrays.uniform)
register_jitable(**OPTIONS)(keyed_arrays.mix)


def _register() -> None:
    """Tell Numba of every function of the rules, so that one may call the other."""
    modules = [keyed, loop, outcomes, particle_filter, branch]
    for package in (maths, rules):
        below = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        modules += [importlib.import_module(module.name) for module in below]
    for module in modules:
        for _, function in getmembers(module, isfunction):
            if function.__module__ == module.__name__ and function is not keyed.uniform:
                register_jitable(**OPTIONS)(function)


class Batch(NamedTuple):
    """What runs of a world are given, and what they give; memory is in words of 64 bits."""

    fresh: Any  # [word]: memory of the world's tables before any run
    scratch: Any  # [word]: that of the world in which they are run
    seeds: Any  # [run]
    parameters: Any  # [run], or one for all: a record
    spread: bool  # whether what a scenario gives as a range is drawn
    hours: Any  # [run][milestone]: h
    out: Any  # [run][outcome]
    done: Any  # [1]: how many runs are done


def _run_batch(given: Any, batch: Batch) -> None:
    """Run a world once a seed, from its fresh state; a row of milestones and of outcomes each."""
    world = _by_reference(given)
    for i in range(len(batch.seeds)):
        particle_filter.copy(batch.fresh, batch.scratch)
        run = world.run[0]
        run.seed = batch.seeds[i]
        run.spread = batch.spread
        world.parameters[0] = batch.parameters[i if len(batch.parameters) > 1 else 0]
        setup.open_run(world)
        loop.advance(world, NEVER)
        for m in range(len(world.milestones)):
            batch.hours[i, m] = world.milestones[m].hour
        outcomes.fill(world, batch.out[i])
        batch.done[0] += 1


def _run_filter(given: Any, histories: particle_filter.Clones, reports: particle_filter.Reports) -> None:
    """Take runs from report to report; see sim.engine.particle_filter."""
    particle_filter.run_filter(_by_reference(given), histories, reports)


def run_batch(
    template: Any,
    seeds: np.ndarray,
    parameters: np.ndarray,
    spread: bool,
    hours: np.ndarray,
    out: np.ndarray,
) -> tuple[int, np.ndarray]:
    """Run a scenario's world once a seed; returns how many runs were done, and the log (events,) of the last.

    `seeds` are (runs,), `parameters` one record (1,) for all, or (runs,); milestones (h) go to `hours`
    (runs, milestones), outcomes to `out` (runs, outcomes). It stops at a run that fails.
    """
    given, buffer = _scratch(template)
    batch = Batch(
        fresh=buffer.copy(),
        scratch=buffer,
        seeds=seeds,
        parameters=parameters,
        spread=bool(spread),
        hours=hours,
        out=out,
        done=np.zeros(1, "i8"),
    )
    with suppress(ArithmeticError, ValueError, IndexError):
        compiled(_run_batch)(given, batch)
    return int(batch.done[0]), given.log[: given.run["log_length"][0]].copy()


class Filtered(NamedTuple):
    """What a filter gives: the log of each report's mean weight (reports,), in nats, and the first runs
    that its last clones come from (runs,).
    """

    logs: np.ndarray
    roots: np.ndarray


class LateDraws(NamedTuple):
    """Other draws (reports, runs, late) of parameters that are read late, in the order of `names`."""

    names: tuple[str, ...]
    values: np.ndarray


def run_filter(
    template: Any,
    seeds: np.ndarray,
    offsets: np.ndarray,
    parameters: np.ndarray,
    *,
    spread: bool,
    asks: np.ndarray,
    needs: np.ndarray,
    late: LateDraws | None = None,
) -> Filtered:
    """Take runs with `seeds` (reports, runs) from report to report, weighed and drawn again.

    `parameters` (runs,) are records, `asks` (reports,) rows of sim.engine.particle_filter.Ask, `offsets`
    (reports,) uniform numbers, `needs` (reports, 2) what the logs must come to for it to go on: a factor and
    a sum. Raises what a failing run raises.
    """
    given, buffer = _scratch(template, (*VARYING, "parameters"))
    count, logs = seeds.shape[1], np.empty(len(asks))
    names, values = late or LateDraws((), np.empty((len(asks), count, 0)))
    histories = particle_filter.Clones(
        spread=bool(spread),
        fresh=buffer.copy(),
        scratch=buffer,
        values=given.parameters.view("f8"),
        memory=np.empty((2, count, len(buffer)), "u8"),
        seeds=seeds,
        parameters=parameters,
        late=values,
        places=np.array([list(parameters.dtype.names or ()).index(name) for name in names], int),
        openers=np.array([branch.LATE[name] for name in names], int),
        weights=np.ones(count) / count,
        picks=np.arange(count),
        roots=np.array([np.arange(count)] * 2),
    )
    reports = particle_filter.Reports(asks=asks, offsets=offsets, needs=needs, logs=logs)
    compiled(_run_filter)(given, histories, reports)
    return Filtered(logs, histories.roots[0])


def _scratch(template: Any, names: Sequence[str] = VARYING) -> tuple[Any, np.ndarray]:
    """A world of its own, and the memory of those of its tables that a run changes, in words of 64 bits."""
    tables = [getattr(template, name) for name in names]
    buffer = np.concatenate([table.ravel().view("u8") for table in tables])
    parts = np.split(buffer, np.cumsum([table.nbytes // 8 for table in tables])[:-1])
    views = [part.view(table.dtype).reshape(table.shape) for part, table in zip(parts, tables, strict=True)]
    apart = {"log": np.zeros_like(template.log), "parameters": template.parameters.copy()}
    return template._replace(**(apart | dict(zip(names, views, strict=True)))), buffer


# --- the cache ----------------------------------------------------------------------------------------------


def cache_folder() -> Path:
    """Where the compiled rules of this very code, Numba and Python are kept.

    Raises RuntimeError where the user has no home.
    """
    return entries.home() / sources_hash()


@cache
def sources_hash() -> str:
    """A hash of all that the compiled rules are made from, comments aside, and of what compiles them."""
    versions = (platform.python_version(), numba.__version__, np.__version__, numba.config.BOUNDSCHECK)
    return hashlib.sha256(repr((syntax_hash(__name__), versions)).encode()).hexdigest()[:16]


@cache
def compiled(what: Callable[..., None]) -> Any:
    """A loop over runs, compiled at its first call if the cache has it not."""
    _register()
    function = numba.njit(**OPTIONS)(what)
    folder, reason = None, ""
    try:
        folder = cache_folder()
        writable(folder)
    except (OSError, RuntimeError) as error:
        reason = unwritable(folder, error)
    function._cache = RulesCache(what.__name__, folder, reason)
    return function


def was_loaded(what: Callable[..., None]) -> bool:
    """Whether a loop over runs came from the cache, and was not asked for by this before."""
    rules_cache = compiled(what)._cache
    loaded, rules_cache.is_loaded = rules_cache.is_loaded, False
    return bool(loaded)


def forget(what: Callable[..., None]) -> None:
    """Have a loop over runs compiled anew, here and in every process after this one."""
    compiled(what)._cache.drop()
    compiled.cache_clear()


@contextmanager
def _preparing(what: Callable[..., None], *, in_memory: bool = True) -> Iterator[None]:
    """Have a loop compiled in this block. Raises NotCompiled; CacheFailure if it must be kept and cannot."""
    if numba.config.DISABLE_JIT:
        raise NotCompiled("NUMBA_DISABLE_JIT is set")
    rules_cache = compiled(what)._cache
    rules_cache.needs_folder = not in_memory
    try:
        yield
    except CacheFailure:
        raise
    except Exception as error:
        why = str(error).partition("\n")[0][:100]
        raise NotCompiled(f"Numba {numba.__version__} cannot compile the rules ({why})") from error
    finally:
        rules_cache.needs_folder = False
        rules_cache.release()


def prepare_filter(template: Any, asks: np.ndarray) -> None:
    """Have the particle filter compiled, for worlds like this one; `asks` (reports,). Raises NotCompiled."""
    seeds, needs = np.zeros((0, 0), "u8"), np.zeros((0, 2))
    with _preparing(_run_filter):
        run_filter(
            template, seeds, np.zeros(0), template.parameters, spread=False, asks=asks[:0], needs=needs
        )


def prepare(template: Any, width: int, *, in_memory: bool = True) -> None:
    """Have the rules compiled, for worlds like this one with so many outcomes.

    Raises NotCompiled; CacheFailure where they are not there yet, cannot be kept, and `in_memory` is false.
    """
    with _preparing(_run_batch, in_memory=in_memory):
        given, buffer = _scratch(template)
        batch = Batch(
            fresh=buffer.copy(),
            scratch=buffer,
            seeds=np.zeros(0, "u8"),
            parameters=template.parameters,
            spread=False,
            hours=np.zeros((0, len(template.milestones))),
            out=np.zeros((0, width)),
            done=np.zeros(1, "i8"),
        )
        compiled(_run_batch)(given, batch)
