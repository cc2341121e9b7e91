"""Baselines that draw whole campaigns: what they may know, what they draw, and their filter."""
