"""Judged: what the figures say of a target, of the periods ahead and of each other, with the reasons."""
