"""What a record may ask of a run: a few operators over milestones and the log of events of a column.

A milestone is written `place:event`; it is that of the row's column, or of a `column` named beside it. The
"first" event of a milestone is the first of its kind on the road that the milestone is about. Days are those
of UTC. analysis.scores.judging and analysis.claims.quantities take the operators from a run's tables.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from sim.files.fields import Count, Duration, Flag, Label, Name, Number, StrictModel, Words, for_readers
from sim.record.names import EventName, LoggedName, MilestoneRef, OutcomeName, SideOfParty, leaves
from sim.state.kinds import PLACE_EVENTS

NUMBER = re.compile(r"\{(\w*)\}")
"""A number of a test, as the rule of a pattern names it."""
Events = Annotated[tuple[LoggedName, ...], Field(min_length=1)]
Times = Annotated[Number, Field(ge=0, le=1_000)]
Days = Annotated[Count, Field(ge=1)]


# --- measures: a number a run -------------------------------------------------------------------------


class FirstDay(StrictModel):
    """Road-km that a column makes from the first event of a milestone to the next midnight, a day's."""

    kind: Literal["first day"]
    of: EventName
    column: Name | None = None


class MeanPace(StrictModel):
    """Road-km a day from one milestone to another, nights among it; or from the midnight after the first."""

    kind: Literal["pace"]
    start: EventName
    end: EventName
    from_midnight: Flag = False
    column: Name | None = None


class HoursBetween(StrictModel):
    """Hours from one milestone to another; one that goes on when the scenario ends has at least so many."""

    kind: Literal["hours"]
    start: EventName
    end: EventName
    column: Name | None = None


Measure = Annotated[FirstDay | MeanPace | HoursBetween, Field(discriminator="kind")]


# --- tests: yes or no a run ---------------------------------------------------------------------------


class Ratio(StrictModel):
    """A measure is so many times another: at least, at most, below."""

    kind: Literal["ratio"]
    of: Measure
    to: Measure
    at_least: Times | None = None
    at_most: Times | None = None
    below: Times | None = None


class Before(StrictModel):
    """A milestone comes before another, not if it never comes; unknown where the other never does."""

    kind: Literal["before"]
    first: EventName
    then: EventName


class Daylight(StrictModel):
    """Every one of some events begins by daylight, give or take a margin (h)."""

    kind: Literal["daylight"]
    events: Events
    margin: Duration


class Halt(StrictModel):
    """The longest time without progress before a milestone begins within so many hours after an event."""

    kind: Literal["halt"]
    before: EventName
    events: Events
    within: Duration


class Without(StrictModel):
    """None of some events comes between two milestones, or at the km of one."""

    kind: Literal["without"]
    events: Events
    between: tuple[EventName, EventName] | None = None
    at: EventName | None = None


Test = Annotated[Ratio | Before | Daylight | Halt | Without, Field(discriminator="kind")]


class JudgedRow(StrictModel):
    """A test of the runs of a column, and further milestones of it that a run must have."""

    name: Label
    column: Name
    test: Test
    needs: tuple[EventName, ...] = ()


class PatternRow(JudgedRow):
    """A qualitative check; `{at_least}` in its rule stands for that number of the test."""

    rule: Words
    source: Annotated[Words, for_readers("The table of patterns shows it.")]

    @property
    def sentence(self) -> str:
        """The rule with its numbers."""
        numbers = numbers_of(self.test)
        return NUMBER.sub(lambda match: f"{numbers[match[1]]:g}", self.rule)


class FixedRow(JudgedRow):
    """What the rules of the model leave no choice in, and why."""

    reason: Annotated[Words, for_readers("The table shows it.")]


# --- quantities: what a contested matter is about ---------------------------------------------------------


class GivenEvent(StrictModel):
    """The runs looked at: those with a first event of a milestone, before an hour of its day (UTC)."""

    first: EventName
    words: Label
    before: Duration | None = None
    source: Annotated[Words | None, for_readers("Of the hour.")] = None


class Losses(StrictModel):
    """Persons that a side lost in fights, by the events that end them; `number` is the log's, of that side.

    `along` are milestones between whose km they lie, `same_day` keeps those of the day of what is given.
    """

    kind: Literal["losses"]
    along: tuple[EventName, EventName] | None = None
    given: GivenEvent
    events: Events
    number: Literal["amount", "other"]
    side: SideOfParty
    same_day: Flag = False
    needs: tuple[EventName, ...] = ()


class Amount(StrictModel):
    """The amount of the first event itself."""

    kind: Literal["amount"]
    given: GivenEvent
    needs: tuple[EventName, ...] = ()


class OutcomeLess(StrictModel):
    """An outcome of the run (of all its columns) less the amounts of some events of the column; 0 or more."""

    kind: Literal["outcome"]
    given: GivenEvent
    outcome: OutcomeName
    less: tuple[LoggedName, ...] = ()
    needs: tuple[EventName, ...] = ()


class FurtherOn(StrictModel):
    """Whether the column got further by the midnight that ends the first, second, ... day."""

    kind: Literal["progress"]
    given: GivenEvent
    days: Days
    needs: tuple[EventName, ...] = ()


class Happened(StrictModel):
    """Whether any of some events comes on the same road by the midnight that ends the first, second, ... day.

    `yes_if` and `else_if` name events by what they mean, in the order in which the first that came counts.
    """

    kind: Literal["happened"]
    given: GivenEvent
    days: Days
    yes_if: dict[Label, LoggedName]
    else_if: dict[Label, LoggedName] = Field(default_factory=dict)
    otherwise: Label
    needs: tuple[EventName, ...] = ()


def _not_a_name(value: object) -> object:
    """Refuse the form of old: a name that stood for a function of the program."""
    if isinstance(value, str):
        right = (
            "{kind: losses, given: {first: 'place:contact', words: ...}, ...}, as 'kidal schema record' says,"
        )
        raise ValueError(f"{value:.60} is a name, the old form; expected a mapping {right}")  # noqa: TRY004
    return value


Quantity = Annotated[
    Annotated[Losses | Amount | OutcomeLess | FurtherOn | Happened, Field(discriminator="kind")],
    BeforeValidator(_not_a_name),
]
ANSWER_KINDS = (FurtherOn, Happened)
"""Quantities that are answers, not numbers."""


# --- what an operator names -------------------------------------------------------------------------------


def milestones_of(operator: StrictModel, column: str) -> list[tuple[str, str | None]]:
    """The milestones that an operator about a column names, each with its column; places have none."""
    return [
        (str(leaf.value), column_of(leaf.value, leaf.column))
        for leaf in leaves(operator, column)
        if isinstance(leaf.value, MilestoneRef)
    ]


def column_of(milestone: str, column: str | None) -> str | None:
    """The column of a milestone; None if it is that of a place."""
    return None if milestone.partition(":")[2] in PLACE_EVENTS else column


def numbers_of(operator: StrictModel) -> Mapping[str, float]:
    """The numbers of an operator by the names of their keys."""
    return {name: value for name, value in operator if isinstance(value, float)}
