"""Own notes: look at a file, adopt it into a deck, see the deck, change and delete. Every function takes the clock.

A deck is known by its name: importing a file into it again updates its questions and keeps what is remembered of them.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.content.notes import Note, Report, read
from app.db import Database, Deck, DeckNote, Session, repositories
from app.db import decks as repo
from app.errors import BadInput, Conflict, NotFound, Unprocessable
from app.kit.text import Text, text
from app.services.interchange import document
from app.services.interchange.anki.package import is_package
from app.services.notes import adopting
from app.services.notes.matching import match
from app.services.notes.neighbours import Neighbours
from app.services.notes.shapes import (
    Adopted,
    CardEdit,
    DeckBrief,
    DeckCard,
    DeckPage,
    Fate,
    NearCard,
    NotUnderstood,
    Preview,
    PreviewCard,
    Source,
)
from app.services.notes.shelf import key

MY_NOTES = "My notes"
HEAD = 200
"""Bytes by which a file is told."""


@dataclass(frozen=True, slots=True)
class Decks:
    """The use-cases. neighbours: our cards to compare with (made when first needed). titles: of our cards."""

    db: Database
    neighbours: Callable[[], Neighbours]
    titles: Callable[[str], Text]

    def preview(self, learner: int, source: Source) -> Preview:
        """What the file holds and what adopting it would do; nothing is stored. Raises BadInput, Unprocessable."""
        report = reading(source)
        name = deck_name(source, report)
        with self.db.read() as session:
            deck = repo.deck_named(session, learner, name)
            rows = repo.notes(session, deck) if deck else ()
        chosen = [note for note in report.cards if note_id(note) not in source.leave]
        places = match(adopting.known(rows), chosen)
        fates = {note_id(note): adopting.fate(rows, at, note) for note, at in zip(chosen, places, strict=True)}
        stay = {at for at in places if at is not None}
        neighbours = self.neighbours()
        return Preview(
            format=report.format,
            encoding=report.encoding,
            deck=name,
            exists=deck is not None,
            columns=dict(report.columns),
            header=tuple(cell[:100] for cell in report.header[:30]),
            cards=tuple(self._card(note, fates, neighbours, at) for at, note in enumerate(report.cards)),
            not_understood=tuple(
                NotUnderstood(line=one.line, text=one.text[:2000], why=one.why) for one in report.lost
            ),
            gone=tuple(
                row.question for at, row in enumerate(rows) if at not in stay and row.file_hash and not row.removed
            ),
        )

    def adopt(self, learner: int, source: Source, now: datetime) -> Adopted:
        """Makes or updates the deck. The same file again changes nothing. Raises BadInput, Unprocessable."""
        report = reading(source)
        notes = [note for note in report.cards if note_id(note) not in source.leave]
        adopting.check(notes)
        name = deck_name(source, report)
        with self.db.write(backup="import") as session:
            repositories.lock_learner(session, learner)
            deck = repo.deck_named(session, learner, name)
            if deck is None:
                deck = Deck(learner_id=learner, uid=adopting.uid("deck-"), name=name, created_at=now, updated_at=now)
                repo.add(session, deck)
            return adopting.put(session, learner, deck, notes, now)

    def all(self, learner: int) -> tuple[DeckBrief, ...]:
        """Every deck, by name."""
        with self.db.read() as session:
            return tuple(DeckBrief(**_brief(deck, repo.notes(session, deck))) for deck in repo.decks(session, learner))

    def one(self, learner: int, uid: str) -> DeckPage:
        """A deck with its questions; raises NotFound."""
        with self.db.read() as session:
            deck = _deck(session, learner, uid)
            rows = repo.notes(session, deck)
        return DeckPage(**_brief(deck, rows), cards=tuple(_shown(deck, row) for row in rows))

    def card(self, learner: int, uid: str) -> DeckCard:
        """One question; raises NotFound."""
        with self.db.read() as session:
            return _shown(*_note(session, learner, uid))

    def edit(self, learner: int, uid: str, edit: CardEdit, now: datetime) -> DeckCard:
        """Changes a question; its memory stays unless it is to start anew. Raises NotFound, BadInput."""
        if not edit.question.strip():
            raise BadInput.field("question", text(zh="问题不能为空。", en="The question cannot be empty."))
        with self.db.write() as session:
            deck, row = _note(session, learner, uid)
            row.question, row.topic = edit.question.strip(), edit.topic.strip()
            row.answer = edit.answer.replace("\r\n", "\n").strip("\n").rstrip()
            row.removed, row.updated_at = edit.removed, now
            row.rev += edit.anew
            repo.add(session, row)
            repo.touch(session, deck, now)
            return _shown(deck, row)

    def rename(self, learner: int, uid: str, name: str, now: datetime) -> DeckBrief:
        """Raises NotFound, BadInput, Conflict (another deck is called so)."""
        wanted = " ".join(name.split())
        if not wanted:
            raise BadInput.field("name", text(zh="名字不能为空。", en="The name cannot be empty."))
        with self.db.write() as session:
            deck = _deck(session, learner, uid)
            other = repo.deck_named(session, learner, wanted)
            if other is not None and other.id != deck.id:
                raise Conflict(text(zh="已有同名的题库。", en="Another deck has this name."), reason="taken")
            deck.name = wanted
            repo.touch(session, deck, now)
            return DeckBrief(**_brief(deck, repo.notes(session, deck)))

    def drop(self, learner: int, uid: str) -> None:
        """Deletes a deck with its questions; the log of reviews stays. Raises NotFound."""
        with self.db.write(backup="delete") as session:
            repo.drop_deck(session, _deck(session, learner, uid))

    def drop_card(self, learner: int, uid: str, now: datetime) -> str:
        """Deletes a question; gives its deck. Raises NotFound."""
        with self.db.write() as session:
            deck, row = _note(session, learner, uid)
            repo.drop_note(session, row)
            repo.touch(session, deck, now)
            return deck.uid

    def _card(self, note: Note, fates: dict[str, Fate], neighbours: Neighbours, at: int) -> PreviewCard:
        near = neighbours.near(note.question) if at < adopting.MAX_CARDS else ()
        return PreviewCard(
            id=note_id(note), question=note.question, answer=note.answer, unanswered=note.unanswered, line=note.line,
            last_line=note.last, topic=note.topic, repeats_line=note.repeats, fate=fates.get(note_id(note), "new"),
            near=tuple(NearCard(slug=n.slug, title=self.titles(n.slug), likeness=n.likeness) for n in near),
        )  # fmt: skip


class NotNotes(Unprocessable):
    """A file that is brought in elsewhere."""


def refuse_others(head: bytes) -> None:
    """Raises NotNotes for what begins like a backup of ours or a package of Anki's."""
    if document.is_ours(head):
        raise NotNotes(
            text(
                zh="这是 Warmup 的备份，里面是全部学习数据，不是题目清单。请到“你的数据”页导入。",
                en="This is a backup of Warmup, not a list of questions. Import it on the page “Your data”.",
            )
        )
    if is_package(head):
        raise NotNotes(
            text(
                zh="这是压缩包。Anki 的 .apkg、.colpkg 请到“你的数据”页导入；Word 文档请先另存为文本或 Markdown。",
                en="This is a packed file. Import Anki's .apkg and .colpkg on the page “Your data”; save a Word "
                "document as text or Markdown first.",
            )
        )


def reading(source: Source) -> Report:
    """The file as it is understood. Raises BadInput when there is none, or what `read` raises."""
    columns = {
        name: at
        for name, at in (("question", source.question_column), ("answer", source.answer_column))
        if at is not None
    }
    if source.base64 is not None:
        try:
            data: bytes | str = base64.b64decode(source.base64, validate=True)
        except (binascii.Error, ValueError):
            raise BadInput.field("base64", text(zh="不是有效的 base64。", en="This is not valid base64.")) from None
    elif source.text is not None:
        data = source.text
    else:
        raise BadInput.field(
            "text", text(zh="没有内容：请选择文件或粘贴文字。", en="Nothing to read: choose a file or paste text.")
        )
    refuse_others(data[:HEAD] if isinstance(data, bytes) else data[:HEAD].encode())
    return read(data, source.filename, columns=columns)


def deck_name(source: Source, report: Report) -> str:
    """What the deck is called: as asked, else the file's title, else its name."""
    stem = source.filename.replace("\\", "/").rsplit("/", 1)[-1].rpartition(".")[0] or source.filename
    for name in (source.deck, report.title, stem, MY_NOTES):
        if cleaned := " ".join(name.split())[:80].strip():
            return cleaned
    return MY_NOTES


def note_id(note: Note) -> str:
    """Names a question of a file while it is looked at."""
    return hashlib.blake2b(f"{note.line}\x1f{note.question}".encode(), digest_size=6).hexdigest()


def _brief(deck: Deck, rows: Sequence[DeckNote]) -> dict[str, object]:
    asked = [row for row in rows if not row.removed]
    return {
        "uid": deck.uid, "name": deck.name, "questions": len(asked), "unanswered": sum(not row.answer for row in asked),
        "removed": len(rows) - len(asked), "updated_at": deck.updated_at,
    }  # fmt: skip


def _shown(deck: Deck, row: DeckNote) -> DeckCard:
    return DeckCard(
        uid=row.uid, key=key(row.uid), question=row.question, answer=row.answer, topic=row.topic, line=row.line,
        rev=row.rev, removed=row.removed, deck=deck.uid, deck_name=deck.name,
    )  # fmt: skip


def _deck(session: Session, learner: int, uid: str) -> Deck:
    if (found := repo.deck(session, learner, uid)) is None:
        raise NotFound(text(zh="没有这个题库。", en="There is no such deck."))
    return found


def _note(session: Session, learner: int, uid: str) -> tuple[Deck, DeckNote]:
    if (found := repo.note(session, learner, uid)) is None:
        raise NotFound(text(zh="没有这道题。", en="There is no such question."))
    return found
