"""The rules of the model, a module an agent; plain functions that know neither Mesa nor Numba."""
