"""Health of accounts (K33): records become parts, parts a score by weights, scores rows of a period."""
