"""Keyed chance: every draw a function of seed, agent, purpose and number."""
