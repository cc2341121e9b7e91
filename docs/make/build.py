"""Write the pages of docs/ that are made from files: `python docs/make/build.py`; a test asks for it."""

import ast
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import get_args

from cards import page as rules_page
from cards.rules.subjects import SUBJECTS

from sim.chance.keyed import Purpose
from sim.files.fields import StrictModel
from sim.parameters.parameter import table
from sim.parameters.reading import load_parameters
from sim.scenario.hypotheses import hypotheses
from sim.scenario.reading import scenarios
from sim.scenario.schema import Scenario
from sim.state import rows
from sim.state.kinds import AgentKind

HERE = Path(__file__).resolve().parent.parent


def parameters_page() -> str:
    """The table of all parameters, from params/default.yaml."""
    lines = [
        "# Parameters",
        "",
        "Made from `params/default.yaml` by `python docs/make/build.py`: change it there.",
        "One run uses each value; `--runs` draws the priors. The range is the prior's 5 to 95 %, or, for",
        "a fixed number, that in which it is varied one at a time. Priors of `judgement, outcome known`",
        "were chosen by people who knew how the campaign ended.",
        "",
        "| parameter | symbol | value | prior | range | basis | source | meaning |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in table(load_parameters()):
        cells = ("name", "symbol", "value", "prior", "range", "basis", "source", "note")
        lines.append("| " + " | ".join(row[key] for key in cells) + " |")
    return "\n".join(lines) + "\n"


def odd_page() -> str:
    """The description of the model: the text of odd.in.md with tables from code and files."""
    text = (HERE / "background/odd.in.md").read_text(encoding="utf-8")
    for mark, table_of in ODD.items():
        text = text.replace("{{" + mark + "}}", table_of())
    return f"<!-- made from odd.in.md by `python docs/make/build.py`: change it there -->\n{text}"


def _kinds() -> str:
    """A table of the kinds of agents: size of their state, what they are, their rule."""
    rules = {
        "COLUMN": "column/day",
        "DRONE": "drones",
        "GROUP": "groups",
        "CAMP": "camps",
        "GARRISON": "garrisons",
    }
    rules |= {"AIRLIFT": "garrisons", "RAID": "garrisons", "TOWN": "towns"}
    lines = ["| agent | numbers of state | what it is | rule |", "|---|---|---|---|"]
    for kind in AgentKind:
        row = getattr(rows, f"{kind.name.title()}State")
        about = str(row.__doc__).partition("\n")[0]
        lines.append(
            f"| {kind.name.lower()} | {len(fields(row))} | {about} | `sim/rules/{rules[kind.name]}.py` |"
        )
    return "\n".join(lines)


def _rules() -> str:
    """A table of the modules of rules with their first sentences."""
    lines = ["| module | its first sentence |", "|---|---|"]
    for path in sorted((rules := HERE.parent / "sim" / "rules").rglob("[a-z]*.py")):
        about = str(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))).partition("\n")[0]
        lines.append(f"| `{path.relative_to(rules).as_posix()}` | {about} |")
    return "\n".join(lines)


def _purposes() -> str:
    """The purposes of keyed draws, in a line."""
    return ", ".join(f"`{purpose.name.lower()}`" for purpose in Purpose) + "."


def _inputs() -> str:
    """A table of the keys of a scenario."""
    lines = ["| key | what may stand there |", "|---|---|"]
    for name, field in Scenario.model_fields.items():
        inner = [part for part in get_args(field.annotation) if isinstance(part, type)]
        about = next((str(p.__doc__).partition("\n")[0] for p in inner if issubclass(p, StrictModel)), "")
        lines.append(f"| `{name}` | {about or KEYS[name]} |")
    return "\n".join(lines)


KEYS = {
    "summary": "What it is, in a line.",
    "start": "The first day, or the milestone that the scenario starts from.",
    "end": "The day on which runs end.",
    "refuges": "Where broken groups go, the nearest first.",
    "belief": "The drone radius that the groups believe in.",
    "rules": "Which of some alternative rules holds, and the mechanisms that runs are `without`.",
    "outcome_known": "Dotted paths of what was chosen by people who knew the outcome.",
    "record": "`none`: it is laid beside no reports.",
    "headline": "The milestones that the first sentences of an answer are about.",
}
"""Keys of a scenario that are no lists of things."""


def _listed(found: Mapping[str, str]) -> str:
    """A table of names and what they are."""
    return "\n".join(
        ["| name | |", "|---|---|", *(f"| `{name}` | {about} |" for name, about in found.items())]
    )


def _cards() -> str:
    """The rules by subject, in a table."""
    lines = ["| subject | rules |", "|---|---|"]
    for subject, cards in SUBJECTS.items():
        links = ", ".join(f"[{card.title}](rules.md#{rules_page.anchor(card)})" for card in cards)
        lines.append(f"| {subject} | {links} |")
    return "\n".join(lines)


ODD = {
    "kinds": _kinds,
    "rules": _rules,
    "cards": _cards,
    "purposes": _purposes,
    "inputs": _inputs,
    "scenarios": lambda: _listed(scenarios()),
    "hypotheses": lambda: _listed(hypotheses()),
}
PAGES = {
    "background/parameters.md": parameters_page,
    "background/odd.md": odd_page,
    "background/rules.md": rules_page.page,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
    rules_page.write_plots(HERE / "figures/rules")
