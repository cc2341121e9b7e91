"""Joint evidence with other reliabilities: every report, of whatever kind, true with one probability.

A reliability belongs to the reports and not to a model: models and baselines have the same one, and what is
compared is the lead over the composite baseline at each. The evidence of one model at two reliabilities may
be compared too: it says which of the two the reports agree with better, if the model is right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from analysis.evidence.joint import Evidence, leads
from analysis.evidence.tables import PARTS, Weighed, estimate_object, plain, signed, unsure
from analysis.words.text import JsonObject, aligned, paragraphs

AtReliabilities = Mapping[float | None, Weighed]
"""Models and baselines by the reliability of all reports; None: as the record weighs each kind."""
RELIABILITY_HEAD = ("model", "reliability", "all", *(f"{part}, over composite" for part in PARTS))


def text(weighed: AtReliabilities) -> str:
    """Between which values the first model's lead lies, and the table."""
    first = [sentence(weighed), *unsure(named(weighed))]
    return "\n\n".join([paragraphs(first), aligned(cells(weighed)), RELIABILITY_NOTE])


RELIABILITY_NOTE = (
    "Logs of probabilities in nats, with standard errors; at each reliability models and baselines have the "
    "same. A report that is false reads anywhere in its window."
)


def sentence(weighed: AtReliabilities) -> str:
    """The least and the greatest lead of the first model over the composite baseline, all rows together."""
    base = next(iter(weighed.values())).base.name
    on_all = {word(at): leads(one.base, one.rival)[2] for at, one in weighed.items()}
    low = min(on_all, key=lambda name: on_all[name].value)
    high = max(on_all, key=lambda name: on_all[name].value)
    return (
        f"{base} against the composite baseline on all rows: {signed(on_all[low])} nats (reliability {low}) "
        f"to {signed(on_all[high])} (reliability {high})."
    )


def word(reliability: float | None) -> str:
    """A reliability as a table has it."""
    return "of the record" if reliability is None else f"{reliability:g}"


def named(weighed: AtReliabilities) -> list[Evidence]:
    """All models, under the names by which a log tells them from those at the record's reliabilities."""
    return [
        model if at is None else replace(model, name=f"{model.name}, reliability {at:g}")
        for at, one in weighed.items()
        for model in one.models
    ]


def cells(weighed: AtReliabilities) -> list[list[str]]:
    """A table below a head: each model's evidence and lead at each reliability."""
    first = next(iter(weighed.values()))
    lines = [_line(place, *item) for place in range(len(first.models)) for item in weighed.items()]
    return [list(RELIABILITY_HEAD), *lines]


def _line(number: int, reliability: float | None, weighed: Weighed) -> list[str]:
    model = weighed.models[number]
    over: Sequence[str] = [signed(estimate) for estimate in leads(model, weighed.rival)]
    return [model.name, word(reliability), plain(model.parts[2]), *over]


def as_json(weighed: AtReliabilities) -> JsonObject:
    """Each model's evidence and lead at each reliability; null is that of the record."""
    rows = []
    for at, one in weighed.items():
        for model in one.models:
            ahead = zip(PARTS, leads(model, one.rival), strict=True)
            row = {"reliability": at, "model": model.name, "all": estimate_object(model.parts[2])}
            rows.append(row | {f"lead_{part}": estimate_object(estimate) for part, estimate in ahead})
    return {"reliabilities": rows}
