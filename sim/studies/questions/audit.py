"""The audit of a record, as its command prints it and Python gives it: no model is imported for it."""

from pathlib import Path

from analysis.claims import audit_text
from analysis.claims.audit import TOP_SPEED, audited
from sim.files.case import Case
from sim.record.record import load_record
from sim.scenario.network import load_network
from sim.studies.result import CommandAnswer


def audit_answer(
    case: Case,
    folder: Path | None = None,
    network: Path | None = None,
    *,
    speed: str = TOP_SPEED,
    by_night: bool = False,
) -> CommandAnswer:
    """Whether the claims of a record can all hold in time: of a folder (or its claims.yaml), else the case's.

    `network` is a folder with places.csv and roads.csv (default: the case's). Raises FaultyInput.
    """
    home = folder or case.path("record")
    home = home.parent if home.is_file() else home
    roads = load_network(case, folder=network)
    claims = load_record(case, roads.places, folder=home)
    verdict = audited(claims, home, roads, speed, by_night=by_night)
    return CommandAnswer(text=audit_text.text(verdict), data=audit_text.as_json(verdict))
