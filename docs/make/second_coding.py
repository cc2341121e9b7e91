"""Draw claims for a second coding: `python docs/make/second_coding.py` prints the coder's sheet.

The sheet has of each claim its source and what it is about in words, every number and date struck out, and
nothing that the first coder made of it: neither its id nor its event, party, kind, precision or interval.
"""

import re
from collections.abc import Sequence

from sim.chance.keyed import key_of, mix
from sim.console import say
from sim.record.record import load_record
from sim.record.rows import Claim

SEED, COUNT = 20231001, 40
LATER = re.compile(r"m\d+-")
"""How the ids begin of claims that were added after the draw: they had no part in it."""
STRUCK = re.compile(
    r"\d[\d:.,]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|seventeen|"
    r"thirty|forty|hundred|dozen|dozens|January|February|March|April|May|June|July|August|September|October|"
    r"November|December)\b",
    re.IGNORECASE,
)


def drawn(claims: Sequence[Claim]) -> list[Claim]:
    """The claims of the draw in its order."""
    pool = [claim for claim in claims if not LATER.match(claim.id)]
    return sorted(pool, key=lambda claim: mix(mix(SEED) ^ key_of("claim", claim.id)))[:COUNT]


def sheet(claims: Sequence[Claim]) -> str:
    """What the second coder is given of each claim, a line each."""
    lines = (
        f"{number}. {claim.source}: {STRUCK.sub('#', claim.says)}" for number, claim in enumerate(claims, 1)
    )
    return "\n".join(lines)


if __name__ == "__main__":
    say(sheet(drawn(load_record().claims)))
