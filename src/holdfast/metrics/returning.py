"""New users who come back, and those who do not (K21, K22)."""
