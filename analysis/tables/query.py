"""SQL over a run folder: DuckDB reads its Parquet files where they lie, a view for each table."""

from pathlib import Path
from typing import Any

from sim.files.case import BUNDLED, Case
from sim.files.paths import display_path
from sim.files.yaml_tree import Where, refuse
from sim.store.reader import files_of, finished_manifest
from sim.store.schema import AXES, PART_TABLES

VIEWS = (*PART_TABLES, *AXES)
"""A view for each table of sim.store.schema, by its name."""
NO_SPILL: dict[str, Any] = {"temp_directory": ""}
"""No folder for what does not fit into memory: SQL may read and write in the one that DuckDB has."""
CLOSED = ("enable_external_access=false", "python_enable_replacements=false", "lock_configuration=true")
"""Settings that leave the views alone to be seen, and nothing to be written."""
SMALLER = "fewer rows or columns at once would be right: nothing is put aside on disk"


def connected(folder: Path, case: Case = BUNDLED) -> Any:
    """A DuckDB connection that sees the tables of a finished run folder, and no file.

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

    where, views = Where(f"kidal query {display_path(folder)}", 0), f"the views are {', '.join(VIEWS)}"
    connection = connected(folder, case)
    try:
        result = connection.execute(statement)
        if result is None or result.description is None:
            refuse(where, f"no question stands there; {views}")
        return [column[0] for column in result.description], result.fetchall()
    except duckdb.OutOfMemoryException as error:  # its further lines advise what is locked here
        refuse(where, f"{str(error).splitlines()[0]}\n{SMALLER}")
    except duckdb.Error as error:
        lines = [line for line in str(error).splitlines() if line.strip()][:4]
        hint = f'{views}; a column such as "town:capture" stands in double quotes'
        refuse(where, "\n".join([*lines, hint]))
    finally:
        connection.close()
