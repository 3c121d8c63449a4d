"""Laid out: what records become under a rulebook.

Every timeline is a pure function of (records as known at T, basis). Tables go in, Ibis
expressions come out; nothing here knows where tables are kept. Given the records of some
accounts only, a timeline gives exactly the rows of those accounts, which is what lets the
warehouse refresh by parts.
"""

from holdfast.timelines.basis import FAR, Basis, Records

__all__ = ["FAR", "Basis", "Records"]
