"""Fits: their plans, the rows of the record that they read, and the likelihood of points."""
