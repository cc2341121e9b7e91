"""What a run or a sweep prints: its answer in sentences, or all its tables, beside the record, as text.

Both are stored with the runs, with hashes of what they hang on beside them: the reports, and the wording.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from analysis.answers import answer, result_tables
from analysis.tables import clock, sweeps, timeline
from analysis.tables.scored_observations import NO_REPORTS, of_run
from analysis.words import changes, names
from analysis.words.text import SCREEN, counted, days_of_years, stamp, wrapped
from sim.record.record import Record, load_record
from sim.store.provenance import digest
from sim.store.reader import RunTables
from sim.store.syntax import syntax_hash

PRINTED_FILE = "printed.json"
Printed = dict[str, str | list[str]]
"""The `answer` and all tables (`lines`) by their lines; hashes of the `record` and the wording (`words`)."""


def record_of(tables: RunTables) -> Record:
    """What a run is laid beside."""
    return of_run(tables, load_record(tables.case))


def answer_text(tables: RunTables, record: Record, by: datetime | None = None) -> str:
    """What a run is, and its answer: the first screen. A date (UTC) adds how probable all is before it."""
    return "\n".join([*_heading(tables), "", *answer.lines(tables, record, by), *_unreported(record)])


def full_text(tables: RunTables, record: Record, by: datetime | None = None) -> str:
    """The answer of a run, and all its tables."""
    known = [wrapped(line, further="  ", width=SCREEN) for line in changes.hindsight(tables)]
    return "\n\n".join([answer_text(tables, record, by), result_tables.text(tables, record), *known])


def sweep_text(
    tables: RunTables, record: Record, milestone: str | None = None, by: datetime | None = None
) -> str:
    """The table of a sweep with one of its milestones (default: see tables.sweeps).

    With a date (UTC) a column says how probable it is before that.
    """
    design = tables.manifest["design"]
    about = f"{tables.manifest['scenario']}, {design['points']:,} points of {design['runs']:,} runs"
    about = f"{design['summary']}\n{about}\n{changes.line(tables)}"
    return "\n\n".join([about, sweeps.text(tables, record, milestone, by), *_unreported(record)])


def _heading(tables: RunTables) -> list[str]:
    """What a run is of: its scenario's summary, how many runs, which days, and what was changed."""
    manifest = tables.manifest
    failed = int((~tables.done).sum())
    runs = counted(manifest["runs"], "run")
    runs += f" ({failed:,} failed)" if failed else ""
    span = days_of_years(clock.origin(tables), clock.end_of(tables))
    text = f"{manifest['summary'].rstrip('.')}. {runs}, {span}; {changes.line(tables)}."
    return wrapped(text, further="  ", width=SCREEN).splitlines()


def as_json(tables: RunTables, record: Record, by: datetime | None = None) -> dict[str, object]:
    """What a run or a sweep says, as JSON has it."""
    keys = ("scenario", "given", "design", "runs", "seed", "parameters")
    manifest = tables.manifest
    head = {key: manifest[key] for key in keys if key != "design" or manifest["design"]}
    head |= {key: manifest.get(key, []) for key in ("outcome_known", "no_opinion")}
    head |= changes.as_json(tables)
    if manifest["design"]:
        date = {} if by is None else {"by": {"date": stamp(by)}}
        return head | date | {"points": sweeps.as_json(tables, record, by)}
    head |= {"headline": answer.headline(tables, record), "answer": answer.sentences(tables, record, by)}
    if by is not None:
        head["by"] = {"date": stamp(by), "milestones": answer.by_date(tables, record, by)}
    return head | timeline.as_json(tables, record)


def csv_cells(tables: RunTables, record: Record, by: datetime | None = None) -> list[list[object]]:
    """The milestones of a run, or of each design point of a sweep, for other programs, a row each.

    Below a head: ids, whole numbers and moments as JSON has them; what is not known is empty. With a date
    (UTC) comes what is probable before it.
    """
    entries: list[dict[str, object]] = []
    if tables.manifest["design"]:
        for point in sweeps.as_json(tables, record, by):
            milestones = point.pop("milestones")
            entries += [point | {"milestone": name} | entry for name, entry in milestones.items()]
    else:
        for name, entry in timeline.as_json(tables, record)["milestones"].items():
            before = {} if by is None else {"before": timeline.probability_before(tables, name, by)}
            entries.append({"milestone": name} | entry | before)
    rows = [_flat(entry) for entry in entries]
    head = list(dict.fromkeys(key for row in rows for key in row))
    return [[*head], *([row.get(key, "") for key in head] for row in rows)]


def _flat(entry: Mapping[str, object], above: str = "") -> dict[str, object]:
    """An entry without mappings and lists inside: keys by their way, the ends of an interval as two."""
    cells: dict[str, object] = {}
    for key, value in entry.items():
        if isinstance(value, Mapping):
            cells |= _flat(value, f"{above}{key}: ")
        elif key == "interval" and isinstance(value, Sequence):
            cells |= {f"{above}interval low": value[0], f"{above}interval high": value[1]}
        elif isinstance(value, list | tuple):
            cells[above + key] = " ".join(map(str, value))
        else:
            cells[above + key] = "" if value is None else value
    return cells


def _unreported(record: Record) -> list[str]:
    """That there is nothing in the record of a run, where it is so."""
    return [] if record.claims else [f"There are {NO_REPORTS}."]


def stored(tables: RunTables) -> dict[str, bytes]:
    """What a run or a sweep prints as a file of its folder; none if every run failed."""
    if not tables.done.any():
        return {}
    return {PRINTED_FILE: (json.dumps(made(tables), indent=1, ensure_ascii=False) + "\n").encode()}


def made(tables: RunTables) -> Printed:
    """The lines that a run or a sweep prints, and hashes of the record and of what words them."""
    record = record_of(tables)
    words = digest(syntax_hash("sim.studies.printed"), names.WORDS_FILE.read_bytes())
    hashes: Printed = {"record": digest(repr(record)), "words": words}
    if tables.manifest["design"]:
        return {**hashes, "answer": [], "lines": sweep_text(tables, record).splitlines()}
    tables_text = result_tables.text(tables, record)
    return {**hashes, "answer": answer_text(tables, record).splitlines(), "lines": tables_text.splitlines()}
