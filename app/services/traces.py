"""The memory behind every review of a log at once: FSRS-6 in numpy, all items side by side, review by review.

The same recurrence as services/scheduling, a hundred times faster on a long log; tests hold the two together. Used to
look back (progress, fitting), never to schedule.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_LEAST_STABILITY = 0.001


@dataclass(frozen=True, slots=True, eq=False)
class Traces:
    """One entry a review, in the order of the log. recall: predicted just before it, NaN for an item's first.
    stability (days), difficulty: just after it."""

    recall: Floats
    stability: Floats
    difficulty: Floats


MEMORY_KINDS = ("review", "keep", "soon", "reset")
"""Kinds of lines that say which memory a review goes on with (services/replay.py `handled`)."""


def runs(keys: Sequence[str], revs: Sequence[int], kinds: Sequence[str]) -> Ints:
    """A number for every unbroken memory (n,), -1 for what is no review: an item, begun anew when it was reset or
    another revision of it is asked, unless its memory was kept for that revision."""
    last: dict[str, tuple[int, int]] = {}
    out = np.full(len(keys), -1, np.int64)
    count = 0
    for i, (key, rev, kind) in enumerate(zip(keys, revs, kinds, strict=True)):
        known = last.get(key)
        if kind != "review":
            if kind == "reset":
                last.pop(key, None)
            elif known is not None:
                last[key] = (rev, known[1])
            continue
        if known is None or known[0] != rev:
            known = last[key] = (rev, count)
            count += 1
        out[i] = known[1]
    return out


def recall(elapsed: Floats | Ints | float, stability: Floats, decay: Floats | float) -> Floats:
    """Probability of recall `elapsed` days after a review: (1 + f t/S)^-decay, with R(S) = 0.9."""
    factor = np.power(0.9, -1 / np.asarray(decay)) - 1
    return np.asarray(np.power(1 + factor * elapsed / stability, -np.asarray(decay)))


def traces(
    run: Ints,
    rating: Ints,
    elapsed: Ints,
    weights: Floats,
    which: Ints | None = None,
    adopted: Mapping[int, tuple[float, float]] | None = None,
) -> Traces:
    """Plays the log. run, rating, elapsed: (n,); weights: (sets, 21); which: (n,) the set each review was computed
    with (default: the first); adopted: stability and difficulty that an import brought with some reviews, by place."""
    n = len(run)
    which = np.zeros(n, np.int64) if which is None else which
    before, stability, difficulty = np.full(n, np.nan), np.full(n, np.nan), np.full(n, np.nan)
    order = np.argsort(run, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(run[order]) != 0]) if n else np.empty(0, np.int64)
    place = np.arange(n) - np.repeat(starts, np.diff(np.r_[starts, n]))
    brought = np.full((n, 2), np.nan)
    for i, state in (adopted or {}).items():
        brought[i] = state
    for step in range(int(place.max(initial=-1)) + 1):
        at = np.flatnonzero(place == step)
        now = order[at]
        w, g = weights[which[now]].T, rating[now]
        if step == 0:
            after, hard = w[g - 1, np.arange(len(g))], np.clip(_first_difficulty(w, g), 1, 10)
        else:
            last = order[at - 1]
            s, d, t = stability[last], difficulty[last], elapsed[now]
            r = before[now] = recall(t, s, w[20])
            after = np.where(t < 1, same_day(w, s, g), next_stability(w, s, d, r, g))
            hard = next_difficulty(w, d, g)
        kept = np.isnan(brought[now])
        stability[now] = np.where(kept[:, 0], np.maximum(after, _LEAST_STABILITY), brought[now, 0])
        difficulty[now] = np.where(kept[:, 1], hard, brought[now, 1])
    return Traces(before, stability, difficulty)


def _first_difficulty(w: Floats, g: Ints | float) -> Floats:
    return np.asarray(w[4] - np.exp(w[5] * (g - 1)) + 1)


def next_difficulty(w: Floats, d: Floats, g: Ints) -> Floats:
    """Difficulty after a rating: damped towards 10, drawn back to that of an easy first answer."""
    moved = d - w[6] * (g - 3) * (10 - d) / 9
    return np.asarray(np.clip(w[7] * _first_difficulty(w, 4.0) + (1 - w[7]) * moved, 1, 10))


def next_stability(w: Floats, s: Floats, d: Floats, r: Floats, g: Ints) -> Floats:
    """Stability after a review on a later day, recalled (g > 1) or not."""
    bonus = np.where(g == 2, w[15], 1.0) * np.where(g == 4, w[16], 1.0)
    recalled = s * (1 + np.exp(w[8]) * (11 - d) * s ** -w[9] * (np.exp((1 - r) * w[10]) - 1) * bonus)
    forgot = w[11] * d ** -w[12] * ((s + 1) ** w[13] - 1) * np.exp((1 - r) * w[14])
    return np.asarray(np.where(g == 1, np.minimum(forgot, s / np.exp(w[17] * w[18])), recalled))


def same_day(w: Floats, s: Floats, g: Ints) -> Floats:
    """Stability after another review on the same day."""
    grown = np.exp(w[17] * (g - 3 + w[18])) * s ** -w[19]
    return np.asarray(s * np.where(g > 1, np.maximum(grown, 1.0), grown))
