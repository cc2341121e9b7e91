"""Units that files may use, and what text of a file means as a number, a date or a name.

Inside the model hours and kilometres are the only units: every quantity is turned into them here.
A parser takes the text of one scalar and returns its value, or raises ValueError with a sentence
that says what is wrong and what would be right.
"""

import math
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import NamedTuple

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
_WHOLE = r"0|-?[1-9]\d{0,17}"
_TOO_MANY = 1e15  # from where numbers of a text may be other whole numbers than it says
_RANGE = r"(-?[^-\u2013]*[0-9])\s*(?:-|\u2013|\.\.|\bto\b)\s*([0-9][^-\u2013]*)"
_ADDRESS = re.compile(r"https?://[\w-]+(\.[\w-]+)+(:[0-9]{1,5})?([/?#][^\s<>\"{}|\\^`]*)?")
_NAME = re.compile(r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*")
_BOOLEANS = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_NOT_A_NUMBER = re.compile(r"[+-]?\.?(?:nan|inf|infinity)(?![a-z]).*", re.IGNORECASE)


class Mistyped(ValueError):
    """A text that means one of some others: what is wrong with it, and those `ways` to write it."""

    def __init__(self, fault: str, ways: Sequence[str], words: str = "") -> None:
        """The fault, and what it would be here; `words` stand before it."""
        self.fault, self.ways, self.words = fault, ways, words
        super().__init__(self.sentence(ways))

    def sentence(self, ways: Sequence[str]) -> str:
        """The message with some of the ways."""
        *others, last = map(repr, ways)
        right = f"{', '.join(others)} or {last}" if others else last
        return f"{self.fault}; expected {f'{self.words}, as {right}' if self.words else f'{right}'}"

    def among(self, refusal: Callable[[str], str], example: str = "") -> str:
        """The message with the ways that are not refused; if all are, with what the first is told.

        First stands the way in the unit of an example.
        """

        def has_another_unit(way: str) -> bool:
            units = [UNITS.get(text.lstrip("+-0123456789.").strip()) for text in (way, example)]
            return units[0] != units[1]

        if ways := [way for way in self.ways if not refusal(way)]:
            return self.sentence(sorted(ways, key=has_another_unit))
        return f"{self.fault}; {refusal(self.ways[0]).partition('; ')[2]}"


def matched(pattern: str, text: str, kind: str) -> re.Match[str]:
    """The match of a whole text; `kind` says what it is to be, as "a day; expected some day".

    Raises ValueError for a text that does not match.
    """
    if match := re.fullmatch(pattern, text):
        return match
    raise ValueError(f"{text!r} is not {kind}")


def shaped(pattern: str, kind: str) -> Callable[[str], str]:
    """A parser that gives a text back if it matches as a whole; see `matched`."""
    return lambda text: matched(pattern, text, kind)[0]


def number(text: str) -> float:
    """A plain decimal number without unit. Raises ValueError for any other text."""
    value, unit = _split(text, "number")
    if unit and unit[0] not in "/%" and not unit[0].isalpha():
        raise ValueError(f"{text!r} is not a number; expected a plain number")
    if unit:
        plain = f"{value / 100.0:.12g}" if unit == "%" else text.removesuffix(unit).strip()
        raise ValueError(f"{text!r} has a unit; expected a plain number, as {plain!r}")
    return value


def quantity(text: str, dimension: str) -> float:
    """A number with a unit of the dimension, in the model's own unit (h, km and what follows from them).

    Raises ValueError for any other text, and for what is too large for a number.
    """
    if dimension in UNITLESS:
        return number(text)
    value, unit = _split(text, dimension)
    example = f"{value:g} {PREFERRED[dimension]}"
    if not unit:
        raise Mistyped(f"{text!r} has no unit", [f"{text.strip()} {name}" for name in units_of(dimension)])
    if unit not in UNITS:
        known = ", ".join(name for name, (kind, _) in UNITS.items() if kind == dimension)
        raise ValueError(f"{unit!r} is not a unit known here; expected one of {known}")
    kind, factor = UNITS[unit]
    if kind != dimension:
        raise ValueError(f"{text!r} is a {kind}, not a {dimension}; expected something like {example!r}")
    if not math.isfinite(value * factor):
        raise ValueError(f"{text!r} is too large; expected a smaller number")
    return value * factor


def units_of(dimension: str) -> list[str]:
    """The units of a dimension that differ, by the first name of each."""
    sizes = {size: unit for unit, (kind, size) in reversed(UNITS.items()) if kind == dimension}
    return sorted(sizes.values(), key=list(UNITS).index)


def in_unit_of(text: str, number: float) -> float | None:
    """A number in the unit that stands behind a text, of one in the model's own; None if there is none."""
    with suppress(ValueError, KeyError):
        return number / UNITS[_split(text, "number")[1]][1]
    return None


def alike(texts: Sequence[str]) -> tuple[list[float], str] | None:
    """Texts as numbers in one unit, and that unit; None if they are no quantities of one dimension."""
    try:
        numbers = [_split(text, "number") for text in texts]
        kinds = {UNITS[unit][0] if unit else "" for _, unit in numbers}
    except (ValueError, KeyError):
        return None
    if len(kinds) != 1:
        return None
    own_unit = PREFERRED.get(kinds.pop(), "")
    return [number * UNITS[unit][1] if unit else number for number, unit in numbers], own_unit


def rounded(value: float, digits: int = 3) -> str:
    """A number to be read: of so many significant digits, or whole, with commas; no powers of ten."""
    if 10.0**digits - 0.5 <= abs(value) < 1e15:
        return f"{value:,.0f}"
    return f"{value:.{digits}g}"


def whole(text: str) -> int:
    """A whole number of 18 digits at most, written plainly. Raises ValueError for any other text."""
    if re.fullmatch(_WHOLE, text):
        return int(text)
    if (match := re.fullmatch(_RANGE, text)) and (plain := _plain(match[1])):
        raise Mistyped(f"{text!r} is a range", [plain], "one whole number")
    if plain := _plain(text):
        raise Mistyped(f"{text!r} is not a whole number", [plain])
    raise ValueError(f"{text!r} is not a whole number; expected something like '12'")


def spread(text: str) -> tuple[int, int]:
    """The ends of a reported range of whole numbers, '150 to 200', or a whole number twice.

    Raises ValueError for any other text, and for a range that runs backwards.
    """
    match = re.fullmatch(_RANGE, text)
    ends = [_plain(end) for end in match.groups()] if match else []
    if match and all(ends):
        low, high = sorted(map(int, ends))
        right = f"expected '{low} to {high}'"
        if int(ends[0]) > int(ends[1]):
            raise ValueError(f"{text!r} runs backwards; {right}")
        if not re.fullmatch(f"({_WHOLE}) +to +({_WHOLE})", text):
            raise ValueError(f"{text!r} is no range here; {right}")
        return low, high
    if " to " in text:
        raise ValueError(f"{text!r} is no range of whole numbers; expected something like '150 to 200'")
    return whole(text), whole(text)


def _plain(text: str) -> str:
    """A whole number as it is written plainly, of a text that can mean but one; empty if it means none."""
    joined = re.sub(r"(?<=[0-9])[,_' \u00a0](?=[0-9]{3}(?![0-9]))", "", text.strip())
    match = re.fullmatch(rf"({_NUMBER})(?:\s*persons)?", joined)
    value = float(match[1]) if match else math.nan
    return str(int(value)) if abs(value) < _TOO_MANY and value.is_integer() else ""


def flag(text: str) -> bool:
    """The words true and false. Raises ValueError for all others, the yes and no of older YAML among them."""
    if text in ("true", "false"):
        return text == "true"
    meant = _BOOLEANS.get(text.lower())
    hint = f"expected '{meant}'" if meant else "expected 'true' or 'false'"
    raise ValueError(f"{text!r} is not true or false; {hint}")


def name(text: str) -> str:
    """An identifier: up to 60 lower-case letters, digits, '_' and '-'. Raises ValueError for another text."""
    if text.lower() in _BOOLEANS or text in ("true", "false", "null"):
        raise ValueError(f"{text!r} reads as a truth value; expected another name")
    if not _NAME.fullmatch(text) or len(text) > 60:
        right = "expected lower-case letters, digits, _ and -"
        like = re.sub("[^a-z0-9]+", "_", text.lower()).strip("_")[:60]
        if _NAME.fullmatch(like) and like not in (*_BOOLEANS, "true", "false", "null"):
            right += f", as {like!r}"
        raise ValueError(f"{text!r} is not a name; {right}")
    return text


def words(text: str) -> str:
    """Free text, with one space between words. Raises ValueError for a text that says nothing."""
    if not text.strip() or text.strip() in ("~", "null"):
        raise ValueError("nothing is written here; expected some words")
    return " ".join(text.split())


def day(text: str) -> date:
    """A Gregorian day from 1583 to 2100, as 2023-10-02. Raises ValueError for any other text."""
    matched(r"[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9]", text, "a day; expected something like '2023-10-02'")
    try:
        parsed = date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not in the calendar ({error}); expected one that is") from None
    _check_year(text, parsed, "a day")
    return parsed


class DayRange(NamedTuple):
    """Days from the first to the last, each alike."""

    first: date
    last: date

    def __str__(self) -> str:
        """As files write it."""
        return f"{self.first} to {self.last}"


def days(text: str) -> date | DayRange:
    """A day, or the days of '2023-11-01 to 2023-11-09'.

    Raises ValueError for any other text, and for a range that does not run forwards.
    """
    first, to, last = text.partition(" to ")
    if not to:
        return day(text)
    ends = DayRange(day(first.strip()), day(last.strip()))
    if ends.first >= ends.last:
        raise ValueError(f"{text!r} does not run forwards; expected a last day after the first")
    return ends


def partial_day(text: str) -> str:
    """A year, a month or a day as 2023, 2023-10 or 2023-10-05, as it stands. Raises ValueError for others."""
    shape = "[0-9]{4}(-(0[1-9]|1[0-2])(-[0-3][0-9])?)?"
    matched(
        shape, text, "a day, a month or a year; expected something like '2023-10-05', '2023-10' or '2023'"
    )
    day(text + "-01" * ((10 - len(text)) // 3))
    return text


def web_address(text: str) -> str:
    """The address of a page, as it stands. Raises ValueError for a text that is none."""
    if _ADDRESS.fullmatch(text):
        return text
    right = "expected something like 'https://example.org/page'"
    raise ValueError(f"{text!r:.60} is not the address of a page; {right}")


def instant(text: str) -> datetime:
    """A moment with its zone, as 2023-10-05T07:00Z, in UTC. Raises ValueError for any other text."""
    shape = r"[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9][T ][0-2]\d:[0-5]\d(:[0-5]\d)?(Z|[+-][0-2]\d:[0-5]\d)?"
    matched(shape, text, "a date-time; expected something like '2023-10-05T07:00Z'")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not in the calendar ({error}); expected one that is") from None
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no zone; expected '{text}Z' for UTC, '{text}+08:00' 8 h east of it")
    _check_year(text, moment, "a moment")
    return moment.astimezone(UTC)


_MONTH_NAMES = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
MONTHS = tuple(name[:3] for name in _MONTH_NAMES)
"""As dates have them, in any language of the machine."""
_PLAIN_DAY = re.compile(
    rf"([0-9]{{1,2}})\s+({'|'.join([*_MONTH_NAMES, *MONTHS])})(?:\s+([0-9]{{4}}))?", re.IGNORECASE
)


def moment_between(text: str, start: datetime, end: datetime) -> datetime:
    """A moment (UTC) as 2023-12-01 (its 00:00), 2023-12-01T07:00Z, or as people write a day: 1 Dec 2023.

    The year may be left out where a span, from `start` to `end`, has the day once. Raises ValueError.
    """
    if plain := _PLAIN_DAY.fullmatch(text.strip()):
        of_year = f"-{MONTHS.index(plain[2][:3].capitalize()) + 1:02}-{int(plain[1]):02}"
        years = [plain[3]] if plain[3] else [f"{year:04}" for year in range(start.year, end.year + 1)]
        return _once([year + of_year for year in years], text, start, end)
    if re.search("-[0-9]+[T ]", text):
        return instant(text)
    return _midnight(text)


def _once(days: Sequence[str], text: str, start: datetime, end: datetime) -> datetime:
    """The one of some days that a span has, or else the first that is in the calendar. Raises ValueError."""
    known = []
    for written in days:
        with suppress(ValueError):  # 29 Feb of some years
            known.append(_midnight(written))
    if not known:
        raise ValueError(f"{text!r} is not in the calendar; expected one that is, as '2 Oct 2023'")
    within = [moment for moment in known if start < moment <= end] or known[:1]
    if len(within) > 1:
        raise ValueError(f"{text!r} comes in several years; expected its year too, as '2 Oct 2023'")
    return within[0]


def _midnight(text: str) -> datetime:
    return datetime.combine(day(text), time(), UTC)


def _check_year(text: str, day: date, kind: str) -> None:
    """Raises ValueError if the year of a day or a moment is not of FIRST_YEAR to LAST_YEAR."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        right = f"{kind} from {FIRST_YEAR} to {LAST_YEAR}, in the Gregorian calendar"
        raise ValueError(f"{text!r} is out of range; expected {right}")


def _split(text: str, dimension: str) -> tuple[float, str]:
    """The number at the head of a text and the unit behind it; the dimension says what should stand there."""
    right = "a plain number"
    if dimension not in UNITLESS:
        right = f"a number and a unit, as '5 {PREFERRED[dimension]}'"
    if _NOT_A_NUMBER.match(text):
        raise ValueError(f"{text!r} is not a finite number; expected {right}")
    if re.fullmatch(r"\d+:\d\d(:\d\d)?", text):
        raise ValueError(f"{text!r} reads as a time of day or a number to base 60; expected {right}")
    shape = rf"({_NUMBER})\s*([^\s\d.]\D*)?"
    if not (match := re.fullmatch(shape, text)) or re.match("[+-]?0[0-9]", text):
        _look_for_cure(text, dimension)
        match = matched(shape, text, f"a number; expected {right}")
    value = float(match[1])
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is too large; expected a smaller number")
    return value, (match[2] or "").strip()


def _look_for_cure(text: str, dimension: str) -> None:
    """Raise ValueError for a number that is written in another way, with what it would be here."""
    between = rf"({_NUMBER})(\s*[^-\s\d]\S*)?\s*(?:-|\u2013|\bto\b)\s*{_NUMBER}(\s*[^-\s\d.]\D*)?"
    if (match := re.fullmatch(between, text)) and not re.fullmatch(rf"{_NUMBER}\D*", text):
        right = _written(match[1], match[3] or match[2], dimension)
        raise Mistyped(f"{text!r} is a range", [right], "one number")
    if match := re.fullmatch(r"([+-]?[0-9]+(?:,[0-9]+)+)(\.[0-9]+)?(\s*[^\d,.].*)?", text):
        groups, behind = match[1].split(","), match[2] or ""
        ways = [f"{groups[0]}.{groups[1]}"] if len(groups) == 2 and not behind else []
        if all(len(group) == 3 for group in groups[1:]):
            ways.append("".join(groups) + behind)
        if not ways:
            raise ValueError(f"{text!r} has a comma; expected a point before decimals")
        raise Mistyped(f"{text!r} has a comma", [_written(way, match[3], dimension) for way in ways])
    if match := re.fullmatch(rf"([+-]?)0+(?=[0-9])({_NUMBER})(\s*\S.*)?", text):
        right = _written(match[1] + match[2], match[3], dimension)
        raise Mistyped(f"{text!r} begins with a zero", [right])


def _written(number: str, unit: str | None, dimension: str) -> str:
    """A number as a quantity of a dimension is written; the unit stays if it is one of that."""
    if dimension in UNITLESS:
        return number
    unit = (unit or "").strip()
    kind, _ = UNITS.get(unit, ("", 0.0))
    return f"{number} {unit if kind == dimension else PREFERRED[dimension]}"
