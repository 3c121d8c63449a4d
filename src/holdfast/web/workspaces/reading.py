"""How a member reads, as they chose it: kept beside their language."""

from __future__ import annotations

from holdfast.errors import unknown
from holdfast.web.workspaces.models import Member
from holdfast.words.reading import CALENDARS, DIGITS


def do_read_so(member: Member, digits: str, calendar: str, *, toman: bool) -> None:
    """Keep digits, empty for those usual in the language, the calendar of days, and toman or rial."""
    if digits and digits not in DIGITS:
        raise unknown("digits", digits, DIGITS)
    if calendar not in CALENDARS:
        raise unknown("calendar", calendar, CALENDARS)
    member.digits, member.calendar, member.toman = digits, calendar, toman
    member.save(update_fields=["digits", "calendar", "toman"])
