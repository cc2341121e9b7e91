"""Joint evidence run: the islands of a model, plans of models that are weighed, the log of all looks."""
