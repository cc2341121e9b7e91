"""Rows left out one by one, and other reliabilities: against filters of the other rows, and by hand."""

from dataclasses import replace

import numpy as np
import pytest
from joint_rows import CAMPAIGN, made_row
from scipy.special import logsumexp

from analysis.evidence import left_out, reliabilities
from analysis.evidence.baselines.filtering import islands
from analysis.evidence.baselines.samplers import COMPOSITE, samplers
from analysis.evidence.joint import Evidence, balance
from analysis.evidence.left_out import LeaveOneOut, LeftOut
from analysis.evidence.tables import Weighed

ROWS = (
    made_row("b:arrival", 24.0, 36.0, weight=0.85, false=0.05),
    made_row("d:capture", 60.0, 80.0, weight=0.97, false=0.1),
    made_row("f:capture", 980.0, 1030.0, weight=0.97, false=0.1, part="held out"),
)


def filtered(name, rows, asked=None, below=0.5):
    found = islands(
        samplers(CAMPAIGN)[name], asked or rows, numbers=range(4), particles=2000, resampled_below=below
    )
    return Evidence(name=name, rows=tuple(rows), logs=found.logs, roots=found.roots, runs=2000)


def left(name, row, below=0.5):
    """The filter of all rows, one of them at its base rate."""
    return filtered(name, ROWS, [one.at_base_rate() if one is row else one for one in ROWS], below)


def done():
    models = [filtered("pace", ROWS)]
    return LeaveOneOut(
        weighed=Weighed(models, [filtered(COMPOSITE, ROWS)]),
        without=[LeftOut(row, left("pace", row), left(COMPOSITE, row)) for row in ROWS],
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_at_its_base_rate_is_the_filter_without_it_and_its_base_rate(row):
    asked_at_base = left(COMPOSITE, row, below=0.0).logs.sum(axis=1)
    others = [one for one in ROWS if one is not row]
    without = filtered(COMPOSITE, others, below=0.0).logs.sum(axis=1)
    assert asked_at_base == pytest.approx(without + np.log(row.false))


def test_a_row_alone_is_predicted_by_the_prior():
    row = ROWS[0]
    whole, alone = filtered("pace", [row]), filtered("pace", [row], [row.at_base_rate()])
    expected = whole.up_to(1)
    found = left_out.predicted(whole, alone, row)
    assert found.value == pytest.approx(expected.value)
    assert found.error == pytest.approx(expected.error)


def test_leads_are_of_log_means_and_hang_together():
    rows = left_out.rows_without(done())
    assert [row.row for row in rows] == list(ROWS)
    study = done()

    def log_mean(one):
        every = one.logs.sum(axis=1)
        return logsumexp(every) - np.log(len(every))

    for row, (_, model, rival) in zip(rows, study.without, strict=True):
        base, composite = log_mean(study.weighed.base), log_mean(study.weighed.rival)
        assert row.lead_without.value == pytest.approx(log_mean(model) - log_mean(rival))
        assert row.model.value == pytest.approx(base - log_mean(model) + np.log(row.row.false))
        assert row.lead.value == pytest.approx(row.model.value - row.rival.value)
        assert row.lead.value + row.lead_without.value == pytest.approx(base - composite)
        assert row.lead.error > 0.0


def test_the_sentences_name_the_row_on_which_a_lead_hangs():
    study = done()
    texts = " ".join(left_out.sentences(study))
    rows = left_out.rows_without(study)
    most = max(rows, key=lambda row: row.lead_without.value)
    assert f"greatest without {most.row.title}, {most.lead_without.value:+.2f}" in texts
    whole = balance([study.weighed.base], [study.weighed.rival]).value
    turning = [row.row.title for row in rows if row.lead_without.value * whole < 0.0]
    assert ("its sign is the other" in texts) == bool(turning)
    turned = LeaveOneOut(study.weighed, [LeftOut(ROWS[2], study.without[2].rival, study.without[2].model)])
    assert ("its sign is the other: f:capture" in " ".join(left_out.sentences(turned))) == (
        rows[2].lead_without.value * whole > 0.0
    )


def test_table_and_json_have_every_row():
    table = left_out.cells(done())
    assert table[0][2:4] == ["pace", COMPOSITE]
    assert [line[0] for line in table[1:]] == [row.title for row in ROWS]
    found = left_out.as_json(done())
    assert [row["row"] for row in found["rows"]] == [row.name for row in ROWS]
    assert set(found["rows"][0]) == {"row", "title", "part", "model", "opponent", "lead", "lead_without"}


def test_evidence_of_other_islands_is_no_balance():
    one = filtered("pace", ROWS)
    with pytest.raises(ValueError, match="island by island"):
        balance([one], [replace(one, logs=one.logs[:2], roots=one.roots[:2])])


# --- reliabilities -------------------------------------------------------------------------------------------


def at(reliability):
    rows = ROWS if reliability is None else [replace(row, weight=reliability) for row in ROWS]
    return Weighed([filtered("pace", rows)], [filtered(COMPOSITE, rows)])


def test_reports_that_are_hardly_ever_true_say_the_same_of_every_model():
    wide, narrow = (balance([one.base], [one.rival]).value for one in (at(0.99), at(1e-6)))
    assert abs(wide) > 1.0
    assert narrow == pytest.approx(0.0, abs=1e-3)


def test_the_table_has_each_model_at_each_reliability_and_names_the_extremes():
    levels = {one: at(one) for one in (None, 0.5, 0.97)}
    table = reliabilities.cells(levels)
    assert [line[1] for line in table[1:]] == ["of the record", "0.5", "0.97"]
    assert {line[0] for line in table[1:]} == {"pace"}
    assert len({line[2] for line in table[1:]}) == 3
    leads = {
        word: balance([one.base], [one.rival]).value
        for word, one in zip(("of the record", "0.5", "0.97"), levels.values(), strict=True)
    }
    sentence = reliabilities.sentence(levels)
    assert f"(reliability {min(leads, key=leads.get)}) to" in sentence
    assert f"(reliability {max(leads, key=leads.get)})" in sentence
    found = reliabilities.as_json(levels)["reliabilities"]
    assert [row["reliability"] for row in found] == [None, 0.5, 0.97]
    assert found[1]["lead_all"]["value"] == pytest.approx(leads["0.5"])


def test_a_log_tells_models_at_other_reliabilities_apart():
    names = [one.name for one in reliabilities.named({None: at(None), 0.5: at(0.5)})]
    assert names == ["pace", "pace, reliability 0.5"]
