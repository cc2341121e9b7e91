"""Rival explanations: evidences in closed form, what is merged, refuted, marked and refused."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import numpy as np
import pytest
from bundled import bundled_record
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.inference import rivals, rivals_text
from analysis.inference.rivals import Ranking, Rival, verdict
from sim.designs.design import load_design
from sim.engine.inputs import load_inputs
from sim.ensembles.job import Job
from sim.files.yaml_tree import FaultyInput
from sim.record.record import Record
from sim.store.reader import RunTables
from sim.studies.study import dates_of, leans_on

ZERO = datetime(2023, 10, 2, tzinfo=UTC)
GO, STRIKE, CAPTURE, LATER = "anefis:go", "kidal:first_strike", "kidal:capture", "kidal:go"
NAMES = (GO, STRIKE, CAPTURE, LATER)
WEIGHT, WINDOW = 0.8, 240.0  # h
LOW, HIGH = 960.0, 984.0  # of the row of the go: a tenth of the window, 11 November
FLAT = (HIGH - LOW) / WINDOW
IN, OUT = 970.0, 1100.0

Hours = Mapping[str, Sequence[float] | np.ndarray]


def row(event: str, low: float, high: float, **more: object):
    """A held-out observation of a made-up record."""
    moments = {"earliest": ZERO + timedelta(hours=low), "latest": ZERO + timedelta(hours=high)}
    own = {"event": event, "column": None, "since": None, "survival": False, "precision": None, "group": "A"}
    return (
        bundled_record()
        .observation(GO, "army")
        .model_copy(update={**own, "window": WINDOW, **moments, **more})
    )


def record(*rows_, weight: float = WEIGHT) -> Record:
    seen = tuple(r for r in rows_ if not r.survival)
    still = tuple(r for r in rows_ if r.survival)
    return replace(
        bundled_record(), observations=seen, survivals=still, weights={"one source": weight}, blurs={}
    )


@cache
def one_row() -> Record:
    return record(row(GO, LOW, HIGH))


@cache
def two_rows() -> Record:
    return record(row(GO, LOW, HIGH), row(STRIKE, 792.0, 804.0))


def laid(
    points: Mapping[str, Hours], *, common: bool = True, factors: Sequence[str] = ("with",)
) -> RunTables:
    """Tables of a sweep over rivals: hours by milestone, those that are not given at 2000 h in each run."""
    runs = len(next(iter(next(iter(points.values())).values())))
    columns = {
        name: np.concatenate(
            [np.asarray(own.get(name, np.full(runs, 2000.0)), "f4") for own in points.values()]
        )
        for name in NAMES
    }
    count = len(points)
    table = {"design_id": np.repeat(np.arange(count), runs), "replicate": np.tile(np.arange(runs), count)}
    table |= {"status": np.full(count * runs, "done", object), **columns}
    design = {
        "points": count,
        "runs": runs,
        "common": common,
        "factors": [{"name": name} for name in factors],
    }
    manifest = {"start": "2023-10-02", "end": "2024-01-01", "given": "", "design": design}
    manifest["milestones"] = [{"id": name, "column": "army"} for name in NAMES]
    axis = {"design_id": np.arange(count), "with": np.array(list(points), object)}
    return RunTables(
        manifest=manifest, runs=table, events={}, reports={}, route={}, daylight={}, cover={}, points=axis
    )


def go(hits: int, runs: int, mark: float = 0.0) -> Hours:
    """Runs of which the first ones meet the row of the go; a mark tells alternatives of equal goes apart."""
    return {GO: np.where(np.arange(runs) < hits, IN, OUT), LATER: np.full(runs, 2000.0 + mark)}


def judged(points: Mapping[str, Hours], by: Record | None = None, dates=None) -> Ranking:
    return verdict(laid(points), by or one_row(), "runs/x", ["A"], dates)


def named(found: Ranking, name: str) -> Rival:
    return next(one for one in found.rivals if one.name == name)


# --- evidence ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hits", [0, 1, 30, 100])
def test_evidence_of_a_row_is_the_share_of_runs_by_its_weight_and_the_flat_rest(hits: int) -> None:
    found = judged({"a": go(hits, 100)})
    assert found.rivals[0].evidence == pytest.approx(np.log(WEIGHT * hits / 100 + (1 - WEIGHT) * FLAT))
    assert (found.rows, found.runs) == ((GO,), 100)


def test_evidence_of_two_rows_is_that_of_both_in_the_same_run() -> None:
    """Each row is met by half of the runs: by the same halves, or by either half."""
    first, second = np.repeat([IN, OUT], 50), np.repeat([800.0, 900.0], 50)
    found = judged(
        {"same": {GO: first, STRIKE: second}, "other": {GO: first, STRIKE: second[::-1]}}, two_rows()
    )
    miss = (1 - WEIGHT) * FLAT, (1 - WEIGHT) * 12 / WINDOW
    hit = miss[0] + WEIGHT, miss[1] + WEIGHT
    both = (hit[0] * hit[1] + miss[0] * miss[1]) / 2, (hit[0] * miss[1] + miss[0] * hit[1]) / 2
    assert named(found, "same").evidence == pytest.approx(np.log(both[0]))
    assert named(found, "other").evidence == pytest.approx(np.log(both[1]))
    assert [one.name for one in found.rivals] == ["same", "other"]


def test_a_silence_is_borne_out_by_what_comes_after_it() -> None:
    found = judged({"a": {GO: np.array([900.0] * 3 + [IN] * 7)}}, record(row(GO, 864.0, LOW, survival=True)))
    assert found.rows == ("anefis:go (silence)",)
    assert found.rivals[0].evidence == pytest.approx(np.log(WEIGHT * 0.7 + (1 - WEIGHT) * (1 - 96 / WINDOW)))


def test_a_row_that_counts_from_an_event_is_false_where_that_never_came() -> None:
    by = record(row(STRIKE, 792.0, 804.0, group=None), row(GO, LOW, HIGH, since=STRIKE))
    found = judged({"a": {GO: [IN] * 10, STRIKE: [798.0] * 6 + [np.inf] * 4}}, by)
    flat = (HIGH - 792.0 - (LOW - 804.0)) / WINDOW
    assert found.rivals[0].evidence == pytest.approx(np.log(WEIGHT * 0.6 + (1 - WEIGHT) * flat))


def test_factor_and_probability_are_the_ratio_of_the_evidences() -> None:
    found = judged({"low": go(20, 100), "high": go(80, 100), "none": go(0, 100)})
    values = {
        one.name: WEIGHT * hits / 100 + (1 - WEIGHT) * FLAT
        for one, hits in zip(found.rivals, (80, 20, 0), strict=True)
    }
    assert [one.name for one in found.rivals] == ["high", "low", "none"]
    assert [one.rank for one in found.rivals] == [1, 2, 3]
    for one in found.rivals:
        assert one.factor == pytest.approx(np.log(values[one.name] / values["high"]))
        assert one.share == pytest.approx(values[one.name] / sum(values.values()))
    assert found.rivals[0].factor_error == 0.0


@given(st.lists(st.integers(0, 60), min_size=1, max_size=6))
@settings(deadline=None, max_examples=30)
def test_probabilities_sum_to_one_and_fall_with_the_rank(hits: list[int]) -> None:
    found = judged({f"r{n}": go(count, 60) for n, count in enumerate(hits)})
    shares = [one.share for one in found.rivals]
    assert sum(shares) == pytest.approx(1.0)
    assert shares == sorted(shares, reverse=True)
    assert len(shares) == len(set(hits))  # equal ones are one alternative
    assert all(one.factor <= 0.0 for one in found.rivals)


def test_runs_in_any_order_give_the_same_verdict() -> None:
    tables = laid({"a": go(20, 50), "b": go(30, 50)})
    mixed = np.random.default_rng(1).permutation(100)
    other = replace(tables, runs={name: column[mixed] for name, column in tables.runs.items()})
    assert verdict(other, one_row(), "x", ["A"]) == verdict(tables, one_row(), "x", ["A"])


# --- Monte Carlo errors ------------------------------------------------------------------------------------


def shuffled(hits: int, runs: int, seed: int = 1) -> Hours:
    order = np.random.default_rng(seed).permutation(runs)
    return {name: np.asarray(hours)[order] for name, hours in go(hits, runs, seed).items()}


@pytest.mark.parametrize("runs", [400, 4000, 40_000])
def test_the_error_is_that_of_a_share_and_falls_as_runs_grow(runs: int) -> None:
    found = judged({"a": shuffled(runs // 4, runs)}).rivals[0]
    wanted = WEIGHT * np.sqrt(0.25 * 0.75 / runs) / np.exp(found.evidence)
    assert found.error == pytest.approx(wanted, rel=0.15)  # 200 blocks and 400 resamples: some 6 % of it


def test_luck_that_rivals_share_falls_out_of_their_ratio() -> None:
    both = go(100, 400)
    other = {**both, LATER: np.full(400, 2001.0)}
    found = judged({"a": both, "b": other})
    assert [one.factor_error for one in found.rivals] == [0.0, 0.0]
    assert all(one.error > 0.02 for one in found.rivals)


# --- equal, refuted, told apart ----------------------------------------------------------------------------


def test_rivals_that_give_equal_runs_are_one_and_count_once() -> None:
    found = judged({"a": go(50, 100), "b": go(10, 100), "c": go(50, 100), "d": go(50, 100)})
    assert [(one.name, one.same) for one in found.rivals] == [("a", ("c", "d")), ("b", ())]
    alone = judged({"a": go(50, 100), "b": go(10, 100)})
    assert [one.share for one in found.rivals] == [one.share for one in alone.rivals]
    assert "a gives the same runs as c, d: counted once." in rivals_text.text(found, ZERO)


def test_rivals_that_differ_in_what_is_not_asked_are_not_equal() -> None:
    found = judged({"a": go(50, 100), "b": go(50, 100, mark=1.0)})
    assert [one.share for one in found.rivals] == pytest.approx([0.5, 0.5])


def test_a_rival_whose_runs_never_give_a_row_is_refuted_unless_the_report_is_false() -> None:
    found = judged({"a": go(50, 100), "b": go(0, 100)})
    assert named(found, "b").refuted == (GO,)
    assert named(found, "a").refuted == ()
    assert (
        "Excluded unless a report is false: b. None of 100 runs gives anefis:go "
        "(of more runs, at most 0.03 would, 95 %); what probability it has, a false report gives."
    ) in rivals_text.text(found, ZERO)
    certain = judged({"a": go(50, 100), "b": go(0, 100)}, record(row(GO, LOW, HIGH), weight=0.999999))
    assert named(certain, "b").share == pytest.approx(0.0, abs=1e-6)


def test_a_refuted_rival_gets_nothing_were_all_reports_true() -> None:
    found = judged({"a": go(30, 100), "b": go(10, 100), "c": go(0, 100)})
    assert [one.if_true for one in found.rivals] == pytest.approx([0.75, 0.25, 0.0])
    assert named(found, "c").share > 0.01
    line = next(line for line in rivals_text.text(found, ZERO).splitlines() if line.startswith("3 "))
    assert line.split()[-2:] == ["0.000", "100"]


def test_where_no_run_of_any_meets_all_rows_there_is_no_such_probability() -> None:
    found = judged({"a": go(0, 9), "b": {GO: [np.inf] * 9}})
    assert [one.if_true for one in found.rivals] == [None, None]
    assert json.dumps(rivals_text.as_json(found, ZERO), allow_nan=False)


def test_rows_that_no_run_meets_are_all_named() -> None:
    never = judged({"a": {GO: [np.inf] * 9, STRIKE: [np.inf] * 9}}, two_rows())
    assert set(never.rivals[0].refuted) == {GO, STRIKE}


@pytest.mark.parametrize(
    ("hits", "together"), [((900, 800, 500), 3), ((900, 800, 100), 2), ((900, 100, 90), 1)]
)
def test_rivals_below_a_factor_of_three_are_not_distinguishable(hits: tuple, together: int) -> None:
    found = judged({f"r{n}": go(count, 1000) for n, count in enumerate(hits)})
    assert len(found.together) == together
    said = rivals_text.conclusion(found)
    if together == 1:
        assert (
            said == "The rows are for r0: every other alternative is less probable by a factor of 3 or more."
        )
    else:
        names = ", ".join(f"r{n}" for n in range(together))
        assert said == f"Not distinguishable by these rows (a factor below 3, within two errors): {names}."


def test_a_factor_is_not_told_by_fewer_runs_than_its_error_needs() -> None:
    """Just above three, by few runs and by many."""
    few, many = (
        judged({"a": shuffled(runs * 4 // 5, runs), "b": shuffled(runs * 24 // 100, runs, 2)})
        for runs in (50, 50_000)
    )
    assert named(few, "b").factor == pytest.approx(named(many, "b").factor)
    assert -named(many, "b").factor > np.log(3.0)
    assert len(few.together) == 2
    assert len(many.together) == 1


# --- dates -------------------------------------------------------------------------------------------------

DAY = date(2023, 11, 11)  # of the row of the go


@pytest.mark.parametrize(("days", "near"), [(0, True), (-7, True), (7, True), (-8, False), (8, False)])
def test_a_date_within_a_week_of_the_row_marks_the_rival(days: int, near: bool) -> None:
    day = DAY + timedelta(days=days)
    strike = row(STRIKE, 300.0, 312.0)
    by = record(row(GO, LOW, HIGH - 1), strike)
    found = judged({"a": {**go(50, 100), STRIKE: [306.0] * 100}, "b": go(40, 100)}, by, [[day], []])
    assert named(found, "a").dates == ((day,) if near else ())
    assert named(found, "b").without is None
    if near:  # without its row there is that of the strike, which b never gives
        flat = (1 - WEIGHT) * 12 / WINDOW
        assert named(found, "a").without == pytest.approx(0.0)
        other = judged({"a": go(50, 100), "b": {**go(40, 100), STRIKE: [306.0] * 100}}, by, [[day], []])
        assert named(other, "a").without == pytest.approx(np.log(flat / (WEIGHT + flat)))
        text = rivals_text.text(found, ZERO)
        assert "a*" in text
        assert f"names a date within a week of what is asked ({day})" in text
        assert "without its dated rows" in text
    else:
        assert named(found, "a").without is None
        assert "dated rows" not in rivals_text.text(found, ZERO)


def test_a_rival_with_dates_near_all_rows_has_nothing_left_to_be_weighed_by() -> None:
    found = judged({"a": go(5, 10)}, one_row(), [[DAY]])
    assert (found.rivals[0].dates, found.rivals[0].without) == ((DAY,), None)


@pytest.mark.parametrize(("days", "near"), [(0, True), (-7, True), (-9, False), (9, False)])
def test_a_date_near_the_end_of_a_silence_marks_the_rival(days: int, near: bool) -> None:
    day = DAY + timedelta(days=days)
    found = judged({"a": go(5, 10)}, record(row(GO, 800.0, LOW, survival=True)), [[day]])
    assert found.rivals[0].dates == ((day,) if near else ())


def test_evidence_that_rests_on_few_runs_is_no_verdict() -> None:
    few, many = (judged({"a": go(9 * n, 10 * n), "b": go(n, 10 * n)}) for n in (2, 200))
    assert not few.enough
    assert rivals_text.conclusion(few).startswith("Too few runs to decide: some evidence rests on")
    assert many.enough
    assert "The rows are for a" in rivals_text.conclusion(many)
    assert named(many, "a").effective == pytest.approx(1800.0, rel=0.02)


def test_of_few_runs_the_number_that_is_needed_is_a_lower_bound() -> None:
    few = judged({"a": go(5, 20)})  # by chance: of many more runs one in twenty meets the row
    many = judged({"a": go(few.runs_needed // 20, few.runs_needed)})
    assert not few.enough
    assert not many.enough
    assert (few.runs_needed, many.runs_needed) == (110, 300)
    for ranking in (few, many):
        text = rivals_text.text(ranking, ZERO)
        assert f"more than {ranking.runs_needed:,} runs an alternative are needed (--runs)" in text
        assert "would do" not in text


def test_what_the_ranking_is_worth_stands_before_it_with_the_runs_that_are_too_few() -> None:
    few, many = (judged({"a": go(9 * n, 10 * n), "b": go(n, 10 * n)}) for n in (2, 200))
    text = rivals_text.text(few, ZERO)
    assert text.index("Too few runs to decide") < text.index("more than") < text.index("rank  alternative")
    needed = few.runs_needed
    assert f"more than {needed:,} runs an alternative are needed (--runs)" in text
    text = rivals_text.text(many, ZERO)
    assert text.index("The rows are for a") < text.index("rank  alternative")
    assert "are needed" not in text
    assert "would do" not in rivals_text.text(few, ZERO)
    assert "The order below may be random" in rivals_text.text(few, ZERO)
    under_wide = rivals_text.text(many, ZERO, few)
    assert "The ranks under the wider priors may be random" in under_wide
    assert "order below" not in under_wide
    assert under_wide.index("Under the wider priors: Too few runs") < under_wide.index("rank  alternative")


def scenario(*hypotheses: str):
    return load_inputs("kidal-offensive", hypotheses=hypotheses).loaded.scenario


CALENDAR = {date(2023, 11, 15), date(2023, 10, 15)}  # the windows of Kidal's and Aguelhok's camps
VACATED = {date(2023, 10, 31), date(2023, 10, 23)}
JOINED = {date(2023, 11, day) for day in range(1, 10)}  # each day on which the reinforcement may depart


@pytest.mark.parametrize(
    ("name", "dates"),
    [
        ("go-refit", set()),
        ("go-refit-drones", set()),
        ("go-refit-calendar", CALENDAR),
        ("go-refit-camp-vacated", VACATED),
        ("go-refit-road-clear", VACATED),
        ("go-refit-reinforced", JOINED),
        ("go-refit-camp-vacated-calendar", CALENDAR | VACATED),
        ("go-refit-reinforced-drones-calendar", CALENDAR | JOINED),
    ],
)
def test_a_go_leans_on_the_dates_of_its_conditions(name: str, dates: set) -> None:
    assert set(leans_on(scenario(name))) == dates


@pytest.mark.slow
def test_each_point_of_a_design_has_its_own_dates() -> None:
    inputs = load_inputs("kidal-offensive")
    sheet = load_design("go-conditions", inputs, 1)
    found = dates_of(Job(inputs=inputs, seed=1, runs=10, draw=True, design=sheet))
    names = [point.hypotheses[0] for point in sheet.points]
    assert len(found) == len(names) == 20
    for name, dates in zip(names, found, strict=True):
        assert dates == sorted(set(leans_on(scenario(name))))
        assert bool(dates) == any(word in name for word in ("calendar", "vacated", "clear", "reinforced"))


# --- elsewhere, and the worth of a date --------------------------------------------------------------------


@pytest.mark.parametrize(("hit", "miss"), [(1005.0, 1500.0), (1005.0, 900.0)])
def test_what_it_predicts_elsewhere_is_of_the_runs_weighed_by_the_rows(hit: float, miss: float) -> None:
    """Runs that miss the row weigh (1 - w) flat against w + (1 - w) flat: 0.02 to 0.82."""
    by = record(row(GO, LOW, HIGH), row(CAPTURE, 1000.0, 1010.0, group="B"))
    hours = {**go(50, 100), CAPTURE: np.where(np.arange(100) < 50, hit, miss)}
    found = judged({"a": hours}, by)
    told, inside = found.rivals[0].elsewhere[CAPTURE]
    assert told == (1005.0, 1005.0, 1005.0)
    assert inside == pytest.approx(0.82 / 0.84)
    assert found.rows == (GO,)
    assert "kidal:capture: 5 / 50 / 95 %, within" in rivals_text.text(found, ZERO)
    assert "11-12 / 11-12 / 11-12, 0.98" in rivals_text.text(found, ZERO)


def worths(found: Ranking) -> dict[str, float]:
    return {one.milestone: one.worth for one in found.missing}


def test_a_date_that_is_the_same_for_all_rivals_is_worth_nothing() -> None:
    later = np.random.default_rng(1).normal(1500, 50, 100)
    found = judged({"a": {GO: [IN] * 100, LATER: later}, "b": {GO: [IN + 1] * 100, LATER: later}})
    assert worths(found) == {STRIKE: 0.0, CAPTURE: 0.0, LATER: 0.0}
    assert found.missing[0].most == pytest.approx(np.log(2))


def test_a_date_that_is_reported_is_not_missing_though_it_is_not_asked() -> None:
    capture = bundled_record().observation(CAPTURE, "army")
    told = replace(
        one_row(),
        observations=(*one_row().observations, capture.model_copy(update={"group": None, "use": "shown"})),
    )
    found = judged({"a": {GO: [IN] * 100}, "b": {GO: [IN + 1] * 100}}, told)
    assert set(worths(found)) == {STRIKE, LATER}


def test_a_date_that_tells_rivals_fully_apart_is_worth_the_doubt() -> None:
    found = judged({"a": go(500, 1000), "b": go(250, 1000, mark=100.0), "c": go(50, 1000, mark=200.0)})
    shares = np.array([one.share for one in found.rivals])
    doubt = float(-(shares * np.log(shares)).sum())
    assert found.missing[0].milestone == LATER
    assert found.missing[0].most == pytest.approx(doubt)
    assert found.missing[0].worth == pytest.approx(doubt, abs=0.005)
    assert all(one.worth <= one.most for one in found.missing)
    assert "100%" in rivals_text.text(found, ZERO)


def test_a_date_that_one_rival_alone_never_brings_tells_them_apart() -> None:
    found = judged({"a": go(10, 400), "b": {**go(10, 400), LATER: [np.inf] * 400}})
    assert worths(found)[LATER] == pytest.approx(np.log(2), abs=0.005)


def test_a_date_without_connection_to_the_rivals_is_worth_next_to_nothing_by_few_runs() -> None:
    """Eight bins of 400 runs each feign 7 / 1600 nats, which are taken off again."""
    rng = np.random.default_rng(3)
    own = [{**go(400, 400), LATER: rng.normal(1500, 50, 400)} for _ in range(2)]
    assert worths(judged({"a": own[0], "b": own[1]}))[LATER] < 0.01


def test_half_of_the_runs_told_apart_are_worth_half_of_the_doubt() -> None:
    """b's runs have a's date in half of the cases, never else: I = H(date) - H(date | alternative)."""
    b = {GO: [IN] * 1000, LATER: np.where(np.arange(1000) % 2 == 0, 2000.0, np.inf)}
    found = judged({"a": go(1000, 1000), "b": b})
    wanted = -(0.75 * np.log(0.75) + 0.25 * np.log(0.25)) - 0.5 * np.log(2)
    assert worths(found)[LATER] == pytest.approx(wanted, abs=0.002)


# --- what is refused ---------------------------------------------------------------------------------------


def failed(tables: RunTables) -> RunTables:
    tables.runs["status"][7] = "failed"
    return tables


def short(tables: RunTables) -> RunTables:
    return replace(tables, runs={name: column[:-1] for name, column in tables.runs.items()})


def plain(tables: RunTables) -> RunTables:
    return replace(tables, manifest={**tables.manifest, "design": None})


@pytest.mark.parametrize(
    ("tables", "groups", "words"),
    [
        (
            lambda p: laid(p, factors=["drones.tb2.radius"]),
            ["A"],
            "is no sweep of alternatives; expected a design over 'with' alone",
        ),
        (lambda p: laid(p, factors=["with", "refit"]), ["A"], "is no sweep of alternatives;"),
        (
            lambda p: laid(p, common=False),
            ["A"],
            "is no sweep of alternatives; expected a design over 'with' alone, with common",
        ),
        (lambda p: plain(laid(p)), ["A"], "is no sweep of alternatives;"),
        (lambda p: failed(laid(p)), ["A"], "did not run in full;"),
        (lambda p: short(laid(p)), ["A"], "did not run in full;"),
        (laid, ["C"], "none of its milestones is held out in group C"),
        (laid, ["B", "C"], "none of its milestones is held out in group B, C"),
    ],
    ids=["radius", "two factors", "own luck", "plain run", "failed", "partial", "group", "groups"],
)
def test_what_cannot_be_weighed_is_refused_in_a_line(tables, groups: list[str], words: str) -> None:
    with pytest.raises(FaultyInput) as error:
        verdict(tables({"a": go(5, 10), "b": go(2, 10)}), one_row(), "runs/x", groups)
    assert str(error.value).startswith(f"runs/x: {words}")
    assert "\n" not in str(error.value)


# --- as text and JSON, and the command ---------------------------------------------------------------------


def test_text_lays_ranks_under_wider_priors_beside() -> None:
    found, wide = judged({"a": go(8, 10), "b": go(3, 10)}), judged({"a": go(3, 10), "b": go(8, 10)})
    lines = rivals_text.text(found, ZERO, wide).splitlines()
    assert lines[0] == "Rows: anefis:go; 10 runs an alternative."
    assert lines[2].startswith("Too few runs")
    lines = lines[lines.index(next(line for line in lines if line.startswith("rank"))) - 2 :]
    assert lines[2].endswith("rank, wider priors")
    assert [(line.split()[0], line.split()[1], line.split()[-1]) for line in lines[3:5]] == [
        ("1", "a", "2"),
        ("2", "b", "1"),
    ]


def test_json_has_the_whole_verdict() -> None:
    found = judged(
        {"a": go(8, 10), "b": {**go(3, 10), CAPTURE: [np.inf] * 10}},
        record(row(GO, LOW, HIGH), row(CAPTURE, 1000.0, 1010.0, group="B")),
        [[DAY], []],
    )
    object_ = json.loads(json.dumps(rivals_text.as_json(found, ZERO), allow_nan=False))
    assert object_["rows"] == [GO]
    assert object_["conclusion"] == rivals_text.conclusion(found)
    assert object_["apart_from"] == pytest.approx(np.log(3))
    first, second = object_["alternatives"]
    assert (first["name"], first["rank"], first["dates"]) == ("a", 1, ["2023-11-11"])
    assert second["elsewhere"][CAPTURE] == {"q05": None, "q50": None, "q95": None, "share_within": 0.0}
    assert set(object_["missing"][0]) == {"milestone", "worth", "most"}


RIVALS = "summary: Which?\nkind: list\nruns: 100\npoints:\n  - with: go-refit\n  - with: go-refit-calendar\n  - with: go-refit-drones-calendar\n"


@pytest.mark.slow
def test_the_command_weighs_rivals_and_stores_them(kidal, tmp_path) -> None:
    (tmp_path / "r.yaml").write_text(RIVALS)
    code, out, _ = kidal("explain", "r.yaml", "--out", "mine")
    assert code == 0
    assert out.startswith("Which?\nchanged: nothing\n\nRows: ")
    assert "rank, wider priors" in out
    assert "stored in mine" in out
    assert {"mine", "mine-wide"} <= {path.name for path in tmp_path.iterdir()}
    object_ = json.loads(kidal("explain", "r.yaml", "--out", "mine", "--no-wide", "--json")[1])
    assert object_["out"] == "mine"
    assert sum(one["share"] for one in object_["alternatives"]) == pytest.approx(1.0)
    names = {name for one in object_["alternatives"] for name in (one["name"], *one["same"])}
    assert names == {"go-refit", "go-refit-calendar", "go-refit-drones-calendar"}
    dates = {one["name"]: one["dates"] for one in object_["alternatives"]}
    assert dates["go-refit"] == []
    assert dates["go-refit-calendar"] == ["2023-11-15"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--group", "D"), "--group D: is no group of held-out rows;"),
        (("mine-rate",), "mine-rate.yaml: is no sweep of alternatives; expected a design over 'with' alone"),
        (("drone-radius-base",), "drone-radius-base.yaml: is no sweep of alternatives;"),
        (("go-conditons",), "did you mean 'go-conditions'?"),
        (("--scenario", "kidal-ofensive"), "did you mean 'kidal-offensive'?"),
    ],
)
def test_a_wrong_call_ends_with_2_a_line_and_nothing_run(kidal, tmp_path, words, told: str) -> None:
    code, out, err = kidal("explain", *words)
    assert (code, out) == (2, "")
    assert told in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_group_without_rows_in_a_scenario_is_refused(kidal, tmp_path) -> None:
    points = "".join(f"  - with: radius-{radius}\n" for radius in ("150-km", "300-km"))
    (tmp_path / "r.yaml").write_text(f"kind: list\nruns: 100\npoints:\n{points}")
    code, out, err = kidal("explain", "r.yaml", "--scenario", "gao-anefis", "--no-wide")
    assert (code, out) == (2, "")
    assert "none of its milestones is held out in group A" in err


def test_every_bundled_set_of_rivals_is_one() -> None:
    inputs = load_inputs("kidal-offensive")
    for name in ("go-conditions", "drone-stations"):
        design = load_design(name, inputs, 1)
        rivals.check(design.factors, design.sheet.common_random_numbers, name)
        assert design.sheet.summary.endswith("?")
