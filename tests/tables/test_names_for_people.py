"""Names and dates as people read them."""

from dataclasses import replace
from datetime import datetime

import pytest
from bundled import bundled_inputs, scenario_names
from run_tables import made

from analysis.words import names, text
from sim.ensembles.job import Job, tables_of
from sim.state.kinds import EVENTS, PLACE_EVENTS
from sim.store.manifest_names import manifest_faults


@pytest.mark.parametrize(
    ("milestone", "name"),
    [
        ("alkit_rd:round", "Alkit road: bypassed"),
        ("anefis_s10:contact", "10 km south of Anefis: contact"),
        ("gao:arrival:un-aguelhok", "Gao: arrival (UN column from Aguelhok)"),
        ("gao:arrival", "Gao: arrival (UN column from Kidal)"),
        ("kidal:go", "Kidal: advance resumed"),
    ],
)
def test_a_milestone_has_the_names_of_its_result(milestone: str, name: str) -> None:
    tables = tables_of(Job(inputs=bundled_inputs("kidal-offensive"), seed=1, runs=1, draw=False))
    assert names.milestone(tables, milestone) == name


def test_what_a_result_does_not_name_reads_as_its_id_with_spaces() -> None:
    assert names.place(made(), "anefis") == "Anefis"
    assert names.column(made(), "un-kidal_gao") == "un kidal gao"
    assert names.milestone(made(), "salt_pan:rain_dance:a-b") == "salt pan: rain dance (a b)"
    assert names.place(replace(made(), route={}), "tin_aouker") == "tin aouker"


def test_every_event_of_a_milestone_has_words() -> None:
    assert list(names.WORDS["events"]) == [*EVENTS, *PLACE_EVENTS]
    meanings = [names.event_meaning(event) for event in names.WORDS["events"]]
    assert len(set(meanings)) == len(meanings)
    assert all(len(meaning.split()) > 3 for meaning in meanings)


@pytest.mark.parametrize("scenario", scenario_names())
def test_every_column_that_comes_with_the_program_has_a_name(scenario: str) -> None:
    columns = bundled_inputs(scenario).loaded.scenario.columns
    assert len({column.name for column in columns} - {None}) == len(columns)


def test_a_manifest_whose_names_are_no_texts_is_refused() -> None:
    assert manifest_faults({"places": {"gao": 3}})
    assert manifest_faults({"places": ["gao"]})
    assert manifest_faults({"column_names": {"<b>": "army column"}})
    assert manifest_faults({"places": {"gao": "Gao"}, "column_names": {"army": "army column"}}) == []


def test_dates_are_plain() -> None:
    moment = datetime.fromisoformat("2023-10-07T23:59:40")
    assert (text.day(moment), text.day(moment, year=True)) == ("8 Oct", "8 Oct 2023")
    assert text.plain_moment(datetime(2023, 10, 7, 4, 1)) == "7 Oct 2023, 04:01 UTC"
    assert text.plain_moment(datetime(2023, 10, 7, 4, 1), year=False) == "7 Oct, 04:01 UTC"
