"""Sources -> snapshot: read, derive, check, reason, publish."""
