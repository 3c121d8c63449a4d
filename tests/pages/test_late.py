"""A page whose figures take long to count shows those of before, and says so until newer ones are there."""

from __future__ import annotations

import time
from pathlib import Path

from holdfast import flow
from holdfast.company import simulate, write_exports
from holdfast.web.answers.readers import LOOK_SECONDS
from holdfast.words import LANGUAGES, say
from tests.pages.conftest import OWNER, Pages, session_of
from tests.web.conftest import serving, wait

PAGE, FILE = "/kpis/paying_customers/", "/kpis/paying_customers/figures.csv"


def test_what_is_shown_late_says_so_until_it_is_new(tmp_path: Path) -> None:
    folder = tmp_path / "acme"
    company = simulate(30, 4, seed=1)
    write_exports(company, folder.with_name("exports"))
    with flow.create(folder, currency=company.currency, zone=company.sizing.zone) as space:
        space.import_folder(folder.with_name("exports"))
    with serving(folder, HOLDFAST_ANSWER_SECONDS="0.000001") as served:
        pages = Pages(folder, served.address)
        pages.sessions = {OWNER: session_of(pages, OWNER)}
        said = say("web.late.again", "en")
        assert said not in pages.get(f"{PAGE}?lang=en", OWNER)[1], "nothing was counted before"
        with flow.open(folder) as space:
            space.write_note("a000000", "They asked for a call.", by="ana")
        time.sleep(LOOK_SECONDS + 0.5)
        assert said in pages.get(f"{PAGE}?lang=en", OWNER)[1]
        status, text, _ = pages.get(FILE, OWNER)
        assert (status, said in text) == (200, False)
        for language in LANGUAGES[1:]:
            pages.get(f"{PAGE}?lang={language}", OWNER)
        wait(lambda: said not in pages.get(f"{PAGE}?lang=en", OWNER)[1], "the newer figures")
