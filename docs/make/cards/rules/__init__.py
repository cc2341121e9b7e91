"""The cards, a module for each subject; `subjects` has them all."""
