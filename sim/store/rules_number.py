"""The number of the rules: it is raised when the tables of the portable baseline move, and by nothing else.

Results with the same number go together, whatever else of the program has changed between them.
`python benchmarks/rules_number.py --record` writes this file, and tests/baselines/rules_numbers.csv.
"""

RULES = 1
TABLES = "299b629f7ce482a59d2ed4a059aacbcd9a295c6ef1cc992a7161f1ba3cb1ea61"
"""SHA-256 of the portable baseline's tables; empty as long as there is none."""
SYNTAX = "38ff3ec3a5b47ca1cf9a554474bddc20f5217b239bdf0d59524d3436bd365e60"
"""SHA-256 of the syntax of all that decides what a run gives and what a fit reads (provenance.ROOTS)."""
