"""Scorecards: what an observation asks, what is summed, and how tables say it."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
import scipy

from analysis.scores import baselines, scorecard
from analysis.scores import tables as score_tables
from analysis.words import names
from sim.files.case_file import case_file
from sim.files.yaml_tree import FaultyInput
from sim.record.record import Record
from sim.record.rows import Claim, Observation, ReportedCount, Source
from sim.state.kinds import Side
from sim.store.reader import RunTables

ZERO = datetime(2023, 10, 2, tzinfo=UTC)


def seen(event, earliest, latest, **how):
    """An observation between hours of October 2, 2023."""
    moments = {
        name: datetime.fromtimestamp(ZERO.timestamp() + 3600 * hour, UTC).strftime("%Y-%m-%dT%H:%MZ")
        for name, hour in (("earliest", earliest), ("latest", latest))
    }
    row = {"event": event, "column": "army", "kind": "one source", "precision": "hour", "window": "10 days"}
    return Observation.model_validate(row | moments | {"claims": ("a-s1",)} | how)


SOURCE = Source(id="s1", title="One", published="then", about="a paper")
GO = {"use": "held out", "group": "A", "since": "b:capture"}
FIRST = seen("b:capture", 40, 50)
SECOND = seen("b:go", 100, 110, **GO)
STILL = seen("b:go", 40, 100, survival="true", **GO)
RECORD = Record(
    sources=(),
    claims=(),
    observations=(FIRST, SECOND),
    counts=(),
    survivals=(STILL,),
    routes=(),
    weights={"one source": 0.8},
    blurs={"hour": 1.0},
)
KM = {"a:departure": 0.0, "b:capture": 72.0, "b:go": 72.0, "c:arrival": 144.0}


def run(capture, go, end="2023-10-12", failed=(), **more):
    """Tables of a run from hours of b:capture and b:go."""
    count = len(capture)
    done = ~np.isin(np.arange(count), failed)
    hours = {"a:departure": np.full(count, 6.0), "b:capture": capture, "b:go": go}
    hours |= {"c:arrival": np.full(count, np.inf)}
    table = {name: np.where(done, np.asarray(row, float), np.nan) for name, row in hours.items()}
    table["status"] = np.where(done, "done", "failed")
    table["mine_strikes"] = np.arange(count, dtype=float) % 4
    manifest = {"start": "2023-10-02", "end": end, "given": "", "columns": ["army"], "design": None}
    manifest |= {"milestones": [{"id": name, "column": "army", "km": km} for name, km in KM.items()]}
    manifest |= {"outcomes": ["mine_strikes"]} | more
    route = {"column": np.array(["army"] * 3, object), "place": np.array(["a", "b", "c"], object)}
    route["km"] = np.array([0.0, 72.0, 144.0])
    return RunTables(
        manifest=manifest,
        runs=table,
        events={},
        reports={},
        route=route,
        daylight={},
        cover={},
        points={"design_id": np.zeros(1, int)},
    )


CAPTURE = np.array([45.0, 45.0, 70.0, np.inf])
TIMES = run(CAPTURE, np.array([104.0, 200.0, 130.0, np.inf]))


def row(card, name, survival=False):
    return next(r for r in card.rows if r.term.milestone == name and r.term.observation.survival is survival)


def normal(low, high, at, sd):
    return scipy.stats.norm.cdf((high - at) / sd) - scipy.stats.norm.cdf((low - at) / sd)


# --- terms -----------------------------------------------------------------------------------------------


def test_an_observation_without_a_link_is_scored_at_its_hour():
    found = row(scorecard.card(TIMES, RECORD, "run"), "b:capture")
    share = (2 * normal(40, 50, 45, 1.0) + normal(40, 50, 70, 1.0)) / 4
    assert found.score == pytest.approx(-np.log(0.8 * share + 0.2 * 10 / 240))
    assert (found.inside, found.share_reached) == (0.5, 0.75)


def test_a_linked_one_is_scored_by_the_hours_since_of_the_runs_that_came_so_far():
    found = row(scorecard.card(TIMES, RECORD, "run"), "b:go")
    low, high, sd = 100 - 50, 110 - 40, np.sqrt(2.0)
    share = sum(normal(low, high, since, sd) for since in (59.0, 155.0, 60.0)) / 3
    assert found.score == pytest.approx(-np.log(0.8 * share + 0.2 * 20 / 240))
    assert found.inside == 0.25


def claim(event, earliest, latest, name="a-s1"):
    """A claim of an event between hours of October 2, 2023."""
    span = seen(event, earliest, latest)
    return Claim.model_construct(
        id=name, event=event, column="army", earliest=span.earliest, latest=span.latest, source="s1"
    )


def with_claims(*claims, observed=FIRST):
    """The record with claims, one observation resting on all of them."""
    resting = observed.model_copy(update={"claims": tuple(item.id for item in claims)})
    return replace(RECORD, claims=claims, observations=(resting,), survivals=(), sources=(SOURCE,))


def test_the_interval_of_the_claims_themselves_is_scored_beside_the_other():
    card = scorecard.card(TIMES, with_claims(claim("b:capture", 44, 60)), "run")
    (first,) = card.rows
    scored = (2 * normal(40, 50, 45, 1.0) + normal(40, 50, 70, 1.0)) / 4
    alone = (2 * normal(44, 60, 45, 1.0) + normal(44, 60, 70, 1.0)) / 4
    assert first.score == pytest.approx(-np.log(0.8 * scored + 0.2 * 10 / 240))
    assert first.claimed is not None
    assert first.claimed.score == pytest.approx(-np.log(0.8 * alone + 0.2 * 16 / 240))
    assert first.claimed.nulls[baselines.FLAT] == pytest.approx(-np.log(0.8 * 16 / 240 + 0.2 * 16 / 240))
    assert first.claimed.inside == 0.5
    assert first.claimed.between[0] <= first.claimed.score <= first.claimed.between[1]


def test_claims_of_other_events_count_only_where_there_are_no_others():
    both = with_claims(claim("b:capture", 40, 50), claim("b:fighting", 20, 50, "b-s1"))
    assert scorecard.card(TIMES, both, "run").rows[0].claimed is None
    others = with_claims(claim("b:fighting", 20, 30), claim("b:entry", 25, 50, "b-s1"))
    other = scorecard.card(TIMES, others, "run").rows[0].claimed
    assert other is not None
    assert (other.term.low, other.term.high) == (20, 50)


def test_the_same_interval_is_not_scored_twice_and_has_no_table():
    card = scorecard.card(TIMES, with_claims(claim("b:capture", 40, 50)), "run")
    assert card.rows[0].claimed is None
    assert score_tables.as_json([card])["runs"]["run"]["observations"]["b:capture"]["claims_alone"] is None
    assert "themselves" not in score_tables.text([card])
    assert not any(
        "claims_alone" in name
        for name in next(csv.reader(io.StringIO(score_tables.csv_text(score_tables.flat_rows(card)))))
    )


def test_a_linked_row_keeps_its_link_on_the_claims_themselves():
    record = replace(with_claims(claim("b:go", 102, 110), observed=SECOND), observations=(FIRST, SECOND))
    other = row(scorecard.card(TIMES, record, "run"), "b:go").claimed
    assert other is not None
    assert other.term.since == "b:capture"
    assert (other.term.low, other.term.high) == (102 - 50, 110 - 40)


def test_the_claims_themselves_stand_in_table_sentence_json_and_csv():
    card = scorecard.card(TIMES, with_claims(claim("b:capture", 44, 60)), "run")
    (first,) = card.rows
    title = "Scored intervals beside those of the claims themselves, where they are not the same"
    (head, line) = dict(score_tables.tables([card]))[title]
    cells = dict(zip(head[5:], line[5:], strict=True))
    assert line[1:3] == ["3 Oct 16:00 to 4 Oct 02:00", "0.50"]
    assert cells["claims themselves (UTC)"] == "3 Oct 20:00 to 4 Oct 12:00"
    assert cells["result's"] == f"{first.claimed.score:.2f}"
    assert f"on the claims themselves {first.claimed.score:.2f}" in score_tables.markdown([card])
    entry = score_tables.as_json([card])["runs"]["run"]["observations"]["b:capture"]["claims_alone"]
    assert (entry["earliest"], entry["latest"]) == ("2023-10-03T20:00Z", "2023-10-04T12:00Z")
    assert entry["score"] == first.claimed.score
    (flat,) = csv.DictReader(io.StringIO(score_tables.csv_text(score_tables.flat_rows(card))))
    assert float(flat["claims_alone: score"]) == first.claimed.score


def test_a_survival_asks_for_nothing_up_to_its_end():
    found = row(scorecard.card(TIMES, RECORD, "run"), "b:go", survival=True)
    quiet = 100 - 45  # from the middle of the event before
    assert found.score == pytest.approx(-np.log(0.8 * 1.0 + 0.2 * (1 - quiet / 240)))
    early = row(scorecard.card(run(CAPTURE, CAPTURE + 50.0), RECORD, "run"), "b:go", survival=True)
    assert early.score == pytest.approx(-np.log(0.2 * (1 - quiet / 240)))


def test_one_error_is_not_charged_again():
    """A capture a day late, the hold as reported: the hold scores as before."""
    one = scorecard.card(run(CAPTURE, CAPTURE + 60.0), RECORD, "run")
    late = scorecard.card(run(CAPTURE + 24.0, CAPTURE + 84.0), RECORD, "run")
    assert row(late, "b:go").score == pytest.approx(row(one, "b:go").score)
    assert row(late, "b:capture").score > row(one, "b:capture").score + 1.0


def test_where_no_run_comes_so_far_the_flat_score_stands():
    none = run(np.full(4, np.inf), np.full(4, np.inf))
    found = row(scorecard.card(none, RECORD, "run"), "b:go")
    assert found.score == pytest.approx(-np.log(20 / 240))


def test_failed_runs_are_left_out():
    both = run([45.0, 45.0, 300.0], [104.0, 104.0, 400.0], failed=[2])
    alone = run([45.0, 45.0], [104.0, 104.0])
    assert row(scorecard.card(both, RECORD, "x"), "b:capture").score == pytest.approx(
        row(scorecard.card(alone, RECORD, "x"), "b:capture").score
    )


def test_what_is_not_scored_has_no_row():
    shown = Record(
        sources=(),
        claims=(),
        observations=(FIRST, seen("c:arrival", 60, 70, use="shown")),
        counts=(),
        survivals=(),
        routes=(),
        weights={"one source": 0.8},
        blurs={},
    )
    assert [r.term.milestone for r in scorecard.card(TIMES, shown, "run").rows] == ["b:capture"]


def test_what_the_scenario_starts_from_is_not_scored():
    start = run(np.full(4, 45.0), np.full(4, 104.0), given="b:capture")
    assert [r.term.milestone for r in scorecard.card(start, RECORD, "run").rows] == ["b:go", "b:go"]


# --- nulls beside it -------------------------------------------------------------------------------------


def test_nulls_are_scored_by_the_same_rule():
    found = row(scorecard.card(TIMES, RECORD, "run"), "b:capture")
    assert found.nulls["ruler"] == pytest.approx(-np.log(0.8 * normal(40, 50, 12.0, 1.0) + 0.2 * 10 / 240))
    assert found.best == min(found.nulls, key=found.nulls.get)
    assert found.skill("ruler") == pytest.approx(found.nulls["ruler"] - found.score)
    assert found.silent == {"flat"}


def test_a_null_without_an_opinion_has_the_flat_score():
    record = Record(
        sources=(),
        claims=(),
        observations=(seen("b:mine", 40, 50),),
        counts=(),
        survivals=(),
        routes=(),
        weights={"one source": 0.8},
        blurs={"hour": 1.0},
    )
    tables = run(CAPTURE, CAPTURE)
    tables.manifest["milestones"].append({"id": "b:mine", "column": "army", "km": 72.0})
    tables.runs["b:mine"] = CAPTURE
    found = row(scorecard.card(tables, record, "run"), "b:mine")
    assert list(found.nulls.values()) == pytest.approx([-np.log(10 / 240)] * len(found.nulls))
    assert found.silent == found.nulls.keys()


# --- Monte Carlo -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_intervals_are_those_of_the_share_and_narrow_with_more_runs():
    draws = np.random.default_rng(6).normal(45.0, 10.0, 40_000)
    wide, narrow = (
        row(scorecard.card(run(draws[:n], draws[:n] + 60.0), RECORD, "run"), "b:capture")
        for n in (400, 40_000)
    )
    for found, n in ((wide, 400), (narrow, 40_000)):
        low, high = found.between
        assert low < found.score < high
        shares = np.array([normal(40, 50, at, 1.0) for at in draws[:n]])
        error = 0.8 * shares.std() / np.sqrt(n) / np.exp(-found.score)
        assert (high - low) == pytest.approx(2 * 1.96 * error, rel=0.25)
        assert found.crps_between[0] < found.crps < found.crps_between[1]


def test_the_order_of_runs_moves_only_the_intervals():
    order = np.random.default_rng(1).permutation(400)
    draws = np.random.default_rng(6).normal(45.0, 10.0, 400)
    one, other = (scorecard.card(run(d, d + 60.0), RECORD, "run") for d in (draws, draws[order]))
    for a, b in zip(one.rows, other.rows, strict=True):
        assert (a.score, a.crps, a.transform) == (pytest.approx(b.score), pytest.approx(b.crps), b.transform)


# --- together --------------------------------------------------------------------------------------------


def test_totals_are_sums_and_the_best_null_is_that_of_all_rows():
    draws = np.random.default_rng(6).normal(45.0, 10.0, 1000)
    found = scorecard.card(run(draws, draws + 55.0 + np.roll(draws, 1) / 10), RECORD, "run")
    total = scorecard.total(found, found.of("A"))
    rows = [found.rows[place] for place in found.of("A")]
    assert (total.rows, len(found.of("fit"))) == (2, 1)
    assert total.score == pytest.approx(sum(r.score for r in rows))
    sums = {name: sum(r.nulls[name] for r in rows) for name in rows[0].nulls}
    assert total.nulls == pytest.approx(sums)
    assert total.best == min(sums, key=sums.get)
    assert total.skill == pytest.approx((sums[total.best] - total.score) / 2)
    assert total.independent == pytest.approx(1.0)  # both are about the same hours


def test_the_joint_score_is_of_the_hours_that_all_nulls_speak_of():
    found = scorecard.card(TIMES, RECORD, "run")
    assert set(found.joint) == {"", *found.rows[0].nulls} - {"flat"}
    ruler = np.array([12.0 - 45.0, 0.0 - 60.0]) / 240.0
    assert found.joint["ruler"] == pytest.approx(np.linalg.norm(ruler))


def test_the_share_that_meets_all_of_a_use_is_told():
    found = scorecard.card(TIMES, RECORD, "run")
    shares = {use: scorecard.total(found, found.of(use)).joint_share for use in ("fit", "held out")}
    assert shares == {"fit": 0.5, "held out": 0.25}
    assert scorecard.total(found, range(3)).joint_share == 0.25


def test_where_no_run_meets_all_the_share_is_below_one_in_so_many():
    found = scorecard.card(TIMES, RECORD, "run")
    total = scorecard.total(found, range(3))
    assert total.runs == len(found.interval_hits)
    assert score_tables.within_at_once(total) == "0.25000"
    none = replace(total, joint_share=0.0, runs=4000)
    assert score_tables.within_at_once(none) == "below 1 in 4,000"


def test_of_one_milestone_alone_only_its_own_interval_is_to_be_met():
    found = scorecard.card(TIMES, RECORD, "run", ["b:capture"])
    assert (len(found.rows), scorecard.total(found, [0]).joint_share) == (1, 0.5)


def test_runs_that_never_come_stand_at_the_horizon_in_the_joint_score():
    never = run(np.full(40, np.inf), np.full(40, np.inf))
    end, window = 240.0, 240.0
    far = np.array([end - 45.0, end - 60.0]) / window  # from the middles of what is reported
    assert scorecard.card(never, RECORD, "run").joint[""] == pytest.approx(np.linalg.norm(far))


def test_nulls_of_a_stage_that_starts_at_an_outcome_speak_of_the_hours_since():
    """A go given at hour 100; the ruler drives the 72 km to the place where the line is at once."""
    last = seen("c:arrival", 100, 110, since="b:go")
    record = Record(
        sources=(),
        claims=(),
        observations=(seen("b:go", 98, 102), last),
        counts=(),
        survivals=(),
        routes=(),
        weights={"one source": 0.8},
        blurs={"hour": 1.0},
    )
    tables = run(np.full(4, 50.0), np.full(4, 100.0), given="b:go")
    tables.runs["c:arrival"] = np.full(4, 108.0)
    tables.manifest["milestones"] = [
        {"id": "b:go", "column": "army", "km": 0.0},
        {"id": "c:arrival", "column": "army", "km": 72.0},
    ]
    (found,) = scorecard.card(tables, record, "run").rows
    assert found.term.since == "b:go"
    assert found.silent == {"flat"}
    share = normal(0, 12, 6.0, np.sqrt(2.0))
    assert found.nulls["ruler"] == pytest.approx(-np.log(0.8 * share + 0.2 * 12 / 240))


def test_a_reported_number_is_scored_against_one_that_finds_all_alike():
    count = {"outcome": "mine_strikes", "column": "army", "number": "1 to 2", "kind": "one source"}
    count |= {"use": "fit", "most": "9", "claims": ("a-s1",)}
    record = Record(
        sources=(),
        claims=(),
        observations=(FIRST,),
        counts=(ReportedCount.model_validate(count),),
        survivals=(),
        routes=(),
        weights={"one source": 0.8},
        blurs={"hour": 1.0},
    )
    (found,) = scorecard.card(TIMES, record, "run").numbers
    assert (found.inside, found.mean) == (0.5, 1.5)
    assert found.score == pytest.approx(-np.log(0.8 * 0.5 + 0.2 * 0.2))
    assert found.flat == pytest.approx(-np.log(0.2))


@pytest.mark.parametrize("name", ["hill league", "forces", "press", "Houthis", "UN"])
def test_what_befalls_the_groups_bears_the_name_of_their_side_whatever_it_is(name):
    sides = [row.model_dump() for row in case_file().sides]
    sides[Side.CONTESTING]["name"] = name
    tables = run(CAPTURE, CAPTURE, outcomes=["group_casualties"], sides=sides)
    tables.runs["group_casualties"] = np.array([10.0, 20.0, 30.0, 40.0])
    count = {"outcome": "group_casualties", "column": "army", "number": "10 to 20", "kind": "one source"}
    count |= {"use": "fit", "most": "99", "claims": ("a-s1",)}
    record = replace(RECORD, counts=(ReportedCount.model_validate(count),))
    (number,) = scorecard.card(tables, record, "x", None).numbers
    assert (number.name, number.inside) == (f"casualties of the {name}", 0.5)
    assert names.outcome(tables, "group_vehicles_lost") == f"vehicles lost by the {name}"
    assert names.outcome(tables, "mine_strikes") == "mine strikes"


# --- refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tables", "record", "message"),
    [
        (run(CAPTURE, CAPTURE, failed=[0, 1, 2, 3]), RECORD, "my run: no run of it is finished"),
        (
            TIMES,
            Record(sources=(), claims=(), observations=(), counts=()),
            "my run: none of its milestones is scored against the record",
        ),
        (run(CAPTURE, CAPTURE, design={"points": 2}), RECORD, "my run: is a sweep of several design points"),
    ],
)
def test_what_cannot_be_scored_is_told(tables, record, message):
    with pytest.raises(FaultyInput, match=message):
        scorecard.card(tables, record, "my run")


# --- tables ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cards():
    later = run(CAPTURE + 6.0, np.array([110.0, 120.0, 130.0, np.inf]))
    return [scorecard.card(TIMES, RECORD, "one"), scorecard.card(later, RECORD, "two")]


def test_nulls_stand_before_the_run(cards):
    (title, (head, *rows)), *_ = score_tables.tables(cards[:1])
    assert title == "Log scores, baseline forecasts first (nats; lower is better)"
    nulls = list(cards[0].rows[0].nulls)
    assert nulls[0] == "flat"
    assert head == [
        "observation, counted from",
        *map(names.baseline, nulls),
        "result's",
        "skill",
        "95 % interval",
    ]
    assert rows[0][0] == "b: captured"
    assert {line[0] for line in rows[1:]} == {
        "b: advance resumed, not before, b: captured",
        "b: advance resumed, b: captured",
    }


def test_runs_stand_line_by_line_with_their_own_nulls(cards):
    head, *rows = score_tables.dates(cards)
    assert head[:2] == ["observation", "result"]
    assert [line[:2] for line in rows[:2]] == [["b: captured", "one"], ["b: captured", "two"]]
    assert [line[6:9] for line in rows[:2]] == [
        ["3 Oct 21:00", "never", "0.50"],
        ["4 Oct 03:00", "never", "0.00"],
    ]
    assert [line[1] for line in score_tables.sums(cards)[1:]] == ["one", "two"] * 4


def test_text_tells_where_nulls_do_better(cards):
    said = score_tables.text(cards[:1])
    worse = [r for r in cards[0].rows if r.skill(r.best) < 0]
    said = " ".join(said.split())
    assert f"one: a baseline is better on {len(worse)} of 3 observations" in said or not worse
    assert (
        "one: energy score of the times for which every baseline but the uniform one has a forecast" in said
    )


def test_csv_has_a_line_a_run_and_observation(cards):
    rows = list(
        csv.DictReader(
            io.StringIO(
                score_tables.csv_text([row for card in cards for row in score_tables.flat_rows(card)])
            )
        )
    )
    assert [(line["result"], line["milestone"], line["survival"]) for line in rows] == [
        (run, name, still)
        for run in ("one", "two")
        for name, still in (("b:capture", "False"), ("b:go", "True"), ("b:go", "False"))
    ]
    assert float(rows[0]["score"]) == cards[0].rows[0].score
    assert not {"pit", "crps_between"} & rows[0].keys()


def test_json_is_json_and_tells_the_same(cards):
    found = json.loads(json.dumps(score_tables.as_json(cards), allow_nan=False))["runs"]["one"]
    assert found["observations"]["b:capture"]["score"] == cards[0].rows[0].score
    assert found["observations"]["b:capture"]["q95"] is None
    assert found["together"]["fit"]["rows"] == 1
    assert found["together"]["all"]["share_within_all"] == 0.25
    assert found["observations"]["b:capture"]["no_opinion"] == ["flat"]


def test_markdown_and_latex_have_as_many_cells_in_each_line(cards):
    lines = [line for line in score_tables.markdown(cards).splitlines() if line.startswith("|")]
    heads = [i for i, line in enumerate(lines) if "---" in line]
    for start, end in zip(heads, [*heads[1:], len(lines) + 1], strict=True):
        assert len({line.count(" | ") for line in lines[start - 1 : end - 1]}) == 1
    text = score_tables.latex(cards)
    assert text.count(r"\begin{table}") == text.count(r"\end{table}") == 3
    assert not re.search(r"(?<!\\)%", text)
    assert "±" not in text
