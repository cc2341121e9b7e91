"""What stored runs give, as tables: outcomes, histories, timelines, sweeps, pairs of runs."""
