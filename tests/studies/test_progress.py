"""The progress of what has no known end: an estimate that follows what is known, and a rate of what is done now."""

import io
import re

from sim.console import Progress


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_total_that_is_estimated_may_change_and_says_so():
    stream = io.StringIO()
    with Progress(1000, stream, "points", about=True) as progress:
        progress.begin(0, "")
        progress.expect(2000)
        progress.skip(600)  # stored before
        progress.expect(400)
        progress(300, 0)
        progress.expect(0)
        progress(0, 0)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("900 of about 1,000 points, ")
    assert lines[0].endswith(" s left")
    assert lines[1].startswith("900 of about 900 points, ")
    assert progress.finished_runs - progress.stored_runs == 300


def test_a_slow_rate_has_a_decimal():
    progress = Progress(1000, io.StringIO(), "points")
    progress.begin(0, "")
    progress.began -= 100.0
    progress(30, 0)
    assert ", 0.3 a second, " in progress.line()


def test_on_a_terminal_there_is_a_bar_with_the_time_that_is_left_and_nothing_stays_of_it():
    stream = Terminal()
    with Progress(1000, stream, "points", about=True) as progress:
        progress.begin(0, "")
        progress(500, 0)
        progress.expect(200)
        assert progress.bar is not None
        (task,) = progress.bar.tasks
        assert (task.total, task.completed) == (700, 500)
    assert "of about" not in stream.getvalue()


def test_the_time_left_stays_on_the_bar_when_the_total_changes():
    with Progress(1000, Terminal(), "points", about=True) as progress:
        progress.begin(0, "")
        task = progress.bar.tasks[0]
        assert "left" not in columns(progress)
        progress(300, 0)
        progress.expect(2000)
        assert re.search(r" a second, [\d,]+ s left$", columns(progress))
        assert task.total == 2300


def columns(progress):
    """What stands on a bar behind its numbers."""
    return progress.bar.columns[-1].render(progress.bar.tasks[0]).plain
