"""Figures are the same whatever the caller's Matplotlib is set to, and no text of a file is a formula or a signal."""

import ast
import io
import xml.dom.minidom
from dataclasses import replace

import matplotlib as mpl
import pytest
from matplotlib.text import Text
from sources import trees

from analysis.figures import gallery
from analysis.figures.base import canvas
from analysis.figures.base.outlines import load_outlines
from analysis.figures.base.page import sheet, written
from analysis.replay.film_stage import FilmCanvas
from analysis.replay.scene import About, scene
from runs import record_of, run_tables
from sim.scenario.network import load_network

USERS = {
    "text.usetex": True,
    "font.family": ["cursive"],
    "font.cursive": ["No Such Font"],
    "font.style": "italic",
    "axes.formatter.use_mathtext": True,
    "axes.grid": True,
    "axes.prop_cycle": mpl.cycler(color=["#ff0000"]),
    "savefig.bbox": "tight",
    "savefig.transparent": True,
    "svg.fonttype": "none",
}
"""What a user's matplotlibrc may say."""
NAMES = [r"$\badcommand$", "$", "5_$ to $^", "$$x{$", "a\x1b[31m\x07b", "\u202eABC"]


def named(name):
    """The tables of a run whose places have a name."""
    tables = run_tables("gao-anefis", 1)
    names = tables.route["name"].copy()
    names[:] = name
    manifest = {**tables.manifest, "scenario": name}
    return replace(tables, route={**tables.route, "name": names}, manifest=manifest)


@pytest.mark.parametrize(("name", "form"), [("delays", "png"), ("time-distance", "svg"), ("map", "pdf")])
def test_a_matplotlibrc_moves_no_byte_of_a_figure_and_stays_as_it_is(name, form):
    tables = run_tables("gao-anefis", 1)
    right = written(gallery.draw(name, tables, record_of(tables)), form)
    with mpl.rc_context(USERS):
        before = dict(mpl.rcParams)
        assert written(gallery.draw(name, tables, record_of(tables)), form) == right
        assert dict(mpl.rcParams) == before


def test_a_notebook_draws_a_figure_as_we_do():
    tables = run_tables("gao-anefis", 1)

    def drawn():
        picture, stream = gallery.draw("delays", tables, record_of(tables)), io.BytesIO()
        picture.canvas.print_figure(stream, format="png", bbox_inches="tight", dpi=80)
        assert not [text for text in picture.findobj(Text) if text.get_parse_math() or text.get_usetex()]
        return stream.getvalue()

    right = drawn()
    with mpl.rc_context(USERS | {"savefig.transparent": False}):
        assert drawn() == right


def test_a_film_is_drawn_in_defaults_too():
    tables = run_tables("gao-anefis", 1)
    network = load_network()
    played = scene(tables, record_of(tables), network, About(sides={"army": "army"}))

    def picture():
        with canvas.in_style():
            return FilmCanvas(played, network, load_outlines()).picture(48)

    right = picture()
    with mpl.rc_context(USERS):
        assert picture() == right


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_no_formula_and_ends_no_picture(name):
    tables = named(name)
    for figure in ("time-distance", "delays"):
        svg = written(gallery.draw(figure, tables, record_of(tables)), "svg")
        xml.dom.minidom.parseString(svg)
        assert not {"\x1b", "\x07", "\u202e"} & set(svg.decode())


def test_letters_that_the_font_lacks_are_told_once(capsys, monkeypatch):
    monkeypatch.setattr(canvas, "_told_letters", set())

    @canvas.styled
    def draw():
        layout = sheet("文 and \U000f0000", "中", 1.0, left=1.0)
        layout.body().set_yticks([0], ["中"])
        return layout.figure

    for _ in range(2):
        written(draw(), "png")
    assert capsys.readouterr().err == (
        "the font of the figures has no 中 文 \U000f0000: boxes stand in their place\n"
    )


def test_figures_are_made_and_styled_in_one_place():
    makers = {"Figure", "FigureCanvasAgg", "context", "rc_context", "use", "subplots"}
    calls = {
        f"{name}:{node.lineno}"
        for name, tree in trees("analysis").items()
        if name != "analysis/figures/base/canvas.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in makers
    }
    assert calls == set()
