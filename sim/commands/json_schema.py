"""What each kind of file may say, as JSON Schema: editors complete and check with it.

It says less than the program checks: references between parts of a file, dates in their order and places of
the network are looked at by `kidal check`.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, create_model
from pydantic.json_schema import models_json_schema

from analysis.claims import strikes
from sim.designs.schema import SHEETS
from sim.designs.whatif import WhatIfSheet
from sim.files.case import BUNDLED, Case
from sim.files.case_file import CaseFile, with_ids
from sim.files.fields import StrictModel
from sim.parameters.reading import ParameterFile
from sim.record.checks import FILES
from sim.scenario.schema import Scenario
from sim.studies.calibration.plan import PlanSheet
from sim.studies.evidence.plan import EvidenceSheet

RECORD: dict[str, type[BaseModel]] = {**FILES, "strikes": strikes.Strike, "bases": strikes.Standing}
"""The files of a record, and the row of each."""


_create: Any = create_model  # its own types do not know models that are made of a table
_lists: Any = {key: Annotated[list[row], Field(min_length=1)] for key, row in RECORD.items()}  # type: ignore[valid-type]
FILE_KINDS: dict[str, Sequence[type[BaseModel]]] = {
    "case": [CaseFile],
    "scenario": [Scenario],
    "parameters": [ParameterFile],
    "design": [
        _create(f"Design_{kind}", __base__=sheet, kind=(Literal[kind], ...)) for kind, sheet in SHEETS.items()
    ],
    "calibration": [PlanSheet],
    "evidence": [EvidenceSheet],
    "what-if": [WhatIfSheet],
    "record": [
        _create(f"File_{key}", __base__=StrictModel, **{key: (rows, ...)}) for key, rows in _lists.items()
    ],
}
"""Kinds of files, and the models of which a file is one."""


def schema(kind: str, case: Case = BUNDLED) -> dict[str, object]:
    """The JSON Schema of a kind of file (see FILE_KINDS) in a case. Raises KeyError."""
    models = FILE_KINDS[kind]
    head: dict[str, Any] = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    if len(models) == 1:
        return head | with_ids(models[0].model_json_schema(mode="validation"), case)
    references, shared = models_json_schema([(model, "validation") for model in models])
    made = {"anyOf": [references[model, "validation"] for model in models], **shared}
    return head | with_ids(made, case)
