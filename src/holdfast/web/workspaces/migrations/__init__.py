"""How the tables of workspaces came to be, step by step."""
