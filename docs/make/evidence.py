"""Run the evidence that docs/results tell of, and keep it: `python docs/make/evidence.py`.

The base model, the alternatives and the ladder (params/evidence) are weighed by `kidal evidence`, run at the root of
this checkout so that docs/decisions/looks.csv counts each look; islands that are kept in the user's cache are not run
again. What comes is docs/results/evidence.json, from which pages are written; `lines` are the first ones of each.
"""

import json
import subprocess
import sys
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from analysis.evidence.discrepancy_tables import LEAST_POWER
from analysis.evidence.joint import Evidence, jackknife
from sim.chance.keyed_arrays import replicate_seeds
from sim.engine.inputs import load_inputs
from sim.ensembles.ensemble import ensemble
from sim.record.record import load_record
from sim.scenario.reading import chief_scenario
from sim.studies.evidence.plan import load_evidence_plan
from sim.studies.moving_parameters import moving_parameters

HERE = Path(__file__).resolve().parent.parent
KEPT = HERE / "results/evidence.json"
PLANS = {
    "base": ["evidence", "--islands", "64"],
    "alternatives": ["evidence", "alternatives", "--runs", "20000"],
    "ladder": ["evidence", "ladder", "--runs", "20000"],
    "all within": ["evidence", "--all-within"],
    "discrepancies": ["discrepancies", "kidal-offensive"],
    "discrepancies, all true": ["discrepancies", "kidal-offensive", "--all-true"],
}
"""What is asked, by the name under which it is kept."""
EITHER = "calendar: either, half and half"
OTHER_CALENDAR = "calendar by march speed"
FROM_GAO = "contested from Gao"
DIGITS = 4
"""Decimals of a number that are kept; significant digits of a small one."""
SMALL = 0.01
ERRORS = 2.0
"""A mechanism pays if the whole is ahead of the model without it by more than this many standard errors."""


def command(name: str) -> str:
    """A command as a reader types it."""
    return f"`kidal {' '.join(PLANS[name])}`"


def run(name: str) -> dict[str, Any]:
    """What a command gives, numbers rounded. Raises SystemExit if it fails."""
    print(f"kidal {' '.join(PLANS[name])}", file=sys.stderr, flush=True)  # noqa: T201
    call = [sys.executable, "-c", "from sim.cli import main; main()", *PLANS[name], "--json"]
    done = subprocess.run(call, cwd=HERE.parent, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"kidal {' '.join(PLANS[name])} ended with {done.returncode}")
    found: dict[str, Any] = json.loads(done.stdout, parse_float=_rounded)
    for check in found.get("discrepancies", ()):
        del check["pseudo"]  # a number a record: what is told of them stands beside
    return found


def _rounded(text: str) -> float:
    """A number to some decimals; a small one to as many digits."""
    value = float(text)
    return round(value, DIGITS) if abs(value) > SMALL else float(f"{value:.{DIGITS}g}")


def parameters() -> dict[str, int]:
    """How many parameters move a scored milestone or number of each rung of the ladder: found by running."""
    plan = load_evidence_plan("ladder", chief_scenario())
    counted = [row["row"].removesuffix(" (silence)") for row in json.loads(KEPT.read_text())["base"]["rows"]]
    whole = load_inputs(chief_scenario())
    names = {*counted, *(f"mines:{column.id}" for column in whole.loaded.scenario.columns)}
    return {
        model.name: len(moving_parameters(model.inputs, of=names))
        for model in plan.models
        if model.inputs is not None
    }


def costs() -> dict[str, float]:
    """The time that a run of each rung of the ladder takes, as a share of the whole's: medians over rounds.

    Rungs take turns in each round, so that a slow minute of the machine falls on all of them.
    """
    plan = load_evidence_plan("ladder", chief_scenario())
    models = {model.name: model.inputs for model in plan.models if model.inputs is not None}
    seconds: dict[str, list[float]] = {name: [] for name in models}
    seeds = replicate_seeds(1, np.arange(RUNS_A_ROUND))
    drawn = {name: inputs.parameters.draws(seeds) for name, inputs in models.items()}
    for _ in range(1 + ROUNDS):
        for name, inputs in models.items():
            began = process_time()
            ensemble(inputs.template, drawn[name], seeds, spread=True, workers=1)
            seconds[name].append(process_time() - began)
    whole = np.array(seconds[plan.models[0].name][1:])  # the first round compiles
    return {name: round(float(np.median(np.array(of[1:]) / whole)), 2) for name, of in seconds.items()}


ROUNDS, RUNS_A_ROUND = 9, 2000


def keep(found: dict[str, Any]) -> None:
    """Write what was found, without a space."""
    KEPT.write_text(json.dumps(found, separators=(",", ":")) + "\n", encoding="utf-8")


def kept() -> dict[str, Any]:
    """What was found and kept."""
    found: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
    return found


def lines(found: dict[str, Any]) -> str:
    """The first lines of a page: ahead or behind the composite baseline, on what, and what that hangs on."""
    base = found["base"]["models"][0]
    by_name = {one["name"]: one for one in found["alternatives"]["models"]}
    first = next(number for number, row in enumerate(found["base"]["rows"]) if row["part"] == "held out")
    rest = len(found["base"]["rows"]) - first
    before, after = base["lead_before"], base["lead_after"]
    either, other = by_name[EITHER], by_name[OTHER_CALENDAR]
    same = found["alternatives"]["models"][0]
    return (
        f"**Log Bayes factor of the model against the composite baseline: {number(after)} nats on the {rest} reports "
        f"that follow October, {number(before)} on the {first} of October** ({command('base')}; standard errors of "
        f"{base['islands']} islands of {base['runs']:,} runs; positive: the model is ahead). {_split(found['base'], first)} "
        f"What it says of November hangs on one rule that was chosen knowing the outcome, the calendar that counts "
        f"back by the pace of the last leg: with the other calendar on file, by march speed, it is "
        f"{number(other['lead_after'])}, and with both at equal weight {number(either['lead_after'])} "
        f"({command('alternatives')}; the model alone by the same islands: {number(same['lead_after'])}). "
        f"It hangs as well on an input that was chosen so, the place from which the road is contested: from Gao, and not "
        f"from Tarkint, it is {number(by_name[FROM_GAO]['lead_after'])}. {_could_go(found)} "
        f"{_no_opinion(found['base'])}"
    )


def _split(found: dict[str, Any], first: int) -> str:
    """What of the lead on what follows is of the reports that are held out, and of those to fit among them."""
    base = found["models"][0]
    rival = next(one for one in found["baselines"] if one["name"] == found["opponent"])
    both = _filtered(base), _filtered(rival)
    places = list(range(first, len(found["rows"])))
    parts = {place: found["rows"][place]["part"] for place in places}
    held = _summed(*both, [place for place in places if parts[place] == "held out"])
    fitted = _summed(*both, [place for place in places if parts[place] == "fit"])
    return (
        f"Of what follows, the reports that are held out give {number(held)} and those to fit among them (the UN's "
        f"column, the displaced) {number(fitted)}."
    )


def _filtered(one: dict[str, Any]) -> Evidence:
    """The islands of a model or baseline as they are kept; what its rows are stands elsewhere."""
    logs, roots = np.array(one["logs"], float), np.array(one["roots"], int)
    return Evidence(name=one["name"], rows=(), logs=logs, roots=roots, runs=one["runs"])


def _summed(model: Evidence, baseline: Evidence, places: list[int]) -> dict[str, float]:
    """What some rows, by their places, give to the lead of a model over a baseline."""

    def lead(islands: np.ndarray) -> float:
        rows = [(place, place + 1) for place in places]
        return sum(model.added(islands, *row) - baseline.added(islands, *row) for row in rows)

    return jackknife(lead, len(model.logs))._asdict()


def _no_opinion(found: dict[str, Any]) -> str:
    """Where a forecast without any opinion is ahead of the composite baseline on October."""
    of = {one["name"]: one["before"]["value"] for one in found["baselines"]}
    uniform, composite = of["uniform"], of[found["opponent"]]
    if uniform <= composite:
        return ""
    return (
        f"On October a forecast without any opinion is ahead of the composite itself ({uniform:.2f} against "
        f"{composite:.2f}): against that one the model leads there by {found['models'][0]['before']['value'] - uniform:+.2f}."
    )


def _could_go(found: dict[str, Any]) -> str:
    """What the ladder says could go: mechanisms without which the evidence is no worse."""
    gains = _without(found)
    paying = [name for name, (value, error) in gains.items() if pays(value, error)]
    idle = [name for name in gains if name not in paying]
    said = f"By the ladder ({command('ladder')}) these mechanisms pay for themselves: {_listed(paying)}; "
    weak = [one["name"] for one in found["ladder"]["models"] if one["rests_on_one"]]
    remark = f" No estimate yet, since one island has most of the sum: {_listed(weak)}." if weak else ""
    return f"{said}without any one of these the evidence is not measurably worse: {_listed(idle)}.{remark}"


def pays(value: float, error: float) -> bool:
    """Whether a lead is one: not where nothing moved, on the same keys, so that both are 0."""
    return value > 0.0 and value > ERRORS * error


def _without(found: dict[str, Any]) -> dict[str, tuple[float, float]]:
    """By how much the whole is ahead of the model without each mechanism (nats, standard error)."""
    rows = {one["name"]: one for one in found["ladder"]["models"]}
    return {
        name.removeprefix("without "): (0.0 - one["over_first_all"]["value"], one["over_first_all"]["error"])
        for name, one in rows.items()
        if name.startswith("without ")
    }


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "none"


def number(estimate: dict[str, float]) -> str:
    """A log Bayes factor with its standard error."""
    return f"{estimate['value']:+.2f} ± {estimate['error']:.2f}"


def section(found: dict[str, Any]) -> list[str]:
    """Joint evidence on a page: the baselines, the rows, the alternatives, the ladder."""
    return [
        "## Joint evidence",
        "All reports of the offensive at once, each at its own interval and in order of time; a row's share is its "
        "probability given those before it. Logs in nats; before and after are the rows before and after the first "
        "that is held out. The composite baseline was fixed before any number of this page, "
        "though after trials of the model "
        "([its page](../decisions/composite-baseline.md)). Whether such numbers are as sure as they say was tried on "
        "records that the model wrote itself: [is the instrument calibrated?](calibrated.md)",
        _baselines(found["base"]),
        _rows(found["base"]),
        f"{command('alternatives')}: every rule and input that has an alternative on file, on the same keys.",
        _models(found["alternatives"]),
        f"{command('ladder')}: the model built up by mechanism, and the whole without each. A model without a "
        "mechanism has no opinion of its events: such a row weighs as a false report. The number of parameters is that "
        "of those that move a scored row, found by running; time is that of a run, as a share of the whole's.",
        _models(found["ladder"], found["parameters"], found["costs"]),
        "Each mechanism alone, by the whole less the model without it. It pays if that is more than two standard errors. The "
        "description needs it if claims of the record are of such events, scored or not; what does neither could go.",
        _verdicts(found),
        *_discrepancies(found),
        f"{found['looks']:,} looks at this record are logged (`docs/decisions/looks.csv`; a model that was scored in two "
        "sizes, or under two names, counts twice), and some ten trials came before that log was begun: of so many, "
        "some are ahead by chance.",
    ]


def _verdicts(found: dict[str, Any]) -> str:
    """Of each mechanism: what it pays, whether the description needs it, and whether it could go."""
    claimed = {claim.event.partition(":")[2] for claim in load_record().claims}
    lines_ = ["| mechanism | pays (nats) | claims of the record are of | |", "|---|---|---|---|"]
    for name, (value, error) in _without(found).items():
        events = [word for word, ids in REPORTED.get(name, {}).items() if claimed & ids]
        verdict = "pays" if pays(value, error) else "the description needs it" if events else "could go"
        lines_.append(f"| {name} | {value:+.2f} ± {error:.2f} | {', '.join(events)} | {verdict} |")
    return "\n".join(lines_)


REPORTED = {
    "nights": {"harassing fire": {"harassment"}},
    "mines": {"mine strikes": {"mine"}},
    "ambushes": {"ambushes": {"ambush"}},
    "positions": {"fights at positions": {"contact", "clash", "breakthrough"}},
    "bypass": {"a position that is bypassed": {"round"}},
    "the decision": {"the advance resumed": {"go", "advance"}},
    "drones": {"air strikes": {"drone_strike"}},
    "reconnaissance": {"reconnaissance in force": {"probe"}},
    "raids": {"raids": {"raid"}},
    "displacement": {"displaced persons": {"displacement"}},
}
"""Events of claims by mechanism, in words; of contact's pace nothing can be claimed."""


def _discrepancies(found: dict[str, Any]) -> list[str]:
    """The record beside records that the model writes, and how probable it is that all intervals are met."""
    checks = found["discrepancies"]
    false = list(checks["discrepancies"][0]["power"])
    head = ["check", "percentile", "verdict", *false, "own records", "three days later"]
    rows = [head, ["---"] * len(head)]
    for one in checks["discrepancies"]:
        power = [f"{one['power'][name]:.2f}" for name in false]
        also = [f"{one[name]:.2f}" for name in ("false_alarms", "shifted")]
        rows.append([one["name"], f"{one['percentile']:.0f}", one["verdict"], *power, *also])
    able = {plan: _able(found[plan]) for plan in ("discrepancies", "discrepancies, all true")}
    within = found["all within"]["models"][0]
    return [
        f"{command('discrepancies')}: where the record stands among {checks['records']:,} records that the model writes, and "
        "the share of such records outside of the central 95 %: of four false models (the power of the check), of other "
        "records of the model itself (about 0.05), and of these with all dates three days later.",
        "\n".join(f"| {' | '.join(row)} |" for row in rows),
        f"Of these checks, {_telling(able['discrepancies'])}. If all reports were true "
        f"({command('discrepancies, all true')}), {_telling(able['discrepancies, all true'])}.",
        f"All {len(within['rows'])} dated reports and silences are met at once by a run with a "
        f"probability of {within['share']:.1e} (relative standard error {within['relative_error']:.0%}; "
        f"{command('all within')}): a product of narrow intervals, which is small for whatever happened.",
    ]


def _telling(able: list[str]) -> str:
    """Which checks can tell anything."""
    if not able:
        return f"none has a power of {LEAST_POWER} against any of the four false models, and none can tell"
    return f"those with a power of {LEAST_POWER} against some false model are {_listed(able)}; the others cannot tell"


def _able(found: dict[str, Any]) -> list[str]:
    """The checks that would find some false model often enough to tell anything."""
    return [one["name"] for one in found["discrepancies"] if max(one["power"].values()) >= LEAST_POWER]


def _baselines(found: dict[str, Any]) -> str:
    base = found["models"][0]
    head = "| forecast | before | after | all | remarks |\n|---|---|---|---|---|"
    rows = [
        f"| {one['name']} | {_log(one['before'])} | {_log(one['after'])} | {_log(one['all'])} | {_remark(one)} |"
        for one in (base, *found["baselines"])
    ]
    return "\n".join([head, *rows])


def _remark(one: dict[str, Any]) -> str:
    """What is to be known of a row before it is used."""
    if one["name"] == "uniform":
        return "a scale, no opponent"
    remarks = [f"no opinion on {len(one['silent'])} rows"] if one["silent"] else []
    if one["collapsed"]:
        remarks.append(f"{one['collapsed']} of {one['islands']} islands collapsed")
    if one["rests_on_one"]:
        remarks.append(
            f"no estimate yet: one of {one['islands']} islands has {one['largest_share']:.0%} of the sum"
        )
    return "; ".join(remarks)


def _rows(found: dict[str, Any]) -> str:
    base = found["models"][0]
    rival = next(one for one in found["baselines"] if one["name"] == found["opponent"])
    head = "| report | use | model | composite |\n|---|---|---|---|"
    rows = [
        f"| {row['title']} | {row['part']} | {_log(mine)} | {_log(other)}{_of(rival, row)} |"
        for row, mine, other in zip(found["rows"], base["rows"], rival["rows"], strict=True)
    ]
    return "\n".join([head, *rows])


def _of(rival: dict[str, Any], row: dict[str, Any]) -> str:
    return ", base rate" if row["row"] in rival["silent"] else ""


def _models(
    found: dict[str, Any],
    parameters_of: dict[str, int] | None = None,
    costs_of: dict[str, float] | None = None,
) -> str:
    first = found["models"][0]["name"]
    extra = " parameters | time |" if parameters_of else ""
    head = f"| model |{extra} all | before, less {first}'s | after, less {first}'s | all, less {first}'s | remarks |"
    lines_ = [head, "|---" * (8 if parameters_of else 6) + "|"]
    for one in found["models"]:
        others = [one.get(f"over_first_{part}") for part in ("before", "after", "all")]
        cells = [number(each) if each else "" for each in others]
        count = (
            f" {parameters_of[one['name']]} | {costs_of[one['name']]:.2f} |"
            if parameters_of and costs_of
            else ""
        )
        lines_.append(f"| {one['name']} |{count} {_log(one['all'])} | {' | '.join(cells)} | {_remark(one)} |")
    return "\n".join(lines_)


def _log(estimate: dict[str, float]) -> str:
    return f"{estimate['value']:.2f} ± {estimate['error']:.2f}"


def main() -> None:
    """Run everything and keep it."""
    found: dict[str, Any] = {name: run(name) for name in PLANS}
    looks = HERE / "decisions/looks.csv"
    found["looks"] = len(looks.read_text(encoding="utf-8").splitlines()) - 1
    keep(found)
    keep(found | {"parameters": parameters(), "costs": costs()})


if __name__ == "__main__":
    main()
