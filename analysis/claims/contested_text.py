"""The account of contested claims as text and as JSON."""

from collections.abc import Mapping, Sequence

from analysis.claims.contested import PREDICTIVE, Account, ContestedResult, Spread
from analysis.claims.reliability import Reliability
from analysis.tables.monte_carlo import wilson
from analysis.tables.outcomes import QUANTILE_KEYS
from analysis.words import changes
from analysis.words.text import aligned, json_of, paragraphs, plain
from sim.record.rows import Statement
from sim.store.reader import RunTables

QUANTILE_HEAD = ("5th percentile", "median", "95th percentile", "mean")
STATEMENT_HEAD = ("party", "reported", "Pr, simulated", "Pr, as reported")
ONE_COIN = """\
One-coin model, each party right with its own probability, Beta(1, 1) before: it rests on {statements}
statements in {matters} matters. On so few, and with truths that the model's own assumptions decide, it says
how far the record's weights by kind are from being contradicted here, and nothing of a party in general. A
statement is right if the truth is as it says, or more so; the matters are taken as independent of each
other. Half a run is added to each truth that can be (an assumption), so that none is impossible for
want of runs."""


def text(tables: RunTables, account: Account) -> str:
    """Each contested matter, the reliabilities, and the matters that are not in this run."""
    kind = PREDICTIVE.get(tables.manifest["parameters"], "predictive")
    parts = [_matter(one, kind, account.party_names) for one in account.results]
    if account.results:
        parts.append(_reliabilities(account))
    if account.missing:
        lines = [f"{name}: {why}" for name, why in account.missing.items()]
        parts.append(paragraphs(["not in this run:", *(f"  {line}" for line in lines)]))
    return "\n\n".join(parts) or "The record has no contested matters."


def _matter(one: ContestedResult, kind: str, named: Mapping[str, str]) -> str:
    share = one.count / one.sample.of
    where = f"{kind}, given {one.sample.event}: {one.count:,} of {one.sample.of:,} runs ({share:.3f})"
    numbers = _numbers(one, named) if one.item.unit is not None else paragraphs([_answers(one)])
    readings = [
        f"{named.get(side.party, side.party)}: {side.reason}" for side in one.item.sides if side.reason
    ]
    limits = f"Limitations: {one.item.limits}"
    lines = [f"{one.item.id}: {one.item.question}", where]
    notes = [*readings, *exclusion_texts(one, named), limits]
    return "\n".join([paragraphs(lines), numbers, _sides(one, named), paragraphs(notes)])


def exclusion_texts(one: ContestedResult, named: Mapping[str, str]) -> list[str]:
    """Which statements cannot both be true; or that all can, where several parties speak."""
    if len(one.sides) < 2:
        return []
    texts = []
    for exclusion in one.exclusions:
        one_side, other_side = exclusion.parties
        both = f"{named.get(one_side, one_side)} and {named.get(other_side, other_side)}"
        by = (
            "; their claims only differ, and this reading of them makes it so" if exclusion.by_reading else ""
        )
        texts.append(f"{both} contradict each other: not both can be true{by}.")
    return texts or ["The statements differ, and all can be true."]


def _numbers(one: ContestedResult, named: Mapping[str, str]) -> str:
    rows = [[str(one.item.unit), *QUANTILE_HEAD], ["  simulated value", *_cells(one.truth)]]
    rows += [
        [f"  simulated report by {named.get(party, party)}", *_cells(spread)]
        for party, spread in one.reports.items()
    ]
    return aligned(rows)


def _cells(spread: Spread) -> list[str]:
    return [*(f"{value:g}" for value in spread.quantiles), f"{spread.mean:.3g}"]


def _answers(one: ContestedResult) -> str:
    low, high = wilson(one.truth.mean * one.count, one.count)
    line = f"yes in {one.truth.mean:.3f} of them (95 % Monte Carlo interval {low:.3f} to {high:.3f})"
    parts = ", ".join(f"{name} {share:.3f}" for name, share in one.sample.parts.items())
    return f"{line}; {parts}" if parts else line


def _sides(one: ContestedResult, named: Mapping[str, str]) -> str:
    rows = [[*STATEMENT_HEAD, "source"]]
    for heard in one.sides:
        as_told = "not modelled" if heard.as_reported is None else f"{heard.as_reported:.3f}"
        name = named.get(heard.side.party, heard.side.party)
        cells = [name, statement_text(heard.side), f"{heard.in_truth:.3f}", as_told]
        rows.append([*cells, heard.documents])
        if heard.side.number is not None and heard.side.reads == "within":
            low, high = heard.side.number
            ends = (f"{low} or fewer", one.sample.truth <= low), (f"{high} or more", one.sample.truth >= high)
            rows += [["", f"  {end}", f"{which.mean():.3f}", "", ""] for end, which in ends]
    return aligned(rows)


def statement_text(side: Statement) -> str:
    """What a side says, in the direction in which more of it counts."""
    if side.number is None:
        return str(side.answer)
    low, high = side.number
    directed = {"at most": f"{high} or fewer", "at least": f"{low} or more"}
    return directed.get(str(side.reads), f"{low} to {high}")


def cells(account: Account, named: Mapping[str, str] | None = None) -> list[list[str]]:
    """Each contested statement below a head: how probable it is, and with the parties weighed.

    A party is given by its id, or by what people call it.
    """
    beliefs = [["matter", "party", "reported", "Pr, simulated", "Pr, parties weighed"]]
    for one in account.results:
        for heard, right in zip(one.sides, account.verdict.right[one.item.id], strict=True):
            numbers = [f"{heard.in_truth:.3f}", f"{right:.3f}"]
            name = (named or {}).get(heard.side.party, heard.side.party)
            beliefs.append([one.item.id, name, statement_text(heard.side), *numbers])
    return beliefs


def _reliabilities(account: Account) -> str:
    parties = account.verdict.parties
    rows = [["reliability of", "mean (90 % interval)", "statements", "weights that the record assumes"]]
    for party in parties:
        kinds = account.kind_weights.get(party.party, {})
        weights = ", ".join(f"{kind} {weight:g}" for kind, weight in kinds.items())
        mean = f"{party.mean:.2f} ({party.low:.2f} to {party.high:.2f})"
        name = account.party_names.get(party.party, party.party)
        rows.append([name, mean, str(party.statements), weights])
    statements = sum(party.statements for party in parties)
    note = ONE_COIN.format(statements=statements, matters=len(account.results))
    return "\n".join([aligned(rows), "", aligned(cells(account, account.party_names)), paragraphs([note])])


# --- as JSON ---------------------------------------------------------------------------------------------


def as_json(tables: RunTables, account: Account) -> dict[str, object]:
    """The same as one JSON object; what is not modelled is null."""
    keys = ("scenario", "given", "runs", "seed", "parameters")
    head = changes.as_json(tables) | {key: tables.manifest[key] for key in keys}
    return head | {
        "predictive": PREDICTIVE.get(tables.manifest["parameters"], "predictive"),
        "contested": [_entry(one, account.verdict.right[one.item.id]) for one in account.results],
        "not_in_this_run": dict(account.missing),
        "reliability": [_party(party, account) for party in account.verdict.parties],
    }


def _entry(one: ContestedResult, right: Sequence[float]) -> dict[str, object]:
    return {
        **json_of(one.item, "id", "question", "unit"),
        "given": one.sample.event,
        "histories": one.count,
        "of": one.sample.of,
        "p_given": one.count / one.sample.of,
        "truth": _spread(one.truth),
        "simulated_reports": {party: _spread(spread) for party, spread in one.reports.items()},
        "parts": dict(one.sample.parts),
        "sides": [
            json_of(heard.side, "party", "claims", "number", "reads", "answer", "reason")
            | {"p_in_truth": heard.in_truth, "p_as_told": heard.as_reported, "p_right": p_right}
            for heard, p_right in zip(one.sides, right, strict=True)
        ],
        "contradict": [json_of(exclusion, "parties", "by_reading") for exclusion in one.exclusions],
        "limits": one.item.limits,
    }


def _spread(spread: Spread) -> dict[str, float]:
    return {"mean": spread.mean} | dict(zip(QUANTILE_KEYS, spread.quantiles, strict=True))


def _party(party: Reliability, account: Account) -> dict[str, object]:
    weights = plain(account.kind_weights.get(party.party, {}))
    entry = json_of(party, "party", "statements", "mean")
    return entry | {"q05": party.low, "q95": party.high, "assumed": weights}
