"""Cards that come from another program, kept among the learner's own: one private deck for each deck there.

A card is known by where it comes from, not by its words. Changed there since, it is changed here too, also when it was
edited here; unchanged there, what was edited here stays. A question of one's own that went out to Anki and comes back
is the one that is here; its words are not looked at.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from app.content.notes import Note
from app.content.notes.item import ITEM, MINE
from app.db import Deck, DeckNote, Session
from app.db import decks as repo
from app.db.deck_tables import ANSWER_LENGTH, NAME_LENGTH, QUESTION_LENGTH
from app.errors import BadInput
from app.kit.text import Text, text
from app.services.interchange.anki.exporting import DECK, GUID
from app.services.interchange.anki.importing import ImportedCard
from app.services.notes.adopting import MAX_OWN, uid
from app.services.notes.matching import fingerprint
from app.services.notes.shelf import key

SOURCE = "Anki · "
"""Begins the names of these decks, so that a file of notes never meets them."""
NAME = re.compile(rf"{MINE}[0-9a-f]{{12}}")
"""What a question of one's own is called in the log."""
_BACK = re.compile(rf"anki:{re.escape(GUID)}({NAME.pattern})/{ITEM}:0")
"""The source of one that went out from here."""


def keep(session: Session, learner: int, cards: Sequence[ImportedCard], now: datetime) -> Mapping[str, tuple[str, int]]:
    """(item key, revision) by `source` of every card that is kept now; those too long to be a question are not.

    The learner is locked. Raises BadInput when there is no room for so many.
    """
    short = [card for card in cards if len(card.question) <= QUESTION_LENGTH and len(card.answer) <= ANSWER_LENGTH]
    here = {row.uid: (deck, row) for deck in repo.decks(session, learner) for row in repo.notes(session, deck)}
    new = {name_of(card.source) for card in short} - set(here)
    if len(here) + len(new) > MAX_OWN:
        raise BadInput(_full(len(new), MAX_OWN - len(here)))
    decks: dict[str, Deck] = {}
    touched: dict[str, Deck] = {}
    for card in short:
        name = _deck(card)
        if (known := here.get(name_of(card.source))) is None:
            if name not in decks:
                decks[name] = repo.deck_named(session, learner, name) or _made(session, learner, name, now)
            deck = decks[name]
            assert deck.id is not None
            row = DeckNote(
                deck_id=deck.id, uid=name_of(card.source), place=len(here), question="", answer="", updated_at=now
            )  # fmt: skip
            here[row.uid] = deck, row
        else:
            deck, row = known
            if _BACK.fullmatch(card.source):
                continue
        if _put(row, card, now):
            session.add(row)
            touched[deck.uid] = deck
    for deck in touched.values():
        repo.touch(session, deck, now)
    return {card.source: (key(name_of(card.source)), here[name_of(card.source)][1].rev) for card in short}


def _put(row: DeckNote, card: ImportedCard, now: datetime) -> bool:
    """Whether the row had to change."""
    note = Note(card.question, card.answer, 0, 0, ", ".join(card.tags)[:200])
    if row.file_hash == fingerprint(note):
        return False
    row.question, row.answer, row.topic = note.question, note.answer, note.topic
    row.file_question, row.file_hash, row.updated_at = note.question, fingerprint(note), now
    return True


def name_of(source: str) -> str:
    """What a card is called here: always the same."""
    if back := _BACK.fullmatch(source):
        return back[1]
    return MINE + hashlib.blake2b(source.encode(), digest_size=6).hexdigest()


def _deck(card: ImportedCard) -> str:
    """The end of a long name says more than its beginning (Anki nests with ::)."""
    name = " ".join(card.deck.split()) or "Default"
    if _BACK.fullmatch(card.source):
        return name.removeprefix(f"{DECK}::")[-NAME_LENGTH:]
    return SOURCE + name[-(NAME_LENGTH - len(SOURCE)) :]


def _made(session: Session, learner: int, name: str, now: datetime) -> Deck:
    deck = Deck(learner_id=learner, uid=uid("deck-"), name=name, created_at=now, updated_at=now)
    repo.add(session, deck)
    return deck


def _full(wanted: int, room: int) -> Text:
    return text(
        zh=f"自己的题最多 {MAX_OWN} 道，还能放 {max(0, room)} 道；这个文件里有 {wanted} 张新卡片，因此什么都没有导入。"
        "请在 Anki 里只导出需要的牌组，或先删掉不用的题库。",
        en=f"You can keep {MAX_OWN} questions of your own. There is room for {max(0, room)}, and this file has "
        f"{wanted} new cards, so nothing was imported. Export only the decks you need from Anki, or delete some here.",
    )
