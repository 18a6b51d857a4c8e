"""The use-case: what is found for a query, each with the reason and with the words to mark. One index for everybody,
and a small one for each learner's own questions, made anew when these change."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from threading import Lock

from pydantic import BaseModel, ConfigDict

from app.content.finding import Alike, Place
from app.kit import Lang
from app.services.catalogue import Catalogue
from app.services.notes.shelf import Joined, OwnItem
from app.services.search.entries import Kind, Place_, entries, own_entries
from app.services.search.folding import spans
from app.services.search.index import Hit, Index, Reached, Reason, Terms

MOST_OWN = 5000
"""Own questions that are searched: the first so many."""
_EXCERPT: Mapping[Lang, int] = {"zh": 60, "en": 130}
_TEX = re.compile(r"[\\^{}]|_[a-zA-Z]")
"""What is left of a formula: such a text is searched, not shown."""
_KEPT = 8
"""Learners whose index is kept."""


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class Piece(Shape):
    """A part of a text; `hit`: it is one of the words that were looked for."""

    text: str
    hit: bool = False


class Why(Shape):
    """typed: the part of the query; met: what it met; how; where: the kind of text it stands in."""

    typed: str
    met: str
    how: Reached
    where: Place_


class Result(Shape):
    """Something found. href: its address in the language asked for (empty for an action, which `act` names)."""

    kind: Kind
    id: str
    href: str
    act: str
    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]
    excerpt_lang: Lang
    why: tuple[Why, ...]


class Results(Shape):
    """The best first. total: how many were found; kinds: how many of each kind, whatever kinds were asked for."""

    query: str
    total: int
    kinds: dict[Kind, int]
    results: tuple[Result, ...]


@dataclass(frozen=True)
class Searcher:
    """Everything that can be found. alike, places: content/search.yml and content/places.yml."""

    catalogue: Catalogue
    alike: Collection[Alike]
    places: Collection[Place]

    @cached_property
    def _terms(self) -> Terms:
        glossary = self.catalogue.glossary.terms.values()
        return Terms([*(g.same for g in self.alike), *((*t.forms("zh"), *t.forms("en")) for t in glossary)])

    @cached_property
    def _index(self) -> Index:
        return Index(entries(self.catalogue, self.alike, self.places), self._terms)

    @cached_property
    def _own(self) -> "_OwnIndexes":
        return _OwnIndexes(self._terms)

    def warm(self) -> None:
        """Builds the index, so that the first query need not."""
        self._find("warm")

    def hits(self, query: str, joined: Joined | None = None) -> list[Hit]:
        """Everything found, the best first; the learner's own questions among the rest."""
        found = list(self._find(query))
        if joined is not None and joined.own:
            found += self._own.of(joined).search(query)
            found.sort(key=lambda hit: -hit.score)
        return found

    def search(
        self, query: str, lang: Lang, joined: Joined | None = None, kinds: Collection[Kind] = (), most: int = 20
    ) -> Results:
        """What is found for `query`, in words of `lang` where the match allows it."""
        hits = self.hits(query, joined) if query.strip() else []
        counts: dict[Kind, int] = {}
        for hit in hits:
            counts[hit.entry.kind] = counts.get(hit.entry.kind, 0) + 1
        shown = [hit for hit in hits if not kinds or hit.entry.kind in kinds]
        return Results(
            query=query,
            total=len(shown),
            kinds=counts,
            results=tuple(_result(hit, lang, query) for hit in shown[:most]),
        )

    def offered(self, lang: Lang) -> Results:
        """Before anything is typed: the actions, then the pages."""
        found = [
            e for kind in ("action", "page") for e in self._index.entries if e.kind == kind and "topic-" not in e.id
        ]
        results = tuple(_result(Hit(entry, 0.0, ()), lang, "") for entry in found)
        return Results(query="", total=len(results), kinds={}, results=results)

    @cached_property
    def _find(self) -> Callable[[str], tuple[Hit, ...]]:
        return lru_cache(maxsize=512)(lambda query: tuple(self._index.search(query)))


class _OwnIndexes:
    """The latest learners' indexes, each good for as long as their decks are the same object."""

    def __init__(self, terms: Terms) -> None:
        self._terms, self._lock = terms, Lock()
        self._kept: dict[int, tuple[dict[str, OwnItem], Index]] = {}

    def of(self, joined: Joined) -> Index:
        with self._lock:
            kept = self._kept.get(id(joined.own))
            if kept is None or kept[0] is not joined.own:
                first = dict(list(joined.own.items())[:MOST_OWN])
                kept = joined.own, Index(own_entries(first, joined.decks), self._terms)
                self._kept[id(joined.own)] = kept
                while len(self._kept) > _KEPT:
                    del self._kept[next(iter(self._kept))]
            return kept[1]


def _result(hit: Hit, lang: Lang, query: str) -> Result:
    entry, needles = hit.entry, [word for reason in hit.reasons for word in _needles(reason)]
    shown, own_lang = entry.about[lang], lang
    elsewhere = [r.field for r in hit.reasons if not spans(entry.title[lang] + " " + shown, _needles(r))]
    if elsewhere:  # what was met is neither in the title nor in what is usually shown: show the text it is in
        same = [f for f in elsewhere if f.lang == lang and f.place != "also"]
        best = next(iter(same or [f for f in elsewhere if f.place != "also"]), None)
        if best is not None and entry.title[best.lang] != best.text and not _TEX.search(best.text):
            shown, own_lang = best.text, best.lang
    return Result(
        kind=entry.kind, id=entry.id, href=f"/{lang}{entry.path}" if entry.path else "", act=entry.act,
        title=marked(entry.title[lang], needles), excerpt=_cut(shown, needles, own_lang), excerpt_lang=own_lang,
        why=tuple(
            Why(typed=_as_written(query, r.typed), met=_as_written(r.field.text, r.met), how=r.how, where=r.field.place)
            for r in hit.reasons
        ),
    )  # fmt: skip


def _needles(reason: Reason) -> list[str]:
    """What to mark: the words met and, as it may stand elsewhere too, the word typed."""
    met = reason.met.split() if reason.how in ("part", "order") else [reason.met]
    return met if reason.how == "order" else [*met, reason.typed, *reason.forms]


def _as_written(words: str, folded: str) -> str:
    """How a folded word stands in the text it was met in."""
    found = spans(words, [folded])
    return words[found[0][0] : found[0][1]] if found else folded


def marked(words: str, needles: Collection[str]) -> tuple[Piece, ...]:
    """A text in pieces, what was looked for told apart."""
    pieces, at = list[Piece](), 0
    for start, end in spans(words, needles):
        if start > at:
            pieces.append(Piece(text=words[at:start]))
        pieces.append(Piece(text=words[start:end], hit=True))
        at = end
    return (*pieces, *([Piece(text=words[at:])] if at < len(words) else []))


def _cut(words: str, needles: Collection[str], lang: Lang) -> tuple[Piece, ...]:
    """The part of a text around the first word that was looked for."""
    words, most = " ".join(words.split()), _EXCERPT[lang]
    if len(words) > most:
        first = next(iter(spans(words, needles)), (0, 0))[0]
        start = 0 if first < most * 2 // 3 else first - most // 3
        if start and lang == "en":
            start = words.find(" ", start) + 1
        end = start + most
        if end < len(words) and lang == "en":
            end = words.rfind(" ", start, end)
        words = ("…" if start else "") + words[start:end] + ("…" if end < len(words) else "")
    return marked(words, needles)
