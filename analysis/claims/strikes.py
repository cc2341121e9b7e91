"""Strike geometry: from dated strikes alone, which (base, radius) pairs of the drones are possible, and when.

A pair is possible on a day if every strike reported for it lies within the radius of the base, and the side
may have held the base by then. No model is run.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

from analysis.words.text import aligned
from sim.files.case import BUNDLED, Case
from sim.files.fields import Flag, Name, StrictModel, Words, for_readers
from sim.files.yaml_tree import Fault, Faults, FaultyInput, nearest
from sim.record.record import Record
from sim.record.rows import Claim, RecordRow, Rows, read_rows
from sim.scenario.network import Network


class Standing(StrictModel):
    """An airfield that its side held throughout."""

    place: Name
    source: Annotated[Words, for_readers()]


class Strike(StrictModel):
    """A reported strike: its claim, its place, and whether it bears on base and radius."""

    claim: Name
    place: Name
    test: Flag
    reason: Annotated[Words | None, for_readers("The table of strikes shows it.")] = None


@dataclass(frozen=True)
class Base:
    """A place from which drones may have been led, and since when at the earliest (None: throughout)."""

    place: str
    since: datetime | None


@dataclass(frozen=True)
class DatedStrike:
    """A strike with what is reported of it, and its distance from each base (km; None: not yet held then)."""

    strike: Strike
    claim: Claim
    distances: dict[str, float | None]


@dataclass(frozen=True, kw_only=True)
class Geometry:
    """Bases, dated strikes in order of time, and radii to be tried (km)."""

    bases: tuple[Base, ...]
    strikes: tuple[DatedStrike, ...]
    radii: tuple[float, ...]
    holder: str  # the side whose drones they are, in words

    @property
    def tests(self) -> list[DatedStrike]:
        """The strikes that bear on base and radius."""
        return [dated for dated in self.strikes if dated.strike.test]

    def least(self, base: Base, until: datetime | None = None) -> float | None:
        """The least radius (km) from a base that covers every strike that bears on it, up to a moment.

        None: some of them came before its side held it, or there are none.
        """
        reach = [d.distances[base.place] for d in self.tests if until is None or d.claim.earliest <= until]
        known = [km for km in reach if km is not None]
        return max(known) if known and len(known) == len(reach) else None

    def possible(self, base: str, radius: float) -> list[DatedStrike]:
        """The strikes that bear on it and can have come from a base with a radius."""
        return [d for d in self.tests if (km := d.distances[base]) is not None and km <= radius]


def geometry(
    record: Record,
    network: Network,
    radii: Sequence[float],
    folder: Path,
    *,
    holder: str = "side",
    case: Case = BUNDLED,
) -> Geometry:
    """The strikes of a case's record, in its folder, on a network, by a side's drones. Raises FaultyInput."""
    faults = Faults()
    table = read_rows(folder / "strikes.yaml", "strikes", Strike, faults, case)
    path = folder / "bases.yaml"
    standing = read_rows(path, "bases", Standing, faults, case) if path.exists() else Rows[Standing]([], None)
    claims = {claim.id: claim for claim in record.claims}
    named: list[tuple[RecordRow[StrictModel], str, Collection[str]]] = [
        (row, "claim", claims) for row in table.rows
    ]
    named += [(row, "place", network.places) for row in (*table.rows, *standing.rows)]
    for row, key, known in named:
        name = getattr(row.value, key)
        if name not in known:
            listing = "list places" if key == "place" else "record"
            faults.append(
                Fault(row.at(key), f"{key}: {name!r} is not there; {nearest(name, known, listing)}")
            )
    if faults:
        raise FaultyInput(faults)
    held = {o.event.split(":")[0]: o.earliest for o in record.observations if o.event.endswith(":capture")}
    bases = [Base(row.place, None) for row in standing.values]
    bases += [Base(place, since) for place, since in held.items() if place in network.places]
    dated_strikes = [_dated_strike(network, bases, strike, claims[strike.claim]) for strike in table.values]
    dated_strikes.sort(key=lambda dated: (dated.claim.earliest, dated.claim.id))
    return Geometry(bases=tuple(bases), strikes=tuple(dated_strikes), radii=tuple(radii), holder=holder)


def _dated_strike(network: Network, bases: Sequence[Base], strike: Strike, claim: Claim) -> DatedStrike:
    distances = {
        base.place: None
        if base.since is not None and claim.latest <= base.since
        else network.great_circle(base.place, strike.place)
        for base in bases
    }
    return DatedStrike(strike, claim, distances)


# --- as text ---------------------------------------------------------------------------------------------


def text(geometry: Geometry, network: Network) -> str:
    """Distances, the pairs that each strike leaves, and what all of them together leave."""
    names = {base.place: network.places[base.place].name for base in geometry.bases}
    lines = [["reported", "place", "claim", "bears on it", *(f"from {name}, km" for name in names.values())]]
    for d in geometry.strikes:
        cells = ["-" if km is None else f"{km:.0f}" for km in d.distances.values()]
        place = network.places[d.strike.place].name
        lines.append(
            [f"{d.claim.earliest:%Y-%m-%d}", place, d.claim.id, "yes" if d.strike.test else "no", *cells]
        )
    notes = [f"{d.claim.id} bears on nothing: {d.strike.reason}" for d in geometry.strikes if d.strike.reason]
    first = f"{aligned(lines)}\n-: the {geometry.holder} did not hold it yet."
    return "\n\n".join([first, *notes, _by_date(geometry, names), _pairs(geometry, names)])


def _by_date(geometry: Geometry, names: dict[str, str]) -> str:
    """The pairs that are possible by a date: the least radius from each base for all strikes so far."""
    lines = [["up to", *(f"{name}, km" for name in names.values())]]
    for moment in dict.fromkeys(d.claim.earliest for d in geometry.tests):
        least = (geometry.least(base, moment) for base in geometry.bases)
        lines.append([f"{moment:%Y-%m-%d}", *("-" if km is None else f"{km:.0f}" for km in least)])
    head = "Least radius from one base alone for all strikes that bear on it, up to a date:"
    return f"{head}\n{aligned(lines)}"


def _pairs(geometry: Geometry, names: dict[str, str]) -> str:
    lines = [["base", *(f"{radius:.0f} km" for radius in geometry.radii), "least radius for all"]]
    for base in geometry.bases:
        hits = [_hits(geometry, base.place, radius) for radius in geometry.radii]
        least = geometry.least(base)
        lines.append([names[base.place], *hits, "-" if least is None else f"{least:.0f} km"])
    head = "Strikes that bear on it and lie in reach, of those that are possible from there:"
    last = (
        f"-: some strike came before the {geometry.holder} held the place, so no radius from there alone "
        "explains all. A station that moves explains what its places explain, each in its time."
    )
    return f"{head}\n{aligned(lines)}\n{last}"


def _hits(geometry: Geometry, base: str, radius: float) -> str:
    tests = len(geometry.tests)
    known = sum(d.distances[base] is not None for d in geometry.tests)
    return f"{len(geometry.possible(base, radius))} of {known}" + (f" ({tests})" if known < tests else "")


def as_json(geometry: Geometry) -> dict[str, object]:
    """Strikes, bases and what is possible."""
    return {
        "strikes": [
            {
                "claim": d.claim.id,
                "place": d.strike.place,
                "earliest": d.claim.earliest.isoformat(),
                "latest": d.claim.latest.isoformat(),
                "test": d.strike.test,
                "reason": d.strike.reason,
                "km": d.distances,
            }
            for d in geometry.strikes
        ],
        "bases": [
            {
                "place": base.place,
                "since": base.since and base.since.isoformat(),
                "least_km": geometry.least(base),
                "possible": {
                    f"{r:g} km": [d.claim.id for d in geometry.possible(base.place, r)]
                    for r in geometry.radii
                },
            }
            for base in geometry.bases
        ],
    }
