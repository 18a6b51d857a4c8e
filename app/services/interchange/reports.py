"""What an import says it did, or would do."""

from typing import Literal

from app.kit.text import Text
from app.services.asking import Reply


class Rows(Reply):
    """Rows of one table: added; there already; there already but different, and left as they are."""

    added: int
    same: int
    kept: int


class LeftOut(Reply):
    """What could not be taken over, how often, and why."""

    what: Text
    count: int


class Imported(Reply):
    """source: what kind of file it was. preview: nothing was stored. reviews: lines added to the log. already: lines
    that were there. items: questions of ours they belong to. cards: private cards read; stored: those that were kept.
    with_history, with_memory: cards that brought reviews, and a memory state. tables: for our own files."""

    source: Literal["warmup", "anki"]
    preview: bool
    reviews: int = 0
    already: int = 0
    items: int = 0
    cards: int = 0
    stored: int = 0
    with_history: int = 0
    with_memory: int = 0
    left_out: tuple[LeftOut, ...] = ()
    tables: dict[str, Rows] = {}
