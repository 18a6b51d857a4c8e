"""Putting the questions of a file into a deck: new ones added, known ones updated, missing ones marked."""

import random
from collections.abc import Iterable, Sequence
from datetime import datetime

from app.content.notes import Note
from app.content.notes.item import MINE
from app.db import Deck, DeckNote, Session
from app.db import decks as repo
from app.db.deck_tables import ANSWER_LENGTH, QUESTION_LENGTH
from app.errors import BadInput
from app.kit.text import text
from app.services.notes.matching import Known, fingerprint, match
from app.services.notes.shapes import Adopted, Fate

MAX_CARDS = 3000
"""Questions one file may bring."""
MAX_OWN = 10_000
"""Questions of one learner."""


def check(notes: Sequence[Note]) -> None:
    if not notes:
        raise BadInput(text(zh="没有可以收下的题目。", en="There is no question to adopt."))
    if len(notes) > MAX_CARDS:
        raise BadInput(
            text(
                zh=f"一次最多导入 {MAX_CARDS} 道题，这里有 {len(notes)} 道。请拆成几个文件。",
                en=f"One file may bring {MAX_CARDS} questions; this one has {len(notes)}. Split it.",
            )
        )
    for note in notes:
        if len(note.question) > QUESTION_LENGTH or len(note.answer) > ANSWER_LENGTH:
            raise BadInput(
                text(
                    zh=f"第 {note.line} 行的题目太长：问题最多 {QUESTION_LENGTH} 字，答案最多 {ANSWER_LENGTH} 字。",
                    en=f"Line {note.line}: too long. A question may have {QUESTION_LENGTH} characters, an answer "
                    f"{ANSWER_LENGTH}.",
                )
            )


def put(session: Session, learner: int, deck: Deck, notes: Sequence[Note], now: datetime) -> Adopted:
    rows = list(repo.notes(session, deck))
    places = match(known(rows), notes)
    fates = [fate(rows, at, note) for note, at in zip(notes, places, strict=True)]
    if repo.count(session, learner) + fates.count("new") > MAX_OWN:
        raise BadInput(
            text(
                zh=f"自己的题最多 {MAX_OWN} 道。请先删掉不用的题库。",
                en=f"You can keep {MAX_OWN} questions of your own. Delete decks you no longer use first.",
            )
        )
    assert deck.id is not None
    touched = False
    for place, (note, at, becomes) in enumerate(zip(notes, places, fates, strict=True)):
        row = rows[at] if at is not None else _new(deck.id, now)
        before = (row.place, row.line, row.removed)
        row.place, row.line, row.removed = place, note.line, False
        if becomes != "same":
            row.question, row.answer, row.topic = note.question, note.answer, note.topic[:200]
            row.file_question, row.file_hash, row.updated_at = note.question, fingerprint(note), now
        if becomes != "same" or before != (row.place, row.line, row.removed):
            session.add(row)
            touched = True
    stay = {at for at in places if at is not None}
    gone = [row for at, row in enumerate(rows) if at not in stay]
    for place, row in enumerate(gone, len(notes)):
        before = (row.place, row.line, row.removed)
        row.place, row.removed = place, row.removed or bool(row.file_hash)
        if before != (row.place, row.line, row.removed):
            session.add(row)
            touched = True
    if touched:
        repo.touch(session, deck, now)
    return Adopted(
        deck=deck.uid,
        name=deck.name,
        new=fates.count("new"),
        changed=fates.count("changed") + fates.count("overwrites"),
        same=fates.count("same"),
        removed=sum(row.removed for row in gone),
    )


def fate(rows: Sequence[DeckNote], at: int | None, note: Note) -> Fate:
    if at is None:
        return "new"
    row = rows[at]
    if row.file_hash == fingerprint(note):
        return "same"
    edited = row.file_hash and row.file_hash != fingerprint(Note(row.question, row.answer, 0, 0, row.topic))
    return "overwrites" if edited else "changed"


def known(rows: Iterable[DeckNote]) -> list[Known]:
    return [Known(row.question, row.file_question or row.question, row.answer) for row in rows]


def _new(deck: int, now: datetime) -> DeckNote:
    return DeckNote(deck_id=deck, uid=uid(), place=0, question="", answer="", updated_at=now)


def uid(prefix: str = MINE) -> str:
    """Never taken from what the question says: a question may change."""
    return f"{prefix}{random.SystemRandom().getrandbits(48):012x}"
