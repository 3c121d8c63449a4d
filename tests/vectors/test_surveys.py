"""The worked vectors of K27, K28, K29 and K32, and the rules beside them."""

# ruff: noqa: N802 - a vector carries its label as kpis.md writes it

from __future__ import annotations

from math import sqrt
from typing import Any

import pytest

from tests.vectors.adapter import Engine, Figure
from tests.vectors.rows import Records, account, at
from tests.vectors.rows_feedback import answer, five, invitation, said, scored, ten, ticket, user

NPS_SE = 100 * sqrt((0.5 + 0.2 - 0.3**2) / 100)
"""The closed form of K27 for 50, 30 and 20 of a hundred."""


def close(figure: Figure, wanted: float) -> bool:
    return figure.value is not None and float(figure.value) == pytest.approx(wanted, abs=1e-6)


def within(figure: Figure, low: float, high: float, places: float) -> bool:
    assert figure.low is not None
    assert figure.high is not None
    return (figure.low, figure.high) == pytest.approx((low, high), abs=places)


def sums(figure: Figure) -> tuple[Any, Any]:
    return figure.numerator, figure.denominator


def undefined(figure: Figure) -> bool:
    return (figure.value, figure.reason) == (None, "empty_denominator")


def thirds(promoters: int, passives: int, detractors: int) -> Records:
    scores = [10] * promoters + [8] * passives + [3] * detractors
    return said(survey_responses=scored("nps", *scores))


def test_K27_V1_fifty_thirty_twenty(figure: Engine) -> None:
    score = figure("nps", thirds(50, 30, 20))
    assert sums(score) == (3000, 100)
    assert close(score, 30)
    assert within(score, 14, 46, places=2)
    assert within(score, 30 - 1.96 * NPS_SE, 30 + 1.96 * NPS_SE, places=2)


def test_K27_V2_five_three_two(figure: Engine) -> None:
    score = figure("nps", thirds(5, 3, 2))
    assert close(score, 30)
    assert within(score, -20, 80, places=10)


def test_K27_V3_all_passive_is_zero(figure: Engine) -> None:
    score = figure("nps", said(survey_responses=scored("nps", 7, 8, 7)))
    assert sums(score) == (0, 3)
    assert score.value == 0


def test_K27_V4_no_answers(figure: Engine) -> None:
    assert undefined(figure("nps", said()))
    assert undefined(figure("nps", said(survey_responses=[answer("nps", None)])))


def test_K27_V5_the_latest_answer_in_a_wave(figure: Engine) -> None:
    sent = invitation("u", wave="spring")
    asked = {"user_id": "u", "invitation_id": sent["invitation_id"]}
    both = [answer("nps", 9, "2024-04-10", **asked), answer("nps", 4, "2024-04-12", **asked)]
    records = said(survey_responses=both, survey_invitations=[sent])
    assert sums(figure("nps", records, of={"survey": "nps", "wave": "spring"})) == (-100, 1)


def test_K27_V6_a_score_of_zero(figure: Engine) -> None:
    records = said(survey_responses=scored("nps", 0, 10))
    assert sums(figure("nps", records)) == (0, 2)
    assert sums(figure("nps.seed_1_10", records)) == (100, 1)


def test_K27_account_weighted(figure: Engine) -> None:
    people = [user("u0"), user("u1"), user("u2"), user("u3", "B")]
    records = said([account("A"), account("B")], users=people, survey_responses=scored("nps", 10, 10, 6, 3))
    assert close(figure("nps", records), 0)
    weighted = figure("nps.account_weighted", records)
    assert close(weighted, (100 / 3 - 100) / 2)
    assert weighted.denominator == 2


def test_K27_blank_and_out_of_range_answers_do_not_count(figure: Engine) -> None:
    records = said(survey_responses=[*scored("nps", 10, None, 11, -1), answer("nps", "8.5")])
    assert sums(figure("nps", records)) == (100, 1)


def test_K27_a_blank_answer_takes_no_answer_away(figure: Engine) -> None:
    later = answer("nps", None, "2024-04-20", user_id="u0")
    assert sums(figure("nps", said(survey_responses=[*scored("nps", 10), later]))) == (100, 1)


def test_K27_an_answer_on_another_scale_is_in_no_series_of_this_one(figure: Engine) -> None:
    records = said(survey_responses=[answer("nps", 9, **ten()), answer("nps", 9, **five())])
    assert undefined(figure("nps", records))
    assert sums(figure("nps.seed_1_10", records)) == (100, 1)


def test_K27_waves_are_apart_and_a_wave_is_one_over_two_months(figure: Engine) -> None:
    spring, summer = invitation("u", wave="spring"), invitation("u", wave="summer")
    given = [
        answer("nps", 9, "2024-03-30", invitation_id=spring["invitation_id"]),
        answer("nps", 4, "2024-04-02", invitation_id=spring["invitation_id"]),
        answer("nps", 10, "2024-04-03", invitation_id=summer["invitation_id"]),
    ]
    records = said(survey_responses=given, survey_invitations=[spring, summer])
    waves = [{"survey": "nps", "wave": wave} for wave in ("spring", "summer")]
    assert [figure("nps", records, of=wave).numerator for wave in waves] == [-100, 100]
    assert undefined(figure("nps", records, label="2024-03", of=waves[0]))
    early = figure("nps", records, label="2024-03", of=waves[0], as_of=at("2024-04-01"))
    assert sums(early) == (100, 1)


def test_K27_without_waves_a_person_counts_once_in_each_period(figure: Engine) -> None:
    twice = [answer("nps", 9, f"2024-{month}", user_id="u") for month in ("04-10", "05-10")]
    records = said(survey_responses=[*twice, answer("nps", 3, "2024-05-11", user_id="u")])
    assert figure("nps", records).value == 100
    assert figure("nps", records, label="2024-05").value == -100
    assert sums(figure("nps", records, "quarter", "2024-Q2")) == (-100, 1)


def test_K27_one_person_at_two_accounts_answers_once(figure: Engine) -> None:
    people = [user("u0", person_key="p"), user("u1", "B", person_key="p")]
    records = said([account("A"), account("B")], users=people, survey_responses=scored("nps", 9, 9))
    assert figure("nps", records).denominator == 1


def test_K27_internal_people_and_accounts_do_not_count(figure: Engine) -> None:
    people = [user("u0", is_internal=True), user("u1", "ours"), user("u2")]
    known = [account("A"), account("ours", is_internal=True)]
    records = said(known, users=people, survey_responses=scored("nps", 9, 9, 9))
    assert figure("nps", records).denominator == 1


def satisfaction(*scores: int | None, **scale: Any) -> Records:
    return said(survey_responses=scored("csat", *scores, **(scale or five())))


def test_K28_V1_forty_of_fifty(figure: Engine) -> None:
    share = figure("csat", satisfaction(*[5] * 15, *[4] * 25, *[2] * 10))
    assert sums(share) == (40, 50)
    assert close(share, 0.8)
    assert within(share, 0.670, 0.888, places=0.0005)


def test_K28_V2_ten_points_two_ways(figure: Engine) -> None:
    records = satisfaction(10, 9, 8, 7, 6, 5, 4, 6, 10, 9, **ten())
    assert sums(figure("csat", records)) == (4, 10)
    assert sums(figure("csat.seed_6_10", records)) == (8, 10)
    assert close(figure("csat.mean", records), 7.4)


def test_K28_V3_delighted(figure: Engine) -> None:
    share = figure("csat", satisfaction(*[5] * 42, *[4] * 32, *[3] * 33))
    assert sums(share) == (74, 107)
    assert close(share, 74 / 107)


def test_K28_V4_no_answers(figure: Engine) -> None:
    for name in ("csat", "csat.seed_6_10", "csat.mean"):
        assert undefined(figure(name, said()))


def test_K28_V5_two_answers_for_one_ticket(figure: Engine) -> None:
    given = [answer("csat", score, f"2024-04-1{score}", trigger_ref="T", **five()) for score in (5, 2)]
    assert sums(figure("csat", said(survey_responses=given))) == (1, 1)


def test_K28_scales_are_never_pooled(figure: Engine) -> None:
    records = said(survey_responses=scored("csat", 5, 2, **five()) + scored("csat", 9, 5, 5, **ten()))
    of = [{"survey": "csat", "scale": scale} for scale in ("1-5", "1-10")]
    assert [sums(figure("csat", records, of=own)) for own in of] == [(1, 2), (1, 3)]
    assert undefined(figure("csat.seed_6_10", records, of=of[0]))


def test_K28_a_scale_that_is_not_told_or_too_short_does_not_count(figure: Engine) -> None:
    thumbs: dict[str, Any] = {"scale_min": 0, "scale_max": 1}
    records = said(survey_responses=[answer("csat", 5), answer("csat", 1, **thumbs)])
    assert undefined(figure("csat", records))


@pytest.mark.parametrize(("sent", "counts"), [("2024-04-11T11:59:59.999999", 1), ("2024-04-11T12:00", 0)])
def test_K28_asked_within_a_day_of_the_interaction(figure: Engine, sent: str, counts: int) -> None:
    solved = ticket("2024-04-10T08:00", "2024-04-10T12:00")
    asked = invitation("u", sent, "csat")
    refs = {"trigger_ref": solved["ticket_id"], "invitation_id": asked["invitation_id"]}
    given = [answer("csat", 5, "2024-04-12", **refs, **five()), answer("csat", 5, "2024-04-12", **five())]
    records = said(survey_responses=given, tickets=[solved], survey_invitations=[asked])
    assert figure("csat", records).denominator == 1 + counts


def test_K29_V1_ces2(figure: Engine) -> None:
    records = said(survey_responses=scored("ces2", 7, 6, 5, 4, 2))
    easy = figure("ces", records)
    assert sums(easy) == (3, 5)
    assert within(easy, 0.231, 0.882, places=0.0005)
    assert close(figure("ces.mean", records), 4.8)


def test_K29_V2_ces1(figure: Engine) -> None:
    assert close(figure("ces.ces1", said(survey_responses=scored("ces1", 1, 2, 5, 3))), 2.75)


def test_K29_V3_neutral_is_not_easy(figure: Engine) -> None:
    assert sums(figure("ces", said(survey_responses=scored("ces2", 4)))) == (0, 1)


def test_K29_V4_no_answers(figure: Engine) -> None:
    for name in ("ces", "ces.mean", "ces.ces1"):
        assert undefined(figure(name, said()))


def test_K29_V5_an_answer_before_the_ticket_was_solved(figure: Engine) -> None:
    tickets = [
        ticket(solved="2024-04-12T12:00"),
        ticket(solved="2024-04-10T12:00"),
        ticket(),
        ticket(solved="2024-04-20", reopened_at=at("2024-04-11")),
    ]
    given = [answer("ces2", 6, trigger_ref=each["ticket_id"]) for each in tickets]
    assert sums(figure("ces", said(survey_responses=given, tickets=tickets))) == (2, 2)


def test_K29_ces1_is_never_converted_into_ces2(figure: Engine) -> None:
    records = said(survey_responses=scored("ces1", 1, 1) + scored("ces2", 7))
    assert sums(figure("ces", records)) == (1, 1)
    assert figure("ces.ces1", records).denominator == 2


def hundred_sent() -> Records:
    sent = [invitation(f"u{n}", wave="w", delivered=n >= 4) for n in range(100)]
    given = [answer("nps", 8, user_id=f"u{n}", invitation_id=sent[n]["invitation_id"]) for n in range(4, 28)]
    again = [answer("nps", 7, "2024-04-11", user_id=f"u{n}") for n in (4, 5)]
    return said(survey_invitations=sent, survey_responses=[*given, *again])


def test_K32_V1_twenty_four_of_ninety_six(figure: Engine) -> None:
    rate = figure("survey_response_rate", hundred_sent())
    assert sums(rate) == (24, 96)
    assert close(rate, 0.25)
    assert within(rate, 0.174, 0.345, places=0.0005)


@pytest.mark.parametrize("wave", ["w", None])
def test_K32_V2_a_reminder_is_no_second_invitation(figure: Engine, wave: str | None) -> None:
    sent = [invitation("u", "2024-04-08", wave=wave), invitation("u", "2024-04-12", wave=wave)]
    given = answer("nps", 8, "2024-04-13", invitation_id=sent[1]["invitation_id"])
    records = said(survey_invitations=sent, survey_responses=[given])
    assert sums(figure("survey_response_rate", records)) == (1, 1)


def test_K32_V3_answers_by_an_open_link_do_not_count(figure: Engine) -> None:
    records = said(survey_invitations=[invitation("u")], survey_responses=[answer("nps", 9)])
    assert sums(figure("survey_response_rate", records)) == (0, 1)


def test_K32_V4_none_delivered(figure: Engine) -> None:
    records = said(survey_invitations=[invitation("u", delivered=False)])
    assert undefined(figure("survey_response_rate", records))
    assert undefined(figure("survey_response_rate", said()))


@pytest.mark.parametrize(("as_of", "counted"), [("2024-04-21T23:59:59.999999", 0), ("2024-04-22", 1)])
def test_K32_counts_once_the_survey_is_closed(figure: Engine, as_of: str, counted: int) -> None:
    records = said(survey_invitations=[invitation("u")], survey_responses=[answer("nps", 9, user_id="u")])
    assert figure("survey_response_rate", records, as_of=at(as_of)).denominator == counted


def test_K32_an_answer_too_late_or_not_valid_is_none(figure: Engine) -> None:
    sent = [invitation(f"u{n}") for n in range(4)]
    given = [
        answer("nps", 9, "2024-04-21T23:59:59.999999", user_id="u0"),
        answer("nps", 9, "2024-04-22", user_id="u1"),
        answer("nps", 11, user_id="u2"),
        answer("nps", None, user_id="u3", comment="none of your business"),
    ]
    assert sums(figure("survey_response_rate", said(survey_invitations=sent, survey_responses=given))) == (
        1,
        4,
    )
