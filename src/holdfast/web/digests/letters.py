"""A digest as a letter: plain text, and HTML with pictures inside it, in one language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.mime.image import MIMEImage

from django.core.mail import EmailMultiAlternatives

from holdfast.metrics.boards import BOARDS
from holdfast.report.page.drawn import OVER_TIME, picture_of
from holdfast.report.page.lines import Lines, Told
from holdfast.report.workbook import Contents
from holdfast.web.pages.showing import written
from holdfast.words import say
from holdfast.words.amounts import period_name

PICTURES = 2
LEAST_POINTS = 2


@dataclass(frozen=True)
class Picture:
    """A chart inside a letter: its name there, what it shows, and the picture."""

    id: str
    name: str
    png: bytes


@dataclass(frozen=True)
class Links:
    """Whole addresses in a letter: the report's page, and where the digest is stopped."""

    report: str
    stop: str


def letter(board: str, contents: Contents, language: str, links: Links) -> EmailMultiAlternatives:
    """The letter, to nobody yet."""
    lines, stamp = Lines(contents, language), contents.stamp
    period = period_name(stamp.grain, stamp.period_label, language)
    values = {
        "name": say(f"web.board.{board}", language),
        "period": period[:1].upper() + period[1:],
        "workspace": stamp.workspace,
        "stamp": stamp,
        "rows": rows_of(lines, board),
        "links": links,
    }
    pictures = list(_pictures(lines, board))
    named = {each: values[each] for each in ("name", "workspace", "period")}
    subject = " ".join(say("digest.subject", language, **named).split())
    message = EmailMultiAlternatives(subject, written(language, "digests/mail.txt.j2", **values))
    html = written(language, "digests/mail.html.j2", pictures=pictures, **values)
    message.attach_alternative(html, "text/html")
    message.mixed_subtype = "related"  # type: ignore[attr-defined]
    for each in pictures:
        image = MIMEImage(each.png, "png")
        image.add_header("Content-ID", f"<{each.id}>")
        image.add_header("Content-Disposition", "inline", filename=f"{each.id}.png")
        message.attach(image)
    # RFC 8058: mail programs offer one click for this.
    message.extra_headers["List-Unsubscribe"] = f"<{links.stop}>"
    message.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message


def rows_of(lines: Lines, board: str) -> Sequence[Told]:
    """The KPIs of a board in its own order, each once, those that are defined."""
    told: dict[str, Told] = {}
    for family in lines.families():
        for row in family.rows:
            told.setdefault(row.key, row)
    return [told[name] for name in BOARDS[board] if name in told and not told[name].reason]


def _pictures(lines: Lines, board: str) -> Iterator[Picture]:
    """The headline KPIs of a board over time, where there is enough to draw."""
    names = [*(each for each in OVER_TIME if each in BOARDS[board]), *BOARDS[board]]
    drawn = 0
    for name in dict.fromkeys(names):
        figures = [each for each in lines.contents.figures if each.name == name and not each.of]
        if len({each.period_label for each in figures if each.value is not None}) >= LEAST_POINTS:
            yield Picture(f"chart-{name}", lines.name(figures[0]), picture_of(lines, figures))
            drawn += 1
        if drawn == PICTURES:
            return
