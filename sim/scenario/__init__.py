"""Scenarios: network, daylight, what a file may say, reading and checking it."""
