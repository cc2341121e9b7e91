"""Files read strictly: YAML with line numbers, types of fields, units, and where input files lie."""
