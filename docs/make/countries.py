"""Write params/network/countries.csv: countries about the network, coarse, to be named and for small maps.

`python docs/make/countries.py FILE` takes Natural Earth 1:110m countries as TopoJSON (public domain):
countries-110m.json of world-atlas 2. No rule reads them.
"""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OUT = Path(__file__).resolve().parents[2] / "params" / "network" / "countries.csv"
WEST, EAST, SOUTH, NORTH = -19.0, 17.0, 3.0, 38.0  # degrees

NAMES = {"W. Sahara": "Western Sahara", "Central African Rep.": "Central African Republic"}

Point = tuple[float, float]


def decoded(topology: dict[str, Any]) -> list[list[Point]]:
    """The arcs of a topology, as (lon, lat)."""
    (across, up), (west, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * across + west, y * up + south))
        arcs.append(points)
    return arcs


def rings(geometry: dict[str, Any], arcs: list[list[Point]]) -> Iterator[list[Point]]:
    """The outer rings of a country."""
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    for polygon in polygons:
        ring: list[Point] = []
        for number in polygon[0]:
            points = arcs[number] if number >= 0 else arcs[~number][::-1]
            ring += points[1 if ring else 0 :]
        yield ring


def main() -> None:
    """Write the countries that reach into the frame, whole rings, positions to about a km."""
    topology = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    arcs, number = decoded(topology), 0
    with OUT.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("line", "kind", "name", "lat", "lon"))
        for geometry in topology["objects"]["countries"]["geometries"]:
            for ring in rings(geometry, arcs):
                if any(WEST <= lon <= EAST and SOUTH <= lat <= NORTH for lon, lat in ring):
                    number += 1
                    name = NAMES.get(geometry["properties"]["name"], geometry["properties"]["name"])
                    writer.writerows(
                        (number, "country", name, f"{lat:.2f}", f"{lon:.2f}") for lon, lat in ring
                    )


if __name__ == "__main__":
    main()
