"""Rows of joint evidence and a small campaign, made up, for filters whose answer is known."""

from analysis.evidence.campaign import Campaign, Opening, Step, Strike, Way
from analysis.evidence.rows import JointRow

STEPS = (
    Step(milestone="b:arrival", km=72.0, leg=72.0, holds=False),
    Step(milestone="c:contact", km=144.0, leg=72.0, holds=False),
    Step(
        milestone="d:capture", km=156.0, leg=12.0, holds=False, contact="c:contact", first_contact="c:contact"
    ),
    Step(milestone="d:go", km=156.0, leg=0.0, holds=True, first_contact="c:contact"),
    Step(milestone="e:contact", km=228.0, leg=72.0, holds=False, first_contact="c:contact"),
    Step(
        milestone="f:capture", km=240.0, leg=12.0, holds=False, contact="e:contact", first_contact="c:contact"
    ),
    Step(milestone="f:go", km=240.0, leg=0.0, holds=True, first_contact="c:contact"),
    Step(milestone="g:capture", km=312.0, leg=72.0, holds=False, first_contact="c:contact"),
)
"""Two days to a contact, a day of battle, a hold, a day and a battle to the place that opens, a hold, a day."""
WAY = Way(column="one", start=6.0, steps=STEPS, places={"d": 156.0, "f": 240.0, "g": 312.0})
CAMPAIGN = Campaign(
    ways=(WAY,),
    opening=Opening(place="f", hour=1000.0, give=48.0),
    strikes={"f:first_strike": Strike(way=WAY, km=240.0, begins=500.0, ends=1000.0)},
    breaks={"e:break": "e:contact"},
)


def made_row(milestone: str, low: float, high: float, **others: object) -> JointRow:
    """A report that a milestone was between two hours, true for certain and exact unless others say so."""
    fields: dict = {
        "name": milestone,
        "title": milestone,
        "part": "fit",
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
