"""A question of one's own as the review page asks it: a recall item whose answer is the learner's Markdown."""

import re

from app.content.models import RecallItem
from app.kit.text import Text

_MARKS = re.compile(r"^#+\s+|\*\*(\S|\S.*?\S)\*\*|`([^`]+)`|!?\[([^\]]*)\]\([^)]*\)")
MINE = "my-"
"""What the card slug of a learner's own question begins with; no card of ours does."""
ITEM = "recall"
TITLE = 120
"""Characters of a question in lists."""


class Passage(Text):
    """Markdown of a learner's own, alike in both languages: drawn as blocks, with no mark of ours and nothing that
    would be fetched from elsewhere."""


class Name(Text):
    """Words of a learner's own in a list: plain text, whatever they hold."""


class NoteItem(RecallItem):
    """answer: None while there is none."""

    answer: Passage | None = None


def passage(words: str) -> Passage:
    """The same words for every reader."""
    return Passage(zh=words, en=words)


def note_item(question: str, answer: str, rev: int) -> NoteItem:
    """As it is asked."""
    told = passage(answer) if answer else None
    return NoteItem(id=ITEM, rev=rev, kind="recall", prompt=passage(question), answer=told)


def headline(item: NoteItem) -> str:
    """Its question as lists name it: the first line, not too long, without marks. Formulas stay as they are written."""
    return _MARKS.sub(r"\1\2\3", item.prompt.zh.split("\n")[0]).strip()[:TITLE]
