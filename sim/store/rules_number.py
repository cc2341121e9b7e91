"""The number of the rules: it is raised when the tables of the portable baseline move, and by nothing else.

Results with the same number go together, whatever else of the program has changed between them.
`python benchmarks/rules_number.py --record` writes this file, and tests/baselines/rules_numbers.csv.
"""

RULES = 2
TABLES = "c48bbd1d5c2ed0203aa8cb4ae6d5191879ebdfec0e4e02159777f2f9e7b5c786"
"""SHA-256 of the portable baseline's tables; empty as long as there is none."""
SYNTAX = "4568f0d976be09cc403c8941e3d77e6aedbaeacbc6c1d57cdac6d2ccdcc8dadd"
"""SHA-256 of the syntax of all that decides what a run gives and what a fit reads (provenance.ROOTS)."""
