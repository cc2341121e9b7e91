"""Sweeps that are stopped, disturbed or called wrongly: they say so, and the same call gives the same files."""

import errno
import json
import os
import random
import re
import resource
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from bundled import bundled_inputs
from stored_files import cut, flip, reseal
from worlds import with_room

from sim.designs.design import load_design
from sim.engine import inputs
from sim.engine.build import build
from sim.ensembles import executors, run_job
from sim.ensembles.job import Job
from sim.ensembles.part import run_part as part_done
from sim.files.yaml_tree import FaultyInput
from sim.store import writer
from sim.store.reader import read_run
from sim.studies import printed

pytestmark = pytest.mark.slow

SPEEDS = """summary: Does the speed of the march matter?
source: made up
kind: list
runs: 60
points:
  - march_speed: 8 km/h
  - march_speed: 10 km/h
  - march_speed: 14 km/h
"""
RUNS, SIZE, PARTS = 180, 20, 9
ANYWHERE = ("sweep", "gao-anefis", "speeds.yaml", "--out", "out")
SWEEP = (*ANYWHERE, "--workers", "1")
NOT_DECIDED = ("command", "commit", "file", "seal")
"""Keys of a manifest that may differ between two calls for the same runs, in other folders."""
WHILE_FILLED = ("files.jsonl", ".lock")

CHILD = """
import os, signal, sys, time
for name in ("SIGHUP", "SIGTERM"):  # nohup, or a shell in the background, has them ignored
    signal.signal(getattr(signal, name), signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
import sim.ensembles.executors, sim.store.writer
from pathlib import Path
from sim.ensembles.job import Job
Job.__init__.__kwdefaults__["size"] = {size}
log = os.open("parts.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
real, fsync, count = sim.ensembles.executors.run_part, os.fsync, 0
def done(job, number, told):
    os.write(log, b"begun\\n")
    if number >= {hold}:
        while True:
            told(0, 0)  # raises once the sweep is stopped
            time.sleep(0.001)
    part = real(job, number, told)
    os.write(log, b"ended\\n")
    return part
def counted(descriptor):
    global count
    count += 1
    if count == {kill}:
        os.kill(os.getpid(), signal.SIGKILL)
    fsync(descriptor)
sim.ensembles.executors.run_part, sim.store.writer.os.fsync = done, counted
from sim.cli import main
if __name__ == "__main__":
    sys.argv = ["kidal", *sys.argv[1:]]
    main()
"""
do = partial(run_job.do, summary=printed.stored)
"""As the command does a sweep."""
NEVER = 10**9


class Killed(BaseException):
    """What stands for the end of the process."""


@pytest.fixture
def design(tmp_path):
    """The design in an empty folder, in which a test may call `kidal` too."""
    path = tmp_path / "speeds.yaml"
    path.write_text(SPEEDS)
    return load_design(str(path), bundled_inputs("gao-anefis"), 1)


@pytest.fixture
def job(design, tmp_path):
    """A job of nine parts that goes to `out`."""
    return Job(
        inputs=bundled_inputs("gao-anefis"),
        seed=1,
        runs=60,
        draw=True,
        design=design,
        out=tmp_path / "out",
        size=SIZE,
    )


@pytest.fixture
def kidal(kidal, job, jobs):
    """`kidal` in small parts."""
    jobs(size=SIZE)
    return kidal


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    """The files of a sweep that nothing disturbs, and its folder."""
    folder = tmp_path_factory.mktemp("unbroken")
    (folder / "speeds.yaml").write_text(SPEEDS)
    here = Path.cwd()
    os.chdir(folder)  # the manifest names the design from here
    try:
        points = load_design("speeds.yaml", bundled_inputs("gao-anefis"), 1)
        do(
            Job(
                inputs=bundled_inputs("gao-anefis"),
                seed=1,
                runs=60,
                draw=True,
                design=points,
                out=Path("out"),
                size=SIZE,
            ),
            workers=1,
        )
    finally:
        os.chdir(here)
    return folder / "out"


@pytest.fixture
def numbers(monkeypatch):
    """The numbers of the parts that are begun, as threads begin them."""
    begun, real = [], executors.run_part

    def told(job, number, *rest):
        begun.append(number)
        return real(job, number, *rest)

    monkeypatch.setattr(executors, "run_part", told)
    return begun


@pytest.fixture
def stored(monkeypatch):
    """Call something with the count of parts whenever one is stored."""
    calls, add = [], writer.Folder.add

    def told(place, number, files):
        add(place, number, files)
        for call in calls:
            call(len(place.stored))

    monkeypatch.setattr(writer.Folder, "add", told)
    return calls.append


def content(folder):
    """The files of a finished run, but what hangs on the call: equal content means equal rows."""
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in WHILE_FILLED
    }
    manifest = json.loads(files["manifest.json"])
    design = {key: value for key, value in manifest["design"].items() if key != "file"}
    files["manifest.json"] = {k: v for k, v in manifest.items() if k not in NOT_DECIDED} | {"design": design}
    return files


def assert_whole(folder, wanted):
    """All files are there and equal, and nothing else; each run stands in them once."""
    found, right = content(folder), content(wanted)
    assert list(found) == list(right)
    assert [name for name in found if found[name] != right[name]] == []
    runs = read_run(folder).runs
    assert sorted(zip(runs["design_id"], runs["replicate"], strict=True)) == [
        (point, replicate) for point in range(3) for replicate in range(60)
    ]


def parts_told(folder):
    """The numbers of the parts that the journal of a folder tells of."""
    lines = (folder / "files.jsonl").read_bytes().splitlines() if (folder / "files.jsonl").exists() else []
    told = []
    for line in lines:
        with suppress(ValueError):
            told.append(json.loads(line)["part"])
    return told


def child(folder, *more, kill=NEVER, hold=NEVER):
    """A process that sweeps; it is killed at an fsync, or goes no further than a part."""
    return subprocess.Popen(
        [sys.executable, "-c", CHILD.format(size=SIZE, kill=kill, hold=hold), *SWEEP, *more],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def waited_for(folder, parts, process):
    """Wait until a process has stored so many parts."""
    until = time.monotonic() + 600
    while len(parts_told(folder)) < parts:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.005)


# --- killed -------------------------------------------------------------------------------------------------

MOMENTS = sorted(random.Random(7).sample(range(1, 80), 5))


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_sweep_that_is_killed_goes_on_and_ends_with_the_files_of_an_unbroken_one(
    moment, job, unbroken, numbers
):
    process = child(job.folder.parent, kill=moment)
    process.communicate(timeout=100)
    assert process.returncode == -signal.SIGKILL
    kept = parts_told(job.folder)
    log = (job.folder.parent / "parts.log").read_text() if (job.folder.parent / "parts.log").exists() else ""
    assert len(kept) == len(set(kept))
    assert log.count("begun") - len(kept) <= 1
    do(job, workers=1)
    assert sorted(numbers) == [number for number in range(PARTS) if number not in kept]
    assert_whole(job.folder, unbroken)


def broken_at(moment, monkeypatch, failure):
    """Fail at one of the moments at which something gets on disk or gets its name; files are cut short there."""
    count, fsync, rename, unlink = [0], os.fsync, Path.replace, Path.unlink

    def due():
        count[0] += 1
        return count[0] == moment

    def synced(descriptor):
        if due():
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                os.ftruncate(descriptor, max(0, os.fstat(descriptor).st_size - 9))
            raise failure
        fsync(descriptor)

    def renamed(path, target):
        if due():
            raise failure
        return rename(path, target)

    def unlinked(path, **how):
        if isinstance(failure, Killed) and due():
            raise failure
        unlink(path, **how)

    monkeypatch.setattr(writer.os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    monkeypatch.setattr(Path, "unlink", unlinked)
    return count


@pytest.fixture
def known_parts(monkeypatch):
    """Parts are computed once and then given again."""
    parts = {}

    def known(job, number, told=lambda runs, failed: None):
        if number not in parts:
            parts[number] = part_done(job, number, told)
        return parts[number]

    monkeypatch.setattr(executors, "run_part", known)


@pytest.mark.parametrize("failure", [Killed(), OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))], ids=type)
def test_at_whatever_step_storing_ends_nothing_is_lost_and_nothing_is_cut_short(
    failure, job, unbroken, known_parts, monkeypatch
):
    job = replace(job, size=90)
    wanted = job.folder.parent / "wanted"
    do(replace(job, out=wanted), workers=1)
    moments = 0
    for moment in range(1, 200):
        shutil.rmtree(job.folder, ignore_errors=True)
        with monkeypatch.context() as patch:
            count = broken_at(moment, patch, failure)
            try:
                do(job, workers=1)
            except (Killed, FaultyInput, OSError) as error:
                assert isinstance(failure, Killed) or failure.strerror in str(error)
            if count[0] < moment:
                break
        moments += 1
        kept = parts_told(job.folder)
        assert len(kept) == len(set(kept))
        do(job, workers=1)
        assert_whole(job.folder, wanted)
    assert 30 < moments < 199


def test_a_sweep_killed_after_its_last_step_but_one_leaves_nothing_behind(job, known_parts, monkeypatch):
    with monkeypatch.context() as patch:
        unlink = Path.unlink

        def unlinked(path, **how):
            if path.name in WHILE_FILLED:
                raise Killed
            unlink(path, **how)

        patch.setattr(Path, "unlink", unlinked)
        with pytest.raises(Killed):
            do(job, workers=1)
    do(job, workers=1)
    assert [path.name for path in job.folder.iterdir() if path.name in WHILE_FILLED] == []


# --- stopped ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_sweep_that_is_stopped_says_where_it_stands_and_a_second_one_keeps_off(
    number, code, job, kidal, unbroken, numbers
):
    process = child(job.folder.parent, hold=4)
    waited_for(job.folder, 4, process)
    second, _, told = kidal(*SWEEP)
    assert second == 2
    assert told.startswith("out: is being filled by another process;")
    assert kidal("query", "out", "select 1")[0] == 2
    process.send_signal(number)
    _, told = process.communicate(timeout=60)
    assert process.returncode == code
    assert "4 of 9 parts are stored in out; the same command goes on with it" in told
    assert sorted(parts_told(job.folder)) == [0, 1, 2, 3]
    assert numbers == []
    code, _, told = kidal(*SWEEP)
    assert code == 0
    assert "80 of 180 runs are stored in out; going on" in told
    assert sorted(numbers) == [4, 5, 6, 7, 8]
    assert_whole(job.folder, unbroken)


def test_a_sweep_goes_on_in_the_parts_and_with_the_workers_of_another_call(job, unbroken, stored, numbers):
    def enough(count):
        if count == 3:
            raise KeyboardInterrupt

    stored(enough)
    with pytest.raises(KeyboardInterrupt):
        do(job, workers=1)
    do(replace(job, size=64), workers=3)
    assert sorted(numbers[-6:]) == [3, 4, 5, 6, 7, 8]
    assert_whole(job.folder, unbroken)


def test_a_finished_sweep_is_not_run_again(job, unbroken, numbers):
    shutil.copytree(unbroken, job.folder)
    before = {path: path.stat().st_mtime_ns for path in job.folder.rglob("*")}
    do(job)
    assert numbers == []
    assert before == {path: path.stat().st_mtime_ns for path in job.folder.rglob("*")}


def test_a_run_that_fails_is_a_row_with_its_error_and_the_sweep_goes_on(kidal, jobs, numbers, monkeypatch):
    jobs(size=SIZE, histories=0)
    monkeypatch.setattr(inputs, "build", lambda *what: with_room(build(*what), 60))
    code, _, told = kidal(*SWEEP)
    assert code == 1
    runs = read_run(Path("out")).runs
    failed = runs["status"] == "failed"
    assert 0 < failed.sum() < RUNS == len(failed)
    assert f"{failed.sum()} of 180 runs failed, the first with: IndexError: the event log is full" in told
    assert set(runs["error"][failed]) == {"IndexError: the event log is full"}
    assert set(runs["error"][~failed]) == {""}
    assert np.isnan(runs["anefis:capture"][failed]).all()
    assert kidal(*SWEEP)[0] == 1
    assert len(numbers) == PARTS


# --- damaged ------------------------------------------------------------------------------------------------


def empty(path):
    path.write_bytes(b"")


@pytest.mark.parametrize("finished", [True, False])
@pytest.mark.parametrize("damage", [cut, flip, empty, Path.unlink])
def test_a_damaged_part_is_named_and_run_again_alone(damage, finished, job, kidal, unbroken, numbers):
    shutil.copytree(unbroken, job.folder)
    if not finished:
        unfinish(job.folder)
    damage(job.folder / "runs" / "part-000002.parquet")
    code, _, told = kidal(*SWEEP)
    assert code == 0
    assert "out/runs/part-000002.parquet is missing or damaged: part 2 is run again" in told
    assert numbers == [2]
    assert_whole(job.folder, unbroken)


def unfinish(folder):
    """Make a finished folder one whose sweep was killed after its last part."""
    manifest = json.loads((folder / "manifest.json").read_text())
    parts = {}
    for file, entry in manifest.pop("files").items():
        if "/part-" in file:
            parts.setdefault(int(re.search(r"(\d+)\.parquet", file)[1]), {})[file] = entry
    lines = [json.dumps({"part": number, "files": files}) + "\n" for number, files in parts.items()]
    (folder / "files.jsonl").write_text("".join(lines))
    reseal(folder, manifest)


@pytest.mark.parametrize(
    "end", ['{"part": 9', "\x00\x00\x00", "[]\n", '{"part": "x", "files": {}}\n', "\n\n"]
)
def test_a_journal_that_ends_in_rubbish_tells_of_the_parts_before_it(end, job, unbroken, numbers):
    shutil.copytree(unbroken, job.folder)
    unfinish(job.folder)
    journal = job.folder / "files.jsonl"
    kept = journal.read_text().splitlines(keepends=True)[:6]
    journal.write_text("".join(kept) + end)
    do(job, workers=1)
    assert numbers == [6, 7, 8]
    assert_whole(job.folder, unbroken)


@pytest.mark.parametrize(
    "file", ["axis/points.parquet", "axis/route.parquet", "design.yaml", "scenario.yaml"]
)
@pytest.mark.parametrize("damage", [cut, Path.unlink])
def test_a_damaged_file_that_is_no_part_is_put_right_too(damage, file, job, unbroken, numbers):
    shutil.copytree(unbroken, job.folder)
    damage(job.folder / file)
    do(job, workers=1)
    assert numbers == []
    assert_whole(job.folder, unbroken)


def test_a_bit_that_is_not_what_was_written_is_found_when_its_table_is_read(job, unbroken):
    shutil.copytree(unbroken, job.folder)
    path = job.folder / "runs" / "part-000004.parquet"
    whole, wanted = path.read_bytes(), dict(read_run(job.folder).runs)
    found = 0
    for place in range(4, len(whole), 487):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 16]) + whole[place + 1 :])
        try:
            runs = dict(read_run(job.folder).runs)
        except FaultyInput as error:
            assert "part-000004.parquet" in str(error)
            found += 1
            continue
        for column, right in wanted.items():
            np.testing.assert_array_equal(runs[column], right, err_msg=f"byte {place}, {column}")
    assert found > 3


def test_a_run_in_more_parts_than_files_may_be_open_is_read(job, design, tmp_path):
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = dict(do(job, workers=1)[1].runs)
    folder, _ = do(
        Job(
            inputs=bundled_inputs("gao-anefis"),
            seed=1,
            runs=60,
            draw=True,
            design=design,
            out=tmp_path / "many",
            size=4,
        ),
        workers=1,
    )
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/dev/fd")) + 30, before[1]))  # noqa: PTH208
    try:
        found = dict(read_run(folder).runs)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    for column, right in wanted.items():
        np.testing.assert_array_equal(found[column], right, err_msg=column)


@pytest.mark.parametrize("schema", [5, 7])
def test_the_files_of_another_version_are_refused(schema, job, kidal, unbroken):
    shutil.copytree(unbroken, job.folder)
    manifest = json.loads((job.folder / "manifest.json").read_text())
    (job.folder / "manifest.json").write_text(json.dumps(manifest | {"schema": schema}))
    for words in (("query", "out", "select 1"), ("plot", "out")):
        code, out, told = kidal(*words)
        assert (code, out) == (2, "")
        assert f"is of schema version {schema}, this program reads 6; run it again with another --out" in told


@pytest.mark.parametrize("key", ["part_size", "parts", "hash", "files"])
def test_a_manifest_that_lacks_a_key_is_told_of_in_a_sentence(key, job, kidal, unbroken):
    shutil.copytree(unbroken, job.folder)
    unfinish(job.folder)
    manifest = json.loads((job.folder / "manifest.json").read_text())
    (job.folder / "manifest.json").write_text(json.dumps({k: v for k, v in manifest.items() if k != key}))
    code, _, told = kidal(*SWEEP)
    assert code == (0 if key == "files" else 2)
    assert "Traceback" not in told


def test_another_run_and_what_is_no_run_are_left_alone(job, kidal, unbroken):
    shutil.copytree(unbroken, job.folder)
    before = content(job.folder)
    code, _, told = kidal(*SWEEP, "--seed", "2")
    assert (code, told) == (2, "out: holds another run; expected another --out\n")
    assert content(job.folder) == before
    (job.folder.parent / "other").mkdir()
    (job.folder.parent / "other" / "thesis.txt").write_text("years of work")
    code, _, told = kidal(*SWEEP, "--out", "other")
    assert (code, told) == (2, "other: is there already and is no result folder; expected another --out\n")
    assert [path.name for path in (job.folder.parent / "other").iterdir()] == ["thesis.txt"]


# --- no room ------------------------------------------------------------------------------------------------


@contextmanager
def files_up_to(size):
    """No file may get larger."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_where_there_is_no_room_it_says_so_and_goes_on_once_there_is(job, kidal, unbroken):
    sums = json.loads((unbroken / "manifest.json").read_text())["files"]
    largest = [max(size for file, (size, _) in sums.items() if f"{n:06d}" in file) for n in range(PARTS)]
    room = sorted(largest)[PARTS // 2]
    first = next(n for n in range(PARTS) if largest[n] > room)
    with files_up_to(room):
        code, out, told = kidal(*SWEEP)
    assert (code, out) == (1, "")
    stands = f"{first} of 9 parts are stored in out; the same command goes on with it"
    assert told.splitlines()[-1] == f"kidal: {os.strerror(errno.EFBIG)}; {stands}"
    assert not list(job.folder.rglob("*.aside"))
    with files_up_to(100):
        code, _, told = kidal(*SWEEP)
    assert code in (1, 2)
    assert os.strerror(errno.EFBIG) in told
    assert kidal(*SWEEP)[0] == 0
    assert_whole(job.folder, unbroken)


def test_a_last_step_without_room_tells_how_to_go_on(job, kidal, unbroken, known_parts, monkeypatch):
    write = writer.write

    def full(path, content):
        if path.name == "manifest.json" and b'"files"' in content:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        write(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(writer, "write", full)
        code, _, told = kidal(*SWEEP)
    assert code == 1
    last = "kidal: No space left on device; 9 of 9 parts are stored in out; the same command goes on with it"
    assert told.splitlines()[-1] == last
    assert kidal(*SWEEP)[0] == 0
    assert_whole(job.folder, unbroken)


@pytest.mark.parametrize("out", ["speeds.yaml", "speeds.yaml/out", "speeds.yaml/deep/out"])
def test_a_folder_that_cannot_be_made_is_refused_before_anything_is_run(out, kidal, numbers):
    code, _, told = kidal(*SWEEP, "--out", out)
    assert code == 2
    assert told.count("\n") == 1
    assert told.endswith("expected another --out\n")
    assert numbers == []


def test_a_folder_in_which_nothing_may_be_written_is_refused(kidal, numbers, monkeypatch):
    monkeypatch.setattr("sim.store.resuming.os.access", lambda path, mode: False)
    code, _, told = kidal(*SWEEP)
    assert code == 2
    assert re.fullmatch(r"out: cannot be made, \S+ cannot be written to; expected another --out\n", told)
    assert numbers == []


def test_a_disk_that_takes_nothing_is_told_of_before_anything_is_run(kidal, numbers, monkeypatch):
    def refused(path, **how):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "mkdir", refused)
    code, _, told = kidal(*SWEEP)
    assert (code, told) == (
        2,
        "out: cannot be written (Read-only file system); expected another --out\n",
    )
    assert numbers == []


# --- what a design names ------------------------------------------------------------------------------------

RIVALS = """summary: Does the radius matter?
source: made up
kind: list
runs: 30
points:
  - with: none
  - with: rival.yaml
"""
RIVAL = "summary: A smaller radius\nsource: assumption\noverrides:\n  drones.tb2.radius: {} km\n"


def test_a_hypothesis_that_is_edited_gives_another_run(kidal):
    Path("rivals.yaml").write_text(RIVALS)
    folders = []
    for radius in (20, 250):
        Path("rival.yaml").write_text(RIVAL.format(radius))
        code, out, told = kidal("sweep", "gao-anefis", "rivals.yaml", "--json")
        assert (code, "Traceback" in told) == (0, False)
        folders.append(json.loads(out)["out"])
    assert folders[0] != folders[1]


def test_a_sweep_that_has_begun_hangs_on_no_file_that_its_workers_may_not_have(tmp_path):
    """A worker on another machine has no `rival.yaml`, or another one."""
    (tmp_path / "rival.yaml").write_text(RIVAL.format(20))
    (tmp_path / "rivals.yaml").write_text(RIVALS.replace("rival.yaml", str(tmp_path / "rival.yaml")))
    design = load_design(str(tmp_path / "rivals.yaml"), bundled_inputs("gao-anefis"), 1)
    runs = []
    for text in (RIVAL.format(20), RIVAL.format(250), None):
        job = Job(
            inputs=bundled_inputs("gao-anefis"),
            seed=1,
            runs=30,
            draw=True,
            design=design,
            out=tmp_path / f"out-{len(runs)}",
            size=SIZE,
        )
        assert len(job.variation.variants) == 2
        (tmp_path / "rival.yaml").unlink() if text is None else (tmp_path / "rival.yaml").write_text(text)
        runs.append(dict(do(job, workers=1)[1].runs))
        (tmp_path / "rival.yaml").write_text(RIVAL.format(20))
    for other in runs[1:]:
        for column, right in runs[0].items():
            np.testing.assert_array_equal(other[column], right, err_msg=column)


def test_a_name_too_long_for_a_folder_is_refused(kidal, numbers):
    code, out, told = kidal(*SWEEP, "--out", "x" * 300)
    assert (code, out, numbers) == (2, "", [])
    assert told.endswith("expected another --out\n")


# --- a cluster ----------------------------------------------------------------------------------------------


@pytest.fixture
def dask(monkeypatch):
    """What starts a cluster of workers in this process, reached over TCP, or in processes of their own."""
    distributed = pytest.importorskip("distributed")
    open_ones = []

    def start(workers=2, processes=False):
        how = {"threads_per_worker": 1, "dashboard_address": ":0", "silence_logs": 50}
        made = distributed.LocalCluster(
            n_workers=workers, processes=processes, protocol="tcp://", host="127.0.0.1", **how
        )
        open_ones.append(made)
        return made

    yield start
    for made in open_ones:
        made.close()


@pytest.mark.parametrize(
    "address", ["", "LOCAL", "10.0.0.1:8786", "foo://10.0.0.1:8786", "tcp://", "tcp://here"]
)
def test_what_is_no_address_of_a_cluster_is_refused_and_nothing_is_stored(address, kidal, numbers):
    pytest.importorskip("distributed")
    code, out, told = kidal(*ANYWHERE, "--cluster", address)
    assert (code, out) == (2, "")
    assert told.splitlines()[-1].startswith(f"--cluster {address}: ")
    assert "; expected " in told
    assert not Path("out").exists()


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "tls://127.0.0.1:1"])
def test_a_cluster_that_does_not_answer_is_told_of(address, job, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(executors, "CLUSTER_WAIT", 0.3)
    with pytest.raises(FaultyInput) as error:
        do(job, address=address)
    (told,) = str(error.value).splitlines()
    assert told.startswith(f"--cluster {address}: does not answer (")
    assert not job.folder.exists()


def test_a_cluster_without_workers_is_told_of(job, dask, monkeypatch):
    address = dask(workers=0).scheduler_address
    monkeypatch.setattr(executors, "CLUSTER_WAIT", 0.3)
    with pytest.raises(FaultyInput, match="expected a scheduler that runs, with a worker"):
        do(job, address=address)
    assert not job.folder.exists()


def test_a_cluster_of_this_process_gives_the_same_files(job, dask, unbroken):
    do(job, address=dask().scheduler_address)
    assert_whole(job.folder, unbroken)


@pytest.mark.parametrize(
    "there",
    [lambda name: name != "MainThread", lambda name: "Dask" in name],
    ids=["at-first", "joined-later"],
)
def test_a_worker_of_another_version_is_refused(there, kidal, dask, monkeypatch):
    def versions():
        return {"its code": "other" if there(threading.current_thread().name) else "this"}

    address = dask(workers=1).scheduler_address
    monkeypatch.setattr(executors, "fingerprint", versions)
    code, out, told = kidal(*ANYWHERE, "--cluster", address)
    assert (code, out) == (2, "")
    assert "has its code other (here this); expected the same versions on all machines" in told
    assert not Path("out", "runs").exists()


def test_a_cluster_that_is_lost_is_told_of_and_the_sweep_goes_on_without_it(
    job, kidal, dask, unbroken, stored, monkeypatch
):
    made = dask(workers=1)
    monkeypatch.setattr(executors, "CLUSTER_WAIT", 2)
    stored(lambda count: made.close() if count == 3 else None)
    stands = "[3-5] of 9 parts are stored in out; the same command goes on with it"
    message = f"^the cluster was lost: its scheduler does not answer any more; {stands}$"
    with pytest.raises(OSError, match=message):
        do(job, address=made.scheduler_address)
    assert kidal(*SWEEP)[0] == 0
    assert_whole(job.folder, unbroken)


def test_a_worker_that_is_killed_is_made_good_by_the_others(job, dask, unbroken, stored):
    from distributed import Client

    made = dask(processes=True)
    with Client(made) as client:
        pids = list(client.run(os.getpid).values())
    stored(lambda count: os.kill(pids[0], signal.SIGKILL) if count == 2 else None)
    do(job, address=made.scheduler_address)
    assert_whole(job.folder, unbroken)


def test_a_lone_worker_that_is_killed_is_started_again_and_given_the_job_again(job, dask, unbroken, stored):
    from distributed import Client

    made = dask(workers=1, processes=True)
    with Client(made) as client:
        pids = list(client.run(os.getpid).values())
    stored(lambda count: os.kill(pids[0], signal.SIGKILL) if count == 2 else None)
    do(job, address=made.scheduler_address)
    assert_whole(job.folder, unbroken)


def test_a_cluster_has_its_own_workers(kidal):
    pytest.importorskip("distributed")
    code, out, told = kidal(*ANYWHERE, "--cluster", "tcp://127.0.0.1:1", "--workers", "3")
    assert (code, out) == (2, "")
    assert told.splitlines()[-1].startswith("--workers 3: goes with threads or '--cluster local';")


def test_no_part_is_under_way_that_no_worker_has(job, numbers, monkeypatch):
    most = [0]
    add = writer.Folder.add

    def count(place, number, files):
        most[0] = max(most[0], len(numbers) - len(place.stored))
        add(place, number, files)

    monkeypatch.setattr(writer.Folder, "add", count)
    do(job, workers=2)
    assert most[0] <= 2


def test_a_run_that_took_the_folder_in_the_meantime_is_not_taken_for_this_one(kidal, monkeypatch):
    """While this one makes ready, another has begun: only under the lock is it known whose folder it is."""
    begin = executors.threads

    def late(job, workers, told):
        if job.seed == 2:
            assert kidal(*SWEEP)[0] == 0
        return begin(job, workers, told)

    monkeypatch.setattr("sim.ensembles.run_job.threads", late)
    code, out, told = kidal(*SWEEP, "--seed", "2")
    assert (code, out) == (2, "")
    assert told.endswith("out: holds another run; expected another --out\n")


def test_a_sweep_begun_with_other_versions_is_not_gone_on_with(job, kidal, unbroken):
    shutil.copytree(unbroken, job.folder)
    unfinish(job.folder)
    manifest = json.loads((job.folder / "manifest.json").read_text())
    manifest["packages"]["numpy"] = "1.0"
    reseal(job.folder, manifest)
    code, _, told = kidal(*SWEEP)
    assert code == 2
    assert "was begun with other versions (packages: numpy 1.0," in told


def test_a_milestone_that_is_none_is_told_before_anything_runs(kidal):
    code, _, told = kidal(*SWEEP, "--milestone", "anefis:captur")
    assert (code, told) == (
        2,
        "--milestone anefis:captur: is no milestone of this scenario; did you mean 'anefis:capture'?\n",
    )
    assert not Path("out").exists()
