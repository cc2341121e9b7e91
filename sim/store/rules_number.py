"""The number of the rules: it is raised when the tables of the portable baseline move, and by nothing else.

Results with the same number go together, whatever else of the program has changed between them.
`python benchmarks/rules_number.py --record` writes this file, and tests/baselines/rules_numbers.csv.
"""

RULES = 3
TABLES = "4d6cd10e24e8f7f20d185402e69b7a61d571f5ff6b0e656628cc609a780f17f8"
"""SHA-256 of the portable baseline's tables; empty as long as there is none."""
SYNTAX = "b53985043b517b65350a50d349682d44e93a56fedb355612555b1603a6519065"
"""SHA-256 of the syntax of all that decides what a run gives and what a fit reads (provenance.ROOTS)."""
