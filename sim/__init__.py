"""Simulation of the convoy advance from Gao to Kidal, 2023. The public names are those of `kidal`."""
