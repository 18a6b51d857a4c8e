"""One card as the rest of the app sees it: its facts, and its words in each language as parsed markdown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markdown_it.token import Token

from app.content import markdown
from app.content.marks import Mention
from app.content.models import CardFacts
from app.content.scope import Runs, Scope
from app.content.terms import Marker
from app.kit.text import Lang, Text

SECTIONS = ("short", "why", "pitfalls", "follow-ups")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a card: its anchor, its heading, what stands under it. For a follow-up the heading is the question."""

    id: str
    heading: Sequence[Token]
    body: Sequence[Token]
    line: int

    @property
    def title(self) -> str:
        return markdown.plain(self.heading)

    @property
    def words(self) -> str:
        return markdown.plain(self.body)


@dataclass(frozen=True, slots=True)
class Words:
    """A card in one language."""

    lang: Lang
    title: str
    question: str
    short: Section
    why: Section
    pitfalls: Section
    follow_ups: Mapping[str, Section]
    """By anchor, in the order of the file."""
    follow_ups_title: str
    follow_ups_line: int

    @property
    def sections(self) -> tuple[Section, ...]:
        return (self.short, self.why, self.pitfalls, *self.follow_ups.values())


@dataclass(frozen=True, slots=True)
class Card:
    """A card. `card["zh"]` gives its words; `mentions` what its files name (runs, references, pictures), and where."""

    slug: str
    topic: str
    facts: CardFacts
    zh: Words
    en: Words
    folder: Path
    mentions: tuple[tuple[Path, Mention], ...]
    lines: Mapping[str, int]
    """Where in card.yml a list of facts stands ("claims", "quiz", …), and each of its members ("quiz.q1")."""

    def __getitem__(self, lang: Lang) -> Words:
        return self.zh if lang == "zh" else self.en

    @property
    def title(self) -> Text:
        return Text(zh=self.zh.title, en=self.en.title)

    @property
    def question(self) -> Text:
        return Text(zh=self.zh.question, en=self.en.question)

    @property
    def facts_file(self) -> Path:
        return self.folder / "card.yml"

    @property
    def cites(self) -> dict[str, int]:
        """The number of each of its references, in the order of card.yml."""
        return {key: number for number, key in enumerate(self.facts.references, 1)}

    def scope(
        self, lang: Lang, runs: Runs | None, *, links: bool = True, works: str = "", terms: Marker | None = None
    ) -> Scope:
        """What its texts are rendered in; see Scope."""
        return Scope(lang, self.cites, runs, links, works, terms)

    def line(self, name: str, id: str = "") -> int:
        """The line of card.yml where a fact stands: `line("quiz", "q1")`."""
        return self.lines.get(f"{name}.{id}", self.lines.get(name, 1))
