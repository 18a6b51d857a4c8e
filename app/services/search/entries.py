"""What can be found, and under which words: built once from the catalogue, once more for a learner's own questions."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Literal

from app.content.card import Card
from app.content.finding import Alike, Place
from app.content.notes.item import headline
from app.kit import LANGS, Lang, Text
from app.services.catalogue import Catalogue
from app.services.notes.shelf import OwnItem

Kind = Literal["card", "demo", "claim", "term", "page", "action", "own"]
KINDS: tuple[Kind, ...] = ("card", "demo", "claim", "term", "page", "action", "own")
Place_ = Literal["title", "also", "card", "question", "says", "short", "demo", "preset", "topic", "about", "answer"]
_WEIGHTS: Mapping[Place_, float] = {
    "title": 1.0, "also": 0.95, "card": 0.75, "question": 0.75, "says": 0.75, "demo": 0.5, "preset": 0.5, "about": 0.55,
    "short": 0.45, "topic": 0.35, "answer": 0.4,
}  # fmt: skip
_RAISED = re.compile(r"<sup>([^<]*)</sup>")
_HIGH = str.maketrans("0123456789+-−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ")
_TAG, _CITED = re.compile(r"<[^>]+>"), re.compile(r'<sup class="cite">.*?</sup>')
_COMMAND, _BRACES = re.compile(r"\\([a-zA-Z]+)"), re.compile(r"[{}$]")
_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "eta": "η", "theta": "θ", "kappa": "κ",
    "lambda": "λ", "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "chi": "χ", "psi": "ψ",
    "omega": "ω", "Delta": "Δ", "Sigma": "Σ", "Phi": "Φ", "times": "×", "cdot": "·", "le": "≤", "ge": "≥", "sum": "∑",
    "approx": "≈", "ne": "≠", "to": "→", "infty": "∞", "log": "log", "ln": "ln", "exp": "exp", "max": "max",
    "min": "min", "tanh": "tanh", "in": "∈", "nabla": "∇", "partial": "∂", "sqrt": "√", "top": "ᵀ", "pm": "±",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """A text that is searched: where it stands in the thing, in which language, and how much a match in it counts."""

    place: Place_
    lang: Lang
    text: str

    @property
    def weight(self) -> float:
        return _WEIGHTS[self.place]


Fields = tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing that can be found. path: where it is, without the language; act: what scripts do instead."""

    kind: Kind
    id: str
    path: str
    title: Text
    about: Text
    fields: tuple[Field, ...]
    act: str = ""


def entries(catalogue: Catalogue, alike: Iterable[Alike], places: Iterable[Place]) -> Iterator[Entry]:
    """Everything but the learner's own."""
    names: dict[str, list[str]] = {}
    for term in catalogue.glossary.terms.values():
        names.setdefault(term.card or "", []).extend((*term.forms("zh"), *term.forms("en")))
    called: dict[str, list[str]] = {}
    for group in alike:
        for slug in group.cards:
            called.setdefault(slug, []).extend(group.same)
    for card in catalogue.cards.values():
        yield _card(catalogue, card, called.get(card.slug, ()), names.get(card.slug, ()))
    for demo in catalogue.demos.values():
        presets = [preset.title for preset in demo.presets.values()]
        cards = [card.title for card in catalogue.cards_of_demo(demo.id)]
        fields: Fields = (*_both("title", demo.title), *_both("about", demo.summary))
        fields += tuple(field for each in presets for field in _both("preset", each))
        fields += tuple(field for each in cards for field in _both("card", each))
        yield Entry("demo", demo.id, f"/demos/{demo.id}", demo.title, _readable(catalogue, demo.summary), fields)
    for card, claim in catalogue.claims():
        says, instead = (_readable(catalogue, words, card.slug) for words in (claim.says, claim.instead))
        fields = (*_both("says", says), *_both("answer", instead), *_both("topic", card.title))
        yield Entry("claim", f"{card.slug}/{claim.id}", f"/cards/{card.slug}#claim-{claim.id}", says, instead, fields)
    for term in catalogue.glossary.terms.values():
        also = [Field("also", lang, form) for lang in ("zh", "en") for form in term.forms(lang)[1:]]
        fields = (*_both("title", term.term), *also, *_both("about", term.meaning))
        yield Entry("term", term.id, f"/glossary#{term.id}", term.term, _readable(catalogue, term.meaning), fields)
    for topic in catalogue.topics:
        fields = (*_both("title", topic.title), *_both("about", topic.summary))
        yield Entry("page", f"topic-{topic.id}", f"/topics/{topic.id}", topic.title, topic.summary, fields)
    for place in places:
        also = [Field("also", "en" if form.isascii() else "zh", form) for form in place.also]
        fields = (*_both("title", place.title), *also, *_both("about", place.about))
        kind: Kind = "action" if place.act or place.id.startswith("do-") else "page"
        yield Entry(kind, place.id, place.path, place.title, place.about, fields, place.act)


def own_entries(own: Mapping[str, OwnItem], decks: Mapping[str, str]) -> Iterator[Entry]:
    """The learner's own questions that stand in their decks."""
    for one in own.values():
        if one.removed:
            continue
        title, answer = headline(one.item), one.item.answer.zh[:2000] if one.item.answer else ""
        fields: Fields = (Field("title", "zh", title), Field("question", "zh", one.item.prompt.zh[:2000]))
        fields += (Field("answer", "zh", answer),) if answer else ()
        deck = decks.get(one.deck, "") or title
        path = f"/notes/{one.key.split('/')[0]}"
        yield Entry("own", one.key, path, Text(zh=title or "?", en=title or "?"), Text(zh=deck, en=deck), fields)


def _card(catalogue: Catalogue, card: Card, called: Iterable[str], terms: Iterable[str]) -> Entry:
    demos = [catalogue.demos[use].title for use in {u.id: 1 for u in card.facts.demos} if use in catalogue.demos]
    fields: Fields = (*_both("title", card.title), *_both("question", _readable(catalogue, card.question, card.slug)))
    fields += tuple(Field("also", "en" if form.isascii() else "zh", form) for form in called)
    fields += tuple(Field("about", "en" if form.isascii() else "zh", form) for form in terms)
    fields += (Field("short", "zh", letters(card.zh.short.words)), Field("short", "en", letters(card.en.short.words)))
    fields += tuple(field for title in demos for field in _both("demo", title))
    fields += _both("topic", catalogue.topic(card.topic).title)
    return Entry(
        "card", card.slug, f"/cards/{card.slug}", card.title, _readable(catalogue, card.question, card.slug), fields
    )


def _both(place: Place_, text: Text) -> Fields:
    return Field(place, "zh", text.zh), Field(place, "en", text.en)


def _readable(catalogue: Catalogue, text: Text, slug: str = "") -> Text:
    """Without marks, with the numbers of its runs: in a list of results a formula is its letters."""
    zh, en = (plain(catalogue.inline(text, lang, slug, links=False)) for lang in LANGS)
    return Text(zh=zh or "—", en=en or "—")


def plain(html: str) -> str:
    """Text of inline HTML: powers stay powers, references go."""
    raised = _RAISED.sub(lambda found: found[1].translate(_HIGH), _CITED.sub("", html))
    return letters(unescape(_TAG.sub("", raised)))


def letters(tex: str) -> str:
    """Words with formulas as letters: `\\lambda_1` is λ_1."""
    return _BRACES.sub("", _COMMAND.sub(lambda found: _GREEK.get(found[1], ""), tex)).replace("\\", "").strip()
