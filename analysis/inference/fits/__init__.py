"""Fits: what one teaches, how it leans on prior and reports, its profiles."""
