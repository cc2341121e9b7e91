"""A scene: one stored run and the reported claims as plain lists, to be played on a map hour by hour.

Hours count from 00:00 UTC of the scenario's first day, and go from `begins` to `hours`; km are road-km from a
column's start; x and y are degrees of longitude (beyond 180 rather than with a seam) and latitude. Everything
is JSON as it stands, and the same tables give the same scene.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

import numpy as np
import pyarrow as pa

from analysis.figures.base.map_data import at_km
from analysis.figures.base.style import looks_with
from analysis.replay.drones import drones_of
from analysis.replay.looks import EVENT_SYMBOLS, EVENT_WORDS, called
from analysis.tables.clock import begins, horizon, hour_of
from analysis.tables.histories import Histories, nights, stored
from analysis.tables.outcomes import holder_names
from analysis.words import names, text
from analysis.words.text import JsonObject
from sim.files.case_file import NO_SIDE
from sim.files.yaml_tree import Where, refuse
from sim.record.record import Record
from sim.record.rows import Claim
from sim.scenario.network import Network
from sim.state.kinds import Side
from sim.store.reader import RERUN_ADVICE, RunTables
from sim.store.schema import Table

NEAR_KM = 3.0
"""Km from a place up to which something is near it."""
EventRow = Mapping[str, Any]
"""An event of the run, by the columns of its table."""


@dataclass(frozen=True)
class About:
    """What a scenario says beside a run's tables: sides of columns, homes of groups, radii (km) of drones."""

    sides: Mapping[str, str] = field(default_factory=dict)
    homes: Mapping[str, str] = field(default_factory=dict)
    radii: Mapping[str, float] = field(default_factory=dict)


def scene(
    tables: RunTables, record: Record, network: Network, about: About, replicate: int | None = None
) -> JsonObject:
    """One stored run (the first, or a replicate) beside the claims that have an hour and a place.

    Raises FaultyInput if that run is not stored.
    """
    played = _one(tables, replicate)
    columns = [_column(tables, played, name, about) for name in tables.manifest["columns"]]
    rows = _rows(tables, played.events, network)
    return {
        "scenario": tables.manifest["scenario"],
        "zero": tables.manifest["start"],
        "begins": int(begins(tables)),
        "hours": int(horizon(tables)),
        "columns": columns,
        "groups": _groups(tables, rows, network, about),
        "events": _events(tables, rows, {column["id"]: column["way"] for column in columns}, network),
        "claims": _claims(tables, record, network),
        "holders": _holders(tables, rows, about),
        "inks": inks(tables),
        "control": {row.side: f"controlled by {row.name}" for row in tables.sides}
        | {NO_SIDE: "uncontrolled"},
        "faces": {row.side: row.face for row in tables.sides},
        "drones": drones_of(tables, played.events, network, about.radii),
        "nights": [short(night, 2) for night in nights(tables)],
    }


def _one(tables: RunTables, replicate: int | None) -> Histories:
    """The events of one stored run by hour. Raises FaultyInput."""
    histories = stored(tables)
    numbers = np.unique(histories["replicate"])
    if not len(numbers) or (replicate is not None and replicate not in numbers):
        message = f"run {replicate or 0} is not stored"
        right = f"expected 0 to {numbers[-1]}" if len(numbers) else RERUN_ADVICE
        refuse(Where(f"run {tables.manifest['scenario']}", 0), f"{message}; {right}")
    return histories.where(histories["replicate"] == (numbers[0] if replicate is None else replicate))


def inks(tables: RunTables) -> dict[str, str]:
    """The ink of each side by its id, in the order of their roles: of its columns, and of what it holds."""
    return {row.side: row.ink for row in tables.sides} | {NO_SIDE: "#777777"}


def _column(tables: RunTables, played: Histories, name: str, about: About) -> JsonObject:
    """A column's way, and where it is at every hour: linear between its events."""
    side = about.sides.get(name, NO_SIDE)
    hour, km = (played.of_column(name).paths() or [(np.zeros(1), np.zeros(1))])[0]
    at = np.interp(np.arange(int(begins(tables)), int(horizon(tables)) + 1.0), hour, km, left=0.0)
    lat, lon = at_km(tables, name, at)
    return {
        "id": name,
        "name": names.column(tables, name),
        "side": side,
        "ink": inks(tables)[side],
        "leaves": round(float(hour[0]), 2),
        "km": short(at, 2),
        "x": short(lon),
        "y": short(lat),
        "line": {"hour": short(hour, 2), "km": short(km, 2)},
        "way": way_of(tables, name),
    }


def way_of(tables: RunTables, column: str) -> list[JsonObject]:
    """The places on a column's way; `rank` is 0 for one that is held at the start, 1 for other marks."""
    route, held = tables.route, tables.manifest["holders"]
    of_column = route["column"] == column
    fields = {"place": "place", "name": "name", "km": "km", "x": "lon", "y": "lat", "mark": "mark"}
    stops: list[JsonObject] = pa.table({k: route[v][of_column] for k, v in fields.items()}).to_pylist()
    for stop in stops:
        stop["km"] = round(stop["km"], 2)
        stop["rank"] = 0 if stop["mark"] and stop["place"] in held else 2 - stop["mark"]
    return stops


def short(values: Any, digits: int = 4) -> list[float]:
    """Numbers rounded, as a list."""
    rounded: list[float] = np.round(np.asarray(values, float), digits).tolist()
    return rounded


def _rows(tables: RunTables, events: Table, network: Network) -> list[JsonObject]:
    """The events that are told or move a group, a mapping each; `at` is where it was (x, y) or None."""
    shown = np.isin(events["event"], [*EVENT_WORDS, "set"])
    fields = ("hour", "event", "kind", "agent", "place", "km", "amount")
    rows: list[JsonObject] = pa.table({name: events[name][shown] for name in fields}).to_pylist()
    for row in rows:
        row["at"] = _where(tables, network, row)
    return rows


def _where(tables: RunTables, network: Network, event: EventRow) -> tuple[float, float] | None:
    """Where an event was: at its place, else at its km of its own way (a group: of the first column's)."""
    if event["place"] in network.places:
        place = network.places[event["place"]]
        return place.lon, place.lat
    columns = tables.manifest["columns"]
    way = event["agent"] if event["agent"] in columns else next(iter(columns), None)
    if way is None or event["km"] < 0 or (way != event["agent"] and event["kind"] != "group"):
        return None
    lat, lon = at_km(tables, way, event["km"])
    return float(lon), float(lat)


def _events(
    tables: RunTables, rows: Sequence[EventRow], ways: dict[str, list[JsonObject]], network: Network
) -> list[JsonObject]:
    """What the run did, as words with hour and position."""
    return [
        {
            "hour": round(row["hour"], 2),
            "event": row["event"],
            "text": _text(tables, row, ways.get(row["agent"]), network),
            "x": row["at"] and round(row["at"][0], 4),
            "y": row["at"] and round(row["at"][1], 4),
            "sign": EVENT_SYMBOLS.get(row["event"]),
            "column": row["agent"] if row["agent"] in ways else None,
            "km": round(row["km"], 2),
        }
        for row in rows
        if row["event"] in EVENT_WORDS
    ]


def _text(tables: RunTables, row: EventRow, way: list[JsonObject] | None, network: Network) -> str:
    """An event in words: who, what, where."""
    who = {
        "column": f"{names.column(tables, row['agent'])}: ",
        "group": f"group {called(row['agent'])}: ",
        "drone": "drones ",
    }
    holder, withdrawing = holder_names(tables).get(row["amount"]), tables.sides[Side.WITHDRAWING].name
    what = EVENT_WORDS[row["event"]].format(holder=holder, withdrawing=withdrawing, amount=row["amount"])
    if row["place"] in network.places:
        where = network.places[row["place"]].name
    else:
        where, what = _beyond(way or [], row["km"]), what.removesuffix(" near").removesuffix(" at")
    return f"{who.get(row['kind'], '')}{what} {where}".rstrip()


def _beyond(way: list[JsonObject], km: float) -> str:
    """A position on a way in words: near a place, or so many km past it."""
    before = [stop for stop in way if stop["km"] <= km + NEAR_KM]
    if km < 0 or not before:
        return ""
    gap = km - before[-1]["km"]
    return f"near {before[-1]['name']}" if gap <= NEAR_KM else f"{gap:.0f} km past {before[-1]['name']}"


def _groups(tables: RunTables, rows: Sequence[EventRow], network: Network, about: About) -> list[JsonObject]:
    """The knots of each group's moves: at home until it first sets itself, then straight to where it goes."""
    homes = {name: network.places[home] for name, home in about.homes.items()}
    moves = {name: [(begins(tables), home.lon, home.lat)] for name, home in homes.items()}
    for row in rows:
        if row["kind"] != "group" or row["event"] not in ("set", "withdrawal") or row["at"] is None:
            continue
        knots = moves.setdefault(row["agent"], [])
        if knots:
            hour, x, y = zip(*knots, strict=True)
            here = float(np.interp(row["hour"], hour, x)), float(np.interp(row["hour"], hour, y))
            knots[:] = [knot for knot in knots if knot[0] < row["hour"]] + [(row["hour"], *here)]
        knots.append((max(row["amount"], row["hour"]), *row["at"]))
    return [
        {"id": name, "name": f"group {called(name)}", "ink": tables.sides[Side.CONTESTING].ink}
        | dict(zip(("hour", "x", "y"), map(short, zip(*moves[name], strict=True)), strict=True))
        for name in sorted(moves)
    ]


def _holders(tables: RunTables, rows: Sequence[EventRow], about: About) -> dict[str, list[list[Any]]]:
    """Who holds each place from which hour on: rows of hour and side."""
    since = begins(tables)
    holders = tables.manifest["holders"]
    by_place: dict[str, list[list[Any]]] = {place: [[since, side]] for place, side in holders.items()}
    for row in rows:
        if row["event"] == "capture":
            taker = about.sides.get(row["agent"], NO_SIDE)
        elif row["event"] == "fallen":
            taker = tables.sides[Side.CONTESTING].side
        elif row["event"] == "camp_taken":
            taker = holder_names(tables)[int(row["amount"])].replace("nobody", NO_SIDE)
        else:
            continue
        steps = by_place.setdefault(row["place"], [[since, NO_SIDE]])
        if steps[-1][1] != taker:
            steps.append([round(row["hour"], 2), taker])
    return by_place


def _claims(tables: RunTables, record: Record, network: Network) -> list[JsonObject]:
    """The claims dated to a day or closer, at a place of the network, by the hour at which they begin."""
    entries, end, looks = [], horizon(tables), looks_with(record.parties)
    for claim in record.claims:
        place, hour = network.places.get(claim.event.split(":")[0]), hour_of(tables, claim.earliest)
        if claim.precision == "range" or place is None or hour >= end:
            continue
        look = looks[claim.party]
        entry = claim.model_dump(include={"id", "event", "says", "party"})
        entry |= {"label": look.label, "face": look.face, "edge": look.edge}
        entry |= {"hour": round(hour, 2), "end": round(hour_of(tables, claim.latest), 2)}
        entry |= {"source": record.source_names[claim.source], "when": _when(claim.earliest, claim.latest)}
        entry |= {"place": place.name, "x": place.lon, "y": place.lat}
        entries.append(entry | {"km": _kms(tables, claim, place.id)})
    return sorted(entries, key=lambda entry: (entry["hour"], entry["end"], entry["id"]))


def _when(start: datetime, end: datetime) -> str:
    """An interval as 5 Oct, 06:30 to 07:30; whole days as 13 to 14 Nov."""
    start, end = text.round_minute(start), text.round_minute(end)
    if start.time() == end.time() == time():
        return text.reported_days(start, end)
    last = "" if start.date() == end.date() else f"{text.day(end)}, "
    return f"{text.day(start)}, {start:%H:%M} to {last}{end:%H:%M}"


def _kms(tables: RunTables, claim: Claim, place: str) -> dict[str, float]:
    """The road-km of a claim on the way of each column that it may be of."""
    route, here = tables.route, tables.route["place"] == place
    kms = dict(zip(route["column"][here].tolist(), route["km"][here].tolist(), strict=True))
    for row in tables.manifest["milestones"]:
        if row["id"] == claim.event and row["column"] in kms and row["km"] is not None:
            kms[row["column"]] = float(row["km"])
    return {column: km for column, km in kms.items() if claim.column in (None, column)}
