"""The number of the rules: it is raised when the tables of the portable baseline move, and by nothing else.

Results with the same number go together, whatever else of the program has changed between them.
`python benchmarks/rules_number.py --record` writes this file, and tests/baselines/rules_numbers.csv.
"""

RULES = 3
TABLES = "0a19260a41e6bdd83ba79c43bb22f2acaa33f0fec74a76fc897ed21d375410dd"
"""SHA-256 of the portable baseline's tables; empty as long as there is none."""
SYNTAX = "dd8b18a3ddc97d7b94534891f93fef8ce0ab518ba55423bd508f19b6b034909b"
"""SHA-256 of the syntax of all that decides what a run gives and what a fit reads (provenance.ROOTS)."""
