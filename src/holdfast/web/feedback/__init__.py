"""Feedback: how answers to surveys move, and what was said, as it comes."""
