"""Discrepancies of the record beside those of pseudo-records, each with its power against false models.

The power is the probability that a pseudo-record of a false model lies outside of the central 95 % of the
model's own. A discrepancy whose power is below `LEAST_POWER` against every false model cannot tell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.words.text import JsonObject, aligned, paragraphs

CENTRAL = (0.025, 0.975)
LEAST_POWER = 0.3
"""Power below which a discrepancy cannot tell the false model from the model."""
SHIFT = 72.0
"""By how much the dates of a record are moved (h), for a check that is to fail."""
OWN, SHIFTED = "false alarms", "dates 3 days later"
"""Columns of what is no false model: other pseudo-records of the model; and those with their dates moved."""
CANNOT_TELL, NOT_REPORTED = "cannot tell", "not reported"
OUTSIDE, INSIDE = "outside of the central 95 %", "inside"


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A discrepancy of the record (nan: it reports none) and of pseudo-records (records,).

    `power` is by the false model. `false_alarms` and `shifted` are the same shares of other pseudo-records of
    the model itself, which must be small, and of these with their dates moved.
    """

    name: str
    value: float
    pseudo: np.ndarray
    power: Mapping[str, float]
    false_alarms: float
    shifted: float

    @property
    def percentile(self) -> float:
        """Where the record lies among the pseudo-records (0 to 100), those that are equal counting half."""
        known = self.pseudo[~np.isnan(self.pseudo)]
        if np.isnan(self.value) or not len(known):
            return float("nan")
        return float(100.0 * ((known < self.value).mean() + 0.5 * (known == self.value).mean()))

    @property
    def central(self) -> tuple[float, float]:
        """The central 95 % of the pseudo-records."""
        return central(self.pseudo)

    @property
    def finds(self) -> list[str]:
        """The false models that it finds."""
        return [name for name, power in self.power.items() if power >= LEAST_POWER]

    @property
    def verdict(self) -> str:
        """What the record's place says, if the discrepancy finds anything."""
        if np.isnan(self.percentile):
            return NOT_REPORTED
        low, high = self.central
        if not low <= self.value <= high:
            return OUTSIDE
        return INSIDE if self.finds else CANNOT_TELL


def central(values: np.ndarray) -> tuple[float, float]:
    """The 2.5 and 97.5 % points of numbers (records,), of those that are there; nan of none."""
    known = values[~np.isnan(values)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, CENTRAL, method="inverted_cdf")
    return float(low), float(high)


def outside(values: np.ndarray, limits: tuple[float, float]) -> float:
    """The share of numbers (records,) outside of limits; one that is not there is not outside."""
    return float(((values < limits[0]) | (values > limits[1])).mean())


def checked(
    record: Mapping[str, np.ndarray],
    pseudo: Mapping[str, np.ndarray],
    others: Mapping[str, Mapping[str, np.ndarray]],
) -> list[Checked]:
    """Each discrepancy by name: of the record (1,), of pseudo-records (records,), and of `others`.

    These are OWN, SHIFTED and the false models, each with all discrepancies (records,).
    """
    lines = []
    for name, values in pseudo.items():
        share = {other: outside(numbers[name], central(values)) for other, numbers in others.items()}
        false_alarms, shifted = share.pop(OWN), share.pop(SHIFTED)
        lines.append(
            Checked(
                name=name,
                value=float(record[name][0]),
                pseudo=values,
                power=share,
                false_alarms=false_alarms,
                shifted=shifted,
            )
        )
    return lines


def text(lines: Sequence[Checked], scenario: str) -> str:
    """What the checks find in sentences, and the table."""
    return f"{paragraphs(sentences(lines, scenario))}\n\n{aligned(cells(lines))}"


def sentences(lines: Sequence[Checked], scenario: str) -> list[str]:
    """What a reader needs before the table."""
    records = len(lines[0].pseudo)
    outer = "; ".join(line.name for line in lines if line.verdict == OUTSIDE)
    weak = sum(not line.finds for line in lines)
    models = ", ".join(lines[0].power)
    return [
        f"{scenario}: the record beside {records:,} pseudo-records that the model wrote.",
        f"Outside of their central 95 %: {outer or 'none'}. Of {len(lines)} checks about one in twenty lies "
        "there by chance.",
        f"{weak} of {len(lines)} checks have a power below {LEAST_POWER} against each of {models}: they "
        "cannot tell, and a record inside says nothing.",
        "Inside means that the check does not set the record apart from the model's own, and no more.",
    ]


def cells(lines: Sequence[Checked]) -> list[list[str]]:
    """A table below a head, to be read: power below LEAST_POWER is CANNOT_TELL."""
    head = ["discrepancy", "record", "central 95 %", "percentile", "verdict"]
    rows = [
        [
            line.name,
            _number(line.value),
            " to ".join(map(_number, line.central)),
            _number(line.percentile, "{:.1f}"),
            line.verdict,
            *(f"{power:.2f}" if power >= LEAST_POWER else CANNOT_TELL for power in line.power.values()),
            f"{line.false_alarms:.2f}",
            f"{line.shifted:.2f}",
        ]
        for line in lines
    ]
    return [[*head, *lines[0].power, OWN, SHIFTED], *rows]


def number_cells(lines: Sequence[Checked]) -> list[list[object]]:
    """The same for programs: all numbers as they are."""
    head = ["discrepancy", "record", "low", "high", "percentile", "verdict", *lines[0].power, OWN, SHIFTED]
    rows: list[list[object]] = [list(head)]
    for line in lines:
        place = [line.name, line.value, *line.central, line.percentile, line.verdict]
        rows.append([*place, *line.power.values(), line.false_alarms, line.shifted])
    return rows


def _number(value: float, shape: str = "{:.4g}") -> str:
    """A number to be read; nothing for one that is not there."""
    if np.isnan(value):
        return ""
    return "never" if np.isinf(value) else shape.format(value)


def as_json(lines: Sequence[Checked]) -> JsonObject:
    """Everything, each pseudo-record's numbers too; what is not there, and never, is null."""
    return {
        "records": len(lines[0].pseudo),
        "discrepancies": [
            {
                "name": line.name,
                "record": _plain(line.value),
                "central": [_plain(value) for value in line.central],
                "percentile": _plain(line.percentile),
                "verdict": line.verdict,
                "power": dict(line.power),
                "false_alarms": line.false_alarms,
                "shifted": line.shifted,
                "pseudo": [_plain(value) for value in line.pseudo.tolist()],
            }
            for line in lines
        ],
    }


def _plain(value: float) -> float | None:
    return value if np.isfinite(value) else None
