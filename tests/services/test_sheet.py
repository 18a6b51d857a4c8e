"""What goes on the night-before sheet."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from app.content.loader import load
from app.services import scheduling, sheet
from app.services.catalogue import Catalogue
from app.services.replay import Known

NOW = datetime(2026, 3, 10, 20, tzinfo=UTC)


@cache
def catalogue() -> Catalogue:
    return Catalogue(load(Path(__file__).parents[2] / "content"))


def known(days_ago: int, rating: scheduling.Rating) -> Known:
    at = NOW - timedelta(days=days_ago)
    return Known(1, scheduling.review(scheduling.initial(), rating, at, 0).state, at.date(), at.date())


def test_a_new_learner_gets_what_others_build_on() -> None:
    picks = sheet.picks(catalogue(), {}, NOW, "UTC")
    order = sheet.by_importance(catalogue())
    assert [pick.card.slug for pick in picks] == order[:15] and all(pick.recall is None for pick in picks)
    assert len(order) == len(set(order)) == len(catalogue().cards)


def test_the_weakest_come_first_and_what_is_safe_last() -> None:
    last, *_, weak, shaky, safe = reversed(sheet.by_importance(catalogue()))
    keys = {slug: next(e.key for e in catalogue().items() if e.card.slug == slug) for slug in (weak, shaky, safe)}
    memory = {keys[weak]: known(9, 1), keys[shaky]: known(9, 2), keys[safe]: known(0, 4)}
    every = sheet.picks(catalogue(), memory, NOW, "UTC", most=100)
    slugs = [pick.card.slug for pick in every]
    assert slugs[:2] == [weak, shaky] and slugs[-1] == safe and last in slugs
    assert every[0].recall is not None and every[1].recall is not None and every[0].recall < every[1].recall < 0.9
    revised = {keys[weak]: Known(99, known(9, 1).memory, date(2026, 3, 1), date(2026, 3, 1))}
    assert sheet.picks(catalogue(), revised, NOW, "UTC")[0].recall is None


def test_every_card_has_all_four_in_both_languages() -> None:
    for card in catalogue().cards.values():
        zh, en = (sheet.entry(catalogue(), card, lang) for lang in ("zh", "en"))
        for one in (zh, en):
            assert one.formula or one.instead
            assert one.plot is not None and one.follow_up is not None
            assert "<a " not in one.follow_up[1] and "<button" not in one.follow_up[1]
        assert zh.trap is en.trap
    assert sum(sheet.entry(catalogue(), card, "en").trap is not None for card in catalogue().cards.values()) > 30
