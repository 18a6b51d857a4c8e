"""What an Anki collection holds for us: reviews of our own questions that were studied there, and other people's cards.

A card of ours is known by its note's guid (exporting.py). Every other one, and a question of the learner's own that
went out from here, becomes an `ImportedCard`, a plain value; notes/keeping.py decides what becomes of it.
"""

import math
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeGuard
from uuid import UUID, uuid5

from app.content.notes.item import MINE
from app.errors import AppError
from app.kit.text import Text, text
from app.services import scheduling
from app.services.days import day_start, study_day
from app.services.interchange.anki import collection, package
from app.services.interchange.anki.collection import RawCard
from app.services.interchange.anki.exporting import GUID
from app.services.interchange.anki.htmltext import Converted
from app.services.interchange.anki.sides import sides as sides_of
from app.services.interchange.document import BadFile
from app.services.interchange.reports import LeftOut

SECONDS = 60.0
"""Longest time for turning notes into text."""
_ATTEMPT = UUID("0d7ad6a1-93a6-4e35-8a54-5c5a4f6d0c55")
"""Namespace of the attempt ids of imported reviews: the same review always has the same."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ImportedReview:
    """One answer given in Anki. attempt_id: the same whenever this review is imported."""

    attempt_id: UUID
    at: datetime
    rating: int
    duration_ms: int


@dataclass(frozen=True, slots=True)
class ImportedState:
    """The memory of a card as Anki's FSRS has it; `due` is when Anki would ask again."""

    stability: float
    difficulty: float
    state: int
    due: datetime
    last_review: datetime
    reps: int
    lapses: int

    def memory(self) -> scheduling.State:
        step = None if self.state == scheduling.REVIEW else 0
        return scheduling.State(
            self.stability, self.difficulty, self.state, step, self.due, self.last_review, self.reps, self.lapses
        )


@dataclass(frozen=True, slots=True)
class ImportedCard:
    """Somebody's own card. question, answer: Markdown. source: the same for the same card, whenever it is imported."""

    source: str
    question: str
    answer: str
    deck: str
    tags: tuple[str, ...]
    reviews: tuple[ImportedReview, ...]
    state: ImportedState | None


@dataclass(frozen=True, slots=True)
class Found:
    """own: reviews of our items by key, with the memory Anki has of them now. cards: everything else."""

    own: Mapping[str, tuple[tuple[ImportedReview, ...], ImportedState | None]]
    cards: tuple[ImportedCard, ...]
    left_out: tuple[LeftOut, ...]


def read(data: Any, now: datetime, tz: str) -> Found:
    """Everything in a package (a binary file); raises BadFile."""
    with package.opened(data) as connection:
        try:
            return _read(connection, now, tz)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
            if isinstance(error, AppError):
                raise
            raise BadFile(package.BROKEN) from error


def _read(connection: sqlite3.Connection, now: datetime, tz: str) -> Found:
    begun = datetime.fromtimestamp(collection.created(connection), UTC)
    end = time.monotonic() + SECONDS
    own: dict[str, tuple[tuple[ImportedReview, ...], ImportedState | None]] = {}
    cards: list[ImportedCard] = []
    missing: Counter[str] = Counter()
    for raw in collection.cards(connection):
        if time.monotonic() > end:
            raise BadFile(package.SLOW)
        reviews = tuple(_reviews(raw, now))
        state = _state(raw, reviews, begun, tz)
        if raw.guid.startswith(GUID) and not raw.guid.startswith(GUID + MINE):
            own[raw.guid.removeprefix(GUID)] = reviews, state
            continue
        question, answer = (Converted(side) for side in sides_of(raw))
        missing["pictures"] += question.pictures + answer.pictures
        missing["sounds"] += question.sounds + answer.sounds
        if not question.markdown:
            missing["empty"] += 1
            continue
        source = f"anki:{raw.guid}:{raw.ord}"
        sides = _kept(question.markdown), _kept(answer.markdown)
        words = _kept(" ".join(raw.deck.split())), tuple(map(_kept, raw.tags))
        cards.append(ImportedCard(source, *sides, *words, reviews, state))
    return Found(own, tuple(cards), tuple(LeftOut(what=_LEFT[k], count=n) for k, n in missing.items() if n))


def _kept(words: str) -> str:
    """As a database can keep it: JSON may hold half a character, or none."""
    return _CONTROL.sub("", words.encode("utf-8", "replace").decode())


def attempt_of(card: str, at: datetime) -> UUID:
    """The id of a review that was given elsewhere."""
    return uuid5(_ATTEMPT, f"{card}:{at.timestamp():.3f}")


def _reviews(raw: RawCard, now: datetime) -> Iterator[ImportedReview]:
    for answer in raw.answers:
        at = datetime.fromtimestamp(answer.at_ms / 1000, UTC)
        if _FIRST <= at <= min(_LAST, now + timedelta(days=1)):
            yield ImportedReview(
                attempt_of(f"{raw.guid}:{raw.ord}", at), at, answer.ease, max(0, min(answer.time_ms, 3_600_000))
            )


def _state(raw: RawCard, reviews: tuple[ImportedReview, ...], begun: datetime, tz: str) -> ImportedState | None:
    """FSRS's numbers, when the card has them and was not forgotten since."""
    s, d, lrt = (raw.data.get(name) for name in ("s", "d", "lrt"))
    if not (_number(s) and _number(d)) or raw.type not in (1, 2, 3) or not s or not 1 <= d <= 10:
        return None
    if _number(lrt) and lrt > 0:
        last = datetime.fromtimestamp(lrt, UTC)
    elif reviews:
        last = reviews[-1].at
    else:
        return None
    if raw.due > 1_000_000_000:
        due = datetime.fromtimestamp(raw.due, UTC)
    else:
        due = day_start(study_day(begun, tz) + timedelta(days=raw.due), tz)
    if not (_FIRST <= last <= _LAST and _FIRST <= due <= _LAST):
        return None
    kind = {1: scheduling.LEARNING, 2: scheduling.REVIEW, 3: scheduling.RELEARNING}[raw.type]
    return ImportedState(float(s), float(d), kind, due, last, max(1, raw.reps), max(0, raw.lapses))


def _number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0


_LEFT: dict[str, Text] = {
    "pictures": text(zh="图片（以方括号里的说明代替）", en="pictures (a note in brackets stands for each)"),
    "sounds": text(zh="声音", en="sounds"),
    "empty": text(zh="没有正面内容的卡片", en="cards with nothing on their front"),
}
