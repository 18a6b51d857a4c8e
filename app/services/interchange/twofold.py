"""What two machines made apart, beside the log, becomes one: fitted parameters and own decks."""

from collections.abc import Collection
from dataclasses import dataclass

from app.db import Session, decks, fits


@dataclass(frozen=True, slots=True)
class Before:
    """Numbers of what was here before a file was put in."""

    fits: Collection[int | None]
    decks: Collection[int | None]
    notes: Collection[int | None]

    @classmethod
    def of(cls, session: Session, learner: int) -> "Before":
        found = decks.decks(session, learner)
        notes = {row.id for deck in found for row in decks.notes(session, deck)}
        return cls({fit.id for fit in fits.all_of(session, learner)}, {deck.id for deck in found}, notes)


def join(session: Session, learner: int, before: Before) -> None:
    """Call when the rows of the file are in."""
    session.expire_all()
    _fits(session, learner, before)
    _decks(session, learner, before)


def _fits(session: Session, learner: int, before: Before) -> None:
    """In the order of time, each side's own order kept: the parameters in use are those that were decided on last, so
    both machines come to the same."""
    every = fits.all_of(session, learner)
    left, right = [f for f in every if f.id in before.fits], [f for f in every if f.id not in before.fits]
    if not left or not right:
        return
    merged = []
    while left and right:
        merged.append((left if left[0].made_at <= right[0].made_at else right).pop(0))
    fits.reorder(session, [*merged, *left, *right])


def _decks(session: Session, learner: int, before: Before) -> None:
    """A question stands in one deck, the one it was in; a deck that was here says that it has changed."""
    rows = [(deck, row) for deck in decks.decks(session, learner) for row in decks.notes(session, deck)]
    seen: set[str] = set()
    changed = set()
    for deck, row in sorted(rows, key=lambda pair: (pair[1].id not in before.notes, pair[1].id)):
        if row.uid in seen:
            decks.drop_note(session, row)
        elif row.id not in before.notes and deck.id in before.decks:
            changed.add(deck.uid)
        seen.add(row.uid)
    for deck in decks.decks(session, learner):
        if deck.uid in changed:
            decks.touch(session, deck, deck.updated_at)
