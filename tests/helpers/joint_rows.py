"""Rows of joint evidence and a small campaign, made up, for filters whose answer is known."""

from analysis.evidence.baselines.campaign import Campaign, KnownWay, PublishedOpening, StrikeWindow, WayStep
from analysis.evidence.rows import JointRow

STEPS = (
    WayStep(milestone="b:arrival", km=72.0, leg=72.0, holds=False),
    WayStep(milestone="c:contact", km=144.0, leg=72.0, holds=False),
    WayStep(
        milestone="d:capture", km=156.0, leg=12.0, holds=False, contact="c:contact", first_contact="c:contact"
    ),
    WayStep(milestone="d:go", km=156.0, leg=0.0, holds=True, first_contact="c:contact"),
    WayStep(milestone="e:contact", km=228.0, leg=72.0, holds=False, first_contact="c:contact"),
    WayStep(
        milestone="f:capture", km=240.0, leg=12.0, holds=False, contact="e:contact", first_contact="c:contact"
    ),
    WayStep(milestone="f:go", km=240.0, leg=0.0, holds=True, first_contact="c:contact"),
    WayStep(milestone="g:capture", km=312.0, leg=72.0, holds=False, first_contact="c:contact"),
)
"""Two days to a contact, a day of battle, a hold, a day and a battle to the place that opens, a hold, a day."""
WAY = KnownWay(column="one", start=6.0, steps=STEPS, places={"d": 156.0, "f": 240.0, "g": 312.0})
CAMPAIGN = Campaign(
    ways=(WAY,),
    opening=PublishedOpening(place="f", hour=1000.0, give=48.0),
    strikes={"f:first_strike": StrikeWindow(way=WAY, km=240.0, begins=500.0, ends=1000.0)},
    breaks={"e:break": "e:contact"},
)


def made_row(milestone: str, low: float, high: float, **others: object) -> JointRow:
    """A report that a milestone was between two hours, true for certain and exact unless others say so."""
    fields: dict = {
        "name": milestone,
        "title": milestone,
        "part": "fit",
        "group": None,
        "ask": "hour",
        "milestone": milestone,
        "column": "one",
        "low": low,
        "high": high,
        "blur": 0.0,
        "weight": 1.0,
        "false": 0.5,
        "limit": high,
    }
    return JointRow(**fields | others)
