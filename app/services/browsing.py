"""Choosing among the cards: by topic, difficulty, what belongs to them, and what the learner has done. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.content.card import Card
from app.content.models import ExerciseItem
from app.services.catalogue import Catalogue
from app.services.days import study_day
from app.services.replay import Known

State = Literal["new", "begun", "due"]
Has = Literal["demo", "exercise", "myth"]


@dataclass(frozen=True, slots=True)
class Filters:
    """What to keep; what is empty keeps everything."""

    topic: str = ""
    levels: Collection[int] = ()
    has: Has | None = None
    state: State | None = None

    def keep(self, card: Card, states: Collection[State]) -> bool:
        return (
            self.topic in ("", card.topic)
            and (not self.levels or card.facts.difficulty in self.levels)
            and (self.has is None or self.has in belongings(card))
            and (self.state is None or self.state in states)
        )


def belongings(card: Card) -> frozenset[Has]:
    """What a card has: a demo, an exercise with new numbers every time, a myth put right."""
    has: set[Has] = {"demo"} if card.facts.demos else set()
    if any(isinstance(item, ExerciseItem) for item in card.facts.quiz):
        has.add("exercise")
    if any(claim.verdict == "wrong" for claim in card.facts.claims):
        has.add("myth")
    return frozenset(has)


def states(catalogue: Catalogue, known: Mapping[str, Known], now: datetime, tz: str) -> dict[str, frozenset[State]]:
    """Of every card: "new" while none of its questions was asked, else "begun", and "due" when one is due today."""
    today = study_day(now, tz)
    asked: dict[str, set[State]] = {slug: set() for slug in catalogue.cards}
    for item in catalogue.items():
        one = known.get(item.key)
        if one is None or one.rev != item.rev:
            continue
        asked[item.card.slug].add("begun")
        if study_day(one.due, tz) <= today:
            asked[item.card.slug].add("due")
    return {slug: frozenset(found or {"new"}) for slug, found in asked.items()}
