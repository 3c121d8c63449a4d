"""Questions answered from one reading of a workspace."""
