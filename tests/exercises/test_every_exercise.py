"""What holds for every exercise family, found by discovery."""

import math

import pytest

from app.demos import demos
from app.exercises import exercises
from app.kit import Exercise

ALL = list(exercises().values())
SEEDS = range(300)


@pytest.mark.parametrize("family", ALL, ids=lambda f: f.id)
def test_questions_are_sound(family: Exercise) -> None:
    """Finite answers that are accepted, tolerances that do not swallow the mistakes, words in both languages."""
    named: set[str] = set()
    for level in range(1, family.levels + 1):
        for seed in SEEDS:
            asked = family.ask(seed, level)
            assert math.isfinite(asked.answer)
            assert asked.tolerance >= 0
            assert asked.accepts(asked.answer)
            assert asked.mistake(asked.answer) is None
            assert asked.prompt.zh and asked.prompt.en and asked.solution.zh and asked.solution.en
            for mistake in asked.mistakes:
                assert not asked.accepts(mistake.value), mistake.id
                found = asked.mistake(mistake.value)
                assert found is not None
                assert abs(found.value - mistake.value) <= max(2 * asked.tolerance, 1e-9 * abs(mistake.value))
            named |= {mistake.id for mistake in asked.mistakes}
    assert len(named) >= 2, "at least two named mistakes"


@pytest.mark.parametrize("family", ALL, ids=lambda f: f.id)
def test_numbers_are_new_every_time(family: Exercise) -> None:
    prompts = {family.ask(seed, family.levels).prompt.en for seed in SEEDS}
    assert len(prompts) > 20
    assert family.ask(5, 1) == family.ask(5, 1)


@pytest.mark.parametrize("family", ALL, ids=lambda f: f.id)
def test_names_a_demo_that_exists(family: Exercise) -> None:
    assert family.demo is None or family.demo in demos()
    with pytest.raises(ValueError, match="level"):
        family.ask(0, family.levels + 1)
