"""Segment's HTTP API, which RudderStack's clients speak too: track, identify, group, page, screen, alias."""
