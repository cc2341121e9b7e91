"""The headline and the names of columns are for readers: no number hangs on them."""

import re
from pathlib import Path

import numpy as np

import kidal
from sim.files.case import BUNDLED


def test_headline_and_names_move_no_number(tmp_path: Path) -> None:
    text = (BUNDLED.path("scenarios") / "gao-anefis.yaml").read_text(encoding="utf-8")
    bare = re.sub(r"\n(headline:|    name:).*", "", text)
    assert text.count("\n") - bare.count("\n") == 2
    (tmp_path / "gao-anefis.yaml").write_text(bare, encoding="utf-8")
    with_words = kidal.ensemble(kidal.load_scenario("gao-anefis"), 4, seed=1).runs
    without = kidal.ensemble(kidal.load_scenario(tmp_path / "gao-anefis.yaml"), 4, seed=1).runs
    for name, column in with_words.items():
        np.testing.assert_array_equal(column, without[name])
