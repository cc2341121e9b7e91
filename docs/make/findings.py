"""Write docs/results/findings.md: what the model says, each sentence with the command that gives it.

`python docs/make/findings.py` runs all of it: some 17 minutes on two cores. What the commands
gave is kept in docs/results/findings.json, from which `python docs/make/findings.py --again` writes the page anew.
"""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import evidence

from analysis.inference.fits.fit_summary import quantiles
from analysis.words.names import baseline as baseline_name

HERE = Path(__file__).resolve().parent.parent
KEPT, PAGE = HERE / "results/findings.json", HERE / "results/findings.md"
RUNS, MANY = "20000", "60000"
OCTOBER, HOLD, WIDE = "october/posterior.yaml", "hold/posterior.yaml", "params/wide-hold.yaml"
OFFENSIVE = ["run", "kidal-offensive", "--runs", RUNS]
WHATIFS = (
    "drones-at-gao-only",
    "drones-forward-at-once",
    "radius-300-km",
    "no-mines",
    "half-the-fighters",
    "a-week-later",
)
COMMANDS: dict[str, list[str]] = {
    "october": ["calibrate", "october", "--points", "1500", "--out", "october"],
    "hold": ["calibrate", "hold", "--out", "hold"],
    "prior run": [*OFFENSIVE, "--out", "prior"],
    "posterior run": [*OFFENSIVE, "--params", OCTOBER, "--out", "posterior"],
    "wide run": [*OFFENSIVE, "--params", OCTOBER, "--params", WIDE, "--out", "wide"],
    "hold run": [*OFFENSIVE, "--params", OCTOBER, "--params", HOLD, "--out", "held"],
    "scores": ["compare", "prior", "posterior", "wide", "held"],
    "sobol": ["sensitivity", "kidal-offensive", "--method", "sobol", "--out", "sobol"],
    "groups": ["sensitivity", "kidal-offensive", "--method", "groups", "--out", "groups"],
    "box": ["discover", "prior", "kidal:capture", "--before", "2023-11-14"],
    "go": ["explain", "go-conditions", "--runs", MANY, "--params", OCTOBER, "--out", "go"],
    "drones": ["explain", "drone-stations", "--runs", MANY, "--params", OCTOBER, "--out", "stations"],
    "strikes": ["strikes"],
    **{name: ["whatif", "base", name, "--params", OCTOBER] for name in WHATIFS},
}
"""What is asked, in order: later ones read what earlier ones stored."""


def run(folder: Path) -> dict[str, Any]:
    """Run every command in a folder; returns what each gave."""
    found: dict[str, Any] = {}
    for name, words in COMMANDS.items():
        told = [str(HERE.parent / word) if word == WIDE else word for word in words]
        print(f"kidal {' '.join(words)}", file=sys.stderr, flush=True)  # noqa: T201
        call = [sys.executable, "-c", "from sim.cli import main; main()", *told, "--json"]
        done = subprocess.run(call, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"kidal {' '.join(words)} ended with {done.returncode}: {done.stderr[-500:]}")
        found[name] = KEEP.get(name, lambda given: given)(json.loads(done.stdout))
    return found


def _fit(given: dict[str, Any]) -> dict[str, Any]:
    """Of a fit, what the page tells."""
    for row in given["parameters"]:
        row |= {which: list(quantiles(row, which)) for which in ("prior", "posterior")}
    keys = (
        "parameters",
        "informed",
        "points",
        "effective",
        "effective_median",
        "ruled_out",
        "noise",
        "evidence",
    )
    return {key: given[key] for key in (*keys, "record", "rules", "held", "rows", "faults")}


def _runs(given: dict[str, Any]) -> dict[str, Any]:
    """Of some runs, the milestones with a report, and the displaced."""
    told = {name: row for name, row in given["milestones"].items() if "reported" in row}
    return {
        "parameters": given["parameters"],
        "all": given["share_within_all"],
        "milestones": told,
        "displaced": given["outcomes"]["displaced_to_border"],
    }


def _box(given: dict[str, Any]) -> dict[str, Any]:
    """Of a discovery, all but the other boxes."""
    return {key: value for key, value in given.items() if key != "curve"}


def _targets(given: dict[str, Any]) -> dict[str, Any]:
    """Of a sensitivity, the five first factors of each target."""
    for target in given["targets"]:
        target["factors"] = target["factors"][:5]
        del target["pairs"]
    return {"targets": given["targets"]}


def _scores(given: dict[str, Any]) -> dict[str, Any]:
    """Of the scores, those of the rows together, and of each held-out row."""
    return {
        name: {
            "together": card["together"],
            "rows": {
                row: {
                    k: told[k]
                    for k in ("group", "share_within", "score", "best_baseline", "skill", "q05", "q50", "q95")
                }
                for row, told in card["observations"].items()
                if told["use"] == "held out"
            },
        }
        for name, card in given["runs"].items()
    }


KEEP = {
    "october": _fit,
    "hold": _fit,
    "sobol": _targets,
    "groups": _targets,
    "box": _box,
    "scores": _scores,
    **dict.fromkeys(("prior run", "posterior run", "wide run", "hold run"), _runs),
}


# --- the page --------------------------------------------------------------------------------------------


def command(name: str) -> str:
    """A command as a reader types it."""
    return f"`kidal {' '.join(COMMANDS[name])}`"


def page(found: dict[str, Any]) -> str:
    """The page from what the commands gave."""
    of_evidence = evidence.kept()
    parts = [
        "# Findings",
        evidence.lines(of_evidence),
        "What this model says of this case, in plain words. Each paragraph names the command that gives its numbers; "
        "they were run in this order by `python docs/make/findings.py`, seed 1, in one folder. A model that is consistent "
        "with a case does not explain it, and nothing here is a validation.",
        *evidence.section(of_evidence),
        *learnt(found),
        *held_out(found),
        *displaced(found),
        *drivers(found),
        *rivals(found),
        *geometry(found),
        *otherwise(found),
        *failures(found),
    ]
    return "\n\n".join(parts) + "\n"


def learnt(found: dict[str, Any]) -> list[str]:
    """What October and the UN's column teach."""
    fit = found["october"]
    rows = sorted(fit["parameters"], key=lambda row: -row["contraction"])
    taught = [row for row in rows if row["contraction"] >= 0.25]
    untaught = [row["name"] for row in rows if row["contraction"] < 0.1]
    lines = ["| parameter | unit | prior 5 / 50 / 95 % | posterior | contraction |", "|---|---|---|---|---|"]
    lines += [
        f"| {row['name']} | {row['unit']} | {_span(row['prior'])} | {_span(row['posterior'])} | {row['contraction']:.2f} |"
        for row in taught
    ]
    both = [found[name]["all"] for name in ("prior run", "posterior run")]
    return [
        "## What October teaches",
        f"{command('october')}. Of {len(rows)} parameters the first stage, the UN's column and the displaced inform "
        f"{len(taught)} by a quarter of their variance or more, and {fit['informed']} directions by half. Of "
        f"{', '.join(untaught)} they teach next to nothing.",
        "\n".join(lines),
        f"The fit has {fit['points']:,} points, worth {fit['effective']:,.0f} to {fit['effective_median']:,.0f} "
        f"independent points; the variance of its log likelihood is {fit['noise']:.2f} (below 2 is asked). "
        f"{fit['ruled_out']:.0%} of the prior is ruled out by some row that could only be false there. The held-out "
        f"rows (groups {', '.join(fit['held'])}) were not read; the file that holds them had SHA-256 "
        f"`{fit['record'][:16]}...` before the fit.",
        f"All reported intervals at once are met by {_share(both[0])} of the prior's runs and {_share(both[1])} of the "
        f"posterior's ({command('prior run')}; {command('posterior run')}).",
    ]


def _share(share: float) -> str:
    """A share of runs in percent; none is said to be none."""
    return f"{share:.2%}" if share else "none"


def _title(row: str) -> str:
    """A report by its name for people: scores call a silence `, none before`."""
    event, silence, _ = row.partition(", none before")
    title = _titles().get(event, event)
    return f"{title}, not before" if silence else title


@cache
def _titles() -> dict[str, str]:
    """The names for people of all reports, by their rows."""
    return {one["row"]: one["title"] for one in evidence.kept()["base"]["rows"]}


def held_out(found: dict[str, Any]) -> list[str]:
    """How well October predicts November and December."""
    names = {
        "prior": "before any fit",
        "posterior": "fitted to October",
        "wide": "fitted to October, the hold's priors doubled in log-sd",
        "held": "fitted to October and the hold (group A is then fitted, no prediction)",
    }
    groups = [g for g in found["scores"]["prior"]["together"] if g != "all"]
    lines = [
        "| runs | " + " | ".join(f"{g}: score, best baseline" for g in groups) + " |",
        "|---" * (len(groups) + 1) + "|",
    ]
    for name, word in names.items():
        cells = []
        for group in groups:
            own = found["scores"][name]["together"].get(group)
            alike = own is not None and own["rows"] == found["scores"]["prior"]["together"][group]["rows"]
            best = own["best_baseline"] if alike else ""
            cells.append(
                f"{own['score']:.2f}, {own['baselines'][best]:.2f} ({baseline_name(best)})" if alike else "-"
            )
        lines.append(f"| {word} | {' | '.join(cells)} |")
    rows = [
        "| report | before | fitted | best baseline's lead on the fitted model (nats) |",
        "|---|---|---|---|",
    ]
    before, after = found["scores"]["prior"]["rows"], found["scores"]["posterior"]["rows"]
    for row, told in after.items():
        rows.append(
            f"| {_title(row)} | {before[row]['score']:.2f} | {told['score']:.2f} | {-told['skill']:+.2f} "
            f"({baseline_name(told['best_baseline'])}) |"
        )
    lost = [_title(row) for row, told in after.items() if told["skill"] < 0.0]
    return [
        "## How well October predicts November and December",
        f"{command('scores')}. Log scores in nats, lower is better, summed over the observations of a group; baseline forecasts know the "
        "roads, a constant speed and, where a date is named, a date that was published; no model.",
        "\n".join(lines),
        "\n".join(rows),
        f"A baseline forecast beats the fitted model on {len(lost)} of {len(after)} held-out rows"
        + (f": {'; '.join(lost)}." if lost else ".")
        + _lost_groups(found["scores"]["posterior"]["together"]),
    ]


def _lost_groups(together: dict[str, Any]) -> str:
    """The groups of held-out observations on which a baseline is ahead on the whole."""
    lost = [
        name
        for name, told in together.items()
        if name.startswith("held out ") and told["skill_per_observation"] < 0.0
    ]
    return f" Group by group, one baseline is ahead on: {', '.join(lost)}." if lost else ""


DISPLACED_RUNS = {
    "prior run": "before any fit",
    "posterior run": "fitted to October and to this report",
}
"""The runs whose displaced are shown."""


def displaced(found: dict[str, Any]) -> list[str]:
    """How many set out for the border, beside the report, and how many left their towns."""
    rows = {word: found[name]["displaced"] for name, word in DISPLACED_RUNS.items()}
    lines = [
        "| runs | for the border: 5 / 50 / 95 % | within the report | all who left: 5 / 50 / 95 % |",
        "|---|---|---|---|",
    ]
    for word, row in rows.items():
        given, left = row["as_reported"], row["beside"]
        lines.append(f"| {word} | {_persons(given)} | {given['share_within']:.1%} | {_persons(left)} |")
    prior_row = rows["before any fit"]
    (low, high), prior = prior_row["reported"], prior_row["as_reported"]
    share = prior["mean"] / prior_row["beside"]["mean"]
    return [
        "## The displaced",
        f"{'; '.join(map(command, DISPLACED_RUNS))}. The report is of {low:,} to {high:,} people of the region who fled "
        "towards the border by 7 November; beside it are those who set out for a place at the border by the end of that "
        f"day, in the {prior['runs']:,} runs whose events are kept. All who left their towns by then are no report's "
        "number and are not scored.",
        "\n".join(lines),
        f"{' '.join(_near(word, row) for word, row in rows.items())} In the model {share:.0%} of those who leave set out "
        "for the border. The people of the towns are those of the census of 2009 times `population_growth`, an "
        "assumption that was put in knowing of this miss; no mechanism was.",
    ]


def _near(word: str, row: dict[str, Any]) -> str:
    """A sentence: whether runs come near the report of the displaced."""
    given, (low, high) = row["as_reported"], row["reported"]
    runs = f"Of the runs {word}"
    if given["share_within"] == 0.0:
        return f"{runs} none lies within the report."
    if given["q95"] < low:
        return f"{runs} more than 95 % lie below the report."
    if given["q05"] > high:
        return f"{runs} more than 95 % lie above the report."
    return f"{runs} {given['share_within']:.0%} lie within the report."


def _persons(row: dict[str, Any]) -> str:
    return " / ".join(f"{row[key]:,.0f}" for key in ("q05", "q50", "q95"))


ASKED = ("Pr(event)", "restricted mean time", "mean time given the event")
"""The quantities whose indices the page shows."""


def drivers(found: dict[str, Any]) -> list[str]:
    """What drives whether and when, by parameter and by group, and the box of early captures."""
    return [
        "## What drives the dates",
        f"{command('sobol')}. Total indices with 95 % intervals, of whether a milestone comes in the scenario's days "
        "(Pr(event)), of the restricted mean time (days to it, never counted as the end; it mixes whether and when), "
        "and of the mean time given the event. No index is given whose interval passes 1: of it stands the lower end "
        "alone, with the number of design points whose values carry half of the variance. The share of chance is what "
        "single runs owe to it alone.",
        _drivers_table(found["sobol"]["targets"]),
        f"{command('groups')}. The same by groups of parameters that move together, so that what those of a group do "
        "with each other counts for the group.",
        _drivers_table(
            [target for target in found["groups"]["targets"] if target["milestone"].endswith(":capture")]
        ),
        *_box_words(found["box"]),
    ]


def _drivers_table(targets: list[dict[str, Any]]) -> str:
    """A row for each milestone and quantity: the first indices, and the share of chance."""
    rows = ["| milestone | of | largest total indices | share of chance |", "|---|---|---|---|"]
    for target in targets:
        if target["quantity"] in ASKED:
            chance = "" if target["chance"] is None else "{:.2f} [{:.2f}, {:.2f}]".format(*target["chance"])
            words = f"{target['milestone']} | {target['quantity']} | {_first_factors(target)} | {chance}"
            rows.append(f"| {words} |")
    return "\n".join(rows)


def _first_factors(target: dict[str, Any]) -> str:
    """The first indices of a target that are 0.01 or more, and what is not determined."""
    if not target["factors"]:
        return "; ".join(target["notes"])
    known, open_ = [], False
    for one in target["factors"][:4]:
        if one["total"] is None:
            above = one["above"]["total"]
            known.append(
                f"{one['factor']} not determined" + (f", above {above:.2f}" if above >= 0.01 else "")
            )
            open_ = True
        elif one["total"][0] >= 0.01:
            known.append("{} {:.2f} [{:.2f}, {:.2f}]".format(one["factor"], *one["total"]))
    points = target["points"] + target["missing"]
    why = f" ({target['carriers']:,} of {points:,} points carry half of the variance)" if open_ else ""
    return f"{', '.join(known)}{why}"


def _ends(low: float | None, high: float | None) -> str:
    """The ends of a parameter in a box."""
    if low is None:
        return f"below {high:.3g}"
    return f"above {low:.3g}" if high is None else f"{low:.3g} to {high:.3g}"


def _box_words(box: dict[str, Any]) -> list[str]:
    """In which ranges of a few parameters the event of a discovery is frequent."""
    asked = f"{command('box')}. Of {box['cases']:,} {box['of']} {box['base']:.0%} have {box['milestone']} before {box['before']}."
    if not box["is_box"]:
        return [f"{asked} No box of a few parameters makes that more frequent than chance does."]
    best, rows = (
        box["box"],
        ["| parameter | box | all, 5 to 95 % | quasi-p-value | found again |", "|---|---|---|---|---|"],
    )
    for one in box["parameters"]:
        ends = _ends(one["low"], one["high"])
        p = "< 0.001" if one["chance"] < 0.001 else f"{one['chance']:.2g}"
        span = f"{one['all_low']:.3g} to {one['all_high']:.3g} {one['unit']}".rstrip()
        rows.append(f"| {one['parameter']} | {ends} {one['unit']} | {span} | {p} | {one['stability']:.0%} |")
    return [
        f"{asked} In the box below they are {best['density']:.0%} (density); it has {best['coverage']:.0%} of them "
        f"(coverage) and {best['mass']:.0%} of all {box['of']} (mass). It was found in one half of the {box['of']} and "
        "judged by the other. A box says where the event is frequent in this model, not what causes it.",
        "\n".join(rows),
    ]


def rivals(found: dict[str, Any]) -> list[str]:
    """Which story the evidence can bear."""
    parts = ["## Which story the record can bear"]
    for name, about in (
        ("go", "the conditions for the advance on Kidal"),
        ("drones", "the drones' radius and station"),
    ):
        told = found[name]
        lines = [
            "| alternative | log Bayes factor | effective runs | without its dated rows | rank, wider priors |",
            "|---|---|---|---|---|",
        ]
        ranks = {one["name"]: one["rank"] for one in told["wide"]["alternatives"]}
        shown = [one for one in told["alternatives"] if one["rank"] <= 8 or not one["dates"]]
        for one in shown:
            star = " *" if one["dates"] else ""
            without = "" if one["without"] is None else f"{one['without']:+.2f}"
            lines.append(
                f"| {one['name']}{star} | {one['factor']:+.2f} +- {one['factor_error']:.2f} | {one['effective']:.0f} | {without} | "
                f"{ranks.get(one['name'], '-')} |"
            )
        refuted = [one["name"] for one in told["alternatives"] if one["refuted"]]
        best = told["missing"][0]
        parts += [
            f"{command(name)}: {about}, by the rows {', '.join(told['rows'])}. {told['conclusion']}",
            "\n".join(lines),
            (
                f"Shown are the first 8 of {len(told['alternatives'])}, and those that name no date. "
                if len(shown) < len(told["alternatives"])
                else ""
            )
            + "A star marks an alternative that names a date within a week of what is asked, and may have been chosen by it; "
            "beside it its log factor against the best alternative, both without the rows of its dates."
            + (f" Excluded unless a report is false: {', '.join(refuted)}." if refuted else "")
            + _missing(best),
        ]
    return parts


def _missing(best: dict[str, Any]) -> str:
    """A sentence: which date would distinguish the alternatives, and by how much of the entropy (nats)."""
    if best["worth"] < 0.01:
        return " No date that is not asked would distinguish them."
    share = best["worth"] / best["most"]
    return f" The date of most expected information gain is that of {best['milestone']}: {share:.0%} of the entropy ({best['worth']:.2f} nats)."


def geometry(found: dict[str, Any]) -> list[str]:
    """What the strikes alone say."""
    bases = found["strikes"]["bases"]
    count = sum(strike["test"] for strike in found["strikes"]["strikes"])
    said = [
        f"from {base['place']} {'no radius covers all' if base['least_km'] is None else f'''{base['least_km']:.0f} km cover all'''}"
        for base in bases
    ]
    return [
        "## What the strikes alone say",
        f"{command('strikes')}; no model is run. {count} dated strikes bear on base and radius: {'; '.join(said)}. "
        "A station that moves explains what its places explain, each in its time.",
    ]


def otherwise(found: dict[str, Any]) -> list[str]:
    """What would have been otherwise."""
    wanted = ("anefis:capture", "kidal:capture", "aguelhok:capture")
    lines = [
        "| otherwise | "
        + " | ".join(f"{name}: median (5 to 95 %) h, same, only without, only with" for name in wanted)
        + " |",
        "|---" * 4 + "|",
    ]
    worth = []
    for name in WHATIFS:
        rows = {row["milestone"]: row for row in found[name]["milestones"]}
        cells = []
        for milestone in wanted:
            row = rows[milestone]
            low, middle, high = row["hours"] or (float("nan"),) * 3
            cells.append(
                f"{middle:+.0f} ({low:+.0f} to {high:+.0f}), {row['same']:.0%}, {row['only_a']:.1%}, {row['only_b']:.1%}"
            )
            worth += [row["variance_reduction"]] if row["variance_reduction"] else []
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return [
        "## What would have been otherwise",
        f"{command(WHATIFS[0])}, and so on. In the model, with common random numbers run by run: by how many hours it comes later, of "
        "the runs in which it comes both ways; the share of runs in which nothing changes; and the shares in which it comes "
        "only without the change, and only with it. Where drones are a condition for resuming the advance and stay at Gao, the what-if takes "
        "that condition away too, so what it shows is not the drones' work alone.",
        "\n".join(lines),
        f"The variance-reduction factor of common random numbers is {min(worth):.1f} to {max(worth):.0f} in variance, where it is finite.",
    ]


def failures(found: dict[str, Any]) -> list[str]:
    """What does not fit."""
    rows = sorted(found["october"]["rows"], key=lambda row: row["share"])[:4]
    said = [f"{_title(row['row'])} ({row['share']:.3f})" for row in rows]
    return [
        "## Misses",
        f"{command('october')}: even after the fit the least probable reports are {', '.join(said)}; a number is the "
        "probability of the very report, in points of the posterior. October informs neither refit, nor drones "
        "forward, nor planning: what is said of the resumed advance leans on assumptions that knew the outcome. Three rules were "
        "chosen by people who knew the outcome, beside numbers that are labelled so and have priors (the contact pace, the leaving by night, the pace of the last leg); "
        "their alternatives are among the hypotheses.",
    ]


def _span(values: list[float]) -> str:
    """Numbers of a range, one behind the other."""
    return " / ".join(f"{value:.3g}" for value in values)


if __name__ == "__main__":
    if "--again" not in sys.argv:
        place = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent / "runs" / "findings"
        place.mkdir(parents=True, exist_ok=True)
        KEPT.write_text(json.dumps(run(place), indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(json.loads(KEPT.read_text(encoding="utf-8"))), encoding="utf-8")
