"""What the tables refuse, and that what goes in comes out: on both databases."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import func, select

from app.db import Database, ItemState, Learner, Review
from app.db import repositories as repo
from app.errors import NotFound

NOW = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)


def line(learner: int, **changed: Any) -> Review:
    fields: dict[str, Any] = {
        "learner_id": learner, "attempt_id": uuid4(), "item_key": "card/item", "rev": 1, "rating": 3, "elapsed_days": 0,
        "answered_at": NOW, "study_day": date(2026, 3, 2), "tz": "UTC", "scheduler_version": "v", "body_hash": "h",
        "outcome": {"a": 1},
    }  # fmt: skip
    return Review(**fields | changed)


def state(learner: int, **changed: Any) -> ItemState:
    fields: dict[str, Any] = {
        "learner_id": learner, "item_key": "card/item", "rev": 1, "stability": 1 / 3, "difficulty": 5.1, "state": 2,
        "due": NOW, "last_review": NOW, "last_day": date(2026, 3, 2), "introduced": date(2026, 3, 2),
        "reps": 1, "lapses": 0,
    }  # fmt: skip
    return ItemState(**fields | changed)


@pytest.fixture
def learner(db: Database) -> int:
    with db.write() as session:
        return repo.local_learner(session, NOW)


def test_the_local_learner_is_made_once(db: Database, learner: int) -> None:
    with db.write() as session:
        assert repo.local_learner(session, NOW) == learner
    with db.read() as session:
        assert session.exec(select(func.count()).select_from(Learner)).one() == 1


def test_what_goes_in_comes_out(db: Database, learner: int) -> None:
    zone = timezone(timedelta(hours=8))
    answer = {"value": "１ / 3 ½", "blanks": ["梯度", ""], "x": 0.1, "n": None}
    sent = line(learner, answer=answer, answered_at=NOW.astimezone(zone), shown_at=NOW, correct=1 / 3, seed=2**31 - 1)
    with db.write() as session:
        repo.append(session, sent)
        repo.put_state(session, state(learner))
    with db.read() as session:
        got = repo.attempt(session, learner, sent.attempt_id)
        kept = repo.state(session, learner, "card/item")
    assert got is not None
    assert kept is not None
    assert (got.answer, got.correct, got.seed, got.attempt_id) == (answer, 1 / 3, 2**31 - 1, sent.attempt_id)
    assert (got.answered_at, got.answered_at.tzinfo, got.shown_at) == (NOW, UTC, NOW)
    assert (kept.stability, kept.due, kept.due.tzinfo, kept.step) == (1 / 3, NOW, UTC, None)


def test_a_naive_time_is_refused(db: Database, learner: int) -> None:
    with pytest.raises(StatementError, match="timezone"), db.write() as session:
        repo.append(session, line(learner, answered_at=datetime(2026, 3, 2)))


ID = UUID(int=7)


@pytest.mark.parametrize(
    "changed",
    [
        {"rating": None}, {"rating": 0}, {"rating": 5}, {"elapsed_days": None}, {"elapsed_days": -1}, {"correct": 1.01},
        {"correct": -0.01}, {"confidence": 101}, {"confidence": -1}, {"kind": "other"}, {"undoes": ID},
        {"kind": "undo"}, {"kind": "undo", "undoes": ID}, {"learner_id": 999},
        {"kind": "undo", "undoes": UUID(int=404), "rating": None, "elapsed_days": None},
    ],
)  # fmt: skip
def test_lines_that_make_no_sense_are_refused(db: Database, learner: int, changed: dict[str, Any]) -> None:
    with db.write() as session:
        repo.append(session, line(learner, attempt_id=ID))
    with pytest.raises(IntegrityError), db.write() as session:
        repo.append(session, line(learner, **changed))


def test_an_attempt_counts_once_and_is_undone_once(db: Database, learner: int) -> None:
    undo: dict[str, Any] = {"kind": "undo", "undoes": ID, "rating": None, "elapsed_days": None}
    with db.write() as session:
        repo.append(session, line(learner, attempt_id=ID))
        repo.append(session, line(learner, **undo))
    for again in ({"attempt_id": ID}, undo):
        with pytest.raises(IntegrityError), db.write() as session:
            repo.append(session, line(learner, **again))
    with db.read() as session:
        assert list(repo.lines(session, learner)) == []
        assert repo.last_standing(session, learner) is None
        assert repo.reviews_from(session, learner, 0) == 1


def test_a_state_out_of_range_is_refused(db: Database, learner: int) -> None:
    with pytest.raises(IntegrityError), db.write() as session:
        repo.put_state(session, state(learner, state=4))


def test_a_number_in_the_log_is_never_used_twice(db: Database, learner: int) -> None:
    with db.write() as session:
        first, second = line(learner), line(learner)
        repo.append(session, first)
        repo.append(session, second)
        highest = second.seq
        session.delete(second)
    with db.write() as session:
        third = line(learner)
        repo.append(session, third)
        assert highest is not None
        assert third.seq is not None
        assert third.seq > highest


def test_with_the_learner_goes_everything(db: Database, learner: int) -> None:
    with db.write() as session:
        repo.append(session, line(learner, attempt_id=ID))
        repo.append(session, line(learner, kind="undo", undoes=ID, rating=None, elapsed_days=None))
        repo.put_state(session, state(learner))
    with db.write() as session:
        session.delete(session.get_one(Learner, learner))
    with db.read() as session:
        assert session.exec(select(func.count()).select_from(Review)).one() == 0
        assert session.exec(select(func.count()).select_from(ItemState)).one() == 0


def test_an_unknown_learner_is_not_found(db: Database) -> None:
    with pytest.raises(NotFound), db.write() as session:
        repo.lock_learner(session, 12345)


def test_durations_are_the_latest(db: Database, learner: int) -> None:
    with db.write() as session:
        for i in range(5):
            repo.append(session, line(learner, duration_ms=i if i != 3 else None))
    with db.read() as session:
        assert repo.durations(session, learner, most=3) == [4, 2, 1]
