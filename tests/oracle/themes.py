"""What people talk about (K31)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from tests.oracle.answers import Answer, ratio
from tests.oracle.company import Company
from tests.oracle.days import Window
from tests.oracle.knowledge import Row, source
from tests.oracle.support import Ticket
from tests.oracle.surveys import mean, share
from tests.oracle.voices import Said, before, name

SOUNDS = {"positive": 1, "neutral": 0, "mixed": 0, "negative": -1}


@dataclass
class Item:
    """Something said, with the tags it was given: theme to sentiments, oldest first."""

    ref: str
    at: datetime
    account: str | None
    words: str | None
    tags: dict[str, list[str | None]] = field(default_factory=dict)
    """Those that nobody took out again."""
    coders: dict[str, set[str]] = field(default_factory=dict)


def said(company: Company) -> Iterator[Item]:
    """Everything that people who are not internal said by `as_of`, in words or not."""
    for row in company.rows["survey_responses"]:
        if before(company, row["answered_at"]):
            voice = Said(company, row).voice
            if not voice.internal:
                ref = f"survey_responses/{name(row, 'response_id')}"
                yield Item(ref, row["answered_at"], voice.account, row.get("comment"))
    for row in company.rows["notes"]:
        account = company.identity.of(row)
        if before(company, row["at"]) and row["kind"] != "crm" and not company.identity.internal(account):
            yield Item(f"notes/{name(row, 'note_id')}", row["at"], account, row["text"])
    for row in company.rows["tickets"]:
        if before(company, row["created_at"]):
            ticket = Ticket(company, row)
            if ticket.real and not ticket.internal:
                told = [row[column] for column in ("text", "subject", "topic") if row.get(column) is not None]
                words = told[0] if told else None
                yield Item(f"tickets/{ticket.id}", row["created_at"], ticket.account, words)


def items(company: Company, window: Window) -> list[Item]:
    """What was said in a period, with its themes."""
    return [item for item in every(company) if window.holds(item.at)]


def every(company: Company) -> list[Item]:
    """What was ever said by `as_of`, with its themes."""
    tags: dict[str, list[Row]] = {}
    for tag in sorted(
        company.rows["feedback_tags"], key=lambda tag: (tag["coded_at"], source(tag), tag["tag_id"])
    ):
        if before(company, tag["coded_at"]):
            table, _, key = tag["source_ref"].partition("/")
            ref = f"{table}/{key}" if source(tag) in {"own", "holdfast"} else f"{table}/{source(tag)}:{key}"
            tags.setdefault(ref, []).append({**tag, "theme": called(company, tag["theme"])})
    wrong = {
        (row["source_ref"], same(called(company, row["theme"])))
        for row in company.rows["theme_corrections"]
        if not row["about"]
    }
    found = []
    for item in said(company):
        for tag in tags.get(item.ref, ()):
            if (item.ref, same(tag["theme"])) not in wrong:
                item.tags.setdefault(tag["theme"], []).append(tag.get("sentiment"))
            if tag.get("coder") is not None:
                item.coders.setdefault(tag["coder"], set()).add(tag["theme"])
        if item.tags or (item.words or "").strip(" "):
            found.append(item)
    return found


def same(theme: str) -> str:
    """A theme as it is compared."""
    return theme.strip(" ").lower()


def called(company: Company, theme: str) -> str:
    """What a theme is called now."""
    names = {row["theme"]: row["called"] for row in company.rows["theme_names"]}
    return str(names.get(same(theme), theme))


def coded(company: Company, window: Window) -> list[Item]:
    """What was said in a period and was found to be about something."""
    return [item for item in items(company, window) if item.tags]


def theme_share(company: Company, window: Window, theme: str = "") -> Answer:
    return share([theme in item.tags for item in coded(company, window)])


def by_account(company: Company, window: Window, theme: str) -> dict[str, bool]:
    """The accounts that were found to speak about something, and whether about this."""
    spoke: dict[str, bool] = {}
    for item in coded(company, window):
        if item.account is not None:
            spoke[item.account] = spoke.get(item.account, False) or theme in item.tags
    return spoke


def of_accounts(company: Company, window: Window, theme: str = "") -> Answer:
    return share(list(by_account(company, window, theme).values()))


def of_mrr(company: Company, window: Window, theme: str = "") -> Answer:
    about = beside = Decimal(0)
    for account, spoke in by_account(company, window, theme).items():
        if account in company.stories:
            native = company.stories[account].by_currency(window.start)
            paid = company.worth(native, company.rate_day(window.start))
            beside += paid
            about += paid if spoke else 0
    return ratio(about, beside)


def sentiment(company: Company, window: Window, theme: str = "") -> Answer:
    sounds = []
    for item in coded(company, window):
        words = [(word or "").strip(" ").lower() for word in item.tags.get(theme, ())]
        known = [SOUNDS[word] for word in words if word in SOUNDS]
        sounds += known[-1:]
    return mean(sounds)


def coverage(company: Company, window: Window) -> Answer:
    return share([bool(item.tags) for item in items(company, window)])


def agreement(company: Company, window: Window) -> Answer:
    """Cohen's kappa from the table of both coders' decisions, theme by theme."""
    whole = [item.coders for item in every(company) if len(item.coders) > 1]
    themes = {theme for coders in whole for found in coders.values() for theme in found}
    table = {(one, two): 0 for one in (False, True) for two in (False, True)}
    for item in items(company, window):
        if len(item.coders) > 1:
            one, two = (item.coders[coder] for coder in sorted(item.coders)[:2])
            for theme in themes:
                table[theme in one, theme in two] += 1
    n = sum(table.values())
    if not n:
        return Answer(None, reason="no_data")
    first = Fraction(table[True, False] + table[True, True], n)
    second = Fraction(table[False, True] + table[True, True], n)
    chance = first * second + (1 - first) * (1 - second)
    return ratio(Fraction(table[True, True] + table[False, False], n) - chance, 1 - chance)


MEASURES: dict[str, Callable[..., Answer]] = {
    "theme_share": theme_share,
    "theme_share.accounts": of_accounts,
    "theme_share.mrr": of_mrr,
    "theme_share.sentiment": sentiment,
    "theme_share.coverage": coverage,
    "theme_share.agreement": agreement,
}
"""Metric -> what gives its answer from a company, a window and the metric's own dimension by name."""
