"""What customers answer when asked (K27 to K29, K32)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.oracle.answers import Answer, ratio
from tests.oracle.churn import with_wilson
from tests.oracle.company import Company
from tests.oracle.days import Window
from tests.oracle.intervals import bootstrap
from tests.oracle.knowledge import Row
from tests.oracle.voices import Said, Voice, before, name

KINDS = {"nps": (0, 10), "ces1": (1, 5), "ces2": (1, 7)}


def answers(company: Company, kind: str) -> list[Said]:
    """The answers of a kind by people who are not internal, as known by `as_of`."""
    rows = [row for row in company.rows["survey_responses"] if row["kind"] == kind]
    said = [Said(company, row) for row in rows if before(company, row["answered_at"])]
    return [each for each in said if not each.voice.internal]


def latest(said: Iterable[Said], key: Callable[[Said], Any]) -> list[Said]:
    """Of each key the answer that was given last."""
    last: dict[Any, Said] = {}
    for each in sorted(said, key=lambda each: each.order):
        last[key(each)] = each
    return list(last.values())


def chosen(said: Iterable[Said], survey: str | None, **own: str) -> list[Said]:
    """The answers of one series; where no survey is named there is only one."""
    return [
        each
        for each in said
        if survey is None
        or (each.survey == survey and each.wave == own.get("wave") and scale(each) == own.get("scale"))
    ]


def scale(said: Said) -> str | None:
    """The scale as text, for satisfaction alone."""
    if said.row["kind"] != "csat":
        return None
    return f"{int(said.low)}-{int(said.high)}"


def mean(values: list[Any], reason: str = "empty_denominator") -> Answer:
    """The mean of values with the interval of a bootstrap."""
    low = high = None
    if len(values) > 1:
        low, high = bootstrap([(float(value), 1.0) for value in values], 2_000)
    return ratio(sum(values, Fraction(0)), len(values), reason, low=low, high=high)


def share(values: list[bool]) -> Answer:
    """A proportion with its interval."""
    return with_wilson(ratio(sum(values), len(values)))


def recommending(
    company: Company, window: Window, low: int, high: int, survey: str | None, **own: str
) -> list[Said]:
    """The answer of each person on recommending that counts in a period."""
    valid = [each for each in answers(company, "nps") if each.fits(low, high)]
    waved = latest(
        [each for each in valid if each.wave is not None],
        lambda each: (each.survey, each.wave, each.voice.person),
    )
    inside = [each for each in waved if window.holds(each.at)]
    rest = [each for each in valid if each.wave is None and window.holds(each.at)]
    inside += latest(rest, lambda each: (each.survey, each.voice.person))
    return chosen(inside, survey, **own)


def points(said: Said) -> int:
    """100 for a promoter, 0 for a passive, -100 for a detractor."""
    return 100 if said.score in (9, 10) else 0 if said.score in (7, 8) else -100


def nps(company: Company, window: Window, survey: str | None = None, **own: str) -> Answer:
    return mean([points(each) for each in recommending(company, window, 0, 10, survey, **own)])


def nps_1_10(company: Company, window: Window, survey: str | None = None, **own: str) -> Answer:
    return mean([points(each) for each in recommending(company, window, 1, 10, survey, **own)])


def nps_of_accounts(company: Company, window: Window, survey: str | None = None, **own: str) -> Answer:
    by_account: dict[str, list[int]] = {}
    for each in recommending(company, window, 0, 10, survey, **own):
        if each.voice.account is not None:
            by_account.setdefault(each.voice.account, []).append(points(each))
    return mean([Fraction(sum(given), len(given)) for given in by_account.values()])


def satisfied(company: Company, window: Window, survey: str | None, **own: str) -> list[Said]:
    """The answer on satisfaction about each interaction that counts in a period."""
    valid = [
        each
        for each in answers(company, "csat")
        if each.low is not None
        and each.high is not None
        and each.low == int(each.low)
        and each.high == int(each.high)
        and each.high - each.low + 1 >= 4
        and each.on(each.low, each.high)
        and not asked_late(company, each)
    ]
    last = latest(valid, lambda each: (each.survey, each.interaction))
    return chosen([each for each in last if window.holds(each.at)], survey, **own)


def asked_late(company: Company, said: Said) -> bool:
    """Whether it was asked for a day or more after the ticket was solved."""
    if said.invitation is None or said.ticket is None or not before(company, said.ticket.get("solved_at")):
        return False
    return bool(said.invitation["sent_at"] - said.ticket["solved_at"] >= timedelta(hours=24))


def csat(company: Company, window: Window, survey: str | None = None, **own: str) -> Answer:
    said = satisfied(company, window, survey, **own)
    return share([each.score in (each.high, each.high - 1) for each in said])


def csat_6_10(company: Company, window: Window, survey: str | None = None, **own: str) -> Answer:
    said = satisfied(company, window, survey, **own)
    return share([each.score in range(6, 11) for each in said if (each.low, each.high) == (1, 10)])


def csat_mean(company: Company, window: Window, survey: str | None = None, **own: str) -> Answer:
    return mean([Fraction(each.score) for each in satisfied(company, window, survey, **own)])


def efforts(company: Company, window: Window, kind: str, survey: str | None, **own: str) -> list[Said]:
    """The answer on effort about each interaction that counts in a period."""
    valid = [
        each
        for each in answers(company, kind)
        if each.fits(*KINDS[kind]) and (each.ticket is None or solved_by_then(company, each))
    ]
    last = latest(valid, lambda each: (each.survey, each.interaction))
    return chosen([each for each in last if window.holds(each.at)], survey, **own)


def solved_by_then(company: Company, said: Said) -> bool:
    """Whether the ticket was solved when the answer came, be it opened again later."""
    assert said.ticket is not None
    solved, again = said.ticket.get("solved_at"), said.ticket.get("reopened_at")
    if before(company, solved) and solved <= said.at:
        return True
    return before(company, again) and bool(said.at < again)


def ces(company: Company, window: Window, survey: str | None = None, **own: str) -> Answer:
    return share([each.score in (5, 6, 7) for each in efforts(company, window, "ces2", survey, **own)])


def ces_mean(company: Company, window: Window, survey: str | None = None, **own: str) -> Answer:
    return mean([Fraction(each.score) for each in efforts(company, window, "ces2", survey, **own)])


def ces1(company: Company, window: Window, survey: str | None = None, **own: str) -> Answer:
    return mean([Fraction(each.score) for each in efforts(company, window, "ces1", survey, **own)])


def yes_or_no(said: Said) -> bool | None:
    """What a yes-or-no question was answered with, if it was."""
    told = json.loads(said.row.get("answer") or "{}")
    choice = told.get("choice") if isinstance(told, dict) else None
    if isinstance(choice, bool):
        return choice
    if isinstance(choice, str):
        return {"yes": True, "true": True, "no": False, "false": False}.get(choice.lower())
    return {1: True, 0: False}.get(said.score)


def resolved(company: Company, window: Window, survey: str | None = None, **own: str) -> Answer:
    """K30 `survey`: whether people said that it was solved at first contact."""
    said = [each for each in answers(company, "custom") if each.ticket and yes_or_no(each) is not None]
    last = latest(said, lambda each: (each.survey, each.interaction))
    inside = chosen([each for each in last if window.holds(each.at)], survey, **own)
    return share([bool(yes_or_no(each)) for each in inside])


def something_valid(said: Said) -> bool:
    """Whether an answer says anything on the scale it was given on."""
    if said.row["kind"] == "custom":
        return any(said.row.get(column) is not None for column in ("score", "answer", "comment"))
    low, high = KINDS.get(said.row["kind"], (None, None))
    low, high = (ours if told is None else told for told, ours in ((said.low, low), (said.high, high)))
    return low is not None and high is not None and said.on(low, high)


def response_rate(
    company: Company, window: Window, survey: str | None = None, wave: str | None = None
) -> Answer:
    """People who answered while the survey was open to them, of those to whom an invitation came."""
    sent = []
    for row in company.rows["survey_invitations"]:
        voice = Voice(company, row, None, f"invitation:{row['invitation_id']}")
        here = survey is None or (name(row, "survey_id") == survey and row.get("wave") == wave)
        if (
            here
            and before(company, row["sent_at"])
            and row.get("delivered") is not False
            and not voice.internal
        ):
            sent.append((row["sent_at"], row["invitation_id"], row, voice.person))
    first: dict[Any, tuple[datetime, Row]] = {}
    for at, _, row, person in sorted(sent, key=lambda each: each[:2]):
        if row.get("wave") is not None or window.holds(at):
            first.setdefault((name(row, "survey_id"), row.get("wave"), person), (at, row))
    kinds = {row["kind"] for row in company.rows["survey_responses"]}
    valid = [said for kind in kinds for said in answers(company, kind) if something_valid(said)]
    length = timedelta(days=company.rules["survey_open_days"])
    replied = []
    for (asked, asked_wave, person), (at, _) in first.items():
        if window.holds(at) and (company.as_of is None or at + length <= company.as_of):
            replied.append(
                any(
                    said.survey == asked
                    and said.voice.person == person
                    and (said.invitation is None or said.wave == asked_wave)
                    and at <= said.at < at + length
                    for said in valid
                )
            )
    return share(replied)


MEASURES: dict[str, Callable[..., Answer]] = {
    "nps": nps,
    "nps.account_weighted": nps_of_accounts,
    "nps.seed_1_10": nps_1_10,
    "csat": csat,
    "csat.seed_6_10": csat_6_10,
    "csat.mean": csat_mean,
    "ces": ces,
    "ces.mean": ces_mean,
    "ces.ces1": ces1,
    "survey_response_rate": response_rate,
}
"""Metric -> what gives its answer from a company, a window and the metric's own dimension by name."""
