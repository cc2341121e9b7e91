"""Joint evidence as tables, text and JSON: the lead over the composite baseline first."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from analysis.evidence.baselines.samplers import COMPOSITE, UNIFORM
from analysis.evidence.joint import SMALL_ERROR, Evidence, LogEstimate, lead, leads
from analysis.words.text import JsonObject, aligned, paragraphs

PARTS = ("before", "after", "all")
"""The rows before the first that is held out, those after them, and all."""
EVIDENCE_HEAD = (
    *("model", "kind", *PARTS),
    *(f"{part}, over composite" for part in PARTS),
    *(f"{part}, over first" for part in PARTS),
    "remarks",
)


class Weighed(NamedTuple):
    """Models, of which the others are held against the first, and baselines on the same rows.

    `not_asked` are scored reports of the record, as titles, that the scenario has no milestone or number for.
    """

    models: Sequence[Evidence]
    baselines: Sequence[Evidence]
    not_asked: Sequence[str] = ()

    @property
    def rival(self) -> Evidence:
        """The composite baseline."""
        return next(one for one in self.baselines if one.name == COMPOSITE)

    @property
    def base(self) -> Evidence:
        """The model that others are held against: the first."""
        return self.models[0]


def text(weighed: Weighed, *, full: bool = False) -> str:
    """The answer in sentences, a table of models and one of baselines; `full`: what every row adds."""
    base = weighed.base.name
    models = [["model", *PARTS, *(f"{part}, less {base}'s" for part in PARTS), "remarks"]]
    models.append(_shown(weighed.base, ()))
    models += [_shown(one, leads(one, weighed.base)) for one in weighed.models[1:]]
    baselines = [["baseline", *PARTS, *(f"{part}, {base}'s lead" for part in PARTS), "remarks"]]
    baselines += [_shown(one, leads(weighed.base, one)) for one in weighed.baselines]
    parts = [paragraphs(sentences(weighed)), aligned(models), aligned(baselines)]
    if full:
        parts.append(aligned(row_cells(weighed)))
    return "\n\n".join([*parts, EVIDENCE_NOTE])


EVIDENCE_NOTE = (
    "Logs of probabilities in nats, with standard errors; before and after the first row that is held out."
)


def _shown(one: Evidence, others: Sequence[LogEstimate]) -> list[str]:
    compared = [signed(estimate) for estimate in others] or [""] * len(PARTS)
    return [one.name, *map(plain, one.parts), *compared, _remark(one)]


def sentences(weighed: Weighed) -> list[str]:
    """The lead of the first model over the composite baseline, and what a reader needs to judge it."""
    base, rival = weighed.base, weighed.rival
    before, after, every = leads(base, rival)
    first, following = base.fitted, len(base.rows) - base.fitted
    spans = [
        f"{signed(before)} on the first {_rows(first)}, before any that is held out",
        f"{signed(after)} on the {_rows(following)} after them",
    ]
    shares = [span for span, count in zip(spans, (first, following), strict=True) if count]
    lines = [
        f"{base.name} against the composite baseline, log Bayes factor in nats (positive: "
        f"{base.name} leads): {'; '.join([*shares, f'{signed(every)} on all {_rows(len(base.rows))}'])}."
    ]
    lines += unsure(weighed.models)
    if weighed.not_asked:
        lines.append(
            f"Reports that the record scores and this scenario has no milestone or number for are not asked: "
            f"{'; '.join(weighed.not_asked)}."
        )
    errors = [one.parts[2].error for one in weighed.models]
    if (worst := max([error for error in errors if math.isfinite(error)], default=0.0)) > SMALL_ERROR:
        lines.append(
            f"Errors reach {worst:.3f}; {SMALL_ERROR} is asked for: more --runs or --islands are needed."
        )
    silent = ", ".join(row.title for row in rival.rows if row.name in rival.silent)
    if silent:
        lines.append(
            f"The composite has no opinion on {silent}: each is weighed at the base rate of a false report."
        )
    impossible = [row.title for row in base.rows if row.name in base.borne_out_by_none]
    if impossible:
        lines.append(f"No run of {base.name} bears out: {', '.join(impossible)}.")
    return lines


def unsure(models: Sequence[Evidence]) -> list[str]:
    """Which of some models have no estimate yet, as a sentence; none where all have one."""
    named = [f"{one.name} ({_remark(one)})" for one in models if one.collapsed or one.rests_on_one]
    return [f"No estimate yet, and its error says too little: {'; '.join(named)}."] if named else []


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def cells(weighed: Weighed) -> list[list[str]]:
    """A table below a head: log evidence, and what it is over the composite's and the first model's."""
    kinds = [(one, "model") for one in weighed.models] + [(one, "baseline") for one in weighed.baselines]
    return [list(EVIDENCE_HEAD), *(_row(one, kind, weighed) for one, kind in kinds)]


def _row(one: Evidence, kind: str, weighed: Weighed) -> list[str]:
    over = [
        [""] * len(PARTS) if one is other else [signed(estimate) for estimate in leads(one, other)]
        for other in (weighed.rival, weighed.base)
    ]
    return [one.name, kind, *map(plain, one.parts), *over[0], *over[1], _remark(one)]


def _remark(one: Evidence) -> str:
    """What is to be known of an estimate before it is used."""
    remarks = [f"silent on {len(one.silent)} rows"] if one.silent else []
    if one.name == UNIFORM:  # a scale and no opponent
        remarks = ["a scale, no opponent"]
    if one.collapsed:
        remarks.append(f"{one.collapsed} of {len(one.logs)} islands collapsed")
    elif one.rests_on_one:
        remarks.append("rests on one island")
    return "; ".join(remarks)


def row_cells(weighed: Weighed) -> list[list[str]]:
    """A table below a head: what each row adds to those before it, of the first model and the composite."""
    base, rival = weighed.base, weighed.rival
    head = ["row", "to fit or held out", base.name, rival.name, "lead"]
    rows = [
        [row.title, row.part, plain(mine), plain(other), signed(lead(base, rival, place, place + 1))]
        for place, (row, mine, other) in enumerate(
            zip(base.rows, base.conditional, rival.conditional, strict=True)
        )
    ]
    return [head, *rows]


def as_json(weighed: Weighed) -> JsonObject:
    """Everything: estimates with errors, row by row, and each island's logs."""
    return {
        "opponent": COMPOSITE,
        "rows": [
            {"row": row.name, "title": row.title, "part": row.part, "low": row.low, "high": row.high}
            for row in weighed.base.rows
        ],
        "models": [_as_json(one, weighed) for one in weighed.models],
        "baselines": [_as_json(one, weighed) for one in weighed.baselines],
        "not_asked": list(weighed.not_asked),
    }


def _as_json(one: Evidence, weighed: Weighed) -> JsonObject:
    ahead = {
        f"{name}_{part}": estimate_object(estimate)
        for name, other in (("lead", weighed.rival), ("over_first", weighed.base))
        if one is not other
        for part, estimate in zip(PARTS, leads(one, other), strict=True)
    }
    return {
        "name": one.name,
        "runs": one.runs,
        "islands": len(one.logs),
        **{name: estimate_object(estimate) for name, estimate in zip(PARTS, one.parts, strict=True)},
        **ahead,
        "rows": [estimate_object(estimate) for estimate in one.conditional],
        "silent": sorted(one.silent),
        "borne_out_by_none": one.borne_out_by_none,
        "collapsed": one.collapsed,
        "largest_share": one.largest_share,
        "rests_on_one": one.rests_on_one,
        "roots": one.roots.tolist(),
        "logs": [[_number(log) for log in logs] for logs in one.logs.tolist()],
    }


def estimate_object(estimate: LogEstimate) -> JsonObject:
    """A log and its standard error as JSON has them; what is not finite is null."""
    return {"value": _number(estimate.value), "error": _number(estimate.error)}


def _number(value: float) -> float | None:
    """A number as JSON has it: what is not finite is null."""
    return value if math.isfinite(value) else None


def plain(estimate: LogEstimate) -> str:
    """A log and its standard error (nats)."""
    return f"{estimate.value:.2f} ({_error(estimate)})"


def signed(estimate: LogEstimate) -> str:
    """A difference of logs, with its sign, and its standard error (nats)."""
    return f"{estimate.value:+.2f} ({_error(estimate)})"


def _error(estimate: LogEstimate) -> str:
    return f"{estimate.error:.2f}" if math.isfinite(estimate.error) else "no error"
