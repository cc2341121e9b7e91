"""The tables of a report, in words, each narrow enough for a page; what matters less stands in another."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from analysis.report.text import effective
from analysis.scores.judging import Judged
from analysis.scores.patterns import Patterns
from analysis.scores.scorecard import Card, CountScore, Interval, ObservationScore, total
from analysis.scores.side_by_side import Compared, compared, in_one
from analysis.scores.tables import SCORE_GROUPS, skill, title
from analysis.words import names
from analysis.words.text import day_hour, day_hours, number_range
from sim.files.units import rounded

Cells = list[str]
PHONE_COLUMNS = 4
"""Columns that a phone has room for; a table of more is shown there row by row."""


ONE_PAGE = 8
"""Rows of a table that is not broken over two pages of a print, at most."""


class ReportTable(NamedTuple):
    """A table: its title, its head and its rows."""

    title: str
    head: Cells
    rows: list[Cells]

    @property
    def is_wide(self) -> bool:
        """Whether a phone has no room for its columns."""
        return len(self.head) > PHONE_COLUMNS

    @property
    def is_short(self) -> bool:
        """Whether it is to stand on one page of a print."""
        return len(self.rows) <= ONE_PAGE


def side_by_side(results: Sequence[Compared], labels: Sequence[str]) -> ReportTable:
    """Results as columns: headline milestones and scores."""
    rows = [[in_one(head), *cells] for head, cells in compared(results).items()]
    return ReportTable("", ["", *labels], rows)


def scores(card: Card) -> list[ReportTable]:
    """Scores of a result beside the record, what matters first; tables without rows are left out."""
    rows, ranked = card.rows, [row for row in card.rows if row.crps is not None]
    made = [
        _table("Milestones beside the reports (UTC)", OBSERVED_HEAD, (_observed(card, row) for row in rows)),
        _table("Log scores (nats)", SCORE_HEAD, (_scored(card, row) for row in rows)),
        _baselines(card),
        _table(
            "Continuous ranked probability scores (days)",
            RANKED_HEAD,
            (_ranked(card, row) for row in ranked),
        ),
        _sums(card),
        _coverage(card),
        _table("Reported numbers", COUNTED_HEAD, map(_counted, card.numbers)),
        _table(
            "Log scores of the reported numbers (nats)", COUNT_SCORE_HEAD, map(_count_scores, card.numbers)
        ),
    ]
    return [table for table in made if table.rows]


OBSERVED_HEAD = ["milestone", "role", "reported", "source", "median (90 % interval)", "share within"]
SCORE_HEAD = ["milestone, counted from", "best baseline", "result", "skill (95 % interval)"]
RANKED_HEAD = ["milestone", "best baseline", "result (95 % interval)"]
COUNT_SCORE_HEAD = ["number", "uniform", "result", "skill"]
COUNTED_HEAD = ["number", "reported", "source", "mean", "median (90 % interval)", "share within"]


def _table(title: str, head: Cells, rows: Iterable[Cells]) -> ReportTable:
    return ReportTable(title, head, [*rows])


def _observed(card: Card, row: ObservationScore) -> Cells:
    seen, (low, middle, high) = row.term.observation, row.quantiles
    group = f", held out ({seen.group})" if seen.group else ""
    spread = f"{day_hour(middle)} ({day_hour(low)} to {day_hour(high)})"
    report = [names.role(row.term.use) + group, day_hours(seen.earliest, seen.latest), row.term.documents]
    return [title(card, row), *report, spread, f"{row.inside:.2f}"]


def _counted_from(card: Card, row: ObservationScore) -> str:
    since = row.term.since
    return title(card, row) + (f", from {card.titles[since]}" if since else "")


def _scored(card: Card, row: ObservationScore) -> Cells:
    best = f"{names.baseline(row.best)} {row.nulls[row.best]:.2f}"
    better_by = f"{row.skill(row.best):+.2f}{_range(row.skill_between(row.best))}"
    return [_counted_from(card, row), best, f"{row.score:.2f}", better_by]


def _baselines(card: Card) -> ReportTable:
    """The score of each baseline at each observation, and summed; in brackets where it has no forecast."""
    known = list(card.rows[0].nulls) if card.rows else []
    rows = [
        [title(card, row)]
        + [f"({row.nulls[name]:.2f})" if name in row.silent else f"{row.nulls[name]:.2f}" for name in known]
        for row in card.rows
    ]
    for group, places in _groups(card):
        nulls = total(card, places).nulls
        rows.append([f"Sum, {group}", *(f"{nulls[name]:.2f}" for name in known)])
    return ReportTable("Log scores of the baselines (nats)", ["milestone", *map(names.baseline, known)], rows)


def _ranked(card: Card, row: ObservationScore) -> Cells:
    best = f"{min(row.null_crps.values()) / 24.0:.2f}" if row.null_crps else "no forecast"
    low, high = row.crps_between or (0.0, 0.0)
    return [
        title(card, row),
        best,
        f"{(row.crps or 0.0) / 24.0:.2f}{_range((low / 24.0, high / 24.0))}",
    ]


def _groups(card: Card) -> list[tuple[str, list[int]]]:
    """Groups of observations that are summed, with the places of their rows."""
    words = {"fit": "not held out"}
    groups = [(words.get(group, group), card.of(*uses)) for group, uses in SCORE_GROUPS]
    return [(group, places) for group, places in groups if places]


def _sums(card: Card) -> ReportTable:
    rows = []
    for group, places in _groups(card):
        summed = total(card, places)
        rows.append(
            [
                f"{group}: {summed.rows}{effective(summed)}",
                f"{names.baseline(summed.best)} {summed.nulls[summed.best]:.2f}",
                f"{summed.score:.2f}{_range(summed.between)}",
                skill(summed),
            ]
        )
    head = ["observations", "best baseline", "result (95 % interval)", "skill per observation"]
    return ReportTable("Log scores summed (nats)", head, rows)


def _coverage(card: Card) -> ReportTable:
    rows = []
    for group, places in _groups(card):
        summed = total(card, places)
        cover = [f"{summed.coverage[share]:.2f}" if share in summed.coverage else "-" for share in (0.5, 0.9)]
        rows.append([group, *cover, share_of_all(summed.joint_share)])
    head = ["observations", "50 % interval", "90 % interval", "runs that meet all at once"]
    return ReportTable("Empirical coverage of the prediction intervals", head, rows)


def share_of_all(share: float) -> str:
    """A share with two decimals; one that is not 0 never reads 0.00."""
    return "under 0.01" if 0.0 < share < 0.005 else f"{share:.2f}"


def _counted(number: CountScore) -> Cells:
    low, high = number.count.number
    reported = number_range(low, high)
    least, middle, most = map(rounded, number.quantiles)
    source = number.documents
    return [
        number.name,
        reported,
        source,
        rounded(number.mean),
        f"{middle} ({least} to {most})",
        f"{number.inside:.2f}",
    ]


def _count_scores(number: CountScore) -> Cells:
    better_by = f"{number.flat - number.score:+.2f}"
    return [number.name, f"{number.flat:.2f}", f"{number.score:.2f}", better_by]


def _range(between: Interval) -> str:
    """An interval behind its number; nothing where one run leaves none."""
    return "" if between[0] == between[1] else f" ({between[0]:.2f} to {between[1]:.2f})"


# --- qualitative checks ----------------------------------------------------------------------------------


def checks(judged: Iterable[Judged]) -> ReportTable:
    """Qualitative checks: the share of the runs that can be judged, and of all, that pass each."""
    head = ["check", "share (95 % interval)", "runs judged", "share of all runs"]
    return ReportTable("Qualitative checks (pattern-oriented)", head, [_check(one) for one in judged])


def _check(one: Judged) -> Cells:
    if one.share is None:
        return [one.name, "unknown", f"0 of {one.of:,}", "unknown"]
    of_all = share_of_all(one.share * one.runs_known / one.of)
    return [
        one.name,
        f"{one.share:.2f}{_range(one.interval or (0, 0))}",
        f"{one.runs_known:,} of {one.of:,}",
        of_all,
    ]


def fixed(judged: Patterns) -> ReportTable:
    """What holds because of the rules and the scenario, and is not scored."""
    shares = ["unknown" if one.share is None else f"{one.share:.2f}" for one in judged.fixed]
    rows = [
        [one.name, share, f"{one.runs_known:,}", one.rule]
        for one, share in zip(judged.fixed, shares, strict=True)
    ]
    head = ["outcome", "share", "runs", "why"]
    return ReportTable("Fixed by assumption, never scored", head, rows)
