"""Digests: a board as a report and a letter, each day, week or month, to members in their languages."""
