"""What is asked of results and of the record: the answers that commands print and functions give.

An answer is a text, its numbers and a table; what a command prints and what Python gives are the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from analysis.inference import whatif as paired_runs
from analysis.tables import time_budget, timeline
from analysis.tables.pairs import PairedMilestone, pairs
from analysis.words import changes
from sim.designs.whatif import WhatIf
from sim.ensembles.job import Job
from sim.files.yaml_tree import nearest, refuse
from sim.parameters.parameter import Parameters
from sim.store.manifest_names import label_fault
from sim.store.reader import RunTables
from sim.studies.printed import record_of
from sim.studies.result import CommandAnswer, PairedAnswer, Result

# --- why ---------------------------------------------------------------------------------------------------


def why_answer(
    tables: RunTables, read: Callable[[], Parameters], place: str, *, name: str = ""
) -> CommandAnswer:
    """What the time to a place went on, the parameters of the result being read when they are needed.

    Raises FaultyInput for a sweep, by its `name`, and for a place that no column takes or reaches.
    """
    from sim.studies.questions import why, why_text  # SciPy's statistics, which no other answer needs

    timeline.check_single(tables, name or tables.label)
    place = time_budget.place_of(tables, place)
    if place not in (known := time_budget.places(tables)):
        refuse(place, f"is no place that a column takes or reaches here; {nearest(place, known)}")
    parameters = read()
    stretches = why.accounts(tables, parameters, place)
    return CommandAnswer(
        text=why_text.text(tables, parameters, stretches),
        data={"label": tables.label, "place": place, "stretches": why_text.as_json(stretches)},
        cells=why_text.cells(tables, stretches),
    )


# --- what-ifs ----------------------------------------------------------------------------------------------


def what_if_jobs(what_ifs: Sequence[WhatIf], *, seed: int, runs: int) -> list[Job]:
    """The runs of some what-ifs, with common random numbers and labelled by their names."""
    labels = ["" if label_fault(one.name) else one.name for one in what_ifs]
    return [
        Job(inputs=one.inputs, seed=seed, runs=runs, draw=True, label=label)
        for one, label in zip(what_ifs, labels, strict=True)
    ]


@dataclass(frozen=True)
class PairedWhatIfs:
    """Two what-ifs and their runs. Raises FaultyInput where these do not go together."""

    what_ifs: Sequence[WhatIf]
    tables: Sequence[RunTables]

    @cached_property
    def milestones(self) -> list[PairedMilestone]:
        """What differs, a milestone each."""
        return pairs(self.tables[0], self.tables[1])

    def text(self) -> str:
        """What each changes, a sentence for each headline milestone, and a row for each that differs."""
        from analysis.answers.answer import headline

        heads = [
            f"{letter}: {one.name}. {one.summary}.\n   {changes.line(tables)}\n"
            for letter, one, tables in zip("AB", self.what_ifs, self.tables, strict=True)
        ]
        first = self.tables[0]
        body = paired_runs.text(first, self.milestones, headline(first, record_of(first)))
        return f"{''.join(heads)}\n{body}"

    def cells(self) -> list[list[str]]:
        """A row a milestone below a head."""
        return paired_runs.cells(self.tables[0], self.milestones)

    def as_json(self) -> dict[str, object]:
        """What is changed in each, and the milestones with hours and shares."""
        return {
            "results": [changes.as_json(tables) for tables in self.tables],
            "milestones": paired_runs.as_json(self.milestones),
        }


def paired_answer(what_ifs: Sequence[WhatIf], tables: Sequence[RunTables]) -> PairedAnswer:
    """What differs between two what-ifs. Raises FaultyInput where their runs do not go together."""
    both = PairedWhatIfs(what_ifs, tables)
    results = [
        Result(one, partial(_parameters, what_if)) for one, what_if in zip(tables, what_ifs, strict=True)
    ]
    return PairedAnswer(
        text=both.text(), data=both.as_json(), cells=both.cells(), results=(results[0], results[1])
    )


def _parameters(what_if: WhatIf) -> Parameters:
    return what_if.inputs.parameters
