"""Which revenue was lost and why, where to improve, and what is done about it."""
