"""What holds for every confusion pair, found by discovery."""

import orjson
import pytest

from app.demos import demos
from app.figures import plain
from app.kit import Pair, Table
from app.kit.text import LANGS
from app.pairs import pairs

ALL = list(pairs().values())
SEEDS = range(40)


@pytest.mark.parametrize("pair", ALL, ids=lambda p: p.id)
def test_declaration(pair: Pair) -> None:
    for side in (0, 1):
        tells = [tell for tell in pair.tells if tell.side == side]
        assert len(tells) >= 2, "a reason that holds and one that does not, for each side"
        assert sum(tell.holds for tell in tells) == 1
    assert len({tell.text.en for tell in pair.tells}) == len({tell.text.zh for tell in pair.tells}) == len(pair.tells)
    assert pair.sides[0] != pair.sides[1]
    assert pair.demo is None or pair.demo in demos()


@pytest.mark.parametrize("pair", ALL, ids=lambda p: p.id)
def test_exactly_one_answer_is_right_and_both_sides_come_up(pair: Pair) -> None:
    sides = set()
    for seed in SEEDS:
        seen = pair.show(seed)
        sides.add(seen.side)
        assert sum(seen.right(i) for i in range(len(seen.tells))) == 1
    assert sides == {0, 1}


@pytest.mark.parametrize("pair", ALL, ids=lambda p: p.id)
def test_the_same_seed_shows_the_same_and_another_shows_something_new(pair: Pair) -> None:
    shown = [orjson.dumps(plain(pair.show(seed).view)) for seed in SEEDS]
    assert shown[3] == orjson.dumps(plain(pair.show(3).view))
    assert len(set(shown)) == len(shown)
    assert max(map(len, shown)) < 100 << 10


@pytest.mark.parametrize("pair", ALL, ids=lambda p: p.id)
def test_nothing_on_the_figure_names_a_side(pair: Pair) -> None:
    for seed in SEEDS[:8]:
        view = pair.show(seed).view
        assert not isinstance(view, Table)
        shown = orjson.dumps(plain(view)).decode().lower()
        for lang in LANGS:
            assert not [name[lang] for name in pair.names if name[lang].lower() in shown]
        assert not [side for side in pair.sides if f'"{side}"' in shown]
