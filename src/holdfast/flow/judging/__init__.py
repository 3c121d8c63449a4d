"""How accounts do and why, what may become of them, and whether what was done helped."""
