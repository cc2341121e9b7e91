"""`kidal evidence` and `kidal compare --joint`: models on the same rows, and what is refused."""

import csv
import io
import json
from pathlib import Path

import pytest

from runs import run_folder
from sim.studies.evidence import looks

pytestmark = pytest.mark.slow
SMALL = ("--scenario", "gao-anefis", "--runs", "60", "--islands", "3")
PLAN = """summary: mines or none
source: made up
models:
  - {id: base}
  - {id: no mines, set: {mine_rate: 0 /km}}
  - {id: either, mixture: [base, no mines]}
"""


@pytest.fixture
def plan():
    """A small plan in the folder of a command."""
    return lambda text=PLAN: Path("p.yaml").write_text(text)


def test_a_plan_is_weighed_beside_the_baselines(kidal, plan):
    plan()
    code, out, err = kidal("evidence", "p.yaml", *SMALL, "--json")
    assert code == 0, err
    found = json.loads(out)
    assert [model["name"] for model in found["models"]] == ["base", "no mines", "either"]
    assert found["baselines"][-1]["name"] == found["opponent"] == "composite"
    assert all((model["islands"], len(model["rows"])) == (3, 9) for model in found["models"])
    base, mines, either = (model["all"]["value"] for model in found["models"])
    assert min(base, mines) < either < max(base, mines)
    assert sorted(path.name for path in Path().iterdir()) == ["p.yaml"]


def test_text_table_and_json_say_the_same(kidal):
    text = kidal("evidence", *SMALL)[1]
    table = list(csv.reader(io.StringIO(kidal("evidence", *SMALL, "--csv")[1])))
    found = json.loads(kidal("evidence", *SMALL, "--json")[1])
    assert text.startswith("gao-anefis against the composite baseline")
    assert [line[0] for line in table[1:]] == [m["name"] for m in found["models"] + found["baselines"]]
    assert table[1][4].split()[0] == f"{found['models'][0]['all']['value']:.2f}"
    rows = list(csv.reader(io.StringIO(kidal("evidence", *SMALL, "--full", "--csv")[1])))
    assert len(rows) == 1 + len(found["rows"]) == 10


def test_a_seed_is_that_of_all_islands(kidal):
    one, again, other = (
        json.loads(kidal("evidence", *SMALL, "--json", "--seed", seed)[1])["models"][0]["logs"]
        for seed in ("1", "1", "2")
    )
    assert one == again
    assert one != other


def test_results_are_weighed_by_what_they_were_made_of(kidal, monkeypatch):
    from sim.studies.evidence import weigh

    plans = []
    right = weigh.weigh
    monkeypatch.setattr(
        weigh,
        "weigh",
        lambda models, plan, workers: (
            plans.append(models) or right(models, weigh.IslandPlan(runs=60, islands=2))
        ),
    )
    one, other = (str(run_folder("gao-anefis", 10, sets=sets)) for sets in ((), ("mine_rate=0 /km",)))
    code, out, err = kidal("compare", one, other, "--joint", "--json")
    assert code == 0, err
    found = json.loads(out)
    assert len(found["models"]) == 2
    (models,) = plans
    assert models[1].inputs.parameters.rows["mine_rate"].value == 0.0
    assert found["models"][0]["logs"] != found["models"][1]["logs"]


def test_where_a_log_is_there_each_look_is_entered_once(kidal):
    looks.LOOKS_LOG.parent.mkdir(parents=True)
    looks.LOOKS_LOG.write_text(",".join(looks.LOOK_COLUMNS) + "\n")
    for _ in range(2):
        code, _, err = kidal("evidence", *SMALL)
        assert code == 0
        assert "1 looks at the record are logged in docs/decisions/looks.csv" in err
    assert len(looks.read_looks()) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("evidence no-such", "no-such: is neither a file nor a plan of evidence that comes with the program; "),
        ("evidence --scenario no-such", "no-such: is neither a file nor a scenario that comes with the program"),
        ("evidence --scenario blockade", "blockade: nothing of it is scored; `kidal record` lists what is"),
        ("compare RESULT --joint --latex", "--joint: weighs all reports together; expected no --latex, --by or "),
        ("compare RESULT --joint --by 2023-11-01", "--joint: weighs all reports together; expected no --latex, "),
        ("compare RESULT --joint --milestone anefis:capture", "--joint: weighs all reports together; expected no"),
        ("compare RESULT OTHER --joint", "is not asked what "),
        ("evidence p.yaml", "p.yaml:5: 'no-such' is neither a file nor a hypothesis"),
        ("evidence --csv --json", "--csv --json: are two forms"),
    ],
)  # fmt: skip
def test_what_cannot_be_weighed_is_one_sentence(words, said, kidal, plan):
    plan(PLAN.replace("id: no mines", "id: no mines, with: [no-such]"))
    folders = {"RESULT": "gao-anefis", "OTHER": "un-kidal-gao"}
    calls = [str(run_folder(folders[word], 10)) if word in folders else word for word in words.split()]
    code, out, err = kidal(*calls)
    assert (code, out) == (2, ""), err
    assert said in err
    assert len(err.strip().splitlines()) == 1
    assert sorted(path.name for path in Path().iterdir()) == ["p.yaml"]


def test_a_sweep_is_no_model(kidal):
    assert kidal("sweep", "gao-anefis", "mine-rate", "--runs", "2", "--out", "s")[0] == 0
    code, out, err = kidal("compare", "s", "--joint")
    assert (code, out, err.strip()) == (2, "", "s: is a sweep; expected results of one design point")


# --- diagnostics ---------------------------------------------------------------------------------------------


def test_rows_are_left_out_one_by_one_and_the_last_needs_no_runs(kidal):
    code, out, err = kidal("evidence", *SMALL, "--leave-one-out", "--json")
    assert code == 0, err
    found = json.loads(out)
    whole = json.loads(kidal("evidence", *SMALL, "--json")[1])
    rows, lead = found["rows"], found["lead"]["value"]
    assert lead == pytest.approx(whole["models"][0]["lead_all"]["value"])
    assert [row["row"] for row in rows] == [row["row"] for row in whole["rows"]]
    assert all(row["lead"]["value"] + row["lead_without"]["value"] == pytest.approx(lead) for row in rows)
    assert rows[-1]["model"]["value"] == pytest.approx(whole["models"][0]["rows"][-1]["value"])
    assert len({round(row["lead_without"]["value"], 6) for row in rows}) == len(rows)
    table = list(csv.reader(io.StringIO(kidal("evidence", *SMALL, "--leave-one-out", "--csv")[1])))
    assert table[1][-1].split()[0] == f"{rows[0]['lead_without']['value']:+.2f}"


def test_a_plan_and_an_option_give_the_same_reliabilities_and_each_is_a_look(kidal, plan):
    looks.LOOKS_LOG.parent.mkdir(parents=True)
    looks.LOOKS_LOG.write_text(",".join(looks.LOOK_COLUMNS) + "\n")
    plan(PLAN.replace("models:", "reliabilities: [0.5, 0.97]\nmodels:"))
    found = json.loads(kidal("evidence", "p.yaml", *SMALL, "--json")[1])["reliabilities"]
    options = ("--reliability", "0.5", "--reliability", "0.97")
    plan()
    assert json.loads(kidal("evidence", "p.yaml", *SMALL, *options, "--json")[1])["reliabilities"] == found
    assert [(row["reliability"], row["model"]) for row in found] == [
        (at, name) for at in (None, 0.5, 0.97) for name in ("base", "no mines", "either")
    ]
    assert len({row["all"]["value"] for row in found}) == 9
    names = [look[2] for look in csv.reader(looks.LOOKS_LOG.read_text().splitlines()[1:])]
    assert names[3] == "base, reliability 0.5"
    assert len(names) == 9


def test_what_each_report_adds_is_drawn(kidal):
    code, out, err = kidal("evidence", *SMALL, "--plot", "deep/reports.png")
    assert code == 0, err
    assert out.rstrip().endswith("drawn: deep/reports.png")
    assert Path("deep/reports.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--reliability", "1"), "--reliability 1: is no probability; expected one between 0 and 1"),
        (
            ("--leave-one-out", "--full"),
            "--leave-one-out: has a table of its own; expected no --full with it",
        ),
        (("--reliability", "0.5", "--plot", "a.png"), "expected no --plot with it"),
        (("--plot", "a.bmp"), "a.bmp"),
    ],
)
def test_questions_that_do_not_go_together_are_refused(words, said, kidal):
    code, out, err = kidal("evidence", *SMALL, *words)
    assert (code, out) == (2, "")
    assert said in err
    assert not list(Path().iterdir())


@pytest.mark.parametrize("value", ["1", "0", "high"])
def test_a_reliability_of_a_plan_is_a_probability(value, kidal, plan):
    plan(PLAN.replace("models:", f"reliabilities: [0.5, {value}]\nmodels:"))
    code, _, err = kidal("evidence", "p.yaml", *SMALL)
    assert code == 2
    assert err.startswith("p.yaml:3: ")
