"""Which stages new users of each persona reach in order, where they drop, and where personas differ."""
