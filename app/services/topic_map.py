"""The map of the cards: a lane a topic, a column a step of prerequisites, an arrow from each card to what builds on it.

Pure geometry, in the units of the picture; templates/pages/map.html draws it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.content.card import Card
from app.content.models import Topic
from app.kit import Lang
from app.kit.text import broken

NODE_WIDTH, NODE_HEIGHT = 188.0, 48.0
GAP_X, GAP_Y, LANE_PADDING, LANE_LABEL, MARGIN = 44.0, 12.0, 16.0, 28.0, 8.0
LINE_EM = 13.0
"""What fits into a line of a node, in em: a Chinese character is one, a Latin letter about half."""


@dataclass(frozen=True, slots=True)
class MapNode:
    """A card at (x, y), its upper left corner. lines: its title, broken into one or two lines."""

    card: Card
    x: float
    y: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MapEdge:
    """From a prerequisite (right side) to the card that needs it (left side)."""

    before: str
    after: str
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Lane:
    """A topic's stripe."""

    topic: Topic
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class TopicMap:
    width: float
    height: float
    lanes: tuple[Lane, ...]
    nodes: tuple[MapNode, ...]
    edges: tuple[MapEdge, ...]


def topic_map(topics: Sequence[Topic], cards: Mapping[str, Card], lang: Lang) -> TopicMap:
    """The map of these cards; topics without cards are left out. Prerequisites that are no cards, or that go round in a
    circle, are passed over (`warmup check` names them)."""
    steps = {slug: _step(slug, cards, ()) for slug in cards}
    lanes: list[Lane] = []
    nodes: dict[str, MapNode] = {}
    y = MARGIN
    for topic in topics:
        own = [card for card in cards.values() if card.topic == topic.id]
        if not own:
            continue
        rows: dict[int, int] = {}
        for card in own:
            column = steps[card.slug]
            row = rows.get(column, 0)
            rows[column] = row + 1
            nodes[card.slug] = MapNode(
                card,
                MARGIN + LANE_PADDING + column * (NODE_WIDTH + GAP_X),
                y + LANE_LABEL + row * (NODE_HEIGHT + GAP_Y),
                _lines(card.title[lang]),
            )
        height = LANE_LABEL + max(rows.values()) * (NODE_HEIGHT + GAP_Y) - GAP_Y + LANE_PADDING
        lanes.append(Lane(topic, y, height))
        y += height + GAP_Y
    columns = 1 + max(steps.values(), default=0)
    width = 2 * (MARGIN + LANE_PADDING) + columns * (NODE_WIDTH + GAP_X) - GAP_X
    edges = tuple(
        MapEdge(
            before, slug, nodes[before].x + NODE_WIDTH, nodes[before].y + NODE_HEIGHT / 2, nodes[slug].x,
            nodes[slug].y + NODE_HEIGHT / 2,
        )
        for slug in nodes
        for before in cards[slug].facts.prerequisites
        if before in nodes and steps[before] < steps[slug]
    )  # fmt: skip
    return TopicMap(width, y - GAP_Y + MARGIN, tuple(lanes), tuple(nodes.values()), edges)


def _step(slug: str, cards: Mapping[str, Card], seen: tuple[str, ...]) -> int:
    """Length of the longest chain of prerequisites that leads to a card."""
    known = [p for p in cards[slug].facts.prerequisites if p in cards and p not in (*seen, slug)]
    return 1 + max((_step(p, cards, (*seen, slug)) for p in known), default=-1)


def _lines(title: str) -> tuple[str, ...]:
    """One line or two; what is too long for two ends in an ellipsis."""
    lines = broken(title, LINE_EM)
    return tuple(lines) if len(lines) <= 2 else (lines[0], f"{lines[1]}…")
