"""Against py-fsrs itself, step by step, and against the numbers published with FSRS-6."""

from datetime import UTC, datetime, timedelta, timezone

import fsrs
import pytest

from app.services import scheduling
from app.services.scheduling import (
    RATINGS,
    REVIEW,
    Rating,
    State,
    initial,
    interval_label,
    preview,
    retrievability,
    review,
)

START = datetime(2022, 11, 29, 12, 30, tzinfo=UTC)
SEQUENCES: list[tuple[Rating, ...]] = [
    (3, 3, 3, 3), (1, 3, 3), (4, 4), (2, 2, 3, 4), (3, 3, 3, 1, 1, 3, 3), (4, 1, 2, 3, 4, 1), (1, 1, 1, 1), (3,) * 12,
]  # fmt: skip


def walk(ratings: tuple[Rating, ...]) -> list[timedelta]:
    """Intervals of an item that is always reviewed the moment it is due."""
    state, now, intervals = initial(), START, []
    for rating in ratings:
        outcome = review(state, rating, now)
        intervals.append(outcome.interval)
        state, now = outcome.state, outcome.due
    return intervals


def test_the_published_intervals() -> None:
    """FSRS-6 with default parameters, no fuzz: the vector that the implementations in other languages check too."""
    days = [interval.days for interval in walk((3, 3, 3, 3, 3, 3, 1, 1, 3, 3, 3, 3, 3))]
    assert days == [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]


def test_the_published_memory_state() -> None:
    state, now = initial(), START
    ratings: tuple[Rating, ...] = (1, 3, 3, 3, 3, 3)
    for rating, days in zip(ratings, (0, 0, 1, 3, 8, 21), strict=True):
        now += timedelta(days=days)
        state = review(state, rating, now).state
    assert state.stability == pytest.approx(53.62691, abs=1e-5)
    assert state.difficulty == pytest.approx(6.3574867, abs=1e-6)


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [
        ((3, 3, 3, 3), ["10 min", "2 d", "11 d", "46 d"]),
        ((1, 3, 3), ["1 min", "10 min", "1 d"]),
        ((4, 4), ["8 d", "2.2 mo"]),
        ((2, 3, 3), ["5.5 min", "10 min", "1 d"]),
    ],
)
def test_intervals_of_fixed_sequences(ratings: tuple[Rating, ...], expected: list[str]) -> None:
    assert [interval_label(interval).en for interval in walk(ratings)] == expected


@pytest.mark.parametrize("ratings", SEQUENCES)
@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=3), timedelta(hours=30), timedelta(days=200)])
def test_every_step_equals_py_fsrs(ratings: tuple[Rating, ...], late: timedelta) -> None:
    reference = fsrs.Scheduler(enable_fuzzing=False)
    card, state, now = fsrs.Card(card_id=7, due=START), initial(), START
    for rating in ratings:
        shown = preview(state, now)
        for other in RATINGS:
            expected, _ = reference.review_card(card, fsrs.Rating(other), now)
            got = shown[other].state
            assert (got.stability, got.difficulty) == (expected.stability, expected.difficulty)
            assert (got.state, got.step, got.due) == (expected.state, expected.step, expected.due)
            assert shown[other].interval == expected.due - now
        card, _ = reference.review_card(card, fsrs.Rating(rating), now)
        state = shown[rating].state
        now = card.due + late
        assert retrievability(state, now) == reference.get_card_retrievability(card, now)
    assert state.reps == len(ratings)


def test_a_preview_is_what_a_review_gives_and_changes_nothing() -> None:
    state = review(review(initial(), 3, START).state, 3, START).state
    for rating, outcome in preview(state, START + timedelta(days=5)).items():
        assert outcome == review(state, rating, START + timedelta(days=5))
    assert preview(initial(), START) == preview(State(), START)


def test_lapses_count_forgetting_of_what_was_known() -> None:
    state, now = initial(), START
    for rating, lapses in ((1, 0), (3, 0), (3, 0), (1, 1), (1, 1), (3, 1), (1, 2)):
        state = review(state, rating, now).state  # type: ignore[arg-type]
        now += timedelta(days=2)
        assert state.lapses == lapses


def test_a_clock_that_goes_backwards_counts_as_no_time() -> None:
    state = review(initial(), 4, START).state
    for back in (timedelta(seconds=1), timedelta(days=2), timedelta(days=400)):
        for outcome in preview(state, START - back).values():
            same_moment = review(state, outcome.rating, START)
            assert outcome.interval == same_moment.interval > timedelta(0)
            assert outcome.state.stability == same_moment.state.stability
        assert retrievability(state, START - back) == 1


def test_elapsed_overrides_the_clock() -> None:
    """Monday 22:00 to Tuesday 08:00 is one study day though not 24 hours."""
    state = review(initial(), 4, START).state
    morning = START + timedelta(hours=10)
    assert review(state, 3, morning, elapsed=1).interval == review(state, 3, START + timedelta(days=1)).interval
    assert review(state, 3, morning, elapsed=1).interval > review(state, 3, morning).interval
    assert retrievability(state, morning, elapsed=3) == retrievability(state, START + timedelta(days=3))
    assert review(state, 3, morning, elapsed=-5) == review(state, 3, morning, elapsed=0)


def test_recall_is_ninety_percent_after_the_stability() -> None:
    state = State(stability=30.0, difficulty=5.0, state=REVIEW, step=None, due=START, last_review=START, reps=3)
    assert retrievability(state, START + timedelta(days=30)) == pytest.approx(0.9, abs=1e-12)
    assert retrievability(initial(), START) == 0


def test_any_zone_is_understood_and_utc_comes_out() -> None:
    shanghai = START.astimezone(timezone(timedelta(hours=8)))
    outcome = review(initial(), 3, shanghai)
    assert outcome == review(initial(), 3, START)
    assert outcome.due.tzinfo is UTC


@pytest.mark.parametrize(
    ("interval", "zh", "en"),
    [
        (timedelta(minutes=1), "1 分钟", "1 min"),
        (timedelta(minutes=10), "10 分钟", "10 min"),
        (timedelta(seconds=330), "5.5 分钟", "5.5 min"),
        (timedelta(hours=5), "5 小时", "5 h"),
        (timedelta(days=3), "3 天", "3 d"),
        (timedelta(days=59), "59 天", "59 d"),
        (timedelta(days=76), "2.5 个月", "2.5 mo"),
        (timedelta(days=498), "1.4 年", "1.4 y"),
    ],
)
def test_labels(interval: timedelta, zh: str, en: str) -> None:
    assert (interval_label(interval).zh, interval_label(interval).en) == (zh, en)


def test_the_log_says_what_computed_the_interval() -> None:
    assert scheduling.VERSION.startswith("fsrs 6.")
    assert len(scheduling.VERSION) <= 40
