"""Scores of forecasts of marches as text, table and JSON, and a row a march where that is asked for."""

from collections.abc import Sequence

import numpy as np

from analysis.marches.model import WEIGHED
from analysis.marches.scoring import MODEL, REGRESSION, MarchScores, MeanScore, ScoredMarch
from analysis.words.text import JsonObject, aligned, counted, json_of, paragraphs
from sim.record.rows import ReportedMarch

NO_MARCHES = "The record has no marches of other columns (marches.yaml)."
MARCH_SCORE_HEAD = (
    *("forecast", "CRPS", "standard error", "less regression", "its error"),
    *("within 90 %", "of", "share", "95 % interval", "effective samples"),
)
MARCH_HEAD = (
    *("march", "column", "kind", "surface", "km", "least h", "most h", "goes", "forecast"),
    *("5 % h", "50 % h", "95 % h", "CRPS", "within 90 %", "basis", "source"),
)
SHOWN_BESIDE = (REGRESSION, f"{MODEL}, {WEIGHED}")
"""Forecasts that the text has beside each march."""
LEAST_EFFECTIVE_SAMPLES = 100
"""Effective samples below which points of a forecast are not to be relied on."""
MARCH_LIMITS = (
    "CRPS is of log hours: lower is better, 0.7 is a factor of 2 for a forecast without spread. Standard "
    "errors come from leaving out columns; differences are of the same marches, below 0 where a forecast is "
    "better than the regression. The binomial interval takes marches for independent, so the truth is less "
    "sure.",
    "These marches are known because somebody reported them; most sources were read as excerpts, and some "
    "lengths and hours are estimates or from memory. So few marches say which forecast did better on them, "
    "and nothing of a march under fire. The marches of the supply column of 2003 prompted the rule on "
    "marches by night, and count for nothing in its favour.",
)
"""What a reader must know of the scores."""


def text(every: Sequence[ReportedMarch], scores: Sequence[MarchScores], *, rows: bool = False) -> str:
    """Sentences and the table of scores, with `rows` one of the marches too."""
    if not every:
        return NO_MARCHES
    parts = [paragraphs(_sentences(every, scores))]
    if scores:
        parts.append(aligned(score_cells(scores)))
    if rows and scores:
        parts.append(aligned(_march_lines(scores)))
    return "\n\n".join(parts)


def _sentences(every: Sequence[ReportedMarch], scores: Sequence[MarchScores]) -> list[str]:
    """What a reader needs before the table."""
    marches = [march for march in every if not march.opposed]
    columns = len({march.column for march in marches})
    opposed = len(every) - len(marches)
    further = f" ({opposed} more on file, opposed)" if opposed else ""
    return [
        f"Marches scored: {len(marches)}{further}, of {counted(columns, 'other column')}, each predicted "
        "from those of the rest. No run is made.",
        *_standing(scores),
        *_few(scores),
        *MARCH_LIMITS,
    ]


def _standing(scores: Sequence[MarchScores]) -> list[str]:
    """Which forecasts differ from the regression by more than two standard errors; nothing without scores."""
    if len(scores) < 2:
        return []
    differ = {
        word: [
            one.name
            for one in scores
            if one.name != REGRESSION and sign * one.difference.value >= 2.0 * one.difference.error
        ]
        for word, sign in (("better", -1.0), ("worse", 1.0))
    }
    words = [f"{word} ({'; '.join(names) or 'none'})" for word, names in differ.items()]
    return [f"Two standard errors or more from the regression on kind and surface: {', '.join(words)}."]


def _few(scores: Sequence[MarchScores]) -> list[str]:
    """Forecasts that rest on too few draws; nothing where there are none."""
    names = "; ".join(one.name for one in scores if one.effective[0] < LEAST_EFFECTIVE_SAMPLES)
    number = f"{LEAST_EFFECTIVE_SAMPLES} effective samples"
    return [f"Below {number} for some march, so more --draws: {names}."] if names else []


def score_cells(scores: Sequence[MarchScores]) -> list[list[str]]:
    """A row a forecast below a head."""
    return [list(MARCH_SCORE_HEAD), *map(_score_line, scores)]


def _score_line(one: MarchScores) -> list[str]:
    count, (low, high), (least, most) = len(one.rows), one.coverage, one.effective
    difference = [f"{one.difference.value:+.3f}", _number(one.difference.error)]
    return [
        *(one.name, f"{one.crps.value:.3f}", _number(one.crps.error)),
        *(["", ""] if one.name == REGRESSION else difference),
        *(str(one.within), str(count), f"{one.within / count:.2f}", f"{low:.2f} to {high:.2f}"),
        f"{least:.0f}" if f"{least:.0f}" == f"{most:.0f}" else f"{least:.0f} to {most:.0f}",
    ]


def _number(value: float) -> str:
    """A number to be read; nothing for one that is not there."""
    return "" if np.isnan(value) else f"{value:.3f}"


def row_cells(scores: Sequence[MarchScores]) -> list[list[str]]:
    """A row a march and forecast below a head."""
    return [list(MARCH_HEAD), *(_row_line(one.name, row) for one in scores for row in one.rows)]


def _row_line(name: str, row: ScoredMarch) -> list[str]:
    march = row.march
    return [
        *(march.id, march.column, march.kind, march.surface, f"{march.km:g}", f"{march.least:g}"),
        *(f"{march.most:g}", march.goes or "", name, *map(_hours, row.quantiles), f"{row.crps:.3f}"),
        *("yes" if row.is_within else "no", march.basis or "", march.source),
    ]


def _march_lines(scores: Sequence[MarchScores]) -> list[list[str]]:
    """A line a march: what is reported of it, and medians with 90 % prediction intervals (h)."""
    shown = [one for one in scores if one.name in SHOWN_BESIDE]
    head = ["march", "kind", "surface", "km", "goes", "reported h", *(f"{one.name} h" for one in shown)]
    lines = [head]
    for rows in zip(*(one.rows for one in shown), strict=True):
        march = rows[0].march
        place = [march.id, march.kind, march.surface, f"{march.km:g}", march.goes or ""]
        lines.append([*place, f"{march.least:g} to {march.most:g}", *map(_forecast, rows)])
    return lines


def _forecast(row: ScoredMarch) -> str:
    """The median and the 90 % prediction interval of a forecast (h)."""
    low, middle, high = row.quantiles
    return f"{_hours(middle)} ({_hours(low)} to {_hours(high)})"


def _hours(hours: float) -> str:
    return f"{hours:.3g}"


def as_json(
    every: Sequence[ReportedMarch], scores: Sequence[MarchScores], *, rows: bool = False
) -> JsonObject:
    """The same as one JSON object: hours (h), shares 0 to 1; what is not known is null."""
    scored = [march for march in every if not march.opposed]
    answer: JsonObject = {
        "marches": len(scored),
        "columns": len({march.column for march in scored}),
        "opposed": [march.id for march in every if march.opposed],
        "scores": [_score_object(one) for one in scores],
    }
    if rows:
        answer["rows"] = [_row_object(one.name, row) for one in scores for row in one.rows]
    return answer


def _score_object(one: MarchScores) -> JsonObject:
    return {
        "forecast": one.name,
        "crps": _mean_object(one.crps),
        "difference": _mean_object(one.difference),
        "within": one.within,
        "marches": len(one.rows),
        "coverage": list(one.coverage),
        "effective": list(one.effective),
    }


def _mean_object(mean: MeanScore) -> JsonObject:
    return {"value": mean.value, "error": None if np.isnan(mean.error) else mean.error}


def _row_object(name: str, row: ScoredMarch) -> JsonObject:
    low, middle, high = row.quantiles
    keys = ("id", "column", "kind", "surface", "km", "least", "most", "goes", "basis", "source")
    return {
        **json_of(row.march, *keys),
        "forecast": name,
        "q05": low,
        "q50": middle,
        "q95": high,
        "crps": row.crps,
        "within": row.is_within,
    }
