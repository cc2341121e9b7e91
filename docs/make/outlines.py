"""Write params/network/outlines.csv: borders and rivers about the network, for maps to be drawn on.

`python docs/make/outlines.py FOLDER` takes two files of Natural Earth 1:10m as GeoJSON (public domain):
ne_10m_admin_0_boundary_lines_land.json and ne_10m_rivers_lake_centerlines.json. No rule reads them.
"""

import csv
import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OUT = Path(__file__).resolve().parents[2] / "params" / "network" / "outlines.csv"
WEST, EAST, SOUTH, NORTH = -5.0, 5.0, 14.0, 22.5  # degrees
RIVERS = ("Niger",)

Point = tuple[float, float]


def lines(feature: dict[str, Any]) -> list[list[Point]]:
    """The lines of a feature, as (lon, lat)."""
    geometry = feature["geometry"]
    found: list[list[Point]] = geometry["coordinates"]
    return found if geometry["type"] == "MultiLineString" else [geometry["coordinates"]]


def inside(line: list[Point]) -> Iterator[list[Point]]:
    """The stretches of a line inside the frame."""
    for kept, points in itertools.groupby(line, lambda p: WEST <= p[0] <= EAST and SOUTH <= p[1] <= NORTH):
        stretch = list(points)
        if kept and len(stretch) > 1:
            yield stretch


def named(folder: Path) -> Iterator[tuple[str, str, list[Point]]]:
    """Kind, name and points of every line."""
    borders = json.loads((folder / "ne_10m_admin_0_boundary_lines_land.json").read_text(encoding="utf-8"))
    for feature in borders["features"]:
        about = {key.lower(): value for key, value in feature["properties"].items()}
        for line in lines(feature):
            yield "border", f"{about['adm0_left']} - {about['adm0_right']}", line
    rivers = json.loads((folder / "ne_10m_rivers_lake_centerlines.json").read_text(encoding="utf-8"))
    for feature in rivers["features"]:
        about = {key.lower(): value for key, value in feature["properties"].items()}
        if about["name"] in RIVERS:
            for line in lines(feature):
                yield "river", about["name"], line


def main() -> None:
    """Write the file, positions to about 100 m."""
    number = 0
    with OUT.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("line", "kind", "name", "lat", "lon"))
        for kind, name, line in named(Path(sys.argv[1])):
            for stretch in inside(line):
                number += 1
                rows = dict.fromkeys((f"{lat:.3f}", f"{lon:.3f}") for lon, lat, *_ in stretch)
                writer.writerows((number, kind, name, *row) for row in rows)


if __name__ == "__main__":
    main()
