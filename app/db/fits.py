"""What the use-cases ask about fitted parameters: which there are, which is in use, who is due for a new fitting."""

from collections.abc import Sequence

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from app.db.repositories import reviews_stand
from app.db.tables import Fit, Review


def all_of(session: Session, learner: int) -> Sequence[Fit]:
    """Every fitting of a learner, oldest first."""
    return session.exec(select(Fit).where(Fit.learner_id == learner).order_by(col(Fit.id))).all()


def decided(session: Session, learner: int) -> Fit | None:
    """The latest fitting that changed what is in use."""
    query = select(Fit).where(Fit.learner_id == learner, Fit.verdict != "kept").order_by(col(Fit.id).desc())
    return session.exec(query.limit(1)).one_or_none()


def latest(session: Session, learner: int) -> Fit | None:
    query = select(Fit).where(Fit.learner_id == learner).order_by(col(Fit.id).desc()).limit(1)
    return session.exec(query).one_or_none()


def append(session: Session, fit: Fit) -> None:
    """Stores a fitting for ever."""
    session.add(fit)
    session.flush()


def reorder(session: Session, rows: Sequence[Fit]) -> None:
    """Gives these fittings their own numbers anew, in this order. Nothing points at a number."""
    numbers = sorted(fit.id for fit in rows if fit.id is not None)
    moved = [(fit.id, number) for fit, number in zip(rows, numbers, strict=True) if fit.id != number]
    for pairs in ([(old, -new) for old, new in moved], [(-new, new) for _, new in moved]):
        for old, new in pairs:  # a number is free only once its fitting has left it
            session.execute(update(Fit).where(col(Fit.id) == old).values(id=new))
    session.expire_all()


def standing(session: Session, learner: int) -> int:
    """How many reviews of a learner stand."""
    query = select(func.count()).select_from(Review).where(col(Review.learner_id) == learner, reviews_stand())
    return session.exec(query).one()


def predictions(session: Session, learner: int) -> int:
    """How many of them came on a later day than the one before: those that tested a prediction."""
    query = select(func.count()).select_from(Review).where(col(Review.learner_id) == learner, reviews_stand())
    return session.exec(query.where(col(Review.elapsed_days) >= 1)).one()


def with_reviews(session: Session, least: int) -> Sequence[int]:
    """Learners whose log holds at least so many reviews (undone ones too: `standing` says how many are left)."""
    query = select(Review.learner_id).where(Review.kind == "review").group_by(col(Review.learner_id))
    return session.exec(query.having(func.count() >= least)).all()
