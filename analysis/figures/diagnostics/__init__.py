"""Figures by which fits and scores are judged: reports one by one, coverage, pairs and profiles."""
