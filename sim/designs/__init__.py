"""Designs of experiments: what they may move, and their points."""
