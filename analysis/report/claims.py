"""Contested claims in a report: each matter with what the runs give and what each party says of it."""

from collections.abc import Mapping
from typing import NamedTuple

from analysis.claims.chronology import parties
from analysis.claims.contested import PREDICTIVE, Account, ContestedResult, PartyReport, Spread
from analysis.claims.contested_text import QUANTILE_HEAD, STATEMENT_HEAD, exclusion_texts, statement_text
from analysis.report.tables import Cells, ReportTable
from analysis.tables.monte_carlo import wilson
from analysis.words import names
from analysis.words.text import percent
from sim.record.record import Record
from sim.store.reader import RunTables

PARTIES_WEIGHED = """\
Each party is taken to be right with a probability of its own (Dawid and Skene's model with one parameter a
party, prior Beta(1, 1)). It rests on {statements} statements in {matters} matters: so few, and with
simulated values that the model's own assumptions decide, that it says how far the weights that the record
assumes are contradicted here, and nothing of a party in general. The matters are taken as independent. Half
a run is added to each value that can be, so that none is impossible for want of runs (assumption)."""


class ContestedMatter(NamedTuple):
    """A contested matter: its question, what the runs give, its tables, and how to read them."""

    question: str
    given: str
    tables: list[ReportTable]
    notes: list[str]


def matters(tables: RunTables, record: Record, account: Account) -> list[ContestedMatter]:
    """Each contested matter of a result."""
    kind, labels = PREDICTIVE.get(tables.manifest["parameters"], "predictive"), parties(record)
    return [_matter(one, kind, labels) for one in account.results]


def _matter(one: ContestedResult, kind: str, labels: Mapping[str, str]) -> ContestedMatter:
    of = f"{one.count:,} of {one.sample.of:,} runs, {percent(one.count, one.sample.of)}"
    given = f"{kind[0].upper()}{kind[1:]}, given {one.sample.event}: {of}. "
    rows = []
    if one.item.unit is None:
        given += _answers(one)
    else:
        rows = [["simulated value", *_cells(one.truth)]]
        rows += [
            [f"simulated report by {labels.get(party, party)}", *_cells(spread)]
            for party, spread in one.reports.items()
        ]
    numbers = ReportTable("", [str(one.item.unit), *QUANTILE_HEAD], rows)
    sides = [line for side in one.sides for line in _statements(one, side, labels)]
    notes = [f"{labels.get(side.party, side.party)}: {side.reason}" for side in one.item.sides if side.reason]
    made = [table for table in (numbers, ReportTable("", [*STATEMENT_HEAD, "claims"], sides)) if table.rows]
    return ContestedMatter(
        question=one.item.question,
        given=given.strip(),
        tables=made,
        notes=[*notes, *exclusion_texts(one, labels), f"Limitation: {one.item.limits}"],
    )


def _cells(spread: Spread) -> Cells:
    return [*(f"{value:g}" for value in spread.quantiles), f"{spread.mean:.3g}"]


def _answers(one: ContestedResult) -> str:
    yes = round(one.truth.mean * one.count)
    low, high = wilson(yes, one.count)
    interval = f"95 % Monte Carlo interval {100 * low:.0f} to {100 * high:.0f} %"
    text = f"Yes in {percent(yes, one.count)} of them ({interval})"
    parts = "; ".join(f"{name} {share:.2f}" for name, share in one.sample.parts.items())
    return f"{text}: {parts}." if parts else f"{text}."


def _statements(one: ContestedResult, heard: PartyReport, labels: Mapping[str, str]) -> list[Cells]:
    """What a party says, and how probable that is; of a range each end by itself too."""
    reported = "not modelled" if heard.as_reported is None else f"{heard.as_reported:.2f}"
    name, claims = labels.get(heard.side.party, heard.side.party), ", ".join(heard.side.claims)
    rows = [[name, statement_text(heard.side), f"{heard.in_truth:.2f}", reported, claims]]
    if heard.side.number is not None and heard.side.reads == "within":
        low, high = heard.side.number
        truth = one.sample.truth
        rows.append(["", f"{low} or fewer", f"{(truth <= low).mean():.2f}", "", ""])
        rows.append(["", f"{high} or more", f"{(truth >= high).mean():.2f}", "", ""])
    return rows


def weighed(record: Record, account: Account) -> list[ReportTable]:
    """How reliable each party is by its statements, and how probable each statement is by that."""
    labels = parties(record)
    return [_reliability(account, labels), _beliefs(account, labels)]


def _reliability(account: Account, labels: Mapping[str, str]) -> ReportTable:
    rows = []
    for party in account.verdict.parties:
        kinds = account.kind_weights.get(party.party, {})
        weights = ", ".join(f"{names.report(kind)} {weight:g}" for kind, weight in kinds.items())
        mean = f"{party.mean:.2f} ({party.low:.2f} to {party.high:.2f})"
        rows.append([labels.get(party.party, party.party), mean, str(party.statements), weights])
    head = ["party", "mean (90 % interval)", "statements", "weights that the record assumes"]
    return ReportTable("Reliability of each party", head, rows)


def _beliefs(account: Account, labels: Mapping[str, str]) -> ReportTable:
    rows = []
    for one in account.results:
        for heard, right in zip(one.sides, account.verdict.right[one.item.id], strict=True):
            says = f"{labels.get(heard.side.party, heard.side.party)}: {statement_text(heard.side)}"
            rows.append([one.item.question, says, f"{heard.in_truth:.2f}", f"{right:.2f}"])
    head = ["matter", "statement", "Pr, simulated", "Pr, parties weighed"]
    return ReportTable("Statements", head, rows)


def reliability_note(account: Account) -> str:
    """On what the reliabilities rest."""
    statements = sum(party.statements for party in account.verdict.parties)
    return PARTIES_WEIGHED.format(statements=statements, matters=len(account.results))
