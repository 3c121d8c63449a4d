"""The letter to a member whom a note names: who, about whom, and where; not what the note says."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.mail import EmailMessage

from holdfast.web.answers import about
from holdfast.web.workspaces.models import Member
from holdfast.words import ENGLISH, say

MENTION = "mention"
"""The kind of job that sends one."""


def has_letters() -> bool:
    """Whether this installation can send letters that lead to its pages."""
    return bool(settings.INSTALLATION["MAIL_URL"] and settings.INSTALLATION["ADDRESS"])


def send_mention(_folder: Path, facts: dict[str, Any]) -> None:
    """Tell a member where they were named; what the note says stays on the page, for those who may see it."""
    people = Member.objects.filter(is_active=True).in_bulk([facts["member"], facts["by"]])
    if facts["member"] not in people:
        return
    member, by = people[facts["member"]], people.get(facts["by"])
    language = member.language or ENGLISH
    page = f"{settings.INSTALLATION['ADDRESS'].rstrip('/')}/customers/{quote(facts['account'], safe='')}/"
    subject = say("mention.subject", language, member=by.name if by else "–")
    body = f"{say('mention.body', language)}\n\n{page}?lang={language}#notes\n"
    EmailMessage(f"{about().name}: {subject}", body, to=[member.email]).send()
