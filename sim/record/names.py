"""The names that rows of a record use of each other and of the program, each of its kind."""

from collections.abc import Iterator
from typing import Annotated, NamedTuple

from pydantic import AfterValidator

from sim.files.fields import Name, StrictModel, Words
from sim.files.units import shaped


class Reference(str):
    """A name of something that stands elsewhere; `noun` is what messages call it."""

    __slots__ = ()
    noun = "name"


class ClaimRef(Reference):
    """The id of a claim."""

    noun = "claim"


class SourceRef(Reference):
    """The id of a source."""

    noun = "source"


class PartyRef(Reference):
    """A party that claims something."""

    noun = "party of parties.yaml"


class SideRef(Reference):
    """The side of a run whose losses are a party's own."""

    noun = "side of a party in parties.yaml"


class PlaceRef(Reference):
    """The id of a place of the network."""

    noun = "place"


class OutcomeRef(Reference):
    """An outcome of a run (sim.store.schema)."""

    noun = "outcome"


class LoggedRef(Reference):
    """A word of the log of events (sim.state.kinds.Event)."""

    noun = "event of the log"


class ObservedRef(Reference):
    """The milestone of an observation."""

    noun = "observation"


class MilestoneRef(Reference):
    """An event of a milestone, as `place:event`."""

    noun = "event"


class ClaimedEvent(MilestoneRef):
    """An event of a claim, as `place:event`."""

    noun = "event, nor a word of events.yaml"


_event = shaped("[a-z][a-z0-9_]*:[a-z][a-z0-9_]*", "place:event; expected something like 'some_town:capture'")
EventName = Annotated[Words, AfterValidator(_event), AfterValidator(MilestoneRef)]
ClaimEventName = Annotated[Words, AfterValidator(_event), AfterValidator(ClaimedEvent)]
ObservedName = Annotated[Words, AfterValidator(_event), AfterValidator(ObservedRef)]
ClaimName = Annotated[Name, AfterValidator(ClaimRef)]
SourceName = Annotated[Name, AfterValidator(SourceRef)]
PartyName = Annotated[Name, AfterValidator(PartyRef)]
SideOfParty = Annotated[Name, AfterValidator(SideRef)]
PlaceName = Annotated[Name, AfterValidator(PlaceRef)]
OutcomeName = Annotated[Name, AfterValidator(OutcomeRef)]
LoggedName = Annotated[Name, AfterValidator(LoggedRef)]


class Leaf(NamedTuple):
    """A value in a row: its path, and the column that it is about (that of the nearest mapping with one)."""

    path: tuple[str | int, ...]
    value: object
    column: str | None


def leaves(value: object, column: str | None = None, path: tuple[str | int, ...] = ()) -> Iterator[Leaf]:
    """Every value in a row, in the order in which its class has them."""
    parts: list[tuple[str | int, object]]
    if isinstance(value, StrictModel):
        column, parts = getattr(value, "column", None) or column, list(value)
    elif isinstance(value, tuple):
        parts = list(enumerate(value))
    elif isinstance(value, dict):
        parts = list(value.items())
    else:
        yield Leaf(path, value, column)
        return
    for step, inner in parts:
        yield from leaves(inner, column, (*path, step))
