"""How the table of shared reports came to be, step by step."""
