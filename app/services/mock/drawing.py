"""Which cards a timed set asks: as many as fit the time, mixed by the weight of their topics. Pure."""

import random
from collections.abc import Collection, Mapping, Sequence

MINUTES_EACH = 7
"""A question with its follow-ups and its calculation: four minutes to answer, three for what comes after."""


def questions_in(minutes: int) -> int:
    """How many questions fit."""
    return max(1, round(minutes / MINUTES_EACH))


def shares(weights: Mapping[str, float], room: Mapping[str, int], count: int, rng: random.Random) -> dict[str, int]:
    """How many questions each topic gets: count · weight / Σ weights, never more than it has (`room`).

    Whole parts first; what is left over goes by lot, a topic's chance being its fraction (then its weight). So over
    many sets every topic is asked in proportion to its weight, also when there are more topics than questions.
    """
    live = {topic: weight for topic, weight in weights.items() if weight > 0 and room.get(topic, 0) > 0}
    given = dict.fromkeys(live, 0)
    total = sum(live.values())
    wanted = {topic: count * weight / total for topic, weight in live.items()}
    for topic in live:
        given[topic] = min(int(wanted[topic]), room[topic])
    while sum(given.values()) < count and (open_ := [t for t in live if given[t] < room[t]]):
        owed = [max(0.0, wanted[t] - given[t]) for t in open_]
        chosen = rng.choices(open_, owed if sum(owed) > 0 else [live[t] for t in open_])[0]
        given[chosen] += 1
    return given


def draw(
    cards: Mapping[str, Sequence[str]],
    weights: Mapping[str, float],
    count: int,
    rng: random.Random,
    avoid: Collection[str] = (),
) -> tuple[str, ...]:
    """Slugs, no card twice, in the order they are asked. cards: those of each topic. weights: of each topic; a topic
    without one is not asked. avoid: cards that were just asked, taken only when their topic has no others."""
    given = shares(weights, {topic: len(slugs) for topic, slugs in cards.items()}, count, rng)
    chosen: list[str] = []
    for topic, share in given.items():
        shuffled = rng.sample(list(cards[topic]), len(cards[topic]))
        chosen += sorted(shuffled, key=lambda slug: slug in avoid)[:share]
    rng.shuffle(chosen)
    return tuple(chosen)
