"""What is mistaken in a form or an address is told in the reader's language, by pages as they are served."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.pages.conftest import MAILBOX, OWNER, PERIOD, READER, Pages, Visit
from tests.pages.test_in_the_browser import RULES

MISTAKEN = [
    (f"/segments/count/?rule={quote('mrr >= ')}", "قاعده نیست: در پایان آن باید یک عدد باشد. برای نمونه:"),
    (f"/segments/count/?rule={quote('mmr > 5')}", "ویژگی با نام «mmr» وجود ندارد. آیا منظورتان «mrr» بود؟"),
    ("/?segment=nobody", "بخش با نام «nobody» وجود ندارد."),
    ("/?period=2025-13", "«2025-13» در تقویم نیست. ماه، هفته یا روز را ببینید."),
    ("/?grain=mnth", "نوع دوره با نام «mnth» وجود ندارد. آیا منظورتان «month» بود؟"),
    ("/?known=never", "known نمی‌تواند «never» باشد."),
    ("/customers/?sort=nothing", "ستون با نام «nothing» وجود ندارد."),
    ("/data/settings/preview/?set=rules.pause_churn_days=-1", "قاعدهٔ «pause_churn_days» نمی‌تواند «-۱» باشد."),
    ("/data/settings/preview/?set=currency=%22gold%22", "«gold» واحد پول نیست. کد ISO 4217، مانند EUR."),
    (
        "/data/settings/preview/?set=activation=%223%22",
        "«3» معیار نیست: نام رویداد نیامده است. برای نمونه:",
    ),
    ("/insights/experiments/plan/?days=3", "بازهٔ ۳ روزه چیزی نشان نمی‌دهد. دست‌کم 7: --days 60."),
]
SENT: list[tuple[str, dict[str, str], str]] = [
    ("/data/", {"table": "accounts"}, "هیچ فایلی انتخاب نشده است. نخست یک فایل انتخاب کنید."),
    (
        "/targets/new/",
        {"metric": "gross_revenue_retention", "value": "own", "own": "lots"},
        "«lots» مقداری برای gross_revenue_retention نیست. سهمی مانند 2.5% یا 0.025.",
    ),
    (
        "/targets/new/",
        {"metric": "gross_revenue_retention", "value": "own", "own": "140%"},
        "gross_revenue_retention نمی‌تواند 140 % باشد: میان 0 % و 100 % است.",
    ),
    ("/team/", {"email": "rita", "role": "reader"}, "«rita» نشانی ایمیل نیست. مانند ana@example.com."),
    ("/team/", {"email": MAILBOX[READER], "role": "reader"}, f"{MAILBOX[READER]} از پیش عضو است."),
    ("/team/keys/", {"kind": "read"}, "کلید نامی دارد تا بعداً بدانید کدام را باطل کنید."),
    ("/data/person/", {"act": "disclose", "kind": "account"}, "شناسه نیامده یا بیش از اندازه بلند است."),
]
MARKS = re.compile("[\u2066-\u2069]|<[^>]*>")


@pytest.mark.parametrize(("path", "said"), MISTAKEN, ids=[path for path, _ in MISTAKEN])
def test_a_persian_reader_gets_a_persian_sentence(pages: Pages, path: str, said: str) -> None:
    _, text, _ = pages.get(f"{path}&lang=fa", OWNER)
    alert = re.search(r'<p class="alert".*?</p>', text, re.DOTALL)
    assert alert is not None, text[-2000:]
    assert said in unescape(MARKS.sub("", alert[0]))
    assert 'lang="en"' not in alert[0]


@pytest.mark.parametrize(("path", "told", "said"), SENT, ids=[said for _, _, said in SENT])
def test_a_form_that_is_refused_says_so_in_persian(
    pages: Pages, path: str, told: dict[str, str], said: str
) -> None:
    _, text = pages.sent(f"{path}?lang=fa", OWNER, **told)
    alert = re.search(r'<p class="alert".*?</p>', text, re.DOTALL)
    assert alert is not None, text[-2000:]
    assert said in unescape(MARKS.sub("", alert[0]))
    assert 'lang="en"' not in alert[0]


def test_an_english_reader_gets_it_as_it_was(pages: Pages) -> None:
    _, text, _ = pages.get(f"{MISTAKEN[1][0]}&lang=en", OWNER)
    assert "No fact is called &#39;mmr&#39;.</span> <span>Did you mean &#39;mrr&#39;?" in text


def test_a_mistaken_rule_is_told_while_it_is_built(visit: Callable[..., Visit]) -> None:
    page = visit(READER).go(f"/segments/new/?rule={quote('mrr > 5 and (plan = x')}&period={PERIOD}&lang=ar")
    alert = page.locator(".alert").first
    expect(alert).to_contain_text("ليست قاعدة")
    assert Axe().run(page, options=RULES).violations_count == 0
