"""The words of a report: what was run, how it scores, the largest discrepancies, how to reproduce it."""

import shlex
from collections.abc import Sequence

from analysis.scores.scorecard import Card, ObservationScore, Total, total
from analysis.scores.tables import title
from analysis.tables.clock import end_of, origin
from analysis.tables.scored_observations import NO_REPORTS
from analysis.words import changes, names
from analysis.words.text import counted, day_hour, day_hours, days_of_years, percent
from sim.record.record import Record
from sim.store.reader import RunTables

DISCREPANCIES = 5
"""How many discrepancies are listed."""
MOST_LABELS = 4
"""Results that a heading names, at most."""
NOTHING_SCORED = "Nothing that it gives is scored against the record."
PARAMETER_SOURCES = {
    "prior": "every parameter drawn from its prior",
    "fixed": "every parameter at its one value, chance alone differing",
    "posterior": "every parameter drawn from a calibrated file",
}
NOTE_ON_SCORES = """\
Scores are log scores (nats): minus the log probability of the report, allowing for its being false; lower is
better. In brackets: a baseline without a forecast, which gets the uniform score. Skill is the best
baseline's score less the result's; above 0 the result is better. Intervals in brackets are 95 % Monte Carlo
intervals; behind ± stands a standard error over the effective number of observations. A good score means
consistent with this case, and no more: the priors were set by people who knew it."""


def what(tables: RunTables) -> str:
    """What was run, and what was changed, in sentences."""
    m = tables.manifest
    failed = int((~tables.done).sum())
    lost = f" {failed:,} of them failed and are left out." if failed else ""
    count = f"{m['runs']:,} runs" if m["runs"] > 1 else "One run"
    parameters = PARAMETER_SOURCES.get(m["parameters"], m["parameters"])
    line = changes.line(tables)
    days = days_of_years(origin(tables), end_of(tables))
    span = f"{days}, random seed {m['seed']}"
    return f"{count} of {m['scenario']}, {span}, {parameters}. {line[0].upper()}{line[1:]}.{lost}"


def scored(card: Card | None, record: Record) -> list[str]:
    """How a result scores in two sentences: beside the baselines, and all that is reported at once."""
    if not record.claims:
        return [f"There are {NO_REPORTS}."]
    return [_beside_baselines(card), _together(card)] if card and card.rows else [NOTHING_SCORED]


def _beside_baselines(card: Card) -> str:
    overall = total(card, range(len(card.rows)))
    worse = sum(row.skill(row.best) < 0.0 for row in card.rows)
    better = "better" if overall.skill > 0.0 else "worse"
    return (
        f"Over all {overall.rows} scored observations{effective(overall)} its log "
        f"score is {abs(overall.skill):.2f} nats per observation {better} than that of the best baseline "
        f"forecast ({names.baseline(overall.best)}); on {worse} of them some baseline is better."
    )


def effective(summed: Total) -> str:
    """How many observations some are worth, in brackets; nothing where one run cannot say."""
    return f" (effective number {summed.independent:.1f})" if summed.independent > 0.0 else ""


FEW_RUNS = 30
"""Runs below which none of them says how improbable something is."""


def _together(card: Card) -> str:
    overall = total(card, range(len(card.rows)))
    many = len(card.interval_hits)
    met = round(overall.joint_share * many)
    if not met:
        if many < FEW_RUNS:
            runs = counted(many, "run")
            return f"None of {runs} meets all the reported intervals at once; so few say no more."
        most = 100.0 * (1.0 - 0.05 ** (1.0 / many))
        return (
            f"None of {many:,} runs meets all the reported intervals at once: the probability is below "
            f"{most:.2g} % (95 % confidence). It is small for whatever happened, "
            "for it is a product of narrow intervals; kidal evidence --all-within estimates it by splitting."
        )
    share = f"{met:,} of {many:,} runs meet" if met > 1 else f"1 of {many:,} runs meets"
    return (
        f"{share} all the reported intervals at once: that such a run is possible is consistent with what "
        "was reported, and shows no more than that."
    )


def joint(card: Card) -> str:
    """The energy scores as a sentence; empty without any."""
    if not card.joint:
        return ""
    scores = ", ".join(f"{names.baseline(name)} {score:.2f}" for name, score in card.joint.items() if name)
    which = "Energy score of the times for which every baseline but the uniform one has a forecast"
    return f"{which} (lower is better): result {card.joint['']:.2f}; {scores}."


def discrepancies(card: Card, tables: RunTables) -> list[str]:
    """The observations at which a result is worst against the best baseline, the worst first."""
    rows = sorted(card.rows, key=lambda row: row.skill(row.best))
    return [_discrepancy(card, row, tables) for row in rows[:DISCREPANCIES]]


def _discrepancy(card: Card, row: ObservationScore, tables: RunTables) -> str:
    seen, moment = row.term.observation, row.quantiles[1]
    simulated = f"median {day_hour(moment)}" if moment else "not in most runs"
    runs = int(tables.done.sum())
    within = percent(round(row.inside * runs), runs)
    return (
        f"{title(card, row)}: reported {day_hours(seen.earliest, seen.latest)}, "
        f"simulated {simulated}, {within} of runs within; skill {row.skill(row.best):+.2f} against the best "
        f"baseline ({names.baseline(row.best)})."
    )


def reproducibility(tables: RunTables, folder: str) -> list[tuple[str, str]]:
    """How to get the same again: command, seed, versions, hashes, and what verifies a result in a folder."""
    m = tables.manifest
    verify = shlex.join(["kidal", "verify", folder])
    versions = {"Python": m["python"], **m.get("packages", {})}
    return [
        ("Command", shlex.join(m["command"])),
        ("Random seed", str(m["seed"])),
        ("Rules", f"number {m['rules']}"),
        ("Program", f"{m['program']} (commit {m['commit'] or 'unknown'})"),
        ("Versions", ", ".join(f"{name} {version}" for name, version in versions.items())),
        *([("Machine", str(m["machine"]))] if "machine" in m else []),
        ("Hash of the result", str(m["hash"])),
        ("Hashes of its inputs", ", ".join(f"{name} {value}" for name, value in m["hashes"].items())),
        (
            "To verify",
            f"{verify} runs some of its runs again and says what differs.",
        ),
    ]


def side_by_side(labels: Sequence[str]) -> str:
    """What a page of some results is called, by what each is called: the first ones, if there are many."""
    many = len(labels) > MOST_LABELS
    listed = labels[: MOST_LABELS - 1] if many else labels
    last = f"{len(labels) - len(listed)} more" if many else listed[-1]
    before = ", ".join(listed if many else listed[:-1])
    return f"{before} and {last}, side by side"
