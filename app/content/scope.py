"""What a text is rendered in: its language, the numbers of its references, the runs its numbers come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from app.content.models import RunRef
from app.content.terms import Marker
from app.kit.text import Lang


@dataclass(frozen=True, slots=True)
class Link:
    """Where a computed number leads: the demo in that state, and what it is called."""

    href: str
    title: str


class Runs(Protocol):
    """What rendering needs to know of demos and of the numbers they gave."""

    def value(self, run: RunRef) -> float | None: ...

    def link(self, run: RunRef, lang: Lang) -> Link | None: ...


@dataclass(frozen=True, slots=True)
class Scope:
    """What a text is rendered in. cites: reference key → its number on the page. links: False inside a label or button,
    where a link cannot stand; numbers are then printed without one. works: the address of the page whose list of
    references the marks lead to; empty when it is this page's. terms: marks the first use of glossary terms. own: a
    text of the learner's: pictures are links, none is fetched."""

    lang: Lang
    cites: Mapping[str, int] = field(default_factory=dict)
    runs: Runs | None = None
    links: bool = True
    works: str = ""
    terms: Marker | None = None
    own: bool = False
