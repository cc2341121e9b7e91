"""What a job changes against its scenario and the parameters of its case, as a manifest lists it."""

from collections.abc import Iterator

from sim.engine.inputs import Inputs
from sim.files.units import rounded
from sim.parameters.parameter import Parameter, short
from sim.scenario.changes import SET
from sim.store.schema import Change

PARAMS, FIXED = "params", "fixed"
"""What changes of parameters are by, beside 'set'."""


def changes(inputs: Inputs, *, draw: bool, many: bool) -> list[Change]:
    """Fields of the scenario, then parameters; in `many` runs it counts whether parameters are drawn."""
    changed = [*inputs.loaded.changes, *_of_parameters(inputs, draw=draw)]
    if many and not draw:
        value = "fixed at their values"
        changed.append(Change(by=FIXED, name="parameters", words="parameters", value=value, base="drawn"))
    return changed


def _of_parameters(inputs: Inputs, *, draw: bool) -> Iterator[Change]:
    """Parameters that are not as the case has them: a file's posterior at once, the others one by one."""
    parameters, pinned = inputs.parameters, inputs.parameters.pinned
    fitted = parameters.fitted - pinned if draw else set()
    for file in parameters.files:
        if fitted & set(file.posterior):
            value = f"from the posterior {file.file}"
            yield Change(by=PARAMS, name=file.file, words="parameters", value=value, base="")
    for name, default in inputs.defaults.items():
        value, base = _value(parameters.rows[name], draw and name not in pinned), _value(default, draw)
        if value != base and name not in fitted:
            by = SET if name in inputs.settings else PARAMS
            yield Change(by=by, name=name, words=_words(name), value=value, base=base)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _value(row: Parameter, draw: bool) -> str:
    """A parameter's value, or the 5 to 95 % of its prior where it is drawn."""
    if not draw or row.kind == "fixed":
        return short(row, row.value)
    low, high = row.bounds()
    return (
        f"drawn from {rounded(low / row.in_unit)} to {rounded(high / row.in_unit)} {row.shown_unit}".rstrip()
    )
