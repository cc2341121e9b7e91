"""Evidence: how probable a model makes all reports together, beside baselines and alternatives."""
