"""The night-before sheet: which cards go on it, and of each a formula, one plot, one trap, one follow-up. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markdown_it.token import Token

from app.content import markdown
from app.content.card import Card, Section
from app.content.models import Claim
from app.kit import Demo, Lang, Params
from app.services import scheduling
from app.services.catalogue import Catalogue
from app.services.days import study_day
from app.services.plots import shown
from app.services.replay import Known, elapsed_days
from app.services.scheduling import DEFAULT, Parameters

MOST = 15
DAY = timedelta(days=1)
WEAK = 0.9
"""A card remembered less surely than this comes before one that was never asked."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A card for the sheet. recall: the mean probability of recalling its items tomorrow; None when none was asked.

    (Right after an answer, even a wrong one, everything is remembered: today's probability would say nothing.)"""

    card: Card
    recall: float | None


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands on the sheet of one card. formula: TeX, or empty; then `instead` is the first paragraph of the short
    answer. trap: what people say wrongly. follow_up: (question, first paragraph of its answer) as HTML."""

    formula: str
    instead: str
    plot: tuple[Demo, Params] | None
    trap: Claim | None
    follow_up: tuple[str, str] | None


def picks(
    catalogue: Catalogue,
    known: Mapping[str, Known],
    now: datetime,
    tz: str,
    most: int = MOST,
    parameters: Parameters = DEFAULT,
) -> tuple[Pick, ...]:
    """The weakest first, then what was never asked by importance, then the rest, weakest first."""
    today = study_day(now, tz)
    recalls: dict[str, list[float]] = {}
    for entry in catalogue.items():
        one = known.get(entry.key)
        if one is not None and one.rev == entry.rev:
            recall = scheduling.retrievability(one.memory, now + DAY, elapsed_days(one, one.rev, today) + 1, parameters)
            recalls.setdefault(entry.card.slug, []).append(recall)
    means = {slug: sum(values) / len(values) for slug, values in recalls.items()}
    asked = sorted(means, key=lambda slug: means[slug])
    new = [slug for slug in by_importance(catalogue) if slug not in means]
    order = [*(s for s in asked if means[s] < WEAK), *new, *(s for s in asked if means[s] >= WEAK)]
    return tuple(Pick(catalogue.cards[slug], means.get(slug)) for slug in order[:most])


def by_importance(catalogue: Catalogue) -> list[str]:
    """Cards that others build on come first (by prerequisites and follow-ups), easier ones before harder ones."""
    needed = dict.fromkeys(catalogue.cards, 0)
    for card in catalogue.cards.values():
        for slug in (*card.facts.prerequisites, *(f.card for f in card.facts.follow_ups if f.card)):
            if slug in needed:
                needed[slug] += 1
    return sorted(needed, key=lambda slug: (-needed[slug], catalogue.cards[slug].facts.difficulty))


def entry(catalogue: Catalogue, card: Card, lang: Lang) -> Entry:
    """What stands on the sheet of a card."""
    words = card[lang]
    scope = card.scope(lang, catalogue.runs, links=False)
    formula = main_formula((words.short, words.why, words.pitfalls))
    wrong = sorted(card.facts.claims, key=lambda claim: ("wrong", "qualified", "verified").index(claim.verdict))
    trap = wrong[0] if wrong and wrong[0].verdict != "verified" else None
    follow = next(iter(words.follow_ups.values()), None)
    return Entry(
        formula=formula,
        instead="" if formula else uncited(markdown.render(first_paragraph(words.short.body), scope)),
        plot=next(iter(shown(catalogue, card)), None),
        trap=trap,
        follow_up=None if follow is None else (
            uncited(markdown.render(follow.heading, scope)),
            uncited(markdown.render(first_paragraph(follow.body), scope)),
        ),
    )  # fmt: skip


def uncited(html: str) -> str:
    """Without the numbers of references: there is no list of them on the sheet."""
    return re.sub(r'<sup class="cite">.*?</sup>', "", html)


def main_formula(sections: Sequence[Section]) -> str:
    """The first displayed formula; else the longest equation within the sentences of the first section with one."""
    for section in sections:
        for block in section.body:
            displayed = [block, *(block.children or ())]
            found = next((t for t in displayed if t.type in ("math_block", "math_inline_double")), None)
            if found is not None:
                return str(found.content).strip()
    for section in sections:
        inline = [str(t.content).strip() for b in section.body for t in b.children or () if t.type == "math_inline"]
        equations = [tex for tex in inline if "=" in tex or "\\approx" in tex or "\\le" in tex]
        if equations:
            return max(equations, key=len)
    return ""


def first_paragraph(body: Sequence[Token]) -> list[Token]:
    """The tokens of the first paragraph (or list) of a text."""
    depth = 0
    for place, token in enumerate(body):
        depth += token.nesting
        if depth == 0:
            return list(body[: place + 1])
    return list(body)
