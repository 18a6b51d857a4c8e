"""Which of two look-alikes is taken for which: every pair item shows one side, the answer names one."""

import re
from collections import defaultdict

import numpy as np

from app.kit.pair import Pair
from app.kit.text import Text, same, text
from app.kit.views import Axis, Heatmap, Table
from app.services.asking import Reply
from app.services.progress.content import Content, Item
from app.services.progress.history import History
from app.services.progress.memory import wrapped
from app.services.progress.share import Share, between, percent, share

DRAWN = 5
"""Pairs in the picture, the most confused first; the table holds all."""
GAP = same(" ")
_TAKEN = re.compile(r"(?P<said>.+)-for-(?P<shown>.+)")


class Confusion(Reply):
    """One pair. counts[shown][said]: answers, by the side shown and the side named. wrong: taken for the other."""

    item: Item
    names: tuple[Text, Text]
    counts: tuple[tuple[int, int], tuple[int, int]]
    wrong: Share


def confusions(h: History, content: Content) -> list[Confusion]:
    """Every pair answered, the most confused first (by the lower end of the interval: few cases prove little)."""
    counts: defaultdict[int, list[list[int]]] = defaultdict(lambda: [[0, 0], [0, 0]])
    for place, key in enumerate(h.keys):
        pair = content.pairs.get(key)
        if pair is None:
            continue
        for i in np.flatnonzero(h.item == place).tolist():
            sides = _sides(pair, h.mistake[i], float(h.correct[i]), int(h.seed[i]))
            if sides is not None:
                counts[place][sides[0]][sides[1]] += 1
    found = []
    for place, table in counts.items():
        pair = content.pairs[h.keys[place]]
        (a, b), (c, d) = table
        found.append(Confusion(
            item=content.items[h.keys[place]], names=pair.names, counts=((a, b), (c, d)),
            wrong=share(b + c, a + b + c + d),
        ))  # fmt: skip
    return sorted(found, key=lambda one: (-one.wrong.low, -one.wrong.k, one.item.key))


def confusion(found: list[Confusion]) -> tuple[Heatmap, Table] | None:
    """The matrices of the most confused pairs, one under the other; None when no pair was answered. A row is the side
    shown; as there are but two, the columns are: named rightly, taken for the other."""
    if not found:
        return None
    drawn = found[:DRAWN]
    gap = (GAP, (np.nan, np.nan))
    lines = [
        line
        for one in drawn
        for line in (gap, *((wrapped(one.names[s], 12), (one.counts[s][s], one.counts[s][1 - s])) for s in (0, 1)))
    ][1:]
    z = np.array([counts for _, counts in lines], float)[::-1]
    worst, wrong, n = found[0], sum(one.wrong.k for one in found), sum(one.wrong.n for one in found)
    return (
        Heatmap(
            id="confusion", title=text(zh="把谁认成了谁", en="Which is taken for which"),
            description=text(
                zh=f"{len(found)} 对概念，{n} 次辨认，认错 {wrong:.0f} 次。" + _worst(worst).zh
                + f"每行是图上画的那一个，两行一对；图中是最容易混的 {len(drawn)} 对。",
                en=f"{len(found)} pairs, {n} answers, {wrong:.0f} taken for the twin. " + _worst(worst).en
                + f" A row is what was shown, two rows are a pair; drawn are the {len(drawn)} most confused.",
            ),
            z=z, xs=np.arange(2), ys=np.arange(len(lines)), text=True,
            x=Axis(same(" "), categories=(text(zh="认对", en="Right"), text(zh="认成另一个", en="Twin"))),
            y=Axis(same(" "), categories=tuple(name for name, _ in lines[::-1])),
            value=Axis(text(zh="次数", en="Answers"), range=(0.0, float(np.nanmax(z)) or 1.0)),
        ),
        Table(
            id="confusion", title=text(zh="每一对", en="Pair by pair"), description=same("-"),
            columns=(text(zh="画的是", en="Shown"), text(zh="认对", en="Recognised"), text(zh="认成", en="Taken for"),
                     text(zh="次数", en="Times")),
            rows=[(one.names[side], one.counts[side][side], one.names[1 - side], one.counts[side][1 - side])
                  for one in found for side in (0, 1)],
        ),
    )  # fmt: skip


def _sides(pair: Pair, mistake: str | None, correct: float, seed: int) -> tuple[int, int] | None:
    """(shown, named); None for an answer that named none, or whose seed is not known."""
    if mistake and (taken := _TAKEN.fullmatch(mistake)) and {taken["said"], taken["shown"]} <= set(pair.sides):
        return pair.sides.index(taken["shown"]), pair.sides.index(taken["said"])
    if correct > 0 and seed >= 0:
        side = pair.side(seed)
        return side, side
    return None


def _worst(one: Confusion) -> Text:
    if not one.wrong.k:
        return text(zh="还没有认错过。", en="None confused so far.")
    return text(
        zh=f"最容易混的是{one.names[0].zh}与{one.names[1].zh}：{one.wrong.n} 次认错 {one.wrong.k:.0f} 次"
        f"（{percent(one.wrong.value)}，95 % 区间 {between(one.wrong)}）。",
        en=f"Most confused: {one.names[0].en} and {one.names[1].en}, {one.wrong.k:.0f} of {one.wrong.n} "
        f"({percent(one.wrong.value)}, 95 % interval {between(one.wrong)}).",
    )
