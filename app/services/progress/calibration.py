"""How sure against how right, for answers that are graded: and first of all, where one was sure and wrong.

What is not known is met again soon. What is wrongly known is not looked for: it costs the interview.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np

from app.kit.text import Text, same, text
from app.kit.views import Axis, Points, Series, Table
from app.services.asking import Reply
from app.services.progress.content import Content, Item
from app.services.progress.history import History
from app.services.progress.retention import whiskers
from app.services.progress.share import HIGH, LOW, N, Share, percent, said, share
from app.services.traces import Ints

SURE = 80
"""Percent from which an answer was given as sure."""
WRONG = 0.5
"""An answer worth less than this is wrong; half right is not."""
LEVELS: tuple[tuple[int, int, Text], ...] = (
    (0, 50, text(zh="猜的", en="Guessed")),
    (50, SURE, text(zh="不太确定", en="Unsure")),
    (SURE, 101, text(zh="有把握", en="Sure")),
)
LISTED = 30


class Level(Share):
    """Answers given with about the same confidence. said: the mean they claimed, 0..1."""

    name: Text
    said: float


class SureWrong(Reply):
    """An item answered wrongly with confidence. times: how often; settled: known on a later day since."""

    item: Item
    times: int
    last: date
    settled: bool


def judged(h: History) -> Ints:
    """Places of the graded answers that came with a confidence."""
    return np.flatnonzero(np.isfinite(h.correct) & np.isfinite(h.confidence))


def levels(h: History) -> list[Level]:
    """The groups that have answers."""
    asked, found = judged(h), []
    for low, high, name in LEVELS:
        mine = asked[(h.confidence[asked] >= low) & (h.confidence[asked] < high)]
        if len(mine):
            one = share(float(h.correct[mine].sum()), len(mine))
            found.append(Level(**one.model_dump(), name=name, said=float(h.confidence[mine].mean()) / 100))
    return found


def sure_wrong(h: History, content: Content) -> list[SureWrong]:
    """Items that were answered wrongly by someone sure: those not put right since first, then the latest. What is no
    longer asked is left out: there is nothing to put right."""
    asked = judged(h)
    bad = asked[(h.confidence[asked] >= SURE) & (h.correct[asked] < WRONG)]
    found = []
    for place in dict.fromkeys(h.item[bad].tolist()):
        item = content.item(h.keys[place])
        if item is None:
            continue
        times = bad[h.item[bad] == place]
        later = np.flatnonzero((h.item == place) & (np.arange(len(h)) > times[-1]))
        settled = bool(((h.correct[later] == 1) & (h.day[later] > h.day[times[-1]])).any())
        day = date.fromordinal(int(h.day[times[-1]]))
        found.append((settled, -int(times[-1]), SureWrong(
            item=item, times=len(times), last=day, settled=settled,
        )))  # fmt: skip
    return [one for *_, one in sorted(found, key=lambda entry: entry[:2])][:LISTED]


def calibration(h: History) -> tuple[Points, Table] | None:
    """The picture and its numbers; None when no answer came with a confidence."""
    found = levels(h)
    if not found:
        return None
    x, y = (np.array([getattr(level, name) for level in found]) for name in ("said", "value"))
    return (
        Points(
            id="calibration", title=text(zh="有多确定，有多正确", en="How sure, and how right"),
            description=_sentence(found),
            series=[
                Series("theory", text(zh="说几成，对几成", en="As right as sure"), [0.0, 1.0], [0.0, 1.0],
                       role="reference"),
                whiskers(x, [(level.low, level.high) for level in found]),
                Series("answers", text(zh="你的答案", en="Your answers"), x, y, draw="points", role="highlight",
                       labels=[f"{percent(level.value)} · n = {level.n}" for level in found]),
            ],
            x=Axis(text(zh="作答前说的把握", en="Confidence before seeing"), range=(0.0, 1.02)),
            y=Axis(text(zh="答对的比例", en="Share right"), range=(0.0, 1.02)),
        ),
        Table(
            id="calibration", title=text(zh="把握与正确率", en="Confidence and correctness"), description=same("-"),
            columns=(text(zh="作答前", en="Before"), text(zh="说的把握", en="Said"), text(zh="答对", en="Right"), LOW,
                     HIGH, N),
            rows=[(level.name, percent(level.said), percent(level.value), percent(level.low), percent(level.high),
                   level.n) for level in found],
        ),
    )  # fmt: skip


def _sentence(found: Sequence[Level]) -> Text:
    top = found[-1]
    if top.name != LEVELS[-1][2]:
        return text(
            zh=f"还没有标过“有把握”的答案；标“{top.name.zh}”的，答对 {said(top).zh}。",
            en=f"No answer was marked sure yet; of those marked “{top.name.en.lower()}”, {said(top).en} were right.",
        )
    if top.high < top.said:
        verdict = text(zh="你高估了自己。", en="You are overconfident.")
    elif top.low > top.said:
        verdict = text(zh="你低估了自己。", en="You know more than you trust.")
    else:
        verdict = text(zh="在误差之内，你的把握是可信的。", en="Within chance, your confidence can be trusted.")
    return text(
        zh=f"标“有把握”（平均 {percent(top.said)}）的答案，答对 {said(top).zh}。{verdict.zh}",
        en=f"Of answers marked sure ({percent(top.said)} on average), {said(top).en} were right. {verdict.en}",
    )
