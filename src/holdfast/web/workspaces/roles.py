"""Roles of members, and what each may do."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a member is in the workspace, from the most to the least that they may do."""

    OWNER = "owner"
    ADMIN = "admin"
    ANALYST = "analyst"
    MEMBER = "member"
    READER = "reader"


class May(StrEnum):
    """What a page or an act asks of a member."""

    READ = "read"
    NOTE = "note"
    DEFINE = "define"
    ADMINISTER = "administer"
    OWN = "own"


ALLOWED: dict[Role, frozenset[May]] = {
    Role.READER: frozenset({May.READ}),
    Role.MEMBER: frozenset({May.READ, May.NOTE}),
    Role.ANALYST: frozenset({May.READ, May.NOTE, May.DEFINE}),
    Role.ADMIN: frozenset({May.READ, May.NOTE, May.DEFINE, May.ADMINISTER}),
    Role.OWNER: frozenset(May),
}
"""A reader sees everything and changes nothing; a member writes notes; an analyst sets targets, segments
and rules; an admin invites people and makes keys; an owner makes owners."""


def allows(role: str, act: May) -> bool:
    """Whether a role may do something."""
    return act in ALLOWED[Role(role)]
