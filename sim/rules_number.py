"""The number of the rules: it is raised when the tables of the portable baseline move, and by nothing else.

Results with the same number go together, whatever else of the program has changed between them.
`python benchmarks/rules_number.py --record` writes this file, and tests/baselines/rules_numbers.csv.
"""

RULES = 1
TABLES = ""
"""SHA-256 of the portable baseline's tables; empty as long as there is none."""
SYNTAX = "c9bb16686b327e6cc1264cc8c2d1f906a2c4aa9571b6967c9950d6cdb336a933"
"""SHA-256 of the syntax of all that decides what a run gives and what a fit reads (sim.identity.ROOTS)."""
