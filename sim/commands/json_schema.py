"""What each kind of file may say, as JSON Schema: editors complete and check with it.

It says less than the program checks: references between parts of a file, dates in their order and places of
the network are looked at by `kidal check`.
"""

from collections.abc import Callable, Sequence
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
from sim.studies.calibration_plan import PlanSheet

Schema = dict[str, Any]
RECORD: dict[str, type[BaseModel]] = {**FILES, "strikes": strikes.Strike, "bases": strikes.Standing}
"""The files of a record, and the row of each."""


def schema(kind: str, case: Case = BUNDLED) -> Schema:
    """The JSON Schema of a kind of file (see FILE_KINDS) in a case. Raises KeyError."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **with_ids(FILE_KINDS[kind](), case)}


def _of(model: type[BaseModel]) -> Callable[[], Schema]:
    return lambda: model.model_json_schema(mode="validation")


def _any_of(models: Sequence[type[BaseModel]]) -> Schema:
    """A file that is one of some kinds."""
    references, shared = models_json_schema([(model, "validation") for model in models])
    return {"anyOf": [references[model, "validation"] for model in models], **shared}


def _design() -> Schema:
    """A design of any kind."""
    make: Any = create_model
    return _any_of(
        [make(f"Design_{kind}", __base__=sheet, kind=(Literal[kind], ...)) for kind, sheet in SHEETS.items()]
    )


def _record() -> Schema:
    """A file of a record: one of the known keys, with rows."""
    make: Any = create_model
    rows: Any = {key: Annotated[list[row], Field(min_length=1)] for key, row in RECORD.items()}  # type: ignore[valid-type]
    return _any_of(
        [make(f"File_{key}", __base__=StrictModel, **{key: (row, ...)}) for key, row in rows.items()]
    )


FILE_KINDS: dict[str, Callable[[], Schema]] = {
    "case": _of(CaseFile),
    "scenario": _of(Scenario),
    "parameters": _of(ParameterFile),
    "design": _design,
    "calibration": _of(PlanSheet),
    "what-if": _of(WhatIfSheet),
    "record": _record,
}
"""Kinds of files, and how their schema is made."""
