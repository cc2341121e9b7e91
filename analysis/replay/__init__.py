"""One stored run, played on a map hour by hour."""
