"""Tables as text, times and intervals."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

JsonObject = dict[str, Any]
"""An object as JSON has it."""
FILL = partial(textwrap.fill, width=110, break_on_hyphens=False, break_long_words=False)


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Lines of cells as a table of text, padded to the widest cell of each column."""
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def round_minute(moment: datetime) -> datetime:
    """The nearest whole minute."""
    return (moment + timedelta(seconds=30)).replace(second=0, microsecond=0)


def stamp(moment: datetime | None) -> str | None:
    """A moment as 2023-10-05T14:10Z."""
    return None if moment is None else f"{round_minute(moment):%Y-%m-%dT%H:%MZ}"


def short(moment: datetime | None) -> str:
    """A moment as 2023-10-05 06:30; nothing for None."""
    return "" if moment is None else f"{round_minute(moment):%Y-%m-%d %H:%M}"


def interval(start: datetime, end: datetime) -> str:
    """An interval as 2023-10-05 06:30 to 07:30, or with both days, or both years."""
    start, end = round_minute(start), round_minute(end)
    form = "%m-%d %H:%M" if start.year == end.year else "%Y-%m-%d %H:%M"
    return f"{short(start)} to {end:{'%H:%M' if start.date() == end.date() else form}}"


def plain(value: object) -> Any:
    """A value as JSON has it: moments as 2023-10-05T14:10Z, tuples as lists."""
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, tuple) else value


def json_of(row: object, *names: str) -> JsonObject:
    """Some attributes of a row, as JSON has them."""
    return {name: plain(getattr(row, name)) for name in names}


def paragraphs(lines: Iterable[str]) -> str:
    """Lines wrapped, what goes on set in."""
    return "\n".join(wrapped(line, further="  ") for line in lines)


def wrapped(words: str, indent: str = "", further: str | None = None) -> str:
    """Words in lines of 110 letters at most, behind an indent; later lines behind a further one if given."""
    later = indent if further is None else further
    return FILL(words, initial_indent=indent, subsequent_indent=later)
