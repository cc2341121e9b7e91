"""SQL over a run folder: DuckDB reads its Parquet files where they lie, a view for each table."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from sim.files.case import BUNDLED, Case
from sim.files.paths import display_path
from sim.files.yaml_tree import Where, refuse
from sim.store.reader import files_of, finished_manifest
from sim.store.schema import AXES, PART_TABLES, renamed

VIEWS = (*PART_TABLES, *AXES)
"""A view for each table of sim.store.schema, by its name."""
NO_SPILL: dict[str, Any] = {"temp_directory": ""}
"""No folder for what does not fit into memory: SQL may read and write in the one that DuckDB has."""
CLOSED = ("enable_external_access=false", "python_enable_replacements=false", "lock_configuration=true")
"""Settings that leave the views alone to be seen, and nothing to be written."""
SMALLER = "expected fewer rows or columns at once: nothing is put aside on disk"


def connected(folder: Path, case: Case = BUNDLED) -> Any:
    """A DuckDB connection that sees the tables of a finished result folder, and no file.

    Raises FaultyInput if it is none, is not finished, is damaged or of another version.
    """
    import duckdb  # 0.1 s, and needed only here
    from pyarrow import dataset

    manifest = finished_manifest(folder, case)
    connection = duckdb.connect(config=NO_SPILL)
    for name in VIEWS:
        files = [str(path.absolute()) for path in files_of(folder, manifest, name)]
        connection.register(name, dataset.dataset(files, format="parquet"))
    for setting in CLOSED:
        connection.execute(f"set {setting}")
    return connection


def answer(folder: Path, statement: str, case: Case = BUNDLED) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The names of the columns and the rows that a statement gives. Raises FaultyInput."""
    import duckdb

    where = Where(f"kidal query {display_path(folder)}", 0)
    connection = connected(folder, case)
    try:
        result = connection.execute(statement)
        if result is None or result.description is None:
            refuse(where, f"no question stands there; {EXAMPLE}")
        return [column[0] for column in result.description], result.fetchall()
    except duckdb.OutOfMemoryException as error:  # its further lines advise what is locked here
        refuse(where, f"{str(error).splitlines()[0]}; {SMALLER}")
    except duckdb.Error as error:
        refuse(where, _told(str(error), statement, connection))
    finally:
        connection.close()


EXAMPLE = f"expected SQL such as 'select * from runs limit 5', of the tables {', '.join(VIEWS)}"
_NO_TABLE = re.compile(r'Table with name (.+?) does not exist|Referenced table "(.+?)" not found', re.DOTALL)
_NO_COLUMN = re.compile(
    r'Referenced column "(.+?)" not found|does not have a column named "(.+?)"', re.DOTALL
)
_LINE = re.compile(r"^LINE (\d+):", re.MULTILINE)
COLUMNS_NAMED = 12
"""Columns that a message names: a sweep may have hundreds."""


def _told(error: str, statement: str, connection: Any) -> str:
    """What DuckDB found wrong, in one line, with the tables or columns that there are, the nearest first."""
    line = _LINE.search(error)
    at = f" (line {line[1]} of the statement)" if line and "\n" in statement.strip() else ""
    if match := _NO_TABLE.search(error):
        name = (match[1] or match[2]).strip('"')
        return f"{name!r} is no table{at}; expected one of {', '.join(_by_nearness(name, VIEWS))}"
    if match := _NO_COLUMN.search(error):
        name = match[1] or match[2]
        return f"{name!r} is no column{at}; {renamed(name) or _columns(name, statement, connection)}"
    what, *further = filter(None, map(str.strip, error.splitlines()))
    hint = next((line for line in further if line.startswith("Did you mean")), "")
    right = f"{hint[0].lower()}{hint[1:]}" if hint else EXAMPLE
    return f"{what.rstrip('.!')}{at}; {right}"


def _columns(name: str, statement: str, connection: Any) -> str:
    """The columns of the tables that a statement names, those most like a name first."""
    views = [view for view in VIEWS if re.search(rf"\b{view}\b", statement)]
    names = [column for view in views for column in connection.table(view).columns]
    nearest = [f'"{one}"' if ":" in one else one for one in _by_nearness(name, dict.fromkeys(names))]
    views_shown = " and ".join(f"'describe {view}'" for view in views)
    more = f"; {views_shown} lists all {len(nearest)}" if len(nearest) > COLUMNS_NAMED else ""
    return f"expected one of {', '.join(nearest[:COLUMNS_NAMED])}{more}"


def _by_nearness(name: str, known: Iterable[str]) -> list[str]:
    """Known names, those most like a name first."""
    return sorted(known, key=lambda one: -SequenceMatcher(None, name.lower(), one.lower()).ratio())
