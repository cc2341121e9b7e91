"""Contested claims weighed by a run: quantities, the one-coin model, the record's table, and the command."""

import json
import re
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import scipy
from bundled import bundled_record

from analysis.claims import contested, contested_text, quantities
from analysis.claims.reliability import Matter, one_coin
from runs import run_folder
from sim.files.case import BUNDLED
from sim.files.yaml_tree import FaultyInput
from sim.record.operators import ANSWER_KINDS, Amount, FurtherOn, Happened, Losses, OutcomeLess
from sim.record.record import Record, load_record
from sim.record.rows import ContestedQuantity, Statement
from sim.store.reader import RunTables, read_run


@cache
def by_id():
    return {item.id: item for item in bundled_record().contested}


# --- the one-coin model ----------------------------------------------------------------------------------


def certain(name: str, *parties: str, right: tuple[bool, ...]) -> Matter:
    return Matter(name, parties, {right: 1.0})


@pytest.mark.parametrize(("right", "wrong"), [(0, 0), (1, 0), (3, 0), (0, 2), (4, 3)])
def test_one_party_whose_truths_are_known_has_a_beta_posterior(right, wrong):
    matters = [certain(f"r{i}", "csp", right=(True,)) for i in range(right)]
    matters += [certain(f"w{i}", "csp", right=(False,)) for i in range(wrong)]
    verdict = one_coin(matters)
    if not matters:
        assert verdict.parties == ()
        return
    (csp,) = verdict.parties
    exact = scipy.stats.beta(1 + right, 1 + wrong)
    assert csp.statements == right + wrong
    assert (csp.mean, csp.low, csp.high) == pytest.approx((exact.mean(), exact.ppf(0.05), exact.ppf(0.95)))


def test_a_statement_of_one_party_keeps_its_prior():
    verdict = one_coin([Matter("a", ("csp",), {(True,): 0.3, (False,): 0.7})])
    assert verdict.right["a"] == pytest.approx((0.3,))  # one statement of unknown reliability weighs nothing
    assert verdict.parties[0].mean == pytest.approx(0.3 * 2 / 3 + 0.7 * 1 / 3)


def test_a_party_that_is_right_elsewhere_is_believed_in_closed_form():
    matters = [certain("known", "csp", right=(True,)), Matter("a", ("csp",), {(True,): 0.3, (False,): 0.7})]
    # Beta(2, 1) has the mean 2/3, so right is twice as probable as wrong before the prior is looked at
    assert one_coin(matters).right["a"] == pytest.approx((0.3 * 2 / (0.3 * 2 + 0.7 * 1),))


def brute(matters: list[Matter], points: int = 4001) -> tuple[dict[str, float], list[list[float]]]:
    """The same by a grid over each reliability and a sum over all truths."""
    parties = list(dict.fromkeys(party for matter in matters for party in matter.parties))
    theta = (np.arange(points) + 0.5) / points
    total, means = 0.0, dict.fromkeys(parties, 0.0)
    beliefs = [[0.0] * len(matter.parties) for matter in matters]
    for states in product(*(matter.priors for matter in matters)):
        weight, theta_mean = 1.0, {}
        for matter, state in zip(matters, states, strict=True):
            weight *= matter.priors[state]
        for party in parties:
            said = [
                right
                for matter, state in zip(matters, states, strict=True)
                for who, right in zip(matter.parties, state, strict=True)
                if who == party
            ]
            density = theta ** sum(said) * (1 - theta) ** (len(said) - sum(said))
            weight *= density.mean()
            theta_mean[party] = (theta * density).mean() / density.mean()
        total += weight
        for party in parties:
            means[party] += weight * theta_mean[party]
        for at, state in enumerate(states):
            for index, right in enumerate(state):
                beliefs[at][index] += weight * right
    return {p: m / total for p, m in means.items()}, [[b / total for b in row] for row in beliefs]


def test_several_parties_agree_with_a_sum_over_every_truth():
    matters = [
        Matter("a", ("csp", "army"), {(True, False): 0.2, (False, True): 0.5, (False, False): 0.3}),
        Matter("b", ("army", "csp", "independent"), {(True, False, False): 0.8, (False, True, True): 0.2}),
        Matter("c", ("csp",), {(True,): 0.9, (False,): 0.1}),
        Matter("d", ("independent", "army"), {(True, True): 0.6, (False, False): 0.4}),
    ]
    means, beliefs = brute(matters)
    verdict = one_coin(matters)
    assert {party.party: party.mean for party in verdict.parties} == pytest.approx(means, abs=1e-5)
    for matter, row in zip(matters, beliefs, strict=True):
        assert verdict.right[matter.id] == pytest.approx(row, abs=1e-5)


def test_a_likelier_statement_makes_its_party_more_reliable_and_the_other_less():
    def means(p: float) -> tuple[float, float]:
        matter = Matter("a", ("csp", "army"), {(True, False): p, (False, True): 1 - p})
        verdict = one_coin([matter, certain("b", "csp", right=(True,))])
        return verdict.parties[0].mean, verdict.parties[1].mean

    csp, army = zip(*(means(p) for p in (0.1, 0.3, 0.5, 0.7, 0.9)), strict=True)
    assert list(csp) == sorted(csp)
    assert list(army) == sorted(army, reverse=True)
    assert csp[0] < csp[-1]


def test_names_of_the_parties_do_not_matter():
    def solved(one: str, two: str) -> dict[str, float]:
        matter = Matter("a", (one, two), {(True, False): 0.7, (False, True): 0.3})
        return {party.party: party.mean for party in one_coin([matter]).parties}

    assert solved("csp", "army")["csp"] == solved("army", "csp")["army"]


# --- what bears a side out, and its prior ----------------------------------------------------------------


def side(party: str = "csp", **words: object) -> Statement:
    words = {"number": "3 to 8", "reads": "within", **words}
    return Statement.model_validate({"party": party, "claims": ["c"], **words})


@pytest.mark.parametrize(
    ("reads", "right"), [("at most", [1, 1, 1, 0]), ("at least", [0, 1, 1, 1]), ("within", [0, 1, 1, 0])]
)
def test_a_number_is_borne_out_in_its_direction(reads, right):
    values = np.array([2.0, 3.0, 8.0, 9.0])
    assert contested.bears_out(side(reads=reads), values).tolist() == right


def test_a_truth_that_no_history_shows_is_still_possible_and_an_impossible_one_is_not():
    item = by_id()["groups-losses-5-october"]
    matter = contested.matter(item, np.zeros(9))
    assert matter.parties == ("csp", "army")
    assert matter.priors == pytest.approx(
        {(True, False): 9.5 / 10.5, (False, False): 0.5 / 10.5, (False, True): 0.5 / 10.5}
    )
    yes_no = contested.matter(by_id()["alkit-12-november"], np.array([1.0, 1.0, 0.0]))
    assert yes_no.priors == pytest.approx({(True, False, False): 2.5 / 4, (False, True, True): 1.5 / 4})


def excluded(**sides: Statement) -> list[tuple[tuple[str, str], bool]]:
    """The pairs of parties of a matter that cannot both be right, and whether reading alone makes it so."""
    item = by_id()["groups-losses-5-october"].model_copy(update={"sides": tuple(sides.values())})
    return [(found.parties, found.by_reading) for found in contested.exclusions(item, bundled_record())]


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        ({"number": "8", "reads": "at most"}, {"number": "30 to 1000", "reads": "at least"}, False),
        ({"number": "30", "reads": "at most"}, {"number": "30 to 1000", "reads": "at least"}, True),
        ({"number": "1 to 6", "reads": "within"}, {"number": "6 to 9", "reads": "within"}, True),
        ({"number": "1 to 6", "reads": "within"}, {"number": "7 to 9", "reads": "within"}, False),
    ],
)
def test_statements_exclude_each_other_where_no_truth_bears_out_both(first, second, both):
    pairs = excluded(one=side("csp", **first), two=side("army", **second))
    assert pairs == ([] if both else [(("csp", "army"), True)])  # no claim 'c' contradicts another


def test_what_is_a_contradiction_by_reading_alone_says_so():
    found = {
        name: [(one.parties, one.by_reading) for one in contested.exclusions(item, bundled_record())]
        for name, item in by_id().items()
    }
    assert found == {
        "groups-losses-5-october": [(("csp", "army"), False)],
        "vehicles-tarkint": [],
        "resumed-5-october": [(("csp", "army"), True), (("csp", "independent"), True)],
        "alkit-12-november": [(("army", "csp"), True), (("army", "independent"), True)],
        "groups-losses-june-2025": [(("army", "csp"), False)],
        "vehicles-june-2025": [(("csp", "army"), False)],
    }


# --- quantities of hand-made runs -------------------------------------------------------------------

SPOTS = {
    "tarkint:mine": (150, 125, 175),
    "tabrichat:arrival": (180, 180, 180),
    "tabankort:ambush": (196, 180, 229),
    "anefis:contact": (229, 229, 229),
    "anefis:capture": (240, 240, 240),
    "alkit_rd:contact": (322, 322, 322),
    "alkit_rd:break": (322, 322, 322),
}
# hour, event, km, amount, other
ROAD = [
    (5.5, "departure", 0, 0, 0),
    (30.0, "mine", 100, 9, 1),  # not near Tarkint
    (31.0, "mine_unreported", 150, 8, 1),  # nobody tells of it
    (32.0, "mine", 150, 4, 1),
    (33.0, "mine", 151, 7, 1),  # the second
    (60.0, "ambush", 185, 5, 40),  # another day than the contact's
    (62.0, "ambush_end", 185, 50, 50),
    (79.0, "ambush", 200, 3, 40),
    (82.0, "ambush_end", 200, 10, 3),
    (82.0, "march", 200, 9, 0),
    (88.0, "contact", 229, 2, 90),
    (91.0, "contact_end", 229, 20, 4),
    (102.0, "contact", 229, 2, 90),
    (104.0, "break", 229, 30, 6),  # the day after
    (122.0, "capture", 240, 0, 0),
    (976.0, "contact", 322, 2, 90),
    (979.0, "contact_end", 322, 5, 5),
    (1000.0, "contact", 322, 2, 90),
    (1002.0, "break", 322, 5, 5),
]


def tables(
    *histories: list[tuple], column: str = "army", spots: dict | None = None, **runs: list
) -> RunTables:
    """Tables of some runs of one column, and reports that halve one's own losses and double the other's."""
    rows = [(at, *event) for at, events in enumerate(histories) for event in events]
    names = ("replicate", "hour", "event", "km", "amount", "other")
    events = {
        name: np.array(cells, object if name == "event" else float)
        for name, cells in zip(names, zip(*rows, strict=True), strict=True)
    }
    events |= {"kind": np.array(["column"] * len(rows)), "agent": np.array([column] * len(rows), object)}
    told = [
        (row[0], party, row[2], own / 2, 2 * other)
        for row in rows
        if row[2] in ("ambush_end", "contact_end", "break")
        for party, own, other in (("army", row[4], row[5]), ("csp", row[5], row[4]))
    ]
    cells = zip(*told, strict=True) if told else [()] * 5
    kinds = (float, object, object, float, float)
    words = ("replicate", "party", "event", "own_casualties", "enemy_casualties_claimed")
    reports = {name: np.array(cell, kind) for name, cell, kind in zip(words, cells, kinds, strict=True)}
    n = len(histories)
    table = {"replicate": np.arange(n), "status": np.array(["done"] * n, object)}
    table |= {name: np.array(values, float) for name, values in runs.items()}
    manifest = {"scenario": "made", "hash": "0", "start": "2023-10-02", "end": "2024-01-01", "design": None}
    manifest |= {
        "columns": [column],
        "parameters": "prior",
        "runs": n,
        "seed": 1,
        "given": "",
        "hypotheses": [],
    }
    manifest["milestones"] = [
        {"id": name, "column": column, "km": km, "from_km": low, "to_km": high}
        for name, (km, low, high) in (SPOTS if spots is None else spots).items()
    ]
    return RunTables(
        manifest=manifest,
        runs=table,
        events=events,
        reports=reports,
        route={},
        daylight={},
        cover={},
        points={},
    )


def without(*events: str) -> list[tuple]:
    return [row for row in ROAD if row[1] not in events]


def drawn(matter: str, run: RunTables) -> quantities.QuantitySample:
    found = quantities.quantity_sample(run, by_id()[matter], bundled_record().parties)
    assert not isinstance(found, str), found
    return found


def test_every_quantity_of_the_record_is_implemented():
    kinds = {item.id: type(item.quantity) for item in bundled_record().contested}
    assert set(kinds.values()) == {Losses, Amount, OutcomeLess, FurtherOn, Happened}
    without_unit = {item.id for item in bundled_record().contested if item.unit is None}
    assert without_unit == {name for name, kind in kinds.items() if kind in ANSWER_KINDS}


def test_the_groups_losses_are_those_of_the_day_of_the_contact_and_as_each_would_tell():
    found = drawn("groups-losses-5-october", tables(ROAD, without("contact")))
    assert (found.truth.tolist(), found.of) == ([7.0], 2)
    assert {party: values.tolist() for party, values in found.reports.items()} == {
        "army": [14.0],
        "csp": [3.5],
    }


def test_the_mine_near_tarkint_is_the_first_that_is_told_of():
    found = drawn("vehicles-tarkint", tables(ROAD, without("mine"), ROAD))
    assert (found.truth.tolist(), found.of, dict(found.reports)) == ([4.0, 4.0], 3, {})


def test_going_on_is_progress_by_midnight_after_a_morning_ambush():
    first = [row for row in ROAD if row[0] < 60.0]
    on = [*first, *ROAD[7:]]
    stopped = [*ROAD[:1], *ROAD[7:9], (97.0, "march", 200, 9, 0), (98.0, "contact", 229, 1, 1)]
    dusk = [
        *first,
        (85.0, "ambush", 200, 3, 40),
        (86.0, "ambush_end", 200, 1, 1),
        (90.0, "bivouac", 210, 0, 0),
    ]
    never = without("ambush", "ambush_end")
    found = drawn("resumed-5-october", tables(on, stopped, dusk, never))
    assert (found.truth.tolist(), found.of) == ([1.0, 0.0], 4)


def test_the_second_day_at_alkit_is_broken_round_beaten_or_unchanged():
    base = ROAD[:-2]
    later = [*base, (1010.0, "break", 322, 0, 0)]  # the third day, from 1008 h
    around = [*base, (1005.0, "round", 322, 3, 0)]
    beaten = [*base, (990.0, "beaten", 322, 1, 1)]
    found = drawn("alkit-12-november", tables(ROAD, later, around, beaten, ROAD[:5]))
    assert (found.truth.tolist(), found.of) == ([1.0, 0.0, 1.0, 0.0], 5)
    assert found.parts == {"broken": 0.25, "bypassed": 0.25, "column repulsed": 0.25, "unchanged": 0.25}


AMBUSH = [
    (29.0, "departure", 0, 0, 0),
    (30.0, "mine", 20, 2, 1),
    (33.0, "ambush", 75, 9, 30),
    (43.0, "ambush_end", 75, 26, 4),
    (50.0, "mine_unreported", 90, 1, 1),
]


def test_vehicles_lost_in_the_ambush_leave_out_those_that_mines_hit():
    spots = {"anefis:ambush": (75, 0, 190)}
    run = tables(AMBUSH, AMBUSH[:2], AMBUSH, column="logistics", spots=spots, column_vehicles_lost=[15, 9, 3])
    assert drawn("vehicles-june-2025", run).truth.tolist() == [12.0, 0.0]
    lost = drawn("groups-losses-june-2025", run)
    assert lost.truth.tolist() == [4.0, 4.0]
    assert lost.reports["csp"].tolist() == [2.0, 2.0]


def test_a_matter_that_a_run_cannot_tell_of_is_named_with_the_reason():
    account = contested.weigh(
        tables(without("mine"), spots={"tarkint:mine": SPOTS["tarkint:mine"]}), bundled_record()
    )
    assert (account.results, account.verdict.parties) == ((), ())
    assert account.missing == {
        "groups-losses-5-october": "the run has no milestone tabrichat:arrival of army",
        "vehicles-tarkint": "a reported mine strike near Tarkint is in none of its 1 stored runs",
        "resumed-5-october": "the run has no milestone tabankort:ambush of army",
        "alkit-12-november": "the run has no milestone alkit_rd:contact of army",
        "groups-losses-june-2025": "the run has no column logistics",
        "vehicles-june-2025": "the run has no column logistics",
    }


def test_a_matter_is_weighed_in_truth_and_as_each_side_would_tell():
    account = contested.weigh(tables(ROAD), bundled_record())
    losses = account.results[0]
    assert [(heard.in_truth, heard.as_reported) for heard in losses.sides] == [(1.0, 1.0), (0.0, 0.0)]
    many = [(*row[:4], 40 if row[0] == 91.0 else row[4]) for row in ROAD]
    losses = contested.weigh(tables(ROAD, many), bundled_record()).results[0]
    assert [(heard.in_truth, heard.as_reported) for heard in losses.sides] == [(0.5, 0.5), (0.5, 0.5)]
    assert losses.truth.quantiles == (7.0, 7.0, 43.0)
    assert (losses.truth.mean, losses.reports["army"].mean, losses.reports["csp"].mean) == (25.0, 50.0, 12.5)
    assert account.kind_weights["csp"] == {"party": bundled_record().weights["party"]}
    assert account.kind_weights["independent"] == {"independent": bundled_record().weights["independent"]}


@pytest.mark.parametrize(
    ("parameters", "word"),
    [("prior", "prior predictive"), ("fixed", "at fixed parameters"), ("posterior", "posterior predictive")],
)
def test_the_text_says_of_what_it_is_the_distribution(parameters, word):
    run = tables(ROAD)
    run = replace(run, manifest={**run.manifest, "parameters": parameters})
    account = contested.weigh(run, bundled_record())
    assert f"\n{word}, given a contact at Alkit: 1 of 1 runs" in contested_text.text(run, account)
    assert contested_text.as_json(run, account)["predictive"] == word


# --- the record's table ----------------------------------------------------------------------------------


def test_the_record_holds_every_contested_matter_with_its_sides():
    sides = {item.id: {side.party for side in item.sides} for item in bundled_record().contested}
    assert sides == {
        "groups-losses-5-october": {"csp", "army"},
        "vehicles-tarkint": {"narrative"},
        "resumed-5-october": {"csp", "army", "independent"},
        "alkit-12-november": {"army", "csp", "independent"},
        "groups-losses-june-2025": {"army", "csp"},
        "vehicles-june-2025": {"csp", "army"},
    }
    for item in bundled_record().contested:
        assert item.limits
        for one in item.sides:
            assert (one.number is None) != (one.answer is None)


def test_the_record_of_a_time_keeps_the_matters_of_that_time():
    from datetime import UTC, datetime

    part = bundled_record().between(datetime(2025, 6, 1, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC))
    assert [item.id for item in part.contested] == ["groups-losses-june-2025", "vehicles-june-2025"]


MATTERS = """\
contested:
  - id: losses
    question: How many?
    quantity:
      kind: losses
      given: {first: "anefis:contact", words: a contact}
      events: [break]
      number: other
      side: rebels
    column: army
    unit: persons
    sides:
      - party: csp
        claims: [c18-csp-s0]
        number: 8
        reads: at most
      - party: army
        claims: [c17-army-s0]
        number: 30 to 90
        reads: at least
        reason: Words read as a number.
    limits: Nothing.
"""
PROGRESS = '{kind: progress, given: {first: "anefis:contact", words: a contact}, days: 1}'
OLD_FORM = "groups lost before anefis"
FAULTS = [
    (("party: csp", "party: cps"), "14: 'c18-csp-s0' is by 'csp', not by 'cps'; expected its own"),
    (("c18-csp-s0", "c18-csp-s9"), "14: 'c18-csp-s9' is no claim; did you mean 'c18-csp-s"),
    (("c18-csp-s0", "c17-army-s0"), "14: 'c17-army-s0' is by 'army', not by 'csp'; expected its own"),
    (("c18-csp-s0", "l04-csp-s4"), "14: 'l04-csp-s4' is about the column 'logistics', not this one"),
    (("number: 8\n", "number: 9\n"), "15: number: no claim states it; expected one that does, or a 'reason'"),
    (("number: 8\n", "number: 9 to 8\n"), "15: number: '9 to 8' runs backwards; expected '8 to 9'"),
    (("        reads: at most\n", ""), "13: reads: goes with a number, and only with it"),
    (("reads: at most", "reads: about"), "16: reads: 'about' is not known; "),
    (("        number: 8\n        reads: at most\n", ""), "13: sides: each has either a number or an answer"),
    (
        ("        number: 8\n        reads: at most\n", "        answer: no\n"),
        "16: sides: some give numbers, others yes or no; expected one or the other",
    ),
    (("party: army", "party: csp"), "17: party: 'csp' speaks here already; expected one side a party"),
    (("    unit: persons\n", ""), "2: unit: numbers need one; expected something like 'persons'"),
    (("events: [break]", "events: [brake]"), "7: 'brake' is no event of the log; did you mean 'break'?"),
    (
        ("side: rebels", "side: rebel"),
        "9: 'rebel' is no side of a party in parties.yaml; did you mean 'rebels'?",
    ),
    (("anefis:contact", "anefis:contract"), "6: 'contract' is no event; did you mean 'contact'?"),
    (("anefis:contact", "anefis:raid"), "6: first: 'anefis:raid' is no event of a column; 'place:contact'"),
    (
        ("kind: losses", "kind: loss"),
        "4: quantity: kind: 'loss' is not known; expected one of losses, amount, outcome",
    ),
    (("number: other", "numbr: other"), "8: 'numbr' is not a key here; did you mean 'number'?"),
    (("words: a contact}", "words: a contact, before: 12 h}"), "6: before: has no 'source'; 'assumption'"),
    (
        ("      kind: losses\n", "      kind: progress\n      days: 1\n"),
        "8: 'events' is not a key here; expected one of kind, given, days, needs",
    ),
    (
        (
            MATTERS[MATTERS.index("    quantity:") : MATTERS.index("    column:")],
            f"    quantity: {PROGRESS}\n",
        ),
        "4: quantity: 'progress' goes with an answer, yes or no, on every side",
    ),
    (
        ("        number: 8\n        reads: at most\n", "        answer: no\n"),
        "5: quantity: 'losses' goes with a number on every side",
    ),
    (
        (
            MATTERS[MATTERS.index("    quantity:") : MATTERS.index("    column:")],
            f"    quantity: {OLD_FORM}\n",
        ),
        f"4: quantity: {OLD_FORM} is a name, the old form; expected a mapping {{kind: losses, given: ",
    ),
    (("    limits: Nothing.\n", ""), "2: the key 'limits' is missing"),
    (("question:", "questoin:"), "3: 'questoin' is not a key here; did you mean 'question'?"),
    (("contested:", "matters:"), "1: 'matters' is not a key here; 'contested' is the only one"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The record that comes along, with a table of contested matters of its own."""
    for path in BUNDLED.path("record").glob("*.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "contested.yaml").write_text(MATTERS, encoding="utf-8")
    return tmp_path


def test_a_table_of_ones_own_is_read_and_may_be_left_out(folder: Path):
    assert [item.id for item in load_record(folder=folder).contested] == ["losses"]
    (folder / "contested.yaml").unlink()
    assert load_record(folder=folder).contested == ()


@pytest.mark.parametrize(("change", "message"), FAULTS, ids=lambda value: str(value)[:40])
def test_a_faulty_table_is_told_with_its_line(folder: Path, change, message):
    assert change[0] in MATTERS
    (folder / "contested.yaml").write_text(MATTERS.replace(*change, 1), encoding="utf-8")
    with pytest.raises(FaultyInput) as error:
        load_record(folder=folder)
    lines = [line.rpartition("contested.yaml:")[2] for line in str(error.value).splitlines()]
    assert any(line.startswith(message) for line in lines), lines


def test_a_matter_that_stands_twice_is_told(folder: Path):
    (folder / "contested.yaml").write_text(MATTERS + MATTERS.partition("\n")[2], encoding="utf-8")
    with pytest.raises(
        FaultyInput, match=r"contested.yaml:23: 'losses' stands here again \(first on line 2\)"
    ):
        load_record(folder=folder)


def test_check_tells_a_faulty_table_with_its_line(kidal, folder: Path):
    (folder / "contested.yaml").write_text(MATTERS.replace("number: 8", "number: 9"), encoding="utf-8")
    code, _, err = kidal("check", str(folder / "contested.yaml"))
    assert code == 2
    assert "contested.yaml:15: number: no claim states it" in err


# --- the command -----------------------------------------------------------------------------------------


@pytest.fixture
def runs() -> dict[str, Path]:
    """Folders of small runs."""
    counts = {"gao-anefis": 20, "logistics-convoy-2025": 20, "un-kidal-gao": 20}
    return {name: run_folder(name, count) for name, count in counts.items()}


def test_the_command_tells_each_matter_within_the_width(kidal, runs):
    code, out, err = kidal("claims", str(runs["gao-anefis"]))
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 110
    for name in ("groups-losses-5-october", "resumed-5-october"):
        assert f"\n{name}: " in out
    assert "prior predictive, given " in out
    assert "  simulated report by CSP " in out
    assert "  5th percentile  median  95th percentile  mean\n" in out
    assert re.search(r"^party +reported +Pr, simulated +Pr, as reported +source$", out, re.M)
    assert re.search(r"yes in 0\.\d{3} of them \(95 % Monte Carlo interval 0\.\d{3} to [01]\.\d{3}\)", out)
    assert re.search(r"^CSP  +\d", out, re.M)
    assert re.search(r"^matter +party +reported +Pr, simulated +Pr, parties weighed$", out, re.M)
    assert "  alkit-12-november: the run has no milestone alkit_rd:contact of army" in out
    assert "  RFI, 6 Oct 2023; Wikipedia, Kidal offensive\n" in out
    assert "reliability of" in out
    assert "statements in" in out
    assert out.count("Limitations: ") == 3


def test_json_is_one_object_with_probabilities(kidal, runs):
    code, out, _ = kidal("claims", str(runs["logistics-convoy-2025"]), "--json")
    told = json.loads(out)
    assert code == 0
    assert [entry["id"] for entry in told["contested"]] == ["groups-losses-june-2025", "vehicles-june-2025"]
    assert len(told["not_in_this_run"]) == 4
    for entry in told["contested"]:
        assert entry["truth"]["q05"] <= entry["truth"]["q50"] <= entry["truth"]["q95"]
        assert entry["histories"] <= entry["of"] == 20
        for one in entry["sides"]:
            assert 0.0 <= one["p_in_truth"] <= 1.0
            assert 0.0 < one["p_right"] < 1.0
    losses = told["contested"][0]
    assert losses["simulated_reports"]["csp"]["mean"] <= losses["truth"]["mean"]
    assert {party["party"]: party["statements"] for party in told["reliability"]} == {"army": 2, "csp": 2}
    assert {party["assumed"]["party"] for party in told["reliability"]} == {0.5}


def test_a_run_without_any_of_it_says_so(kidal, runs):
    code, out, _ = kidal("claims", str(runs["un-kidal-gao"]))
    assert code == 0
    assert "not in this run:" in out
    assert "reliability of" not in out


def test_the_ambush_is_looked_at_in_the_histories_that_have_its_milestone(runs):
    run = read_run(runs["gao-anefis"])
    found = drawn("vehicles-tarkint", run)
    assert len(found.truth) == np.isfinite(run.runs["tarkint:mine"]).sum()
    found = drawn("resumed-5-october", run)
    assert 0 < len(found.truth) <= np.isfinite(run.runs["tabankort:ambush"]).sum()


def test_no_run_folder_and_a_sweep_are_refused(kidal, tmp_path):
    code, _, err = kidal("claims", str(tmp_path))
    assert (code, "is not a result folder" in err) == (2, True)
    assert kidal("sweep", "gao-anefis", "rebel-strength", "--runs", "2", "--out", "swept")[0] == 0
    code, _, err = kidal("claims", "swept")
    assert (code, "swept: is a sweep of several design points" in err) == (2, True)


def test_a_record_without_contested_matters_says_so():
    run = tables(ROAD)
    bare: Record = replace(bundled_record(), contested=())
    assert contested_text.text(run, contested.weigh(run, bare)) == "The record has no contested matters."
    assert isinstance(bundled_record().contested[0], ContestedQuantity)
