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
    assert table[1][3].split()[0] == f"{found['models'][0]['all']['value']:.2f}"
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
