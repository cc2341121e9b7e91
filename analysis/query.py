"""SQL over a run folder: DuckDB reads its Parquet files where they lie, through a view for each table."""

from pathlib import Path
from typing import Any

from sim.bundle import shown
from sim.files import Where, refuse
from sim.schema import AXES, PARTS
from sim.stored import files_of, finished_manifest

VIEWS = (*PARTS, *AXES)
"""A view for each table of sim.schema, by its name."""


def connected(folder: Path) -> Any:
    """A DuckDB connection that sees the tables of a finished run folder and no other file.

    Raises FaultyInput if it is none, is not finished, is damaged or of another version.
    """
    import duckdb  # 0.1 s, and needed only here

    manifest = finished_manifest(folder)
    connection = duckdb.connect()
    for name in VIEWS:
        files = files_of(folder, manifest, name) if name in PARTS else [folder / "axis" / f"{name}.parquet"]
        names = ", ".join(_quoted(str(file.absolute())) for file in files)
        connection.execute(f"create view {name} as select * from read_parquet([{names}])")
    allowed = _quoted(str(folder.absolute()) + "/")
    for setting in (
        f"allowed_directories=[{allowed}]",
        "enable_external_access=false",
        "lock_configuration=true",
    ):
        connection.execute(f"set {setting}")
    return connection


def asked(folder: Path, statement: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The names of the columns and the rows that a statement gives. Raises FaultyInput."""
    import duckdb

    connection = connected(folder)
    try:
        found = connection.execute(statement)
        names = [column[0] for column in found.description or ()]
        return names, found.fetchall()
    except duckdb.Error as error:
        lines = [line for line in str(error).splitlines() if line.strip()]
        views = f'the views are {", ".join(VIEWS)}; a column such as "anefis:capture" stands in double quotes'
        refuse(Where(f"kidal query {shown(folder)}", 0), "\n".join([*lines, views]))


def _quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
