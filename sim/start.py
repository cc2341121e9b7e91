"""Where a scenario begins: on a day, or at a milestone of the campaign whose interval the record gives."""

from datetime import UTC, date, datetime, timedelta
from math import floor
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, WithJsonSchema

from analysis.record import reported
from sim import units
from sim.fields import DAY, GIVEN
from sim.files import Map, nearest


class Start(NamedTuple):
    """Hour 0 is 00:00 UTC of `day`; a given milestone came between `low` and `high` (h) after that.

    Days of a scenario are those of its network's time zone: `day` begins before hour 0 in the east, and after
    it in the west.
    """

    day: date
    given: str = ""
    low: float = 0.0
    high: float = 0.0


def _start(value: Any) -> Any:
    """The start of `2023-10-02` or of `{given: anefis:capture}`. Raises ValueError."""
    if isinstance(value, str):
        return Start(units.day(str(value)))
    if not isinstance(value, Map) or set(value) != {"given"}:
        raise ValueError("is neither a day nor '{given: place:event}'; one of them would be right")
    event, known = str(value["given"]), reported()
    if event not in known:
        raise ValueError(f"{event!r} is not in the record of observations; {nearest(event, known)}")
    day = known[event][0].date()
    return Start(day, event, *hours(event, day))


def hours(event: str, day: date) -> tuple[float, float]:
    """The reported interval of an event in hours from 00:00 UTC of a day. Raises KeyError if it has none."""
    zero = datetime(day.year, day.month, day.day, tzinfo=UTC)
    earliest, latest = ((edge - zero) / timedelta(hours=1) for edge in reported()[event])
    return earliest, latest


def midnight(day: date, start: Start, zone: float) -> float:
    """The hour at which a day of a scenario begins, in a time zone (h, less UTC)."""
    return 24.0 * (day - start.day).days - zone


def beginning(start: Start, zone: float) -> float:
    """The hour at which a scenario begins: the midnight of its first day, or a given start before that."""
    first = midnight(start.day, start, zone)
    return min(first, float(floor(start.low))) if start.given else first


_GIVEN = {"type": "object", "properties": {GIVEN: {"type": "string"}}, "required": [GIVEN]}
START = BeforeValidator(
    _start, json_schema_input_type=Annotated[str, WithJsonSchema({"anyOf": [DAY, _GIVEN]})]
)
