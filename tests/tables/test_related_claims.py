"""Groups of claims that contradict each other, and groups of those that only differ."""

from bundled import bundled_record

from analysis.tables import timeline


def groups(relation, *columns):
    """The groups of a relation, by the ids of their claims."""
    found = timeline.related(bundled_record(), columns, relation)
    return [[claim.id for claim in group] for group in found]


def test_what_contradicts_and_what_differs_stand_apart():
    assert ["a01-s2", "a02-s0", "a02-s1"] in groups("differs", "army")
    assert not any("a01-s2" in group for group in groups("contradicts", "army"))
    assert ["c01-s0", "c01-s1", "c01-s2"] in groups("contradicts", "army")
    assert not any("c01-s1" in group for group in groups("differs", "army"))


def test_groups_are_of_the_columns_asked_for():
    assert groups("contradicts", "un") == groups("differs", "un") == []
    convoy = groups("contradicts", "logistics")
    assert convoy == [["l01-army-s4", "l04-csp-s4"], ["l02-result-army-s4", "l03-vehicles-csp-s4"]]
    assert groups("differs", "logistics") == [["l02-result-army-s4", "l03-csp-s4"]]
