"""Paths as messages show them, and what is told of links that lead nowhere."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from sim.files import paths
from sim.files.case import Case
from sim.files.paths import display_path, link_fault, reason
from sim.files.yaml_tree import FaultyInput


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """An empty folder in which the test is, with links that lead to themselves and to nothing."""
    monkeypatch.chdir(tmp_path)
    Path("loop").symlink_to("loop")
    Path("one").symlink_to("two")
    Path("two").symlink_to("one")
    Path("dangling").symlink_to("nothing")
    return tmp_path


@pytest.fixture
def old_resolve(monkeypatch):
    """`resolve` as Python before 3.13 has it."""

    def resolve(path, strict=False):
        raise RuntimeError(f"Symlink loop from {str(path)!r}")

    monkeypatch.setattr(Path, "resolve", resolve)


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("loop", "loop is a link that leads to itself"),
        ("one", "one is a link that leads to itself"),
        ("loop/a/b.yaml", "loop is a link that leads to itself"),
        ("dangling", "dangling is a link that leads to what is not there"),
        ("dangling/a", "dangling is a link that leads to what is not there"),
        (".", ""),
        ("nothing", ""),
        ("nothing/a", ""),
        ("a\0b", ""),
        ("x" * 5000, ""),
    ],
)
def test_a_link_that_leads_nowhere_is_named(path, fault):
    assert link_fault(Path(path)) == fault


def test_an_error_has_the_reason_of_the_system_or_the_link():
    assert reason(OSError(errno.ENOSPC, "No space left", "loop")) == "loop is a link that leads to itself"
    assert reason(OSError(errno.ENOSPC, "No space left", "x")) == "No space left"
    assert reason(OSError(errno.ENOSPC, "No space left", 3)) == "No space left"
    assert reason(OSError("no number")) == "no number"


@pytest.mark.parametrize("path", ["loop", "loop/a.yaml", "one", "dangling"])
def test_a_path_with_such_a_link_is_shown_as_it_was_given(path, here, old_resolve):
    assert display_path(Path(path)) == path
    assert display_path(here / path) == path


def test_a_path_is_shown_from_the_current_folder_and_a_link_by_its_name(here):
    Path("real").mkdir()
    Path("link").symlink_to("real")
    assert display_path(Path("link/a")) == "link/a"
    assert display_path(Path("link/../real/a")) == "real/a"
    assert display_path(here.parent / "elsewhere") == (here.parent / "elsewhere").as_posix()


def test_a_path_is_shown_where_the_current_folder_is_gone(here):
    inner = here / "inner"
    inner.mkdir()
    os.chdir(inner)
    shutil.rmtree(inner)
    assert display_path(Path("a/b")) == "a/b"
    assert display_path(Path("/a/b")) == "/a/b"


def test_a_case_at_a_link_that_leads_to_itself_is_refused(old_resolve):
    with pytest.raises(FaultyInput) as error:
        Case("loop")
    right = "expected the path of a folder"
    assert str(error.value) == f"--case loop: cannot be read (loop is a link that leads to itself); {right}"


def test_windows_has_a_number_of_its_own_for_such_links(monkeypatch):
    class Link(type(Path())):
        def stat(self, **_):
            error = OSError(errno.EINVAL, "The name of the file cannot be resolved by the system")
            error.winerror = paths._WINDOWS_LOOP
            raise error

    assert link_fault(Link("loop")) == "loop is a link that leads to itself"
