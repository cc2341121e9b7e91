"""The answer of a result in sentences and tables, from its tables and the record."""
