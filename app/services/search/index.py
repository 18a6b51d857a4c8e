"""Ranks entries for what was typed: parts of the query (terms, words, Chinese) against the fields of every entry.

A part counts by how rare it is among the entries, a field by where it stands; what meets little of the query is left
out. Pure, and the same for everybody.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from app.services.search.entries import Entry, Field
from app.services.search.folding import fold, is_han, whole
from app.services.search.vocabulary import How, Meant, Vocabulary

Reached = How | Literal["same", "part", "order"]
"""How a part was met. same: by another wording of the term; part: by most of its characters; order: by its characters
in order, others between them."""
_KIND = {"card": 1.0, "demo": 0.93, "page": 0.95, "action": 0.95, "term": 0.85, "own": 0.85, "claim": 0.72}
_ENOUGH = 0.55
"""The share of a query, weighed by rarity, that a result must meet."""
_ONE_CHARACTER = 0.25
"""A single Chinese character says little: it decides between what else is alike."""
_STOP = frozenset(
    fold(
        "a an the of in on for and or to is are be do does did what why how when which who can could should would with "
        "you your it its that this than from by as at explain describe compare tell me about between difference vs "
        "versus differ mean use used i we not"
    ).split()
)
_STOP_HAN = re.compile(
    r"什么是|是什么|有什么|为什么|为何|如何|怎么样?|怎样|哪些|哪个|请|简述|解释|介绍|说说|谈谈|一下|有?什么?区别|分别|以及|"
    r"[和与的了吗呢在有是会做用]"
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an entry was found: what was typed, what it met, how, and where."""

    typed: str
    met: str
    how: Reached
    field: Field
    forms: tuple[str, ...] = ()
    """Other wordings of what was met, worth marking."""


@dataclass(frozen=True, slots=True)
class Hit:
    entry: Entry
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    typed: str
    forms: tuple[str, ...] = ()
    """Wordings of the term that was typed; the first is the one typed. Empty for a plain word or Chinese."""


class Terms:
    """Groups of wordings that mean the same, found in what was typed."""

    def __init__(self, groups: Iterable[Sequence[str]]) -> None:
        self._groups = [tuple(dict.fromkeys(each for form in group for each in _written(form))) for group in groups]
        self._of: dict[str, list[int]] = {}
        for at, group in enumerate(self._groups):
            for form in filter(None, group):
                self._of.setdefault(form, []).append(at)
        forms = sorted((f for f in self._of if len(f) > 1), key=len, reverse=True)
        edged = (
            (r"(?<![a-z0-9])" if not is_han(f[0]) else "")
            + re.escape(f)
            + (r"(?![a-z0-9])" if not is_han(f[-1]) else "")
            for f in forms
        )
        self._pattern = re.compile("|".join(edged) or r"(?!)")

    def parts(self, query: str) -> list[_Part]:
        """The query cut into terms, words and runs of Chinese; without its empty words if anything else is left."""
        folded, parts, at = fold(query), list[_Part](), 0
        for found in self._pattern.finditer(folded):
            parts += self._rest(folded[at : found.start()])
            groups = self._of[found[0]]
            forms = (found[0], *(f for g in groups for f in self._groups[g] if f != found[0]))
            parts.append(_Part(found[0], tuple(dict.fromkeys(forms))))
            at = found.end()
        parts += self._rest(folded[at:])
        telling = [part for part in parts if part.forms or part.typed not in _STOP]
        return list(dict.fromkeys(telling or [_Part(word) for word in folded.split()]))

    @staticmethod
    def _rest(folded: str) -> list[_Part]:
        return [_Part(word) for token in folded.split() for word in (_STOP_HAN.sub(" ", token).split())]


def _written(form: str) -> tuple[str, ...]:
    """A wording folded, and as one word: "cross entropy" is "crossentropy" too."""
    folded = fold(form).strip()
    return (folded, folded.replace(" ", "")) if folded.isascii() and len(folded) > 4 else (folded,)


class Index:
    """Entries, ready to be searched."""

    def __init__(self, entries: Iterable[Entry], terms: Terms) -> None:
        self._terms = terms
        self.entries = tuple(entries)
        self._folded = [[(field, fold(field.text)) for field in entry.fields] for entry in self.entries]
        self._vocabulary = Vocabulary(
            word for fields in self._folded for _, text in fields for word in text.split() if not is_han(word[0])
        )
        self._words = [[(field, text, frozenset(text.split())) for field, text in fields] for fields in self._folded]
        self._all = [("\n".join(text for _, text in fields), frozenset().union(*(w for *_, w in words)))
                     for fields, words in zip(self._folded, self._words, strict=True)]  # fmt: skip
        self._meet = lru_cache(maxsize=1024)(self._met)

    def search(self, query: str, kinds: Iterable[str] = ()) -> list[Hit]:
        """The best first."""
        parts, wanted = self._terms.parts(query[:100]), frozenset(kinds)
        found: dict[int, list[tuple[int, float, Reason]]] = {}
        weights: list[float] = []
        for number, part in enumerate(parts):
            met = self._meet(part)
            for at, (score, reason) in met.items():
                found.setdefault(at, []).append((number, score, reason))
            rarity = math.log(2 + len(self.entries) / (1 + len(met)))
            weights.append(rarity * (_ONE_CHARACTER if len(part.typed) == 1 and is_han(part.typed) else 1.0))
        typed, total = fold(query).strip(), sum(weights)
        hits = []
        for at, reasons in found.items():
            entry = self.entries[at]
            share = sum(weights[number] for number, *_ in reasons) / total
            if share < _ENOUGH or (wanted and entry.kind not in wanted):
                continue
            score = share * sum(weights[number] * value for number, value, _ in reasons) / total
            score = (score + self._named(at, typed)) * _KIND[entry.kind]
            hits.append(Hit(entry, score, tuple(reason for *_, reason in reasons)))
        hits.sort(key=lambda hit: -hit.score)
        return hits

    def _named(self, at: int, typed: str) -> float:
        """More for an entry that is called what was typed, or begins with it."""
        best = 0.0
        for field, text in self._folded[at]:
            if field.place in ("title", "also"):
                name = text.strip()
                best = max(best, 0.6 if name == typed else 0.25 if name.startswith(typed) else 0.0)
        return best

    def _met(self, part: _Part) -> dict[int, tuple[float, Reason]]:
        """Entry → how well its fields meet a part: the best field, and a little for each other one."""
        meant = {} if part.forms or is_han(part.typed[0]) else self._vocabulary.meant(part.typed)
        met: dict[int, tuple[float, Reason]] = {}
        for at, fields in enumerate(self._words):
            all_text, all_words = self._all[at]
            if part.forms:  # most entries hold nothing of it: seen at one look
                if not any(sought in all_text for sought in map(whole, part.forms)):
                    continue
            elif not is_han(part.typed[0]) and all_words.isdisjoint(meant):
                continue
            best, more, why = 0.0, 0.0, None
            for field, text, words in fields:
                if part.forms:
                    value, reason = _term(part, field, text)
                elif meant:
                    value, reason = _word(meant, words)
                elif is_han(part.typed[0]):
                    value, reason = _chinese(part.typed, text)
                else:
                    value, reason = 0.0, None
                value *= field.weight
                more += value
                if reason is not None and value > best:
                    best, why = value, Reason(part.typed, reason[0], reason[1], field, part.forms)
            if why is not None:
                met[at] = best + 0.12 * min(more - best, 1.5), why
        return met


_Met = tuple[float, tuple[str, Reached] | None]


def _word(meant: Meant, words: frozenset[str]) -> _Met:
    there = words.intersection(meant)
    if not there:
        return 0.0, None
    word = max(there, key=lambda one: (meant[one][1], one))
    how, fit = meant[word]
    return fit, (word, how)


def _term(part: _Part, field: Field, text: str) -> _Met:
    for at, form in enumerate(part.forms):
        if whole(form) in text:
            return (1.0, (form, "exact")) if at == 0 else (0.92, (form, "same"))
    return 0.0, None


def _chinese(typed: str, text: str) -> _Met:
    if typed in text:
        return (1.0 if len(typed) > 1 else 0.6), (typed, "exact")
    if len(typed) < 3:
        return 0.0, None
    pairs = [typed[at : at + 2] for at in range(len(typed) - 1)]
    there = [pair for pair in pairs if pair in text]
    if 2 * len(there) >= len(pairs):
        return 0.8 * len(there) / len(pairs), (" ".join(there), "part")
    gap = ".{0,2}?".join(map(re.escape, typed))
    found = re.search(gap, text)
    return (0.6, (" ".join(typed), "order")) if found else (0.0, None)
