"""Write the pages of docs/ that are made from files: `python docs/build.py`; a test asks for it."""

from pathlib import Path

from sim.parameters import load_parameters
from sim.values import table

HERE = Path(__file__).resolve().parent


def parameters_page() -> str:
    """The table of all parameters, from params/default.yaml."""
    lines = [
        "# Parameters",
        "",
        "Made from [params/default.yaml](../params/default.yaml) by `python docs/build.py`: change it there.",
        "One history uses each value; `--runs` draws the priors. The range is the prior's 5 to 95 %, or, for",
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


PAGES = {"parameters.md": parameters_page}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
