"""Many runs: in memory, or as a job in parts, by threads or a cluster."""
