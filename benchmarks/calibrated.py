"""Is the instrument calibrated? Fits and Bayes factors on records that the model wrote itself.

    python benchmarks/calibrated.py sbc --fits 200        # ranks of known truths in the fit `october`
    python benchmarks/calibrated.py factors --records 500 # posterior probabilities of known models
    python benchmarks/calibrated.py page                  # all, as docs/results/calibrated.md

What is done is kept in the user's cache folder by a hash of what decides it: stopped, it goes on, and the
same sizes again take no time.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import process_time

import numpy as np
from matplotlib.figure import Figure

from analysis.evidence.joint import LogEstimate
from analysis.figures.base.canvas import styled
from analysis.figures.base.page import key_line, key_patch, save, sheet
from analysis.figures.base.style import BAND_COLOUR, INK
from analysis.inference import self_checks
from analysis.inference.self_checks import MOST_ERRORS, SLOPES, ModelProbabilities
from analysis.words.text import markdown_table
from sim.console import Progress
from sim.engine.inputs import load_inputs
from sim.store.rules_number import RULES
from sim.studies.calibration.plan import load_plan
from sim.studies.evidence.model_factors import FactorPlan, Factors, factors
from sim.studies.evidence.pseudo_fits import SETTINGS, FitPlan, TruthRanks, truth_ranks

PLAN, SCENARIO = "october", "gao-anefis"
MODELS = {
    "base": (),
    "contact pace everywhere": ("contact-on-contested-road",),
    "fights by night too": ("hazard-by-night",),
    "no contact pace": ("without-contact",),
}
"""What is weighed, by its hypotheses: rules that October could say something about."""
EDGES = (0.0, 0.1, 0.2, 0.3, 0.5, 1.0)
"""Bins of the reliability table."""
ENOUGH = (0.0, 30.0, 100.0)
"""Effective runs from which records are judged once more by themselves."""
SHORT = FactorPlan(records=10_000, rows=3, pool=4_000_000)
"""Records so short that whole runs weigh them nearly exactly: what is off then is the arithmetic."""
WHOLE = FactorPlan(records=500, pool=1_000_000)
"""Records as long as October's, of which most rest on few runs."""
DOCS = Path(__file__).parents[1] / "docs"
PAGE, PICTURE = DOCS / "results" / "calibrated.md", DOCS / "figures" / "calibrated-ranks.png"


# --- fits --------------------------------------------------------------------------------------------------


def ranks(size: FitPlan) -> TruthRanks:
    """Fits of pseudo-records, with a bar."""
    with Progress(size.fits, what="fits", silent=1) as progress:
        progress.begin(0, "")
        return truth_ranks(load_plan(PLAN), size, progress=progress)


def rank_lines(found: TruthRanks, points: int) -> list[list[str]]:
    """A row a parameter: ranks below, their band, and how far truths are found."""
    count = len(found.ranks)
    one, every = self_checks.bands(count), self_checks.bands(count, family_level(found))
    lines = [["parameter", "mean rank", "outside its 95 % band", "outside the band of all", "correlation"]]
    for place, name in enumerate(found.names):
        away = self_checks.difference(found.ranks[:, place], points)
        linked = np.corrcoef(found.truths[:, place], found.means[:, place])[0, 1]
        lines.append(
            [
                name,
                f"{(found.ranks[:, place].mean() + 0.5) / (points + 1):.2f}",
                *("yes" if band.outside(away) else "no" for band in (one, every)),
                f"{linked:+.2f}",
            ]
        )
    return lines


def family_level(found: TruthRanks) -> float:
    """The level of a parameter's band at which all parameters together are inside with 95 %."""
    return float(1.0 - 0.05 / len(found.names))


def rank_words(found: TruthRanks, size: FitPlan) -> str:
    """How many parameters are outside, and the noise of the likelihood."""
    lines = rank_lines(found, size.settings.points)[1:]
    outside = sum(line[2] == "yes" for line in lines)
    beyond = sum(line[3] == "yes" for line in lines)
    settings = size.settings
    return (
        f"{size.fits} fits of {settings.points} points, {size.runs} runs a filter at most (the plan's own: "
        f"300), {settings.last_moves:g} moves a point at the end: {outside} of {len(lines)} parameters leave "
        f"their 95 % band (about {0.05 * len(lines):.0f} is expected of a calibrated fit), {beyond} leave "
        f"the band that holds for all of them at once. Variance of the log likelihood, median over fits: "
        f"{np.median(found.noise):.1f} (largest {found.noise.max():.1f})."
    )


@styled
def rank_figure(found: TruthRanks, size: FitPlan) -> Figure:
    """A panel a parameter: ECDF of the truth's rank less the even one, over its bands."""
    count = len(found.ranks)
    one, every = self_checks.bands(count), self_checks.bands(count, family_level(found))
    across, tall, gap = 4, 0.95, (0.45, 0.4)
    down = -(-len(found.names) // across)
    key = [
        key_line("of the fits", color=INK, lw=1.2),
        key_patch("95 % band of one parameter", fc=BAND_COLOUR, ec="none"),
        key_patch("95 % band of all together", fc="#e4eef5", ec="none"),
    ]
    page = sheet(
        f"Ranks of known truths in {size.fits} fits of {PLAN}: difference from an even distribution",
        "Each panel: share of fits in which the truth's rank is lower, less that of even ranks. A calibrated "
        "fit stays within the dark band everywhere in 95 of 100 cases, parameter by parameter.",
        down * (tall + gap[1]),
        left=0.65,
        under=0.45,
        key=key,
    )
    for place, (axis, name) in enumerate(
        zip(page.panels(len(found.names), across, tall, gap, over=0.25), found.names, strict=True)
    ):
        for band, colour in ((every, "#e4eef5"), (one, BAND_COLOUR)):
            axis.fill_between(band.places, band.low, band.high, color=colour, lw=0, step="mid")
        away = self_checks.difference(found.ranks[:, place], size.settings.points)
        axis.plot(one.places, away, color=INK, lw=1.2, drawstyle="steps-mid")
        axis.axhline(0.0, color="white", lw=0.8, zorder=1)
        most = 1.15 * float(np.abs([every.low, every.high]).max())
        axis.set(xlim=(0.0, 1.0), ylim=(-most, most), xticks=(0.0, 0.5, 1.0))
        axis.set_title(name, fontsize=8.5, loc="left", pad=3)
    page.figure.supxlabel("rank of the truth, as a share of points", fontsize=8.5, y=0.105)
    return page.figure


# --- models ------------------------------------------------------------------------------------------------


def weighed(plan: FactorPlan, most_filtered: int) -> Factors:
    """Models on records that they wrote, with a bar for what filters weigh."""
    models = [load_inputs(SCENARIO, [], [], list(with_)) for with_ in MODELS.values()]
    with Progress(max(1, most_filtered), what="records by filters", about=True, silent=1) as progress:
        progress.begin(0, "")
        return factors(models, plan, most_filtered=most_filtered, progress=progress)


def worth(found: Factors) -> np.ndarray:
    """How many independent runs the worst of a record's log probabilities is worth (records,)."""
    runs = np.where(np.isnan(found.errors), found.effective, 1.0 / np.maximum(found.errors, 1e-6) ** 2)
    return np.asarray(runs.min(axis=1))


def judged_from(found: Factors, least: float) -> ModelProbabilities:
    """The records whose log probabilities are worth so many runs or more."""
    chosen = worth(found) >= least
    return ModelProbabilities(logs=found.judged.logs[chosen], wrote=found.judged.wrote[chosen])


def model_lines(found: Factors, least: float) -> list[list[str]]:
    """A row a model: its mean probability and what it is over, and Spiegelhalter's z, by some records."""
    judged = judged_from(found, least)
    models, prior = (
        zip(MODELS, judged.means(), judged.excess(), judged.spiegelhalter(), strict=True),
        (1.0 / len(MODELS)),
    )
    head = [
        "model",
        "mean probability",
        "errors from prior",
        "less its share of records",
        "Spiegelhalter's z",
    ]
    return [
        head,
        *(
            [name, _plain(mean), f"{(mean.value - prior) / mean.error:+.1f}", _plain(over, "+"), f"{z:+.2f}"]
            for name, mean, over, z in models
        ),
    ]


def _plain(estimate: LogEstimate, sign: str = "") -> str:
    return f"{estimate.value:{sign}.3f} ({estimate.error:.3f})"


def verdicts(found: Factors, least: float) -> list[list[str]]:
    """A row a criterion: what was found, what is asked for, whether it is met."""
    judged, prior = judged_from(found, least), 1.0 / len(MODELS)
    away = max(abs(mean.value - prior) / mean.error for mean in judged.means())
    share = max(abs(over.value) / over.error for over in judged.excess())
    z = max(abs(one) for one in [*judged.spiegelhalter(), judged.spiegelhalter_of_all()])
    slope = judged.slope()
    within = f"at most {MOST_ERRORS:g}"
    lines = [
        ["mean probability from prior, largest, in errors", f"{away:.1f}", within, _met(away <= MOST_ERRORS)],
        ["mean probability from share written, the same", f"{share:.1f}", within, _met(share <= MOST_ERRORS)],
        ["Spiegelhalter's z, largest of models and all", f"{z:.2f}", within, _met(z <= MOST_ERRORS)],
        ["logistic slope", _plain(slope), "0.8 to 1.25", _met(SLOPES[0] <= slope.value <= SLOPES[1])],
    ]
    chosen_by_record = 1 if least > 0.0 else 0  # their prior is not one over the number of models
    return [["criterion", "found", "asked for", "met"], *lines[chosen_by_record:]]


def _met(holds: bool) -> str:
    return "yes" if holds else "no"


def reliability_lines(found: Factors, least: float) -> list[list[str]]:
    """A row a bin of posterior probability."""
    head = ["records and models", "mean probability", "share that wrote", "error if calibrated"]
    lines = self_checks.reliability(judged_from(found, least), EDGES)
    return [head, *([f"{count}", f"{p:.3f}", f"{y:.3f}", f"{error:.3f}"] for count, p, y, error in lines)]


def factor_text(found: Factors, plan: FactorPlan) -> str:
    """Every table on models."""
    effective = found.effective.min(axis=1)
    low, middle, high = np.quantile(effective, (0.05, 0.5, 0.95))
    which = "all rows" if plan.rows is None else f"the first {plan.rows} rows"
    parts = [
        f"{plan.records:,} records of `{SCENARIO}` ({which} before any that is held out), each written "
        f"by one of {len(MODELS)} models drawn with equal weight and weighed by {plan.pool:,} whole runs of "
        f"each model, which are worth {middle:.0f} runs at the median record for the worst model (5 to 95 %: "
        f"{low:.1f} to {high:.0f})."
    ]
    if found.filtered.any():
        parts[0] += (
            f" {int(found.filtered.sum())} of the records, those with the fewest, were "
            f"weighed by {plan.islands.islands} islands of {plan.islands.runs:,} runs instead."
        )
    for least in ENOUGH:
        count = int((worth(found) >= least).sum())
        if count < 20:
            continue
        which = "All records" if least == 0.0 else f"Records worth {least:.0f} runs or more for each model"
        parts += [f"**{which}: {count}**", _table(verdicts(found, least)), _table(model_lines(found, least))]
        parts.append(_table(reliability_lines(found, least)))
    return "\n\n".join(parts)


def _table(lines: Sequence[Sequence[str]]) -> str:
    return str(markdown_table(lines[0], lines[1:]))


# --- the page ----------------------------------------------------------------------------------------------

HEAD = """\
# Is the instrument calibrated?

Made by `python benchmarks/calibrated.py {sizes}`, seed 1, with rules number {rules}. The model writes
records itself, with false reports by their weights and events that never come left unreported; what wrote
them is known. These are checks of the instrument. They say nothing of whether the model is right about
the campaign.

## Fits find known truths

{ranks}

![Ranks of known truths](../figures/calibrated-ranks.png)

{rank_table}

Correlation: of the truth with the mean of its posterior, over fits; near 0 October says nothing of it.

## Probabilities of models are as often right as they say

Records of the first rows alone are weighed nearly exactly: whatever is off there would be the arithmetic.
Records as long as October's rest on few runs, so that their logs have errors of their own, and errors
make probabilities too sure.

### Short records

{short}

### Records as long as October's

{whole}

Filters of `kidal evidence` look for the runs that whole runs miss; a test holds them against whole runs
on single records. They were not run over hundreds of records, so of long ones it is not known how far
filters mend what is off.

Mean probability with its standard error; errors from prior: how many of these it is away from one over the
number of models. Which records rest on more runs hangs on what they report, so a model's
prior among them is not one over the number of models: its share of them counts there. Logistic slope: log
probabilities times this, with a constant a model, fit best; below 1 they are too sure, as noise makes them.
"""


def page(fits: TruthRanks, size: FitPlan, short: Factors, whole: Factors) -> str:
    """The page."""
    points = size.settings.points
    return HEAD.format(
        sizes=f"page --fits {size.fits} --points {points} --runs {size.runs}",
        rules=RULES,
        ranks=rank_words(fits, size),
        rank_table=_table(rank_lines(fits, points)),
        short=factor_text(short, SHORT),
        whole=factor_text(whole, WHOLE),
    )


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=("sbc", "factors", "page"))
    parser.add_argument("--fits", type=int, default=200)
    parser.add_argument("--points", type=int, default=300, help="of a fit; three times as many of the prior")
    parser.add_argument("--runs", type=int, default=60, help="runs of a fit's filters")
    of_factors = parser.add_argument_group("of `factors` alone; a page has SHORT and WHOLE")
    of_factors.add_argument("--records", type=int, default=500)
    of_factors.add_argument("--rows", type=int, help="the first so many rows of a record alone")
    of_factors.add_argument("--pool", type=int, default=4_000_000, help="whole runs of each model")
    of_factors.add_argument(
        "--least", type=float, default=30.0, help="effective runs below which filters weigh"
    )
    of_factors.add_argument("--filtered", type=int, default=200, help="records that filters weigh, at most")
    given = parser.parse_args()
    began = process_time()
    settings = replace(SETTINGS, first=3 * given.points, points=given.points)
    size = FitPlan(fits=given.fits, runs=given.runs, settings=settings)
    plan = FactorPlan(records=given.records, rows=given.rows, pool=given.pool, least=given.least)
    if given.what == "factors":
        print(factor_text(weighed(plan, given.filtered), plan))
    else:
        fits = ranks(size)
        print(rank_words(fits, size), _table(rank_lines(fits, size.settings.points)), sep="\n\n")
        if given.what == "page":
            save(rank_figure(fits, size), PICTURE)
            PAGE.write_text(page(fits, size, weighed(SHORT, 0), weighed(WHOLE, 0)), encoding="utf-8")
    print(f"{process_time() - began:.0f} s of a processor")


if __name__ == "__main__":
    main()
