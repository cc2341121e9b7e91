"""The rules of the model as cards: docs/background/rules.md is made of them, and tests hold them to the code.

A rule is one `Card` in the module of its subject: what the page says of it, the formula, the functions that
are it, and how they are run on a tiny world (tests/helpers/worlds.py).
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[3] / "tests" / "helpers"))
