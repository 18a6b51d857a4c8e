"""The fast look back equals the scheduler, review by review, whatever the weights."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services import scheduling
from app.services.scheduling import DEFAULT, State
from app.services.traces import recall, runs, traces
from tests.services.simulated import FAST_FORGETTER
from tests.services.world import START

SETS = (DEFAULT, FAST_FORGETTER)
LOG = st.lists(
    st.tuples(st.integers(0, 2), st.integers(1, 4), st.sampled_from([0, 0, 1, 2, 7, 60, 900]), st.integers(0, 1)),
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(LOG)
def test_every_state_and_prediction_is_the_schedulers(log: list[tuple[int, int, int, int]]) -> None:
    """Three items side by side, each review with a set of parameters of its own."""
    item, rating, elapsed, which = (
        np.array(column, np.int64) for column in (zip(*log, strict=True) if log else [[]] * 4)
    )
    found = traces(item, rating, elapsed, np.array([one.weights for one in SETS]), which)
    states: dict[int, State] = {}
    for i, (key, g, days, one) in enumerate(log):
        before = states.get(key, State())
        if before.new:
            assert np.isnan(found.recall[i])
        else:
            assert found.recall[i] == pytest.approx(
                scheduling.retrievability(before, START, days, SETS[one]), rel=1e-12
            )
        states[key] = scheduling.review(before, g, START + timedelta(days=i), days, SETS[one]).state  # type: ignore[arg-type]
        assert found.stability[i] == pytest.approx(states[key].stability, rel=1e-9)
        assert found.difficulty[i] == pytest.approx(states[key].difficulty, rel=1e-9)


def test_the_published_memory_state() -> None:
    """FSRS-6's own test vector: again, then good five times after 0, 1, 3, 8 and 21 days."""
    rating, elapsed = np.array([1, 3, 3, 3, 3, 3]), np.array([0, 0, 1, 3, 8, 21])
    found = traces(np.zeros(6, np.int64), rating, elapsed, np.array([DEFAULT.weights]))
    assert found.stability[-1] == pytest.approx(53.62691, abs=1e-4)
    assert found.difficulty[-1] == pytest.approx(6.3574867, abs=1e-6)


def test_recall_is_ninety_percent_after_the_stability() -> None:
    for one in SETS:
        assert recall(30, np.array([30.0]), one.weights[20])[0] == pytest.approx(0.9, abs=1e-12)


def test_another_revision_begins_anew() -> None:
    asked = ["review"] * 6
    assert runs(["a", "b", "a", "a", "b", "a"], [1, 1, 1, 2, 1, 1], asked).tolist() == [0, 1, 0, 2, 1, 3]


def test_a_memory_is_kept_for_a_new_revision_and_ends_when_it_is_reset() -> None:
    kinds = ["review", "keep", "review", "reset", "review", "soon", "review"]
    assert runs(["a"] * 7, [1, 2, 2, 2, 2, 3, 3], kinds).tolist() == [0, -1, 0, -1, 1, -1, 1]
    assert runs(["a", "b"], [1, 1], ["keep", "reset"]).tolist() == [-1, -1], "nothing to keep, nothing to reset"
