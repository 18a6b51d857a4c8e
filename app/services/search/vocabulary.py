"""The Latin words of everything that can be found: which of them a typed word may mean."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

How = Literal["exact", "prefix", "stem", "typo"]
Meant = dict[str, tuple[How, float]]
"""Word → how it was reached, and how well it fits (at most 1)."""


class Vocabulary:
    """Words, ready to be looked up by beginning and by likeness."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        self._beginnings: defaultdict[str, list[str]] = defaultdict(list)
        self._pairs: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._words:
            self._beginnings[word[:2]].append(word)
            for pair in _pairs(word):
                self._pairs[pair].append(word)
        self.meant = lru_cache(maxsize=2048)(self._meant)

    def _meant(self, typed: str) -> Meant:
        """The words that may be meant: itself, those it begins, its relatives; if there is none, near spellings."""
        meant: Meant = {typed: ("exact", 1.0)} if typed in self._words else {}
        for word in self._beginnings[typed[:2]] if len(typed) > 1 else ():
            if word in meant:
                continue
            if word.startswith(typed) and len(typed) > 2:
                meant[word] = ("prefix", 0.6 + 0.3 * len(typed) / len(word))
            elif word.startswith(typed):
                meant[word] = ("prefix", 0.4)
            elif (shared := _shared(word, typed)) >= 5 and max(len(word), len(typed)) - shared <= 4:
                meant[word] = ("stem", 0.7)
        strong = any(how in ("exact", "prefix") for how, _ in meant.values())
        return meant if strong else meant | self._misspelt(typed)

    def _misspelt(self, typed: str) -> Meant:
        most = 0 if len(typed) < 4 or typed.isdigit() else 1 if len(typed) < 7 else 2
        if not most:
            return {}
        shared: Counter[str] = Counter()
        for pair in _pairs(typed):
            shared.update(self._pairs.get(pair, ()))
        near: Meant = {}
        for word, count in shared.items():
            if abs(len(word) - len(typed)) <= most and count >= max(1, len(typed) + 1 - 3 * most) and len(word) > 3:
                apart = distance(typed, word, most)
                if apart <= most:
                    near[word] = ("typo", 0.85 - 0.15 * apart - (0.05 if word[0] != typed[0] else 0))
        return near


def distance(a: str, b: str, most: int) -> int:
    """Insertions, deletions, changes and swaps of neighbours that turn a into b; more than `most` counts as most + 1.

    >>> distance("gradeint", "gradient", 2), distance("sofmax", "softmax", 2), distance("relu", "gru", 1)
    (1, 1, 2)
    """
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, char in enumerate(a, 1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(b, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (char != other))
            if i > 1 and j > 1 and char == b[j - 2] and a[i - 2] == other:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most and (not before or min(before) > most):
            return most + 1
    return min(row[-1], most + 1)


def _pairs(word: str) -> set[str]:
    padded = f"^{word}$"
    return {padded[at : at + 2] for at in range(len(padded) - 1)}


def _shared(a: str, b: str) -> int:
    return next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
