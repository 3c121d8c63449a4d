"""Payments that fail and come back (K10)."""
