"""Do the cards fit together? Prerequisites, follow-ups, references, pictures, and the two languages of a card."""

from collections import Counter
from collections.abc import Iterator, Mapping

from app.content import numbers
from app.content.card import Card
from app.content.models import Reference
from app.content.problems import Problem
from app.content.rules import is_local_image

Cards = Mapping[str, Card]
_SYNTAX = "write {{demo/preset/scalar|.3f}} or [@key], outside formulas"


def check(cards: Cards, references: Mapping[str, Reference]) -> Iterator[Problem]:
    """Every problem that the cards and the references alone can tell."""
    for card in cards.values():
        yield from _neighbours(card, cards)
        yield from _references(card, references)
        yield from _mentions(card)
        yield from _languages(card)
    yield from _cycles(cards)


def _neighbours(card: Card, cards: Cards) -> Iterator[Problem]:
    named = [("prerequisites", slug, slug) for slug in card.facts.prerequisites]
    named += [("follow_ups", follow_up.id, follow_up.card) for follow_up in card.facts.follow_ups if follow_up.card]
    for name, id, slug in named:
        line = card.line(name, id)
        if slug == card.slug:
            yield Problem(card.facts_file, line, f"{name}: a card cannot lead to itself", "delete it")
        elif slug not in cards:
            yield Problem(card.facts_file, line, f"{name}: no card {slug!r}", "correct the slug, or delete it")


def _references(card: Card, references: Mapping[str, Reference]) -> Iterator[Problem]:
    for key in card.facts.references:
        if key not in references:
            yield Problem(
                card.facts_file, card.line("references", key), f"no reference {key!r}", "add it to references.yml"
            )
    uses = [("claims", c.id, e.reference) for c in card.facts.claims for e in c.evidence if e.reference]
    uses += [("quiz", q.id, q.reference) for q in card.facts.quiz if q.kind == "numeric" and q.reference]
    for name, id, key in uses:
        if key not in card.facts.references:
            yield _unlisted(card, card.line(name, id), key)
    for file, mention in card.mentions:
        if mention.kind == "cite" and mention.key not in card.facts.references:
            yield Problem(
                file, mention.line, f"{mention.text} is not among the card's references", "list it in card.yml"
            )


def _unlisted(card: Card, line: int, key: str) -> Problem:
    return Problem(card.facts_file, line, f"{key!r} is not among the card's references", "list it under references:")


def _mentions(card: Card) -> Iterator[Problem]:
    for file, mention in card.mentions:
        if mention.kind == "broken":
            stars = mention.text == "**"
            remedy = "close the bold text; no space inside the stars" if stars else _SYNTAX
            yield Problem(file, mention.line, f"{mention.text} is not understood here", remedy)
        elif mention.kind == "image" and not is_local_image(mention.text):
            yield Problem(file, mention.line, f"picture {mention.text} is not ours", "put it under /static/")
        elif mention.kind == "run":
            try:
                numbers.html(1.0, mention.format)
            except ValueError as error:
                yield Problem(file, mention.line, f"{mention.text}: {error}", "correct the format")


def _languages(card: Card) -> Iterator[Problem]:
    """The same numbers and the same references in both languages (order is free, as word order is)."""
    for kind, what in (("run", "computed number"), ("cite", "reference")):
        zh, en = (_counted(card, f"{lang}.md", kind) for lang in ("zh", "en"))
        for file, missing in (("zh.md", en.keys() - zh.keys()), ("en.md", zh.keys() - en.keys())):
            for text in sorted(missing):
                other = "en.md" if file == "zh.md" else "zh.md"
                yield Problem(
                    card.folder / file, 0, f"{what} {text} stands only in {other}", "use it in both or in none"
                )


def _counted(card: Card, file: str, kind: str) -> Counter[str]:
    """How often each number (whatever its format) or reference is named in one file."""
    return Counter(
        f"{m.run.demo}/{m.run.preset}/{m.run.scalar}" if m.run else m.key
        for path, m in card.mentions
        if path.name == file and m.kind == kind
    )


def _cycles(cards: Cards) -> Iterator[Problem]:
    """A card that is, through others, its own prerequisite; each cycle is told once, at its first card."""
    told: set[frozenset[str]] = set()

    def walk(slug: str, path: tuple[str, ...]) -> Iterator[Problem]:
        if slug in path:
            cycle = path[path.index(slug) :]
            if frozenset(cycle) not in told:
                told.add(frozenset(cycle))
                card = cards[cycle[0]]
                yield Problem(
                    card.facts_file, card.line("prerequisites"),
                    f"prerequisites go round in a circle: {' → '.join((*cycle, slug))}", "delete one of them",
                )  # fmt: skip
            return
        for before in cards[slug].facts.prerequisites:
            if before in cards and before != slug:
                yield from walk(before, (*path, slug))

    for slug in cards:
        yield from walk(slug, ())
