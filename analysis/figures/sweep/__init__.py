"""Figures of a sweep, of a study, and of two runs."""
