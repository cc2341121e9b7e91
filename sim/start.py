"""Where a scenario begins: on a day, or at a milestone of the campaign whose interval the record gives."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, WithJsonSchema

from analysis.record import reported
from sim import units
from sim.fields import DAY, GIVEN
from sim.files import Map, nearest


class Start(NamedTuple):
    """Hour 0 is 00:00 UTC of `day`; a given milestone came between `low` and `high` (h) after that."""

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


_GIVEN = {"type": "object", "properties": {GIVEN: {"type": "string"}}, "required": [GIVEN]}
START = BeforeValidator(
    _start, json_schema_input_type=Annotated[str, WithJsonSchema({"anyOf": [DAY, _GIVEN]})]
)
