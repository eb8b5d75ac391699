"""A door onto the same actions: a file that tells a whole operation, played at simulated dates (docs/scenario.md)."""
