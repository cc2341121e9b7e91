"""The page of rules: for each card its words, formula, plot, parameters and code."""

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cards.card import SIGMAS, Card, parameters
from cards.plots import draw
from cards.rules.subjects import CARDS, NO_RULES, SUBJECTS
from sim.parameters.parameter import table
from sim.parameters.reading import load_parameters

GREEK = {"lambda": "λ", "eta": "η", "kappa": "κ", "phi": "φ", "tau": "τ"}
MINUS = "\N{MINUS SIGN}"
SIGNS = {
    " ** ": "^",
    "**": "^",
    " * ": " · ",
    " - ": f" {MINUS} ",
    " <= ": " ≤ ",
    " >= ": " ≥ ",
    " == ": " = ",
}
HEAD = """\
# The rules, one by one

Made from `docs/make/cards/` by `python docs/make/build.py`: change it there. A supplement to [the
description](odd.md), for readers who want to know what exactly is computed.

Each of the {count} rules has a sentence, a formula, a plot, its parameters and its code. **Dots** are
what the code gives: the functions named under *Code* were run on a tiny world, a road of two or three
made-up places. **Lines** are the formula, worked out apart from the code. A test holds the two together
at every dot: equal where nothing is drawn, or within what the formula is said to leave out; else within
{sigmas} standard errors of the draws. It does so at the values of the parameters and again with those of
the formula moved, and looks whether a parameter that is off by three tenths would be noticed. Code and
parameters are those of the program, the plots were drawn by it.

In the formulas a parameter stands by its symbol (the first column of the tables), in hours and km (so a
rate of 6 a day stands as 0.25 an hour). `a if b else c` is a where b holds and else c. Φ is the standard
normal distribution function, `poisson(n, mean)` the probability of n events. Parameters whose basis is
*judgement, outcome known* were chosen by people who knew how the campaign ended; so were some rules,
which say so. The formulas name {named} of the {all} parameters.
"""


def page() -> str:
    """The page's text."""
    named = {name for card in CARDS.values() for name in card.named}
    head = HEAD.format(sigmas=SIGMAS, count=len(CARDS), named=len(named), all=len(parameters()))
    parts = [head]
    for subject, cards in SUBJECTS.items():
        parts += [f"## {subject}\n", *map(rule, cards)]
    return "\n".join([*parts, no_rules()])


def rule(card: Card) -> str:
    """A rule's part of the page."""
    parts = [
        f"### {card.title}\n",
        f"{card.sentence}\n",
        f"```text\n{shown(card.formula)}\n```\n",
        f"{meanings(card)}\n",
        f"![{card.title}: {card.y} over {card.x.label}](../figures/rules/{card.id}.svg)\n",
        parameters_of(card),
        f"**Assumptions:** {card.assumptions}\n",
        f"**Evidence:** {card.evidence}\n",
        f"**What it is not:** {card.is_not}\n",
    ]
    if card.alternatives:
        names = ", ".join(f"`{name}`" for name in card.alternatives)
        parts.append(f"**Alternatives on file** (`--with`): {names}\n")
    return "\n".join(part for part in [*parts, code(card)] if part)


def anchor(card: Card) -> str:
    """The anchor of a rule's heading, as the table of contents of the site and GitHub make it."""
    return re.sub(r"[^\w\s-]", "", card.title).strip().lower().replace(" ", "-")


def shown(formula: str) -> str:
    """A formula as it is read: parameters by their symbols, signs of print."""
    for name, row in parameters().items():
        formula = re.sub(rf"\b{name}\b", symbol(row.symbol), formula)
    formula = formula.replace("Phi(", "Φ(")
    for typed, printed in SIGNS.items():
        formula = formula.replace(typed, printed)
    return re.sub(r"(?<=[(=,] )-|(?<=\()-|(?<=else )-", MINUS, formula)


def symbol(text: str) -> str:
    """A parameter's symbol with Greek letters."""
    return re.sub("[A-Za-z]+", lambda word: GREEK.get(word[0], word[0]), text, count=1)


def meanings(card: Card) -> str:
    """What the names of a formula are that no parameter is, and what the plot has them at."""
    names = [f"`{name}`: {text}" for name, text in card.where.items()]
    text = "; ".join(names) + "."
    at = [f"`{name}` = {number:g}" for name, number in card.inputs.items()]
    rows = parameters()
    at += [
        f"`{name}` = {number / rows[name].in_unit:g}" + f" {rows[name].shown_unit}".rstrip()
        for name, number in card.parameters_set.items()
        if name in card.read
    ]
    return text + (f" In the plot {', '.join(at)}." if at else "")


def parameters_of(card: Card) -> str:
    """A table of the parameters that the card's functions read."""
    rows = {row["name"]: row for row in table(load_parameters())}
    if not card.read:
        return "No parameter.\n"
    lines = ["| | parameter | value | prior | basis and source |", "|---|---|---|---|---|"]
    for name in card.read:
        row = rows[name]
        cells = [f"`{symbol(row['symbol'])}`", f"`{name}`: {row['note']}", row["value"], row["prior"]]
        source = "" if row["source"] == row["basis"] else f": {row['source']}"
        lines.append("| " + " | ".join([*cells, f"*{row['basis']}*{source}"]) + " |")
    return "\n".join([*lines, ""])


def code(card: Card) -> str:
    """The source of the functions that are the rule, folded, and the names of those with a part in it."""
    names = ", ".join(f"`{name_of(one)}`" for one in card.code)
    sources = "\n\n".join(inspect.getsource(one).rstrip() for one in card.code)
    also = ", ".join(f"`{name_of(one)}`" for one in card.also)
    parts = ['<details markdown="1"><summary>Code</summary>\n', f"{names}:\n", f"```python\n{sources}\n```\n"]
    if also:
        parts.append(f"Has a part in it: {also}.\n")
    return "\n".join([*parts, "</details>\n"])


def name_of(function: Callable[..., Any]) -> str:
    """A function's dotted name."""
    return f"{function.__module__}.{function.__name__}"


def no_rules() -> str:
    """A table of the functions that are no rule of their own."""
    lines = ["## Functions that are no rule of their own\n", "| what it does | functions |", "|---|---|"]
    for reason, functions in NO_RULES.items():
        names = ", ".join(f"`{name_of(one).removeprefix('sim.rules.')}`" for one in functions)
        lines.append(f"| {reason} | {names} |")
    return "\n".join([*lines, ""])


def write_plots(folder: Path) -> None:
    """Draw the plot of every rule, and take away those of rules that are gone."""
    folder.mkdir(exist_ok=True)
    for stale in folder.glob("*.svg"):
        if stale.stem not in CARDS:
            stale.unlink()
    for card in CARDS.values():
        draw(card, folder)
