"""Simulated learners whose memory is not the model's: the plan beats the other ways to spend the same minutes."""

import numpy as np
import pytest

from tests.bench.learners import POLICIES, Learner, outcome

SEEDS = range(8)


@pytest.fixture(scope="module")
def recall() -> dict[str, np.ndarray]:
    """By policy: weighted recall on the day of each learner. 90 items, 8 days of 25 minutes."""
    return {name: np.array([outcome(way, s, 90, 8, 25).recall for s in SEEDS]) for name, way in POLICIES.items()}


def test_the_plan_wins_where_minutes_allow_to_see_things_again(recall: dict[str, np.ndarray]) -> None:
    for name, others in recall.items():
        if name != "plan":
            gain = recall["plan"] - others
            assert gain.mean() > 2 * gain.std(ddof=1) / np.sqrt(len(gain)), f"{name}: {gain.mean():.3f}"


def test_the_plan_wins_where_minutes_do_not_suffice_for_everything() -> None:
    for name, way in POLICIES.items():
        if name != "plan":
            gain = [outcome(POLICIES["plan"], s, 90, 8, 3).recall - outcome(way, s, 90, 8, 3).recall for s in SEEDS]
            assert np.mean(gain) > 2 * np.std(gain, ddof=1) / np.sqrt(len(gain)), f"{name}: {np.mean(gain):.3f}"


def test_the_learners_memory_is_not_the_models() -> None:
    learner = Learner(3, 200, 10)
    POLICIES["plan"](learner, 1500)
    believed = learner.model.memory.recall(learner.model.stability[learner.seen], 5.0)
    true = learner.true.memory.recall(learner.true.stability[learner.seen], 5.0)
    assert np.abs(believed - true).mean() > 0.02
    assert learner.used[learner.here].max() <= 1500.0
