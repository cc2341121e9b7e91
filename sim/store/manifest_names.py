"""What a manifest may say, checked when it is read: a folder may come from anybody.

Its names stand on pages, its dates and numbers are reckoned with. A label and the texts of changes are words
of people: they are printable, and short enough to be shown.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from sim.files import units
from sim.files.case_file import ROLES, SideRow
from sim.files.fields import LONGEST_VALUE
from sim.files.paths import is_file_name
from sim.files.yaml_tree import MAX_YAML_BYTES

LONGEST_LABEL = 60
"""Letters of a label, at most."""
LONGEST_TEXT = 2000
"""Letters of a text of a change, at most: a posterior may name many parameters."""
LARGEST_COUNT = 10**10
"""Runs of a result, and what is counted of them, at most."""
LONGEST_SPAN = timedelta(days=2 * 365)
"""From the start of a scenario to its end: more than any has."""
FILE_PATH = re.compile(r"(\w+/)?[\w-]+\.\w+")
"""A file of a folder, by its path below it."""


def label_fault(label: str) -> str:
    """What is wrong with a text as the label of a result; empty if nothing is."""
    right = f"expected a line of 1 to {LONGEST_LABEL} letters without slashes"
    if not label.strip():
        return f"is no label, for nothing is in it; {right}"
    if len(label) > LONGEST_LABEL:
        return f"is a label of {len(label):,} letters; {right}"
    if "/" in label or "\\" in label:
        return f"is a label with a slash; {right}"
    return "" if label.isprintable() else f"is a label with characters that cannot be printed; {right}"


def shown(text: str) -> str:
    """A text of somebody as a manifest may have it: a line that can be printed, not too long."""
    return "".join(letter if letter.isprintable() else " " for letter in text)[:LONGEST_TEXT]


def _that(is_right: Callable[[str], object], right: str) -> AfterValidator:
    """Holds a text to what is right, which may also raise ValueError."""

    def validator(text: str) -> str:
        if not is_right(text):
            raise ValueError(f"{text!r:.60} is invalid; expected {right}")
        return text

    return AfterValidator(validator)


def _is_milestone(text: str) -> bool:
    return all(units.name(part) for part in text.split(":"))


def _is_label(text: str) -> bool:
    if text and (fault := label_fault(text)):
        raise ValueError(fault)
    return True


def _is_moment(text: str) -> bool:
    return bool(units.day(text[:10])) and datetime.fromisoformat(text).tzinfo is None


def _is_utc(text: str) -> bool:
    return bool(units.day(text[:10])) and datetime.fromisoformat(text).tzinfo == UTC


_FileName = Annotated[str, _that(is_file_name, "the name of a file")]
_Hypothesis = Annotated[
    str, _that(lambda text: is_file_name(re.sub(r"[/\\]", "-", text)), "the name of a file, or its path")
]
_Path = Annotated[str, _that(FILE_PATH.fullmatch, "a file of a result")]
_Name = Annotated[str, _that(units.name, "a name")]
_MilestoneId = Annotated[str, _that(_is_milestone, "names")]
_Title = Annotated[str, Field(min_length=1, max_length=LONGEST_VALUE)]
_Label = Annotated[str, _that(_is_label, "a label")]
_Shown = Annotated[
    str, _that(lambda text: text == shown(text), f"{LONGEST_TEXT} letters that can be printed")
]
_Summary = Annotated[str, Field(max_length=MAX_YAML_BYTES)]
_Day = Annotated[str, _that(units.day, "a day")]
_Moment = Annotated[str, _that(_is_moment, "a day, or a moment in UTC")]
_UtcMoment = Annotated[str, _that(_is_utc, "a moment in UTC, as 2023-10-02T20:00:00+00:00")]
_Count = Annotated[int, Field(ge=0, le=LARGEST_COUNT)]
_Finite = Annotated[float, Field(allow_inf_nan=False)]


class _Fields(BaseModel):
    """What is said of a thing; other keys may stand there too."""

    model_config = ConfigDict(extra="ignore", strict=True)


class _Milestone(_Fields):
    id: _MilestoneId
    column: _Name | None
    km: _Finite | None
    from_km: _Finite
    to_km: _Finite


class _Factor(_Fields):
    name: _Shown
    unit: _Shown | None


class _Design(_Fields):
    name: _FileName
    kind: _Title
    summary: _Summary
    file: str
    points: Annotated[_Count, Field(ge=1)]
    runs: Annotated[_Count, Field(ge=1)]
    common: bool
    milestone: _MilestoneId | None
    by: _UtcMoment | None
    factors: list[_Factor]


class _Change(_Fields):
    by: _Shown
    name: _Shown
    words: _Shown
    value: _Shown
    base: _Shown


class _ParameterFile(_Fields):
    file: _Shown
    values: list[_Shown]
    posterior: list[_Shown]


class ManifestFields(_Fields):
    """The keys of manifests that are read, of runs and of calibrations; none must be there."""

    rules: _Title = ""
    hash: _Title = ""
    kind: _Title = ""
    scenario: _FileName = ""
    case: _FileName | None = None
    summary: _Summary = ""
    reports: _Title = ""
    start: _Day = ""
    given: str = ""
    hypotheses: list[_Hypothesis] = []
    begins: Annotated[_Finite, Field(ge=-24.0, le=24.0)] = 0.0
    end: _Moment = ""
    columns: list[_Name] = []
    column_names: dict[_Name, _Title] = {}
    places: dict[_Name, _Title] = {}
    milestones: list[_Milestone] = []
    headline: list[_MilestoneId] = []
    outcomes: list[_Shown] = []
    sides: list[SideRow] = []
    holders: dict[_Name, _Name] = {}
    camps: dict[_Name, _Name] = {}
    outcome_known: list[_Shown] = []
    no_opinion: list[_MilestoneId] = []
    decided: list[_MilestoneId] = []
    label: _Label = ""
    summaries: dict[_Shown, _Shown] = {}
    set: dict[_Shown, _Shown] = {}
    params: list[_ParameterFile] = []
    changes: list[_Change] = []
    runs: _Count = 0
    seed: Annotated[int, Field(ge=0, lt=2**64)] = 0
    parameters: _Title = ""
    spent: list[str] = []
    design: _Design | None = None
    parts: _Count = 0
    part_size: Annotated[_Count, Field(ge=1)] = 1
    histories: _Count = 0
    hashes: dict[str, str] = {}
    record: str = ""
    packages: dict[str, str] = {}
    command: list[str] = []
    files: dict[_Path, Annotated[tuple[int, str], Field(strict=False)]] = {}

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        """What no key shows by itself. Raises ValueError with all that is wrong, a line each."""
        faults = []
        if self.sides and [row.role for row in self.sides] != list(ROLES):
            faults.append(f"sides: their roles are others; expected {', '.join(ROLES)}")
        faults += [
            f"camps: {camp!r} is in no outcome; expected 'camp:{camp}' among them"
            for camp in self.camps
            if f"camp:{camp}" not in self.outcomes
        ]
        if self.start and self.end:
            first = datetime.fromisoformat(self.start) + timedelta(hours=self.begins)
            if not first < datetime.fromisoformat(self.end) < first + LONGEST_SPAN:
                right = "expected a later moment, less than two years later"
                faults.append(f"end: {self.end} does not fit the start {self.start}; {right}")
        if faults:
            raise ValueError("\n".join(faults))
        return self


def manifest_faults(manifest: Mapping[str, object]) -> list[str]:
    """All that is wrong with a manifest, each by its key."""
    try:
        ManifestFields.model_validate(manifest)
    except ValidationError as error:
        return [line for fault in error.errors(include_url=False) for line in _in_words(fault)]
    return []


def _in_words(fault: ErrorDetails) -> list[str]:
    """What a fault of a key says, as lines."""
    key = ".".join(str(step) for step in fault["loc"] if step != "[key]")
    message = fault["msg"].removeprefix("Value error, ").replace("Input should be", "expected")
    if fault["type"] == "missing":
        message = "is missing"
    elif fault["type"] != "value_error":
        message = f"{str(fault['input'])!r:.60} is invalid; {message[0].lower()}{message[1:]}"
    return [f"{key}: {line}" if key else line for line in message.splitlines()]
