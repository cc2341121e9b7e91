"""The results that lie below a folder, and taking one away: what is no result is never touched."""

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from analysis.words import changes
from sim.files.case import Case
from sim.files.paths import display_path
from sim.files.yaml_tree import FaultyInput, refuse, writing
from sim.store.manifest_names import manifest_faults
from sim.store.reader import RunTables, read_manifest
from sim.store.schema import PART_TABLES, VERSION, Manifest
from sim.store.writer import FOLDER_LOCK, JOURNAL, MANIFEST
from sim.studies.printed import PRINTED_FILE

LISTED = ("result", "label", "scenario", "runs", "changes", "written", "MB", "state")
FIGURES_FOLDER, REPORT_FILE = "figures", "report.html"
"""What commands put into the folder of a result."""
INPUT_FILES = ("scenario.yaml", "parameters.yaml", "design.yaml", "plan.yaml")
"""What a result was run from."""
PARTS_OF_A_RESULT = frozenset(
    {
        MANIFEST,
        JOURNAL,
        FOLDER_LOCK,
        PRINTED_FILE,
        FIGURES_FOLDER,
        REPORT_FILE,
        "axis",
        *PART_TABLES,
        *INPUT_FILES,
    }
)
"""What lies in the folder of a result that is not finished; the manifest of a finished one names more."""


@dataclass(frozen=True, kw_only=True)
class StoredResult:
    """A result in a folder: `size` is in bytes, `written` when its manifest was last changed (UTC)."""

    path: Path
    label: str
    scenario: str
    runs: int
    changes: str
    written: datetime
    size: int
    state: str

    def row(self) -> list[object]:
        """Its cells of LISTED."""
        day = f"{self.written:%Y-%m-%d %H:%M}"
        megabytes = round(self.size / 1e6, 1)
        name = display_path(self.path)
        return [name, self.label, self.scenario, self.runs, self.changes, day, megabytes, self.state]


def results(folder: Path, case: Case) -> list[StoredResult]:
    """The results below a folder, the newest last. Raises FaultyInput if there is no such folder."""
    if not folder.is_dir():
        refuse(folder, "is no folder; expected one with results, as `kidal run` makes them in runs")
    return sorted(_results(folder, case), key=lambda result: (result.written, result.path))


USUAL_FOLDER = Path("runs")
"""Where results lie if nothing else is said."""


def results_here(case: Case) -> list[StoredResult]:
    """The results below `runs`, and the folders beside it that are results, the newest last."""
    beside = {path.parent for path in Path().glob(f"*/{MANIFEST}")}
    usual = _results(USUAL_FOLDER, case) if USUAL_FOLDER.is_dir() else ()
    by_path = {result.path: result for result in usual}
    for path in beside:
        with suppress(FaultyInput, OSError):
            by_path[path] = stored(path, case)
    return sorted(by_path.values(), key=lambda result: (result.written, result.path))


def _results(folder: Path, case: Case) -> Iterator[StoredResult]:
    for path in folder.rglob(MANIFEST):
        with suppress(FaultyInput, OSError):
            yield stored(path.parent, case)


def stored(folder: Path, case: Case) -> StoredResult:
    """A result by its folder. Raises FaultyInput if it is none."""
    manifest = read_manifest(folder, ())
    if "schema" not in manifest or "hash" not in manifest:
        refuse(folder, "is no result; `kidal results` lists them")
    kind = manifest.get("kind")
    runs = manifest.get("runs")
    is_listed = "changes" in manifest and not manifest_faults(manifest)  # which one of another version may be
    words = changes.in_words(RunTables(manifest=manifest, case=case)) if is_listed else ""
    return StoredResult(
        path=folder,
        label=str(manifest.get("label") or folder.absolute().name),
        scenario=str(manifest.get("scenario") or kind or ""),
        runs=runs if isinstance(runs, int) else 0,
        changes=words,
        written=datetime.fromtimestamp((folder / MANIFEST).stat().st_mtime, UTC),
        size=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        state=_state(manifest),
    )


def _state(manifest: Manifest) -> str:
    """Whether a result is complete, and whether this program reads it."""
    if manifest["schema"] != VERSION:
        return f"of schema {manifest['schema']}, not read"
    return "complete" if "files" in manifest else "not finished"


def check_deletable(folder: Path, case: Case) -> StoredResult:
    """A result that may be taken away. Raises FaultyInput for what is none, or holds something else too."""
    if folder.is_symlink():
        refuse(folder, "is a link; expected the folder it leads to")
    result = stored(folder, case)
    if Path.cwd().is_relative_to(folder.absolute().resolve()):
        refuse(folder, "is where this command runs; expected going elsewhere first")
    files = json.loads((folder / MANIFEST).read_text(encoding="utf-8")).get("files", {})
    known = PARTS_OF_A_RESULT | {name.split("/")[0] for name in files}
    foreign = [path for path in sorted(folder.iterdir()) if path.name not in known]
    if foreign:
        name = display_path(foreign[0])
        refuse(folder, f"holds {name}, which is no file of a result; move that away")
    return result


def delete(result: StoredResult) -> None:
    """Take a result away. Raises FaultyInput if another process fills it, or it cannot be taken away."""
    lock = FileLock(result.path / FOLDER_LOCK)
    with writing(result.path, "folder"):
        try:
            lock.acquire(timeout=0)
        except Timeout:
            refuse(result.path, "is being filled by another process; wait for its end")
        lock.release()
        shutil.rmtree(result.path)


def as_json(below: list[StoredResult]) -> dict[str, object]:
    """Results as JSON has them: `size` in bytes."""
    keys = ("label", "scenario", "runs", "changes", "size", "state")
    rows = [
        {"result": display_path(one.path), **{key: getattr(one, key) for key in keys}}
        | {"written": f"{one.written:%Y-%m-%dT%H:%MZ}"}
        for one in below
    ]
    return {"results": rows}
