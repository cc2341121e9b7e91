"""Borders, rivers and countries, for maps to be drawn on; no rule knows of them."""

import csv
import io
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sim.files.case import BUNDLED, Case
from sim.files.paths import display_path
from sim.files.yaml_tree import Where, read_text, refuse

OUTLINE_KINDS = ("border", "river")


class Outline(NamedTuple):
    """A line of a kind (border, river, or round a country) with its name and its points (degrees)."""

    kind: str
    name: str
    lat: np.ndarray
    lon: np.ndarray

    def about(self, meridian: float) -> np.ndarray:
        """Its longitudes (degrees, (points,)) without a seam, on a meridian's side of the earth."""
        lon = np.unwrap(self.lon, period=360.0)
        return np.asarray(lon - 360.0 * np.round((float(lon.mean()) - meridian) / 360.0))


def load_outlines(case: Case = BUNDLED, *, path: Path | None = None) -> list[Outline]:
    """The lines of outlines.csv of a case's network, if it has one, or of a file. Raises FaultyInput."""
    return _lines(path or case.path("params", "network") / "outlines.csv", OUTLINE_KINDS, needed=bool(path))


def load_countries(case: Case = BUNDLED, *, path: Path | None = None) -> list[Outline]:
    """The lines round countries of countries.csv, likewise. Raises FaultyInput."""
    return _lines(path or case.path("params", "network") / "countries.csv", ("country",), needed=bool(path))


def _lines(path: Path, kinds: Collection[str], *, needed: bool) -> list[Outline]:
    """The lines of a file, each of one of some kinds; none of a file that is not there, if it may miss."""
    if not needed and not path.exists():
        return []
    rows: dict[str, list[dict[str, str]]] = {}
    try:
        for row in csv.DictReader(io.StringIO(read_text(path)), strict=True):
            rows.setdefault(row["line"], []).append(row)
        return [_outline(part, kinds) for part in rows.values()]
    except (csv.Error, KeyError, TypeError, ValueError):
        refuse(Where(display_path(path), 0), "is no table of line, kind, name, lat and lon; expected one")


def _outline(rows: list[dict[str, str]], kinds: Collection[str]) -> Outline:
    if rows[0]["kind"] not in kinds:
        raise ValueError(rows[0]["kind"])
    lat = np.array([float(row["lat"]) for row in rows])
    lon = np.array([float(row["lon"]) for row in rows])
    return Outline(kind=rows[0]["kind"], name=rows[0]["name"], lat=lat, lon=lon)
