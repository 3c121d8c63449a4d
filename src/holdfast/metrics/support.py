"""How well tickets are solved (K30)."""
