"""Figures kept as they were shown, months closed, and what moved since."""
