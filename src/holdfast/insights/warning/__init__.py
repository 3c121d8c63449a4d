"""Early warnings: what in the records foretells that an account may leave, and how often it did."""
