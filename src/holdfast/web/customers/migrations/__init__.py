"""How the copy of webhooks came to be, step by step."""
