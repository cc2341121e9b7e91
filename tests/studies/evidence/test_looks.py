"""The log of looks: a line for what was not scored before, and none where there is no log."""

import csv
from dataclasses import replace

import numpy as np
import pytest
from joint_rows import made_row

from analysis.evidence.joint import Evidence
from sim.store import provenance
from sim.studies.evidence import looks
from sim.studies.evidence.looks import LOOK_COLUMNS, LOOKS_LOG, log_looks, read_looks


@pytest.fixture
def log(tmp_path, monkeypatch):
    """An empty log of a checkout."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / LOOKS_LOG
    file.parent.mkdir(parents=True)
    file.write_text(",".join(LOOK_COLUMNS) + "\n")
    return file


def made(name="base"):
    rows = (made_row("a", 1.0, 2.0), made_row("b", 3.0, 4.0, part="held out"))
    logs = np.random.default_rng(1).normal(-2.0, 0.1, (4, 2))
    return Evidence(name=name, rows=rows, logs=logs, roots=np.full(4, 9), runs=500)


def test_a_look_is_a_line(log):
    assert log_looks([made()]) == 1
    (line,) = read_looks(log)
    look = dict(zip(LOOK_COLUMNS, line, strict=True))
    assert (look["model"], look["rules"]) == ("base", provenance.rules())
    assert (look["rows"], look["runs"], look["islands"]) == ("2", "500", "4")
    before, after, every = made().parts
    assert [float(look[name]) for name in ("before", "after", "all", "error")] == pytest.approx(
        [before.value, after.value, every.value, every.error], abs=0.0006
    )


def test_what_was_scored_before_is_no_new_look(log):
    log_looks([made()])
    text = log.read_text()
    assert log_looks([made()]) == 1
    assert log.read_text() == text
    assert log_looks([made(), made("other"), made("third")]) == 3
    assert log.read_text().startswith(text)


@pytest.mark.parametrize("change", ["runs", "rules", "rows", "inputs"])
def test_another_size_rows_or_rules_are_another_look(change, log, monkeypatch):
    log_looks([made()])
    other = made()
    if change == "rules":
        monkeypatch.setattr(provenance, "rules", lambda: "99")
    elif change == "inputs":
        other = replace(other, logs=other.logs - 0.1)
    elif change == "runs":
        other = replace(other, runs=501)
    else:
        other = replace(other, rows=other.rows[:1], logs=other.logs[:, :1])
    assert log_looks([other]) == 2


def test_a_model_that_is_given_twice_is_one_look(log):
    assert log_looks([made(), made()]) == 1
    assert len(read_looks(log)) == 1


@pytest.mark.parametrize("name", ['a, b and "c"', "either, or", 'the "first"'])
def test_names_of_models_are_read_as_they_were_written(name, log):
    log_looks([made(name)])
    assert read_looks(log)[0][2] == name
    assert log_looks([made(name)]) == 1
    with log.open(newline="") as stream:
        assert {len(line) for line in csv.reader(stream)} == {len(LOOK_COLUMNS)}


def test_elsewhere_nothing_is_logged(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert log_looks([made()]) == 0
    assert list(tmp_path.iterdir()) == []
    assert looks.LOOKS_LOG.is_absolute() is False
