"""Segments: which there are, one built with a live count, who is in it when, two of them side by side."""
