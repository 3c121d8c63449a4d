"""Numbers in texts read from the right: which are set apart, how, and what is left as it is."""

from __future__ import annotations

import pytest

from holdfast.words.order import END, LEFT, RIGHT, ordered, ordered_page


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("-760.3", f"{LEFT}-760.3{END}"),
        ("6.4%", f"{LEFT}6.4%{END}"),
        ("+۱٬۲۳۴", f"{LEFT}+۱٬۲۳۴{END}"),
        ("۶٫۴٪", f"{RIGHT}{LEFT}۶٫۴{END}٪{END}"),
        ("-۶٫۴٪", f"{RIGHT}{LEFT}-۶٫۴{END}٪{END}"),
        ("-٦٫٤٪", f"{RIGHT}{RIGHT}-٦٫٤{END}٪{END}"),
        ("USD -1,200.00", f"{LEFT}USD -1,200.00{END}"),
        ("USD ١٢", f"{RIGHT}USD ١٢{END}"),
    ],
)
def test_a_number_with_a_sign_is_set_apart(text: str, shown: str) -> None:
    for language in ("ar", "fa", "fa-u-nu-latn"):
        assert ordered(text, language) == shown
        assert ordered(f"از {text}، و", language) == f"از {shown}، و"
    assert ordered(text, "en") == text


@pytest.mark.parametrize(
    "text", ["1,204", "2025-04-30", "10:33", "K33", "x-5", "3-5", "https://a.example/-5?b=-3", "#39%", "- 5"]
)
def test_what_is_no_signed_number_stays(text: str) -> None:
    assert ordered(text, "fa") == text


def test_a_page_has_elements_where_it_can_and_marks_where_it_cannot() -> None:
    assert ordered_page("<p>a -5</p>", "fa") == '<p>a <bdi dir="ltr">-5</bdi></p>'
    assert ordered_page("<b>۶٪</b>", "fa") == '<b><bdi dir="rtl"><bdi dir="ltr">۶</bdi>٪</bdi></b>'
    assert ordered_page('<option value="-5">-5', "ar") == f'<option value="-5">{LEFT}-5{END}'
    assert ordered_page('<td title="-5" data-of="-5">', "ar") == f'<td title="{LEFT}-5{END}" data-of="-5">'
    assert ordered_page("<p>-5</p>", "en") == "<p>-5</p>"


@pytest.mark.parametrize("name", ["script", "style", "textarea", "pre", "code"])
def test_what_runs_or_is_typed_stays(name: str) -> None:
    page = f"<{name} a=b>x < -5 &amp; 6%</{name}>"
    assert ordered_page(page, "fa") == page
