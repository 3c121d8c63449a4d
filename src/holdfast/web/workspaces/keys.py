"""Keys: made and shown once, looked up by their hash, revoked.

A key for intake reads nothing; a key for reading writes nothing, and reads what its scopes name alone.

A key is 192 random bits, so that a plain SHA-256 of it can be turned back by nobody.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.utils import timezone

from holdfast.errors import Sentence, UsageError, unknown
from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.models import Key, Member

INTAKE, READ = "intake", "read"
KINDS = {INTAKE: "hfw_", READ: "hfr_"}
"""What keys are for, and how each kind begins."""

SCOPES = {
    "figures": "KPIs, cohorts, targets and forecasts, without anybody's name",
    "accounts": "the accounts and users behind figures",
    "records": "every record of every table",
}
"""What a key for reading may read."""

SHOWN = 10
REMEMBERED_SECONDS = 5.0
"""How long a process goes by what it looked up: a key that is revoked is let in no longer than that."""

NOTED = timedelta(minutes=1)
"""How exact the last use of a key is kept."""


@dataclass(frozen=True)
class KeyFacts:
    """What is known of a key, without the key."""

    id: int
    kind: str
    label: str
    begins: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    scopes: tuple[str, ...] = ()


def do_create(kind: str, label: str = "", scopes: Collection[str] = (), *, by: Member | None = None) -> str:
    """Make a key and give its text, which is kept nowhere.

    Raises UsageError for a kind or a scope there is not, and for a key for reading without a scope.
    """
    if kind not in KINDS:
        raise unknown("kind of key", kind, KINDS)
    for scope in scopes:
        if scope not in SCOPES:
            raise unknown("scope", scope, SCOPES)
    if kind == READ and not scopes:
        raise UsageError(
            Sentence("A key for reading says what it may read."), hint=f"--scope {' or '.join(SCOPES)}"
        )
    if kind != READ and scopes:
        raise UsageError(
            Sentence("A key for {kind} reads nothing.", kind=kind), hint=Sentence("Leave the scope out.")
        )
    text = KINDS[kind] + secrets.token_urlsafe(24)
    Key.objects.create(
        kind=kind,
        label=label,
        scopes=sorted(set(scopes)),
        begins=text[:SHOWN],
        digest=_digest(text),
        created_at=timezone.now(),
    )
    do_note(by, "made", f"key {text[:SHOWN]}", {"kind": kind, "label": label, "scopes": sorted(set(scopes))})
    return text


def do_revoke(begins: str, *, by: Member | None = None) -> KeyFacts:
    """Let a key in no longer, named by how it begins; raises UsageError where none or several begin so."""
    found = list(Key.objects.filter(begins=begins[:SHOWN], revoked_at=None))
    if len(begins) > SHOWN:
        found = [key for key in found if key.digest == _digest(begins)]
    if not found:
        raise UsageError(f"No key that is in use begins with {begins[:SHOWN]!r}.", hint="holdfast keys list")
    if len(found) > 1:
        raise UsageError(f"{len(found)} keys begin with {begins!r}.", hint="Give the whole key.")
    return _revoked(found[0], by)


def do_revoke_this(number: int, *, by: Member | None = None) -> KeyFacts:
    """Let a key in no longer, named by its number; raises UsageError where none in use has it."""
    key = Key.objects.filter(pk=number, revoked_at=None).first()
    if key is None:
        raise UsageError(Sentence("This key is not in use any more."), hint="holdfast keys list")
    return _revoked(key, by)


def _revoked(key: Key, by: Member | None) -> KeyFacts:
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at"])
    do_note(by, "revoked", f"key {key.begins}", {"kind": key.kind, "label": key.label})
    return _facts(key)


def keys() -> list[KeyFacts]:
    """Every key, the oldest first."""
    return [_facts(key) for key in Key.objects.all()]


@dataclass
class Doorkeeper:
    """Lets programs in by their keys; one for all threads of a process."""

    rate: int = 0
    _seen: dict[str, tuple[float, KeyFacts | None]] = field(default_factory=dict)
    _left: dict[int, tuple[float, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def let_in(self, text: str | None, kind: str, scope: str | None = None) -> KeyFacts | None:
        """The key that the text is, where it is of this kind and not revoked.

        Raises DatabaseError where it was not seen before and cannot be looked up.
        """
        if not text or not text.startswith(KINDS[kind]) or len(text) > 100:
            return None
        digest, now = _digest(text), time.monotonic()
        seen = self._seen.get(digest)
        if seen is None or now - seen[0] > REMEMBERED_SECONDS:
            seen = now, self._found(digest, seen)
            with self._lock:
                if len(self._seen) > 10_000:
                    self._seen.clear()
                self._seen[digest] = seen
        key = seen[1]
        if key is None or key.kind != kind or key.revoked_at is not None:
            return None
        return key if scope is None or scope in key.scopes else None

    def _found(self, digest: str, seen: tuple[float, KeyFacts | None] | None) -> KeyFacts | None:
        """Look a key up; while the database does not answer, one that was let in before stays so."""
        try:
            key = _looked_up(digest)
        except DatabaseError:
            if seen is None or seen[1] is None:
                raise
            return seen[1]
        if key:
            _note_use(key)
        return key

    def too_often(self, key: KeyFacts) -> bool:
        """Whether the key has no request left now: `rate` come back each second, and no more are saved up."""
        if not self.rate:
            return False
        now = time.monotonic()
        with self._lock:
            since, left = self._left.get(key.id, (now, float(self.rate)))
            left = min(float(self.rate), left + (now - since) * self.rate)
            if left < 1:
                self._left[key.id] = (now, left)
                return True
            self._left[key.id] = (now, left - 1)
            return False


def _looked_up(digest: str) -> KeyFacts | None:
    key = Key.objects.filter(digest=digest).first()
    return _facts(key) if key else None


def _note_use(key: KeyFacts) -> None:
    """Keep that a key was used; where the database is taken that is left for the next time."""
    now = timezone.now()
    if key.last_used_at is None or now - key.last_used_at > NOTED:
        with contextlib.suppress(DatabaseError):
            Key.objects.filter(id=key.id).update(last_used_at=now)


def _facts(key: Key) -> KeyFacts:
    return KeyFacts(
        key.pk,
        key.kind,
        key.label,
        key.begins,
        key.created_at,
        key.last_used_at,
        key.revoked_at,
        tuple(key.scopes),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
