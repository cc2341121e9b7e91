"""The clock: hours of a run and the moments that they are; hour 0 is 00:00 UTC of the first day."""

from datetime import UTC, date, datetime, time, timedelta


def midnight(day: date) -> datetime:
    """Hour 0 of a run that begins on a day: its 00:00 UTC."""
    return datetime.combine(day, time(), UTC)


def utc(given: datetime | str) -> datetime:
    """A moment, or an ISO text of one, that says no time zone as one of UTC, another as it is.

    Raises ValueError for a text that is no moment.
    """
    moment = datetime.fromisoformat(given) if isinstance(given, str) else given
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def in_hours(span: timedelta) -> float:
    """How long a time is, h."""
    return span / timedelta(hours=1)


def moment_at(zero: datetime, hour: float) -> datetime:
    """The moment of an hour (h after `zero`), to 1 us. Raises OverflowError for inf."""
    return zero + timedelta(hours=float(hour))
