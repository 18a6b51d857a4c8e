"""Three hints, each saying more, all from the card itself. What a hint costs is the highest rating left."""

from app.content.card import Card
from app.content.models import KeyPoint
from app.kit.text import Text, text
from app.services.catalogue import Catalogue
from app.services.mock.likeness import likeness
from app.services.mock.script import Step
from app.services.mock.wording import first_sentence, opening, words_of

LEVELS = 3
CAPS = (4, 3, 3, 2)
"""The highest rating after so many hints: who was told a key point did not know it easily."""


def hints(catalogue: Catalogue, step: Step) -> tuple[Text, ...]:
    """1: the first words of the key points it is about (of the nearest one, for what is graded). 2: how the short
    answer begins. 3: a whole key point."""
    card = catalogue.card(step.card)
    points = _points(catalogue, card, step)
    heads = [opening(point.text) for point in points]
    zh, en = ("；".join(head.zh for head in heads), "; ".join(head.en for head in heads))
    count = len(points)
    first = text(
        zh=f"{count} 个要点，开头是：{zh}" if count > 1 else f"往这里想：{zh}",
        en=f"{count} key points. They begin: {en}" if count > 1 else f"Think of: {en}",
    )
    return first, first_sentence(card), points[0].text


def _points(catalogue: Catalogue, card: Card, step: Step) -> tuple[KeyPoint, ...]:
    rubric = card.facts.rubric
    if step.points:
        return tuple(point for point in rubric if point.id in step.points) or rubric[:1]
    item = next((item for item in card.facts.quiz if step.item == f"{card.slug}/{item.id}"), None)
    if item is None:
        return rubric[:1]
    (row,) = likeness([words_of(catalogue, card, item)], [point.text for point in rubric])
    return (rubric[row.index(max(row))],)
