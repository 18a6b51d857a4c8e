"""What does not stick: the hardest items, and leeches, which take time and give nothing back, each with what to do."""

from collections import Counter
from typing import Literal

import numpy as np

from app.kit.text import Text, text
from app.services.asking import Reply, card_of
from app.services.progress.calibration import SURE, WRONG
from app.services.progress.content import Content, Item
from app.services.progress.history import History
from app.services.progress.share import Share, share
from app.services.traces import Floats, Ints

LEAST_REVIEWS = 3
LISTED = 8
PRIOR = 4.0
"""An item is as hard as the learner's average until this many answers of its own say otherwise."""
LEECH_LAPSES = 4
"""Forgotten so often on a later day: the way it is learnt does not work."""
WEAK = 0.75
"""Expected recall of a prerequisite below which it is better read first."""

Place = Literal["card", "note", "pitfalls", "demo"]


class Hard(Reply):
    """An item that was often missed. missed: answers rated again, of all; expected: that share, drawn towards the
    learner's average where there are few answers. recall: predicted for now."""

    item: Item
    missed: Share
    expected: float
    lapses: int
    recall: float


class Advice(Reply):
    """What to do about a leech, and where: target is the slug of a card or of one's own question, or a demo's id."""

    words: Text
    place: Place
    target: str


class Leech(Reply):
    """An item forgotten again and again."""

    item: Item
    lapses: int
    minutes: float
    advice: Advice


def hardest(h: History, now: Floats) -> list[tuple[int, float]]:
    """(place in keys, expected share of misses), hardest first; items with LEAST_REVIEWS of their memory of today at
    least.

    The posterior mean of a share under a Beta prior with the learner's mean and the weight of PRIOR answers.
    """
    item, rating = h.item[h.current], h.rating[h.current]
    n = np.bincount(item, minlength=len(h.keys))
    again = np.bincount(item, rating == 1, minlength=len(h.keys))
    mean = float(again.sum() / max(1, n.sum()))
    expected = (again + PRIOR * mean) / (n + PRIOR)
    found = np.flatnonzero((n >= LEAST_REVIEWS) & (again > 0))
    order = np.lexsort((now[found], -expected[found]))
    return [(int(found[i]), float(expected[found[i]])) for i in order]


def hard_items(h: History, content: Content, now: Floats) -> list[Hard]:
    """The hardest items that are still asked. now: predicted recall of every item (items,)."""
    lapses = _lapses(h)
    found: list[Hard] = []
    for place, expected in hardest(h, now):
        if content.asks(key := h.keys[place]) and (item := content.item(key)) is not None:
            mine = h.rating[(h.item == place) & h.current]
            found.append(Hard(
                item=item, missed=share(int((mine == 1).sum()), len(mine)), expected=expected,
                lapses=int(lapses[place]), recall=float(now[place]),
            ))  # fmt: skip
        if len(found) == LISTED:
            break
    return found


def leeches(h: History, content: Content, now: Floats, minutes: Floats) -> list[Leech]:
    """The worst first, of what is still asked. minutes: what every answer took (n,)."""
    lapses = _lapses(h)
    found: list[Leech] = []
    for p in np.argsort(-lapses, kind="stable").tolist():
        if lapses[p] < LEECH_LAPSES or len(found) == LISTED:
            break
        if content.asks(key := h.keys[p]) and (item := content.item(key)) is not None:
            spent = float(minutes[h.item == p].sum())
            advice = _advice(h, content, now, p, item)
            found.append(Leech(item=item, lapses=int(lapses[p]), minutes=spent, advice=advice))
    return found


def _lapses(h: History) -> Ints:
    """How often every item was forgotten on a later day since it was last reset or revised (items,)."""
    places = h.forgotten
    return np.bincount(h.item[places[h.current[places]]], minlength=len(h.keys))


def _times(n: int) -> str:
    return {1: "once", 2: "twice"}.get(n, f"{n} times")


def _advice(h: History, content: Content, now: Floats, place: int, item: Item) -> Advice:
    """The first that fits: sure and wrong, one slip again and again, something to know first, no picture of it yet."""
    card, mine = item.card, np.flatnonzero((h.item == place) & h.current)
    if item.deck is not None:
        return Advice(place="note", target=card, words=text(
            zh="这道题是你自己写的，改题往往比再背一遍管用：一题只问一件事，答案压到两三句，长的拆成几题。",
            en="You wrote this one, and changing it often helps more than repeating it: ask for one thing, answer in "
            "two or three sentences, split what is longer.",
        ))  # fmt: skip
    sure = int(((h.confidence[mine] >= SURE) & (h.correct[mine] < WRONG)).sum())
    if sure:
        return Advice(place="pitfalls", target=card, words=text(
            zh=f"有 {sure} 次你很有把握却答错了：记住的是一个错的答案。"
            "先读这张卡片的“流传答案错在哪里”，再说出它为什么错。",
            en=f"Sure and wrong {_times(sure)}: what sticks is a wrong answer. Read what the circulated answer gets "
            "wrong, then say why it is wrong.",
        ))  # fmt: skip
    slips = Counter(h.mistake[i] for i in mine.tolist() if h.mistake[i])
    if slips and (times := slips.most_common(1)[0][1]) >= 2:
        return Advice(place="demo" if card in content.demo_of else "card", target=content.demo_of.get(card, card),
                      words=text(
            zh=f"同一个错法出现了 {times} 次。换个办法：在演示里先预测，再运行，看清是哪一步走岔的。",
            en=f"The same slip {times} times. Change the method: predict in the demo, run it, and find the step where "
            "it goes astray.",
        ))  # fmt: skip
    for before in content.before.get(card, ()):
        met = [now[i] for i, other in enumerate(h.keys) if card_of(other) == before and np.isfinite(now[i])]
        if not met or float(np.mean(met)) < WEAK:
            title = next((i.title for i in content.items.values() if i.card == before), None)
            if title is not None:
                return Advice(place="card", target=before, words=text(
                    zh=f"它建立在“{title.zh}”之上，而那一题还不牢。先把那一题学会。",
                    en=f"It builds on “{title.en}”, which is not firm yet. Learn that first.",
                ))  # fmt: skip
    if card in content.demo_of:
        return Advice(place="demo", target=content.demo_of[card], words=text(
            zh="只背句子记不住。打开演示，把参数推到极端，给这个结论找一幅图来挂靠。",
            en="A sentence alone does not stick. Open its demo, push a knob to the end, and tie the answer to that.",
        ))  # fmt: skip
    return Advice(place="card", target=card, words=text(
        zh="别再原样重复。重读卡片，用自己的话讲一遍，再回来答。",
        en="Do not repeat it as it is. Read the card again, say it in your own words, then answer.",
    ))  # fmt: skip
