"""The words of a report: what was run, the answer in three sentences, the worst misses, how to redo it."""

import shlex

from analysis.scores.scorecard import Card, ObservationScore, total
from analysis.scores.tables import label
from analysis.tables import changes
from analysis.tables.clock import days_of
from analysis.tables.text import interval, short
from sim.scenario.network import Network
from sim.store.reader import RunTables

WORST = 5
"""How many misses are told."""
NOTHING_SCORED = "Nothing that it gives is scored against the record."
PARAMETER_SOURCES = {
    "prior": "every parameter drawn from its prior",
    "fixed": "every parameter at its one value, chance alone differing",
    "posterior": "every parameter drawn from a calibrated file",
}


def what(tables: RunTables) -> str:
    """What was run, in a sentence."""
    m = tables.manifest
    failed = int((~tables.done).sum())
    lost = f" {failed:,} of them failed and are left out." if failed else ""
    count = f"{m['runs']:,} histories" if m["runs"] > 1 else "One history"
    parameters = PARAMETER_SOURCES.get(m["parameters"], m["parameters"])
    line = changes.line(tables)
    span = f"{days_of(tables)}, seed {m['seed']}"
    return f"{count} of {m['scenario']}, {span}, {parameters}. {line[0].upper()}{line[1:]}.{lost}"


def answer(card: Card, network: Network) -> list[str]:
    """The answer in three sentences: the last capture, the nulls, all that is fitted at once."""
    if not card.rows:
        return [NOTHING_SCORED]
    return [_capture(card, network), _nulls(card), _together(card)]


def _capture(card: Card, network: Network) -> str:
    rows = [row for row in card.rows if not row.term.observation.survival]
    captures = [row for row in rows if row.term.milestone.split(":")[1] == "capture"]
    row = (captures or rows or list(card.rows))[-1]
    seen, moment = row.term.observation, row.quantiles[1]
    middle = f"half of the histories by {short(moment)}" if moment else "fewer than half ever"
    where = interval(seen.earliest, seen.latest)
    return (
        f"{_opening(row.term.milestone, network)} comes in {row.share_reached:.0%} of the histories, "
        f"{middle} (UTC); reported is {where}, and {row.inside:.1%} of the histories fall into it."
    )


def _opening(milestone: str, network: Network) -> str:
    """The beginning of a sentence about a milestone."""
    place, event = milestone.split(":")[:2]
    places = network.places
    name = places[place].name if place in places else place.replace("_", " ").capitalize()
    return f"At {name} the {event.replace('_', ' ')}"


def _nulls(card: Card) -> str:
    overall = total(card, range(len(card.rows)))
    worse = sum(row.skill(row.best) < 0.0 for row in card.rows)
    better = "better" if overall.skill > 0.0 else "worse"
    return (
        f"Over all {overall.rows} scored observations, worth about {overall.independent:.0f} independent "
        f"ones, it does {abs(overall.skill):.2f} nats an observation {better} than the best rule of thumb "
        f"({overall.best}); on {worse} of them some rule of thumb does better."
    )


def _together(card: Card) -> str:
    overall = total(card, range(len(card.rows)))
    many = len(card.interval_hits)
    met = round(overall.joint_share * many)
    if not met:
        return (
            f"None of {many:,} histories meets all these intervals at once: as a whole the model, as it is "
            "set here, does not tell what was reported."
        )
    share = f"{met:,} of {many:,} histories meet" if met > 1 else f"1 of {many:,} histories meets"
    return (
        f"{share} all these intervals at once: that such a history can come about is consistent with what "
        "was reported, and shows no more than that."
    )


def misses(card: Card) -> list[str]:
    """The observations that a run scores worst at, against the best null."""
    rows = sorted(card.rows, key=lambda row: row.skill(row.best))
    return [_miss(row) for row in rows[:WORST]]


def _miss(row: ObservationScore) -> str:
    seen, moment = row.term.observation, row.quantiles[1]
    simulated = f"median {short(moment)}" if moment else "mostly never"
    best = "a flat guess" if row.best in row.silent else row.best
    return (
        f"{label(row)}: reported {interval(seen.earliest, seen.latest)}, simulated {simulated}, "
        f"P(in) {row.inside:.3f}; skill {row.skill(row.best):+.2f} over {best}"
    )


def reproducibility(tables: RunTables) -> list[tuple[str, str]]:
    """How to get the same again: the command, versions, hashes and seed."""
    m = tables.manifest
    rows = [
        ("command", shlex.join(m["command"])),
        ("program", f"{m['program']} (commit {m['commit'] or 'unknown'})"),
        ("rules", f"number {m['rules']}"),
    ]
    rows += [("python", str(m["python"])), ("seed", str(m["seed"])), ("run", str(m["hash"]))]
    return [*rows, *((f"hash of {name}", str(value)) for name, value in m["hashes"].items())]
