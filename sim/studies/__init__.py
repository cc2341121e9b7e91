"""Studies: what analysis asks for is run here, fits above all, and results are run again."""
