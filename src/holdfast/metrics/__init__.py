"""COUNTED: every metric as evidence over a timeline, and the figures it gives."""
