"""What is asked of results and of the record, and the answers: as text, as numbers, as cells of a table."""
