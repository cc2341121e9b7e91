"""The first page of the docs shows every figure, each with its name and what it is."""

import pytest
from sources import ROOT

from analysis.figures.gallery import FIGURES

PICTURES = ROOT / "docs/figures/gallery"
PAGE = (ROOT / "docs/index.md").read_text(encoding="utf-8")
PLAN = (ROOT / "docs/make/pictures.py").read_text(encoding="utf-8").split("\nGALLERY = {")[1].split("\n}")[0]
"""What the command that draws them says of each figure."""


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_has_its_picture_on_the_first_page_and_its_command(name):
    assert (PICTURES / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    assert f"](figures/gallery/{name}.png)<br>`{name}`: {FIGURES[name].about}" in PAGE
    assert f'\n    "{name}": (' in PLAN


def test_there_is_no_other_picture_and_all_together_are_small():
    pictures = list(PICTURES.iterdir())
    assert {path.stem for path in pictures} == set(FIGURES)
    assert sum(path.stat().st_size for path in pictures) <= 1_500_000
