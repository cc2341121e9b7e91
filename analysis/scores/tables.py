"""Scorecards as tables, the baselines before the results; a line an observation and run; and their forms."""

import csv
import io
import math
from collections.abc import Callable, Iterable, Iterator, Sequence

from analysis.scores.scorecard import (
    Card,
    ClaimedScore,
    CountScore,
    Interval,
    ObservationScore,
    Total,
    Unreported,
    total,
)
from analysis.tables.outcomes import QUANTILE_KEYS
from analysis.words import names
from analysis.words.text import (
    aligned,
    day_hour,
    day_hours,
    json_of,
    latex_escaped,
    latex_table,
    markdown_table,
    number_range,
    plain,
    wrapped,
)
from sim.files.units import rounded
from sim.record.rows import SCORED

TextTable = list[list[str]]
Titled = tuple[str, TextTable]
PERCENTILES = ("5th percentile", "median", "95th percentile")
SCORE_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("fit", ("fit",)),
    *((f"held out {group}", (group,)) for group in "ABC"),
    ("held out", ("held out",)),
    ("all", SCORED),
)
"""Groups of observations that are summed, by name."""
SCORES_NOTE = """\
Scores are log scores (nats): minus the log probability of the report, allowing for its being false; lower
is better. In brackets: no forecast, and the uniform score. Skill is the best baseline's score less the
result's. Ranges are Monte Carlo's, 95 %; the error of the skill per observation is its standard error over
them, as if as many were independent as their correlations over the runs say (their effective number). A
good score means consistent with this case, and no more; the priors were set by people who knew it. That no
run is within all intervals at once judges no model: `kidal evidence --all-within` gives that probability."""


def tables(cards: Sequence[Card]) -> list[Titled]:
    """The tables of some runs with their titles; of one run its name is left out."""
    titled = {
        "Log scores, baseline forecasts first (nats; lower is better)": score_rows(cards),
        "Together": sums(cards),
        "Times (UTC) and reports": dates(cards),
        "Scored intervals beside those of the claims themselves, where they are not the same": claimed(cards),
        "Numbers": numbers(cards),
    }
    if len(cards) == 1:
        titled = {title: [[*line[:1], *line[2:]] for line in table] for title, table in titled.items()}
    return [(title, table) for title, table in titled.items() if len(table) > 1]


def _lines(cards: Sequence[Card]) -> Iterable[tuple[str, Card, ObservationScore]]:
    """Every run's row of every observation, those of one observation together."""
    for name in dict.fromkeys(label(row) for card in cards for row in card.rows):
        yield from (
            (title(card, row), card, row) for card in cards for row in card.rows if label(row) == name
        )


def dates(cards: Sequence[Card]) -> TextTable:
    """What is reported and what the runs give."""
    head = ["observation", "result", "role", "reported (UTC)", "source", *PERCENTILES, "within"]
    rows = [[name, card.name, *_dated(row)] for name, card, row in _lines(cards)]
    return [[*head, "best baseline's CRPS, days", "result's", "95 % interval"], *rows]


def _dated(row: ObservationScore) -> list[str]:
    """A row's hours, shares and ranked scores."""
    seen, times = row.term.observation, [day_hour(time) for time in row.quantiles]
    days = [f"{min(row.null_crps.values()) / 24.0:.2f}" if row.null_crps else ""]
    days += ["", ""] if row.crps is None else [f"{row.crps / 24.0:.2f}"]
    if row.crps_between is not None:
        days.append(_range((row.crps_between[0] / 24.0, row.crps_between[1] / 24.0)))
    role = names.role(row.term.use) + (f", held out ({seen.group})" if seen.group else "")
    report = [role, day_hours(seen.earliest, seen.latest), row.term.documents]
    return [*report, *times, f"{row.inside:.2f}", *days]


def claimed(cards: Sequence[Card]) -> TextTable:
    """The scored interval of an observation and its score beside those of its claims themselves."""
    head = ["observation", "result", "scored (UTC)", "within", "best baseline's score", "result's", "skill"]
    head += [
        "claims themselves (UTC)",
        "within",
        "best baseline's score",
        "result's",
        "95 % interval",
        "skill",
    ]
    rows = [
        [name, card.name, *_claimed(row, row.claimed)] for name, card, row in _lines(cards) if row.claimed
    ]
    return [head, *rows]


def _claimed(row: ObservationScore, other: ClaimedScore) -> list[str]:
    """A row's interval, share within and scores, and the same of its claims themselves."""
    scored, alone = row.term.observation, other.term.observation
    best, alone_best = min(row.nulls.values()), min(other.nulls.values())
    return [
        *(day_hours(scored.earliest, scored.latest), f"{row.inside:.2f}"),
        *(f"{best:.2f}", f"{row.score:.2f}", f"{best - row.score:+.2f}"),
        *(day_hours(alone.earliest, alone.latest), f"{other.inside:.2f}"),
        *(f"{alone_best:.2f}", f"{other.score:.2f}", _range(other.between)),
        f"{alone_best - other.score:+.2f}",
    ]


def score_rows(cards: Sequence[Card]) -> TextTable:
    """Each baseline's and each result's score of each observation, and its skill against the best of them."""
    head = ["observation, counted from", "result", *_nulls(cards), "result's", "skill", "95 % interval"]
    rows = [
        [", ".join(filter(None, (name, card.titles.get(row.term.since or "")))), card.name, *_scores(row)]
        for name, card, row in _lines(cards)
    ]
    return [head, *rows]


def _nulls(cards: Sequence[Card]) -> list[str]:
    return next(([names.baseline(name) for name in row.nulls] for card in cards for row in card.rows), [])


def _scores(row: ObservationScore) -> list[str]:
    scores = [_score(row, null, score) for null, score in row.nulls.items()]
    skill = [f"{row.skill(row.best):+.2f}", _range(row.skill_between(row.best))]
    return [*scores, _score(row, "", row.score), *skill]


def _score(row: ObservationScore, name: str, score: float) -> str:
    return f"({score:.2f})" if name in row.silent else f"{score:.2f}"


def sums(cards: Sequence[Card]) -> TextTable:
    """The scores of each group of observations together, a line a run."""
    head = [
        "observations",
        "result",
        "number",
        "effective number",
        *_nulls(cards),
        "result's",
        "95 % interval",
    ]
    head += ["best baseline", "skill per observation", "50 % coverage", "90 % coverage", "all within at once"]
    rows = [
        [group, card.name, *_sums(total(card, places))]
        for group, uses in SCORE_GROUPS
        for card in cards
        if (places := card.of(*uses))
    ]
    return [head, *rows]


def _sums(overall: Total) -> list[str]:
    cover = [f"{overall.coverage[share]:.2f}" if share in overall.coverage else "" for share in (0.5, 0.9)]
    sums = [f"{score:.2f}" for score in overall.nulls.values()]
    scored = [f"{overall.score:.2f}", _range(overall.between), names.baseline(overall.best), skill(overall)]
    worth = [f"{overall.rows}", f"{overall.independent:.1f}"]
    return [*worth, *sums, *scored, *cover, within_at_once(overall)]


def within_at_once(overall: Total) -> str:
    """The share of runs within every interval at once; where there is none, what so many runs tell of it."""
    return f"{overall.joint_share:.5f}" if overall.joint_share else f"below 1 in {overall.runs:,}"


def skill(overall: Total) -> str:
    """The mean skill of an observation, with its standard error where there is one."""
    error = "" if math.isnan(overall.error) else f" ± {overall.error:.2f}"
    return f"{overall.skill:+.2f}{error}"


def numbers(cards: Sequence[Card]) -> TextTable:
    """Reported numbers beside those of the runs; the baseline finds every number alike.

    What is no report's own number, and so not scored, stands in a row below the one that it is beside.
    """
    head = ["number", "result", "reported", "source", "runs", "mean", *PERCENTILES, "within"]
    head += ["uniform", "result's", "skill"]
    return [
        head,
        *(row for card in cards for number in card.numbers for row in _count_lines(card.name, number)),
    ]


def _count_lines(run: str, number: CountScore) -> Iterator[list[str]]:
    low, high = number.count.number
    report = [number_range(low, high), number.documents]
    spread = [*map(rounded, (number.mean, *number.quantiles))]
    scored = [f"{number.flat:.2f}", f"{number.score:.2f}", f"{number.flat - number.score:+.2f}"]
    yield [number.name, run, *report, f"{number.runs:,}", *spread, f"{number.inside:.2f}", *scored]
    if (other := number.beside) is not None:
        spread = [*map(rounded, (other.mean, *other.quantiles))]
        yield [other.name, run, "", "", f"{number.runs:,}", *spread, "", "", "", names.role("shown")]


def lost(card: Card) -> str:
    """Where a result does worse than the best baseline, as a sentence behind its name."""
    return f"{card.name}: {baseline_better(card)}"


def baseline_better(card: Card) -> str:
    """Where some baseline does better than a result."""
    rows = [
        f"{title(card, row)} ({names.baseline(row.best)})" for row in card.rows if row.skill(row.best) < 0.0
    ]
    rows += [f"{number.name} (uniform)" for number in card.numbers if number.flat < number.score]
    of = f"{len(card.rows) + len(card.numbers)} observations and numbers"
    if not rows:
        return f"no baseline is better on any of {of}."
    return f"a baseline is better on {len(rows)} of {of}: {'; '.join(rows)}."


def joint(card: Card) -> str:
    """The energy scores as a sentence."""
    if not card.joint:
        return f"{card.name}: no energy score, for of no observation every baseline has a forecast."
    scores = ", ".join(f"{names.baseline(name)} {score:.3f}" for name, score in card.joint.items() if name)
    words = "energy score of the times for which every baseline but the uniform one has a forecast"
    return f"{card.name}: {words}: {scores}; the result {card.joint['']:.3f}."


def claims_alone(card: Card) -> str:
    """What the intervals of the claims themselves would make of the sum, as a sentence; empty: nothing."""
    rows = [(row, row.claimed) for row in card.rows if row.claimed]
    if not rows:
        return ""
    scored, alone = sum(row.score for row, _ in rows), sum(other.score for _, other in rows)
    best = sum(min(row.nulls.values()) for row, _ in rows)
    alone_best = sum(min(other.nulls.values()) for _, other in rows)
    return (
        f"{card.name}: {len(rows)} scored intervals are not those of their claims themselves "
        f"(the rows say why). They score {scored:.2f}, the best baselines {best:.2f}; on the "
        f"claims themselves {alone:.2f}, and {alone_best:.2f}."
    )


def title(card: Card, row: ObservationScore) -> str:
    """An observation by the name of its milestone."""
    name = card.titles[row.term.milestone]
    return f"{name}, not before" if row.term.observation.survival else name


def label(row: ObservationScore) -> str:
    """An observation's id."""
    return f"{row.term.milestone}, none before" if row.term.observation.survival else row.term.milestone


def _range(between: Interval) -> str:
    """An interval; nothing where one run leaves none."""
    return "" if between[0] == between[1] else f"{between[0]:.2f} to {between[1]:.2f}"


# --- as text, Markdown, LaTeX, CSV and JSON -----------------------------------------------------------------


def text(cards: Sequence[Card]) -> str:
    """The tables as text, the baselines first."""
    parts = [f"{title}\n\n{aligned(table)}" for title, table in tables(cards)]
    return "\n\n".join([*parts, *map(wrapped, _sentences(cards)), SCORES_NOTE])


def markdown(cards: Sequence[Card], first: Sequence[Titled] = (), sentences: Sequence[str] = ()) -> str:
    """The tables in Markdown, below others; what they mean, and other sentences, stand below them."""
    parts = []
    for title, (head, *rows) in [*first, *tables(cards)]:
        parts.append(f"**{title}**\n\n{markdown_table(head, rows)}")
    return "\n\n".join([*parts, *sentences, *_below(cards)])


def latex(cards: Sequence[Card], first: Sequence[Titled] = (), sentences: Sequence[str] = ()) -> str:
    """The tables in LaTeX, below others, for the package booktabs; sentences as in Markdown."""
    parts = [latex_table(title, head, rows) for title, (head, *rows) in [*first, *tables(cards)]]
    return "\n\n".join([*parts, *map(latex_escaped, [*sentences, *_below(cards)])])


def flat_rows(card: Card) -> list[dict[str, object]]:
    """A row for each observation of a result, every number whole, without mappings and lists inside."""
    return [_flat(card.name, _entry(row)) for row in card.rows]


def csv_text(rows: Sequence[dict[str, object]]) -> str:
    """Rows as comma-separated values below their names; what a row has not is empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(key for row in rows for key in row)), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def as_json(cards: Sequence[Card]) -> dict[str, object]:
    """The scores as one JSON object; hours as 2023-10-05T14:10Z."""
    return {
        "runs": {
            card.name: {
                "observations": {label(row): _entry(row) for row in card.rows},
                "together": {g: _together(total(card, card.of(*u))) for g, u in SCORE_GROUPS if card.of(*u)},
                "energy_score": {name or "run": value for name, value in card.joint.items()},
                "numbers": {number.name: _number(number) for number in card.numbers},
            }
            for card in cards
        }
    }


FORMS: dict[str, Callable[[Sequence[Card], Sequence[Titled], Sequence[str]], str]] = {
    "markdown": markdown,
    "latex": latex,
}
"""Forms for papers, by name."""


def _below(cards: Sequence[Card]) -> list[str]:
    """What stands below the tables of some results; nothing where there is none."""
    return [*_sentences(cards), SCORES_NOTE] if cards else []


def _sentences(cards: Sequence[Card]) -> list[str]:
    return [
        sentence for card in cards for sentence in (lost(card), joint(card), claims_alone(card)) if sentence
    ]


def _entry(row: ObservationScore) -> dict[str, object]:
    seen, term = row.term.observation, row.term
    return {
        **json_of(term, "milestone", "use"),
        **json_of(seen, "group", "survival"),
        **json_of(term, "since"),
        "kind": seen.kind,
        "weight": term.weight,
        "reported": json_of(seen, "earliest", "latest"),
        "claims": list(seen.claims),
        "probability": row.share_reached,
        "share_within": row.inside,
        **dict(zip(QUANTILE_KEYS, plain(row.quantiles), strict=True)),
        "score": row.score,
        "score_between": list(row.between),
        "no_opinion": sorted(row.silent - {""}),
        "run_came_so_far": "" not in row.silent,
        "crps_h": row.crps,
        "crps_between": plain(row.crps_between),
        "pit": plain(row.transform),
        "baselines": dict(row.nulls),
        "baseline_crps_h": dict(row.null_crps),
        "best_baseline": row.best,
        "skill": row.skill(row.best),
        "claims_alone": None if row.claimed is None else _claims_alone(row.claimed),
    }


def _claims_alone(other: ClaimedScore) -> dict[str, object]:
    """The interval of the claims themselves and the scores at it; `reason` why another one is scored."""
    best = min(other.nulls, key=lambda name: other.nulls[name])
    low, high = other.between
    return {
        **json_of(other.term.observation, "earliest", "latest", "reason"),
        "share_within": other.inside,
        "score": other.score,
        "score_low": low,
        "score_high": high,
        "best_baseline": best,
        "best_baseline_score": other.nulls[best],
    }


def _together(overall: Total) -> dict[str, object]:
    return {
        **json_of(overall, "rows", "independent", "score"),
        "score_between": list(overall.between),
        "baselines": dict(overall.nulls),
        "best_baseline": overall.best,
        "skill_per_observation": overall.skill,
        "skill_error": None if math.isnan(overall.error) else overall.error,
        "coverage": {f"{share:.0%}".rstrip("%"): value for share, value in overall.coverage.items()},
        "share_within_all": overall.joint_share,
    }


def _number(number: CountScore) -> dict[str, object]:
    return {
        "reported": list(number.count.number),
        "claims": list(number.count.claims),
        **json_of(number, "runs", "mean"),
        **dict(zip(QUANTILE_KEYS, number.quantiles, strict=True)),
        "share_within": number.inside,
        "score": number.score,
        "flat": number.flat,
        **({"beside": _beside(number.beside)} if number.beside else {}),
    }


def _beside(other: Unreported) -> dict[str, object]:
    quantiles = dict(zip(QUANTILE_KEYS, other.quantiles, strict=True))
    return {**json_of(other, "outcome", "mean"), **quantiles}


def _flat(run: str, entry: dict[str, object]) -> dict[str, object]:
    """An entry without mappings and lists inside."""
    cells: dict[str, object] = {"result": run}
    words = {"use": names.role, "kind": names.report}
    for key, value in entry.items():
        if key in words:
            cells[key] = words[key](str(value))
            continue
        if key == "claims_alone" and value is None:
            continue
        if isinstance(value, dict):
            cells |= {f"{key}: {name}": inner for name, inner in value.items()}
        elif key.endswith("_between") or key == "pit":
            low, high = value if isinstance(value, list) else (None, None)
            cells |= {f"{key} low": low, f"{key} high": high}
        elif isinstance(value, list):
            cells[key] = (" " if key == "claims" else "; ").join(value)
        else:
            cells[key] = value
    return cells
