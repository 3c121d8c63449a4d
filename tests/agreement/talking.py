"""Random companies whose people are asked, answer, ask for help and are written about.

Instants lie on the ends of the windows that the rules speak of and a microsecond beside; ids come
twice, of two sources; scores are missing, off their scale and on others.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

import pytest

from holdfast.metrics import find
from tests.agreement.again import Told, company, corrected
from tests.agreement.frame import evidence
from tests.agreement.sizes import WHOLE, companies
from tests.agreement.telling import LABELS, Key
from tests.histories import AS_OF, DAY, FIRST_KNOWN, HOUR, INSTANT, NONE, History, Row, Writer

FEW = [(1, "Asia/Tehran"), (2, "America/Sao_Paulo"), (3, "UTC")]
MANY = companies(FEW, "UTC", "Asia/Tehran", "America/Sao_Paulo")
GRAINS = ("month", "week", "day")
EARLY = (datetime(2018, 1, 20, 12), datetime(2017, 12, 15))
CASES = [(*case, grain) for case in MANY for grain in GRAINS]
OPEN_CASES = [(*case, as_of) for case in MANY for as_of in EARLY]
if not WHOLE:
    CASES = [(*case, grain) for case, grain in zip(FEW, GRAINS, strict=True)]
    OPEN_CASES = [(*case, as_of) for case, as_of in zip(FEW[1:], EARLY, strict=True)]
SERIES_SHOWN = 2
CHANNELS = ("chat", "email", None)
RULES: tuple[dict[str, Any], ...] = (
    {},
    {"survey_open_days": 7, "fcr_window_days": 14, "fcr_open_limit_days": 14},
    {},
)
SURVEYS = {"rel": "nps", "happy": "csat", "easy": "ces2", "hard": "ces1", "asked": "custom"}
ASKED = (*SURVEYS, "happy", "happy")
"""Satisfaction is asked for more often: its series are drawn apart by survey, wave and scale."""

SCALES = {"nps": (0, 10), "csat": (1, 5), "ces2": (1, 7), "ces1": (1, 5), "custom": (0, 1)}
OTHER_SCALES = ((1, 10), (None, None), (0, 1), (1, 5), (0, 10), ("0.5", 5))
ANSWERS = (
    '{"choice": "yes"}',
    '{"choice": "No"}',
    '{"choice": true}',
    '{"choice": 1}',
    '["yes"]',
    "{}",
    None,
)
AFTER = (NONE, HOUR, 3 * DAY, *(n * DAY + beside for n in (7, 14, 30) for beside in (NONE, -INSTANT)))
ENDS = (7 * DAY, 7 * DAY, 7 * DAY - INSTANT, 14 * DAY, 14 * DAY - INSTANT)
WORDS = ("Well.", "Well.", " ", None)
SOUNDS = ("positive", "Negative", "neutral", "mixed", "odd", None)
THEMES = ("price", "bugs", "speed")


@cache
def talking(seed: int, zone: str) -> History:
    """A company of a dozen accounts with what its people say, some of it corrected later."""
    made, writer = company(seed, zone, 12)
    made.rules = dict(RULES[seed % len(RULES)])
    accounts = [row["account_id"] for row in writer.tables["accounts"]]
    for table in ("users", "tickets", "ticket_replies", "survey_invitations", "survey_responses"):
        writer.tables[table] = []
    writer.tables |= {"notes": [], "feedback_tags": []}
    for number in range(16):
        person(writer, number, accounts)
    for number in range(90):
        ticket(writer, number, accounts)
    for number in range(90):
        invitation(writer, number, accounts)
    for number in range(400):
        answer(writer, number, accounts)
    for number in range(30):
        note(writer, number, accounts)
    for _ in range(260):
        tag(writer)
    decided(writer)
    corrected(writer, "survey_responses", {"score": (Decimal(9), Decimal(3), None)})
    corrected(writer, "tickets", {"spam": (True,), "agent_replies": (1, 4), "reopened_at": (None,)})
    corrected(writer, "feedback_tags", {"theme": THEMES, "sentiment": SOUNDS})
    corrected(writer, "survey_invitations", {"delivered": (False, True), "wave": ("spring", None)})
    corrected(writer, "users", {"is_internal": (True,)})
    return made


def told_by(writer: Writer, number: int, table: str) -> Row:
    """An id that two sources share."""
    return {"source": writer.pick("own", "own", "own", "desk"), table: f"{table}{number // 2}-{number % 2}"}


def someone(writer: Writer, accounts: list[str], least: int = 1) -> Row:
    """A user, one of whom nothing is known, or nobody; perhaps with an account."""
    who = writer.pick(*(f"user{n}" for n in range(10)), *(None,) * least)
    return {"user_id": who, "account_id": writer.pick(None, None, writer.pick(*accounts))}


def person(writer: Writer, number: int, accounts: list[str]) -> None:
    row = {
        "source": "own" if number % 2 else "desk",
        "user_id": f"user{number // 2}",
        "account_id": writer.pick(*accounts),
        "created_at": FIRST_KNOWN,
        "valid_from": writer.pick(None, FIRST_KNOWN),
        "person_key": writer.pick(None, None, None, "one and the same"),
        "is_internal": writer.pick(*(None,) * 8, False, True),
    }
    writer.add("users", row)
    if writer.pick(False, False, True):
        later = {"valid_from": datetime(2017, 11, 1), "account_id": writer.pick(*accounts)}
        writer.add("users", row | later | {"person_key": writer.pick(None, "another")})


def ticket(writer: Writer, number: int, accounts: list[str]) -> None:
    created = writer.moment()
    solved = created + writer.pick(*AFTER, -HOUR) if writer.pick(True, True, True, False) else None
    again = writer.pick(None, None, writer.pick(*AFTER, -HOUR))
    row = told_by(writer, number, "ticket_id") | someone(writer, accounts, 6)
    writer.add(
        "tickets",
        row
        | {
            "created_at": created,
            "solved_at": solved,
            "reopened_at": solved + again if solved and again is not None else None,
            "first_reply_at": writer.pick(None, None, created + writer.pick(NONE, HOUR, DAY, -HOUR)),
            "agent_replies": None if row["source"] == "desk" else writer.pick(None, 0, *(1,) * 8, 2),
            "text": writer.pick(*WORDS),
            "topic": writer.pick("billing", "billing", "bug", None),
            "channel": CHANNELS[number % 3],
            "agent": CHANNELS[number % 2],
            "transfers": writer.pick(None, 0, 0, 1, 3),
            "bot_solved": writer.pick(*(None,) * 4, False, True),
            "level1_resolvable": writer.pick(None, True, True, False),
            "spam": writer.pick(*(None,) * 8, True),
            "merged_into": writer.pick(*(None,) * 8, "ticket_id0-0"),
        },
    )
    if solved and writer.pick(False, True, True):
        # The same requester about the same, as the window ends.
        told = writer.tables["tickets"][-1]
        later = {"ticket_id": writer.name("again"), "created_at": solved + writer.pick(*ENDS), "spam": None}
        writer.add("tickets", told | later | {"solved_at": None, "reopened_at": None, "first_reply_at": None})
    for _ in range(writer.pick(0, 0, 0, 1, 1, 2)):
        sent = (solved or created) + writer.pick(*AFTER)
        by = {"reply_id": writer.name("reply"), "by": writer.pick("agent", "agent", "requester", "bot")}
        writer.add("ticket_replies", row | by | {"at": sent})


def invitation(writer: Writer, number: int, accounts: list[str]) -> None:
    sent = writer.moment()
    solved = [row["solved_at"] for row in writer.tables["tickets"] if row["solved_at"]]
    if writer.pick(False, True):
        sent = writer.pick(*solved) + DAY + writer.pick(NONE, -INSTANT, -HOUR)
    row = told_by(writer, number, "invitation_id") | someone(writer, accounts)
    writer.add(
        "survey_invitations",
        row
        | {
            "survey_id": writer.pick(*ASKED),
            "wave": writer.pick(None, "spring", "summer"),
            "sent_at": sent,
            "delivered": writer.pick(None, None, True, True, False),
            "channel": CHANNELS[number % 3],
        },
    )


def answer(writer: Writer, number: int, accounts: list[str]) -> None:
    """An answer to an invitation or to none, about a ticket or about none."""
    asked = writer.pick(*writer.tables["survey_invitations"])
    about = writer.pick(*writer.tables["tickets"])
    row = told_by(writer, number, "response_id") | someone(writer, accounts)
    survey, at = writer.pick(*ASKED), writer.moment()
    if writer.pick(True, True, False):
        survey, at = asked["survey_id"], asked["sent_at"] + writer.pick(*AFTER, -HOUR)
        who = writer.pick(None, None, None, row["user_id"])
        row |= {"source": asked["source"], "invitation_id": asked["invitation_id"], "user_id": who}
    elif writer.pick(True, True, False):
        at = (about["solved_at"] or about["reopened_at"] or at) + writer.pick(NONE, INSTANT, -INSTANT, DAY)
    kind = SURVEYS[survey]
    usual = writer.pick((1, 5), (1, 10)) if kind == "csat" else SCALES[kind]
    low, high = writer.pick(*(usual,) * 5, (None, None), (None, None), writer.pick(*OTHER_SCALES))
    on_scale = writer.pick(*range(usual[0], usual[1] + 1))
    score = writer.pick(*(on_scale,) * 12, None, -1, 0, 11, "7.5", *range(6, 11))
    writer.add(
        "survey_responses",
        row
        | {
            "survey_id": survey,
            "kind": kind,
            "answered_at": at,
            "score": None if score is None else Decimal(score),
            "scale_min": None if low is None else Decimal(low),
            "scale_max": None if high is None else Decimal(high),
            "comment": writer.pick(*WORDS),
            "answer": writer.pick(*ANSWERS) if kind == "custom" else None,
            "trigger_ref": writer.pick(None, about["ticket_id"], about["ticket_id"], "elsewhere"),
        },
    )


def note(writer: Writer, number: int, accounts: list[str]) -> None:
    kind = writer.pick("crm", "interview", "focus_group", "customer_day")
    about = {"account_id": writer.pick(*accounts), "at": writer.moment(), "kind": kind}
    writer.add("notes", told_by(writer, number, "note_id") | about | {"text": writer.pick("Well.", " ")})


def tag(writer: Writer) -> None:
    """A theme of something said: named by its source's own id, by the qualified one, or of nothing."""
    table, key, said_at = writer.pick(
        ("survey_responses", "response_id", "answered_at"),
        ("notes", "note_id", "at"),
        ("tickets", "ticket_id", "created_at"),
    )
    item = writer.pick(*writer.tables[table])
    source = writer.pick(item["source"], item["source"], "own", "desk")
    name = item[key] if item["source"] in (source, "own") else f"{item['source']}:{item[key]}"
    writer.add(
        "feedback_tags",
        {
            "tag_id": writer.name("tag"),
            "source": source,
            "source_ref": writer.pick(*(f"{table}/{name}",) * 9, name),
            "theme": writer.pick(*THEMES),
            "sentiment": writer.pick(*SOUNDS),
            "coder": writer.pick("ana", "ben", "cleo", None),
            "coded_at": item[said_at] + writer.pick(NONE, HOUR, 20 * DAY),
        },
    )


def decided(writer: Writer) -> None:
    """A theme that is another's by now, and themes that a person took out of what was said."""
    writer.tables |= {"theme_names": [], "theme_corrections": []}
    writer.add("theme_names", {"source": "holdfast", "theme": "price", "called": writer.pick("cost", "bugs")})
    refs = sorted({row["source_ref"] for row in writer.tables["feedback_tags"]})
    for ref in refs[::5]:
        row = {
            "source_ref": ref,
            "theme": writer.pick("bugs", "price", "speed"),
            "about": writer.pick(True, False),
        }
        writer.add("theme_corrections", {"source": "holdfast"} | row)


@lru_cache(maxsize=8)
def told(seed: int, zone: str, as_of: datetime = AS_OF) -> Told:
    """Everything that a company knows, up to an instant."""
    return Told(talking(seed, zone), as_of)


def differing(asked: Told, names: tuple[str, ...], grain: str) -> dict[Key, Any]:
    """The figures on which the engines differ, by more than the last digits of a mean of means."""
    return {
        key: (ours, theirs)
        for key, (ours, theirs) in asked.differences(names, grain, LABELS[grain]).items()
        if None in (ours.value, theirs.value)
        or sums(ours) != pytest.approx(sums(theirs), abs=1e-12)
        or float(ours.value) != pytest.approx(float(theirs.value), abs=1e-12)
    }


def sums(answer: Any) -> tuple[float, float]:
    """Numerator and denominator."""
    return float(answer.numerator), float(answer.denominator)


def explained(asked: Told, name: str, grain: str, label: str) -> int:
    """Hold some series of a metric to their evidence; how many rows were counted and left out."""
    shown = 0
    for figure in asked.counted([name], grain, [label])[-SERIES_SHOWN:]:
        own = ",".join(f"{column}={figure.of.get(column, '')}" for column in find(name).of_columns)
        found = asked.explained(f"{name}[{own}]" if figure.of else name, grain, label)
        assert found.figure == figure
        evidence(found)
        shown += found.rows.num_rows + found.left_out.num_rows
    return shown


def empty(names: tuple[str, ...]) -> set[str]:
    """The metrics of which the random companies have nothing to count."""
    companies = [told(*case) for case in FEW]
    found = [figure for each in companies for figure in each.counted(names, "quarter", ("2017-Q4",))]
    return set(names) - {figure.name for figure in found if figure.numerator}
