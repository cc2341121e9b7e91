"""No date that the model must give stands in a file that it reads: neither as a number nor in words."""

import re

import pytest

from sim.files.case import BUNDLED

# The reported outcomes of the campaign, 2023: arrivals and fights on the way to Anefis and its capture, the
# first strikes on Kidal, the UN in Gao, the go, Alkit, the way round, Kidal, Aguelhok.
OUTCOMES = (
    {(10, day) for day in (3, 4, 5, 6, 7)} | {(11, day) for day in (3, 4, 7, 10, 11, 13, 14)} | {(12, 20)}
)
# Days that are orders, and outcomes only of another stage: the raid on Taoussa, and the column at Tabankort.
ORDERS = {"september-raids.yaml": {(10, 4)}}
MONTHS = {"oct": 10, "nov": 11, "dec": 12, "déc": 12}

_DAY = r"(?<!\d)0?(?:[1-9]|[12]\d|3[01])(?!\d)(?:st|nd|rd|th)?"
_JOIN = r"\s*(?:,\s*and|,|-|\u2013|/|to|and|or|until)\s*"
_DAYS = rf"(?P<days>{_DAY}(?:{_JOIN}{_DAY})*)"
_MONTH = r"(?P<month>oct|nov|dec|déc)[a-zé]*\.?"
_BEFORE = re.compile(rf"{_DAYS}(?:\s+of)?[\s_-]*{_MONTH}", re.IGNORECASE)
_AFTER = re.compile(rf"(?<![a-z]){_MONTH}[\s_-]*{_DAYS}", re.IGNORECASE)
_ISO = re.compile(r"(?<!\d)2023(?P<sep>[-/. ]?)(?P<month>1[0-2])(?P=sep)(?P<day>[0-3]?\d)(?!\d)")
_EUROPEAN = re.compile(r"(?<!\d)(\d\d?)([-/. ])(\d\d?)\2(?:20)?23(?!\d)")


def dates(text):
    """Every (month, day) of October to December that a text names, whatever the way of writing it."""
    found = {(int(match["month"]), int(match["day"])) for match in _ISO.finditer(text)}
    for match in _EUROPEAN.finditer(text):
        found |= {(int(match[3]), int(match[1])), (int(match[1]), int(match[3]))}
    for match in (*_BEFORE.finditer(text), *_AFTER.finditer(text)):
        found |= {(MONTHS[match["month"].lower()], int(day)) for day in re.findall(r"\d+", match["days"])}
    return found


def planted(folder):
    """The outcome dates in the files below a folder, by file and line."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = (
        (path, number, line)
        for path in files
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1)
    )
    return [
        f"{path.name}:{number}: {line}"
        for path, number, line in lines
        if (dates(line) & OUTCOMES) - ORDERS.get(path.name, set())
    ]


@pytest.mark.parametrize("kind", ["scenarios", "params"])
def test_no_outcome_date_stands_in_the_files_of_the_program(kind):
    assert len(list(BUNDLED.path(kind).rglob("*.*"))) >= 2
    assert planted(BUNDLED.path(kind)) == []


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("end: 2023-10-07", (10, 7)),
        ("known: 2023-10-05T07:00Z", (10, 5)),
        ("2023-10-05 07:00", (10, 5)),
        ("2023/11/14", (11, 14)),
        ("20231220", (12, 20)),
        ("14.11.2023", (11, 14)),
        ("7/10/2023", (10, 7)),
        ("10/7/23", (10, 7)),
        ("captured 7 Oct", (10, 7)),
        ("captured on 7 October, at dawn", (10, 7)),
        ("captured on 07 October 2023", (10, 7)),
        ("October 7", (10, 7)),
        ("October 7, 2023", (10, 7)),
        ("Oct. 7th", (10, 7)),
        ("the 7th of October", (10, 7)),
        ("7 octobre", (10, 7)),
        ("7 NOV", (11, 7)),
        ("7nov", (11, 7)),
        ("3-4 November", (11, 3)),
        ("3-4 November", (11, 4)),
        ("3, 4 and 6 Oct", (10, 4)),
        ("October 3 to 5", (10, 3)),
        ("# go on 10 November", (11, 10)),
        ("20 December", (12, 20)),
        ("aguelhok-20-dec.yaml", (12, 20)),
    ],
)
def test_a_planted_date_is_found_however_it_is_written(tmp_path, text, date):
    assert date in dates(text)
    assert date in OUTCOMES
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "a.yaml").write_text(f"summary: x\n# {text}\n", encoding="utf-8")
    assert planted(tmp_path) == [f"a.yaml:2: # {text}"]


@pytest.mark.parametrize(
    "text",
    [
        "left Gao on 2 October",
        "start: 2023-10-02",
        "end: 2023-11-01",
        "on 31 October",
        "17 Oct",
        "27 October",
        "stage one, October 2023",
        "10.7 h",
        "value: 11 km/h",
        "15-31 Oct",
        "October 31",
        "2024-10-07",
        "GeoNames 120231014",
        "16.2717,0.0447",
    ],
)
def test_an_input_date_or_a_number_is_no_outcome_date(text):
    assert not dates(text) & OUTCOMES
