"""Where the records come from: sources, files that are sent, rows that were not taken, checks."""
