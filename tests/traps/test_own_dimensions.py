"""Figures that a metric counts apart by a dimension of its own do not run into each other."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.errors import UsageError
from holdfast.metrics import Figure
from tests.program import explanation, figures
from tests.vectors.rows_feedback import answer, invitation, said

SENT = [invitation(f"u{n}", wave="w") for n in range(4)]
WAVED = [
    answer("nps", score, user_id=f"u{n}", invitation_id=SENT[n]["invitation_id"])
    for n, score in enumerate((10, 10, 9, 3))
]
ALONE = [answer("nps", score, user_id=f"v{n}") for n, score in enumerate((2, 3, 8, None))]
BOTH = said(survey_responses=[*WAVED, *ALONE], survey_invitations=SENT)


def asked(name: str, records: Any = BOTH) -> list[Figure]:
    return figures([name], records, "month", "2024-04", "2024-04")


def test_answers_without_a_wave_are_a_series_beside_the_waves() -> None:
    waved, alone = sorted(asked("nps"), key=lambda figure: len(figure.of), reverse=True)
    assert (dict(waved.of), waved.numerator, waved.denominator) == ({"survey": "nps", "wave": "w"}, 200, 4)
    assert (dict(alone.of), alone.numerator, alone.denominator) == ({"survey": "nps"}, -200, 3)


def test_an_interval_stands_on_the_rows_of_its_own_series() -> None:
    (by_itself,) = asked("nps", said(survey_responses=ALONE))
    (beside,) = [figure for figure in asked("nps") if "wave" not in figure.of]
    assert (beside.low, beside.high) == (by_itself.low, by_itself.high)
    assert beside.low is not None


@pytest.mark.parametrize(("name", "counted"), [("nps[survey=nps,wave=w]", 4), ("nps[survey=nps,wave=]", 3)])
def test_one_series_is_explained_by_its_own_rows_and_what_belongs_to_none(name: str, counted: int) -> None:
    told = explanation(name, BOTH, "month", "2024-04")
    assert (told.figure.denominator, told.rows.num_rows) == (counted, counted)
    assert told.agrees
    assert told.left_out["excluded_because"].to_pylist() == ["blank"]


def test_several_series_are_not_explained_as_one() -> None:
    with pytest.raises(UsageError, match="nps is counted apart by survey, wave"):
        explanation("nps", BOTH, "month", "2024-04")


def test_where_nothing_counts_the_explanation_says_what_was_left_out() -> None:
    told = explanation("nps", said(survey_responses=ALONE[3:]), "month", "2024-04")
    assert told.figure.reason == "empty_denominator"
    assert told.left_out["excluded_because"].to_pylist() == ["blank"]
