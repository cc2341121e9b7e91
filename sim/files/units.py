"""Units that files may use, and what text of a file means as a number, a date or a name.

Inside the model hours and kilometres are the only units: every quantity is turned into them here.
A parser takes the text of one scalar and returns its value, or raises ValueError with a sentence
that says what is wrong and what would be right.
"""

import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

# unit -> (dimension, how many of the model's own unit it is)
UNITS: dict[str, tuple[str, float]] = {
    "km": ("length", 1.0),
    "m": ("length", 0.001),
    "mi": ("length", 1.609344),
    "h": ("time", 1.0),
    "min": ("time", 1 / 60),
    "day": ("time", 24.0),
    "days": ("time", 24.0),
    "km/h": ("speed", 1.0),
    "h/day": ("hours a day", 1.0),
    "/km": ("per length", 1.0),
    "/h": ("per time", 1.0),
    "/day": ("per time", 1 / 24),
    "persons": ("persons", 1.0),
    "/fighter-h": ("per fighter and hour", 1.0),
    "/soldier-h": ("per soldier and hour", 1.0),
    "share": ("share", 1.0),
    "-": ("number", 1.0),
}
UNITLESS = ("share", "number")
PREFERRED = {kind: unit for unit, (kind, size) in UNITS.items() if size == 1.0 and kind not in UNITLESS}
"""The model's own unit of each dimension that has one."""

FIRST_YEAR, LAST_YEAR = 1583, 2100
"""Years of dates: the first whole one of the Gregorian calendar, in which all are written, to one far off."""

_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_NAME = re.compile(r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*")
_BOOLEANS = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_NOT_A_NUMBER = re.compile(r"[+-]?\.?(?:nan|inf|infinity)(?![a-z]).*", re.IGNORECASE)


def matched(pattern: str, text: str, kind: str) -> re.Match[str]:
    """The match of a whole text; `kind` says what it is to be, as "a day; something like '2023-10-02'".

    Raises ValueError for a text that does not match.
    """
    if match := re.fullmatch(pattern, text):
        return match
    raise ValueError(f"{text!r} is not {kind} would be right")


def shaped(pattern: str, kind: str) -> Callable[[str], str]:
    """A parser that gives a text back if it matches as a whole; see `matched`."""
    return lambda text: matched(pattern, text, kind)[0]


def number(text: str) -> float:
    """A plain decimal number without unit. Raises ValueError for any other text."""
    value, unit = _split(text, "a plain number")
    if unit:
        raise ValueError(f"{text!r} has a unit; a plain number would be right")
    return value


def quantity(text: str, dimension: str) -> float:
    """A number with a unit of the dimension, in the model's own unit (h, km and what follows from them).

    Raises ValueError for any other text, and for what is too large for a number.
    """
    if dimension in UNITLESS:
        return number(text)
    value, unit = _split(text, f"a number and a unit, as '5 {PREFERRED[dimension]}'")
    example = f"{value:g} {PREFERRED[dimension]}"
    if not unit:
        raise ValueError(f"{text!r} has no unit; {example!r} would be right")
    if unit not in UNITS:
        known = ", ".join(name for name, (kind, _) in UNITS.items() if kind == dimension)
        raise ValueError(f"{unit!r} is not a unit known here; one of {known} would be right")
    kind, factor = UNITS[unit]
    if kind != dimension:
        raise ValueError(
            f"{text!r} is a {kind}, not a {dimension}; something like {example!r} would be right"
        )
    if not math.isfinite(value * factor):
        raise ValueError(f"{text!r} is too large; a smaller number would be right")
    return value * factor


def alike(texts: Sequence[str]) -> tuple[list[float], str] | None:
    """Texts as numbers in one unit, and that unit; None if they are no quantities of one dimension."""
    try:
        numbers = [_split(text, "a quantity") for text in texts]
        kinds = {UNITS[unit][0] if unit else "" for _, unit in numbers}
    except (ValueError, KeyError):
        return None
    if len(kinds) != 1:
        return None
    own_unit = PREFERRED.get(kinds.pop(), "")
    return [number * UNITS[unit][1] if unit else number for number, unit in numbers], own_unit


def whole(text: str) -> int:
    """A whole number of 18 digits at most, written plainly. Raises ValueError for any other text."""
    return int(matched(r"0|-?[1-9]\d{0,17}", text, "a whole number; something like '115'")[0])


def spread(text: str) -> tuple[int, int]:
    """The ends of a reported range of whole numbers, '150 to 200', or a whole number twice.

    Raises ValueError for any other text, and for a range that runs backwards.
    """
    low, separator, high = text.partition(" to ")
    bounds = (whole(low.strip()), whole(high.strip() if separator else low.strip()))
    if bounds[0] > bounds[1]:
        raise ValueError(f"{text!r} runs backwards; '{bounds[1]} to {bounds[0]}' would be right")
    return bounds


def flag(text: str) -> bool:
    """The words true and false. Raises ValueError for all others, the yes and no of older YAML among them."""
    if text in ("true", "false"):
        return text == "true"
    meant = _BOOLEANS.get(text.lower())
    hint = f"'{meant}' would be right" if meant else "'true' or 'false' would be right"
    raise ValueError(f"{text!r} is not true or false; {hint}")


def name(text: str) -> str:
    """An identifier: up to 60 lower-case letters, digits, '_' and '-'. Raises ValueError for another text."""
    if text.lower() in _BOOLEANS or text in ("true", "false", "null"):
        raise ValueError(f"{text!r} reads as a truth value; another name would be right")
    if not _NAME.fullmatch(text) or len(text) > 60:
        raise ValueError(f"{text!r} is not a name; lower-case letters, digits, '_' and '-' would be right")
    return text


def words(text: str) -> str:
    """Free text, with one space between words. Raises ValueError for a text that says nothing."""
    if not text.strip() or text.strip() in ("~", "null"):
        raise ValueError("nothing is written here; some words would be right")
    return " ".join(text.split())


def day(text: str) -> date:
    """A Gregorian day from 1583 to 2100, as 2023-10-02. Raises ValueError for any other text."""
    matched(r"[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9]", text, "a day; something like '2023-10-02'")
    try:
        parsed = date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not in the calendar ({error}); one that is would be right") from None
    _check_year(text, parsed, "a day")
    return parsed


def instant(text: str) -> datetime:
    """A moment with its zone, as 2023-10-05T07:00Z, in UTC. Raises ValueError for any other text."""
    shape = r"[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9][T ][0-2]\d:[0-5]\d(:[0-5]\d)?(Z|[+-][0-2]\d:[0-5]\d)?"
    matched(shape, text, "a moment; something like '2023-10-05T07:00Z'")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not in the calendar ({error}); one that is would be right") from None
    if moment.tzinfo is None:
        raise ValueError(
            f"{text!r} has no zone; '{text}Z' would be right for UTC, '{text}+08:00' 8 h east of it"
        )
    _check_year(text, moment, "a moment")
    return moment.astimezone(UTC)


def _check_year(text: str, day: date, kind: str) -> None:
    """Raises ValueError if the year of a day or a moment is not of FIRST_YEAR to LAST_YEAR."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        right = f"{kind} from {FIRST_YEAR} to {LAST_YEAR}, in the Gregorian calendar"
        raise ValueError(f"{text!r} is out of range; {right}, would be right")


def _split(text: str, right: str) -> tuple[float, str]:
    """The number at the head of a text and the unit behind it; `right` says what should stand there."""
    if _NOT_A_NUMBER.match(text):
        raise ValueError(f"{text!r} is not a finite number; {right} would be right")
    if re.fullmatch(r"\d+:\d\d(:\d\d)?", text):
        raise ValueError(
            f"{text!r} reads as a time of day or a number to base 60; a plain number would be right"
        )
    match = matched(rf"({_NUMBER})\s*(\S.*)?", text, f"a number; {right}")
    if re.match(r"[+-]?0[0-9]", text):
        right = re.sub(r"^([+-]?)0+(?=[0-9])", r"\1", text)
        raise ValueError(f"{text!r} begins with a zero; {right!r} would be right")
    value = float(match[1])
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is too large; a smaller number would be right")
    return value, (match[2] or "").strip()
