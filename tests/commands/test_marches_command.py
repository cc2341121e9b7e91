"""`kidal marches`: its table, its rows and forms, and a record that has none."""

import csv
import io
import json

import pytest

QUICK = ("marches", "--draws", "300")
NAMES = [
    "regression",
    "72 km a day",
    *(
        f"{model}, {how}"
        for model in ("model", "model before")
        for how in ("prior", "weighed", "weighed, with its error")
    ),
]


def test_the_table_has_every_forecast_and_says_what_it_is_not(kidal):
    code, out, err = kidal(*QUICK)
    assert (code, err) == (0, "")
    words = " ".join(out.split())
    assert words.startswith(
        "Marches scored: 21 (1 more on file, opposed), of 14 other columns, each predicted from"
    )
    assert "known because somebody reported them; most sources were read as excerpts" in words
    assert "validated" not in words
    assert all(f"\n{name}  " in out for name in NAMES)
    assert "arrow-2004" not in out


def test_few_effective_draws_are_noted(kidal):
    words = " ".join(kidal(*QUICK)[1].split())
    assert (
        "Below 100 effective samples for some march, so more --draws: model, weighed; model, weighed, with"
        in words
    )


def test_the_same_call_gives_the_same_and_another_seed_does_not(kidal):
    first, again = kidal(*QUICK), kidal(*QUICK)
    assert first == again
    assert kidal(*QUICK, "--seed", "2") != first


def test_rows_are_march_by_march(kidal):
    out = kidal(*QUICK, "--rows")[1]
    (line,) = [line for line in out.splitlines() if line.startswith("arrow-2004 ")]
    assert line.split()[1:8] == ["wheeled", "tar", "483", "round", "the", "clock", "17.5"]


def test_as_json_it_has_numbers(kidal):
    told = json.loads(kidal(*QUICK, "--rows", "--json")[1])
    assert (told["marches"], told["columns"], told["opposed"]) == (21, 14, ["menaka-gao-2018"])
    assert [one["forecast"] for one in told["scores"]] == NAMES
    for one in told["scores"]:
        rows = [row for row in told["rows"] if row["forecast"] == one["forecast"]]
        assert len(rows) == one["marches"] == 21
        assert sum(row["crps"] for row in rows) / 21 == pytest.approx(one["crps"]["value"])
        assert sum(row["within"] for row in rows) == one["within"]
        assert all(row["q05"] <= row["q50"] <= row["q95"] for row in rows)
    assert "rows" not in json.loads(kidal(*QUICK, "--json")[1])


def test_as_csv_it_is_a_table(kidal):
    scores = list(csv.DictReader(io.StringIO(kidal(*QUICK, "--csv")[1])))
    assert [row["forecast"] for row in scores] == NAMES
    rows = list(csv.DictReader(io.StringIO(kidal(*QUICK, "--csv", "--rows")[1])))
    assert len(rows) == 21 * len(NAMES)
    assert {row["march"] for row in rows if row["basis"]} >= {"combe-1941", "red-ball-1944"}


def test_a_case_without_marches_says_so(kidal):
    assert kidal("new", "case", "mine")[0] == 0
    assert kidal("--case", "mine", *QUICK)[:2] == (
        0,
        "The record has no marches of other columns (marches.yaml).\n",
    )
    told = json.loads(kidal("--case", "mine", *QUICK, "--json")[1])
    assert (told["marches"], told["scores"]) == (0, [])
    assert kidal("--case", "mine", *QUICK, "--csv")[1].startswith("forecast,CRPS,")


@pytest.mark.parametrize("columns", [1, 2])
def test_few_columns_do_with_the_priors(kidal, tmp_path, columns):
    assert kidal("new", "case", "mine")[0] == 0
    rows = [
        f"- {{id: m{n}, column: c{n}, kind: laden, surface: piste, km: 100 km, least: 9 h, most: 10 h, source: made up}}\n"
        for n in range(columns)
    ]
    (tmp_path / "mine/record/marches.yaml").write_text(f"marches:\n{''.join(rows)}", encoding="utf-8")
    code, out, err = kidal("--case", "mine", *QUICK, "--rows", "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)["scores"]
    assert [one["crps"]["error"] is None for one in told] == [columns == 1] * len(NAMES)
    assert kidal("--case", "mine", *QUICK, "--rows")[0] == 0


def test_a_faulty_file_is_located(kidal, tmp_path):
    assert kidal("new", "case", "mine")[0] == 0
    (tmp_path / "mine/record/marches.yaml").write_text("marches:\n- {id: a, km: 0 km}\n", encoding="utf-8")
    code, out, err = kidal("--case", "mine", *QUICK)
    assert (code, out) == (2, "")
    assert "marches.yaml:2: km: 0 km is out of range; expected more than 0 km" in err
