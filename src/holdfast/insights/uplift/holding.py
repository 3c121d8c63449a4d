"""Who is held out of an effort: at random by a hash, evenly within each stratum."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from hashlib import sha256
from typing import Literal, TypeAlias

from holdfast.errors import Sentence, UsageError

Arm: TypeAlias = Literal["control", "treated"]


def held_out(strata: Mapping[str, str], share: float, salt: str) -> dict[str, Arm]:
    """The arm of each account, given its stratum; `share` of each stratum are held out as control.

    Accounts of a stratum are ordered by a hash of salt and id, and the first are held out; where the share
    is no whole number of them, one more is with the chance of the rest, by a hash of salt and stratum. The
    same salt gives the same arms; another one has nothing to do with them.
    """
    if not 0 < share < 1:
        raise UsageError(
            Sentence("{share} cannot be held out.", share=f"{share:g}"),
            hint=Sentence("A share between 0 and 1, such as 0.2."),
        )
    groups: dict[str, list[str]] = defaultdict(list)
    for account, stratum in strata.items():
        groups[stratum].append(account)
    arms: dict[str, Arm] = {}
    for stratum, accounts in groups.items():
        wanted = len(accounts) * share
        many = int(wanted) + (_hash(salt, f"stratum {stratum}") < wanted - int(wanted))
        for turn, account in enumerate(sorted(accounts, key=lambda each: (_hash(salt, each), each))):
            arms[account] = "control" if turn < many else "treated"
    return arms


def _hash(salt: str, text: str) -> float:
    """A number of [0, 1) from a salt and a text."""
    digest = sha256(f"{salt}|{text}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
