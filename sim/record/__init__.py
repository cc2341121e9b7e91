"""The reported record: its rows, reading them, and what is checked across them."""
