"""Where a column is over time, by the events of the stored histories."""

from collections.abc import Mapping

import numpy as np


def histories(events: Mapping[str, np.ndarray], column: str) -> list[tuple[np.ndarray, np.ndarray]]:
    """Hours and km of a column's events, in time order, for each stored history."""
    if not events:
        return []
    mine = (events["kind"] == "column") & (events["agent"] == column) & (events["event"] != "probe")
    mine = np.flatnonzero(mine)
    order = mine[np.lexsort((events["hour"][mine], events["replicate"][mine]))]
    parts = np.split(order, np.flatnonzero(np.diff(events["replicate"][order])) + 1)
    return [(events["hour"][part], events["km"][part]) for part in parts if len(part)]


def positions(events: Mapping[str, np.ndarray], column: str, hours: np.ndarray) -> np.ndarray:
    """Road-km at each hour, a row a history: 0 before the first event, then linear between events."""
    rows = [np.interp(hours, hour, km, left=0.0) for hour, km in histories(events, column)]
    return np.array(rows).reshape(-1, len(hours))
