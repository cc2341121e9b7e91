"""Simulation of the convoy advance from Gao to Kidal, October to December 2023."""

__version__ = "0.1.0"
