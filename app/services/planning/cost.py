"""What one answer to an item takes this learner, in seconds, from the times of the answers before. Pure.

Each estimate leans on the next wider one as much as its own data are few: the item on its kind (a recall takes longer
than a choice), the kind on everything, everything on 20 seconds.
"""

from collections import defaultdict
from collections.abc import Sequence
from statistics import fmean, median

import numpy as np

from app.services.asking import ItemRef
from app.services.planning.memory import Floats
from app.services.queue import LONGEST_SECONDS, SECONDS_EACH

OVERALL_PRIOR, KIND_PRIOR, ITEM_PRIOR = 10, 8, 3
"""How many answers the wider estimate is worth."""


def seconds(items: Sequence[ItemRef], durations: Sequence[tuple[str, int]]) -> Floats:
    """Seconds an answer, in the order of the items. durations: (item key, milliseconds) of past answers."""
    kinds = {ref.key: ref.item.kind for ref in items}
    by_item: defaultdict[str, list[float]] = defaultdict(list)
    by_kind: defaultdict[str, list[float]] = defaultdict(list)
    for key, milliseconds in durations:
        if key in kinds:
            took = clipped(milliseconds)
            by_item[key].append(took)
            by_kind[kinds[key]].append(took)
    everything = [took for times in by_kind.values() for took in times]
    overall = _shrunk(median(everything) if everything else 0.0, len(everything), SECONDS_EACH, OVERALL_PRIOR)
    of_kind = {kind: _shrunk(median(times), len(times), overall, KIND_PRIOR) for kind, times in by_kind.items()}
    wider = {key: of_kind.get(kind, overall) for key, kind in kinds.items()}
    return np.array(
        [
            _shrunk(fmean(by_item[ref.key]), len(by_item[ref.key]), wider[ref.key], ITEM_PRIOR)
            if ref.key in by_item
            else wider[ref.key]
            for ref in items
        ]
    )


def clipped(milliseconds: int) -> float:
    """Seconds of an answer: a tab left open is not time spent thinking, and nobody answers in under a second."""
    return min(max(milliseconds / 1000, 1.0), LONGEST_SECONDS)


def _shrunk(own: float, count: int, wider: float, worth: int) -> float:
    return (count * own + worth * wider) / (count + worth) if count else wider
