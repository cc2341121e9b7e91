"""Scorecards in their forms: text, Markdown, LaTeX, CSV and JSON."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

from analysis.score_tables import ABOUT, GROUPS, joint, label, lost, tables
from analysis.scorecard import Card, Counted, Judged, Total, total
from analysis.text import aligned, stamp, wrapped


def text(cards: Sequence[Card]) -> str:
    """The tables as text, the nulls first."""
    parts = [f"{title}\n\n{aligned(table)}" for title, table in tables(cards)]
    return "\n\n".join([*parts, *map(wrapped, _sentences(cards)), ABOUT])


def markdown(cards: Sequence[Card]) -> str:
    """The tables in Markdown."""
    parts = []
    for title, (head, *rows) in tables(cards):
        lines = [head, ["---"] * len(head), *rows]
        parts.append(f"**{title}**\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines))
    return "\n\n".join([*parts, *_sentences(cards), ABOUT])


def latex(cards: Sequence[Card]) -> str:
    """The tables in LaTeX, for the package booktabs; what they mean stands below them."""
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
    return "\n\n".join([*parts, *map(_escaped, [*_sentences(cards), ABOUT])])


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
                "energy_score": {name or "run": value for name, value in card.joint.items()},
                "numbers": {number.name: _number(number) for number in card.numbers},
            }
            for card in cards
        }
    }


FORMS: dict[str, Callable[[Sequence[Card]], str]] = {"markdown": markdown, "latex": latex, "csv": csv_text}
"""Forms other than text and JSON, by name."""


def _sentences(cards: Sequence[Card]) -> list[str]:
    return [sentence for card in cards for sentence in (lost(card), joint(card))]


def _entry(row: Judged) -> dict[str, Any]:
    seen, term = row.term.observation, row.term
    found: dict[str, Any] = {"milestone": term.milestone, "use": term.use, "group": seen.group}
    found |= {"survival": seen.survival, "since": term.since, "kind": seen.kind, "weight": term.weight}
    found |= {"reported": {"earliest": stamp(seen.earliest), "latest": stamp(seen.latest)}}
    found |= {"claims": list(seen.claims), "p_reached": row.reached, "p_in": row.inside}
    found |= dict(zip(("q05", "q50", "q95"), map(stamp, row.quantiles), strict=True))
    found |= {"score": row.score, "score_between": list(row.between), "no_opinion": sorted(row.silent - {""})}
    found |= {"run_came_so_far": "" not in row.silent, "crps_h": row.crps}
    found |= {"crps_between": row.crps_between and list(row.crps_between)}
    found |= {"pit": row.transform and list(row.transform), "nulls": dict(row.nulls)}
    return found | {"null_crps_h": dict(row.null_crps), "best_null": row.best, "skill": row.skill(row.best)}


def _together(found: Total) -> dict[str, Any]:
    error = None if found.error != found.error else found.error
    cover = {f"{share:.0%}".rstrip("%"): value for share, value in found.coverage.items()}
    own = {"score": found.score, "score_between": list(found.between), "nulls": dict(found.nulls)}
    skill = {"best_null": found.best, "skill_a_row": found.skill, "skill_error": error, "coverage": cover}
    return {"rows": found.rows, "independent": found.independent} | own | skill | {"p_all_at_once": found.met}


def _number(number: Counted) -> dict[str, Any]:
    spread = dict(zip(("q05", "q50", "q95"), number.quantiles, strict=True))
    head = {"reported": list(number.count.number), "claims": list(number.count.claims), "runs": number.runs}
    scored = {"p_in": number.inside, "score": number.score, "flat": number.flat}
    return head | {"mean": number.mean} | spread | scored


def _flat(run: str, entry: dict[str, Any]) -> dict[str, Any]:
    """An entry without mappings and lists inside."""
    found: dict[str, Any] = {"run": run}
    for key, value in entry.items():
        if isinstance(value, dict):
            found |= {f"{key}: {name}": inner for name, inner in value.items()}
        elif key in ("claims", "no_opinion"):
            found[key] = " ".join(value) if key == "claims" else "; ".join(value)
        elif key.endswith("_between") or key == "pit":
            low, high = value or (None, None)
            found |= {f"{key} low": low, f"{key} high": high}
        else:
            found[key] = value
    return found


def _escaped(cell: str) -> str:
    for letter in "&%_#":
        cell = cell.replace(letter, f"\\{letter}")
    return cell.replace("±", r"$\pm$")
