"""Views of the table that a member saves under a name, opens again and lets go; each sees their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlencode

from holdfast.errors import Sentence, UsageError
from holdfast.web.customers.models import SavedView
from holdfast.web.workspaces.models import Member

ASKED = ("q", "status", "sort", "way", "columns")
"""What of an address a view keeps; the period and the segment stay those of the page."""

MOST, MOST_LETTERS = 20, 60


def views_of(member: Member) -> Sequence[tuple[str, Mapping[str, list[str]]]]:
    """The member's views by name, each with what it asks for."""
    return [(each.name, parse_qs(each.asked)) for each in SavedView.objects.filter(member=member)]


def do_save(member: Member, name: str, asked: Mapping[str, Sequence[str]]) -> None:
    """Keep what is asked for under a name; the same name again replaces it.

    Raises UsageError for a name that says nothing or too much, and for one view too many.
    """
    name = name.strip()
    if not 0 < len(name) <= MOST_LETTERS:
        raise UsageError(
            Sentence("A view needs a name."), hint=Sentence("Up to {count} letters.", count=MOST_LETTERS)
        )
    mine = SavedView.objects.filter(member=member)
    if mine.count() >= MOST and not mine.filter(name=name).exists():
        raise UsageError(
            Sentence("There are {count} views already.", count=MOST), hint=Sentence("Let one go first.")
        )
    told = urlencode([(each, value) for each in ASKED for value in asked.get(each, []) if value])
    SavedView.objects.update_or_create(member=member, name=name, defaults={"asked": told[:1000]})


def do_let_go(member: Member, name: str) -> None:
    """Let one of the member's views go."""
    SavedView.objects.filter(member=member, name=name).delete()
