"""The choice of reviews: within the minutes, near the bound, and sensible where one can see it."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from app.services.planning.choice import Choice, choose
from app.services.planning.forecast import FIRST_COST, LAPSE_COST, MOST, Forecast, Horizon, Items
from app.services.planning.memory import Floats, Memory


def items(n: int, seed: int = 0, seen: float = 0.5) -> Items:
    rng = np.random.default_rng(seed)
    return Items(
        np.exp(rng.normal(1.5, 1, n)), rng.uniform(1, 10, n), rng.random(n) < seen,
        rng.integers(1, 12, n).astype(float), rng.choice([0.5, 1, 2], n), np.exp(rng.normal(3.2, 0.4, n)), np.zeros(n),
    )  # fmt: skip


def aim(days: int, minutes: float, *targets: int) -> Forecast:
    horizon = Horizon(np.arange(days, dtype=float), np.full(days, 60.0 * minutes), np.array(targets or [days], float))
    return Forecast(Memory(), horizon)


def spent(forecast: Forecast, of: Items, schedule: np.ndarray) -> Floats:
    """(n, slots): the seconds these schedules take, item by item and review by review."""
    slots = len(forecast.horizon.days)
    out = np.zeros((len(of), slots))
    for at in range(schedule.shape[1]):
        before = np.where(np.arange(MOST) < at, schedule, slots)
        cost = forecast.inserted(of, before)[1]
        for row in np.flatnonzero(schedule[:, at] < slots):
            out[row, schedule[row, at]] += cost[row, schedule[row, at]]
    return out


def objective(forecast: Forecast, of: Items, choice: Choice) -> float:
    return float((of.weight * forecast.value(of, choice.schedule).mean(axis=1)).sum())


@pytest.mark.parametrize("minutes", [4, 10, 30])
def test_no_day_is_overfull(minutes: int) -> None:
    forecast, of = aim(10, minutes), items(120)
    choice = choose(forecast, of)
    assert (spent(forecast, of, choice.schedule).sum(axis=0) <= 60 * minutes * 1.05).all()
    assert len(choice.today()) > 0


@pytest.mark.parametrize(("minutes", "seen"), [(3, 0.0), (3, 0.6), (8, 0.5), (15, 1.0)])
def test_it_is_near_the_best_there_could_be(minutes: int, seen: float) -> None:
    """No schedule with these minutes is worth more than max over schedules of (value − Σ λ·seconds) + Σ λ·budget, for
    any prices λ ≥ 0 of a second on each day (Lagrange). The lowest such bound found is what it is held against. (A day
    of three minutes holds three new items: the bound, which may cut items in pieces, is further off there.)"""
    days, n = 7, 40
    forecast, of = aim(days, minutes), items(n, seen=seen)
    sets = [s for size in range(5) for s in combinations(range(days), size)]
    value, cost = np.empty((n, len(sets))), np.empty((n, len(sets), days))
    for at, chosen in enumerate(sets):
        schedule = np.full((n, MOST), days)
        schedule[:, : len(chosen)] = chosen
        value[:, at] = of.weight * forecast.value(of, schedule).mean(axis=1)
        cost[:, at] = spent(forecast, of, schedule)
    budget, price, bound = np.full(days, 60.0 * minutes), np.full(days, 0.01), np.inf
    for step in range(1500):
        net = value - cost @ price
        best = net.argmax(axis=1)
        bound = min(bound, net.max(axis=1).sum() + float(price @ budget))
        over = cost[np.arange(n), best].sum(axis=0) - budget
        price = np.maximum(price + 2e-5 / (1 + step / 60) * over, 0)
    got = objective(forecast, of, choose(forecast, of))
    assert (0.96 if minutes < 5 else 0.985) * bound <= got <= bound * 1.0001, f"{got / bound:.3f} of the bound"


def test_nothing_is_spent_on_what_does_not_count() -> None:
    of = items(30)
    none = replace(of, weight=of.weight * (np.arange(30) % 2))
    choice = choose(aim(6, 10), none)
    assert set(np.flatnonzero((choice.schedule < 6).any(axis=1)) % 2) == {1}


def test_what_was_answered_today_is_not_asked_again_today() -> None:
    of = items(30, seen=1.0)
    fresh = replace(of, age=np.zeros(30))
    choice = choose(aim(6, 20), fresh)
    assert len(choice.today()) == 0
    assert (choice.schedule < 6).any()


def test_among_equals_the_cheaper_and_the_weightier_come_first() -> None:
    same = np.full(4, 3.0)
    of = Items(same, same, np.ones(4, bool), same, np.array([1, 1, 2, 2.0]), np.array([20, 60, 20, 60.0]), 0 * same)
    today = list(choose(aim(1, 10), of).today())
    assert today[0] == 2
    assert today[-1] == 1


def test_a_first_meeting_late_leaves_its_early_place_to_none() -> None:
    """With minutes to spare, new things come early and are seen again; the last new one is days before the end."""
    forecast, of = aim(20, 30), items(40, seen=0.0)
    choice = choose(forecast, of)
    assert choice.schedule[:, 0].max() <= 16
    assert ((choice.schedule < 20).sum(axis=1) >= 3).all()


def test_each_interview_counts() -> None:
    """Two dates: reviews after the first serve the second only, and recall on both is what is maximised."""
    of = items(60)
    look = aim(28, 6, 4, 28)
    both, late = choose(look, of), choose(aim(28, 6, 28), of)
    assert objective(look, of, both) > objective(look, of, late)


def test_expectation_of_one_review_is_exact() -> None:
    """With probability R it was good, else it was a lapse and its step: two cases, by the scheduler of record."""
    from datetime import UTC, datetime

    from app.services import scheduling
    from app.services.scheduling import State

    state = State(6.0, 5.0, scheduling.REVIEW, None, None, datetime(2026, 1, 1, tzinfo=UTC), 3, 0)
    now = datetime(2026, 2, 1, tzinfo=UTC)
    recall = scheduling.retrievability(state, now, 4)
    good = scheduling.review(state, 3, now, 4).state
    lapse = scheduling.review(scheduling.review(state, 1, now, 4).state, 3, now, 0).state
    expected = recall * scheduling.retrievability(good, now, 9) + (1 - recall) * scheduling.retrievability(
        lapse, now, 9
    )
    one = np.array([1.0])
    of = Items(one * 6, one * 5, np.array([True]), one * 4, one, one * 20, one * 0)
    schedule = np.array([[0, *[9] * (MOST - 1)]])
    np.testing.assert_allclose(aim(9, 5).value(of, schedule), [[expected]], rtol=1e-9)


def test_costs_are_what_they_say() -> None:
    forecast, of = aim(9, 5), items(20)
    cost = forecast.inserted(of, np.full((20, MOST), 9))[1]
    recall = Memory().recall(of.stability, of.age)
    np.testing.assert_allclose(
        cost[:, 0], of.seconds * np.where(of.seen, 1 + LAPSE_COST * (1 - recall), FIRST_COST), rtol=1e-12
    )
