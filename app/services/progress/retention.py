"""Whether memory is what the model said: how often items were recalled, against the recall predicted just before."""

import numpy as np

from app.kit.text import Text, text
from app.kit.views import Axis, Points, Series, Table
from app.services.progress.history import History
from app.services.progress.share import HIGH, LOW, N, Share, percent, said, share
from app.services.traces import Floats

LEAST = 20
"""Predictions before a picture says anything, and in each of its groups."""
MOST_GROUPS = 8


class Group(Share):
    """Predictions of about the same recall, and how many came true."""

    predicted: float


def groups(h: History) -> list[Group]:
    """Predictions sorted by recall, cut into groups of equal size, least likely first."""
    asked = h.predicted
    asked = asked[np.argsort(h.trace.recall[asked], kind="stable")]
    found = []
    for part in np.array_split(asked, max(1, min(MOST_GROUPS, len(asked) // LEAST))):
        one = share(int((h.rating[part] > 1).sum()), len(part))
        found.append(Group(**one.model_dump(), predicted=float(h.trace.recall[part].mean())))
    return found


def overall(h: History) -> Group | None:
    """All predictions; None when there are none."""
    asked = h.predicted
    if not len(asked):
        return None
    one = share(int((h.rating[asked] > 1).sum()), len(asked))
    return Group(**one.model_dump(), predicted=float(h.trace.recall[asked].mean()))


def retention(h: History) -> tuple[Points, Table] | None:
    """The picture and its numbers; None for too few predictions."""
    whole = overall(h)
    if whole is None or whole.n < LEAST:
        return None
    found = groups(h)
    low = max(0.0, min(0.6, *(min(g.low, g.predicted) for g in found)) - 0.02)
    x, y = (np.array([getattr(g, name) for g in found]) for name in ("predicted", "value"))
    verdict = _verdict(whole)
    return (
        Points(
            id="retention", title=text(zh="预测记得，真的记得吗", en="Predicted and actual recall"),
            description=text(
                zh=f"隔天以上的复习，想起了 {said(whole).zh}；模型事先预测 {percent(whole.predicted)}。{verdict.zh}",
                en=f"On later days {said(whole).en} was recalled; the model had predicted {percent(whole.predicted)}. "
                f"{verdict.en}",
            ),
            series=[
                Series("theory", text(zh="预测完全准确", en="Perfect prediction"), [low, 1.0], [low, 1.0],
                       role="reference"),
                whiskers(x, [(g.low, g.high) for g in found]),
                Series("recalled", text(zh="你的复习", en="Your reviews"), x, y, draw="points", role="highlight",
                       labels=[f"{percent(g.value)} · n = {g.n}" for g in found]),
            ],
            x=Axis(text(zh="预测的回忆率", en="Predicted recall"), range=(low, 1.005)),
            y=Axis(text(zh="实际回忆率", en="True recall"), range=(low, 1.005)),
        ),
        Table(
            id="retention", title=text(zh="预测与实际", en="Predicted and actual"), description=text(zh="-", en="-"),
            columns=(text(zh="预测", en="Predicted"), text(zh="实际", en="True"), LOW, HIGH, N),
            rows=[(percent(g.predicted), percent(g.value), percent(g.low), percent(g.high), g.n) for g in found],
        ),
    )  # fmt: skip


def whiskers(x: Floats, ends: list[tuple[float, float]]) -> Series:
    """95 % intervals as upright lines, one curve with gaps."""
    xs = [v for at in x for v in (float(at), float(at), np.nan)]
    ys = [v for low, high in ends for v in (low, high, np.nan)]
    return Series("interval", text(zh="95 % 区间", en="95 % interval"), xs, ys, role="muted")


def _verdict(whole: Group) -> Text:
    if whole.low <= whole.predicted <= whole.high:
        return text(zh="两者在误差之内一致。", en="The two agree within chance.")
    if whole.value > whole.predicted:
        return text(
            zh="你记得比模型以为的好：间隔可以更长。", en="You remember better than it thinks: gaps can be longer."
        )
    return text(
        zh="你忘得比模型以为的快：间隔应当更短。", en="You forget faster than it thinks: gaps should be shorter."
    )
