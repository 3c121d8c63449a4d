"""The health score (K33): what it is made of, its weights, its bands, what moved it."""
