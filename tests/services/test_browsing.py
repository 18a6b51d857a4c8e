"""Filters of the list of questions: what a card's state is once something of it was asked."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from app.services.browsing import Filters, states
from tests.services.test_search import CATALOGUE

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_card_is_new_then_begun_then_due() -> None:
    first = CATALOGUE.items()[0]
    slug = first.card.slug
    for days, expected in ((2, {"begun"}), (0, {"begun", "due"}), (-3, {"begun", "due"})):
        known = {first.key: SimpleNamespace(rev=first.rev, due=NOW + timedelta(days=days))}
        found = states(CATALOGUE, known, NOW, "UTC")  # type: ignore[arg-type]
        assert found[slug] == expected
        assert all(state == {"new"} for other, state in found.items() if other != slug)
    older = {first.key: SimpleNamespace(rev=first.rev + 1, due=NOW)}
    assert states(CATALOGUE, older, NOW, "UTC")[slug] == {"new"}  # type: ignore[arg-type]


def test_filters_are_all_kept() -> None:
    card = next(iter(CATALOGUE.cards.values()))
    assert Filters().keep(card, {"new"})
    assert Filters(card.topic, (card.facts.difficulty,), "demo", "new").keep(card, {"new"})
    assert not Filters(card.topic, (card.facts.difficulty,), "demo", "due").keep(card, {"new"})
    assert not Filters(levels=(5 - card.facts.difficulty,)).keep(card, {"new"}) or card.facts.difficulty * 2 == 5
