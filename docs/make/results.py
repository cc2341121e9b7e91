"""Write docs/results/results.md: the model before any fit against the record, and what the auditor finds.

Its first lines are those of `docs/make/evidence.py`, from what that has kept.

`python docs/make/results.py` runs 100,000 runs of the whole offensive: half a minute on two cores.
"""

import tempfile
from pathlib import Path

import evidence

from analysis.claims import audit_text
from analysis.claims.audit import audited
from analysis.scores import patterns, scorecard
from analysis.scores import tables as score_tables
from analysis.tables.scored_observations import of_run
from sim.engine.inputs import load_inputs
from sim.ensembles.job import Job
from sim.ensembles.run_job import do
from sim.files.case import BUNDLED
from sim.record.record import load_record
from sim.scenario.network import load_network

RUNS, SEED, SCENARIO = 100_000, 1, "kidal-offensive"
PAGE = """\
# Results: the model before any fit

{evidence}

Made by `python docs/make/results.py`: {runs:,} runs of `{scenario}`, seed {seed}, every parameter from
its prior. By hand: `kidal run {scenario} --runs {runs} --out prior`, `kidal compare prior`, `kidal audit`.
What the words and scores mean: [scoring](../guides/scoring.md).

{tables}

**Qualitative checks**

```
{patterns}
```

## What the auditor finds in the record

`kidal audit`: no simulation is asked.

```
{audit}
```
"""


def page() -> str:
    """The page, its numbers fresh."""
    record, found = load_record(), audited(load_record(), BUNDLED.path("record"), load_network())
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "prior"
        job = Job(inputs=load_inputs(SCENARIO), seed=SEED, runs=RUNS, draw=True, out=out)
        _, tables = do(job)
        own = of_run(tables, record)
        text = score_tables.markdown([scorecard.card(tables, own, "prior")])
        shares = patterns.text(tables, own)
    return PAGE.format(
        evidence=evidence.lines(evidence.kept()),
        runs=RUNS,
        seed=SEED,
        scenario=SCENARIO,
        tables=text,
        patterns=shares,
        audit=audit_text.text(found, whole=False),
    )


if __name__ == "__main__":
    (Path(__file__).resolve().parent.parent / "results/results.md").write_text(page(), encoding="utf-8")
