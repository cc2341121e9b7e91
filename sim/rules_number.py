"""The number of the rules: it is raised when the tables of the portable baseline move, and by nothing else.

Results with the same number go together, whatever else of the program has changed between them.
`python benchmarks/rules_number.py --record` writes this file, and tests/baselines/rules_numbers.csv.
"""

RULES = 1
TABLES = ""
"""SHA-256 of the portable baseline's tables; empty as long as there is none."""
SYNTAX = "08eff8f7d2ef4f130c90ff8c1b8421ab47729c037fb4ac3c76743bff64727b36"
"""SHA-256 of the syntax of all that decides what a run gives and what a fit reads (sim.identity.ROOTS)."""
