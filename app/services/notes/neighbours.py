"""Which of our cards ask the same as a question of one's own: shared words and shared terms of the glossary.

A bag of words with weights (rare ones count most) and a cosine; a term counts as one word in whatever language or
spelling it stands, so that "BN 为什么有效" meets "Why does batch normalisation work?".
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.content.card import Card
from app.content.notes import wording
from app.content.terms import Glossary
from app.kit.text import LANGS

NEAR = 0.4
"""Likeness from which a card is named."""
_MOST = 3
_TERM = 2.0
"""A term of the glossary says more than a word."""
_LATIN = re.compile(r"[a-z][a-z0-9+]*(?:-[a-z0-9]+)*")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_COMMON = re.compile(
    r"a|an|the|of|in|on|for|and|or|to|is|are|be|do|does|did|what|why|how|when|which|who|can|could|should|would|with|you|"
    r"your|it|its|that|this|than|from|by|as|at|explain|describe|compare|tell|me|about|between|difference|differ|mean|use|"
    r"used|using|work|give|example|please"
)
_COMMON_ZH = re.compile(
    r"什么是|是什么|有什么|为什么|为何|如何|怎么样?|怎样|哪些|哪个|请|简述|简要|解释|介绍|说说|谈谈|一下|区别|分别|以及|和|与|的|了|吗|呢|在|有|是|会"
)
Vector = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Near:
    """A card of ours and how alike the questions are, 0 to 1."""

    slug: str
    likeness: float


class Neighbours:
    """Our cards, ready to be compared with."""

    def __init__(self, cards: Iterable[Card], glossary: Glossary) -> None:
        self._glossary = glossary
        bags: list[tuple[str, Counter[str]]] = []
        for card in cards:
            for lang in LANGS:
                words = card[lang]
                bags.append((card.slug, self._bag(f"{words.title} {words.title} {words.question}")))
        spread = Counter(feature for _, bag in bags for feature in bag)
        self._weights = {feature: math.log(1 + len(bags) / count) for feature, count in spread.items()}
        self._unknown = math.log(1 + len(bags))
        self._vectors = [(slug, self._unit(bag)) for slug, bag in bags]

    def near(self, question: str) -> tuple[Near, ...]:
        """Up to three cards, the likest first."""
        asked = self._unit(self._bag(question[:1000]))
        best: dict[str, float] = {}
        for slug, vector in self._vectors:
            small, large = (asked, vector) if len(asked) < len(vector) else (vector, asked)
            likeness = sum(weight * large.get(feature, 0.0) for feature, weight in small.items())
            if likeness >= NEAR and likeness > best.get(slug, 0.0):
                best[slug] = likeness
        found = sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple(Near(slug, round(likeness, 3)) for slug, likeness in found[:_MOST])

    def _bag(self, sentence: str) -> Counter[str]:
        words = wording.plain(sentence).lower()
        bag: Counter[str] = Counter()
        for lang in LANGS:
            for _, _, term in self._glossary.find(words, lang):
                bag[f"term {term.id}"] = 1
        for word in _LATIN.findall(words):
            if not _COMMON.fullmatch(word):
                bag[word.removesuffix("s") if len(word) > 3 else word] += 1
        for run in _HAN.findall(_COMMON_ZH.sub(" ", words)):
            bag.update(run[at : at + 2] for at in range(len(run) - 1))
        return bag

    def _unit(self, bag: Mapping[str, int]) -> Vector:
        weighed = {
            feature: self._weights.get(feature, self._unknown)
            * (1 + math.log(count))
            * (_TERM if feature.startswith("term ") else 1.0)
            for feature, count in bag.items()
        }
        size = math.sqrt(sum(weight * weight for weight in weighed.values()))
        return {feature: weight / size for feature, weight in weighed.items()} if size else {}
