"""Reviews and states as CSV, for a spreadsheet or a notebook: UTF-8 with its mark, so that Chinese titles open rightly.

A cell that a spreadsheet would take for a formula gets an apostrophe in front.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from app.content.notes.item import headline, note_item
from app.db import Session, decks, logs
from app.errors import NotFound
from app.services import journal, scheduling
from app.services.asking import card_of
from app.services.catalogue import Catalogue
from app.services.days import study_day
from app.services.notes.shelf import key as key_of
from app.services.own_parameters import in_use
from app.services.replay import elapsed_days

REVIEWS = (
    "seq", "answered_at", "study_day", "tz", "item", "card_zh", "card_en", "topic", "kind", "rev", "level", "seed",
    "lang", "correct", "mistake", "confidence_percent", "rating", "rating_name", "duration_s", "elapsed_days", "undone",
)  # fmt: skip
STATES = (
    "item", "card_zh", "card_en", "topic", "kind", "rev", "state", "stability_days", "difficulty", "retrievability",
    "due", "last_review", "introduced", "reps", "lapses",
)  # fmt: skip
About = tuple[str, str, str, str]
_NAMES = {scheduling.LEARNING: "learning", scheduling.REVIEW: "review", scheduling.RELEARNING: "relearning"}


def reviews(session: Session, learner: int, catalogue: Catalogue) -> Iterator[bytes]:
    """One line a review, oldest first; `undone` is 1 for those that were taken back."""
    undone, own = logs.undone(session, learner), _own(session, learner)
    rows = (
        (
            line.seq, _time(line.answered_at), line.study_day, line.tz, line.item_key,
            *_about(catalogue, own, line.item_key), line.rev, line.level, line.seed, line.lang, line.correct,
            line.mistake, line.confidence, line.rating, _rating(line.rating),
            None if line.duration_ms is None else line.duration_ms / 1000, line.elapsed_days,
            int(line.attempt_id in undone),
        )
        for line in logs.all_reviews(session, learner)
    )  # fmt: skip
    return _written(REVIEWS, rows)


def states(session: Session, learner: int, catalogue: Catalogue, now: datetime, tz: str) -> Iterator[bytes]:
    """One line an item that was asked, with the probability of recalling it now."""
    today, parameters, own = study_day(now, tz), in_use(session, learner), _own(session, learner)
    rows = []
    for key, known in sorted(journal.known_items(session, learner).items()):
        m = known.memory
        recall = scheduling.retrievability(m, now, elapsed_days(known, known.rev, today), parameters)
        rows.append((
            key, *_about(catalogue, own, key), known.rev, _NAMES[m.state], m.stability, m.difficulty, round(recall, 6),
            _time(m.due), _time(m.last_review), known.introduced, m.reps, m.lapses,
        ))  # fmt: skip
    return _written(STATES, rows)


def _own(session: Session, learner: int) -> dict[str, About]:
    """The same four of the learner's own questions: each by how it begins, its deck for a topic."""
    found: dict[str, About] = {}
    for deck in decks.decks(session, learner):
        for row in decks.notes(session, deck):
            item = note_item(row.question, row.answer, row.rev)
            found[key_of(row.uid)] = headline(item), headline(item), deck.name, item.kind
    return found


def _about(catalogue: Catalogue, own: Mapping[str, About], key: str) -> About:
    """Titles, topic and kind of an item; empty for one that is no longer there."""
    if key in own:
        return own[key]
    card = catalogue.cards.get(card_of(key))
    if card is None:
        return "", "", "", ""
    try:
        kind = catalogue.item(key).item.kind
    except NotFound:
        kind = ""  # type: ignore[assignment]
    return card.title.zh, card.title.en, card.topic, kind


def _rating(rating: int | None) -> str:
    return next((name.en.lower() for value, name in scheduling.RATING_NAMES.items() if value == rating), "")


def _written(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    yield b"\xef\xbb\xbf" + out.getvalue().encode()
    for row in rows:
        out.seek(0)
        out.truncate()
        writer.writerow([_cell(value) for value in row])
        yield out.getvalue().encode()


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _time(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
