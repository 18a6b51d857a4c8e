"""What a mock asks: for every card an open question, the follow-ups its missed key points lead to, and a calculation.

The script is drawn once, stored with the mock, and never drawn again: a card that changes later does not change it.
"""

import random
from collections.abc import Callable, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.content.card import Card
from app.content.models import PairItem, QuizItem, RecallItem
from app.errors import NotFound
from app.kit.text import Text
from app.services.asking import MAX_SEED
from app.services.catalogue import Catalogue
from app.services.mock.likeness import likeness
from app.services.mock.wording import words_of

StepKind = Literal["open", "check", "follow-up"]


class _Stored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(_Stored):
    """One question. open: a free answer, ticked against key points · check: graded by the machine · follow-up: one of
    the card's own, judged by oneself. points: the key points it is about. item: its key, unless it is a follow-up."""

    id: str
    kind: StepKind
    card: str
    item: str | None = None
    follow_up: str | None = None
    rev: int = 1
    seed: int
    points: tuple[str, ...] = ()


class Link(_Stored):
    """Missing this key point leads to this question."""

    point: str
    step: Step


class Stage(_Stored):
    """A card's turn."""

    card: str
    topic: str
    main: Step
    chain: tuple[Link, ...] = ()
    check: Step | None = None

    def steps(self) -> tuple[Step, ...]:
        """Every question that may come up."""
        return (self.main, *(link.step for link in self.chain), *((self.check,) if self.check else ()))

    def steps_once(self) -> tuple[Step, ...]:
        """The same, each once: several points may lead to one question."""
        return tuple({step.id: step for step in self.steps()}.values())


class Script(_Stored):
    stages: tuple[Stage, ...]

    def steps_once(self) -> tuple[Step, ...]:
        return tuple(step for stage in self.stages for step in stage.steps_once())


def pool(catalogue: Catalogue, aside: Callable[[str], bool] = lambda key: False) -> dict[str, list[str]]:
    """The cards that can be asked, by topic: a mock opens with a free question, so a card needs one.

    aside: whether the learner has put an item aside, by its key; a card is left out with its free question."""
    cards: dict[str, list[str]] = {}
    for card in catalogue.cards.values():
        if (main := _main(card)) and not aside(f"{card.slug}/{main.id}"):
            cards.setdefault(card.topic, []).append(card.slug)
    return cards


def _main(card: Card) -> RecallItem | None:
    """The card's widest free question; the first of equals."""
    recalls = [item for item in card.facts.quiz if isinstance(item, RecallItem)]
    return max(recalls, key=lambda item: len(item.points) or len(card.facts.rubric), default=None)


def write(catalogue: Catalogue, slugs: Sequence[str], seed: int) -> Script:
    """The script for these cards, in this order. The same cards, content and seed give the same script.

    Raises NotFound."""
    able = {slug for cards in pool(catalogue).values() for slug in cards}
    cards = [card for card in map(catalogue.card, slugs) if card.slug in able]
    return Script(stages=tuple(_stage(catalogue, card, str(n), seed) for n, card in enumerate(cards, 1)))


def renew(script: Script, catalogue: Catalogue, seed: int) -> Script:
    """The same questions with new numbers, for doing it again. What is gone is left out; what was revised is asked as
    it stands now."""
    rng = random.Random(seed)
    stages = []
    for stage in script.stages:
        main, check = _again(stage.main, catalogue, rng), stage.check and _again(stage.check, catalogue, rng)
        links = [(link.point, _again(link.step, catalogue, rng)) for link in stage.chain]
        chain = tuple(Link(point=point, step=step) for point, step in links if step)
        if main is not None:
            stages.append(stage.model_copy(update={"main": main, "check": check, "chain": chain}))
    return Script(stages=tuple(stages))


def standing(step: Step, catalogue: Catalogue) -> bool:
    """Whether its question is still there, as it was."""
    card = catalogue.cards.get(step.card)
    if card is None or step.item is None:
        return card is not None and any(f.id == step.follow_up for f in card.facts.follow_ups)
    return _rev(catalogue, step.item) == step.rev


def _rev(catalogue: Catalogue, key: str) -> int | None:
    """The revision an item has now; None when it is gone."""
    try:
        return catalogue.item(key).rev
    except NotFound:
        return None


def askable(script: Script, catalogue: Catalogue) -> Script:
    """Without the questions that are gone or were revised since; what was answered of them stays in the log."""
    stages = []
    for stage in script.stages:
        if standing(stage.main, catalogue):
            chain = tuple(link for link in stage.chain if standing(link.step, catalogue))
            check = stage.check if stage.check and standing(stage.check, catalogue) else None
            stages.append(stage.model_copy(update={"chain": chain, "check": check}))
    return Script(stages=tuple(stages))


def _again(step: Step, catalogue: Catalogue, rng: random.Random) -> Step | None:
    seed = rng.randint(0, MAX_SEED)  # drawn for every step, so that one that is gone changes no other
    rev = (_rev(catalogue, step.item) if step.item else None) or step.rev
    fresh = step.model_copy(update={"seed": seed, "rev": rev})
    return fresh if standing(fresh, catalogue) else None


def _stage(catalogue: Catalogue, card: Card, id: str, seed: int) -> Stage:
    rng = random.Random(f"{seed}/{card.slug}")
    main = _main(card)
    assert main is not None
    open_ = _item_step(card, main, id, rng, main.points or tuple(p.id for p in card.facts.rubric))
    checks = _checks(catalogue, card)
    check = rng.choice(checks) if checks else None
    others = [i for i in card.facts.quiz if isinstance(i, RecallItem) and i is not main and i.points]
    follows = [item for item in checks if item is not check]
    return Stage(
        card=card.slug,
        topic=card.topic,
        main=open_,
        check=_item_step(card, check, f"{id}-check", rng) if check else None,
        chain=_chain(catalogue, card, open_, others, follows, rng),
    )


def _chain(
    catalogue: Catalogue,
    card: Card,
    main: Step,
    recalls: Sequence[RecallItem],
    checks: Sequence[QuizItem],
    rng: random.Random,
) -> tuple[Link, ...]:
    """Which question each key point leads to, when it is missed. No question serves two points, except a narrower open
    question, which is about all the points it names.

    1. the card's narrower open question on that point;
    2. else, of the card's follow-ups and objective items not given away yet, the one whose words are most like the
       point's (the best match of all is given away first).
    """
    rubric = {point.id: point.text for point in card.facts.rubric}
    links: dict[str, Step] = {}
    for item in recalls:
        step = _item_step(card, item, f"{main.id}-{item.id}", rng, item.points)
        for point in item.points:
            if point in main.points:
                links.setdefault(point, step)
    left = [point for point in main.points if point not in links]
    steps: list[tuple[Step, Text]] = [
        (
            Step(
                id=f"{main.id}-{f.id}", kind="follow-up", card=card.slug, follow_up=f.id, seed=rng.randint(0, MAX_SEED)
            ),
            words_of(catalogue, card, f),
        )
        for f in card.facts.follow_ups
    ]
    steps += [(_item_step(card, i, f"{main.id}-{i.id}", rng), words_of(catalogue, card, i)) for i in checks]
    table = likeness([rubric[point] for point in left], [text for _, text in steps])
    pairs = sorted((-table[p][s], p, s) for p in range(len(left)) for s in range(len(steps)) if table[p][s] > 0)
    used: set[int] = set()
    for _, p, s in pairs:
        if left[p] not in links and s not in used:
            links[left[p]] = steps[s][0].model_copy(update={"points": (left[p],)})
            used.add(s)
    return tuple(Link(point=point, step=links[point]) for point in main.points if point in links)


def _checks(catalogue: Catalogue, card: Card) -> list[QuizItem]:
    """What a machine grades, on a sheet of paper: no figure to look at."""
    usable = {entry.key for entry in catalogue.items()}
    return [
        item
        for item in card.facts.quiz
        if not isinstance(item, RecallItem | PairItem) and f"{card.slug}/{item.id}" in usable
    ]


def _item_step(card: Card, item: QuizItem, id: str, rng: random.Random, points: tuple[str, ...] = ()) -> Step:
    kind: StepKind = "open" if isinstance(item, RecallItem) else "check"
    seed = rng.randint(0, MAX_SEED)
    return Step(id=id, kind=kind, card=card.slug, item=f"{card.slug}/{item.id}", rev=item.rev, seed=seed, points=points)
