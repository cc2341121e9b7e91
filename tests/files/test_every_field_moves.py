"""Every field of a case's record, parameters, designs, plans and what-ifs moves what some command prints.

Those of scenarios and networks are in tests/scenario/test_every_field_counts.py.
"""

import shlex
import shutil
import sys
from functools import cache, partial
from pathlib import Path
from typing import Literal, get_args, get_origin

import pytest
from schemas import models

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from nasty import call, inside

from sim.commands.json_schema import FILE_KINDS
from sim.files.fields import FOR_READERS
from sim.parameters.posterior import PosteriorSheet
from sim.studies.calibration.plan import ModuleSheet

COMPARE, CLAIMS, CONVOY = "compare one --json", "claims one --json", "claims convoy --json"
TEXT, RECORD, AUDIT, STRIKES = "compare one --full", "record --json", "audit --json", "strikes --json"
AGREEMENT, MARCHES = "record --agreement --json", "marches --rows --draws 200 --json"
EVIDENCE = "evidence --scenario un-kidal-gao --runs 20 --islands 2 --json"
RAIDS = "run september-raids --runs 3 --out new"
RUN = "run gao-anefis --runs 3 --params ours/params/mine.yaml --out new"
MINE, CASE, WHAT_IF = "params/mine.yaml", "params/case.yaml", "params/whatif/mine.yaml"
CHANGED = "whatif base mine --runs 2"
PRIORS = {
    "lognormal": "{kind: lognormal, median: 20 km/h, log_sd: 0.2, cut: 22 km/h}",
    "uniform": "{kind: uniform, low: 15 km/h, high: 25 km/h}",
    "gamma": "{kind: gamma, shape: 90, scale: 0.2 km/h}",
    "fixed": "{kind: fixed, low: 15 km/h, high: 25 km/h}",
}
DESIGNS = {
    "list": "points: [{march_speed: 15 km/h}, {march_speed: 25 km/h}]\nmilestone: tarkint:arrival\nby: 2023-10-02T20:00Z\n",
    "grid": "values: {march_speed: [15 km/h, 25 km/h]}\n",
    "latin-hypercube": "points: 3\nranges: {march_speed: 15 km/h to 25 km/h}\n",
    "sobol": "points: 3\nround: up\nranges: {march_speed: 15 km/h to 25 km/h}\n",
    "saltelli": "points: 2\nsecond_order: false\nranges: {march_speed: prior, march_hours: prior, mine_rate: prior}\n",
    "morris": "trajectories: 1\nlevels: 4\nranges: {march_speed: prior, mine_rate: prior}\n",
    "one-at-a-time": "values: {march_speed: bounds}\n",
    "prior": "points: 3\nover: [march_speed]\n",
}
WEIGHTS = "params/evidence/mine.yaml"
WEIGHED = "evidence mine --scenario kidal-offensive --runs 20 --islands 2 --json"
MADE = {
    WEIGHTS: (
        "summary: mine\nsource: made up\nmodels:\n  - {id: base}\n  - {id: fast, set: {march_speed: 20 km/h}}\n"
        "  - {id: far, with: [radius-300-km], set: {march_speed: 21 km/h}}\n  - {id: either, mixture: [base, fast]}\n"
    ),
    MINE: (
        "parameters:\n  march_speed:\n    unit: km/h\n    value: 20 km/h\n    pinned: false\n"
        "    support: {least: 0.1 km/h, most: 200 km/h}\n    source: made up\n"
    ),
    "params/share.yaml": (
        "parameters:\n  night_harassment:\n    value: 0.5\n    prior: {kind: beta, a: 20, b: 20}\n    source: made up\n"
    ),
    "params/half-normal.yaml": (
        "parameters:\n  column_spread:\n    value: 0.2\n    prior: {kind: half-normal, sd: 0.3}\n    source: made up\n"
    ),
    WHAT_IF: "summary: mine\nsource: made up\nwith: [radius-300-km]\nset: {march_speed: 20 km/h}\n",
    **{
        f"params/{kind}.yaml": f"parameters:\n  march_speed:\n    value: 20 km/h\n    prior: {prior}\n    source: made up\n"
        for kind, prior in PRIORS.items()
    },
    **{
        f"params/sweeps/{kind}.yaml": f"kind: {kind}\nruns: 2\ncommon_random_numbers: true\n{text}"
        for kind, text in DESIGNS.items()
    },
}
"""Files that the case is given besides."""
SOURCES, CLAIM_ROWS, SEEN, HELD = (
    f"record/{name}.yaml" for name in ("sources", "claims", "observations", "held_out")
)
COUNTS, CONTESTED, ROUTES, PARTIES = (
    f"record/{name}.yaml" for name in ("counts", "contested", "routes", "parties")
)
PATTERNS, FIXED, PUBLISHED = (f"record/{name}.yaml" for name in ("patterns", "by_construction", "published"))
SECOND, MARCH_ROWS = "record/second_coding.yaml", "record/marches.yaml"
MATTER, RESUMED, ALKIT, LORRIES = "id: groups-losses-5", "id: resumed-5", "id: alkit-12", "id: vehicles-june"
FIRST_ROW, WELL_DATED = "- id: a01-s2", "event: tarkint:mine"


def run_with(name):
    """The command that shows what a file of parameters says."""
    return f"run gao-anefis --runs 3 --params ours/params/{name}.yaml --out new"


def sweep_of(kind):
    """The command that shows what a design says."""
    return f"sweep gao-anefis {kind} --out new"


# field: the command that shows it, the file, a text of it behind which another is replaced, and by what
MOVED = {
    "Source.id": (RECORD, SOURCES, "", "- id: s0\n", "- id: s9\n"),
    "Claim.id": (RECORD, CLAIM_ROWS, "", "- id: c06-s2\n", "- id: c06-s9\n"),
    "DatedEvent.event": (COMPARE, SEEN, "", "event: tarkint:mine", "event: tarkint:ambush"),
    "DatedEvent.column": (RECORD, CLAIM_ROWS, FIRST_ROW, "column: army", "column: un"),
    "DatedEvent.earliest": (RECORD, CLAIM_ROWS, FIRST_ROW, "2023-10-02T00:00Z", "2023-10-02T01:00Z"),
    "DatedEvent.latest": (RECORD, CLAIM_ROWS, FIRST_ROW, "2023-10-03T00:00Z", "2023-10-03T01:00Z"),
    "Claim.precision": (RECORD, CLAIM_ROWS, FIRST_ROW, "precision: day", "precision: range"),
    "Claim.party": (RECORD, CLAIM_ROWS, FIRST_ROW, "party: narrative", "party: independent"),
    "Claim.kind": (RECORD, CLAIM_ROWS, FIRST_ROW, "kind: one source", "kind: independent"),
    "Claim.source": (RECORD, CLAIM_ROWS, FIRST_ROW, "source: s2", "source: s1"),
    "Claim.numbers": (RECORD, CLAIM_ROWS, FIRST_ROW, "vehicles: 115", "vehicles: 114"),
    "Claim.rough": (RECORD, CLAIM_ROWS, "- id: a02-s0", "rough: [vehicles]", "rough: []"),
    "Claim.contradicted_by": (RECORD, CLAIM_ROWS, "- id: c01-s1", "[c01-s0, c01-s2]", "[c01-s2, c01-s0]"),
    "Claim.differs_from": (RECORD, CLAIM_ROWS, FIRST_ROW, "[a02-s0, a02-s1]", "[a02-s1, a02-s0]"),
    "Claim.recurs": (AUDIT, CLAIM_ROWS, "", "    recurs: true\n", ""),
    "Observation.kind": (COMPARE, SEEN, "event: tabankort:ambush", "kind: independent", "kind: party"),
    "Observation.use": (COMPARE, SEEN, "event: tarkint:harassment", "precision: night", "precision: night\n    use: check"),
    "Observation.precision": (COMPARE, SEEN, WELL_DATED, "precision: part of day", "precision: day"),
    "Observation.window_from": (EVIDENCE, SEEN, "event: gao:arrival", "window_from: 2023-10-31", "window_from: 2023-11-09"),
    "Observation.since": (COMPARE, SEEN, "event: tabrichat:arrival", "tarkint:arrival", "tarkint:mine"),
    "Observation.window": (COMPARE, SEEN, WELL_DATED, "window: 10 days", "window: 20 days"),
    "Observation.survival": (COMPARE, HELD, "event: alkit_rd:break", "survival: true", "survival: false\n    precision: day"),
    "Observation.group": (COMPARE, HELD, "", "group: A", "group: B"),
    "Observation.who": (COMPARE, SEEN, "event: tessalit:camp_taken", "who: rebels", "who: army"),
    "Observation.claims": (RECORD, SEEN, "event: gao:departure", "[c01-s0, c01-s2]", "[c01-s0]"),
    "ReportedCount.outcome": (TEXT, COUNTS, "", "mine_strikes_reported\n    column: army", "mine_strikes\n    column: army"),
    "ReportedCount.column": (RECORD, COUNTS, "outcome: column_vehicles_lost", "column: logistics", "column: army"),
    "ReportedCount.of": (RAIDS, COUNTS, "", '["casualties:bamba", "casualties:taoussa"]', '["casualties:bamba"]'),
    "ReportedCount.at": (TEXT, COUNTS, "", "at: 2023-11-08T00:00Z", "at: 2023-10-08T00:00Z"),
    "ReportedCount.until": (TEXT, COUNTS, "", 'until: "anefis:capture"', 'until: "kidal:capture"'),
    "ReportedCount.number": (TEXT, COUNTS, "outcome: displaced_to", "40000 to 50000", "30000 to 50000"),
    "ReportedCount.kind": (TEXT, COUNTS, "outcome: displaced_to", "kind: independent", "kind: party"),
    "ReportedCount.use": (COMPARE, COUNTS, "outcome: displaced_to", "use: fit", "use: check"),
    "ReportedCount.most": (COMPARE, COUNTS, "outcome: displaced_to", "most: 81166", "most: 97638"),
    "ReportedCount.claims": (RECORD, COUNTS, 'until: "', "[c06-s2, c06-jnim-s2]", "[c06-s2]"),
    "ContestedQuantity.id": (CLAIMS, CONTESTED, MATTER, "october", "oct"),
    "ContestedQuantity.column": (CLAIMS, (CONTESTED, "id: vehicles-tarkint", "column: army", "column: un"), (CLAIM_ROWS, "- id: c06-s2", "    column: army\n", "")),
    "ContestedQuantity.unit": (CLAIMS, CONTESTED, MATTER, "unit: persons", "unit: people"),
    "GivenEvent.first": (CLAIMS, CONTESTED, MATTER, '"anefis:contact"', '"tabankort:ambush"'),
    "GivenEvent.words": (CLAIMS, CONTESTED, MATTER, "a contact south", "the contact south"),
    "GivenEvent.before": (CLAIMS, CONTESTED, RESUMED, "before: 12 h", "before: 1 h"),
    "Losses.along": (CLAIMS, CONTESTED, MATTER, '["tabrichat:arrival", "anefis:capture"]', '["gao:departure", "tarkint:arrival"]'),
    "Losses.events": (CLAIMS, CONTESTED, MATTER, "[ambush_end, contact_end, break]", "[contact_end]"),
    "Losses.number": (CLAIMS, CONTESTED, MATTER, "number: other", "number: amount"),
    "Losses.side": (CLAIMS, CONTESTED, MATTER, "side: rebels", "side: army"),
    "Losses.same_day": (CLAIMS, CONTESTED, MATTER, "      same_day: true\n", ""),
    "Losses.needs": (CLAIMS, CONTESTED, MATTER, "same_day: true", 'same_day: true\n      needs: ["nowhere:arrival"]'),
    "Amount.needs": (CLAIMS, CONTESTED, "id: vehicles-tarkint", "kind: amount", 'kind: amount\n      needs: ["tessalit:arrival"]'),
    "OutcomeLess.outcome": (CONVOY, CONTESTED, LORRIES, "column_vehicles_lost", "column_casualties"),
    "OutcomeLess.less": (CONVOY, CONTESTED, LORRIES, "[mine, mine_unreported]", "[ambush_end]"),
    "OutcomeLess.needs": (CONVOY, CONTESTED, LORRIES, "kind: outcome", 'kind: outcome\n      needs: ["tessalit:arrival"]'),
    "FurtherOn.days": (CLAIMS, CONTESTED, RESUMED, "days: 1", "days: 2"),
    "FurtherOn.needs": (CLAIMS, CONTESTED, RESUMED, "days: 1", 'days: 1\n      needs: ["tessalit:arrival"]'),
    "Happened.days": (CLAIMS, CONTESTED, ALKIT, "days: 2", "days: 30"),
    "Happened.yes_if": (CLAIMS, CONTESTED, ALKIT, "{broken: break,", "{pierced: break,"),
    "Happened.else_if": (CLAIMS, CONTESTED, ALKIT, "column repulsed:", "column gone:"),
    "Happened.otherwise": (CLAIMS, CONTESTED, ALKIT, "otherwise: unchanged", "otherwise: as before"),
    "Happened.needs": (CLAIMS, CONTESTED, ALKIT, '"alkit_rd:break"', '"tessalit:arrival"'),
    "Statement.party": (
        CLAIMS,
        (CONTESTED, MATTER, "party: csp", "party: gatia"),
        (CLAIM_ROWS, "- id: c18-csp-s0", "party: csp", "party: gatia"),
        (CLAIM_ROWS, "- id: c18-csp-s2", "party: csp", "party: gatia"),
    ),
    "Statement.claims": (CLAIMS, CONTESTED, MATTER, "[c18-csp-s0, c18-csp-s2]", "[c18-csp-s0]"),
    "Statement.number": (CLAIMS, CONTESTED, MATTER, "30 to 1000", "40 to 1000"),
    "Statement.reads": (CLAIMS, CONTESTED, MATTER, "reads: at most", "reads: at least"),
    "Statement.answer": (CLAIMS, CONTESTED, RESUMED, "answer: yes", "answer: no"),
    "Route.column": (AUDIT, ROUTES, "", "column: un", "column: logistics"),
    "Route.places": (AUDIT, ROUTES, "", "[gao, tarkint, anefis, kidal, aguelhok]", "[gao, bourem, anefis, kidal, aguelhok]"),
    "CodedTwice.claim": (AGREEMENT, SECOND, "", "claim: c20-leaders-s2", "claim: c20-resident-s2"),
    "Coded.party": (AGREEMENT, SECOND, "", "party: narrative", "party: army"),
    "Coded.kind": (AGREEMENT, SECOND, "", "kind: one source", "kind: independent"),
    "Coded.event": (AGREEMENT, SECOND, "", "kidal:capture", "kidal:go"),
    "Coded.precision": (AGREEMENT, SECOND, "", "precision: day", "precision: range"),
    "Coded.earliest": (AGREEMENT, SECOND, "", "2023-11-14T00:00Z", "2023-11-13T00:00Z"),
    "Coded.latest": (AGREEMENT, SECOND, "", "2023-11-15T00:00Z", "2023-11-16T00:00Z"),
    "Coded.numbers": (AGREEMENT, SECOND, "", "people: 25000", "people: 26000"),
    "ReportedMarch.id": (MARCHES, MARCH_ROWS, "", "id: arrow-2004", "id: arrow"),
    "ReportedMarch.column": (MARCHES, MARCH_ROWS, "", "column: arrow-2004", "column: sandstorm-2003"),
    "ReportedMarch.kind": (MARCHES, MARCH_ROWS, "id: arrow-2004", "kind: wheeled", "kind: light"),
    "ReportedMarch.surface": (MARCHES, MARCH_ROWS, "id: arrow-2004", "surface: tar", "surface: piste"),
    "ReportedMarch.km": (MARCHES, MARCH_ROWS, "id: arrow-2004", "483 km", "484 km"),
    "ReportedMarch.least": (MARCHES, MARCH_ROWS, "id: arrow-2004", "least: 17.5 h", "least: 17 h"),
    "ReportedMarch.most": (MARCHES, MARCH_ROWS, "id: arrow-2004", "most: 18.5 h", "most: 19 h"),
    "ReportedMarch.goes": (MARCHES, MARCH_ROWS, "id: arrow-2004", "goes: round the clock", "goes: by day"),
    "ReportedMarch.opposed": (MARCHES, MARCH_ROWS, "", "    opposed: true\n", ""),
    "Weight.kind": (COMPARE, "record/weights.yaml", "", "kind: party", "kind: both sides agree"),
    "Weight.weight": (COMPARE, "record/weights.yaml", "kind: one source", "0.85", "0.75"),
    "Blur.precision": (COMPARE, "record/precisions.yaml", "", "precision: hour", "precision: day"),
    "Blur.blur": (COMPARE, "record/precisions.yaml", "precision: night", "2 h", "5 h"),
    "Word.event": (RECORD, "record/events.yaml", "", "event: stay", "event: stays"),
    "Voice.party": (RECORD, PARTIES, "", "party: gatia", "party: gatias"),
    "Voice.side": (
        CLAIMS,
        (PARTIES, "party: csp", "side: rebels", "side: army"),
        (PARTIES, "party: gatia", "label: GATIA", "label: GATIA\n    side: rebels"),
    ),
    "Voice.reports": (CLAIMS, PARTIES, "party: csp", "ambush_end, contact_end, break, ", ""),
    "PublishedDate.name": (COMPARE, PUBLISHED, "", "not before 31 Oct", "not before November"),
    "PublishedDate.place": (COMPARE, PUBLISHED, "15 Nov ± 2 d", "place: kidal", "place: aguelhok"),
    "PublishedDate.kind": (COMPARE, PUBLISHED, "15 Nov ± 2 d", "kind: opens", "kind: not before"),
    "PublishedDate.at": (COMPARE, PUBLISHED, "15 Nov ± 2 d", "2023-11-15", "2023-11-10"),
    "PublishedDate.give": (COMPARE, PUBLISHED, "15 Nov ± 2 d", "give: 2 days", "give: 4 days"),
    "JudgedRow.name": (COMPARE, PATTERNS, "", "the longest halt follows", "the longest halt comes after"),
    "JudgedRow.column": (COMPARE, PATTERNS, "name: fights begin", "column: army", "column: un"),
    "JudgedRow.needs": (COMPARE, PATTERNS, "name: fights begin", "anefis:contact", "tessalit:arrival"),
    "PatternRow.rule": (COMPARE, PATTERNS, "", "A drone strike on Kidal comes", "A strike on Kidal comes"),
    "Ratio.at_least": (COMPARE, PATTERNS, "", "at_least: 2\n", "at_least: 20\n"),
    "Ratio.at_most": (COMPARE, PATTERNS, "", "at_most: 2\n", "at_most: 900\n"),
    "Ratio.below": (COMPARE, PATTERNS, "", "below: 1\n", "below: 0.01\n"),
    "FirstDay.of": (COMPARE, PATTERNS, "", 'of: "gao:departure"', 'of: "anefis:go"'),
    "FirstDay.column": (COMPARE, PATTERNS, "", 'of: "gao:departure"', 'of: "kidal:departure", column: un'),
    "MeanPace.start": (COMPARE, PATTERNS, "", 'start: "gao:departure"', 'start: "tabankort:arrival"'),
    "MeanPace.end": (COMPARE, PATTERNS, "", 'end: "anefis:contact"', 'end: "tarkint:arrival"'),
    "MeanPace.from_midnight": (COMPARE, PATTERNS, "", ", from_midnight: true", ""),
    "MeanPace.column": (COMPARE, PATTERNS, "", '"gao:arrival", column: un', '"gao:arrival"'),
    "HoursBetween.start": (COMPARE, PATTERNS, "", 'start: "kidal:capture"', 'start: "gao:departure"'),
    "HoursBetween.end": (COMPARE, PATTERNS, "", 'end: "anefis:go"', 'end: "tarkint:arrival"'),
    "HoursBetween.column": (COMPARE, PATTERNS, "", 'end: "kidal:go"', 'end: "kidal:go", column: un'),
    "Before.first": (COMPARE, PATTERNS, "", 'first: "kidal:first_strike"', 'first: "kidal:capture"'),
    "Before.then": (COMPARE, PATTERNS, "", 'then: "anefis:go"', 'then: "tarkint:arrival"'),
    "Daylight.events": (COMPARE, PATTERNS, "", "[ambush, contact], margin", "[mine], margin"),
    "Daylight.margin": (COMPARE, PATTERNS, "", "margin: 1 h", "margin: 2 h"),
    "Halt.before": (COMPARE, PATTERNS, "", 'before: "anefis:capture"', 'before: "tarkint:arrival"'),
    "Halt.events": (COMPARE, PATTERNS, "", "[mine, mine_unreported, ambush, contact]", "[mine]"),
    "Halt.within": (COMPARE, PATTERNS, "", "within: 24 h", "within: 1 h"),
    "Without.events": (COMPARE, FIXED, "", "events: [contact, ambush]", "events: [contact, ambush, capture]"),
    "Without.between": (COMPARE, FIXED, "", '"anefis:capture", "anefis:go"', '"gao:departure", "anefis:go"'),
    "Without.at": (COMPARE, (FIXED, "", 'at: "kidal:capture"', 'at: "tarkint:mine"'), (FIXED, "", "[contact, ambush]", "[mine]")),
    "Strike.claim": (STRIKES, "record/strikes.yaml", "g05-s2", "claim: g08-s2", "claim: g05-s2"),
    "Strike.place": (STRIKES, "record/strikes.yaml", "g01-s2", "place: kidal", "place: aguelhok"),
    "Strike.test": (STRIKES, "record/strikes.yaml", "g01-s2", "test: true", "test: false"),
    "Standing.place": (STRIKES, "record/bases.yaml", "", "gao_apt", "timbuktu"),
    "ParameterOverride.group": (RUN, MINE, "", "unit: km/h", "unit: km/h\n    group: mines"),
    "ParameterOverride.unit": (RUN, MINE, "", "unit: km/h", "unit: h"),
    "ParameterOverride.value": (RUN.replace("--runs 3 ", ""), MINE, "", "value: 20", "value: 16"),
    "ParameterOverride.pinned": (RUN, MINE, "", "pinned: false", "pinned: true"),
    "_Support.least": (RUN, MINE, "", "least: 0.1", "least: 1.0"),
    "_Support.most": (RUN, MINE, "", "most: 200", "most: 100"),
    "Lognormal.median": (run_with("lognormal"), "params/lognormal.yaml", "", "median: 20", "median: 15"),
    "Lognormal.log_sd": (run_with("lognormal"), "params/lognormal.yaml", "", "log_sd: 0.2", "log_sd: 0.1"),
    "Lognormal.cut": (run_with("lognormal"), "params/lognormal.yaml", "", "cut: 22", "cut: 20"),
    "HalfNormal.sd": (run_with("half-normal"), "params/half-normal.yaml", "", "sd: 0.3", "sd: 0.6"),
    "Uniform.low": (run_with("uniform"), "params/uniform.yaml", "", "low: 15", "low: 5"),
    "Uniform.high": (run_with("uniform"), "params/uniform.yaml", "", "high: 25", "high: 55"),
    "Gamma.shape": (run_with("gamma"), "params/gamma.yaml", "", "shape: 90", "shape: 60"),
    "Gamma.scale": (run_with("gamma"), "params/gamma.yaml", "", "scale: 0.2", "scale: 0.1"),
    "Beta.a": (run_with("share"), "params/share.yaml", "", "a: 20", "a: 1"),
    "Beta.b": (run_with("share"), "params/share.yaml", "", "b: 20", "b: 2000"),
    "FixedValue.low": (f"{sweep_of('one-at-a-time')} --params ours/params/fixed.yaml", "params/fixed.yaml", "", "low: 15", "low: 6"),
    "FixedValue.high": (f"{sweep_of('one-at-a-time')} --params ours/params/fixed.yaml", "params/fixed.yaml", "", "high: 25", "high: 55"),
    "DesignSheet.runs": (sweep_of("list"), "params/sweeps/list.yaml", "", "runs: 2", "runs: 3"),
    "DesignSheet.common_random_numbers": (sweep_of("list"), "params/sweeps/list.yaml", "", "numbers: true", "numbers: false"),
    "DesignSheet.milestone": (sweep_of("list"), "params/sweeps/list.yaml", "", "tarkint:arrival", "anefis:capture"),
    "_List.points": (sweep_of("list"), "params/sweeps/list.yaml", "", "15 km/h", "16 km/h"),
    "_Values.values": (sweep_of("grid"), "params/sweeps/grid.yaml", "", "15 km/h", "16 km/h"),
    "_Ranges.ranges": (sweep_of("sobol"), "params/sweeps/sobol.yaml", "", "15 km/h to", "5 km/h to"),
    "_Hypercube.points": (sweep_of("latin-hypercube"), "params/sweeps/latin-hypercube.yaml", "", "points: 3", "points: 4"),
    "Sobol.round": (sweep_of("sobol"), "params/sweeps/sobol.yaml", "", "round: up", "round: down"),
    "_Saltelli.groups": (sweep_of("saltelli"), "params/sweeps/saltelli.yaml", "", "order: false", "order: false\ngroups: true"),
    "_Saltelli.second_order": (sweep_of("saltelli"), "params/sweeps/saltelli.yaml", "", "order: false", "order: true"),
    "Morris.trajectories": (sweep_of("morris"), "params/sweeps/morris.yaml", "", "trajectories: 1", "trajectories: 2"),
    "Morris.levels": (sweep_of("morris"), "params/sweeps/morris.yaml", "", "levels: 4", "levels: 6"),
    "_Prior.points": (sweep_of("prior"), "params/sweeps/prior.yaml", "", "points: 3", "points: 4"),
    "_Prior.over": (sweep_of("prior"), "params/sweeps/prior.yaml", "", "[march_speed]", "[mine_rate]"),
    "WhatIfSheet.with_": (CHANGED, WHAT_IF, "", "with: [radius-300-km]\n", ""),
    "WhatIfSheet.set": (CHANGED, WHAT_IF, "", "20 km/h", "9 km/h"),
    "ModelSheet.id": (WEIGHED, (WEIGHTS, "", "id: base", "id: plain"), (WEIGHTS, "", "[base, fast]", "[plain, fast]")),
    "EvidenceSheet.reliabilities": (WEIGHED, WEIGHTS, "", "models:", "reliabilities: [0.5]\nmodels:"),
    "ModelSheet.params": (WEIGHED, WEIGHTS, "", "{march_speed: 20 km/h}", "{march_speed: 20 km/h}, params: [fixed-hindsight]"),
    "ModelSheet.with_": (WEIGHED, WEIGHTS, "", "with: [radius-300-km], ", ""),
    "ModelSheet.set": (WEIGHED, WEIGHTS, "", "20 km/h", "9 km/h"),
    "ModelSheet.mixture": (WEIGHED, WEIGHTS, "", "[base, fast]", "[base, far]"),
    "CaseFile.chief": (CHANGED, CASE, "chief:", "chief: kidal-offensive", "chief: gao-anefis"),
    "SideRow.role": (CHANGED, (CASE, "", "role: advancing", "role: -"), (CASE, "", "role: contesting", "role: advancing"), (CASE, "", "role: -", "role: contesting")),
    "SideRow.side": (CHANGED, CASE, "", "side: army", "side: forces"),
    "SideRow.name": ("strikes", CASE, "", "name: army", "name: forces"),
}  # fmt: skip
ELSEWHERE = {
    "tests/files/test_case_file.py": {"CaseFile.rivals", "CaseFile.plan"},
    "tests/figures": {
        "DesignSheet.by",
        *(f"SideRow.{name}" for name in ("face", "edge", "hatch", "report", "dashes", "ink")),
        *(f"PartyLook.{name}" for name in ("label", "face", "edge", "hatch", "dashes")),
    },
    "tests/engine": {"Voice.reports_own"},
    "tests/parameters": {f"PosteriorSheet.{name}" for name in PosteriorSheet.model_fields},
    "tests/studies": {"PlanSheet.parameters", "PlanSheet.spends", *(f"ModuleSheet.{name}" for name in ModuleSheet.model_fields)},
}  # fmt: skip
"""Fields that show in pictures, in stored reports and in fits: where these are looked at."""
REFUSED = {
    "ParameterOverride.group",
    "ParameterOverride.unit",
    "Observation.window_from",
    "_Support.least",
    "_Support.most",
    "SideRow.role",
    "SideRow.side",
    "Source.id",
    "Claim.id",
    "Word.event",
    "Voice.party",
    "Weight.kind",
    "Blur.precision",
}
"""Fields of which another value shows by what then names nothing."""


def fields():
    """The fields of all kinds of files that are not said to count for nothing, by the models that declare them."""
    for kind in FILE_KINDS.keys() - {"scenario"}:
        for model in [model for start in FILE_KINDS[kind] for model in models(start, [])]:
            for name, field in model.model_fields.items():
                one_value = get_origin(field.annotation) is Literal and len(get_args(field.annotation)) == 1
                readers = str(field.description).startswith(FOR_READERS)
                if not one_value and not readers and not models(field.annotation, []):
                    owner = next(
                        base for base in model.__mro__[::-1] if name in getattr(base, "model_fields", ())
                    )
                    yield f"{owner.__name__}.{name}"


def test_every_field_is_moved_or_said_to_count_for_nothing():
    elsewhere = set().union(*ELSEWHERE.values())
    assert set(fields()) == MOVED.keys() | elsewhere
    assert not MOVED.keys() & elsewhere


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """A copy of the bundled case with two results and some files more."""
    folder = tmp_path_factory.mktemp("case")
    with inside(folder):
        assert call("new", "case", "ours", "--from", "bundled").code == 0
        for name, text in MADE.items():
            (folder / "ours" / name).write_text(text, encoding="utf-8")
        for scenario, result in (("kidal-offensive", "one"), ("logistics-convoy-2025", "convoy")):
            end = call("--case", "ours", "run", scenario, "--runs", "20", "--out", result)
            assert end.code == 0, end
    return folder


def printed(folder, command):
    """The exit code of a command and what it prints; what it stores is taken away."""
    with inside(folder):
        end = call("--case", "ours", *shlex.split(command))
        shutil.rmtree("new", ignore_errors=True)
    return end.code, end.out, end.err


@pytest.fixture(scope="module")
def before(case):
    """What a command prints of the case as it is."""
    return cache(partial(printed, case))


@pytest.mark.parametrize("key", MOVED)
def test_a_field_moves_what_a_command_prints(key, case, before):
    command, *edits = MOVED[key]
    edits = [edits] if isinstance(edits[0], str) else edits
    assert before(command)[0] == 0, before(command)
    texts = {path: path.read_text(encoding="utf-8") for path in {case / "ours" / file for file, *_ in edits}}
    for file, anchor, old, new in edits:
        path = case / "ours" / file
        text = path.read_text(encoding="utf-8")
        at = text.index(old, text.index(anchor))
        path.write_text(text[:at] + new + text[at + len(old) :], encoding="utf-8")
    try:
        after = printed(case, command)
    finally:
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")
    assert after[0] == (2 if key in REFUSED else 0), after
    assert after != before(command)
