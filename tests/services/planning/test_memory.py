"""FSRS for arrays against py-fsrs, one item at a time: any history, to 1e-9."""

from datetime import UTC, datetime, timedelta
from typing import cast

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services import scheduling
from app.services.planning.memory import Memory, learnt
from app.services.scheduling import Rating

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HISTORY = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 400)), min_size=1, max_size=12)


@given(histories=st.lists(HISTORY, min_size=1, max_size=6), wait=st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_every_history_gives_what_py_fsrs_gives(histories: list[list[tuple[int, int]]], wait: int) -> None:
    longest = max(map(len, histories))
    memory, n = Memory(), len(histories)
    stability, difficulty = np.ones(n), np.full(n, 5.0)
    states = [scheduling.initial() for _ in histories]
    for step in range(longest):
        live = np.array([len(h) > step for h in histories])
        rating = np.array([h[step][0] if len(h) > step else 3 for h in histories])
        elapsed = np.array([h[step][1] if len(h) > step else 0 for h in histories], dtype=float)
        after = memory.first(rating) if step == 0 else memory.review(stability, difficulty, elapsed, rating)
        stability, difficulty = np.where(live, after[0], stability), np.where(live, after[1], difficulty)
        for row, history in enumerate(histories):
            if live[row]:
                grade = cast(Rating, history[step][0])
                states[row] = scheduling.review(states[row], grade, NOW, history[step][1]).state
    np.testing.assert_allclose(stability, [cast(float, s.stability) for s in states], rtol=1e-9)
    np.testing.assert_allclose(difficulty, [cast(float, s.difficulty) for s in states], rtol=1e-9)
    later = NOW + timedelta(days=wait)
    expected = [scheduling.retrievability(s, later, wait) for s in states]
    np.testing.assert_allclose(memory.recall(stability, float(wait)), expected, rtol=1e-9)


def test_the_interval_is_the_one_on_the_button() -> None:
    state = scheduling.initial()
    for rating, days in ((4, 0), (3, 5), (3, 30)):
        outcome = scheduling.review(state, cast(Rating, rating), NOW, days)
        state = outcome.state
        assert state.stability
        assert Memory().interval(np.array([state.stability]))[0] == outcome.interval.days


def test_stability_for_is_the_inverse_of_recall() -> None:
    memory, stability = Memory(), np.array([0.01, 0.5, 3.0, 80.0])
    np.testing.assert_allclose(memory.stability_for(memory.recall(stability, 9.0), 9.0), stability, rtol=1e-6)


def test_a_first_meeting_goes_as_the_steps_go() -> None:
    share, stability, _ = learnt(Memory())
    assert share.sum() == 1
    for at, rating in enumerate(scheduling.RATINGS):
        state = scheduling.review(scheduling.initial(), rating, NOW).state
        if rating < 4:
            state = scheduling.review(state, 3, NOW, 0).state
        np.testing.assert_allclose(stability[at], cast(float, state.stability), rtol=1e-9)
