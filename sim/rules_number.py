"""The number of the rules: it is raised when the tables of the portable baseline move, and by nothing else.

Results with the same number go together, whatever else of the program has changed between them.
`python benchmarks/rules_number.py --record` writes this file, and tests/baselines/rules_numbers.csv.
"""

RULES = 1
TABLES = ""
"""SHA-256 of the portable baseline's tables; empty as long as there is none."""
SYNTAX = "a7d06e75d8363cfe70e83df77156b6d68872eec0eb87903260cd2876d47fb544"
"""SHA-256 of the syntax of all that decides what a run gives and what a fit reads (sim.identity.ROOTS)."""
