"""Marches of other columns: each predicted from the others, by the simulation's law and by baselines."""
