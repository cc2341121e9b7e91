"""The marches of a record: what is on file, and each fault of a file with its line."""

from pathlib import Path

import pytest
from test_record import write

from sim.files.yaml_tree import FaultyInput
from sim.record.record import load_record

ROW = """\
- id: a
  column: one
  kind: light
  surface: tar
  km: 80 km
  least: 2 h
  most: 16 h
  source: made up
"""


def faults(folder: Path, text: str) -> list[str]:
    (write(folder) / "marches.yaml").write_text(f"marches:\n{text}", encoding="utf-8")
    with pytest.raises(FaultyInput) as error:
        load_record(folder=folder)
    return [line.removeprefix(f"{folder}/") for line in str(error.value).splitlines()]


def test_the_bundled_marches_are_of_columns_elsewhere_or_earlier() -> None:
    record = load_record()
    assert len(record.marches) == 22
    assert not {march.column for march in record.marches} & {claim.column for claim in record.claims}
    assert [march.id for march in record.marches if march.opposed] == ["menaka-gao-2018"]
    assert all(march.km / march.least <= 60 for march in record.marches)


def test_a_record_without_the_file_has_no_marches(tmp_path: Path) -> None:
    assert load_record(folder=write(tmp_path)).marches == ()


def test_a_sound_row_is_read(tmp_path: Path) -> None:
    (write(tmp_path) / "marches.yaml").write_text(f"marches:\n{ROW}", encoding="utf-8")
    (march,) = load_record(folder=tmp_path).marches
    assert (march.km, march.least, march.most, march.opposed, march.goes) == (80, 2, 16, False, None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("km: 80 km", "km: 0 km"), "marches.yaml:6: km: 0 km is out of range; expected more than 0 km"),
        (("km: 80 km", "km: 80"), "marches.yaml:6: km: "),
        (("least: 2 h", "least: 0 h"), "marches.yaml:7: least: 0 h is out of range; expected more than 0 h"),
        (("most: 16 h", "most: 2 h"), "marches.yaml:8: most: 2 h is no more than least, 2 h; expected more"),
        (("most: 16 h", "most: 1 h"), "marches.yaml:8: most: 1 h is no more than least, 2 h; expected more"),
        (("kind: light", "kind: tracked"), "marches.yaml:4: kind: 'tracked' is not known; expected 'light',"),
        (("surface: tar", "surface: sand"), "marches.yaml:5: surface: 'sand' is not known; expected 'tar',"),
        (("source: made up", "sauce: made up"), "marches.yaml:2: the key 'source' is missing"),
        (
            ("source: made up", "goes: at dawn\n  source: made up"),
            "marches.yaml:9: goes: 'at dawn' is not known",
        ),
        (("column: one", "column: One"), "marches.yaml:3: column: "),
    ],
)
def test_a_fault_is_located(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    assert change[0] in ROW
    assert faults(tmp_path, ROW.replace(*change))[0].startswith(message)


def test_all_faults_are_given_at_once(tmp_path: Path) -> None:
    bad = ROW.replace("80 km", "-1 km").replace("kind: light", "kind: heavy")
    found = faults(tmp_path, ROW + bad.replace("id: a", "id: b") + ROW.replace("16 h", "1 h"))
    assert [line.split(": ")[0] for line in found] == [f"marches.yaml:{n}" for n in (12, 14, 18, 24)]
    assert "'a' stands here again (first on line 2)" in found[2]
