"""How the tables of digests came to be, step by step."""
