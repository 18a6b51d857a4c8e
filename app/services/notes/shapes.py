"""What the use-cases of own notes take and give; what the API sends and receives."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.content.notes.decoding import MAX_BYTES
from app.kit.text import Text

Fate = Literal["new", "changed", "same", "overwrites"]
"""What becomes of a question when the file is adopted. overwrites: changed in the file and here; the file's wins."""


def _storable(value: str) -> str:
    if "\x00" in value or any(0xD800 <= ord(char) <= 0xDFFF for char in value):
        raise ValueError("characters that cannot be stored")
    return value


class Reply(BaseModel):
    model_config = ConfigDict(frozen=True)


class Source(BaseModel):
    """A file of notes. text: what it says; or base64: its bytes, whatever their encoding. filename: its ending tells
    Markdown from CSV, TSV and JSON. deck: what the deck is called; the same name again updates that deck. leave:
    `id`s of cards (from a preview) that are not to be adopted. *_column: which column of a table holds what, from 0."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[str, Field(max_length=MAX_BYTES), AfterValidator(_storable)] | None = None
    base64: Annotated[str, Field(max_length=MAX_BYTES * 3 // 2)] | None = None
    filename: Annotated[str, Field(max_length=200), AfterValidator(_storable)] = ""
    deck: Annotated[str, Field(max_length=80), AfterValidator(_storable)] = ""
    leave: Annotated[frozenset[Annotated[str, Field(max_length=16)]], Field(max_length=5000)] = frozenset()
    question_column: Annotated[int, Field(ge=0, le=29)] | None = None
    answer_column: Annotated[int, Field(ge=0, le=29)] | None = None


class NearCard(Reply):
    """A card of ours that asks much the same."""

    slug: str
    title: Text
    likeness: float


class PreviewCard(Reply):
    """A question as it was understood. id: names it when it is to be left out."""

    id: str
    question: str
    answer: str
    unanswered: bool
    line: int
    last_line: int
    topic: str
    repeats_line: int | None
    near: tuple[NearCard, ...]
    fate: Fate


class NotUnderstood(Reply):
    """A line that is in no card, and why."""

    line: int
    text: str
    why: Text


class Preview(Reply):
    """A file as it was read, and what adopting it would do. gone: questions of the deck that are no longer in it."""

    format: str
    encoding: str
    deck: str
    exists: bool
    columns: dict[str, int]
    header: tuple[str, ...]
    cards: tuple[PreviewCard, ...]
    not_understood: tuple[NotUnderstood, ...]
    gone: tuple[str, ...]


class Adopted(Reply):
    """What adopting came to, in questions."""

    deck: str
    name: str
    new: int
    changed: int
    same: int
    removed: int


class DeckBrief(Reply):
    """A deck in the list. asked: questions that reviews ask; removed: no longer in the file."""

    uid: str
    name: str
    questions: int
    unanswered: int
    removed: int
    updated_at: datetime


class DeckCard(Reply):
    """A question of a deck. key: its name in reviews."""

    uid: str
    key: str
    question: str
    answer: str
    topic: str
    line: int
    rev: int
    removed: bool
    deck: str
    deck_name: str


class DeckPage(DeckBrief):
    """A deck with its questions."""

    cards: tuple[DeckCard, ...]


class CardEdit(BaseModel):
    """A question as it is to read. anew: it asks something else now: its memory starts afresh. removed: not asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_storable)]
    answer: Annotated[str, Field(max_length=100_000), AfterValidator(_storable)] = ""
    topic: Annotated[str, Field(max_length=200), AfterValidator(_storable)] = ""
    anew: bool = False
    removed: bool = False


class DeckName(BaseModel):
    """What a deck is to be called."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_storable)]
