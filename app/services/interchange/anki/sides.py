"""The two sides of an Anki card from its note and templates: fields, conditions, clozes. Enough of Anki's language for
what people share; what a filter does on Anki's screen only (typing boxes, speech) is left out."""

import re
from collections.abc import Mapping

from app.services.interchange.anki.collection import RawCard

_TAG = re.compile(r"\{\{([^{}]{0,200})\}\}")
_CLOZE = re.compile(r"\{\{c(\d+(?:,\d+)*)::((?:(?!\{\{|\}\}).)*)\}\}", re.DOTALL)
_ANSWER = re.compile(r"<hr[^<>]{0,80}id=[\"']?answer[^<>]{0,80}>")
_DEPTH = 8
MAX_SIDE = 64_000
"""Characters of a field or template; what is longer is no flash card, and is left out."""


def sides(card: RawCard) -> tuple[str, str]:
    """(question, answer) as HTML; the answer without the question repeated on it."""
    template = card.kind.templates.get(0 if card.kind.cloze else card.ord)
    if template is None or max(map(len, (*card.values, *template))) > MAX_SIDE:
        return "", ""
    fields = dict(zip(card.kind.fields, card.values, strict=False))
    special = {"Tags": " ".join(card.tags), "Deck": card.deck, "Subdeck": card.deck.split("::")[-1], "Type": "",
               "Card": "", "CardFlag": ""}  # fmt: skip
    words = special | fields
    number = card.ord + 1
    question = _rendered(template[0], words | {"FrontSide": ""}, number, answer=False)
    answer = _rendered(template[1], words | {"FrontSide": ""}, number, answer=True)
    mark = _ANSWER.search(answer)
    above, found, below = answer.partition(mark[0]) if mark else (answer, "", "")
    return question, below if found and _bare(below) else above + below


def _rendered(template: str, words: Mapping[str, str], number: int, *, answer: bool) -> str:
    """One template filled in; sections whose field is empty (#) or filled (^) are left out."""
    out: list[str] = []
    shown = [True]
    at = 0
    for tag in _TAG.finditer(template):
        if shown[-1]:
            out.append(template[at : tag.start()])
        at = tag.end()
        inner = tag[1].strip()
        mark, name = (inner[0], inner[1:].strip()) if inner[:1] in ("#", "^", "/") else ("", inner)
        if mark == "/":
            if len(shown) > 1:
                shown.pop()
        elif mark:
            filled = bool(_bare(words.get(name, "")))
            shown.append(shown[-1] and filled == (mark == "#"))
        elif shown[-1]:
            out.append(_field(name, words, number, answer))
    if shown[-1]:
        out.append(template[at:])
    return "".join(out)


def _field(name: str, words: Mapping[str, str], number: int, answer: bool) -> str:
    *filters, name = name.split(":")
    value = words.get(name.strip(), "")
    filters = [f.strip().lower() for f in filters]
    if "type" in filters or any(f.startswith("tts") for f in filters):
        return value if answer and "type" in filters else ""
    return _cloze(value, number, answer) if "cloze" in filters else value


def _cloze(value: str, number: int, answer: bool) -> str:
    """The clozes of this number hidden (or, on the answer, bold); the others shown. Nested ones from the inside."""

    def put(match: re.Match[str]) -> str:
        inner, _, hint = match[2].partition("::")
        if str(number) not in match[1].split(","):
            return inner
        return f"<b>{inner}</b>" if answer else f"[{hint or '…'}]"

    for _ in range(_DEPTH):
        value, count = _CLOZE.subn(put, value)
        if not count:
            break
    return value


def _bare(html: str) -> str:
    """What is left without tags: whether a field holds anything. A picture counts."""
    return re.sub(r"<(?!img)[^<>]*>|&nbsp;|\s", "", html)
