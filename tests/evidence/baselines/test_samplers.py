"""Baselines that draw whole campaigns, each part on a way whose answer is known."""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import scipy
from joint_rows import CAMPAIGN, STEPS, WAY

from analysis.evidence.baselines.campaign import Campaign
from analysis.evidence.baselines.samplers import (
    BASELINES,
    COMPOSITE,
    UNIFORM,
    BaselineNumbers,
    Particles,
    Sampler,
    samplers,
)
from sim.chance.keyed_arrays import replicate_seeds

ALL = tuple(name for name in BASELINES if name != UNIFORM)
COUNT = 20_000
ORDER = [step.milestone for step in STEPS]
OPINIONS = [*ORDER, "e:break", "f:first_strike"]


def particles(seed=1):
    return Particles(replicate_seeds(seed, np.arange(COUNT)))


@cache
def hours(name, **numbers):
    """The hours of all milestones of a baseline."""
    sampler = samplers(CAMPAIGN, BaselineNumbers(**numbers))[name]
    campaigns = particles()
    return {
        milestone: sampler.hours(campaigns, milestone)
        for milestone in OPINIONS
        if milestone in sampler.milestones
    }


def median(values):
    return float(np.median(values))


def is_lognormal(values, middle, log_sd):
    """Whether values are a sample of a lognormal distribution."""
    return scipy.stats.kstest(np.log(values / middle) / log_sd, "norm").pvalue > 0.001


def test_a_leg_has_the_pace_and_its_whole_spread():
    assert is_lognormal(hours("pace")["b:arrival"] - 6.0, 24.0, 0.39)


def test_the_legs_of_a_column_share_half_of_the_variance():
    first = np.log(hours("pace")["b:arrival"] - 6.0)
    second = np.log(hours("pace")["c:contact"] - hours("pace")["b:arrival"])
    assert scipy.stats.pearsonr(first, second).statistic == pytest.approx(0.5, abs=0.03)


def test_columns_have_paces_of_their_own():
    other = replace(WAY, column="other", steps=(replace(STEPS[0], milestone="x:arrival"),))
    sampler = samplers(replace(CAMPAIGN, ways=(WAY, other)))["pace"]
    campaigns = particles()
    both = [sampler.hours(campaigns, name) for name in ("b:arrival", "x:arrival")]
    assert abs(scipy.stats.spearmanr(*both).statistic) < 0.03


@pytest.mark.parametrize(("name", "pace", "log_sd"), [("pace", 72.0, 0.39), ("contested pace", 12.0, 0.89)])
def test_a_battle_has_the_contested_pace(name, pace, log_sd):
    leg = hours(name)["d:capture"] - hours(name)["c:contact"]
    assert is_lognormal(leg, 12.0 / pace * 24.0, log_sd)


@pytest.mark.parametrize(("name", "pace"), [("contested pace", 72.0), ("contested pace to the end", 12.0)])
def test_beyond_the_capture_the_road_is_open_unless_it_is_contested_to_the_end(name, pace):
    leg = hours(name)["e:contact"] - hours(name)["d:go"]
    assert median(leg) == pytest.approx(72.0 / pace * 24.0, rel=0.03)


def test_each_battle_has_a_pace_of_its_own_and_all_beyond_the_first_contact_one():
    for name, equal in (("contested pace", False), ("contested pace to the end", True)):
        first = hours(name)["d:capture"] - hours(name)["c:contact"]
        second = hours(name)["f:capture"] - hours(name)["e:contact"]
        assert np.allclose(first, second) == equal


def test_a_hold_is_fourteen_days_unless_a_part_is_about_it():
    for came, left in (("d:capture", "d:go"), ("f:capture", "f:go")):
        assert is_lognormal(hours("pace")[left] - hours("pace")[came], 336.0, 1.0)


@pytest.mark.parametrize("name", ["persistence", COMPOSITE])
def test_the_second_hold_lasts_as_the_first(name):
    first = hours(name)["d:go"] - hours(name)["d:capture"]
    second = hours(name)["f:go"] - hours(name)["f:capture"]
    stayed = first > 1e-6
    assert stayed.mean() > 0.99
    assert is_lognormal(second[stayed] / first[stayed], 1.0, 0.4)


def test_a_column_is_there_when_the_place_opens():
    there = hours("published opening")["f:capture"]
    assert median(there) == pytest.approx(1000.0, abs=3.0)
    assert scipy.stats.iqr(there) / 1.349 == pytest.approx(48.0, rel=0.05)


def test_a_column_that_comes_late_goes_on_at_once():
    late = replace(CAMPAIGN, opening=replace(CAMPAIGN.opening, hour=-1000.0))
    sampler, campaigns = samplers(late)["published opening"], particles()
    came, left = (sampler.hours(campaigns, f"d:{event}") for event in ("capture", "go"))
    assert np.array_equal(came, left)


@pytest.mark.parametrize("day", [1, 2, 3, 6])
def test_a_line_holds_a_day_with_the_same_probability_again_and_again(day):
    held = hours("line that holds")["e:break"] - hours("line that holds")["e:contact"]
    share = float((held > 24.0 * (day - 0.5)).mean())
    expected = (2.0 / 3.0) ** (day - 1)
    assert share == pytest.approx(expected, abs=4.0 * np.sqrt(expected * (1.0 - expected) / COUNT) + 1e-12)


def test_the_first_strike_is_uniform_between_the_earliest_day_and_the_opening():
    strike = hours("first strike")["f:first_strike"]
    assert scipy.stats.kstest(strike, scipy.stats.uniform(500.0, 500.0).cdf).pvalue > 0.001


def test_the_first_strike_waits_for_the_hold_before_the_place():
    strikes = {name: replace(strike, begins=0.0) for name, strike in CAMPAIGN.strikes.items()}
    sampler, campaigns = samplers(replace(CAMPAIGN, strikes=strikes))["first strike"], particles()
    strike = sampler.hours(campaigns, "f:first_strike")
    came = sampler.hours(campaigns, "d:capture")
    assert (strike >= came).all()
    share = (strike - came) / (1000.0 - came)
    assert scipy.stats.kstest(share, "uniform").pvalue > 0.001


@pytest.mark.parametrize("name", ALL)
def test_hours_ascend_along_the_way(name):
    of_way = hours(name)
    for before, after in pairwise(ORDER):
        assert (of_way[after] >= of_way[before]).all(), (before, after)


@pytest.mark.parametrize("name", ALL)
def test_the_order_in_which_milestones_are_asked_moves_nothing(name):
    sampler, campaigns = samplers(CAMPAIGN)[name], particles()
    for milestone in sorted(sampler.milestones, reverse=True):
        assert np.array_equal(sampler.hours(campaigns, milestone), hours(name)[milestone])


@pytest.mark.parametrize(
    ("number", "value", "milestone"),
    [
        ("pace", 80.0, "b:arrival"),
        ("pace_spread", 0.5, "b:arrival"),
        ("column_share", 0.2, "b:arrival"),
        ("contested_pace", 15.0, "d:capture"),
        ("contested_spread", 0.5, "d:capture"),
        ("again_spread", 0.8, "f:go"),
        ("holds_a_day", 0.9, "e:break"),
    ],
)
def test_each_number_moves_the_composite(number, value, milestone):
    moved = hours(COMPOSITE, **{number: value})[milestone]
    assert not np.array_equal(moved, hours(COMPOSITE)[milestone])


@pytest.mark.parametrize(("number", "value"), [("hold", 100.0), ("hold_spread", 0.5)])
def test_the_numbers_of_a_hold_move_the_pace(number, value):
    assert not np.array_equal(hours("pace", **{number: value})["d:go"], hours("pace")["d:go"])


def test_opinions():
    assert samplers(CAMPAIGN)[UNIFORM].milestones == frozenset()
    assert samplers(CAMPAIGN)["pace"].milestones == frozenset(ORDER)
    assert samplers(CAMPAIGN)["line that holds"].milestones == {*ORDER, "e:break"}
    assert samplers(CAMPAIGN)["first strike"].milestones == {*ORDER, "f:first_strike"}
    assert samplers(CAMPAIGN)[COMPOSITE].milestones == frozenset(OPINIONS)


def test_without_an_opinion_there_are_no_hours():
    with pytest.raises(KeyError, match="e:break"):
        samplers(CAMPAIGN)["pace"].hours(particles(), "e:break")


def test_without_an_opening_the_composite_holds_as_the_pace_does():
    bare = Campaign(ways=(WAY,), opening=None, strikes={}, breaks={})
    sampler = samplers(bare)[COMPOSITE]
    assert sampler.milestones == frozenset(ORDER)
    campaigns = particles()
    first = sampler.hours(campaigns, "d:go") - sampler.hours(campaigns, "d:capture")
    assert is_lognormal(first, 336.0, 1.0)


def test_clones_share_what_was_drawn_and_go_on_with_numbers_of_their_own():
    sampler: Sampler = samplers(CAMPAIGN)["pace"]
    campaigns = particles()
    sampler.hours(campaigns, "b:arrival")
    campaigns.take(np.zeros(COUNT, int))
    assert len(np.unique(sampler.hours(campaigns, "b:arrival"))) == 1
    assert campaigns.roots == 1
    leg = sampler.hours(campaigns, "c:contact") - sampler.hours(campaigns, "b:arrival")
    assert is_lognormal(leg, np.exp(np.log(leg).mean()), 0.39 * np.sqrt(0.5))
