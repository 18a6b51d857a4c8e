"""All there is to study, in memory, built once: cards, quiz items, references, demos and exercises, and their HTML.

It never runs a demo: the numbers in prose come from content/computed.json. Exercises are asked here (numpy only).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.content import markdown
from app.content.card import Card, Section
from app.content.loader import Library
from app.content.models import (
    Claim,
    ExerciseItem,
    KeyPoint,
    PairItem,
    PredictItem,
    QuizItem,
    Reference,
    RunRef,
    Term,
    Topic,
)
from app.content.problems import Problem
from app.content.scope import Scope
from app.content.stored import StoredRuns
from app.content.terms import Glossary, Marker
from app.demos import demos as all_demos
from app.errors import NotFound
from app.exercises import exercises as all_exercises
from app.kit import Asked, Demo, Exercise, Lang, Pair, Prediction, Text, text
from app.pairs import pairs as all_pairs


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """A quiz item and the card it belongs to. `key` ("slug/item-id") names it in the log of reviews for ever."""

    card: Card
    item: QuizItem

    @property
    def key(self) -> str:
        return f"{self.card.slug}/{self.item.id}"

    @property
    def rev(self) -> int:
        return self.item.rev

    @property
    def topic(self) -> str:
        return self.card.topic

    @property
    def rubric(self) -> tuple[KeyPoint, ...]:
        return self.card.facts.rubric


@dataclass(frozen=True, slots=True)
class NumberedReference:
    """A reference as a page lists it; its anchor is `ref-<key>`."""

    number: int
    key: str
    work: Reference


@dataclass(frozen=True, slots=True)
class FollowUpPage:
    """A follow-up question with its answer; `card` answers it at length, if there is one."""

    id: str
    question: str
    answer: str
    card: Card | None


@dataclass(frozen=True, slots=True)
class CardPage:
    """A card's words in one language, as HTML. Titles are those of the sections, plain."""

    lang: Lang
    title: str
    question: str
    short: str
    why: str
    pitfalls: str
    follow_ups: tuple[FollowUpPage, ...]
    titles: Mapping[str, str]
    terms: tuple[Term, ...]
    """What the glossary explains on this page, in the order of first use."""


class Catalogue:
    """The read model. Topics and cards are in the order they are shown; `problems` says what was left out, and why."""

    def __init__(
        self,
        library: Library,
        demos: Mapping[str, Demo] | None = None,
        exercises: Mapping[str, Exercise] | None = None,
        pairs: Mapping[str, Pair] | None = None,
    ) -> None:
        self.topics: tuple[Topic, ...] = library.topics
        self.cards: Mapping[str, Card] = library.cards
        self.references: Mapping[str, Reference] = library.references
        self.glossary = Glossary(library.glossary)
        self.problems: tuple[Problem, ...] = library.problems
        self.demos: Mapping[str, Demo] = all_demos() if demos is None else demos
        self.exercises: Mapping[str, Exercise] = all_exercises() if exercises is None else exercises
        self.pairs: Mapping[str, Pair] = all_pairs() if pairs is None else pairs
        self.runs = StoredRuns(library.computed, self.demos)
        items = [CatalogueItem(card, item) for card in self.cards.values() for item in card.facts.quiz]
        self._items = {item.key: item for item in items if self._usable(item.item)}
        self._pages: dict[tuple[str, Lang], CardPage] = {}
        self._sentence = lru_cache(maxsize=4096)(self._render)

    def topic(self, id: str) -> Topic:
        """Raises NotFound."""
        for topic in self.topics:
            if topic.id == id:
                return topic
        raise NotFound(text(zh="没有这个主题。", en="There is no such topic."))

    def card(self, slug: str) -> Card:
        """Raises NotFound."""
        if slug not in self.cards:
            raise NotFound(text(zh="没有这张卡片。", en="There is no such card."))
        return self.cards[slug]

    def cards_of(self, topic: str) -> tuple[Card, ...]:
        return tuple(card for card in self.cards.values() if card.topic == topic)

    def cards_of_demo(self, demo: str) -> tuple[Card, ...]:
        """The cards that show a demo."""
        return tuple(card for card in self.cards.values() if any(use.id == demo for use in card.facts.demos))

    def prerequisites(self, card: Card) -> tuple[Card, ...]:
        return tuple(self.cards[slug] for slug in card.facts.prerequisites if slug in self.cards)

    def references_of(self, keys: Iterable[str]) -> tuple[NumberedReference, ...]:
        """Works by key, numbered as `[@key]` marks show them; a card's are `references_of(card.facts.references)`."""
        return tuple(
            NumberedReference(number, key, self.references[key])
            for number, key in enumerate(keys, 1)
            if key in self.references
        )

    def claims(self) -> tuple[tuple[Card, Claim], ...]:
        """Every claim of every card."""
        return tuple((card, claim) for card in self.cards.values() for claim in card.facts.claims)

    def items(self) -> tuple[CatalogueItem, ...]:
        """Every quiz item that can be asked, card by card."""
        return tuple(self._items.values())

    def item(self, key: str) -> CatalogueItem:
        """By "slug/item-id"; raises NotFound."""
        if key not in self._items:
            raise NotFound(text(zh="没有这道题。", en="There is no such item."))
        return self._items[key]

    def ask(self, item: QuizItem, seed: int) -> Asked:
        """The concrete question of an exercise item; the same seed gives the same question for ever."""
        if not isinstance(item, ExerciseItem):
            raise TypeError(f"{item.id} is a {item.kind} item, not an exercise")
        return self.exercises[item.exercise].ask(seed, item.level)

    def pair(self, item: PairItem) -> Pair:
        """The confusion pair of a pair item."""
        return self.pairs[item.pair]

    def prediction(self, item: PredictItem) -> Prediction:
        """The demo's prediction that a predict item asks for."""
        return self.demos[item.demo].prediction(item.prediction)

    def computed(self, demo: str, preset: str, scalar: str) -> float | None:
        """The stored number of a run that a card names; None when it is not stored."""
        return self.runs.value(RunRef(demo=demo, preset=preset, scalar=scalar))

    def page(self, slug: str, lang: Lang) -> CardPage:
        """A card's words as HTML, rendered once a language; raises NotFound."""
        card = self.card(slug)
        if (slug, lang) not in self._pages:
            self._pages[slug, lang] = self._drawn(card, lang)
        return self._pages[slug, lang]

    def inline(self, sentence: Text, lang: Lang, slug: str = "", links: bool = True, works: str = "") -> str:
        """HTML of any bilingual sentence (a claim, a prompt, a note). slug: the card whose references it may cite.
        links=False where a link cannot stand: in a label or a button. works: where its references are listed."""
        return self._sentence(sentence, lang, slug, links, works)

    def _usable(self, item: QuizItem) -> bool:
        """False for an item whose exercise or prediction is gone: `warmup check` says so, the reader never meets it."""
        if isinstance(item, ExerciseItem):
            return item.exercise in self.exercises and item.level <= self.exercises[item.exercise].levels
        if isinstance(item, PairItem):
            return item.pair in self.pairs
        if isinstance(item, PredictItem):
            demo = self.demos.get(item.demo)
            return demo is not None and any(p.id == item.prediction for p in demo.predictions)
        return True

    def _drawn(self, card: Card, lang: Lang) -> CardPage:
        words = card[lang]
        marker = Marker(self.glossary, lang)
        scope, marked = card.scope(lang, self.runs), card.scope(lang, self.runs, terms=marker)

        def html(section: Section) -> str:
            return markdown.render(section.body, marked)

        short, why, pitfalls = html(words.short), html(words.why), html(words.pitfalls)  # as they are read
        follow_ups = tuple(
            FollowUpPage(
                id=follow_up.id,
                question=markdown.render(words.follow_ups[follow_up.id].heading, scope),
                answer=html(words.follow_ups[follow_up.id]),
                card=self.cards.get(follow_up.card or ""),
            )
            for follow_up in card.facts.follow_ups
        )
        return CardPage(
            lang, words.title, markdown.inline(words.question, scope), short, why, pitfalls, follow_ups,
            {s.id: s.title for s in (words.short, words.why, words.pitfalls)} | {"follow-ups": words.follow_ups_title},
            tuple(marker.used),
        )  # fmt: skip

    def _render(self, sentence: Text, lang: Lang, slug: str, links: bool, works: str) -> str:
        card = self.cards.get(slug)
        scope = card.scope(lang, self.runs, links=links, works=works) if card else Scope(lang, {}, self.runs, links)
        return markdown.inline(sentence[lang], scope)
