"""What stored runs give, as tables: outcomes, runs, timelines, sweeps, pairs of runs."""
