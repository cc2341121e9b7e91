"""The marches of other columns, as their command prints them: each predicted from the others."""

from dataclasses import fields

import numpy as np

from analysis.marches import scoring, tables
from analysis.marches.law import MarchLaw
from analysis.marches.model import MarchModel
from sim.chance.keyed_arrays import replicate_seeds
from sim.files.case import Case
from sim.parameters.reading import load_parameters
from sim.record.record import load_record
from sim.studies.result import CommandAnswer

MARCH_DRAWS = 40_000
"""Draws of the parameters: some hundreds are left where they are weighed."""


def marches_answer(
    case: Case, *, seed: int = 1, draws: int = MARCH_DRAWS, rows: bool = False
) -> CommandAnswer:
    """How well marches of a case's record are predicted from each other; with `rows` march by march too.

    Raises FaultyInput.
    """
    every = load_record(case).marches
    marches = [march for march in every if not march.opposed]
    scores = scoring.scores(marches, scoring.all_forecasts(marches, march_model(case, seed, draws)))
    return CommandAnswer(
        text=tables.text(every, scores, rows=rows),
        data=tables.as_json(every, scores, rows=rows),
        cells=tables.row_cells(scores) if rows else tables.score_cells(scores),
    )


def march_model(case: Case, seed: int, draws: int) -> MarchModel:
    """The march law of a case's parameters, drawn from their priors. Raises FaultyInput."""
    seeds = replicate_seeds(seed, np.arange(draws))
    records = load_parameters(case=case).draws(seeds)
    return MarchModel(law=MarchLaw(**{one.name: records[one.name] for one in fields(MarchLaw)}), seeds=seeds)
