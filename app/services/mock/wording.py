"""The words of what stands in a card, as bilingual source text: follow-ups, first sentences, opening words."""

import re
from collections.abc import Sequence

from markdown_it.token import Token

from app.content import markdown
from app.content.card import Card, Section
from app.content.models import (
    ChoiceItem,
    ClozeItem,
    ExerciseItem,
    FollowUp,
    NumericItem,
    OrderItem,
    PairItem,
    PredictItem,
    QuizItem,
    RecallItem,
)
from app.kit.text import LANGS, Lang, Text, text
from app.services.catalogue import Catalogue

_PIECES = re.compile(r"\$[^$]*\$|\{\{.*?\}\}|`[^`]*`|\[@[^\]]*\]|\*\*|.", re.DOTALL)
"""Source in pieces that must not be cut: a formula, a computed number, code, a reference, one character."""
_NO_STOP = re.compile(r"(?:\b(?:e\.g|i\.e|vs|cf|al|Fig|Eq|No)|\b[A-Z])\.$")


def words_of(catalogue: Catalogue, card: Card, thing: QuizItem | FollowUp) -> Text:
    """All it says, to compare it with other texts."""
    match thing:
        case FollowUp():
            sections = {lang: card[lang].follow_ups[thing.id] for lang in LANGS}
            zh, en = (f"{s.title} {s.title} {s.words}" for s in (sections["zh"], sections["en"]))
            return text(zh=zh, en=en)
        case ChoiceItem():
            return _all([thing.prompt, *(part for option in thing.options for part in (option.text, option.why))])
        case NumericItem() | OrderItem():
            return _all([thing.prompt, thing.explain, *(thing.items if isinstance(thing, OrderItem) else ())])
        case ClozeItem():
            return _all([thing.text, thing.explain])
        case PredictItem():
            prediction = catalogue.prediction(thing)
            return _all([prediction.question, prediction.explain])
        case ExerciseItem():
            asked = catalogue.ask(thing, 0)
            return _all([catalogue.exercises[thing.exercise].title, asked.prompt, asked.solution])
        case RecallItem():
            return thing.prompt
        case PairItem():
            return catalogue.pair(thing).prompt


def follow_up(card: Card, id: str) -> Text:
    """A follow-up question as Markdown."""
    zh, en = (source(card[lang].follow_ups[id].heading) for lang in LANGS)
    return text(zh=zh, en=en)


def section_html(catalogue: Catalogue, card: Card, section: Section, lang: Lang) -> str:
    """A part of a card for a page that is not the card's: its references lead there, and no term explains itself."""
    return markdown.render(section.body, card.scope(lang, catalogue.runs, works=f"/{lang}/cards/{card.slug}"))


def first_sentence(card: Card) -> Text:
    """How the short answer begins."""
    zh, en = (_sentence(source(card[lang].short.body)) for lang in LANGS)
    return text(zh=zh, en=en)


def opening(point: Text) -> Text:
    """The first words of a key point: enough to call the rest to mind."""
    return text(zh=_opening_zh(point.zh), en=_opening_en(point.en))


def source(tokens: Sequence[Token]) -> str:
    """The Markdown of the first line of text among these tokens."""
    return next((token.content for token in tokens if token.type == "inline"), "")


def _sentence(words: str) -> str:
    taken = ""
    for piece in _PIECES.findall(words):
        taken += piece
        if piece in "。！？" or (taken.endswith((". ", "? ", "! ")) and not _NO_STOP.search(taken.rstrip())):
            break
    return _closed(taken.strip())


def _opening_zh(words: str) -> str:
    """Up to the first stop, at most six characters; a formula or a word in Latin letters counts as two."""
    taken, size = "", 0
    for piece in re.findall(r"\$[^$]*\$|\{\{.*?\}\}|`[^`]*`|[A-Za-z0-9][\w.-]*|.", words):
        if taken and (size >= 6 or piece in "，。；：、（(：⇒→=—"):
            break
        taken += piece
        size += 0 if piece == " " else 1 if len(piece) == 1 else 2
    return _closed(taken.strip()) + "……"


def _opening_en(words: str) -> str:
    """Three words, or up to the first stop."""
    taken: list[str] = []
    for piece in re.findall(r"(?:\$[^$]*\$|\{\{.*?\}\}|`[^`]*`|\S)+", words):
        taken.append(piece)
        if len(taken) == 3 or piece[-1] in ",;:":
            break
    return _closed(" ".join(taken).rstrip(",;:")) + " …"


def _closed(words: str) -> str:
    """Without a lone pair of stars that the cut left open."""
    return words if words.count("**") % 2 == 0 else words.replace("**", "")


def _all(texts: Sequence[Text]) -> Text:
    return text(zh=" ".join(t.zh for t in texts), en=" ".join(t.en for t in texts))
