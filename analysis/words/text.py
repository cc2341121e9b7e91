"""Tables as text, times and intervals."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from sim.files.units import MONTHS
from sim.record.citing import tex_escaped

JsonObject = dict[str, Any]
"""An object as JSON has it."""
FILL = partial(textwrap.fill, break_on_hyphens=False, break_long_words=False)
SCREEN = 80
"""Letters of a line of an answer, at most."""

BAR = r"\|"
"""A bar in a cell of a table in Markdown."""


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


def day(moment: datetime, *, year: bool = False) -> str:
    """The day (UTC) of a moment as 7 Oct, or with its year as 7 Oct 2023."""
    moment = round_minute(moment)
    return f"{moment.day} {MONTHS[moment.month - 1]}" + (f" {moment.year:04}" if year else "")


def plain_moment(moment: datetime, *, year: bool = True) -> str:
    """A moment as 7 Oct 2023, 14:10 UTC, or without its year."""
    return f"{day(moment, year=year)}, {round_minute(moment):%H:%M} UTC"


def moment_words(moment: datetime, *, year: bool = True) -> str:
    """A moment as a day where it is a midnight, else as 7 Oct 2023, 14:10 UTC."""
    return day(moment, year=year) if moment.time() == time() else plain_moment(moment, year=year)


def days(start: datetime, end: datetime | None) -> str:
    """The days (UTC) of an interval as 13 to 14 Nov, 31 Oct to 2 Nov, 20 Dec; None is past the end."""
    if end is None:
        return f"{day(start)} to after the end"
    first, last = round_minute(start), round_minute(end)
    if first.date() == last.date():
        return day(last)
    if first.year != last.year:
        return f"{day(first, year=True)} to {day(last, year=True)}"
    return f"{first.day if first.month == last.month else day(first)} to {day(last)}"


def reported_days(start: datetime, end: datetime) -> str:
    """The days (UTC) of a reported interval, as `days`; an end at a midnight is on the day before."""
    return days(start, max(start, _before(end)))


def reported_end(end: datetime) -> str:
    """The last day (UTC) before a moment that ends a time, or the moment if it is no midnight."""
    return day(_before(end)) if end.time() == time() else plain_moment(end, year=False)


def _before(end: datetime) -> datetime:
    return end - timedelta(minutes=1) if end.time() == time() else end


def day_hour(moment: datetime | None) -> str:
    """A moment (UTC) as 7 Oct 14:10, in tables; never for None."""
    return "never" if moment is None else f"{day(moment)} {round_minute(moment):%H:%M}"


def day_hours(start: datetime, end: datetime) -> str:
    """An interval (UTC) as 6 Oct 18:00 to 7 Oct 12:00, or 3 Oct 17:00 to 21:00, in tables."""
    is_day = round_minute(start).date() == round_minute(end).date()
    return f"{day_hour(start)} to {f'{round_minute(end):%H:%M}' if is_day else day_hour(end)}"


def days_of_years(start: datetime, end: datetime) -> str:
    """The days (UTC) from one moment to another, each with its year, as 2 Oct 2023 to 1 Jan 2024."""
    return f"{day(start, year=True)} to {day(end, year=True)}"


def number_range(low: int, high: int) -> str:
    """A number that is known within a range, as 40 to 50, or 40 if it is known."""
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def capital(text: str) -> str:
    """A text with a capital letter first."""
    return text[:1].upper() + text[1:]


def counted(number: int, what: str) -> str:
    """A number of things, as 1 run or 300 runs."""
    return f"{number:,} {what}" + ("s" if number != 1 else "")


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown; a bar in a cell ends none."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', BAR) for cell in line)} |" for line in lines)


def latex_table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in LaTeX, for the package booktabs, with a caption if it has a title."""
    lines = [" & ".join(map(latex_escaped, line)) + r" \\" for line in (head, *rows)]
    caption = [rf"\caption{{{latex_escaped(title)}}}"] if title else []
    begin = [r"\begin{table}", *caption, rf"\begin{{tabular}}{{{'l' * len(head)}}}", r"\toprule"]
    end = [r"\bottomrule", r"\end{tabular}", r"\end{table}"]
    return "\n".join([*begin, lines[0], r"\midrule", *lines[1:], *end])


def latex_escaped(text: str) -> str:
    """A text whose signs LaTeX does not take for its own."""
    return tex_escaped(text).replace("±", r"$\pm$")


def percent(hits: int, total: int) -> str:
    """A share without decimals: 90 %, under 1 %, over 99 %; 0 % and 100 % for none and all alone."""
    if 0 < 100 * hits < total:
        return "under 1 %"
    if 0 < 100 * (total - hits) < total:
        return "over 99 %"
    return f"{100 * hits / total:.0f} %"


def share_of_runs(hits: int, runs: int) -> str:
    """A share of runs, as 90 % of runs, all 300 runs or none of 300 runs."""
    if hits == 0:
        return f"none of {runs:,} runs"
    return f"all {runs:,} runs" if hits == runs else f"{percent(hits, runs)} of runs"


def interval(start: datetime, end: datetime) -> str:
    """An interval as 2023-10-05 06:30 to 07:30, or with both days, or both years."""
    start, end = round_minute(start), round_minute(end)
    form = "%m-%d %H:%M" if start.year == end.year else "%Y-%m-%d %H:%M"
    return f"{short(start)} to {end:{'%H:%M' if start.date() == end.date() else form}}"


def plain(value: object) -> Any:
    """A value as JSON has it: moments as 2023-10-05T14:10Z, tuples as lists."""
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, tuple) else value


def json_of(row: object, *names: str) -> JsonObject:
    """Some attributes of a row, as JSON has them."""
    return {name: plain(getattr(row, name)) for name in names}


def paragraphs(lines: Iterable[str]) -> str:
    """Lines wrapped, what goes on set in."""
    return "\n".join(wrapped(line, further="  ") for line in lines)


def wrapped(words: str, indent: str = "", further: str | None = None, width: int = 110) -> str:
    """Words in lines of some letters at most, behind an indent; later lines behind a further one if given."""
    later = indent if further is None else further
    whole = words.replace(" %", "\xa0%")  # no line begins with it
    lines = FILL(whole, width=width, initial_indent=indent, subsequent_indent=later)
    return lines.replace("\xa0%", " %")
