"""Trials that become customers (K26)."""
