"""/api/decks and /api/notes: a file of one's own questions, first looked at, then adopted; the decks that came of it.

Questions and answers in replies are Markdown as stored; the review API sends them as HTML.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Path

from app.content.notes.decoding import MAX_BYTES
from app.services.notes.shapes import Adopted, CardEdit, DeckBrief, DeckCard, DeckName, DeckPage, Preview, Source
from app.web.learner import DecksOf, LearnerId, Now

MAX_BODY = MAX_BYTES * 2
"""A file as base64 in JSON, or beside its text in a form."""
router = APIRouter(prefix="/api", tags=["notes"], max_body_size=MAX_BODY)
_Responses = dict[int | str, dict[str, Any]]
_REFUSED: _Responses = {
    413: {"description": "The file is too large"},
    422: {"description": "Not text, not what its ending says, or too much of it"},
}
_MISSING: _Responses = {404: {"description": "No such deck or question"}}
_BUSY: _Responses = {503: {"description": "Busy: try again"}}
Uid = Annotated[str, Path(max_length=20)]


@router.post("/decks/preview", summary="What a file of notes holds; nothing is stored", responses=_REFUSED)
def preview(source: Source, decks: DecksOf, learner: LearnerId) -> Preview:
    """Every line of the file is in a card, is a heading, or is named in `not_understood` with the reason."""
    return decks.preview(learner, source)


@router.post("/decks", summary="Adopt a file of notes into a private deck", responses=_REFUSED | _BUSY)
def adopt(source: Source, decks: DecksOf, learner: LearnerId, now: Now) -> Adopted:
    """A deck of the same name is updated: what is remembered of its questions stays."""
    return decks.adopt(learner, source, now)


@router.get("/decks", summary="The learner's own decks")
def all_decks(decks: DecksOf, learner: LearnerId) -> tuple[DeckBrief, ...]:
    return decks.all(learner)


@router.get("/decks/{deck}", summary="One deck with its questions", responses=_MISSING | _REFUSED)
def one_deck(deck: Uid, decks: DecksOf, learner: LearnerId) -> DeckPage:
    """`POST /api/decks` reads this document back."""
    return decks.one(learner, deck)


@router.put(
    "/decks/{deck}", summary="Rename a deck",
    responses=_MISSING | _REFUSED | _BUSY | {409: {"description": "Another deck has this name"}},
)  # fmt: skip
def rename(deck: Uid, name: DeckName, decks: DecksOf, learner: LearnerId, now: Now) -> DeckBrief:
    return decks.rename(learner, deck, name.name, now)


@router.delete("/decks/{deck}", summary="Delete a deck", responses=_MISSING | _REFUSED | _BUSY, status_code=204)
def drop(deck: Uid, decks: DecksOf, learner: LearnerId) -> None:
    """With its questions. The log of reviews stays."""
    decks.drop(learner, deck)


@router.get("/notes/{note}", summary="One question of one's own", responses=_MISSING | _REFUSED)
def one_note(note: Uid, decks: DecksOf, learner: LearnerId) -> DeckCard:
    return decks.card(learner, note)


@router.put("/notes/{note}", summary="Change a question of one's own", responses=_MISSING | _REFUSED | _BUSY)
def edit(note: Uid, card: CardEdit, decks: DecksOf, learner: LearnerId, now: Now) -> DeckCard:
    """Its memory stays, unless `anew` says that it asks something else now."""
    return decks.edit(learner, note, card, now)


@router.delete("/notes/{note}", summary="Delete a question", responses=_MISSING | _REFUSED | _BUSY, status_code=204)
def drop_note(note: Uid, decks: DecksOf, learner: LearnerId, now: Now) -> None:
    decks.drop_card(learner, note, now)
