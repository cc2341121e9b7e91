"""How much work joint evidence is: quickly read, for commands show it in their help."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class IslandPlan:
    """How many islands (independent filters) of how many runs each, and the seed of them all."""

    runs: int = 30_000
    islands: int = 16
    seed: int = 1


@dataclass(frozen=True, kw_only=True)
class RecordPlan:
    """How many pseudo-records of each model, how many runs score them; the seed of them all.

    With `all_true` no report is false.
    """

    records: int = 1000
    pool: int = 2000
    seed: int = 1
    all_true: bool = False
