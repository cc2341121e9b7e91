"""The number of the rules: it is raised when the tables of the portable baseline move, and by nothing else.

Results with the same number go together, whatever else of the program has changed between them.
`python benchmarks/rules_number.py --record` writes this file, and tests/baselines/rules_numbers.csv.
"""

RULES = 3
TABLES = "fb42f02957bbf07c2e326fb1b4cc74c04cac6a63c547f4cff4d39958cb56e27e"
"""SHA-256 of the portable baseline's tables; empty as long as there is none."""
SYNTAX = "31ded1f5a06323d38c05a6e80577e2ebb66ab370ad7035e992fe1c7518394ddc"
"""SHA-256 of the syntax of all that decides what a run gives and what a fit reads (provenance.ROOTS)."""
