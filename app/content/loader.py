"""Loads /content: topics, references, glossary, words of the interface, cards. A broken card is left out, and said so.

`load(root)` never raises for what stands in a file: everything wrong is a Problem with file, line and remedy.
check.py adds what only demos, exercises and runs can tell.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from app.content import links, markdown, source, stored, words
from app.content.card import Card, Words
from app.content.finding import Alike, Place
from app.content.marks import mentions
from app.content.models import CardFacts, Reference, Term, Topic
from app.content.problems import Problem
from app.kit.text import LANGS, Text

Model = TypeVar("Model", bound=BaseModel)
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Library:
    """All content, read once. Cards by slug, in the order they are shown: topic, then question number."""

    root: Path
    topics: tuple[Topic, ...] = ()
    references: Mapping[str, Reference] = field(default_factory=dict)
    glossary: tuple[Term, ...] = ()
    alike: tuple[Alike, ...] = ()
    places: tuple[Place, ...] = ()
    ui: Mapping[str, Text] = field(default_factory=dict)
    cards: Mapping[str, Card] = field(default_factory=dict)
    computed: Mapping[str, float] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def load(root: Path) -> Library:
    """Reads everything below `root` (the folder `content`)."""
    problems: list[Problem] = []
    topics = _members(root / "topics.yml", Topic, problems)
    references = _mapping(root / "references.yml", Reference, problems)
    order = [topic.id for topic in topics]
    cards = [card for folder in _folders(root / "cards", order, problems) if (card := _card(folder, problems))]
    cards.sort(key=lambda card: (order.index(card.topic), card.facts.question_number or 10_000, card.slug))
    library = Library(
        root, tuple(topics), references,
        glossary=tuple(_members(root / "glossary.yml", Term, problems, optional=True)),
        alike=tuple(_members(root / "search.yml", Alike, problems, optional=True)),
        places=tuple(_members(root / "places.yml", Place, problems, optional=True)),
        ui=_interface(root / "ui.yml", problems),
        cards=_by_slug(cards, problems),
        computed=stored.read(root / stored.FILE, problems),
    )  # fmt: skip
    problems += links.check(library.cards, library.references)
    return replace(library, problems=tuple(sorted(set(problems))))


def _members(file: Path, model: type[Model], problems: list[Problem], *, optional: bool = False) -> list[Model]:
    """A file that is a list of things with an id."""
    document = None if optional and not file.exists() else source.load(file, problems)
    if document is None:
        return []
    if not isinstance(document.data, list):
        problems.append(Problem(file, 1, "must be a list", "begin every entry with - id: …"))
        return []
    found = [document.validate(model, problems, (at,)) for at in range(len(document.data))]
    ids: dict[str, Model] = {}
    for at, member in enumerate(found):
        if member is not None and ids.setdefault(member.id, member) is not member:  # type: ignore[attr-defined]
            problems.append(Problem(file, document.line((at,)), "this id stands twice", "choose another"))
    return list(ids.values())


def _mapping(file: Path, model: type[Model], problems: list[Problem]) -> dict[str, Model]:
    """A file that is a mapping key → thing."""
    document = source.load(file, problems)
    if document is None:
        return {}
    if not isinstance(document.data, dict):
        problems.append(Problem(file, 1, "must be a mapping", "begin every entry with its key: …"))
        return {}
    found = {str(key): document.validate(model, problems, (key,)) for key in document.data}
    return {key: member for key, member in found.items() if member is not None}


def _interface(file: Path, problems: list[Problem]) -> dict[str, Text]:
    """ui.yml: names → {zh, en}, grouped as deep as one likes; `nav: {cards: {zh, en}}` is "nav.cards"."""
    document = source.load(file, problems)
    words: dict[str, Text] = {}

    def collect(at: tuple[str, ...], data: object) -> None:
        if isinstance(data, dict) and not data.keys() & set(LANGS):
            for key, below in data.items():
                collect((*at, key), below)
        elif document and (words_here := document.validate(Text, problems, at)):
            words[".".join(at)] = words_here

    if document is not None:
        collect((), document.data)
    return words


def _folders(cards: Path, topics: list[str], problems: list[Problem]) -> Iterator[Path]:
    """Every folder cards/<topic>/<slug> whose topic is known."""
    for topic in _subfolders(cards):
        if topic.name not in topics:
            problems.append(Problem(topic, 0, f"no topic {topic.name!r}", "add it to topics.yml, or rename the folder"))
            continue
        yield from _subfolders(topic)


def _subfolders(folder: Path) -> list[Path]:
    return sorted(f for f in folder.iterdir() if f.is_dir() and f.name[0] not in "._") if folder.is_dir() else []


def _card(folder: Path, problems: list[Problem]) -> Card | None:
    before = len(problems)
    if not _SLUG.fullmatch(folder.name):
        problems.append(Problem(folder, 0, "not a slug", "name the folder in small letters, digits and single hyphens"))
    file = folder / "card.yml"
    document = source.load(file, problems)
    facts = document.validate(CardFacts, problems) if document else None
    zh, in_zh = words.load(folder / "zh.md", "zh", problems)
    en, in_en = words.load(folder / "en.md", "en", problems)
    if document is None or facts is None or zh is None or en is None:
        return None
    for lang in (zh, en):
        _same_follow_ups(folder / f"{lang.lang}.md", facts, lang, problems)
    if len(problems) > before:
        return None
    in_facts = [m for line, text in document.texts() for m in mentions(markdown.parse_inline(text), line)]
    named = [(file, m) for m in in_facts]
    named += [(folder / "zh.md", m) for m in in_zh] + [(folder / "en.md", m) for m in in_en]
    return Card(folder.name, folder.parent.name, facts, zh, en, folder, tuple(named), _lines(document))


def _same_follow_ups(file: Path, facts: CardFacts, words: Words, problems: list[Problem]) -> None:
    wanted, found = [f.id for f in facts.follow_ups], list(words.follow_ups)
    if wanted != found:
        problems.append(
            Problem(file, words.follow_ups_line, f"follow-ups are {found}, card.yml has {wanted}", "make them the same")
        )


def _lines(document: source.Document) -> dict[str, int]:
    """Lines of the lists in card.yml, and of their members by id (or by the word itself)."""
    lines: dict[str, int] = {}
    for name, members in document.data.items():
        lines[name] = document.line((name,))
        for at, member in enumerate(members if isinstance(members, list) else ()):
            id = member.get("id") if isinstance(member, dict) else member
            lines.setdefault(f"{name}.{id}", document.line((name, at)))
    return lines


def _by_slug(cards: list[Card], problems: list[Problem]) -> dict[str, Card]:
    by_slug: dict[str, Card] = {}
    for card in cards:
        if by_slug.setdefault(card.slug, card) is not card:
            first = by_slug[card.slug].folder
            problems.append(Problem(card.folder, 0, f"the slug is taken by {first}", "choose another folder name"))
    return by_slug
