"""Draw claims for a second coding: `python docs/make/second_coding.py` prints the coder's sheet.

The sheet has of each claim its source and what it is about in words, every number and date struck out, and
nothing that the first coder made of it: neither its id nor its event, party, kind, precision or interval.
"""

import re
from collections.abc import Collection, Sequence

from sim.chance.keyed import key_of, mix
from sim.record.record import load_record
from sim.record.rows import Claim

SEED, COUNT = 20231001, 40
STRUCK = re.compile(
    r"\d[\d:.,]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|seventeen|"
    r"thirty|forty|hundred|dozen|dozens|January|February|March|April|May|June|July|August|September|October|"
    r"November|December)\b",
    re.IGNORECASE,
)


def drawn(claims: Sequence[Claim], later: Collection[str] = ()) -> list[Claim]:
    """The claims of the draw in its order; those added `later` (ids) had no part in it."""
    pool = [claim for claim in claims if claim.id not in later]
    return sorted(pool, key=lambda claim: mix(mix(SEED) ^ key_of("claim", claim.id)))[:COUNT]


def sheet(claims: Sequence[Claim]) -> str:
    """What the second coder is given of each claim, a line each."""
    lines = (f"{number}. {claim.source}: {STRUCK.sub('#', claim.says)}" for number, claim in enumerate(claims, 1))
    return "\n".join(lines)


if __name__ == "__main__":
    print(sheet(drawn(load_record().claims)))
