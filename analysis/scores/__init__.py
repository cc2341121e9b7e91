"""Runs against the record: scoring rules, baselines, scorecards, patterns."""
