"""Competing explanations as text and JSON."""

from datetime import datetime
from typing import Any

from analysis.inference.rivals import EVIDENCE_THRESHOLD, LEAST_RUNS, Ranking, Rival
from analysis.tables.outcomes import QUANTILE_KEYS
from analysis.words.text import aligned, stamp
from sim.state.clock import moment_at

MOST_MISSING = 6  # missing facts shown
MOST_PREDICTING = 8  # alternatives whose predictions are shown
MOST_NAMED = 6  # alternatives that a conclusion names one by one


def text(ranking: Ranking, zero: datetime, wide: Ranking | None = None) -> str:
    """Whether they are distinct; their ranks, what they predict elsewhere, what would tell more."""
    rivals = ranking.rivals
    columns = {
        "rank": [str(one.rank) for one in rivals],
        "alternative": [f"{one.name}{'*' if one.dates else ''}" for one in rivals],
        "log Bayes factor": [f"{one.factor:+.2f} +- {one.factor_error:.2f}" for one in rivals],
        "probability": [f"{one.share:.3f}" for one in rivals],
        "were all reports true": [_if_true(one) for one in rivals],
        "effective runs": [f"{one.effective:,.0f}" for one in rivals],
    }
    if any(one.dates for one in rivals):
        columns["without its dated rows"] = [_without(one) for one in rivals]
    if wide:
        ranks = {one.name: str(one.rank) for one in wide.rivals}
        columns["rank, wider priors"] = [ranks.get(one.name, "-") for one in rivals]
    lines = [list(columns), *map(list, zip(*columns.values(), strict=True))]
    parts = [
        f"Rows: {', '.join(ranking.rows)}; {ranking.runs:,} runs an alternative.",
        _verdict(ranking, wide),
        aligned(lines),
        *_remarks(ranking),
    ]
    return "\n\n".join([*parts, _elsewhere(ranking, zero), _missing(ranking)])


def _verdict(ranking: Ranking, wide: Ranking | None) -> str:
    """The conclusion; where runs are too few, that of the order below, and how many do not do."""
    lines = [conclusion(ranking)]
    if wide and not wide.enough:
        lines.append(f"Under the wider priors: {conclusion(wide)}")
    few = [one for one in (ranking, wide) if one and not one.enough]
    if few:
        order = "order below" if ranking in few else "ranks under the wider priors"
        needed = max(one.runs_needed for one in few)
        lines.append(
            f"The {order} may be random; more than {needed:,} runs an alternative are needed (--runs)."
        )
    return "\n".join(lines)


def conclusion(ranking: Ranking) -> str:
    """Whether the rows tell the alternatives apart, in a sentence."""
    names = [one.name for one in ranking.together]
    if not ranking.enough:
        least, needed = f"{ranking.least_effective:.0f}", f"{LEAST_RUNS:.0f}"
        return f"Too few runs to decide: some evidence rests on {least} of them ({needed} are needed)."
    if len(names) == 1:
        return (
            f"The rows are for {names[0]}: every other alternative is less probable by a factor of 3 or more."
        )
    if len(names) == len(ranking.rivals) > MOST_NAMED:
        return f"Not distinguishable by these rows: all {len(names)} (a factor below 3, within two errors)."
    return f"Not distinguishable by these rows (a factor below 3, within two errors): {', '.join(names)}."


def _if_true(one: Rival) -> str:
    return "-" if one.if_true is None else f"{one.if_true:.3f}"


def _without(one: Rival) -> str:
    if not one.dates:
        return ""
    return "no row left" if one.without is None else f"{one.without:+.2f}"


def _remarks(ranking: Ranking) -> list[str]:
    remarks = [
        f"{one.name} gives the same runs as {', '.join(one.same)}: counted once."
        for one in ranking.rivals
        if one.same
    ]
    remarks += _refuted(ranking)
    if any(one.dates for one in ranking.rivals):
        days = sorted({day.isoformat() for one in ranking.rivals for day in one.dates})
        remarks.append(
            f"* names a date within a week of what is asked ({', '.join(days)}), and may have been chosen by "
            "it; beside it its log factor against the best alternative, both without the rows of its dates."
        )
    return remarks


def _refuted(ranking: Ranking) -> list[str]:
    """The alternatives none of whose runs gives some rows, rows by rows, and what is left to them."""
    by_rows: dict[tuple[str, ...], list[str]] = {}
    for one in ranking.rivals:
        by_rows.setdefault(one.refuted, []).append(one.name)
    most = f"{3.0 / ranking.runs:.2g}"
    return [
        f"Excluded unless a report is false: {', '.join(names)}. None of {ranking.runs:,} runs gives "
        f"{', '.join(rows)} (of more runs, at most {most} would, 95 %); what probability it has, "
        "a false report gives."
        for rows, names in by_rows.items()
        if rows
    ]


def _elsewhere(ranking: Ranking, zero: datetime) -> str:
    names = list(ranking.rivals[0].elsewhere)
    if not names:
        return "No other reported milestone is left for them to predict."
    lines = [["alternative", *(f"{name}: 5 / 50 / 95 %, within" for name in names)]]
    for one in ranking.rivals[:MOST_PREDICTING]:
        cells = []
        for hours, inside in one.elsewhere.values():
            days = [f"{moment:%m-%d}" if (moment := _moment(zero, hour)) else "never" for hour in hours]
            cells.append(f"{' / '.join(days)}, {inside:.2f}")
        lines.append([one.name, *cells])
    first = _first(MOST_PREDICTING, len(ranking.rivals))
    return f"What each predicts elsewhere, its runs weighed by the rows (month-day{first}):\n{aligned(lines)}"


def _first(shown: int, of: int) -> str:
    """What is left out of a table, and where all of it is."""
    return f"; the first {shown} of {of}, all with --json" if of > shown else ""


def _moment(zero: datetime, hour: float) -> datetime | None:
    return None if hour == float("inf") else moment_at(zero, hour)


def _missing(ranking: Ranking) -> str:
    lines = [["date that nobody reports, or that is not asked", "nats", "of the entropy"]]
    for one in ranking.missing[:MOST_MISSING]:
        share = f"{one.worth / one.most:.0%}" if one.most > 0.0 else "-"
        lines.append([one.milestone, f"{one.worth:.3f}", share])
    first = _first(MOST_MISSING, len(ranking.missing))
    return f"What another date would reveal of which alternative holds{first}:\n{aligned(lines)}"


def as_json(ranking: Ranking, zero: datetime) -> dict[str, Any]:
    """The whole verdict."""
    return {
        "rows": list(ranking.rows),
        "runs": ranking.runs,
        "conclusion": conclusion(ranking),
        "apart_from": float(EVIDENCE_THRESHOLD),
        "alternatives": [_rival(one, zero) for one in ranking.rivals],
        "missing": [vars(one) for one in ranking.missing],
    }


def _rival(one: Rival, zero: datetime) -> dict[str, Any]:
    elsewhere = {
        name: {
            **dict(zip(QUANTILE_KEYS, (stamp(_moment(zero, hour)) for hour in hours), strict=True)),
            "share_within": inside,
        }
        for name, (hours, inside) in one.elsewhere.items()
    }
    return vars(one) | {"dates": [day.isoformat() for day in one.dates], "elsewhere": elsewhere}
