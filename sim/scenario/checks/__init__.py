"""What a scenario says that cannot be, beyond what a single field shows."""
