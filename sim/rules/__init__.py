"""The rules of the model, one room an agent; plain functions that know neither Mesa nor Numba."""
