"""Contracts that come to their end, and those renewed (K11, K08 by due contracts)."""
