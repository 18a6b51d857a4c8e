"""What an answer takes: one's own times, leaning on wider ones while they are few."""

import numpy as np

from app.services.planning.cost import seconds
from app.services.queue import LONGEST_SECONDS, SECONDS_EACH
from tests.services.world import FakeCatalogue

ITEMS = FakeCatalogue().items()
KEYS = [ref.key for ref in ITEMS]


def test_before_any_answer_everything_takes_the_same() -> None:
    assert set(seconds(ITEMS, [])) == {SECONDS_EACH}


def test_a_slow_item_is_slow_its_kind_slower_the_rest_hardly() -> None:
    slow = "relu/recall"
    found = dict(zip(KEYS, seconds(ITEMS, [(slow, 120_000)] * 4 + [("vanishing/cloze", 20_000)] * 12), strict=True))
    assert 60 < found[slow] < 120
    assert found["relu/several"] < 30
    assert found["vanishing/choice"] == found["relu/several"], "both choices, neither ever timed"


def test_many_own_times_outweigh_everything_and_a_forgotten_tab_is_cut() -> None:
    found = seconds(ITEMS, [("relu/recall", 9_000_000)] * 500)
    np.testing.assert_allclose(found[KEYS.index("relu/recall")], LONGEST_SECONDS, rtol=0.02)
    assert np.isfinite(found).all()
    assert (found > 0).all()
