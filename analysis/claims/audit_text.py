"""An audit of the record in words, and as JSON."""

from collections.abc import Iterable
from datetime import datetime, time

from analysis.claims.audit import CLASHES, HOLDS, SLOWEST, UNTIMED, Audit, AuditedEvent, Clash, NamedPair
from analysis.claims.chronology import SOURCES_HEAD, parties
from analysis.words import names
from analysis.words.text import aligned, day, json_of, plain, plain_moment, reported_days, wrapped
from sim.record.citing import in_full
from sim.record.relations import Relation
from sim.record.rows import Claim
from sim.state.clock import in_hours

_EDGES = ("earliest", "latest")
_LEFT_OUT = """\
Left out for what follows, the fewest claims that settle it (of as few, those of the least weight together,
then those that nothing observed rests on, then the later in the file; this is no judgement on who is
right):"""
_VERDICTS = {
    CLASHES: "found above",
    HOLDS: "of time, but holding under what is assumed here",
    UNTIMED: "not of time (losses, results, places, what came next): nothing for this command",
}


def text(audit: Audit, *, whole: bool = True) -> str:
    """An audit, a section a question; events whose intervals stay as they are only if it is to be whole."""
    clashes = [_clash(audit, number, clash) for number, clash in enumerate(audit.clashes, 1)]
    sections = [_head(audit), *clashes, _contradictions(audit), _differences(audit)]
    sections += [_left_out(audit), _paces(audit)]
    events = audit.events if whole else [event for event in audit.events if _overlap(event)]
    sections.append(_table(audit, events))
    sections.append(_sources(audit))
    return "\n\n".join(section for section in sections if section)


def _head(audit: Audit) -> str:
    claims = audit.record.claims
    lasting = sum(claim.recurs for claim in claims)
    ways = ", ".join(map(names.spaced, audit.columns)) or "none, so roads say nothing"
    if audit.terms.daylight:
        light = "No column sets out from a stop between sunset and the next first light (--by-night: it may)."
    else:
        light = "Columns may set out in the dark (--by-night)."
    lines = [
        f"{len(claims)} claims ({lasting} of what lasts or recurs, left aside), {len(audit.events)} events. "
        f"Columns with a known route: {ways}.",
        f"Assumed: no column marches faster than {audit.terms.speed:g} km/h (--speed). {light} "
        "A stop is where a departure (also from a hold) or a stay is reported. Days and hours are UTC.",
        f"Not consistent: {len(audit.clashes)} smallest contradictory sets of claims."
        if audit.clashes
        else "Consistent: every claim can hold in time together with all the others.",
    ]
    if audit.capped:
        lines.append(
            "There may be more of them: the search was cut short, and what is left out may not be least."
        )
    return "\n".join(map(wrapped, lines))


def _clash(audit: Audit, number: int, clash: Clash) -> str:
    rests = ", ".join(clash.assumptions) or "no assumption"
    several = "These cannot all hold; without any one of them the others can."
    words = "This cannot hold." if len(clash.claims) == 1 else several
    documents = audit.record.source_names
    rows = [[" ", *_cells(audit, c), f"in {documents[c.source]}", f"({c.id})"] for c in clash.claims]
    lines = [f"{number}. {words} Rests on: {rests}.", aligned(rows)]
    if "speed" in clash.assumptions:
        lines.append(f"   They would hold at {_march_speed(clash.holds_from)}.")
    if "daylight" in clash.assumptions:
        lines.append(
            f"   With a departure in the dark they would hold at {_march_speed(clash.by_night_from)}."
        )
    return "\n".join(lines)


def _sources(audit: Audit) -> str:
    """The sources of the claims that contradict each other."""
    cited = {claim.source for clash in audit.clashes for claim in clash.claims}
    sources = [source for source in audit.record.sources if source.id in cited]
    lines = [wrapped(line, further="    ") for line in in_full(sources, audit.record.source_names)]
    return "\n".join([SOURCES_HEAD, *lines]) if lines else ""


def _cells(audit: Audit, claim: Claim) -> list[str]:
    """Event, voice, and the interval (UTC) or the hours of a stay, of a claim."""
    return [_event(audit, claim), f"claimed by {_party(audit, claim)}", _when(claim)]


def _event(audit: Audit, claim: Claim) -> str:
    """The event of a claim in words, as `Ber, battle`; with its column in brackets, if any."""
    return _named(audit, claim.event, claim.column)


def _named(audit: Audit, event: str, column: str | None) -> str:
    place, kind = event.split(":")[:2]
    words = f"{audit.places.get(place) or names.spaced(place)}, {names.event(kind)}"
    return words if column is None else f"{words} ({names.spaced(column)})"


def _party(audit: Audit, claim: Claim) -> str:
    return parties(audit.record).get(claim.party, claim.party)


def _when(claim: Claim) -> str:
    """When a claim puts its event, or how long a stay."""
    stay = ", ".join(
        f"{key.removeprefix('hours_').replace('_', ' ')} {_range(span)} h"
        for key, span in claim.numbers.items()
        if key in ("hours_at_least", "hours_at_most")
    )
    return stay or _plain_interval(claim.earliest, claim.latest)


def _plain_interval(start: datetime, end: datetime) -> str:
    """An interval (UTC) of whole days as 6 to 7 Aug 2023, another as 3 Oct 2023, 17:00 to 21:00."""
    if start.time() == end.time() == time():
        days = reported_days(start, end)
        return days if days.endswith(f" {end.year:04}") else f"{days} {start.year:04}"
    last = "" if start.date() == end.date() else f"{day(end, year=True)}, "
    return f"{day(start, year=True)}, {start:%H:%M} to {last}{end:%H:%M}"


def _range(span: tuple[int, int]) -> str:
    return f"{span[0]}" if span[0] == span[1] else f"{span[0]} to {span[1]}"


def _march_speed(speed: float | None) -> str:
    if speed is None:
        return "no speed of march"
    return "any speed of march" if speed < 2 * SLOWEST else f"a march of {speed:.1f} km/h or more"


def _contradictions(audit: Audit) -> str:
    """The contradictions that the record itself names, by what became of them; and those it does not name."""
    lines = _pairs(
        audit, "contradicts", "Contradictions that the record names, by pairs (not both can be true):"
    )
    known = [{pair.one, pair.other} for pair in audit.named]
    sets = [[claim.id for claim in clash.claims] for clash in audit.clashes]
    fresh = [
        f"number {number} ({', '.join(ids)})"
        for number, ids in enumerate(sets, 1)
        if not any(pair <= set(ids) for pair in known)
    ]
    return "\n".join([*lines, *_listed("found above, of which the record names no pair", fresh)])


def _differences(audit: Audit) -> str:
    """The pairs of claims that the record says differ, by what became of them."""
    title = "Differences that the record names, by pairs (both can be true):"
    return "\n".join(_pairs(audit, "differs", title))


def _pairs(audit: Audit, relation: Relation, title: str) -> list[str]:
    """The pairs of a relation below a title, by what became of them; nothing without any."""
    pairs = [pair for pair in audit.named if pair.relation == relation]
    lines = [title] if pairs else []
    for verdict, words in _VERDICTS.items():
        items = [_pair(audit, pair, quoted=verdict == UNTIMED) for pair in pairs if pair.verdict == verdict]
        lines += _listed(words, items)
    return lines


def _pair(audit: Audit, pair: NamedPair, *, quoted: bool) -> str:
    """Who says what against whom; with the words of the claims where their times do not tell them apart."""
    claims = {claim.id: claim for claim in audit.record.claims}
    first, second = claims[pair.one], claims[pair.other]
    against_it = "against" if pair.relation == "contradicts" else "beside"
    about, against = _event(audit, first), _event(audit, second)
    of_another = "" if about == against else f"{against}: "
    claimed, denied = _voice(audit, first, quoted=quoted), _voice(audit, second, quoted=quoted)
    return f"{about}: {claimed}; {against_it} it {of_another}{denied} ({pair.one}, {pair.other})"


def _voice(audit: Audit, claim: Claim, *, quoted: bool) -> str:
    """Source, party and interval of a claim, and its words if they are to be quoted."""
    words = f', "{claim.says}"' if quoted else ""
    return f"{audit.record.source_names[claim.source]} ({_party(audit, claim)}): {_when(claim)}{words}"


def _listed(title: str, items: list[str]) -> list[str]:
    """A title with the number of items, and an item a paragraph; nothing without any."""
    head = [wrapped(f"{title} ({len(items)}):", "  ", "    ")] if items else []
    return [*head, *(wrapped(item, "    ", "      ") for item in items)]


def _left_out(audit: Audit) -> str:
    if not audit.left_out:
        return ""
    weights = audit.record.weights
    rows = [["", *_cells(audit, c), f"weight {weights[c.kind]:g}", f"({c.id})"] for c in audit.left_out]
    return "\n".join([wrapped(_LEFT_OUT), aligned(rows)])


def _paces(audit: Audit) -> str:
    return "\n".join(
        f"{names.spaced(pace.column)}: what is kept needs a march of {pace.speed:.1f} km/h or more "
        f"between places ({', '.join(pace.claims)})."
        for pace in audit.paces
    )


def _table(audit: Audit, events: Iterable[AuditedEvent]) -> str:
    """Every event's reported interval beside the one implied; only narrower ones show what is left."""
    rows = [["event", "reported (UTC)", "implied (UTC)", "left"]]
    for event in events:
        reported = _plain_interval(*event.reported) if event.reported else "by no claim"
        rows.append([_named(audit, event.event, event.column), reported, _implied(event), _overlap(event)])
    return aligned(rows)


def _implied(event: AuditedEvent) -> str:
    if event.earliest is not None and event.latest is not None:
        return _plain_interval(event.earliest, event.latest)
    if event.earliest is not None:
        return f"from {_moment(event.earliest)}"
    return "any" if event.latest is None else f"until {_moment(event.latest)}"


def _moment(moment: datetime) -> str:
    """A moment (UTC) as 7 Oct 2023, 14:10."""
    return plain_moment(moment).removesuffix(" UTC")


def _overlap(event: AuditedEvent) -> str:
    """How many hours of the reported interval are left, where it is narrowed."""
    if not event.narrower or event.reported is None:
        return ""
    if event.overlap is None:
        return "elsewhere: its claims are left out"
    start, end = event.reported
    return f"narrower: {in_hours(event.overlap):.1f} of {in_hours(end - start):.1f} h"


# --- as JSON ---------------------------------------------------------------------------------------------


def as_json(audit: Audit) -> dict[str, object]:
    """The whole audit as one JSON object; times as 2023-10-05T14:10Z, speeds in km/h."""
    return {
        "consistent": not audit.clashes,
        "assumptions": {"speed_km_h": audit.terms.speed, "daylight": audit.terms.daylight},
        "columns": list(audit.columns),
        "contradictory_sets": [_clash_json(audit, clash) for clash in audit.clashes],
        "capped": audit.capped,
        "named": [
            {"claims": [pair.one, pair.other], **json_of(pair, "relation", "verdict")} for pair in audit.named
        ],
        "left_out": [claim.id for claim in audit.left_out],
        "least_speeds": [
            {"column": pace.column, "speed_km_h": round(pace.speed, 3), "claims": list(pace.claims)}
            for pace in audit.paces
        ],
        "events": list(map(_event_json, audit.events)),
    }


def _clash_json(audit: Audit, clash: Clash) -> dict[str, object]:
    titles = {source.id: source.title for source in audit.record.sources}
    head = ("id", "event", "column", "party", "source")
    return {
        "claims": [
            json_of(claim, *head)
            | {"title": titles[claim.source]}
            | json_of(claim, "earliest", "latest", "numbers")
            for claim in clash.claims
        ],
        "assumptions": list(clash.assumptions),
        "holds_from_km_h": None if clash.holds_from is None else round(clash.holds_from, 3),
        "by_night_from_km_h": None if clash.by_night_from is None else round(clash.by_night_from, 3),
    }


def _event_json(event: AuditedEvent) -> dict[str, object]:
    reported = event.reported and dict(zip(_EDGES, plain(event.reported), strict=True))
    head = json_of(event, "event", "column") | {"reported": reported}
    return head | {"implied": json_of(event, *_EDGES), "narrower": event.narrower}
