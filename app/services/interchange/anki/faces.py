"""The two sides of a note for one quiz item, in one language, as HTML for Anki: formulas in MathJax's brackets.

The question is what the site asks (with the numbers of one fixed seed), the answer what its grader says to one who does
not know, then the card's short answer. Nothing is worded a second time.
"""

import re
from dataclasses import dataclass
from html import escape
from typing import Any
from zlib import crc32

from app.content import markdown
from app.content.models import ChoiceItem, OrderItem, RecallItem
from app.errors import Unprocessable
from app.kit.text import Lang, Text
from app.services.answers import Answer, Context, Detail
from app.services.asking import drawn, present
from app.services.catalogue import Catalogue, CatalogueItem
from app.services.grading import SKIPPED, grade

_WORDS: dict[str, dict[Lang, str]] = {
    "order": {"zh": "按正确的顺序排列：", "en": "Put these in the right order:"},
    "recall": {"zh": "说出要点，再翻面核对。", "en": "Say the key points, then turn over."},
    "drawn": {"zh": "数字是为这张卡片取的一组；在 Warmup 里每次都不同。",
              "en": "One set of numbers, taken for this card; in Warmup they are new every time."},
    "answer": {"zh": "答案", "en": "Answer"},
    "short": {"zh": "短答", "en": "Short answer"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Face:
    """Question and answer in one language. picture: the figure that belongs to the question, as it is sent to pages."""

    question: str
    answer: str
    picture: dict[str, Any] | None = None


def seed_of(key: str) -> int:
    """The seed an item's numbers are drawn with on paper and on flash cards: always the same."""
    return crc32(key.encode()) % (2**31)


def face(catalogue: Catalogue, entry: CatalogueItem, lang: Lang) -> Face | None:
    """None for an item whose answer has not been computed."""
    seed = seed_of(entry.key)
    made = drawn(catalogue, entry.item, seed)
    context = Context(catalogue.computed, made.asked, made.prediction, entry.rubric, made.pair, made.seen)
    try:
        graded = grade(entry.item, Answer(skip=True), context)
    except Unprocessable:
        return None
    asked = present(entry, seed, made)

    def html(sentence: Text) -> str:
        return for_anki(catalogue.inline(sentence, lang, entry.card.slug, links=False))

    parts: Any = asked.get("parts", ())
    options = "" if isinstance(entry.item, RecallItem) else _options([html(part.label) for part in parts])
    hint = _WORDS["order"] if isinstance(entry.item, OrderItem) else None
    hint = _WORDS["recall"] if isinstance(entry.item, RecallItem) else hint
    hint = _WORDS["drawn"] if made.asked is not None else hint
    prompt = asked["prompt"]
    assert isinstance(prompt, Text)
    question = f"<p>{html(prompt)}</p>{options}{_soft(hint[lang]) if hint else ''}"

    order = [part.id for part in parts] if isinstance(entry.item, ChoiceItem) or made.pair else None
    solved = f'<p class="answer"><b>{html(graded.answer)}</b></p>' if graded.answer else ""
    why = graded.feedback[lang].removeprefix(SKIPPED[lang]).strip()
    explained = f"<p>{html(Text(zh=why, en=why))}</p>" if why and why != SKIPPED[lang] else ""
    details = "" if isinstance(entry.item, OrderItem) else _details(graded.details, order, html)
    short = markdown.render(entry.card[lang].short.body, entry.card.scope(lang, catalogue.runs, links=False))
    more = f'<section class="short"><p class="soft">{_WORDS["short"][lang]}</p>{for_anki(short)}</section>'
    figure = asked.get("figure")
    return Face(question, solved + explained + details + more, figure if isinstance(figure, dict) else None)


def for_anki(html: str) -> str:
    """The site's HTML with formulas in \\( \\) and \\[ \\], and without what only works on the site."""
    html = re.sub(r'<sup class="cite">.*?</sup>', "", html)
    html = re.sub(r"</?data\b[^>]*>", "", html)
    html = re.sub(
        r'<(span|div) class="math( display)?" data-tex[^>]*>(.*?)</\1>',
        lambda m: rf"\[{_tex(m[3])}\]" if m[2] else rf"\({_tex(m[3])}\)",
        html,
        flags=re.DOTALL,
    )
    parts = re.split(r"(<pre\b.*?</pre>)", html.replace(' tabindex="0"', ""), flags=re.DOTALL)  # code keeps its lines
    return "".join(part if place % 2 else part.replace("\n", " ") for place, part in enumerate(parts)).strip()


def _tex(source: str) -> str:
    """`}}` would end a cloze, `{{` begin one: a space between changes nothing for TeX."""
    return source.replace("{{", "{ {").replace("}}", "} }")


def _options(labels: list[str]) -> str:
    if not labels:
        return ""
    rows = "".join(f"<li>{label}</li>" for label in labels)
    return f'<ol class="options" type="A">{rows}</ol>'


def _soft(words: str) -> str:
    return f'<p class="soft">{escape(words)}</p>'


def _details(details: tuple[Detail, ...], order: list[int] | None, html: Any) -> str:
    """Every option with its verdict and reason, in the order they were asked in."""
    if not details:
        return ""
    shown = details if order is None or len(order) != len(details) else tuple(details[i] for i in order)
    lettered = order is not None
    rows = "".join(
        f'<li class="{"right" if one.right else "wrong" if lettered else "point"}">{html(one.label)}'
        f"{f'<br><span class=soft>{html(one.why)}</span>' if one.why else ''}</li>"
        for one in shown
    )
    return f'<ol class="options" type="A">{rows}</ol>' if lettered else f'<ul class="points">{rows}</ul>'
