"""The number of the rules: `python benchmarks/rules_number.py` lays this tree beside what is recorded.

With `--record` what has moved is written: the hash of the syntax, and where the tables of the portable
baseline have moved, their hash, the number raised by one, and a row of tests/baselines/rules_numbers.csv.
Exit 1: something moved.
"""

import importlib.util
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from sim.store import rules_number
from sim.store.provenance import ROOTS
from sim.store.syntax import TREE, hash_of

HERE = Path(__file__).resolve().parent
MODULE = TREE / "sim" / "store" / "rules_number.py"
LEDGER = HERE.parent / "tests" / "baselines" / "rules_numbers.csv"


class Recorded(NamedTuple):
    """What sim/store/rules_number.py holds."""

    number: int
    tables: str
    syntax: str


def recorded() -> Recorded:
    """What sim/store/rules_number.py says now."""
    return Recorded(rules_number.RULES, rules_number.TABLES, rules_number.SYNTAX)


def found(before: Recorded) -> Recorded:
    """What this tree gives: where the tables have moved, with the next number."""
    tables = tables_hash() or before.tables
    moved = before.tables not in ("", tables)
    return Recorded(before.number + moved, tables, hash_of(TREE, *ROOTS))


def tables_hash() -> str:
    """The SHA-256 of the portable baseline's tables, made anew; empty if there is no portable baseline."""
    if importlib.util.find_spec("portable") is None:
        return ""
    return importlib.import_module("portable").tables_hash()


def as_module(text: str, now: Recorded) -> str:
    """The text of sim/store/rules_number.py with other numbers."""
    for name, value in (("RULES", now.number), ("TABLES", now.tables), ("SYNTAX", now.syntax)):
        written = f'"{value}"' if isinstance(value, str) else str(value)
        text, count = re.subn(rf"^{name} = .*$", f"{name} = {written}", text, flags=re.MULTILINE)
        if count != 1:
            raise ValueError(f"{name} stands {count} times; expected once")
    return text


def as_ledger(text: str, before: Recorded, now: Recorded, day: str) -> str:
    """The text of the ledger with a row for a new number, or with the first tables of its last number."""
    if now.tables == before.tables:
        return text
    lines = text.splitlines()
    if now.number == before.number:  # it had no tables yet
        lines.pop()
    return "\n".join([*lines, f"{now.number},{day},{now.tables}"]) + "\n"


def report(before: Recorded, now: Recorded) -> str:
    """What is recorded beside what this tree gives, as text."""
    rows = [
        f"{name:<8}{old or '-'}  {new or '-'}"
        for name, old, new in zip(Recorded._fields, before, now, strict=True)
    ]
    if now.number != before.number:
        rows.append(f"the tables have moved: rules number {now.number} is due")
    elif now != before:
        rows.append("the tables have not moved: the number stays")
    return "\n".join(["        recorded, this tree", *rows])


def main(words: list[str]) -> int:
    """Compare, and write it with `--record`; 1 if it differs and is not written."""
    before = recorded()
    now = found(before)
    print(report(before, now))
    if now == before:
        return 0
    if words != ["--record"]:
        print("`python benchmarks/rules_number.py --record` writes it")
        return 1
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    MODULE.write_text(as_module(MODULE.read_text(encoding="utf-8"), now), encoding="utf-8")
    LEDGER.write_text(as_ledger(LEDGER.read_text(encoding="utf-8"), before, now, today), encoding="utf-8")
    print("recorded")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
