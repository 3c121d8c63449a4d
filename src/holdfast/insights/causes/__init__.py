"""Which revenue was lost and why: causes with the records that speak for each, and what may be lost next."""
