"""Two ways to one number: filters of runs with drawn parameters, and sequential Monte Carlo over points."""

import pytest

from analysis.inference.smc import Settings, conclude
from sim.studies.calibration.likelihood import Likelihood
from sim.studies.calibration.plan import load_plan
from sim.studies.evidence.islands import evidence, rows_of
from sim.studies.evidence.size import IslandPlan

pytestmark = pytest.mark.slow
FEW = Settings(first=1500, points=300, moves=1.0, last_moves=1.0, checked=2, repeats=2)


def test_the_evidence_of_october_is_that_of_a_fit(tmp_path):
    """The bundled plan, without what lies in other scenarios."""
    text = load_plan("october").text
    head, _, stage = text.partition('      un-kidal-gao: ["gao:arrival", "mine_strikes_reported:un"]\n')
    path = tmp_path / "stage.yaml"
    path.write_text(head + stage[: stage.index("  - id: people")])
    plan = load_plan(str(path))
    (block,) = plan.blocks
    likelihood = Likelihood(plan)
    fitted = conclude(plan.talk(5, FEW), lambda asked: likelihood(asked, plan.values(asked.z)))
    rows = rows_of(block.inputs)
    assert {row.name for row in rows} == set(block.names)
    value, error = evidence("base", block.inputs, IslandPlan(runs=12_000, islands=16), rows=rows).up_to(9)
    assert error < 0.15
    assert value == pytest.approx(fitted.evidence, abs=0.3)
