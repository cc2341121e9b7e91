"""Calibration: plans that are checked, fits that go on where they stopped, posteriors that runs take."""

import hashlib
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy

from analysis.inference.smc import Settings
from analysis.tables.scored_observations import use_of
from sim.chance.keyed_arrays import replicate_seeds
from sim.engine.inputs import load_inputs
from sim.ensembles.ensemble import ensemble
from sim.ensembles.job import Job
from sim.ensembles.run_job import do
from sim.files.case import BUNDLED, Case
from sim.files.yaml_tree import FaultyInput
from sim.parameters.posterior import made
from sim.parameters.reading import load_parameters
from sim.record.record import load_record
from sim.store.schema import OUTCOMES
from sim.studies import study
from sim.studies.calibration import plan as plans
from sim.studies.calibration.likelihood import Likelihood, drawn_histories, weigh
from sim.studies.calibration.plan import calibration_plans, load_plan
from sim.studies.study import Calibration, calibrate

pytestmark = pytest.mark.slow

PLAN = """summary: a small fit
source: assumption
parameters: [march_speed, laden_factor]
modules:
  - id: march
    histories: 60
    reads:
      un-kidal-gao: ["gao:arrival", "mine_strikes_reported:un"]
"""
TINY = Settings(first=600, points=240, moves=1.0, last_moves=3.0, checked=4, repeats=6)


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("plans") / "small.yaml"
    path.write_text(PLAN)
    return path


@pytest.fixture(scope="module")
def fitted(plan_file, tmp_path_factory):
    """A small fit, with which no fault is found."""
    out = tmp_path_factory.mktemp("fits") / "small"
    folder, found = calibrate(Calibration(plan=load_plan(str(plan_file)), seed=1, settings=TINY, out=out))
    assert found["faults"] == []
    return folder


def refused(tmp_path, text):
    path = tmp_path / "p.yaml"
    path.write_text(text)
    with pytest.raises(FaultyInput) as error:
        load_plan(str(path))
    return [(fault.where.line, fault.message) for fault in error.value.faults]


# --- plans -----------------------------------------------------------------------------------------------


def test_no_bundled_plan_reads_a_held_out_row_that_it_does_not_spend():
    held = {
        row.event: row.group for row in (*load_record().observations, *load_record().survivals) if row.group
    }
    assert set(calibration_plans()) == {"october", "hold"}
    for name in calibration_plans():
        plan = load_plan(name)
        read = {row.split()[1] for row in plan.rows}
        assert {held[row] for row in read & set(held)} <= set(plan.sheet.spends)
        assert not set(plan.held_out) & set(plan.sheet.spends)
    assert load_plan("october").held_out == ("A", "B", "C")
    assert load_plan("hold").held_out == ("B", "C")


def test_october_reads_every_row_of_the_first_stage_that_is_to_be_fitted():
    read = {row.split()[1] for row in load_plan("october").rows}
    fit = {row.event for row in load_record().observations if row.use == "fit"}
    assert fit <= read


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("laden_factor]", "ladenfactor]", 3, "'ladenfactor' is no parameter"),
        ("laden_factor]", "day_spread]", 3, "its prior has no width"),
        ('"gao:arrival"', '"anefis:capture"', 8, "is no milestone of un-kidal-gao"),
        ('"gao:arrival"', '"anefis:arrival"', 8, "is not scored"),
        ('"gao:arrival", ', '"gao:arrival", "gao:arrival", ', 8, "is read already"),
        ("un-kidal-gao", "un-kidal-goa", 8, "'un-kidal-goa' is neither a file nor"),
        ('un-kidal-gao: ["gao:arrival"', 'kidal-offensive: ["anefis:go"', 8, "is held out"),
        ("summary", "sumary", 1, "'sumary' is not a key here"),
        ("laden_factor]", "laden_factor, laden_factor]", 3, "laden_factor: stands here already"),
        ("un-kidal-gao", "gao-anefis", 8, "needs un, which gao-anefis has not"),
        ("histories: 60", "histories: 2", 6, "histories: "),
        ("mine_strikes_reported:un", "column_vehicles_lost:logistics", 8, "is not to be fitted"),
    ],
)
def test_what_is_wrong_with_a_plan_is_told_with_its_line(tmp_path, old, new, line, told):
    assert old in PLAN
    faults = refused(tmp_path, PLAN.replace(old, new))
    assert any(told in message and number == line for number, message in faults), faults


def test_a_number_that_no_fit_can_ask_for_is_refused(tmp_path, monkeypatch):
    record = load_record()
    counts = [
        count.model_copy(update={"use": "fit", "most": 90})
        if count.outcome == "garrison_casualties"
        else count
        for count in record.counts
    ]
    monkeypatch.setattr(plans, "load_record", lambda _: replace(record, counts=tuple(counts)))
    (fault,) = refused(tmp_path, PLAN.replace("mine_strikes_reported:un", "garrison_casualties"))
    assert fault[0] == 8
    assert fault[1].startswith("'garrison_casualties' cannot be asked in a fit; expected a number of mine_")


def test_october_asks_for_those_who_set_out_for_the_border():
    (block,) = [block for block in load_plan("october").blocks if block.names == ("displaced_to_border",)]
    assert block.asks["outcome"].tolist() == [list(OUTCOMES).index("displaced_to_border")]
    assert block.asks["limit"].tolist() == [37 * 24.0]  # the end of 7 November


LATE = """summary: a number after its moment
source: made up
spends: [A, B, C]
parameters: [leaving]
modules:
  - {id: late, reads: {kidal-offensive: ["aguelhok:capture"]}}
  - {id: people, reads: {kidal-offensive: ["displaced_to_border"]}}
"""


def test_a_number_that_histories_would_be_past_is_refused(tmp_path):
    """Read in December, the displaced of 7 November would be others."""
    (fault,) = refused(tmp_path, LATE)
    assert fault[0] == 7
    assert fault[1].startswith(
        "'displaced_to_border' is read after 'aguelhok:capture', which may come later; expected a module"
    )
    first = (
        LATE.replace('["aguelhok:capture"]', '["x"]')
        .replace("displaced_to_border", "aguelhok:capture")
        .replace("x", "displaced_to_border")
    )
    (tmp_path / "first.yaml").write_text(first)
    (block,) = load_plan(str(tmp_path / "first.yaml")).blocks
    assert block.names == ("displaced_to_border", "aguelhok:capture")


def test_a_prior_as_good_as_without_width_is_refused(tmp_path):
    (tmp_path / "p.yaml").write_text(
        "parameters:\n  laden_factor: {prior: {kind: uniform, low: 0.7, high: 0.70000000001}}\n"
    )
    (tmp_path / "plan.yaml").write_text(PLAN)
    with pytest.raises(FaultyInput, match="laden_factor: its prior has no width"):
        load_plan(str(tmp_path / "plan.yaml"), [tmp_path / "p.yaml"])


def test_two_modules_of_one_name_are_refused(tmp_path):
    again = PLAN + '  - id: march\n    reads: {gao-anefis: ["tarkint:arrival"]}\n'
    assert [message for _, message in refused(tmp_path, again)] == ["id: 'march' is a module already"]


STRUCK = {"mine_rate": 0.02, "mine_found": 0.0, "mine_reach": 1e6}
"""Mines enough, all along the way, and none of them found."""


def test_strikes_are_counted_to_the_end_of_the_way_wherever_they_stand():
    """Alone, and before the arrival: not where the row before has left the runs."""
    block = load_plan("october").blocks[0]
    assert block.names == ("gao:arrival", "mine_strikes_reported:un")
    alone = replace(block, asks=block.asks[1:], names=block.names[1:], histories=2000)
    share = np.exp(weigh(alone, STRUCK, 1)[0])
    runs = ensemble(
        block.inputs.template, records(block, 2000, STRUCK), replicate_seeds(5, np.arange(2000)), spread=True
    )
    ask = block.asks[1]
    inside = (runs.runs["mines:un"] == 6).mean()
    assert share == pytest.approx(ask["weight"] * inside + (1 - ask["weight"]) * ask["false"], abs=0.04)
    assert inside > 0.05


def records(block, count, values):
    drawn = block.inputs.parameters.draws(replicate_seeds(5, np.arange(count)))
    for name, value in values.items():
        drawn[name] = value
    return drawn


def test_all_faults_of_a_plan_are_told_at_once(tmp_path):
    text = PLAN.replace("laden_factor", "ladenfactor").replace('"gao:arrival"', '"gao:arival"')
    assert len(refused(tmp_path, text)) == 2


def test_rows_are_asked_in_the_order_of_modules_and_time():
    for block in load_plan("october").blocks:
        assert (np.diff(block.modules) >= 0).all()
    stage = load_plan("october").blocks[1]
    assert stage.names[:3] == ("tarkint:arrival", "tarkint:harassment", "tarkint:mine")
    assert stage.names[-1] == "mine_strikes_reported:army"


# --- the likelihood --------------------------------------------------------------------------------------


def test_a_point_is_weighed_alike_on_any_number_of_workers_and_cut_short_only_when_lost(plan_file):
    plan = load_plan(str(plan_file))
    asked = next(plan.talk(1, TINY))
    one, two = (Likelihood(plan, workers)(asked, plan.values(asked.z)) for workers in (1, 3))
    assert np.array_equal(one, two)
    block, values = load_plan("october").blocks[1], {}
    for key in range(12):
        whole = weigh(block, values, key)
        for least in (whole.sum() - 1e-9, whole.sum() + 1e-9, -12.0):
            cut = weigh(block, values, key, 1.0, least)
            if whole.sum() >= least:
                assert np.array_equal(cut, whole)
            else:
                assert cut.sum() < least


def test_histories_of_many_points_are_drawn_at_once_and_are_those_of_each_alone():
    block, keys = load_plan("october").blocks[1], [3, 2**63 + 5, 11]
    values = {"mine_rate": np.array([0.001, 0.002, 0.003]), "march_speed": np.array([7.0, 9.0, 11.0])}
    together = drawn_histories(block, values, keys)
    assert len(together) == 3
    for point, (seeds, records) in enumerate(together):
        alone = {name: column[point : point + 1] for name, column in values.items()}
        ((alone_seeds, alone_records),) = drawn_histories(block, alone, keys[point : point + 1])
        assert np.array_equal(seeds, alone_seeds)
        assert records.tobytes() == alone_records.tobytes()
        assert set(records["mine_rate"]) == {values["mine_rate"][point]}
    assert drawn_histories(block, {name: column[:0] for name, column in values.items()}, []) == []


def test_no_share_lies_above_its_ceiling():
    blocks = load_plan("october").blocks
    assert blocks
    for block in blocks:
        for key in range(10):
            assert (weigh(block, {}, key) <= block.ceilings + 1e-12).all()
            assert (block.floors <= block.ceilings).all()


# --- fits ------------------------------------------------------------------------------------------------


class Stopped(Exception):
    """As if the user had stopped it."""


def test_a_fit_that_is_stopped_goes_on_to_the_same_posterior(plan_file, fitted, tmp_path, monkeypatch):
    job = Calibration(plan=load_plan(str(plan_file)), seed=1, settings=TINY, out=tmp_path / "again")
    calls = []
    whole = Likelihood.__call__

    def failing(self, asked, values, progress):
        calls.append(asked.what)
        if len(calls) == 4:
            raise Stopped
        return whole(self, asked, values, progress)

    monkeypatch.setattr(Likelihood, "__call__", failing)
    with pytest.raises(Stopped):
        calibrate(job)
    assert not (job.folder / "posterior.yaml").exists()
    folder, _ = calibrate(job, workers=1)
    assert calls.count("module 0") == 1  # what is stored is not run again
    for name in ("posterior-0.csv", "posterior.yaml", "fit.json"):
        assert (folder / name).read_bytes() == (fitted / name).read_bytes()


def test_a_fit_that_is_done_is_read_back(plan_file, fitted, monkeypatch):
    monkeypatch.setattr(study, "Likelihood", None)
    folder, found = calibrate(Calibration(plan=load_plan(str(plan_file)), seed=1, settings=TINY, out=fitted))
    assert folder == fitted
    assert found["points"] == 240


def test_what_is_held_out_is_hashed_in_the_results(fitted):
    held = hashlib.sha256((BUNDLED.path("record") / "held_out.yaml").read_bytes()).hexdigest()
    manifest = json.loads((fitted / "manifest.json").read_text())
    assert manifest["record"] == held
    assert manifest["held"] == ["A", "B", "C"]
    assert held in (fitted / "posterior.yaml").read_text()


# --- posteriors ------------------------------------------------------------------------------------------


def test_a_run_draws_whole_rows_of_a_posterior(fitted):
    parameters = load_parameters(fitted / "posterior.yaml")
    (posterior,) = parameters.posteriors
    assert posterior.names == ("march_speed", "laden_factor")
    drawn = parameters.draws(replicate_seeds(1, np.arange(500)))
    rows = {tuple(row) for row in posterior.draws.tolist()}
    assert set(zip(drawn["march_speed"].tolist(), drawn["laden_factor"].tolist(), strict=True)) <= rows
    prior = load_parameters()
    assert np.array_equal(drawn["refit"], prior.draws(replicate_seeds(1, np.arange(500)))["refit"])
    assert parameters.rows["march_speed"].value == pytest.approx(float(np.median(posterior.draws[:, 0])))


def test_the_posterior_of_two_parameters_is_that_of_plain_weighing(plan_file, fitted):
    """Against the same likelihood over a large sample of the prior, with weights."""
    plan = load_plan(str(plan_file))
    asked = next(plan.talk(7, Settings(first=3000)))
    logs = Likelihood(plan)(asked, plan.values(asked.z)).sum(axis=1)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    posterior = load_parameters(fitted / "posterior.yaml").posteriors[0]
    for i, name in enumerate(posterior.names):
        values = plan.values(asked.z)[name]
        mean, own = float(weights @ values), posterior.draws[:, i]
        error = np.sqrt(own.var() / 60.0 + float((weights**2) @ (values - mean) ** 2))
        assert own.mean() == pytest.approx(mean, abs=4.0 * error)


def test_what_is_set_or_laid_on_top_is_not_drawn_from_the_posterior(fitted, tmp_path):
    pinned = load_parameters(fitted / "posterior.yaml", {"laden_factor": "0.5"})
    seeds = replicate_seeds(1, np.arange(50))
    assert set(pinned.draws(seeds)["laden_factor"]) == {0.5}
    assert len(set(pinned.draws(seeds)["march_speed"])) > 5
    over = tmp_path / "over.yaml"
    over.write_text("parameters:\n  laden_factor: {value: 0.6}\n")
    laid = load_parameters([fitted / "posterior.yaml", over])
    assert laid.posteriors[0].names == ("march_speed",)
    assert np.array_equal(laid.draws(seeds)["laden_factor"], load_parameters().draws(seeds)["laden_factor"])


def test_a_posterior_is_written_as_it_is_read(fitted, tmp_path):
    parameters = load_parameters(fitted / "posterior.yaml")
    (tmp_path / "p.yaml").write_text(parameters.text())
    for number, posterior in enumerate(parameters.posteriors):
        (tmp_path / posterior.file(number)).write_bytes(posterior.content)
    again = load_parameters(tmp_path / "p.yaml")
    seeds = replicate_seeds(3, np.arange(40))
    assert np.array_equal(again.draws(seeds), parameters.draws(seeds))
    assert again.text() == parameters.text()


def test_groups_that_a_posterior_has_read_are_no_prediction_any_more(kidal, fitted, tmp_path):
    text = (fitted / "posterior.yaml").read_text()
    sheet = load_parameters(fitted / "posterior.yaml").posteriors[0]
    spent = made(sheet.names, sheet.draws, sheet.sheet.model_copy(update={"held": ("B", "C")}))
    Path("p.yaml").write_text("posteriors:\n" + spent.as_text(0) + text[text.index("parameters:") :])
    Path("posterior-0.csv").write_bytes(spent.content)
    parameters = load_parameters(Path("p.yaml"))
    assert parameters.spent == {"A"}
    code, _, err = kidal("explain", "drone-stations", "--params", "p.yaml", "--runs", "100", "--out", "x")
    assert (code, err.strip()) == (
        2,
        "--group A: a posterior of --params was fitted to these rows; expected another group",
    )
    assert not Path("x").exists()
    plan = load_plan("hold", [Path("p.yaml")])
    assert plan.held_out == ("B", "C")
    job = Job(
        inputs=load_inputs("kidal-air-campaign", Path("p.yaml")),
        seed=1,
        runs=60,
        draw=True,
        out=tmp_path / "r",
    )
    _, tables = do(job)
    row = next(o for o in load_record().observations if o.event == "kidal:first_strike")
    assert use_of(tables, load_record(), row) == "fit"
    with pytest.raises(FaultyInput, match="march_speed: a posterior of --params has it"):
        load_plan("october", [Path("p.yaml")])


def changed(fitted: Path, tmp_path: Path, old: str, new: str) -> list[str]:
    for name in ("posterior.yaml", "posterior-0.csv"):
        text = (fitted / name).read_text()
        (tmp_path / name).write_text(text.replace(old, new))
    with pytest.raises(FaultyInput) as error:
        load_parameters(tmp_path / "posterior.yaml")
    return [str(fault) for fault in error.value.faults]


def test_a_posterior_of_other_rules_or_draws_is_refused(fitted, tmp_path):
    (told,) = changed(fitted, tmp_path, "held: [A, B, C]", "held: [A, B]")
    assert "posterior-0.csv or these lines were changed since" in told
    (told,) = changed(fitted, tmp_path, "march_speed,laden_factor", "march_speed,laden_factr")
    assert "posterior-0.csv or these lines were changed since" in told
    (told,) = changed(fitted, tmp_path, 'draws: "posterior-0.csv"', 'draws: "../posterior-0.csv"')
    assert "beside this one" in told
    (told,) = changed(fitted, tmp_path, 'draws: "posterior-0.csv"', 'draws: "gone.csv"')
    assert "cannot be read" in told
    os.mkfifo(tmp_path / "pipe.csv")
    (told,) = changed(fitted, tmp_path, 'draws: "posterior-0.csv"', 'draws: "pipe.csv"')
    assert "pipe.csv is no file" in told


def resealed(fitted, folder, **update):
    """The posterior with something else said of it, sealed again."""
    one = load_parameters(fitted / "posterior.yaml").posteriors[0]
    draws = update.pop("draws", one.draws)
    again = made(one.names, draws, one.sheet.model_copy(update=update))
    (folder / "p.yaml").write_text(
        "posteriors:\n" + again.as_text(0) + "parameters: {march_speed: {value: 9 km/h}}\n"
    )
    (folder / "posterior-0.csv").write_bytes(again.content)
    with pytest.raises(FaultyInput) as error:
        load_parameters(folder / "p.yaml")
    return [str(fault) for fault in error.value.faults]


def test_a_posterior_of_other_rules_or_outside_its_support_is_refused(fitted, tmp_path):
    (told,) = resealed(fitted, tmp_path, rules="1+000000000000")
    assert "was made with other rules" in told
    one = load_parameters(fitted / "posterior.yaml").posteriors[0]
    (told,) = resealed(fitted, tmp_path, draws=one.draws * np.array([-1.0, 1.0]))
    assert "march_speed: some draws are out of range" in told


def test_a_posterior_of_a_record_whose_held_out_rows_have_changed_is_refused(fitted, tmp_path):
    for folder in ("scenarios", "params/network"):
        (tmp_path / "case" / folder).mkdir(parents=True)
    shutil.copytree(BUNDLED.path("record"), tmp_path / "case" / "record")
    case = Case(tmp_path / "case")
    lent = load_parameters(fitted / "posterior.yaml", case=case)
    assert lent.spent == load_parameters(fitted / "posterior.yaml").spent  # the rows are the same
    one = lent.posteriors[0]
    own = made(one.names, one.draws, one.sheet.model_copy(update={"case": "case"}))
    (tmp_path / "own.yaml").write_text(f"posteriors:\n{own.as_text(0)}parameters: {{}}\n")
    (tmp_path / own.file(0)).write_bytes(own.content)
    assert load_parameters(tmp_path / "own.yaml", case=case).posteriors
    held = tmp_path / "case" / "record" / "held_out.yaml"
    held.write_text(held.read_text().replace("window: 60 days", "window: 120 days"))
    with pytest.raises(
        FaultyInput, match="record: the held-out rows were changed since this was fitted; calib"
    ):
        load_parameters(tmp_path / "own.yaml", case=case)
    other = load_parameters(
        fitted / "posterior.yaml", case=case
    )  # of another case, whose rows are other rows
    assert (other.posteriors[0].foreign, other.spent) == (True, set())


def test_two_posteriors_of_one_parameter_are_refused(fitted, tmp_path):
    text = (fitted / "posterior.yaml").read_text()
    head, rest = text.split("parameters:\n")
    item = head[head.index("  - ") :]
    (tmp_path / "posterior.yaml").write_text(f"{head}{item}parameters:\n{rest}")
    (tmp_path / "posterior-0.csv").write_bytes((fitted / "posterior-0.csv").read_bytes())
    with pytest.raises(FaultyInput, match="another posterior has laden_factor, march_speed too"):
        load_parameters(tmp_path / "posterior.yaml")


# --- points and what is made of them ---------------------------------------------------------------------


def test_points_are_the_posterior_in_units_with_their_logs(fitted):
    account, points = study.read_fit(fitted), study.read_points(fitted)
    names = [row["name"] for row in account["parameters"]]
    assert list(points)[:4] == [*names, "log_prior", "log_likelihood"]
    draws = load_parameters(fitted / "posterior.yaml")
    (posterior,) = draws.posteriors
    for place, name in enumerate(names):
        assert points[name] == pytest.approx(posterior.draws[:, place] / draws.rows[name].in_unit)
    rows = [column for key, column in points.items() if key.startswith("log_likelihood ")]
    assert len(rows) == 2
    assert points["log_likelihood"] == pytest.approx(np.sum(rows, axis=0))


def test_a_fit_tells_sensitivities_and_profiles_of_all_points_that_it_weighed(fitted):
    for row in study.read_fit(fitted)["parameters"]:
        assert 0.0 <= row["sensitivity"]["prior"] < 1.0
        assert 0.0 <= row["sensitivity"]["likelihood"] < 1.0
        assert sum(one["points"] for one in row["profile"]) > 240
        tops = [one["greatest"] for one in row["profile"] if one["greatest"] is not None]
        assert max(tops) == 0.0


def test_points_that_were_changed_or_are_not_there_are_refused(fitted, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(fitted, copy)
    (copy / study.POINTS).write_text("a\n1\n")
    with pytest.raises(FaultyInput, match=r"points\.csv: is missing or damaged"):
        study.read_points(copy)


# --- commands --------------------------------------------------------------------------------------------


def test_the_command_fits_and_a_run_takes_the_posterior(kidal, plan_file):
    code, out, err = kidal("calibrate", str(plan_file), "--points", "240", "--out", "fit")
    assert code == 0, err
    assert "posterior: fit/posterior.yaml" in out
    code, out, _ = kidal(
        "run", "un-kidal-gao", "--runs", "60", "--params", "fit/posterior.yaml", "--json", "--out", "r"
    )
    assert code == 0
    assert json.loads(out)["parameters"] == "posterior"
    assert Path("r/posterior-0.csv").exists()
    code, out, _ = kidal(
        "run", "un-kidal-gao", "--runs", "60", "--params", "r/parameters.yaml", "--json", "--out", "s"
    )
    assert Path("r/runs/part-000000.parquet").read_bytes() == Path("s/runs/part-000000.parquet").read_bytes()
    assert kidal("plot", "fit", "--figure", "posterior")[0] == 0
    assert Path("fit/figures/posterior.png").stat().st_size > 10_000
    for name in ("pairs", "profiles"):
        assert kidal("plot", "fit", "--figure", name)[0] == 0
    code, _, err = kidal("plot", "fit")
    assert code == 2
    assert err.strip() == "fit: is a calibration, and no run; `kidal run` makes one"
    code, _, err = kidal("plot", "r", "--figure", "posterior")
    assert code == 2
    assert "is no finished calibration" in err


def test_a_fit_by_few_histories_is_no_result(kidal):
    rows = '["tarkint:arrival", "tarkint:mine", "tabankort:ambush", "anefis:contact", "anefis:capture"]'
    Path("few.yaml").write_text(
        f"{PLAN[: PLAN.index('modules')]}modules:\n"
        f"  - id: march\n    histories: 10\n    reads:\n      gao-anefis: {rows}\n"
    )
    code, out, err = kidal("calibrate", "few.yaml", "--points", "200", "--out", "fit", "--json")
    assert code == 1
    assert "no result, and no posterior is written: " in err
    assert "the log likelihood has a variance of" in err
    assert json.loads(out)["faults"]
    assert not Path("fit/posterior.yaml").exists()
    assert Path("fit/fit.json").exists()


def test_the_prior_scale_is_that_of_the_parameters():
    plan = load_plan("october")
    z = np.array([[-1.0] * len(plan.sheet.parameters), [0.0] * len(plan.sheet.parameters)])
    values, rows = plan.values(z), plan.parameters.rows
    for name in plan.sheet.parameters:
        assert values[name][0] == pytest.approx(
            rows[name].quantile(float(scipy.special.ndtr(-1.0))), rel=1e-9
        )
        assert values[name][1] == pytest.approx(rows[name].quantile(0.5), rel=1e-9)
