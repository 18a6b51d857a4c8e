"""A file of ours into the database: all of it or nothing. What is missing is added, what is there stays."""

from datetime import datetime
from uuid import UUID

from app.db import Session, logs, transfer
from app.services.interchange import document, histories, sound, twofold
from app.services.interchange.document import Document
from app.services.interchange.reports import Imported, Rows


def restore(session: Session, learner: int, found: Document, now: datetime, *, preview: bool = False) -> Imported:
    """Stores a file in a write session whose learner is locked; raises BadFile, which undoes everything."""
    try:
        empty = transfer.is_empty(session, learner)
        before = logs.attempts(session, learner)
        beside = twofold.Before.of(session, learner)
        counts = transfer.put_in(session, learner, found.tables)
        _about(session, learner, found, empty)
        given = [UUID(row["attempt_id"]) for row in found.tables.get("review", ())]
    except transfer.RowError as error:
        raise document.damaged(str(error)) from error
    try:
        twofold.join(session, learner, beside)
        histories.join(session, learner, before, given)
        histories.settle(session, learner)
        sound.check(session, learner, now)
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        ValueError,
        TypeError,
    ) as error:  # nothing that can be followed
        raise document.damaged("a history, a plan, a deck, a mock or a fitting that cannot be") from error
    reviews = counts["review"]
    return Imported(
        source="warmup",
        preview=preview,
        reviews=reviews.added,
        already=reviews.same + reviews.kept,
        items=len({row["item_key"] for row in found.tables.get("review", ())}),
        tables={
            name: Rows(added=c.added, same=c.same, kept=c.kept)
            for name, c in counts.items()
            if c.added or c.same or c.kept
        },
    )


def _about(session: Session, learner: int, found: Document, empty: bool) -> None:
    """The learner's own row: taken over by one who has nothing yet. Otherwise only the earlier beginning is."""
    if empty:
        transfer.put_about(session, learner, found.learner)
        return
    ours, theirs = transfer.about(session, learner), found.learner.get("created_at")
    if isinstance(theirs, str) and theirs < ours["created_at"]:
        transfer.put_about(session, learner, {"created_at": theirs})
