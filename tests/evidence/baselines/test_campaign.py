"""What baselines know of the bundled campaign: from its tables before any run, and from the record."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from bundled import bundled_inputs, bundled_record

from analysis.evidence.baselines.campaign import campaign
from analysis.scores.baselines import marches
from analysis.tables.scored_observations import of_run
from sim.ensembles.job import Job, axes, tables_of


@cache
def planned(scenario="kidal-offensive"):
    """The tables of a scenario before any run."""
    job = Job(inputs=bundled_inputs(scenario), seed=1, runs=1, draw=True)
    return replace(tables_of(job), **axes(job))


@cache
def known(scenario="kidal-offensive"):
    return campaign(planned(scenario), of_run(planned(scenario), bundled_record()))


def steps(of="army"):
    way = next(way for way in known().ways if way.column == of)
    return {step.milestone: step for step in way.steps}


def test_the_ways_are_those_of_columns_whose_start_is_given():
    assert [(way.column, way.steps[-1].milestone) for way in known().ways] == [
        ("army", "aguelhok:capture"),
        ("un", "gao:arrival"),
    ]


def test_columns_start_at_the_first_light_of_the_given_day():
    hours = [way.start for way in known().ways]
    assert hours == pytest.approx([5.5, 29 * 24.0 + 5.5], abs=0.2)


def test_legs_add_to_the_way():
    for way in known().ways:
        assert np.cumsum([step.leg for step in way.steps]) == pytest.approx([step.km for step in way.steps])


def test_it_holds_where_it_goes_on_from():
    assert [name for name, step in steps().items() if step.holds] == ["anefis:go", "kidal:go"]


def test_a_leg_is_contested_from_a_reported_contact_to_the_capture():
    contested = {name: step.contact for name, step in steps().items() if step.contact}
    assert contested == {"anefis:capture": "anefis:contact", "kidal:capture": "alkit_rd:contact"}
    beyond = [name for name, step in steps().items() if step.first_contact == "anefis:contact"]
    assert beyond == list(steps())[list(steps()).index("anefis:capture") :]


def test_a_contact_that_is_not_reported_makes_nothing_contested():
    record = of_run(planned(), bundled_record())
    silent = replace(
        record, observations=tuple(item for item in record.observations if item.event != "alkit_rd:contact")
    )
    way = campaign(planned(), silent).ways[0]
    assert {step.milestone: step.contact for step in way.steps if step.contact} == {
        "anefis:capture": "anefis:contact"
    }


def test_the_narrowest_published_opening_counts():
    opening = known().opening
    assert (opening.place, opening.hour, opening.give) == ("kidal", 44 * 24.0, 48.0)


def test_the_first_strike_is_between_the_dates_that_were_published():
    assert list(known().strikes) == ["kidal:first_strike"]
    strike = known().strikes["kidal:first_strike"]
    assert (strike.begins, strike.ends, strike.way.column) == (29 * 24.0, 44 * 24.0, "army")
    assert strike.way.steps[strike.way.last_hold(strike.km)].milestone == "anefis:go"


def test_a_break_follows_the_contact_at_its_place():
    assert known().breaks == {"alkit_rd:break": "alkit_rd:contact"}


def test_without_published_dates_there_is_neither_opening_nor_strike():
    bare = campaign(planned(), replace(of_run(planned(), bundled_record()), published=()))
    assert bare.opening is None
    assert bare.strikes == {}


def test_a_start_that_is_given_needs_no_runs():
    march = marches(planned(), {"gao:departure": 7.0, "kidal:departure": 9.0})
    assert [one.start for one in march] == [7.0, 9.0]


def test_a_scenario_that_begins_with_a_capture_starts_in_the_middle_of_its_report():
    way = known("anefis-hold").ways[0]
    assert [step.milestone for step in way.steps] == ["anefis:go"]
    assert (way.steps[0].holds, way.start) == (True, 24.0 + 3.0)  # 6 Oct 18:00 to 7 Oct 12:00


def test_a_column_whose_start_nobody_gives_has_no_way():
    assert campaign(planned(), of_run(planned(), bundled_record()).empty()).ways == ()


def test_runs_say_the_start_where_nothing_else_does():
    runs = {"status": np.array(["done"] * 3), "gao:departure": np.array([5.0, 6.0, 9.0])}
    march = marches(replace(planned(), runs=runs))
    assert [(one.first, one.start) for one in march] == [("gao:departure", 6.0)]
