"""Who works here, and as what: invited, given a role, let go and taken back; an owner always stays.

`by` is who asks, None for someone at the shell, who may everything.
"""

from __future__ import annotations

from django.db import transaction

from holdfast.errors import Sentence, UsageError, unknown
from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.members import do_add, do_make_link
from holdfast.web.workspaces.models import Member
from holdfast.web.workspaces.roles import May, Role


class NotAllowed(UsageError):
    """What the role of the one who asks does not allow."""

    code = "not_allowed"


class OnlyOwner(UsageError):
    """What would leave the workspace without an owner."""

    code = "only_owner"


def may_act_on(by: Member | None, *roles: str) -> bool:
    """Whether one may make, change or let in members of these roles: of owners, owners alone may."""
    if by is None:
        return True
    return by.may(May.OWN if Role.OWNER in roles else May.ADMINISTER)


def do_invite(email: str, name: str, role: str, *, by: Member | None = None) -> tuple[Member, str]:
    """Add a member, and the secret of the link by which they come in, which is kept nowhere.

    Raises UsageError for a mailbox that cannot be or is a member's, and for a role there is not.
    """
    refuse(by, role)
    with transaction.atomic():
        member = do_add(email, name, role, by=by)
        return member, do_make_link(member)


def do_give_link(member: Member, *, by: Member | None = None) -> str:
    """The secret of a fresh link for a member; whoever has it comes in as that member."""
    refuse(by, member.role)
    if not member.is_active:
        raise UsageError(
            Sentence("{email} is let in no longer.", email=member.email),
            hint=Sentence("Take them back first."),
        )
    with transaction.atomic():
        do_note(by, "made a link for", f"member {member.email}")
        return do_make_link(member)


def do_change_role(member: Member, role: str, *, by: Member | None = None) -> None:
    """Give a member another role; raises OnlyOwner where no owner would be left."""
    if role not in set(Role):
        raise unknown("role", role, list(Role))
    with transaction.atomic():
        member = _locked(member)
        refuse(by, member.role, role)
        if member.role == role:
            return
        if member.role == Role.OWNER:
            _keep_an_owner(member)
        do_note(by, "changed", f"member {member.email}", {"role": f"{member.role} → {role}"})
        member.role = role
        member.save(update_fields=["role"])


def do_remove(member: Member, *, by: Member | None = None) -> None:
    """Let a member in no longer, from the next page on; raises OnlyOwner where no owner would be left."""
    with transaction.atomic():
        member = _locked(member)
        refuse(by, member.role)
        if member.role == Role.OWNER:
            _keep_an_owner(member)
        member.is_active = False
        member.save(update_fields=["is_active"])
        do_note(by, "removed", f"member {member.email}")


def do_take_back(member: Member, *, by: Member | None = None) -> None:
    """Let one in again who was removed, as what they were, by the password that they had."""
    with transaction.atomic():
        member = _locked(member)
        refuse(by, member.role)
        member.is_active = True
        member.save(update_fields=["is_active"])
        do_note(by, "took back", f"member {member.email}")


def _locked(member: Member) -> Member:
    """The member as it is now; two who change owners wait for each other, so that one always stays."""
    owners = Member.objects.select_for_update().filter(role=Role.OWNER).order_by("id")
    found = {each.pk: each for each in owners}
    return found.get(member.pk) or Member.objects.select_for_update().get(pk=member.pk)


def _keep_an_owner(member: Member) -> None:
    if not Member.objects.filter(role=Role.OWNER, is_active=True).exclude(pk=member.pk).exists():
        raise OnlyOwner(f"{member.email} is the only owner.", hint="Make another owner first.")


def refuse(by: Member | None, *roles: str) -> None:
    """Raise NotAllowed where one may not act on members of these roles."""
    if not may_act_on(by, *roles):
        who = "Owners" if Role.OWNER in roles else "Administrators and owners"
        raise NotAllowed(f"{who} alone do this.", hint="Ask one of them.")
