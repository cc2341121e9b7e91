"""The number of the rules: it is raised when the tables of the portable baseline move, and by nothing else.

Results with the same number go together, whatever else of the program has changed between them.
`python benchmarks/rules_number.py --record` writes this file, and tests/baselines/rules_numbers.csv.
"""

RULES = 3
TABLES = "0a19260a41e6bdd83ba79c43bb22f2acaa33f0fec74a76fc897ed21d375410dd"
"""SHA-256 of the portable baseline's tables; empty as long as there is none."""
SYNTAX = "302becf162f61f83fa98b76e0d09aa7a9b9dd83948c188156ff646be8dcda7ca"
"""SHA-256 of the syntax of all that decides what a run gives and what a fit reads (provenance.ROOTS)."""
