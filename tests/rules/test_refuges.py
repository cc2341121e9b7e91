"""A refuge is where broken groups go: a group whose home is one fights as any other until it has withdrawn."""

import pytest
from worlds import QUIET, log, network, one, opened, play, tiny

from sim.engine.loop import advance
from sim.state.kinds import Side, Stance

NET = network(("a", "p", 40), ("p", "b", 40), ("b", "far", 90), ("far", "away", 900))
CALM = QUIET | {"march_speed": 10, "march_hours": 10, "column_loss_rate": 0, "rebel_loss_rate": 0}
COLUMN = "{objectives: [{place: b, capture: true}], defended: [{place: p, source: test}]}"


def at_home(refuges, group="", columns=COLUMN, more=""):
    """A group at b, and a position on the way there."""
    text = f"columns: [{columns}]\ngroups: [{{id: g, home: b{group}}}]\nrefuges: {refuges}\n{more}"
    return tiny(text, NET)


def fights(template, **overrides):
    """The fights of a run up to the day on which the defence would leave."""
    world = play(template, **CALM | {"break_off": 0} | overrides)
    return [row for row in log(world, template) if row.event in ("contact", "ambush", "set", "capture")]


def test_a_group_whose_home_is_a_refuge_fights_as_any_other():
    many = {"ambush_rate": 1, "ambush_hours": 1}
    assert fights(at_home("[b]"), **many) == fights(at_home("[far]"), **many)
    assert {row.event for row in fights(at_home("[b]"), **many)} >= {"ambush", "contact"}


@pytest.mark.parametrize("home", ["b", "far"])
def test_a_column_is_turned_back_wherever_the_refuge_is(home):
    """Two in five of 900 fighters against 400: beaten by a ratio below 1.2, whatever the refuges."""
    assert one(play(at_home(f"[{home}]"), **CALM | {"beaten_ratio": 1.2}), at_home(f"[{home}]"), "beaten")


def test_it_goes_to_a_refuge_once_it_is_broken():
    template = at_home("[b, far]")
    world = opened(template, **CALM | {"break_off": 50})
    assert world.groups[0].stance == Stance.HOME
    advance(world, 24 * 19)
    assert world.groups[0].stance == Stance.WITHDRAWN
    broken, gone = one(world, template, "break"), one(world, template, "withdrawal")
    assert broken.hour < gone.hour


@pytest.mark.parametrize("refuge", ["b", "far"])
def test_local_groups_at_a_refuge_raid_and_take_camps(refuge):
    local, more = ", role: local, share: 0.5", "garrisons: [{place: p, persons: 10, raided: true}]\n"
    template = tiny(
        f"columns: []\ngroups: [{{id: g, home: b{local}}}]\nrefuges: [{refuge}]\n{more}"
        'camps: [{place: b}]\nmilestones: [{id: "b:vacated"}, {id: "p:fallen"}]',
        NET,
    )
    world = play(template, **CALM | {"raid_rate": 10})
    assert one(world, template, "fallen").place == "p"
    assert world.camps[0].holder == Side.CONTESTING


def test_a_group_that_has_withdrawn_says_so_and_fights_no_more():
    template = at_home("[b]", ", withdrawn: true")
    assert [row.event for row in fights(template, ambush_rate=1)] == ["capture"]
    assert opened(template).groups[0].stance == Stance.WITHDRAWN


# --- a sibling: a group that stands on one road does not defend a position on another ------------------------

FAR = "role: blocking, blocks: [far, away]"


def test_a_group_that_blocks_a_road_defends_no_position():
    template = at_home("[far]", f", {FAR}")
    world = play(template, **CALM)
    assert not log(world, template, "contact", "break", "withdrawal")
    assert one(world, template, "capture").place == "b"
    assert world.groups[0].stance == Stance.BLOCKING


def test_those_who_defend_do_so_by_their_own_number():
    groups = f"[{{id: g, home: b, share: 0.5}}, {{id: h, home: b, share: 0.5, {FAR}}}]"
    template = tiny(f"columns: [{COLUMN}]\ngroups: {groups}\nrefuges: [far]", NET)
    world = play(template, **CALM | {"break_off": 0, "fighters": 1000, "committed_share": 0.4})
    assert {row.other for row in log(world, template, "contact")} == {0.4 * 500}
