"""Borders and rivers, for maps to be drawn on; no rule knows of them."""

import csv
import io
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sim.files.paths import bundled, display_path
from sim.files.yaml_tree import Where, read_text, refuse

OUTLINE_KINDS = ("border", "river")


class Outline(NamedTuple):
    """A line of a kind (border, river) with its name and its points (degrees)."""

    kind: str
    name: str
    lat: np.ndarray
    lon: np.ndarray

    def about(self, meridian: float) -> np.ndarray:
        """Its longitudes without a seam, and on the side of the earth where a meridian is."""
        lon = np.unwrap(self.lon, period=360.0)
        return np.asarray(lon - 360.0 * np.round((float(lon.mean()) - meridian) / 360.0))


def load_outlines(path: Path | None = None) -> list[Outline]:
    """The lines of a file (default: outlines.csv of the network, if it has one). Raises FaultyInput."""
    case_file = bundled("params", "network") / "outlines.csv"
    if path is None and not case_file.exists():
        return []
    path = path or case_file
    rows: dict[str, list[dict[str, str]]] = {}
    try:
        for row in csv.DictReader(io.StringIO(read_text(path)), strict=True):
            rows.setdefault(row["line"], []).append(row)
        return [_outline(part) for part in rows.values()]
    except (csv.Error, KeyError, TypeError, ValueError):
        refuse(
            Where(display_path(path), 0), "is no table of line, kind, name, lat and lon; one would be right"
        )


def _outline(rows: list[dict[str, str]]) -> Outline:
    if rows[0]["kind"] not in OUTLINE_KINDS:
        raise ValueError(rows[0]["kind"])
    lat = np.array([float(row["lat"]) for row in rows])
    lon = np.array([float(row["lon"]) for row in rows])
    return Outline(kind=rows[0]["kind"], name=rows[0]["name"], lat=lat, lon=lon)
