"""The tables of a result, column by column with units. Version 6.

Hours, km and outcomes are 32-bit numbers in the table of runs (an hour to within half a second), 64-bit in
the others. Tables that come in parts have a file a part, in the order of design points and replicates.

`runs/part-*.parquet`, a row a run:
    design_id   design point, from 0; 0 where there is no design
    replicate   number of the run at its design point, from 0
    seed        run seed, unsigned 64 bits: gives the run back with the stored scenario and parameters
    status      'done' or 'failed'
    error       what failed, or empty
    factors     what the design moves, by its name, at the run's design point: a number in the unit that the
                manifest gives under `design`, or a text
    place:event a milestone: hours after 00:00 UTC of the scenario's first day, inf if it never came
    outcomes    see OUTCOMES, and those of the scenario's own agents:
    hours:column:objective:cause   hours on the way to an objective booked to a cause (sim.state.kinds.Cause);
    they
                add up to the time from departure, or from the capture before, to the capture or the end
    reached:column:objective   1 if it came to that, else 0
    mines:column   mine strikes on it that are reported
    control:place   side that controls a place at the end (sim.state.kinds.Side), -1 for none
    camp:id     side that had a camp once it was vacated, -1 for none
    casualties:garrison   in raids, persons
    supply:garrison, without:garrison   days of supply left and without
    displaced:town, arrived:destination   persons gone from a town; persons who set out for a destination
    displaced_to_border:town   of those gone from a town, who set out for a border; where a scenario has one

`events/part-*.parquet`, a row an event of the first runs of each design point:
    design_id, replicate   as above
    hour        as for milestones
    event       see sim.state.kinds.Event, in lower case
    kind        of the agent (sim.state.kinds.AgentKind, in lower case)
    agent       its id
    place       id of a place, or empty
    km          road-km along the column's itinerary, -1 where there is none
    amount      what the event's line in sim.state.kinds.Event says
    other       likewise

Who holds a place over time follows from `holders` in the manifest and the events capture, camp_taken and
fallen; drone cover over time from the events on_station and the table of covers below.

`reports/part-*.parquet`, a row a report that a party would have given of the first histories:
    design_id, replicate   as above
    party       its id in the record
    event       as above
    place       id of a place, or empty
    reported    hour at which it is reported
    earliest, latest   the part of the day in which it is reported to have been
    own_casualties, enemy_casualties_claimed   persons that the party says it lost, and the other; nan where
    it is not a fight

`axis/route.parquet`, a row a place on a column's itinerary:
    column, place (id), name, km (road-km from the start), lat, lon (degrees, beyond 180 rather than with a
    seam), mark (whether it is a stop, a position, the start, the objective or the place of a milestone)

`axis/daylight.parquet`, a row a day:
    first_light, sunset: hours as above, at the first column's start, of its local solar days; the midnights
    before and after where it is never dark, inf where it stays dark

`axis/cover.parquet`, a row a drone detachment and km of an itinerary:
    column, drone (id), station (id), radius (km), ready (h; inf for a control site not yet captured), km,
    cover (0 to 1, once the station works)

`axis/points.parquet`, a row a design point:
    design_id   as above
    factors     as above
    settings    what is set at the point, as a text to read

The tables of `axis/` are those of the scenario before the design moves anything.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import numpy as np

VERSION = 6
PART_TABLES = ("runs", "events", "reports")
"""Tables that come in parts."""
AXES = ("route", "daylight", "cover", "points")
"""Tables in one file each."""

LOSS_COLUMNS = ("own_casualties", "enemy_casualties_claimed")
RUN_COLUMNS = ("design_id", "replicate")
"""What tells a run from all others of its folder."""
TABLE_COLUMNS = {
    "runs": (*RUN_COLUMNS, "seed", "status", "error"),
    "events": (*RUN_COLUMNS, "hour", "event", "kind", "agent", "place", "km", "amount", "other"),
    "reports": (*RUN_COLUMNS, "party", "event", "place", "reported", "earliest", "latest", *LOSS_COLUMNS),
    "route": ("column", "place", "name", "km", "lat", "lon", "mark"),
    "daylight": ("first_light", "sunset"),
    "cover": ("column", "drone", "station", "radius", "ready", "km", "cover"),
    "points": ("design_id", "settings"),
}
"""The columns that each table has whatever is run."""

OUTCOMES = {
    "mine_strikes": "strikes on columns",
    "mine_strikes_reported": "strikes on columns that are reported",
    "mines_found": "mines that columns found",
    "ambushes": "ambushes on columns",
    "combat_days": "days of combat at a defended position",
    "harassment_nights": "nights of harassing fire",
    "column_casualties": "casualties (killed, wounded, missing) of columns in combat, persons",
    "column_vehicles_lost": "vehicles lost by columns to mines and in combat",
    "group_casualties": "casualties of the groups, persons",
    "group_vehicles_lost": "vehicles of the groups lost",
    "columns_repulsed": "columns that turned back",
    "probes": "reconnaissance in force by columns that hold",
    "air_strikes": "air strikes by drones",
    "raids": "raids on garrisons",
    "garrisons_fallen": "garrisons that fell",
    "garrison_casualties": "casualties of garrisons in raids, persons",
    "garrison_vehicles_lost": "vehicles lost by garrisons in raids",
    "resupplies": "columns that brought supply to a garrison",
    "displaced": "persons who left their town",
    "displaced_to_border": "of those, who set out for a destination at a border",
}
"""Outcomes of a run and what they count; sums over all agents."""
RENAMED = {
    "days_fought": "combat_days",
    "nights_harassed": "harassment_nights",
    "persons_lost": "column_casualties",
    "vehicles_lost": "column_vehicles_lost",
    "rebels_lost": "group_casualties",
    "rebel_vehicles_lost": "group_vehicles_lost",
    "beaten": "columns_repulsed",
    "strikes": "air_strikes",
    "garrison_persons_lost": "garrison_casualties",
    "own_lost": "own_casualties",
    "other_lost": "enemy_casualties_claimed",
    "told": "reported",
}
"""Columns by the names that they had up to schema 5."""


def renamed(name: str) -> str:
    """A sentence for a column that has another name since schema 6; empty for others."""
    return f"it is called {RENAMED[name]!r} since schema 6" if name in RENAMED else ""


Table = dict[str, np.ndarray]
"""Named arrays of one length."""
Sums = dict[str, tuple[int, str]]
"""Size in bytes and SHA-256 by file, below the folder."""


class Change(TypedDict):
    """A field or parameter that a result has changed against its scenario and parameters as they are.

    `name` is its path as --set takes it, `words` says it in short, `value` and `base` are texts with units:
    what it is, and what it would be (empty where nothing is written). `by` is 'set', 'params', 'fixed' or the
    id of a hypothesis.
    """

    by: str
    name: str
    words: str
    value: str
    base: str


class RunManifest(TypedDict, total=False):
    """What the manifest of every run says, a job's as it was given; that of a calibration says some of it."""

    schema: int
    rules: str
    hash: str
    scenario: str
    summary: str
    start: str
    given: str
    end: str
    columns: Sequence[str]
    milestones: Sequence[Mapping[str, Any]]
    holders: Mapping[str, str]
    runs: int
    seed: int
    parameters: str
    design: Mapping[str, Any] | None
    parts: int
    part_size: int
    hashes: Mapping[str, str]
    packages: Mapping[str, str]
    command: Sequence[str]


class Manifest(RunManifest, total=False):
    """What a manifest may say beside it and is read here; a finished folder's has `files`."""

    case: str | None
    changes: Sequence[Change]
    files: Sums
    kind: str
    label: str
    outcomes: Sequence[str]
    record: str
    seal: str


def columns(manifest: Manifest, table: str) -> list[str]:
    """The columns that a table of a result folder must have, by its manifest."""
    names = list(TABLE_COLUMNS[table])
    if table in ("runs", "points") and (design := manifest.get("design")):
        names += [factor["name"] for factor in design["factors"]]
    if table == "runs":
        names += [milestone["id"] for milestone in manifest["milestones"]]
        names += manifest.get("outcomes", OUTCOMES)
    return names
