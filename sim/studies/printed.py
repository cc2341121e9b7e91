"""The table that a run or a sweep prints: its runs beside the record, as text.

It is stored with the runs, with hashes of what it hangs on beside them: the reports, and how it is worded.
"""

import json

from analysis.tables import outcomes, sweeps, timeline
from analysis.tables.scored_observations import NO_REPORTS, of_run
from sim.record.record import Record, load_record
from sim.store.provenance import digest
from sim.store.reader import RunTables
from sim.store.syntax import syntax_hash

PRINTED_FILE = "printed.json"
Printed = dict[str, str | list[str]]
"""The table by its `lines`, and texts: hashes of the `record`, and of how it is worded (`words`)."""


def record_of(tables: RunTables) -> Record:
    """What a run is laid beside."""
    return of_run(tables, load_record(tables.case))


def table(tables: RunTables, record: Record, milestone: str | None = None) -> str:
    """The table of a run, or that of a sweep with one of its milestones (default: see tables.sweeps)."""
    manifest = tables.manifest
    if manifest["design"] is not None:
        design = manifest["design"]
        about = f"{manifest['scenario']}, {design['points']:,} points of {design['runs']:,} runs"
        texts = [f"{design['summary']}\n{about}", sweeps.text(tables, record, milestone)]
        return "\n\n".join(texts + _unreported(record))
    rivals = f"\nwith the hypotheses: {', '.join(manifest['hypotheses'])}" if manifest["hypotheses"] else ""
    rows = timeline.timeline if manifest["runs"] == 1 else timeline.distribution
    texts = [f"{manifest['summary']}{rivals}", rows(tables, record), outcomes.text(tables, record)]
    texts += _unreported(record)
    clash = timeline.contradictions(tables, record)
    if clash:
        texts.append(f"Reports that contradict each other (texts with --json):\n{clash}")
    return "\n\n".join(texts)


def _unreported(record: Record) -> list[str]:
    """That there is nothing in the record of a run, where it is so."""
    return [] if record.claims else [f"There are {NO_REPORTS}."]


def stored(tables: RunTables) -> dict[str, bytes]:
    """A run's or sweep's table as a file of its folder; none if every run failed."""
    if not tables.done.any():
        return {}
    return {PRINTED_FILE: (json.dumps(made(tables), indent=1, ensure_ascii=False) + "\n").encode()}


def made(tables: RunTables) -> Printed:
    """The lines of a run's or sweep's table, and hashes of the record and of the code that words them."""
    record = record_of(tables)
    hashes = {"record": digest(repr(record)), "words": syntax_hash("sim.studies.printed")[:12]}
    return {**hashes, "lines": table(tables, record).splitlines()}
