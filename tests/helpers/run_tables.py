"""Tables of made-up runs, and a record that says nothing."""

from dataclasses import replace
from functools import cache

import numpy as np
from bundled import bundled_record

from sim.record.record import Record
from sim.store.reader import RunTables
from sim.store.schema import Table

PLACES = ["gao", "tin_aouker", "almoustarat", "tarkint", "tabrichat", "tabankort", "anefis_s10", "anefis"]
NAMES = [
    "Gao",
    "Tin Aouker",
    "Almoustarat",
    "Tarkint",
    "Tabrichat",
    "Tabankort",
    "10 km south of Anefis",
    "Anefis",
]
KMS = [0.0, 70.0, 136.0, 150.0, 180.0, 196.0, 229.0, 240.0]
COVER = ["column", "drone", "station", "radius", "ready", "km", "cover"]

# Hours and km of three histories: there at 100 h, there at 130 h, and beaten back at 150 km.
HISTORIES = [
    [
        (6, 0, "departure"),
        (18, 150, "arrival"),
        (30, 150, "march"),
        (40, 200, "ambush"),
        (100, 240, "capture"),
    ],
    [(6, 0, "departure"), (26, 100, "mine"), (30, 100, "march"), (80, 229, "contact"), (130, 240, "capture")],
    [(6, 0, "departure"), (46, 150, "ambush"), (50, 150, "beaten"), (60, 0, "return")],
]


def table(names: list[str], rows: list[tuple[object, ...]]) -> Table:
    """A table by columns, from rows."""
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return {name: np.array(values) for name, values in zip(names, columns, strict=True)}


def made(count: int = 3, cover: bool = True) -> RunTables:
    """Tables of some of the runs above, on the road from Gao to Anefis."""
    rows = [
        (r, float(hour), event, "column", "army", float(km))
        for r, history in enumerate(HISTORIES[:count])
        for hour, km, event in history
    ]
    rows.append((0, 0.0, "on_station", "drone", "tb2", 0.0))
    route = [
        ("army", *row) for row in zip(PLACES, NAMES, KMS, [p != "almoustarat" for p in PLACES], strict=True)
    ]
    covers = [("army", "tb2", "gao_apt", 150.0, 0.0, float(km), 0.8 * (km < 165)) for km in range(241)]
    milestones = [
        {"id": event, "column": "army", "km": km}
        for event, km in [
            ("gao:departure", 0.0),
            ("tin_aouker:arrival", 70.0),
            ("tarkint:arrival", 150.0),
            ("tarkint:harassment", 150.0),
            ("tarkint:mine", 150.0),
            ("tabrichat:arrival", 180.0),
            ("tabankort:arrival", 196.0),
            ("tabankort:ambush", 196.0),
            ("anefis:contact", 229.0),
            ("anefis:capture", 240.0),
        ]
    ]
    manifest = {
        "scenario": "made",
        "summary": "Made up",
        "start": "2023-10-02",
        "end": "2023-11-01",
        "runs": count,
    }
    manifest |= {"seed": 7, "parameters": "prior", "columns": ["army"], "milestones": milestones}
    return RunTables(
        manifest=manifest,
        runs={"status": np.array(["done"] * count), "replicate": np.arange(count)},
        events=table(["replicate", "hour", "event", "kind", "agent", "km"], rows),
        reports={},
        route=table(["column", "place", "name", "km", "mark"], route),
        daylight={"first_light": 5.5 + 24.0 * np.arange(30), "sunset": 17.8 + 24.0 * np.arange(30)},
        cover=table(COVER, covers if cover else []),
        points={},
    )


@cache
def empty_record() -> Record:
    """The bundled record without claims and observations."""
    return replace(bundled_record(), claims=(), observations=())
