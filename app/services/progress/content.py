"""What the items of a log are: topic, card, words. Items that are gone from the content keep their place in the log."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.content.models import ExerciseItem, PairItem, PredictItem, QuizItem
from app.kit.pair import Pair
from app.kit.text import Text, text
from app.services.asking import Reply, card_of
from app.services.catalogue import Catalogue

GONE = text(zh="（这道题已移除）", en="(an item since removed)")


class Item(Reply):
    """An item as a list names it. prompt is Markdown until the web layer renders it."""

    key: str
    card: str
    title: Text
    prompt: Text
    kind: str


@dataclass(frozen=True, slots=True)
class Content:
    """Topics in their order, items by key, the pairs that items ask by item key, prerequisites and demos by card."""

    topics: Mapping[str, Text]
    items: Mapping[str, Item]
    topic_of: Mapping[str, str]
    pairs: Mapping[str, Pair]
    before: Mapping[str, tuple[str, ...]]
    demo_of: Mapping[str, str]

    def item(self, key: str) -> Item:
        found = self.items.get(key)
        return found or Item(key=key, card=card_of(key), title=GONE, prompt=GONE, kind="")


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
