"""Names and texts of any length are cut where figures lay them out: they stay inside, and apart."""

from dataclasses import replace

import numpy as np
import pytest
from figure_texts import assert_apart, words

from analysis.figures import gallery
from analysis.figures.base import page
from analysis.figures.base.canvas import in_style
from runs import record_of, run_tables
from sim.files.fields import LONGEST_VALUE

LONG = {"one word": "Wide" * (LONGEST_VALUE // 4), "many words": "Wide and " * (LONGEST_VALUE // 9)}


@pytest.mark.parametrize("name", ["time-distance", "delays", "cover", "holders", "displaced", "claims"])
@pytest.mark.parametrize("kind", LONG)
def test_names_as_long_as_files_may_give_stay_inside_a_figure(name, kind):
    tables = run_tables("kidal-offensive", 20)
    route = tables.route | {"name": np.array([f"{LONG[kind]} {place}" for place in tables.route["place"]])}
    ids = {key: [*tables.manifest[key]] for key in ("places", "column_names")}
    long = {key: {of: f"{LONG[kind]} {of}" for of in given} for key, given in ids.items()}
    long_tables = replace(tables, route=route, manifest={**tables.manifest, **long})
    figure = gallery.draw(name, long_tables, record_of(tables))
    assert_apart(figure, words(figure))
    assert any("..." in text.get_text() for text in words(figure))


def test_a_title_of_any_length_has_six_lines_and_a_caption_twelve():
    with in_style():
        laid = page.sheet("title " * 100_000, "x" * 3_000 + " caption" * 10_000, 3.0, left=1.0)
    title, caption = (text.get_text().split("\n") for text in laid.figure.texts)
    assert (len(title), len(caption)) == (page.TITLE_LINES, page.CAPTION_LINES)
    assert title[-1].endswith("title ...")
    assert caption[0].startswith("xxx")
    assert_apart(laid.figure, words(laid.figure))


def test_a_label_of_a_legend_is_cut_where_its_sheet_ends():
    with in_style():
        laid = page.sheet("title", "caption", 3.0, left=1.0, key=[page.key_patch("wide " * 100)])
    assert_apart(laid.figure, words(laid.figure))


def test_a_wide_word_is_cut_in_a_wrapped_text():
    lines = page.wrapped(f"before {'x' * 3_000} behind", 5.0, 8.0).split("\n")
    assert all(page.width(line, 8.0) <= 5.0 for line in lines)
    assert " ".join(lines).startswith("before xxx")
    assert " ".join(lines).endswith("xxx behind")
