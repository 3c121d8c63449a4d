"""What goes with staying, on accounts made up so that the truth is known: causes, decoys and chance."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from holdfast.insights.behaviours.early import Behaviour, Early
from holdfast.insights.behaviours.effect import alike, counted, dummies
from holdfast.insights.behaviours.ranking import Finding, Ranking, TooFew, halves, rank
from tests.oracle.intervals import newcombe

CAUSE, RIDER, RICH, NOISE = (Behaviour("event", name) for name in ("cause", "rider", "rich", "noise"))


def made(dice: np.random.Generator, many: int, effect: float = 0.2) -> Early:
    """`cause` makes accounts stay; `rider` goes along with it; `rich` and staying both come of the plan."""
    plan = dice.random(many) < 0.5
    cause, noise = dice.random(many) < 0.4, dice.random(many) < 0.4
    rider = np.where(dice.random(many) < 0.75, cause, dice.random(many) < 0.4)
    rich = dice.random(many) < np.where(plan, 0.8, 0.2)
    stayed = dice.random(many) < 0.35 + effect * cause + 0.25 * plan
    did = {CAUSE: cause * dice.integers(3, 6, many), RIDER: rider, RICH: rich, NOISE: noise}
    return Early(
        np.array([f"a{number:05}" for number in range(many)]),
        stayed,
        {"plan": np.where(plan, "pro", "basic"), "channel": np.full(many, "")},
        {behaviour: np.asarray(values, dtype=np.int64) for behaviour, values in did.items()},
    )


def found(early: Early) -> dict[Behaviour, Finding]:
    ranking = rank(early)
    assert isinstance(ranking, Ranking)
    return {each.behaviour: each for each in ranking.findings}


def test_the_cause_stands_and_each_decoy_is_doubtful_for_its_reason() -> None:
    early = made(np.random.default_rng(5), 4000)
    told = found(early)
    assert {each.behaviour: (each.verdict, each.because) for each in told.values()} == {
        CAUSE: ("stands", ""),
        RIDER: ("doubtful", "others"),
        RICH: ("doubtful", "company"),
        NOISE: ("doubtful", "chance"),
    }
    assert told[RICH].counted.low > 0.05
    assert told[CAUSE].alike.low < 0.2 < told[CAUSE].alike.high
    ranking = rank(early)
    assert isinstance(ranking, Ranking)
    assert ranking.findings[0].behaviour == CAUSE
    assert ranking.held == ("plan",)


def test_a_finding_is_counted_in_the_other_half_alone() -> None:
    early = made(np.random.default_rng(5), 1200)
    judged = halves(early.account_id.tolist())
    assert abs(int(judged.sum()) - 600) <= 1
    did = early.did[CAUSE] >= found(early)[CAUSE].count
    for side, of in ((found(early)[CAUSE].did, did & judged), (found(early)[CAUSE].others, ~did & judged)):
        assert (side.accounts, side.stayed) == (int(of.sum()), int(early.stayed[of].sum()))
    plain = found(early)[CAUSE]
    low, high = newcombe(plain.did.stayed, plain.did.accounts, plain.others.stayed, plain.others.accounts)
    assert (plain.counted.low, plain.counted.high) == pytest.approx((low, high))


def test_alike_is_least_squares_by_hand() -> None:
    dice = np.random.default_rng(2)
    did, stayed = dice.random(300) < 0.4, dice.random(300) < 0.5
    held: NDArray[np.float64] = (dice.random((300, 2)) < 0.3).astype(float)
    gap = alike(did, stayed, held)
    columns = np.column_stack([did, np.ones(300), held]).astype(float)
    inverse = np.linalg.inv(columns.T @ columns)
    slopes = inverse @ columns.T @ stayed
    leverage = np.einsum("ij,jk,ik->i", columns, inverse, columns)
    errors = (stayed - columns @ slopes) / (1 - leverage)
    spread = np.sqrt((inverse @ (columns.T * errors**2) @ columns @ inverse)[0, 0])
    assert gap.value == pytest.approx(slopes[0])
    assert gap.high - gap.low == pytest.approx(2 * 1.9680 * spread, rel=1e-3)  # t of 296 degrees


def test_within_strata_the_difference_is_their_own() -> None:
    stratum = np.repeat(["x", "y"], 200)
    did = np.concatenate([np.arange(200) < 150, np.arange(200) < 50])
    stayed = np.concatenate([np.ones(200), np.zeros(200)]).astype(bool)
    assert counted(did, stayed)[2].value == pytest.approx(0.5)
    assert alike(did, stayed, dummies({"stratum": stratum})).value == pytest.approx(0, abs=1e-12)


def test_without_an_effect_hardly_anything_stands() -> None:
    dice = np.random.default_rng(11)
    standing = 0
    for _ in range(20):
        early = made(dice, 400, effect=0.0)
        shuffled = Early(early.account_id, dice.permutation(early.stayed), early.like, early.did)
        standing += any(each.verdict == "stands" for each in found(shuffled).values())
    assert standing <= 4  # 1 of 20 is expected; 5 or more in 1 of 390 such runs


def test_nearly_the_same_behaviours_are_one_and_an_event_speaks_for_them() -> None:
    early = made(np.random.default_rng(5), 2000)
    people = np.where(np.arange(2000) % 50 == 0, 0, early.did[CAUSE])
    both = Early(
        early.account_id, early.stayed, early.like, {**early.did, Behaviour("active_people"): people}
    )
    told = found(both)
    assert Behaviour("active_people") not in told
    assert [each.kind for each, _ in told[CAUSE].also] == ["active_people"]


def test_too_little_evidence_is_said() -> None:
    early = made(np.random.default_rng(5), 100)
    few = rank(early)
    assert isinstance(few, TooFew)
    assert min(few.stayed, few.left) < few.needed == 30
