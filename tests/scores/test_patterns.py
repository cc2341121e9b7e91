"""Qualitative checks on hand-made runs with known answers, and on a small real run."""

from dataclasses import replace

import numpy as np
import pytest
from bundled import bundled_record

from analysis.scores import patterns
from analysis.scores.judging import Judge, Judged
from analysis.tables import clock, histories, timeline
from analysis.tables.histories import hours, reported_losses, trace
from analysis.tables.monte_carlo import wilson
from runs import run_tables
from sim.engine import reports as engine_reports
from sim.files.yaml_tree import FaultyInput
from sim.store.reader import RunTables

INF = np.inf
KM = {"gao:departure": 0, "anefis:contact": 229, "anefis:capture": 240, "anefis:go": 240}
KM |= {"kidal:capture": 352, "kidal:go": 352, "aguelhok:capture": 500}
UN_KM = {"kidal:departure": 0, "gao:arrival": 352}
FIRST = "first day at least twice the later rate"
DAYLIGHT = "fights begin near daylight"
HALT = "the longest halt follows a strike or contact"
UN = "the UN's column slower than the army's first day"
STRIKE = "a strike on Kidal precedes the advance"
HOLD = "the second hold is like the first"
FITTED = "all fitted dates at once"

# A run that meets every qualitative check: hours after 00:00 UTC of 2 October, and its events.
GOOD_HOURS = {
    "gao:departure": 5.5,
    "anefis:contact": 88.0,
    "anefis:capture": 122.0,
    "kidal:first_strike": 790.0,
    "anefis:go": 950.0,
    "kidal:capture": 1040.0,
    "kidal:go": 1900.0,
    "aguelhok:capture": 1920.0,
    "kidal:departure": 700.0,
    "gao:arrival": 880.0,
}
GOOD_EVENTS = [
    (5.5, "departure", 0),
    (18.0, "bivouac", 150),
    (30.0, "march", 150),
    (42.0, "bivouac", 170),
    (54.0, "march", 170),
    (66.0, "bivouac", 200),
    (78.0, "march", 200),
    (79.0, "ambush", 202),
    (82.0, "ambush_end", 202),
    (82.0, "march", 202),
    (88.0, "contact", 229),
    (92.0, "break", 229),
    (120.0, "march", 229),
    (122.0, "capture", 240),
    (950.0, "go", 240),
]


def milestones(tables_hours):
    entries = []
    for name in tables_hours:
        column = "un" if name in UN_KM else "army" if name in KM else None
        km = {**KM, **UN_KM}.get(name)
        entries.append({"id": name, "column": column, "km": km, "from_km": km, "to_km": km})
    return entries


def made(*some, without=(), runs=None):
    """Tables of some histories: each its hours and its events of the army's column."""
    names = [name for name in some[0][0] if name not in without]
    table = {name: np.array([h[0][name] for h in some], float) for name in names}
    n = len(some)
    table |= {"replicate": np.arange(n), "status": np.array(["done"] * n, object)}
    rows = [(at, *event) for at, (_, events) in enumerate(some) for event in events]
    columns = list(zip(*rows, strict=True)) if rows else [()] * 4
    events = {
        "replicate": np.array(columns[0], int),
        "hour": np.array(columns[1], float),
        "event": np.array(columns[2], object),
        "km": np.array(columns[3], float),
        "kind": np.array(["column"] * len(rows), object),
        "agent": np.array(["army"] * len(rows), object),
        "amount": np.zeros(len(rows)),
        "other": np.zeros(len(rows)),
    }
    reports = {"party": np.array([], object), "own_casualties": np.array([])}
    reports |= {
        "replicate": np.array([], int),
        "event": np.array([], object),
        "enemy_casualties_claimed": np.array([]),
    }
    days = np.arange(92) * 24.0
    manifest = {"scenario": "made", "hash": "0", "start": "2023-10-02", "end": "2024-01-01", "camps": {}}
    manifest |= {"columns": ["army", "un"], "milestones": milestones(names), "given": ""}
    daylight = {"first_light": days + 5.5, "sunset": days + 17.8}
    return RunTables(
        manifest=manifest,
        runs=table,
        events=events,
        reports=reports,
        route={},
        daylight=daylight,
        cover={},
        points={},
    )


def found(tables):
    return {pattern.name: pattern for pattern in patterns.patterns(tables, bundled_record()).judged}


def moved(**changes):
    """The good run's hours with some changed; `__` stands for the colon."""
    return GOOD_HOURS | {name.replace("__", ":"): hour for name, hour in changes.items()}


def shifted(events, *changes):
    """The events with some replaced, by their place in the list."""
    result = list(events)
    for at, event in changes:
        result[at] = event
    return result


def test_a_history_that_meets_every_weak_pattern():
    all_found = found(made((GOOD_HOURS, GOOD_EVENTS)))
    assert list(all_found) == [FIRST, DAYLIGHT, HALT, UN, STRIKE, HOLD, FITTED]
    assert {pattern.share for pattern in all_found.values()} == {1.0}
    assert found(made((moved(gao__arrival=860.0), GOOD_EVENTS)))[FITTED].share == 0.0


# 79 km from midnight (24 h) to the contact: the edge of twice the rate is where 150 = 2 * 79 / days.
END_H = 91 * 24.0
EDGE_H = 24.0 + 24.0 * 2.0 * 79.0 / 150.0
BREAKS = [
    (FIRST, moved(anefis__contact=EDGE_H + 0.01), GOOD_EVENTS, 1.0),
    (FIRST, moved(anefis__contact=EDGE_H - 0.01), GOOD_EVENTS, 0.0),
    (FIRST, moved(anefis__contact=INF), GOOD_EVENTS, None),
    (FIRST, moved(anefis__contact=20.0), GOOD_EVENTS, None),
    (DAYLIGHT, GOOD_HOURS, shifted(GOOD_EVENTS, (7, (76.6, "ambush", 200))), 1.0),
    (DAYLIGHT, GOOD_HOURS, shifted(GOOD_EVENTS, (7, (76.4, "ambush", 200))), 0.0),
    (DAYLIGHT, GOOD_HOURS, shifted(GOOD_EVENTS, (10, (90.7, "contact", 229))), 1.0),
    (DAYLIGHT, GOOD_HOURS, shifted(GOOD_EVENTS, (10, (90.9, "contact", 229))), 0.0),
    (DAYLIGHT, GOOD_HOURS, GOOD_EVENTS[:7], None),
    (HALT, GOOD_HOURS, shifted(GOOD_EVENTS, (4, (54.0, "march", 150)), (3, (42.0, "bivouac", 150))), 0.0),
    (
        HALT,
        GOOD_HOURS,
        [
            *GOOD_EVENTS[:1],
            (10.0, "mine", 60),
            (10.5, "march", 60),
            (18.0, "bivouac", 150),
            (60.0, "march", 150),
            *GOOD_EVENTS[10:],
        ],
        1.0,
    ),
    (HALT, moved(anefis__capture=INF), GOOD_EVENTS, None),
    (UN, moved(gao__arrival=700.0 + 24 * 352 / 150 + 0.1), GOOD_EVENTS, 1.0),
    (UN, moved(gao__arrival=700.0 + 24 * 352 / 150 - 0.1), GOOD_EVENTS, 0.0),
    (UN, moved(gao__arrival=INF), GOOD_EVENTS, None),
    (STRIKE, moved(kidal__first_strike=949.0), GOOD_EVENTS, 1.0),
    (STRIKE, moved(kidal__first_strike=951.0), GOOD_EVENTS, 0.0),
    (STRIKE, moved(kidal__first_strike=INF), GOOD_EVENTS, 0.0),
    (STRIKE, moved(anefis__go=INF), GOOD_EVENTS, None),
    (HOLD, moved(kidal__go=1040.0 + 828.0 / 2 + 1), GOOD_EVENTS, 1.0),
    (HOLD, moved(kidal__go=1040.0 + 828.0 / 2 - 1), GOOD_EVENTS, 0.0),
    (HOLD, moved(anefis__go=522.0, kidal__capture=600.0, kidal__go=1399.0), GOOD_EVENTS, 1.0),
    (HOLD, moved(anefis__go=522.0, kidal__capture=600.0, kidal__go=1401.0), GOOD_EVENTS, 0.0),
    (HOLD, moved(kidal__go=INF), GOOD_EVENTS, None),
    (HOLD, moved(anefis__go=222.0, kidal__capture=300.0, kidal__go=INF), GOOD_EVENTS, 0.0),
    (HOLD, moved(kidal__capture=INF, kidal__go=INF), GOOD_EVENTS, None),
    (HOLD, moved(anefis__go=522.0, kidal__capture=END_H - 801.0, kidal__go=INF), GOOD_EVENTS, 0.0),
    (HOLD, moved(anefis__go=522.0, kidal__capture=END_H - 799.0, kidal__go=INF), GOOD_EVENTS, None),
]


@pytest.mark.parametrize(("name", "at", "events", "share"), BREAKS, ids=lambda value: str(value)[:30])
def test_each_pattern_is_met_missed_or_unknown_by_its_rule(name, at, events, share):
    pattern = found(made((at, events)))[name]
    assert (pattern.share, pattern.runs_known) == (share, int(share is not None))
    assert (pattern.interval is None) == (share is None)


def test_time_on_the_way_round_is_no_halt_and_a_halt_ends_with_the_capture():
    events = [
        *GOOD_EVENTS[:2],
        (50.0, "march", 150),  # 32 h without a cause
        (60.0, "contact", 229),
        (70.0, "break", 229),
        (71.0, "round", 229),
        (100.0, "bivouac", 229),
        (110.0, "march", 229),
        (122.0, "capture", 240),
        (900.0, "go", 240),  # 778 h in the hold
    ]
    assert found(made((GOOD_HOURS, events)))[HALT].share == 0.0
    events[5] = (71.0, "harassment", 229)  # now 50 h at the position
    assert found(made((GOOD_HOURS, events)))[HALT].share == 1.0


@pytest.mark.parametrize(("hour", "share"), [(17.9, 0.0), (18.1, 1.0), (42.0, 1.0), (42.1, 0.0)])
def test_a_halt_follows_what_came_within_a_day_before_it(hour, share):
    events = [
        *GOOD_EVENTS[:1],
        (hour, "mine_unreported", 150 if hour < 42.0 else 160),
        (42.0, "bivouac", 160),
        (122.0, "capture", 240),
    ]
    events = sorted([*events, (90.0, "march", 160)])
    assert found(made((GOOD_HOURS, events)))[HALT].share == share


def test_all_fitted_dates_are_met_by_the_reported_middle_and_missed_by_one_late():
    run = made((GOOD_HOURS, GOOD_EVENTS))
    fitted = [o for o in bundled_record().observations if o.use == "fit" and o.column is not None]
    zero = clock.origin(run)
    table, entries = {}, []
    for item in fitted:
        middle = item.earliest + (item.latest - item.earliest) / 2
        hour = (middle - zero).total_seconds() / 3600
        table[item.event] = np.array([hour, hour + (999 if item is fitted[-1] else 0)])
        entries.append({"id": item.event, "column": item.column, "km": 0, "from_km": 0, "to_km": 0})
    table |= {"replicate": np.arange(2), "status": np.array(["done"] * 2, object)}
    run = replace(run, runs=table, manifest={**run.manifest, "milestones": entries})
    pattern = found(run)[FITTED]
    assert pattern.outcome.tolist() == [1.0, 0.0]
    assert timeline.together(run, bundled_record()) == 0.5
    assert timeline.meeting(run, bundled_record(), ("held out",)) is None
    entries.append({"id": "kidal:capture", "column": "army", "km": 352, "from_km": 352, "to_km": 352})
    table["kidal:capture"] = np.array([INF, INF])
    assert found(run)[FITTED].outcome.tolist() == [1.0, 0.0]
    assert timeline.together(run, bundled_record()) == 0.0


@pytest.mark.parametrize(
    ("missing", "gone"),
    [
        ("gao:arrival", {UN}),
        ("anefis:go", {STRIKE, HOLD}),
        ("kidal:go", {HOLD}),
        ("gao:departure", {FIRST, HALT, UN}),
        ("anefis:contact", {FIRST, DAYLIGHT}),
        ("kidal:first_strike", {STRIKE}),
    ],
)
def test_a_scenario_that_lacks_something_does_not_list_the_pattern(missing, gone):
    whole = set(found(made((GOOD_HOURS, GOOD_EVENTS))))
    lacks = made((GOOD_HOURS, GOOD_EVENTS), without=[missing])
    assert whole - set(found(lacks)) == gone
    told = patterns.patterns(lacks, bundled_record()).not_judged
    assert gone <= set(told)
    assert {told[name].split(" of ")[0] for name in gone} == {f"milestone {missing}"}
    text = " ".join(patterns.text(lacks, bundled_record()).split("\n\n")[-1].split())
    assert text.startswith("Not judged, for the run has no milestone ")
    assert all(name in text for name in told)
    entries = patterns.as_json(lacks, bundled_record())["not_judged"]
    assert {entry["name"]: entry["lacks"] for entry in entries} == told


def test_together_judges_only_what_all_can_be_judged_on():
    one = Judged(name="one", rule="", outcome=np.array([1.0, 1.0, 0.0, np.nan]), of=4)
    two = Judged(name="two", rule="", outcome=np.array([1.0, 0.0, np.nan, 1.0]), of=3)
    both = patterns.together([one, two])
    assert both.outcome[:2].tolist() == [1.0, 0.0]
    assert np.isnan(both.outcome[2:]).all()
    assert (both.share, both.runs_known, both.of) == (0.5, 2, 3)


def test_together_is_no_likelier_than_any_one_of_them_where_all_are_judged():
    chance = np.random.default_rng(1)
    some = [
        Judged(name=str(i), rule="", outcome=chance.integers(0, 2, 50).astype(float), of=50) for i in range(4)
    ]
    shares = [patterns.together(some[:n]).share for n in range(1, 5)]
    assert shares == sorted(shares, reverse=True)


def test_failed_runs_and_histories_that_are_not_stored_are_left_out():
    bad = moved(kidal__first_strike=951.0), GOOD_EVENTS
    run = made((GOOD_HOURS, GOOD_EVENTS), bad, (GOOD_HOURS, []))
    assert found(run)[STRIKE].outcome.tolist() == [1.0, 0.0, 1.0]
    assert found(run)[FIRST].runs_known == 2
    run.runs["status"][1] = "failed"
    del run.__dict__["done"]
    assert found(run)[STRIKE].outcome.tolist() == [1.0, 1.0]
    assert (found(run)[FIRST].runs_known, found(run)[FIRST].of) == (1, 1)


def test_the_wilson_interval_has_its_known_values():
    assert wilson(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)


def test_what_holds_by_construction_is_counted_apart_and_can_fail():
    names = {
        item.name: item.share
        for item in patterns.by_construction(Judge(made((GOOD_HOURS, GOOD_EVENTS))), bundled_record())
    }
    assert set(names.values()) == {1.0}
    fights = [*GOOD_EVENTS[:14], (500.0, "contact", 240), *GOOD_EVENTS[14:], (1040.0, "contact", 352)]
    fights.append((1910.0, "contact", 480))
    broken = patterns.by_construction(Judge(made((GOOD_HOURS, fights))), bundled_record())
    assert [item.share for item in broken] == [0.0, 0.0, 0.0]
    assert all(item.rule for item in broken)
    assert not {item.name for item in broken} & set(found(made((GOOD_HOURS, fights))))


def test_camps_stand_with_the_share_that_passes_as_reported():
    run = made((GOOD_HOURS, GOOD_EVENTS), (GOOD_HOURS, GOOD_EVENTS))
    run.runs["camp:kidal"] = np.array([1.0, 0.0])
    run = replace(run, manifest={**run.manifest, "camps": {"kidal": "kidal"}})
    first = patterns.by_construction(Judge(run), bundled_record())[0]
    assert (first.name, first.share) == ("base at kidal under the control of the rebels", 0.5)


@pytest.fixture
def offensive() -> RunTables:
    """A few runs of the whole offensive."""
    return run_tables("kidal-offensive", 20)


def test_a_real_run_tells_all_patterns_within_the_width(offensive):
    text = patterns.text(offensive, bundled_record())
    assert max(map(len, text.splitlines())) <= 110
    for name in (FIRST, DAYLIGHT, HALT, UN, STRIKE, HOLD, FITTED):
        assert f"\n{name} " in text
        assert f"\n{name}: " in text
    told_apart = text.split("fixed by assumption, never counted")
    assert len(told_apart) == 2
    assert "all of these together" in told_apart[0]


def test_json_has_the_same_shares(offensive):
    told_json = patterns.as_json(offensive, bundled_record())
    some = found(offensive)
    assert {entry["name"]: entry["share"] for entry in told_json["patterns"]} == {
        name: pattern.share for name, pattern in some.items()
    }
    for entry in told_json["patterns"]:
        low, high = entry["interval"]
        assert 0.0 <= low <= entry["share"] <= high <= 1.0
        assert entry["judged"] <= entry["of"] == 20
    assert [entry["name"] for entry in told_json["together"]] == [
        "all but the fitted dates together",
        "all of these together",
    ]


def test_events_and_milestones_of_a_real_run_agree(offensive):
    path = trace(offensive, "army")
    for event, name in (("contact", "anefis:contact"), ("go", "anefis:go")):
        km = 229.0 if event == "contact" else 240.0
        first = path.at(path.first(path.of(event) & (path["km"] == km)), "hour")
        assert first == pytest.approx(hours(offensive, name, "army"), abs=1e-3)


def test_fights_are_those_that_the_observer_tells_losses_of():
    assert histories.FIGHT_ENDS == engine_reports.FIGHT_ENDS


def test_reports_go_with_their_fights_or_are_refused(offensive):
    own, other = reported_losses(offensive, "army")
    fights = np.isfinite(own)
    assert (own[fights] <= offensive.events["amount"][fights]).all()
    assert (np.isfinite(other) == fights).all()
    cut = {name: column[:-50] for name, column in offensive.reports.items()}
    with pytest.raises(FaultyInput, match="do not go with its"):
        reported_losses(replace(offensive, reports=cut), "army")
