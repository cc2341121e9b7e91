"""A scene: one stored history and the reported claims as plain lists, to be played on a map hour by hour.

Hours count from 00:00 UTC of the scenario's first day, and go from `begins` to `hours`; km are road-km from a
column's start; x and y are degrees of longitude (beyond 180 rather than with a seam) and latitude. Everything
is JSON as it stands, and the same tables give the same scene.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analysis.replay.layers import drones_of
from analysis.replay.sides import group_side, inks, paint_of
from analysis.tables.clock import begins, horizon, hour_of
from analysis.tables.histories import Histories, nights, stored
from analysis.tables.outcomes import holder_names
from analysis.tables.text import interval
from sim.files.case_file import NO_SIDE
from sim.files.yaml_tree import Where, refuse
from sim.record.record import Record
from sim.record.rows import Claim
from sim.scenario.network import Network
from sim.state.kinds import Side
from sim.store.reader import RunTables
from sim.store.schema import Table

EVENT_WORDS = {
    "departure": "leaves",
    "arrival": "reaches",
    "harassment": "is harassed by night near",
    "mine": "mine strike (reported)",
    "mine_unreported": "mine strike (not reported)",
    "ambush": "is ambushed",
    "contact": "a fight begins at",
    "break": "the defence is broken at",
    "round": "starts on a way round",
    "capture": "captures",
    "beaten": "goes back",
    "go": "leaves its hold at",
    "reinforced": "is reinforced at",
    "supply": "waits for supply",
    "on_station": "are ready, with their station at",
    "strike": "strike at",
    "vacated": "leaves the camp at",
    "camp_taken": "takes over the camp at",
    "airlift": "persons are flown to",
    "raid": "a raid on the garrison at",
    "fallen": "the garrison falls at",
    "resupply": "the garrison is resupplied at",
    "withdrawal": "withdraws to",
    "roadblock": "a group stands on its road",
}
"""Events of a run that are told, as words between who and where."""
NEAR_KM = 3.0
"""Km from a place up to which something is near it."""
EVENT_SYMBOLS = {"mine": "x", "mine_unreported": "x-open", "ambush": "triangle-down", "contact": "diamond"}
EVENT_SYMBOLS |= {"strike": "star", "raid": "triangle-up", "capture": "square-open"}
"""Events that are drawn, and how."""


@dataclass(frozen=True)
class About:
    """What a scenario says beside a run's tables: sides of columns, homes of groups, radii (km) of drones."""

    sides: Mapping[str, str] = field(default_factory=dict)
    homes: Mapping[str, str] = field(default_factory=dict)
    radii: Mapping[str, float] = field(default_factory=dict)


def scene(
    tables: RunTables,
    record: Record,
    network: Network,
    about: About,
    replicate: int | None = None,
) -> dict[str, Any]:
    """One stored history (the first, or a replicate) beside the claims that have an hour and a place.

    Raises FaultyInput if that history is not stored.
    """
    played = _one(tables, replicate)
    events = played.events
    hours, first = int(horizon(tables)), int(begins(tables))
    every = np.arange(first, hours + 1.0)
    columns = [_column(tables, played, name, about, every) for name in tables.manifest["columns"]]
    return {
        "scenario": tables.manifest["scenario"],
        "zero": tables.manifest["start"],
        "begins": first,
        "hours": hours,
        "columns": columns,
        "groups": _groups(tables, events, columns, network, about),
        "events": _events(tables, events, columns, network),
        "claims": _claims(tables, record, network),
        "holders": holders(tables, events, about),
        "inks": inks(tables),
        "faces": {row.side: row.face for row in tables.sides},
        "drones": drones_of(tables, events, network, about.radii),
        "nights": [short(night, 2) for night in nights(tables)],
    }


def _one(tables: RunTables, replicate: int | None) -> Histories:
    """The events of one stored history by hour. Raises FaultyInput."""
    found = stored(tables)
    numbers = np.unique(found["replicate"])
    if not len(numbers) or (replicate is not None and replicate not in numbers):
        message = f"history {replicate or 0} is not stored"
        right = f"0 to {numbers[-1]} would be right" if len(numbers) else "running it again would be right"
        refuse(Where(f"run {tables.manifest['scenario']}", 0), f"{message}; {right}")
    return found.where(found["replicate"] == (numbers[0] if replicate is None else replicate))


def _column(
    tables: RunTables, played: Histories, name: str, about: About, hours: np.ndarray
) -> dict[str, Any]:
    """A column's way, and where it is at some hours: linear between its events."""
    stops = way_of(tables, name)
    kms, xs = [stop["km"] for stop in stops], [stop["x"] for stop in stops]
    ys = [stop["y"] for stop in stops]
    hour, km = (played.of_column(name).paths() or [(np.zeros(1), np.zeros(1))])[0]
    at = np.interp(hours, hour, km, left=0.0)
    side = about.sides.get(name, NO_SIDE)
    return {
        "id": name,
        "side": side,
        "ink": inks(tables)[side],
        "leaves": round(float(hour[0]), 2),
        "km": short(at, 2),
        "x": short(np.interp(at, kms, xs)),
        "y": short(np.interp(at, kms, ys)),
        "line": {"hour": short(hour, 2), "km": short(km, 2)},
        "way": stops,
    }


def way_of(tables: RunTables, column: str) -> list[dict[str, Any]]:
    """The places on a column's way; `rank` is 0 for one that is held at the start, 1 for other marks."""
    rows, held = tables.route, tables.manifest["holders"]
    own = np.flatnonzero(rows["column"] == column)
    names = ("place", "name", "km", "mark", "lon", "lat")
    found = zip(*(rows[name][own].tolist() for name in names), strict=True)
    return [
        {"place": place, "name": name, "km": round(km, 2), "x": x, "y": y, "mark": mark}
        | {"rank": 0 if mark and place in held else 2 - mark}
        for place, name, km, mark, x, y in found
    ]


def short(values: Any, digits: int = 4) -> list[float]:
    """Numbers rounded, as a list."""
    rounded: list[float] = np.round(np.asarray(values, float), digits).tolist()
    return rounded


def _where(
    network: Network, columns: list[dict[str, Any]], event: Mapping[str, Any]
) -> tuple[float, float] | None:
    """Where an event was: at its place, else at its km of its own way (a group: of the first column's)."""
    if event["place"] in network.places:
        place = network.places[event["place"]]
        return place.lon, place.lat
    ways = [column["way"] for column in columns if column["id"] == event["agent"]] or [
        column["way"] for column in columns[:1] if event["kind"] == "group"
    ]
    if not ways or event["km"] < 0:
        return None
    kms = [stop["km"] for stop in ways[0]]
    x = np.interp(event["km"], kms, [stop["x"] for stop in ways[0]])
    y = np.interp(event["km"], kms, [stop["y"] for stop in ways[0]])
    return float(x), float(y)


def _rows(events: Table, chosen: np.ndarray) -> list[dict[str, Any]]:
    """Some events, a mapping each, in plain types."""
    names = ("hour", "event", "kind", "agent", "place", "km", "amount")
    columns = [events[name][chosen].tolist() for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _events(
    tables: RunTables, events: Table, columns: list[dict[str, Any]], network: Network
) -> list[dict[str, Any]]:
    """What the run did, as words with hour and position."""
    entries = []
    for row in _rows(events, np.isin(events["event"], list(EVENT_WORDS))):
        where = _where(network, columns, row)
        agent_columns = [column["id"] for column in columns if column["id"] == row["agent"]]
        entry = {
            "hour": round(row["hour"], 2),
            "event": row["event"],
            "text": _text(tables, row, columns, network),
        }
        entry |= {"x": where and round(where[0], 4), "y": where and round(where[1], 4)}
        entries.append(
            entry
            | {
                "sign": EVENT_SYMBOLS.get(row["event"]),
                "column": (agent_columns or [None])[0],
                "km": round(row["km"], 2),
            }
        )
    return entries


def _text(tables: RunTables, row: Mapping[str, Any], columns: list[dict[str, Any]], network: Network) -> str:
    """An event in words: who, what, where."""
    who = {"column": f"column {row['agent']}: ", "group": f"group {row['agent']}: ", "drone": "drones "}
    what = EVENT_WORDS[row["event"]]
    if row["event"] == "camp_taken":
        what = f"{holder_names(tables)[int(row['amount'])]}: takes over the camp at"
    if row["event"] == "vacated":
        what = f"the {tables.sides[Side.WITHDRAWING].name} {what}"
    if row["event"] == "airlift":
        what = f"{row['amount']:.0f} {what}"
    named = network.places[row["place"]].name if row["place"] in network.places else ""
    if not named:
        agent_ways = [column["way"] for column in columns if column["id"] == row["agent"]]
        named = _beyond(agent_ways[0], row["km"]) if agent_ways else ""
        what = what.removesuffix(" near").removesuffix(" at")
    return f"{who.get(row['kind'], '')}{what} {named}".rstrip()


def _beyond(way: list[dict[str, Any]], km: float) -> str:
    """A position on a way in words: near a place, or so many km past it."""
    before = [stop for stop in way if stop["km"] <= km + NEAR_KM]
    if km < 0 or not before:
        return ""
    gap = km - before[-1]["km"]
    return f"near {before[-1]['name']}" if gap <= NEAR_KM else f"{gap:.0f} km past {before[-1]['name']}"


def _groups(
    tables: RunTables, events: Table, columns: list[dict[str, Any]], network: Network, about: About
) -> list[dict[str, Any]]:
    """The knots of each group's moves: at home until it first sets itself, then straight to where it goes."""
    moves: dict[str, list[tuple[float, float, float]]] = {
        name: [(float(begins(tables)), network.places[home].lon, network.places[home].lat)]
        for name, home in about.homes.items()
    }
    chosen = (events["kind"] == "group") & np.isin(events["event"], ["set", "withdrawal"])
    for row in _rows(events, chosen):
        goal, knots = _where(network, columns, row), moves.setdefault(row["agent"], [])
        if goal is None:
            continue
        if knots:
            hour, x, y = zip(*knots, strict=True)
            here = float(np.interp(row["hour"], hour, x)), float(np.interp(row["hour"], hour, y))
            knots[:] = [knot for knot in knots if knot[0] < row["hour"]] + [(row["hour"], *here)]
        knots.append((max(row["amount"], row["hour"]), *goal))
    return [
        {
            "id": name,
            "ink": inks(tables)[group_side(tables)],
            **{
                key: short(part)
                for key, part in zip(("hour", "x", "y"), zip(*knots, strict=True), strict=True)
            },
        }
        for name, knots in sorted(moves.items())
        if knots
    ]


def holders(tables: RunTables, events: Table, about: About) -> dict[str, list[list[Any]]]:
    """Who holds each place from which hour on: rows of hour and side."""
    by_place: dict[str, list[list[Any]]] = {
        place: [[begins(tables), side]] for place, side in tables.manifest["holders"].items()
    }
    for row in _rows(events, np.isin(events["event"], ["capture", "camp_taken", "fallen"])):
        takers = {"capture": about.sides.get(row["agent"], NO_SIDE), "fallen": group_side(tables)}
        taken = takers.get(row["event"]) or holder_names(tables)[int(row["amount"])].replace(
            "nobody", NO_SIDE
        )
        rows = by_place.setdefault(row["place"], [[begins(tables), NO_SIDE]])
        if rows[-1][1] != taken:
            rows.append([round(row["hour"], 2), taken])
    return by_place


def _claims(tables: RunTables, record: Record, network: Network) -> list[dict[str, Any]]:
    """The claims dated to a day or closer, at a place of the network, by the hour at which they begin."""
    titles = {source.id: source.title for source in record.sources}
    entries, end = [], horizon(tables)
    for claim in record.claims:
        place, hour = claim.event.split(":")[0], hour_of(tables, claim.earliest)
        if claim.precision == "range" or place not in network.places or hour >= end:
            continue
        label, face, edge = paint_of(claim.party)
        entry = {"id": claim.id, "hour": round(hour, 2), "end": round(hour_of(tables, claim.latest), 2)}
        entry |= {"event": claim.event, "says": claim.says, "party": claim.party, "label": label}
        entry |= {
            "face": face,
            "edge": edge,
            "source": titles[claim.source],
            "place": network.places[place].name,
        }
        entry |= {"x": network.places[place].lon, "y": network.places[place].lat}
        entries.append(
            entry | {"when": interval(claim.earliest, claim.latest), "km": _kms(tables, claim, place)}
        )
    entries.sort(key=lambda entry: (entry["hour"], entry["end"], entry["id"]))
    return entries


def _kms(tables: RunTables, claim: Claim, place: str) -> dict[str, float]:
    """The road-km of a claim on the way of each column that it may be of."""
    route, kms = tables.route, {}
    for column, name, km in zip(route["column"], route["place"], route["km"], strict=True):
        if name == place and claim.column in (None, column):
            kms[str(column)] = float(km)
    for row in tables.manifest["milestones"]:
        if row["id"] == claim.event and row["column"] in kms and row["km"] is not None:
            kms[row["column"]] = float(row["km"])
    return kms
