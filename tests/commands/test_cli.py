"""The command line as a user meets it: what is printed, what is stored, how it ends."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sim.cli import COMMANDS
from sim.commands.lists import OTHER_LISTS
from sim.files.case import BUNDLED
from sim.state.kinds import EVENTS, PLACE_EVENTS
from sim.store.reader import read_run

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("words", [(), ("--help",), *((name, "--help") for name in COMMANDS)])
def test_help_comes_with_an_example_or_the_commands(kidal, words):
    code, out, err = kidal(*words)
    assert code == 0
    assert err == ""
    assert (f"Example: kidal {words[0]}" if len(words) > 1 else "Commands:") in out


@pytest.mark.parametrize("words", [("--help",), *((name, "--help") for name in COMMANDS)])
def test_help_says_no_word_of_the_bundled_case_but_in_its_example(kidal, words):
    help_text = re.sub(r"Example: .*?\n\s*\n", "", kidal(*words)[1], flags=re.DOTALL)
    files = [path for kind in ("scenarios", "params") for path in BUNDLED.path(kind).rglob("*.yaml")]
    names = {path.stem for path in files if "-" in path.stem} | {"october", "Gao", "Kidal", "anefis", "Mali"}
    assert {word for word in names if re.search(rf"(?<![\w-]){word}(?![\w-])", help_text)} == set()


def test_help_and_a_run_import_neither_mesa_nor_numba_nor_matplotlib(tmp_path):
    code = (
        "import sys; sys.argv = ['kidal', 'run', 'gao-anefis']\n"
        "from sim.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "assert not {'mesa', 'numba', 'matplotlib'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True)


def test_list_names_all_that_comes_along(kidal):
    code, out, _ = kidal("list")
    assert code == 0
    listed = json.loads(kidal("list", "--json")[1])
    names = [line.split()[0] for line in out.splitlines() if line.startswith("  ")]
    assert names == [name for kind in listed.values() for name in kind]
    assert {"october", "hold"} == set(listed["calibrations"])
    assert "alternatives" in listed["evidence"]
    assert {"base", "no-mines"} <= set(listed["what-ifs"])
    assert {"gao-anefis", "kidal-offensive"} <= set(listed["scenarios"])
    assert {"drones-stay-at-gao", "radius-300-km"} <= set(listed["hypotheses"])
    assert {"drone-radius-base", "mine-rate"} <= set(listed["designs"])


LISTS = (
    "scenarios",
    "parameters",
    "places",
    "events",
    "hypotheses",
    "designs",
    "calibrations",
    "evidence",
    "what-ifs",
    "figures",
)


@pytest.mark.parametrize("what", [*LISTS, "milestones"])
def test_a_list_says_the_same_in_every_form(what, kidal):
    rows = json.loads(kidal("list", what, "--json")[1])[what]
    assert list(csv.DictReader(io.StringIO(kidal("list", what, "--csv")[1]))) == rows
    head, rule, *lines = kidal("list", what, "--markdown")[1].splitlines()
    assert [cell.strip() for cell in head.strip("|").split("|")] == list(rows[0])
    assert (set(rule), len(lines)) == (set("| -"), len(rows))
    code, out, err = kidal("list", what)
    names = [line.split()[0] for line in out.splitlines() if not line.endswith(":")]
    assert (code, err, sorted(names)) == (0, "", sorted(row["id"] for row in rows))
    assert all(all(row.values()) for row in rows if what not in ("parameters", "places"))


def test_lists_are_grouped_and_have_sentences_values_and_units(kidal):
    assert (
        "March:\n  march_speed          11       km/h        Speed of a light column"
        in kidal("list", "parameters")[1]
    )
    assert "\nairfield:\n  gao_apt " in kidal("list", "places")[1]
    assert "drones.tb2.radius:\n  radius-150-km " in kidal("list", "hypotheses")[1]
    events = {row["id"] for row in json.loads(kidal("list", "events", "--json")[1])["events"]}
    assert events == {*EVENTS, *PLACE_EVENTS}
    stage = kidal("list", "milestones", "--of", "gao-anefis")[1]
    assert "  anefis:capture      Anefis      the column captures the place\n" in stage
    assert "kidal:capture" not in stage
    lengths = {name: len(json.loads(kidal("list", name, "--json")[1])[name]) for name in OTHER_LISTS}
    assert [*lengths] == ["parameters", "places", "events", "figures", "milestones"]
    assert all(lengths.values())
    assert f" {', '.join(f'{name} ({n})' for name, n in lengths.items())}." in kidal("list")[1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("list place", "kidal list place: is no list; did you mean 'places'?"),
        (
            "list places --of gao-anefis",
            "goes with milestones alone; expected 'kidal list milestones'",
        ),
        ("list --csv", "--csv: takes one list; expected its name, as 'kidal list places'"),
        ("list places --csv --json", "--csv --json: are two forms; expected one of them"),
        (
            "list milestones --of nowhere",
            "nowhere: is neither a file nor a scenario that comes with the program",
        ),
        ("run gao-anefis --set fog=1", ", ... ('kidal list parameters' lists all)"),
        (
            "run gao-anefis --set columns.army.from=qqqqqq",
            ", ... ('kidal list places' lists all)",
        ),
        ("run gao-anefis --with qqqqqq", ", ... ('kidal list hypotheses' lists all)"),
        ("run gao-anefis --set milestones.gao:departure.id=gao:qqqqqq", "('kidal list events' lists all)"),
        ("sensitivity kidal-offensive --milestone qqqqqq", "('kidal list milestones' lists all)"),
    ],
)
def test_a_list_that_is_cut_names_the_command_that_lists_all(words, message, kidal):
    code, out, err = kidal(*words.split())
    assert (code, out) == (2, "")
    assert message in err
    assert ("..." in err) == ("lists all" in err)


KINDS_OF_PARAMS = ("sweeps", "calibrations", "evidence", "whatif")


@pytest.mark.slow
def test_check_finds_the_bundled_files_in_order(kidal):
    code, out, err = kidal("check")
    assert (code, err) == (0, "")
    folders = ("scenarios", "scenarios/hypotheses", "params", *(f"params/{name}" for name in KINDS_OF_PARAMS))
    kinds = [len(list((ROOT / name).glob("*.yaml"))) for name in folders] + [1, 1]
    # those of the case, a new scenario, the network and record
    assert out.count(": valid\n") == sum(kinds)
    assert "note" not in out


@pytest.mark.parametrize(
    "path",
    [
        "scenarios/un-kidal-gao.yaml",
        "params/default.yaml",
        "params/network/roads.csv",
        "analysis/record/claims.yaml",
    ],
)
def test_check_knows_every_kind_of_file(kidal, path):
    code, out, _ = kidal("check", str(ROOT / path))
    assert code == 0
    assert out.splitlines()[0].endswith(f"{path}: valid")


def test_check_and_a_dry_run_and_full_tables_name_what_was_chosen_with_the_outcome_known(kidal):
    code, out, _ = kidal("check", str(ROOT / "scenarios/gao-anefis.yaml"), str(ROOT / "params/default.yaml"))
    labels = [line for line in out.splitlines() if line.startswith("  chosen with the outcome known: ")]
    assert code == 0
    assert "columns.army.contested_from, columns.army.defended.anefis_s10" in labels[0]
    assert "press_on" in labels[1]
    for command in (["--dry-run"], ["--out", "one", "--full"]):
        _, out, _ = kidal("run", "gao-anefis", *command)
        told = " ".join(out.split())
        assert (
            "chosen with the outcome known (25): columns.army.contested_from, columns.army.defended" in told
        )
        assert "night_harassment" in told


def test_a_label_that_leads_to_nothing_is_told_with_its_line(kidal, tmp_path):
    text = (ROOT / "scenarios/gao-anefis.yaml").read_text(encoding="utf-8")
    wrong = text.replace("  - columns.army.contested_from", "  - columns.army.contested_form")
    (tmp_path / "s.yaml").write_text(wrong, encoding="utf-8")
    line = wrong.splitlines().index("  - columns.army.contested_form") + 1
    code, _, err = kidal("check", "s.yaml")
    assert code == 2
    assert err.startswith(
        f"s.yaml:{line}: 'columns.army.contested_form' leads to nothing; did you mean 'contested_from'?"
    )


def test_check_tells_faults_of_several_files_at_once(kidal, tmp_path):
    (tmp_path / "a.yaml").write_text("parameters:\n  fog: 1\n")
    (tmp_path / "b.yaml").write_text("start: 2.10.\n")
    (tmp_path / "c.yaml").write_text("fog: 1\n")
    code, _, err = kidal("check", "a.yaml", "b.yaml", "c.yaml")
    assert code == 2
    assert [line.split(":")[0] for line in err.splitlines()][:2] == ["a.yaml", "b.yaml"]
    assert "c.yaml: has no key of a scenario" in err


def test_one_history_prints_its_timeline_beside_the_reports(kidal, tmp_path):
    code, out, err = kidal("run", "gao-anefis")
    assert (code, err) == (0, "")
    (line,) = [line for line in out.splitlines() if line.startswith("Anefis is captured")]
    assert "reported 6 to 7 Oct (" in line
    assert max(map(len, out.splitlines())) <= 80
    full = kidal("run", "gao-anefis", "--full")[1]
    (line,) = [line for line in full.splitlines() if line.startswith("Anefis: captured")]
    assert "6 Oct 18:00 to 7 Oct 12:00  scored" in line
    assert "corroborated by both parties" in line
    voice = "secondary source (Wikipedia, Kidal offensive)"
    assert f"Tarkint: stay: {voice}; Tabrichat: arrival: {voice}" in full
    (folder,) = (tmp_path / "runs").iterdir()
    assert {path.name for path in folder.iterdir()} == {
        "manifest.json", "scenario.yaml", "parameters.yaml", "printed.json", "runs", "events", "reports", "axis"
    }  # fmt: skip


def test_the_answer_of_the_whole_offensive_fits_a_screen(kidal):
    out = kidal("run", "kidal-offensive", "--runs", "8")[1].splitlines()
    assert len(out) <= 20
    assert max(map(len, out)) <= 80
    sentences = [line for line in out if re.match("(Anefis|Kidal|Aguelhok) is captured in ", line)]
    assert [line.split()[0] for line in sentences] == ["Anefis", "Kidal", "Aguelhok"]


def test_a_result_shows_its_answer_again_and_each_of_its_tables(kidal):
    out = kidal("run", "gao-anefis", "--runs", "4", "--out", "one")[1]
    code, again, err = kidal("show", "one")
    assert (code, err) == (0, "")
    assert out == f"{again}\nstored in one; next: kidal show one --full\n"
    heads = {"time": "mean days by leg", "displacement": "no displacement in this result"}
    full = kidal("show", "one", "--full")[1]
    for table, head in heads.items():
        text = kidal("show", "one", "--table", table)[1]
        assert text.startswith(head)
        assert text.startswith("no ") or text.rstrip() in full


def test_json_has_the_answer_and_how_probable_it_is_before_a_date(kidal):
    answer = json.loads(kidal("run", "gao-anefis", "--runs", "4", "--by", "2023-10-20", "--json")[1])
    assert answer["headline"] == ["anefis:capture"]
    (sentence,) = answer["answer"]
    assert sentence.startswith("Anefis is captured in ")
    assert " before 20 Oct (95 % Monte Carlo interval " in sentence
    assert answer["by"]["date"] == "2023-10-20T00:00Z"
    entry = answer["by"]["milestones"]["anefis:capture"]
    assert entry["interval"][0] <= entry["probability"] <= entry["interval"][1]


def test_a_sweep_is_shown_again(kidal):
    out = kidal("sweep", "gao-anefis", "rebel-strength", "--runs", "2", "--out", "two")[1]
    assert out.startswith(kidal("show", "two")[1])
    assert "is a sweep of several design points" in kidal("show", "two", "--table", "time")[2]


def test_the_same_command_gives_the_same_folder_and_does_not_run_again(kidal, tmp_path):
    first = kidal("run", "gao-anefis", "--runs", "3")[1]
    (folder,) = (tmp_path / "runs").iterdir()
    stamp = (folder / "manifest.json").stat().st_mtime_ns
    assert kidal("run", "gao-anefis", "--runs", "3")[1] == first
    assert [path.name for path in (tmp_path / "runs").iterdir()] == [folder.name]
    assert (folder / "manifest.json").stat().st_mtime_ns == stamp


def test_json_is_one_object_with_the_promised_keys(kidal):
    code, out, _ = kidal("run", "un-kidal-gao", "--runs", "20", "--json", "--seed", "4")
    answer = json.loads(out)
    assert code == 0
    assert (answer["scenario"], answer["runs"], answer["seed"], answer["parameters"]) == (
        "un-kidal-gao", 20, 4, "prior"
    )  # fmt: skip
    arrival = answer["milestones"]["gao:arrival"]
    assert arrival["reported"]["earliest"] == "2023-11-07T00:00Z"
    assert {"probability", "q05", "q50", "q95", "share_within"} <= set(arrival)
    assert answer["outcomes"]["mine_strikes_reported"]["reported"] == [6, 6]


def test_fixed_varies_chance_alone_and_says_so(kidal, tmp_path):
    answer = json.loads(kidal("run", "gao-anefis", "--runs", "4", "--fixed", "--json")[1])
    assert answer["parameters"] == "fixed"
    one = json.loads(kidal("run", "gao-anefis", "--json")[1])
    stored = read_run(tmp_path / answer["out"]).runs["anefis:capture"][0]
    assert stored == read_run(tmp_path / one["out"]).runs["anefis:capture"][0]


def test_a_run_that_never_arrives_says_so(kidal):
    code, out, _ = kidal("run", "gao-anefis", "--set", "march_speed=0.1 km/h", "--full")
    assert code == 0
    assert "Anefis is not captured by the end, 1 Nov 2023; reported 6 to 7 Oct." in out
    assert re.search(r"\nAnefis: captured +never +6 Oct 18:00 to ", out)


def test_out_names_the_folder_and_another_run_in_it_is_refused(kidal, tmp_path):
    assert kidal("run", "gao-anefis", "--out", "mine")[0] == 0
    code, out, err = kidal("run", "gao-anefis", "--out", "mine", "--seed", "2")
    assert (code, out) == (2, "")
    assert err == "mine: holds another run; expected another --out\n"
    assert read_run(tmp_path / "mine").manifest["seed"] == 1


def test_a_folder_with_other_things_in_it_is_left_alone(kidal, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("mine")
    code, _, err = kidal("run", "gao-anefis", "--out", "mine")
    assert code == 2
    assert "is no result folder" in err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_a_figure_is_drawn_whatever_matplotlib_is_told_to_draw_on(kidal, tmp_path):
    """A notebook tells its commands to draw in it, by a package that the command may not have."""
    assert kidal("run", "gao-anefis", "--out", "out")[0] == 0
    code = "import sys; sys.argv = ['kidal', 'plot', 'out']\nfrom sim.cli import main\nmain()"
    env = os.environ | {"MPLBACKEND": "module://no_such_package.backend"}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=env, check=True, capture_output=True)
    assert (tmp_path / "out/figures/time-distance.png").exists()


def test_a_folder_that_cannot_be_written_is_told_before_anything_runs(kidal, tmp_path, monkeypatch):
    tmp_path.chmod(0o500)
    if os.access(tmp_path, os.W_OK):  # root may write anywhere
        monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert "cannot be written to" in kidal("run", "gao-anefis")[2]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("run", "gao-anefs"), "did you mean 'gao-anefis'?"),
        (("run", "gao-anefis", "--set", "march_sped=9 km/h"), "did you mean 'march_speed'?"),
        (("run", "gao-anefis", "--set", "march_speed=9"), "expected '9 km/h'"),
        (
            ("run", "gao-anefis", "--set", "drones.tb2.radius=150"),
            "expected '150 km', '150 m' or '150 mi'",
        ),
        (("run", "gao-anefis", "--set", "drones.tb2.radus=150 km"), "did you mean 'radius'?"),
        (("run", "gao-anefis", "--set", "drones.tb1.radius=150 km"), "did you mean 'tb2'?"),
        (("run", "gao-anefis", "--set", "summary"), "is not NAME=VALUE"),
        (("run", "gao-anefis", "--set", "end=2023-09-01"), "is not after the start"),
        (("run", "gao-anefis", "--params", "none.yaml"), "none.yaml: cannot be read"),
        (("run", "gao-anefis", "--by", "2023-12-01"), "is outside the scenario, 2 Oct 2023 to 1 Nov 2023;"),
        (
            ("run", "gao-anefis", "--by", "October"),
            "'October' is not a day; expected something like '2023-10-02'",
        ),
        (
            ("show", "nowhere", "--table", "fog"),
            "--table fog: is no table; expected one of milestones, outcomes,",
        ),
        (("show", "nowhere"), "is not a result folder"),
        (("run", "gao-anefis", "--runs", "0"), "'--runs'"),
        (("run", "gao-anefis", "--seed", "18446744073709551616"), "'--seed'"),
        (("run",), "Missing argument"),
        (("frobnicate",), "No such command"),
        (
            ("f" * 100_000,),
            f"kidal: No such command '{'f' * 60}...' (100,000 letters); see `kidal --help`\n",
        ),
        (("run", "A" * 100_000), f"{'A' * 60}... (100,000 letters)"),
        (("plot", "nowhere"), "is not a result folder"),
    ],
)
def test_a_wrong_call_ends_with_2_one_line_and_nothing_written(kidal, tmp_path, words, message):
    code, out, err = kidal(*words)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_faults_of_scenario_parameters_and_settings_are_told_together(kidal, tmp_path):
    (tmp_path / "p.yaml").write_text("parameters:\n  march_speed: {value: 3}\n  fog: {value: 1}\n")
    err = kidal("run", "gao-anefis", "--params", "p.yaml", "--set", "mine_rate=2 km", "--set", "ende=1")[2]
    err += kidal("run", "gao-anefis", "--params", "p.yaml", "--set", "drones.tb2.radius=no")[2]
    for fault in (
        "p.yaml:2: march_speed",
        "p.yaml:3: 'fog' is no parameter",
        "--set mine_rate",
        "'ende'",
        "tb2",
    ):
        assert fault in err


def test_ctrl_c_ends_with_130_and_the_same_command_goes_on(kidal, tmp_path, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("sim.engine.batch.run_one", stop)
        code, _, err = kidal("run", "gao-anefis", "--runs", "5", "--out", "mine")
    assert code == 130
    assert "0 of 1 parts are stored in mine; the same command goes on with it" in err
    code, _, err = kidal("plot", "mine")
    assert (code, err) == (
        2,
        "mine: is not finished; `kidal run gao-anefis --runs 5 --out mine` goes on with it\n",
    )
    assert kidal("run", "gao-anefis", "--runs", "5", "--out", "mine")[0] == 0
    assert len(read_run(tmp_path / "mine").done) == 5


def test_a_failed_run_is_a_row_with_its_error_and_ends_with_1(kidal, tmp_path, monkeypatch):
    from sim.engine import batch

    plain = batch.run_one

    def fail_once(template, values, run_seed, *, spread=False):
        if len(seen) == 1:
            seen.append(run_seed)
            raise ArithmeticError("planted")
        seen.append(run_seed)
        return plain(template, values, run_seed, spread=spread)

    seen: list[int] = []
    monkeypatch.setattr(batch, "run_one", fail_once)
    code, _, err = kidal("run", "gao-anefis", "--runs", "3")
    assert code == 1
    assert "1 of 3 runs failed, the first with: ArithmeticError: planted" in err
    (folder,) = (tmp_path / "runs").iterdir()
    assert list(read_run(folder).runs["status"]) == ["done", "failed", "done"]


def test_plot_draws_the_stored_run(kidal, tmp_path):
    kidal("run", "gao-anefis", "--out", "mine")
    code, out, _ = kidal("plot", "mine", "--out", "picture.svg")
    assert (code, out) == (0, "drawn: picture.svg\n")
    assert (tmp_path / "picture.svg").read_text().startswith("<?xml")
    assert kidal("plot", "mine", "--figure", "time-distanc")[2].endswith("did you mean 'time-distance'?\n")
    assert kidal("plot", "mine", "--out", "picture.doc")[0] == 2


def test_a_stored_run_is_given_back_by_its_own_files_pins_included(kidal, tmp_path):
    kidal("run", "gao-anefis", "--runs", "4", "--set", "march_speed=9 km/h", "--out", "first")
    kidal("run", "first/scenario.yaml", "--params", "first/parameters.yaml", "--runs", "4", "--out", "again")
    first, again = read_run(tmp_path / "first").runs, read_run(tmp_path / "again").runs
    assert list(first["anefis:capture"]) == list(again["anefis:capture"])


def test_ctrl_c_while_writing_leaves_nothing(kidal, tmp_path, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.store.writer.pq.write_table", stop)
    assert kidal("run", "gao-anefis")[0] == 130
    assert [path for path in tmp_path.rglob("*") if path.is_file() or path.name.startswith(".")] == []


def test_a_damaged_run_is_told_with_the_way_out(kidal, tmp_path):
    kidal("run", "gao-anefis", "--out", "mine")
    (tmp_path / "mine" / "runs" / "part-000000.parquet").write_bytes(b"PAR1")
    code, _, err = kidal("plot", "mine")
    assert code == 2
    assert "the same command again would put it right" in err
    (tmp_path / "mine" / "manifest.json").write_text('{"schema": 1}')
    assert "is of schema version 1, this program reads 6" in kidal("plot", "mine")[2]
    (tmp_path / "mine" / "manifest.json").write_text('{"schema": 6}')
    assert "is no manifest" in kidal("plot", "mine")[2]


def test_reports_of_another_time_are_not_laid_beside_a_run(kidal, tmp_path):
    text = (ROOT / "scenarios" / "gao-anefis.yaml").read_text().replace("2023-", "2024-")
    (tmp_path / "later.yaml").write_text(text)
    assert "within" not in kidal("run", "later.yaml")[1]
    assert " h late" not in kidal("run", "later.yaml", "--seed", "2")[1]


def test_never_is_explained_by_the_end_of_the_scenario(kidal):
    assert (
        "never: not by the end of the scenario, 1 Nov 2023, 00:00 UTC"
        in kidal("run", "gao-anefis", "--set", "march_speed=0.1 km/h", "--full")[1]
    )
