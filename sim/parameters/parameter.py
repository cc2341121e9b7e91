"""The parameters' values: kinds of priors, as files write them, and their quantiles; draws; texts."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from sim.chance.keyed import key_of
from sim.chance.keyed_arrays import uniforms
from sim.files import units
from sim.files.fields import StrictModel, Words
from sim.parameters.posterior import HELD_OUT_GROUPS, Posterior
from sim.store.manifest_names import shown


class Lognormal(StrictModel):
    """Median and sd of the logarithm; cut at a largest value if one is given (values above it become it)."""

    kind: Literal["lognormal"]
    median: Words
    log_sd: Words
    cut: Words | None = None


class HalfNormal(StrictModel):
    """The size of a normal number about 0, by that number's sd."""

    kind: Literal["half-normal"]
    sd: Words


class Uniform(StrictModel):
    """Every value between two bounds alike."""

    kind: Literal["uniform"]
    low: Words
    high: Words


class Gamma(StrictModel):
    """Shape and scale; the mean is their product."""

    kind: Literal["gamma"]
    shape: Words
    scale: Words


class Beta(StrictModel):
    """A share between 0 and 1."""

    kind: Literal["beta"]
    a: Words
    b: Words


class FixedValue(StrictModel):
    """No prior: the value holds in every run, and is varied one at a time between two bounds."""

    kind: Literal["fixed"]
    low: Words
    high: Words


OUTCOME_KNOWN = "judgement, outcome known"
"""The basis of numbers that were chosen by people who knew how the campaign ended."""
AnyPrior = Annotated[
    Lognormal | HalfNormal | Uniform | Gamma | Beta | FixedValue, Field(discriminator="kind")
]

UNITLESS_NUMBERS = ("log_sd", "shape", "a", "b")
"""Numbers of a prior that have no unit; the others have the parameter's."""
PRIOR_NUMBERS = (*UNITLESS_NUMBERS, "median", "cut", "sd", "low", "high", "scale")


def quantile(kind: str, numbers: Mapping[str, float], u: np.ndarray) -> np.ndarray:
    """The quantiles (n,) of a prior at some u (n,) in (0, 1). Raises ValueError for a kind without any.

    What the library gives is rounded to nine digits, so that its last bits, which differ between machines, do
    not decide a run.
    """
    from scipy import special  # 0.1 s, and needed only where priors are drawn

    with np.errstate(over="ignore"):  # what is too large is infinite
        if kind == "lognormal":
            values = rounded(numbers["median"] * np.exp(numbers["log_sd"] * special.ndtri(u)))
            return np.asarray(np.minimum(values, numbers.get("cut", math.inf)))
        if kind == "half-normal":
            return rounded(numbers["sd"] * special.ndtri(0.5 + 0.5 * u))
        if kind == "uniform":
            return numbers["low"] + u * (numbers["high"] - numbers["low"])
        if kind == "gamma":
            return rounded(numbers["scale"] * special.gammaincinv(numbers["shape"], u))
        if kind == "beta":
            return rounded(special.betaincinv(numbers["a"], numbers["b"], u))
    raise ValueError(f"a prior of kind {kind!r} has no quantiles")


_DROPPED = 23
"""Bits of a number's 53 that rounding leaves out: 30 are nine digits."""


def rounded(numbers: np.ndarray | float) -> np.ndarray:
    """Numbers (n,) or a scalar rounded to 30 bits, that is to 1e-9 of themselves, ties away from zero.

    Infinity stays infinity.
    """
    bits = np.array(numbers, "f8").view("i8")
    return ((bits + (1 << (_DROPPED - 1))) & -(1 << _DROPPED)).view("f8")


# --- values -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A parameter in its own unit's dimension: `value` and `numbers` of its prior are in h and km.

    `group` is what it is about, such as mines: a sensitivity may move those of a group together.
    """

    name: str
    group: str
    symbol: str
    unit: str
    value: float
    kind: str
    numbers: Mapping[str, float]
    support: tuple[float, float]
    basis: str
    source: str
    note: str

    @property
    def in_unit(self) -> float:
        """How many of the model's own unit one of the parameter's unit is."""
        return units.UNITS[self.unit][1]

    @property
    def shown_unit(self) -> str:
        """The unit as it stands behind a number; empty where there is none."""
        return "" if units.UNITS[self.unit][0] in units.UNITLESS else self.unit

    def quantile(self, u: float) -> float:
        """The prior's quantile at u in (0, 1), in h and km; a fixed parameter gives its value."""
        return float(self.quantiles(np.array([u]))[0])

    def quantiles(self, u: np.ndarray) -> np.ndarray:
        """As `quantile`, for arrays: numbers (n,) in h and km for each u (n,) in (0, 1)."""
        if self.kind == "fixed":
            return np.full(len(u), self.value)
        return quantile(self.kind, self.numbers, u)

    def bounds(self) -> tuple[float, float]:
        """The 5 and 95 % quantiles of the prior, or the range in which a fixed parameter is varied."""
        if self.kind == "fixed":
            return self.numbers["low"], self.numbers["high"]
        return self.quantile(0.05), self.quantile(0.95)

    def reach(self) -> tuple[float, float]:
        """Where all but a millionth of the prior lies on either side; the range of a fixed parameter."""
        if self.kind in ("fixed", "uniform"):
            return self.numbers["low"], self.numbers["high"]
        return self.quantile(1e-6), self.quantile(1 - 1e-6)


Values = dict[str, float]


@dataclass(frozen=True, kw_only=True)
class FileUse:
    """Which parameters a file of --params names: those of its posteriors, and those with values or priors."""

    file: str
    values: tuple[str, ...]
    posterior: tuple[str, ...]

    def described(self) -> dict[str, object]:
        """As a manifest has it."""
        return {"file": shown(self.file), "values": list(self.values), "posterior": list(self.posterior)}


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """All parameters by name, in the order of the default file; `pinned` are never drawn.

    Those of a posterior are drawn from it, a row of it a run; the others each from its prior.
    """

    rows: Mapping[str, Parameter]
    pinned: frozenset[str] = frozenset()
    posteriors: tuple[Posterior, ...] = ()
    files: tuple[FileUse, ...] = ()  # on top of the defaults, in order

    @property
    def spent(self) -> set[str]:
        """Groups of held-out rows that some posterior was fitted to."""
        return {
            group
            for one in self.posteriors
            for group in HELD_OUT_GROUPS
            if group not in one.sheet.held and not one.foreign
        }

    @property
    def outcome_known(self) -> list[str]:
        """Parameters whose numbers were chosen by people who knew the outcome."""
        return [name for name, row in self.rows.items() if row.basis == OUTCOME_KNOWN]

    @property
    def fitted(self) -> set[str]:
        """Parameters that some posterior has."""
        return {name for one in self.posteriors for name in one.names}

    def values(self) -> Values:
        """Each parameter's value, in h and km."""
        return {name: row.value for name, row in self.rows.items()}

    @property
    def dtype(self) -> np.dtype[np.void]:
        """The dtype of a record of values by name."""
        return np.dtype([(name, "f8") for name in self.rows])

    def draw(self, run_seed: int) -> Values:
        """Each parameter drawn, in h and km, keyed by run seed and name; pinned ones keep their value."""
        record = self.draws(np.array([run_seed], "u8"))[0]
        return {name: float(record[name]) for name in self.rows}

    def draws(self, run_seeds: np.ndarray) -> np.ndarray:
        """Records (runs,) of parameters as `draw` gives them, of `dtype`; `run_seeds` (runs,) have 64 bits.

        A parameter that no posterior has is drawn from its prior, and cut to its support.
        """
        records = np.empty(len(run_seeds), self.dtype)
        for name, row in self.rows.items():
            if name in self.pinned or row.kind == "fixed":
                records[name] = row.value
            else:
                values = row.quantiles(uniforms(run_seeds, key_of("parameter", name)))
                records[name] = np.clip(values, *row.support)  # a tail may reach beyond
        for posterior in self.posteriors:
            picked = posterior.rows_of(run_seeds)
            for column, name in enumerate(posterior.names):
                if name not in self.pinned:
                    records[name] = picked[:, column]
        return records

    def text(self) -> str:
        """The parameters as a YAML file that `--params` takes."""
        pins = dict.fromkeys(self.pinned, "    pinned: true\n")
        rows = (_as_text(row) + pins.get(name, "") for name, row in self.rows.items())
        posteriors = "".join(posterior.as_text(number) for number, posterior in enumerate(self.posteriors))
        head = f"posteriors:\n{posteriors}" if posteriors else ""
        return f"{head}parameters:\n" + "".join(rows)


def _as_text(row: Parameter) -> str:
    numbers = "".join(
        f", {key}: {repr(n) if key in UNITLESS_NUMBERS else exact(row, n)}" for key, n in row.numbers.items()
    )
    lines = {
        "symbol": json.dumps(row.symbol),
        "unit": json.dumps(row.unit),
        "value": exact(row, row.value),
        "prior": f"{{kind: {row.kind}{numbers}}}",
        **{key: json.dumps(getattr(row, key)) for key in ("basis", "source", "note")},
    }
    return f"  {row.name}:\n" + "".join(f"    {key}: {text}\n" for key, text in lines.items())


def short(row: Parameter, number: float) -> str:
    """A number of the row in its own unit, for reading, and as a file may have it."""
    text = units.rounded(number / row.in_unit, 4).replace(",", "")
    return f"{text} {row.shown_unit}".rstrip()


def between(row: Parameter, low: float, high: float) -> str:
    """Two numbers of the row, for reading."""
    return f"{short(row, low)} to {short(row, high)}"


def exact(row: Parameter, number: float) -> str:
    """A number of the row as text that reads back as the same number."""
    dimension = units.UNITS[row.unit][0]
    if dimension in units.UNITLESS:
        return repr(number)
    if number / row.in_unit * row.in_unit == number:
        return f"{number / row.in_unit!r} {row.unit}"
    return f"{number!r} {units.PREFERRED[dimension]}"


def read_value(row: Parameter, text: str) -> float:
    """The number that a text says for the row, in h and km. Raises ValueError if it is not in its range."""
    try:
        number = units.quantity(text, units.UNITS[row.unit][0])
    except units.Mistyped as error:
        raise ValueError(error.among(partial(_refusal, row))) from None
    least, most = row.support[0], min(row.support[1], row.numbers.get("cut", math.inf))
    if not least <= number <= most:
        raise ValueError(f"{str(text)!r} is out of range; expected {between(row, least, most)}")
    return number


def _refusal(row: Parameter, text: str) -> str:
    """What is wrong with a text as a value of a row; empty if nothing is."""
    try:
        read_value(row, text)
    except ValueError as error:
        return str(error)
    return ""


def table(parameters: Parameters) -> list[dict[str, str]]:
    """The parameters as rows for a table: values and bounds as text in their own unit."""
    rows = []
    for row in parameters.rows.values():
        low, high = row.bounds()
        size = {key: 1.0 if key in UNITLESS_NUMBERS else row.in_unit for key in row.numbers}
        numbers = ", ".join(f"{number / size[key]:.4g}" for key, number in row.numbers.items())
        rows.append(
            {
                "name": row.name,
                "group": row.group,
                "symbol": row.symbol,
                "value": short(row, row.value),
                "prior": "fixed" if row.kind == "fixed" else f"{row.kind}({numbers})",
                "range": f"{units.rounded(low / row.in_unit)} to {units.rounded(high / row.in_unit)}",
                **{key: getattr(row, key) for key in ("basis", "source", "note")},
            }
        )
    return rows
