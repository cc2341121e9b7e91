"""Tables of made-up sweeps: the hours of a capture at each design point."""

import numpy as np

from sim.store.reader import RunTables

NAMES = ("gao:departure", "tarkint:arrival", "anefis:capture", "anefis:probe_late")
REPORTED = (114.0, 132.0)  # anefis:capture: 2023-10-06 18:00 to 10-07 12:00, from 2023-10-02
DESIGN = {"name": "made-up", "summary": "Does the radius decide when Anefis falls?", "common": True}


def made(
    factors: dict[str, list],
    hours: list,
    kind: str = "grid",
    units: dict[str, str] | None = None,
    failed: list[tuple[int, int]] = (),
    settings: list[str] | None = None,
) -> RunTables:
    """Tables of a sweep from a row of hours of anefis:capture a design point; `failed` are points and replicates."""
    count, sizes = len(hours), [len(row) for row in hours]
    design_id = np.repeat(np.arange(count), sizes)
    replicate = np.concatenate([np.arange(size) for size in sizes])
    capture = np.concatenate([np.asarray(row, np.float32) for row in hours])
    bad = np.array([(d, r) in set(failed) for d, r in zip(design_id, replicate, strict=True)], bool)
    capture[bad] = np.nan
    points = {
        name: np.array(row, object if isinstance(row[0], str) else float) for name, row in factors.items()
    }
    told = settings or [", ".join(f"{n}={points[n][p]}" for n in points) for p in range(count)]
    runs = {"design_id": design_id, "replicate": replicate, "status": np.where(bad, "failed", "done")}
    runs |= {name: np.where(bad, np.nan, np.float32(6.0 + 12 * n)) for n, name in enumerate(NAMES)}
    runs |= {"anefis:capture": capture, "anefis:probe_late": np.where(bad, np.nan, np.inf)}
    units = units or {}
    rows = [
        {"name": n, "unit": None if isinstance(v[0], str) else units.get(n, "")} for n, v in factors.items()
    ]
    manifest = {
        "scenario": "made",
        "start": "2023-10-02",
        "end": "2023-11-01",
        "columns": ["army"],
        "seed": 7,
    }
    manifest |= {"milestones": [{"id": name, "column": "army", "km": 0.0} for name in NAMES]}
    manifest |= {"runs": sum(sizes), "parameters": "prior", "hypotheses": [], "changes": [], "given": None}
    manifest["design"] = DESIGN | {"kind": kind, "runs": sizes[0], "factors": rows}
    axis = {"design_id": np.arange(count), **points, "settings": np.array(told, object)}
    return RunTables(
        manifest=manifest, runs=runs, events={}, reports={}, route={}, daylight={}, cover={}, points=axis
    )
