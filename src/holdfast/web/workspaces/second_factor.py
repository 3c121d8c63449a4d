"""A second thing to show at the door: a code of the moment from an app, or one kept for when it is lost."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable

from django.db import transaction
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.members import NotLetIn, do_note_failed, forget_failed, refuse_guessers
from holdfast.web.workspaces.models import Member, RecoveryCode
from holdfast.web.workspaces.team import refuse

RECOVERY_CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for each other."""

PARTS, PART_LETTERS = 3, 5
"""A recovery code has 15 letters, over 74 bits: its plain hash can be turned back by nobody."""


class WrongCode(NotLetIn):
    """A code that is not the one of the moment, was used already, or is no recovery code."""

    code = "wrong_code"


def do_begin(member: Member) -> TOTPDevice:
    """A fresh secret for an app, which counts for nothing until a code of it is shown."""
    with transaction.atomic():
        TOTPDevice.objects.filter(user=member, confirmed=False).delete()
        return TOTPDevice.objects.create(user=member, name="app", confirmed=False)


def begun(member: Member) -> TOTPDevice | None:
    """The secret that waits for its first code."""
    found: TOTPDevice | None = TOTPDevice.objects.filter(user=member, confirmed=False).first()
    return found


def do_turn_on(member: Member, code: str, address: str) -> list[str]:
    """Ask for a code from now on, and give the recovery codes, which are kept nowhere.

    Every other session of the member ends. Raises WrongCode, and TooManyAttempts.
    """
    device = begun(member)
    if device is None:
        raise WrongCode("There is no secret to confirm.", hint="Begin again.")
    _checked(member, address, lambda: _shows(device.pk, code))
    with transaction.atomic():
        TOTPDevice.objects.filter(user=member, confirmed=True).delete()
        TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
        member.second_factor_at = timezone.now()
        member.save(update_fields=["second_factor_at"])
        do_note(member, "turned on", "own second factor")
        return _fresh_codes(member)


def do_check_code(member: Member, code: str, address: str) -> None:
    """Go on where the code is the app's of the moment or a recovery code, each good for one time.

    Raises WrongCode, and TooManyAttempts after a few of them.
    """
    _checked(member, address, lambda: _is_shown(member, code))


def do_renew_codes(member: Member, code: str, address: str) -> list[str]:
    """Ten fresh recovery codes; those of before stop working."""
    do_check_code(member, code, address)
    with transaction.atomic():
        do_note(member, "made", "own recovery codes")
        return _fresh_codes(member)


def do_turn_off(member: Member, code: str, address: str) -> None:
    """Ask for no code any more, of a member who shows one."""
    do_check_code(member, code, address)
    _forget(member, by=member, about="own second factor")


def do_reset(member: Member, *, by: Member | None = None) -> None:
    """Ask for no code any more of someone who lost both app and recovery codes; sessions of theirs end."""
    refuse(by, member.role)
    _forget(member, by=by, about=f"second factor of {member.email}")


def codes_left(member: Member) -> int:
    """How many recovery codes are not used."""
    return RecoveryCode.objects.filter(member=member, used_at=None).count()


def _checked(member: Member, address: str, shown: Callable[[], bool]) -> None:
    about = {"mailbox": f"code of {member.pk}", "address": f"address {address}"}
    refuse_guessers(about)
    if not shown():
        do_note_failed(about)
        raise WrongCode("This code does not fit.", hint="Wait for the next one of the app, and try again.")
    forget_failed(about["mailbox"])


def _is_shown(member: Member, code: str) -> bool:
    code = "".join(code.split())
    if code.isdecimal():
        device = TOTPDevice.objects.filter(user=member, confirmed=True).first()
        return device is not None and _shows(device.pk, code)
    unused = RecoveryCode.objects.filter(member=member, digest=_digest(code), used_at=None)
    return unused.update(used_at=timezone.now()) == 1


def _shows(device: int, code: str) -> bool:
    """Whether a device shows a code now; one at a time asks, so that no code is taken twice."""
    with transaction.atomic():
        locked = TOTPDevice.objects.select_for_update().get(pk=device)
        return bool(locked.verify_token("".join(code.split())))


def _fresh_codes(member: Member) -> list[str]:
    codes = ["-".join(_letters() for _ in range(PARTS)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(member=member).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(member=member, digest=_digest(code)) for code in codes)
    return codes


def _letters() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(PART_LETTERS))


def _forget(member: Member, *, by: Member | None, about: str) -> None:
    with transaction.atomic():
        TOTPDevice.objects.filter(user=member).delete()
        RecoveryCode.objects.filter(member=member).delete()
        member.second_factor_at = None
        member.save(update_fields=["second_factor_at"])
        do_note(by, "turned off", about)


def _digest(code: str) -> str:
    return hashlib.sha256(code.lower().replace("-", "").encode()).hexdigest()
