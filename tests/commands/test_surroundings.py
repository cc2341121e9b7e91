"""What a call meets outside its files: links, names, signals, memory, a folder that is gone; always one sentence."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sim.ensembles import executors

ITSELF = "loop is a link that leads to itself"
FILE = f"cannot be read ({ITSELF}); expected the path of a readable file"
RUN = f"is not a result folder ({ITSELF}); `kidal run` makes one"
OUT = f"cannot be written ({ITSELF}); expected another --out"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("check", "loop"), f"loop: {FILE}"),
        (("check", "loop/a.yaml"), f"loop/a.yaml: {FILE}"),
        (("run", "loop"), f"loop: {FILE}"),
        (("run", "gao-anefis", "--with", "loop"), f"--with loop: {FILE}"),
        (("run", "gao-anefis", "--params", "loop"), f"loop: {FILE}"),
        (("run", "gao-anefis", "--out", "loop"), f"loop: {OUT}"),
        (("run", "gao-anefis", "--out", "loop/a"), f"loop/a: {OUT}"),
        (("sweep", "gao-anefis", "loop"), f"loop: {FILE}"),
        (("sensitivity", "gao-anefis", "--design", "loop"), f"loop: {FILE}"),
        (("explain", "loop"), f"loop: {FILE}"),
        (("whatif", "base", "loop"), f"loop: {FILE}"),
        (("calibrate", "loop"), f"loop: {FILE}"),
        (("calibrate", "--out", "loop"), f"loop: {OUT}"),
        (("view", "loop", "--no-open"), f"loop: {FILE}"),
        (("plot", "loop"), f"loop: {RUN}"),
        (("plot", "loop", "--figure", "posterior"), f"loop: {RUN}"),
        (("query", "loop", "select 1"), f"loop: {RUN}"),
        (("verify", "loop"), f"loop: {RUN}"),
        (("compare", "loop"), f"loop: {RUN}"),
        (("claims", "loop"), f"loop: {RUN}"),
        (("report", "loop"), f"loop: {RUN}"),
        (("audit", "loop"), f"loop/claims.yaml: {FILE}\nloop/sources.yaml: {FILE}"),
        (("audit", "--network", "loop"), f"loop/places.csv: {FILE}\nloop/roads.csv: {FILE}"),
        (("strikes", "--plot", "loop/a.png"), f"--plot loop/a.png: {OUT.replace('--out', 'file')}"),
        (("--case", "loop", "list"), f"--case loop: {FILE.replace('readable file', 'folder')}"),
        (("new", "case", "loop"), "loop: is there already; expected another name"),
    ],
)
def test_a_link_that_leads_to_itself_is_told_of_by_every_command(words, message, kidal, tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    code, out, err = kidal(*words)
    assert (code, out, err) == (2, "", f"{message}\n")
    assert [path.name for path in tmp_path.iterdir()] == ["loop"]


def test_a_link_to_nothing_is_no_folder_to_write_to(kidal, tmp_path):
    (tmp_path / "link").symlink_to("nothing")
    code, _, err = kidal("run", "gao-anefis", "--out", "link")
    why = "link is a link that leads to what is not there"
    assert (code, err) == (2, f"link: cannot be written ({why}); expected another --out\n")


@pytest.mark.parametrize(
    "words",
    [
        ("run", "gao-anefis", "--out", "\udcff"),
        ("run", "gao-anefis", "--set", "\udcff=1"),
        ("plot", "run", "--out", "\udcff.png"),
        ("query", "\udcff", "select 1"),
        ("check", "a\udcff.yaml"),
        ("--case", "\udcff", "list"),
    ],
)
def test_a_word_that_is_no_utf_8_is_refused_before_anything_is_done(words, kidal, tmp_path):
    (word,) = [word for word in words if "\udcff" in word]
    code, out, err = kidal(*words)
    assert (code, out) == (2, "")
    assert err == f"{word!a}: is no UTF-8 text; expected a name in UTF-8\n"
    assert not list(tmp_path.iterdir())


# --- memory -------------------------------------------------------------------------------------------------

HELP = "fewer runs, fewer --workers or closing other programs would help"


@pytest.mark.parametrize(
    ("error", "detail"),
    [
        (MemoryError(), ""),
        (MemoryError("Unable to allocate 7.01 MiB"), " (Unable to allocate 7.01 MiB)"),
        (RuntimeError("can't start new thread"), " (can't start new thread)"),
        (OSError(12, "Cannot allocate memory"), " ([Errno 12] Cannot allocate memory)"),
    ],
)
def test_a_lack_of_memory_says_what_is_stored_and_what_to_do(error, detail, kidal, jobs, monkeypatch):
    jobs(size=1)
    done = executors.run_part

    def part(job, number, progress):
        if number == 2:
            raise error
        return done(job, number, progress)

    call = ("run", "gao-anefis", "--runs", "4", "--out", "out")
    with monkeypatch.context() as patch:
        patch.setattr(executors, "run_part", part)
        code, out, err = kidal(*call)
    assert (code, out) == (1, "")
    stands = "2 of 4 parts are stored in out; the same command goes on with it"
    assert err == f"kidal: there is not enough memory{detail}; {HELP}; {stands}\n"
    code, _, err = kidal(*call)
    assert (code, err) == (0, "2 of 4 runs are stored in out; going on\n")


def test_a_lack_of_memory_while_reading_is_no_damage_of_the_file(kidal, monkeypatch):
    assert kidal("run", "gao-anefis", "--out", "out")[0] == 0

    def short(*_, **__):
        raise MemoryError("malloc of size 64 failed")

    monkeypatch.setattr("sim.store.reader.pq.ParquetFile", short)
    code, out, err = kidal("plot", "out")
    assert (code, out) == (1, "")
    assert err == f"kidal: there is not enough memory (malloc of size 64 failed); {HELP}\n"


# --- ended from outside -------------------------------------------------------------------------------------

CALL = "import sys; sys.argv = ['kidal', *sys.argv[1:]]; from sim.cli import main; main()"
WAIT = """
import signal, sys, time
from sim.commands import files
def wait(*_):
    print("waiting", flush=True)
    time.sleep({seconds})
files._check = wait
"""


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has no SIGHUP")
@pytest.mark.parametrize(("ignored", "code"), [(False, 129), (True, 1)], ids=["heard", "nohup"])
def test_a_closed_terminal_ends_a_command_as_sigterm_does_unless_nohup_says_otherwise(
    ignored, code, tmp_path
):
    (tmp_path / "a.yaml").write_text("kind: list\n")
    head = f"import signal; signal.signal(signal.SIGHUP, signal.SIG_{'IGN' if ignored else 'DFL'})\n"
    script = head + WAIT.format(seconds=0.5 if ignored else 60) + CALL
    process = subprocess.Popen(
        [sys.executable, "-c", script, "check", "a.yaml"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "waiting\n"
    process.send_signal(signal.SIGHUP)
    _, err = process.communicate(timeout=60)
    stopped = "stopped; the same command goes on, or starts again\n"
    assert (process.returncode == 129, err == stopped) == (not ignored, not ignored)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the current folder")
@pytest.mark.parametrize("words", [("run", "gao-anefis"), ("check", "a.yaml")])
def test_a_current_folder_that_is_gone_is_told_of(words, kidal, tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    os.chdir(inner)
    shutil.rmtree(inner)
    code, out, err = kidal(*words)
    os.chdir(tmp_path)
    assert (out, "Traceback" in err, err.count("\n")) == ("", False, 1)
    if words[0] == "run":
        assert (code, err) == (
            1,
            "kidal: the current folder is not there any more; try `cd` to another\n",
        )


# --- a folder that is taken away ----------------------------------------------------------------------------


@pytest.mark.parametrize("again", [False, True], ids=["gone", "another-in-its-place"])
def test_a_folder_that_is_taken_away_under_way_is_told_of_and_no_part_goes_elsewhere(
    again, kidal, jobs, monkeypatch
):
    """What lies there then may be another run's: its journal would say that it has parts of this one."""
    jobs(size=1)
    done = executors.run_part

    def part(job, number, progress):
        if number == 2:
            shutil.rmtree("out")
            if again:
                Path("out").mkdir()
                Path("out", ".lock").touch()
        return done(job, number, progress)

    call = ("run", "gao-anefis", "--runs", "4", "--out", "out")
    with monkeypatch.context() as patch:
        patch.setattr(executors, "run_part", part)
        code, out, err = kidal(*call)
    assert (code, out) == (1, "")
    assert err == (
        "kidal: out was taken away while it was filled; "
        "nothing is stored in out any more: the same command begins again\n"
    )
    assert not any(path.name != ".lock" for path in Path("out").rglob("*"))
    assert kidal(*call)[0] == 0
