"""The rules of a column: its day, march, mines, ambush, defended positions, hold and delays."""
