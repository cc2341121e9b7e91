"""Scorecards as tables: text, Markdown, LaTeX, CSV and JSON; the nulls stand before the runs."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

from analysis import compare
from analysis.ledger import SCORED
from analysis.scorecard import Card, Counted, Interval, Judged, Total, total
from analysis.text import aligned, documents, interval, short

Table = list[list[str]]
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("fit", ("fit",)),
    *((f"held out {group}", (group,)) for group in "ABC"),
    ("held out", ("held out",)),
    ("all", SCORED),
)
"""Groups of observations that are summed, by name."""
ABOUT = """\
Scores are log scores (nats): minus the log probability of the report, allowing for its being false; lower is
better. In brackets: a null without an opinion. Skill is the null's score less the run's. Ranges are Monte
Carlo's, 95 %; the error of a skill a row is its standard error over the rows, as if as many were independent
as their correlations over the runs say. A good score means consistent with this case, and no more; the priors
were set by people who knew it."""


def tables(cards: Sequence[Card]) -> list[tuple[str, Table]]:
    """The tables of some runs with their titles."""
    found = [
        ("Hours (UTC) and reports", dates(cards)),
        ("Log scores, nulls first (nats; lower is better)", score_rows(cards)),
        ("Together", sums(cards)),
    ]
    return [*found, *([("Numbers", numbers(cards))] if any(card.numbers for card in cards) else [])]


def dates(cards: Sequence[Card]) -> Table:
    """What is reported and what the runs give; of one run 5, 50 and 95 %, of several the median."""
    alone = len(cards) == 1
    head = ["observation", "use", "reported (UTC)", "source"]
    for card in cards:
        head += (
            ["5 %", "50 %", "95 %", "P(in)", "CRPS, d", "best null's"]
            if alone
            else _heads(card, "50 %", "P(in)")
        )
    rows = []
    for name in _names(cards):
        first = next(row for card in cards for row in card.rows if label(row) == name)
        seen = first.term.observation
        line = [name, _use(first), interval(seen.earliest, seen.latest), documents(seen.claims)]
        for card in cards:
            line += _dated(_row(card, name), alone=alone)
        rows.append(line)
    return [head, *rows]


def _dated(row: Judged | None, *, alone: bool) -> list[str]:
    """A row's hours and shares."""
    if row is None:
        return [""] * (6 if alone else 2)
    times = [short(time)[5:] or "never" for time in row.quantiles]
    if not alone:
        return [times[1], f"{row.inside:.3f}"]
    days = "" if row.crps is None else f"{row.crps / 24.0:.2f}"
    best = f"{min(row.null_crps.values()) / 24.0:.2f}" if row.null_crps else ""
    return [*times, f"{row.inside:.3f}", days, best]


def score_rows(cards: Sequence[Card]) -> Table:
    """Each null's and each run's score of each observation, and the run's skill over that row's best null."""
    head = ["observation, counted from", *cards[0].names]
    for card in cards:
        head += ["run", "skill over the best", "95 %"] if len(cards) == 1 else _heads(card, "score", "skill")
    rows = []
    for name in _names(cards):
        found = [_row(card, name) for card in cards]
        first = next(row for row in found if row is not None)
        since = f", {first.term.since}" if first.term.since else ""
        line = [f"{name}{since}", *(_null(first, null) for null in first.nulls)]
        for row in found:
            line += _scored(row, alone=len(cards) == 1)
        rows.append(line)
    return [head, *rows]


def _null(row: Judged, null: str) -> str:
    return f"({row.nulls[null]:.2f})" if null in row.silent else f"{row.nulls[null]:.2f}"


def _scored(row: Judged | None, *, alone: bool) -> list[str]:
    if row is None:
        return [""] * (3 if alone else 2)
    cells = [f"{row.score:.2f}", f"{row.skill(row.best):+.2f}"]
    return [*cells, _range(row.skill_between(row.best))] if alone else cells


def sums(cards: Sequence[Card]) -> Table:
    """The scores of each group of observations together, a line a run."""
    head = ["observations", "run", "rows", "independent", *cards[0].names, "run's", "95 %", "best null"]
    head += ["skill a row", "50 % cover", "90 % cover", "P(all at once)"]
    rows = []
    for group, uses in GROUPS:
        for card in cards:
            own = card.of(*uses)
            if own:
                rows.append([group, card.name, *_summed(total(card, own)), _met(card, group)])
    return [head, *rows]


def _summed(found: Total) -> list[str]:
    error = "" if found.error != found.error else f" ± {found.error:.2f}"
    cover = [f"{found.coverage[share]:.2f}" if share in found.coverage else "" for share in (0.5, 0.9)]
    sums = [f"{score:.2f}" for score in found.nulls.values()]
    own = [f"{found.score:.2f}", _range(found.between), found.best, f"{found.skill:+.2f}{error}"]
    return [f"{found.rows}", f"{found.independent:.1f}", *sums, *own, *cover]


def _met(card: Card, group: str) -> str:
    share = card.met.get(group)
    return "" if share is None else f"{share:.5f}"


def numbers(cards: Sequence[Card]) -> Table:
    """Reported numbers beside those of the runs; the null finds every number alike."""
    head = [
        "number",
        "run",
        "reported",
        "source",
        "mean",
        "5 %",
        "50 %",
        "95 %",
        "P(in)",
        "null",
        "run's",
        "skill",
    ]
    return [head, *(_counted(card.name, number) for card in cards for number in card.numbers)]


def _counted(run: str, number: Counted) -> list[str]:
    low, high = number.count.number
    told = [f"{low:,}" if low == high else f"{low:,} to {high:,}", documents(number.count.claims)]
    spread = [
        f"{value:,.3g}" if value < 1000 else f"{value:,.0f}" for value in (number.mean, *number.quantiles)
    ]
    scored = [f"{number.flat:.2f}", f"{number.score:.2f}", f"{number.flat - number.score:+.2f}"]
    return [number.name, run, *told, *spread, f"{number.inside:.3f}", *scored]


def lost(card: Card) -> str:
    """Where a run does worse than the best null, as a sentence."""
    worse = [row for row in card.rows if row.skill(row.best) < 0.0]
    rows = [f"{label(row)} ({'a flat guess' if row.best in row.silent else row.best})" for row in worse]
    if not rows:
        return f"{card.name}: no null does better on any of {len(card.rows)} observations."
    return (
        f"{card.name}: a null does better on {len(rows)} of {len(card.rows)} observations: {', '.join(rows)}."
    )


def label(row: Judged) -> str:
    """An observation's name."""
    return f"{row.term.milestone}, none before" if row.term.observation.survival else row.term.milestone


# --- forms -----------------------------------------------------------------------------------------------


def text(cards: Sequence[Card]) -> str:
    """The tables as text."""
    parts = [f"{title}\n\n{aligned(table)}" for title, table in tables(cards)]
    return "\n\n".join([*parts, *map(lost, cards), _joint(cards), ABOUT])


def markdown(cards: Sequence[Card]) -> str:
    """The tables in Markdown."""
    parts = []
    for title, (head, *rows) in tables(cards):
        lines = [head, ["---"] * len(head), *rows]
        parts.append(f"**{title}**\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines))
    return "\n\n".join([*parts, *map(lost, cards), _joint(cards), ABOUT])


def latex(cards: Sequence[Card]) -> str:
    """The tables in LaTeX, for the package booktabs."""
    parts = []
    for title, (head, *rows) in tables(cards):
        body = [" & ".join(map(_escaped, line)) + r" \\" for line in rows]
        lines = [
            r"\begin{table}",
            rf"\caption{{{_escaped(title)}}}",
            rf"\begin{{tabular}}{{{'l' * len(head)}}}",
        ]
        lines += [r"\toprule", " & ".join(map(_escaped, head)) + r" \\", r"\midrule", *body]
        parts.append("\n".join([*lines, r"\bottomrule", r"\end{tabular}", r"\end{table}"]))
    return "\n\n".join(parts)


def csv_text(cards: Sequence[Card]) -> str:
    """A line a run and observation, every number whole."""
    rows = [_flat(card.name, _entry(row)) for card in cards for row in card.rows]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(key for row in rows for key in row)), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def as_json(cards: Sequence[Card]) -> dict[str, Any]:
    """The scores as one JSON object; hours as 2023-10-05T14:10Z."""
    return {
        "runs": {
            card.name: {
                "observations": {label(row): _entry(row) for row in card.rows},
                "together": {g: _together(total(card, card.of(*u))) for g, u in GROUPS if card.of(*u)},
                "p_all_at_once": dict(card.met),
                "energy_score": {name or "run": value for name, value in card.joint.items()},
                "numbers": {number.name: _number_entry(number) for number in card.numbers},
            }
            for card in cards
        }
    }


def _entry(row: Judged) -> dict[str, Any]:
    seen, term = row.term.observation, row.term
    found: dict[str, Any] = {"milestone": term.milestone, "use": row.use, "group": seen.group}
    found |= {"survival": seen.survival, "since": term.since, "kind": seen.kind, "weight": term.weight}
    found |= {"reported": {"earliest": compare.stamp(seen.earliest), "latest": compare.stamp(seen.latest)}}
    found |= {"claims": list(seen.claims), "p_reached": row.reached, "p_in": row.inside}
    found |= dict(zip(("q05", "q50", "q95"), map(compare.stamp, row.quantiles), strict=True))
    found |= {"score": row.score, "score_between": list(row.between), "crps_h": row.crps}
    found |= {"crps_between": row.crps_between and list(row.crps_between)}
    found |= {"pit": row.transform and list(row.transform), "nulls": dict(row.nulls)}
    return found | {"null_crps_h": dict(row.null_crps), "best_null": row.best, "skill": row.skill(row.best)}


def _together(found: Total) -> dict[str, Any]:
    error = None if found.error != found.error else found.error
    cover = {f"{share:.0%}".rstrip("%"): value for share, value in found.coverage.items()}
    own = {"score": found.score, "score_between": list(found.between), "nulls": dict(found.nulls)}
    skill = {"best_null": found.best, "skill_a_row": found.skill, "skill_error": error, "coverage": cover}
    return {"rows": found.rows, "independent": found.independent} | own | skill


def _number_entry(number: Counted) -> dict[str, Any]:
    spread = dict(zip(("q05", "q50", "q95"), number.quantiles, strict=True))
    head = {"reported": list(number.count.number), "claims": list(number.count.claims), "runs": number.runs}
    return (
        head
        | {"mean": number.mean}
        | spread
        | {"p_in": number.inside, "score": number.score, "null": number.flat}
    )


def _flat(run: str, entry: dict[str, Any]) -> dict[str, Any]:
    """An entry without mappings and lists inside."""
    found: dict[str, Any] = {"run": run}
    for key, value in entry.items():
        if isinstance(value, dict):
            found |= {f"{key}: {name}": inner for name, inner in value.items()}
        elif key == "claims":
            found[key] = " ".join(value)
        elif isinstance(value, list):
            found |= {f"{key} low": value[0], f"{key} high": value[1]}
        else:
            found[key] = value
    return found


FORMS: dict[str, Callable[[Sequence[Card]], str]] = {"markdown": markdown, "latex": latex, "csv": csv_text}
"""Forms other than text and JSON, by name."""


def _joint(cards: Sequence[Card]) -> str:
    """The energy scores as a sentence."""
    nulls = ", ".join(
        f"{name} {cards[0].joint[name]:.3f}" for name in cards[0].names if name in cards[0].joint
    )
    runs = ", ".join(f"{card.name} {card.joint['']:.3f}" for card in cards if "" in card.joint)
    if not runs:
        return "Energy score: none, for no observation has an opinion of every null."
    return f"Energy score of the hours that the nulls speak of, together (in windows): {nulls}; {runs}."


def _heads(card: Card, *words: str) -> list[str]:
    return [f"{card.name}: {word}" for word in words]


def _names(cards: Sequence[Card]) -> list[str]:
    return list(dict.fromkeys(label(row) for card in cards for row in card.rows))


def _row(card: Card, name: str) -> Judged | None:
    return next((row for row in card.rows if label(row) == name), None)


def _use(row: Judged) -> str:
    group = row.term.observation.group
    return f"{row.use} {group}" if group else row.use


def _range(between: Interval) -> str:
    return f"{between[0]:.2f} to {between[1]:.2f}"


def _escaped(cell: str) -> str:
    for letter in "&%_#":
        cell = cell.replace(letter, f"\\{letter}")
    return cell.replace("±", r"$\pm$")
