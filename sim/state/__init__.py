"""The state of a run: kinds of agents, rows, and the world, a table of rows for each kind."""
