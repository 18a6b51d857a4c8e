"""What the items of a log are: topic, card or deck, words. Items that are gone are counted, and named nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.content.models import ExerciseItem, PairItem, PredictItem, QuizItem
from app.content.notes.item import Name, headline
from app.kit.pair import Pair
from app.kit.text import Text, same
from app.services.asking import Reply, card_of
from app.services.catalogue import Catalogue
from app.services.notes.shelf import Joined, OwnItem


class Item(Reply):
    """An item as a list names it. prompt is Markdown until the web layer renders it. card: the slug of its card, or of
    a question of one's own; deck: the uid of that one's deck."""

    key: str
    card: str
    deck: str | None = None
    title: Text
    prompt: Text
    kind: str


@dataclass(frozen=True, slots=True)
class Content:
    """Topics in their order, items by key, the pairs that items ask by item key, prerequisites and demos by card; a
    learner's own questions by key, and the names of their decks, which stand beside the topics."""

    topics: Mapping[str, Text]
    items: Mapping[str, Item]
    topic_of: Mapping[str, str]
    pairs: Mapping[str, Pair]
    before: Mapping[str, tuple[str, ...]]
    demo_of: Mapping[str, str]
    own: Mapping[str, OwnItem] = field(default_factory=dict)
    decks: Mapping[str, str] = field(default_factory=dict)

    def joined(self, joined: Joined) -> "Content":
        """With a learner's own decks."""
        topics = {**self.topics, **{uid: same(name) for uid, name in joined.decks.items()}}
        return replace(self, topics=topics, own=joined.own, decks=joined.decks)

    def item(self, key: str) -> Item | None:
        """None for one that is gone."""
        if (own := self.own.get(key)) is None:
            return self.items.get(key)
        name, words = self.decks[own.deck], headline(own.item)
        return Item(
            key=key, card=card_of(key), deck=own.deck, title=Name(zh=name, en=name), prompt=Name(zh=words, en=words),
            kind=own.item.kind,
        )  # fmt: skip

    def topic(self, key: str) -> str:
        """Empty for an item that is gone."""
        own = self.own.get(key)
        return own.deck if own is not None else self.topic_of.get(key, "")

    def asks(self, key: str) -> bool:
        """Whether it is still asked: neither gone nor no longer in the file it came from."""
        own = self.own.get(key)
        return key in self.items if own is None else not own.removed

    def size(self) -> dict[str, int]:
        """How many items every topic asks."""
        found = dict.fromkeys(self.topics, 0)
        for topic in (*self.topic_of.values(), *(one.deck for one in self.own.values() if not one.removed)):
            found[topic] += 1
        return found


def content_of(catalogue: Catalogue) -> Content:
    """Of the whole catalogue."""
    refs = catalogue.items()
    return Content(
        topics={topic.id: topic.title for topic in catalogue.topics},
        items={
            ref.key: Item(
                key=ref.key, card=ref.card.slug, title=Text(zh=ref.card.title["zh"], en=ref.card.title["en"]),
                prompt=_prompt(catalogue, ref.item), kind=ref.item.kind,
            )
            for ref in refs
        },
        topic_of={ref.key: ref.topic for ref in refs},
        pairs={ref.key: catalogue.pair(ref.item) for ref in refs if isinstance(ref.item, PairItem)},
        before={slug: card.facts.prerequisites for slug, card in catalogue.cards.items()},
        demo_of={slug: card.facts.demos[0].id for slug, card in catalogue.cards.items() if card.facts.demos},
    )  # fmt: skip


def _prompt(catalogue: Catalogue, item: QuizItem) -> Text:
    """What an item asks, whatever the seed."""
    if isinstance(item, ExerciseItem):
        return catalogue.exercises[item.exercise].title
    if isinstance(item, PairItem):
        return catalogue.pair(item).title
    if isinstance(item, PredictItem):
        return catalogue.prediction(item).question
    return item.text if item.kind == "cloze" else item.prompt
