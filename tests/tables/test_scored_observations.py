"""What of a record a run is laid beside: its days, its columns, its places; or nothing."""

from dataclasses import replace

from bundled import bundled_record
from run_tables import made, table

from analysis.tables.scored_observations import of_run, reported
from sim.record.record import Record
from sim.store.reader import RunTables

SOUTH = ["gao", "ansongo", "labbezanga"]
SOUTH_ROUTE = ["column", "place", "name", "km", "lat", "lon", "mark"]


def elsewhere(*places: str, column: str = "army") -> RunTables:
    """Made-up runs of October 2023 on a way of some places."""
    tables = made()
    milestones = [{"id": f"{place}:arrival", "column": column, "km": 0.0} for place in places]
    way = table(SOUTH_ROUTE, [(column, place, place, 0.0, 16.0, 0.0, True) for place in places])
    manifest = {**tables.manifest, "milestones": milestones, "columns": [column], "holders": {}, "camps": {}}
    return replace(tables, manifest=manifest, route=way)


def compared(record: Record) -> bool:
    return bool(record.claims or record.observations or record.survivals or record.counts)


def test_a_run_on_the_columns_road_has_the_claims_of_its_days_as_they_are() -> None:
    of_days = of_run(made(), bundled_record())
    events = {claim.event for claim in of_days.claims}
    assert {"tabankort:ambush", "anefis:capture", "ersane:killing_of_civilians"} <= events
    assert "aguelhok:capture" not in events
    assert reported(made(), of_days)


def test_a_run_whose_places_no_claim_names_is_laid_beside_nothing() -> None:
    record = of_run(elsewhere("ansongo", "labbezanga"), bundled_record())
    assert not compared(record)
    assert record.parties == bundled_record().parties


def test_a_column_of_the_same_id_that_shares_a_start_alone_is_another_one() -> None:
    record = of_run(elsewhere(*SOUTH), bundled_record())
    assert not any(item.column == "army" for item in (*record.claims, *record.observations, *record.counts))
    assert any(claim.column is None for claim in record.claims)
    assert not reported(elsewhere(*SOUTH), record)


def test_a_number_of_places_elsewhere_is_not_compared() -> None:
    def outcomes(tables: RunTables) -> list[str]:
        return [count.outcome for count in of_run(tables, bundled_record()).counts]

    long = elsewhere("gao", "tarkint", "kidal")
    long = replace(long, manifest={**long.manifest, "end": "2023-11-20"})
    assert "displaced_to_border" in outcomes(long)
    short = elsewhere("gao", "tarkint")
    short = replace(short, manifest={**short.manifest, "end": "2023-11-20"})
    assert "displaced_to_border" not in outcomes(short)


def test_a_scenario_may_ask_for_no_reports() -> None:
    tables = made()
    asked = replace(tables, manifest={**tables.manifest, "reports": "none"})
    assert not compared(of_run(asked, bundled_record()))


def test_of_a_plan_without_ways_the_days_alone_count() -> None:
    planned = replace(elsewhere(*SOUTH), route={})
    assert any(claim.column == "army" for claim in of_run(planned, bundled_record()).claims)
