"""Base rates: a thousand people, one test, and what a positive means."""

from fractions import Fraction
from typing import Any

import numpy as np

from app.core.activations import Array
from app.core.bayes_rule import positive_predictive_value, threshold, updated
from app.kit import Axis, Check, Lines, Mark, Points, Result, Series, Text, text

PEOPLE, COLUMNS = 1000, 50
GROUPS = (
    ("positive", text(zh="有病，阳性", en="ill, positive")),
    ("alarm", text(zh="没病，阳性（误报）", en="well, positive (false alarm)")),
    ("miss", text(zh="有病，阴性（漏检）", en="ill, negative (missed)")),
    ("negative", text(zh="没病，阴性", en="well, negative")),
)


def shares(params: Any) -> Array:
    """The four groups as shares of everyone, in the order of GROUPS."""
    p, s, c = params.prevalence / 100, params.sensitivity / 100, params.specificity / 100
    return np.array([p * s, (1 - p) * (1 - c), p * (1 - s), (1 - p) * c])


def whole(parts: Array, total: int) -> list[int]:
    """Shares as whole people that add up to `total` (largest remainders first)."""
    exact = np.round(parts * total, 9)
    counts = np.floor(exact).astype(int)
    for place in np.argsort(counts - exact, kind="stable")[: total - counts.sum()]:
        counts[place] += 1
    return [int(c) for c in counts]


def exact_ppv(params: Any) -> float:
    """The same by counting with fractions."""
    p, s, c = (Fraction(repr(v)) / 100 for v in (params.prevalence, params.sensitivity, params.specificity))
    alarms = p * s + (1 - p) * (1 - c)
    return float(p * s / alarms) if alarms else float("nan")


def run_rates(params: Any) -> Result:
    prior, s, c = params.prevalence / 100, params.sensitivity / 100, params.specificity / 100
    parts = shares(params)
    counts = whole(parts, PEOPLE)
    ratio = s / (1 - c)
    one, bar = float(positive_predictive_value(prior, s, c)), threshold(1, params.miss_cost)
    scalars = {
        "ppv": one, "twice": float(updated(one, ratio)), "missed": float(parts[2] / (parts[2] + parts[3])),
        "ratio": ratio, "threshold": bar, "acts": float(one >= bar),
        "positives": float(1e4 * (parts[0] + parts[1])), "hits": float(1e4 * parts[0]),
    }  # fmt: skip
    check = Check(
        text(zh="阳性时有病的概率，与分数精确计数之差", en="P(ill | positive), against exact counting in fractions"),
        abs(one - exact_ppv(params)), 1e-9,
    )  # fmt: skip
    return Result([people_view(counts), curve_view(params, scalars)], scalars, notes(params, scalars), [check])


def people_view(counts: list[int]) -> Points:
    series, start = [], 0
    for (key, name), count in zip(GROUPS, counts, strict=True):
        place = np.arange(start, start + count)
        series.append(Series(key, name, place % COLUMNS, place // COLUMNS, draw="points", sizes=np.full(count, 8.0)))
        start += count
    alarms = counts[0] + counts[1]
    return Points(
        id="people", series=[one for one in series if len(one.x)],
        title=text(zh=f"{PEOPLE} 个人，每人测一次", en=f"{PEOPLE} people, one test each"),
        description=text(
            zh=f"阳性 {alarms} 人，其中 {counts[0]} 人有病、{counts[1]} 人是误报；漏检 {counts[2]} "
            f"人（四舍五入到整人）。",
            en=f"{alarms} are positive: {counts[0]} ill, {counts[1]} false alarms; {counts[2]} ill are missed (whole "
            "people, rounded).",
        ),
        x=Axis(text(zh="列", en="Column"), range=(-1, COLUMNS)),
        y=Axis(text(zh="行", en="Row"), range=(-1, PEOPLE // COLUMNS), reverse=True),
    )  # fmt: skip


def curve_view(params: Any, s: dict[str, float]) -> Lines:
    grid = np.logspace(-3, np.log10(0.5), 81)
    sensitivity, specificity = params.sensitivity / 100, params.specificity / 100
    once = positive_predictive_value(grid, sensitivity, specificity)
    here = params.prevalence
    return Lines(
        id="base-rate", title=text(zh="同一个检测，人群不同，阳性的含义不同",
                                   en="One test: what a positive means depends on who is tested"),
        description=text(
            zh=f"患病率 {here:g} %：一次阳性后 {s['ppv']:.1%}，两次独立的阳性后 {s['twice']:.1%}。"
            f"按所给代价，超过 {s['threshold']:.1%} 就该处理。",
            en=f"At a prevalence of {here:g} %: {s['ppv']:.1%} after one positive, {s['twice']:.1%} after two "
            f"independent ones. With these costs, act from {s['threshold']:.1%} on.",
        ),
        series=[
            Series("posterior", text(zh="一次阳性之后", en="after one positive"), 100 * grid, once),
            Series("twice", text(zh="两次独立阳性之后", en="after two independent positives"), 100 * grid,
                   updated(once, s["ratio"])),
            Series("reference", text(zh="先验（没测）", en="prior (no test)"), 100 * grid, grid, "reference"),
            Series("current", text(zh="本次", en="this run"), np.array([here]), np.array([s["ppv"]]), "highlight",
                   "points"),
        ],
        x=Axis(text(zh="患病率", en="Prevalence"), "%", log=True, range=(0.1, 50)),
        y=Axis(text(zh="有病的概率", en="P(ill)"), range=(0, 1)),
        marks=[Mark(s["threshold"], text(zh="该处理的阈值", en="act from here on"))],
    )  # fmt: skip


def notes(params: Any, s: dict[str, float]) -> list[Text]:
    act, cost = s["acts"] == 1, params.miss_cost
    ratio = (
        text(zh="漏检与误报代价相同", en="With a miss as dear as a false alarm")
        if cost == 1
        else text(zh=f"漏检的代价是误报的 {cost:g} 倍", en=f"With a miss {cost:g} times as dear as a false alarm")
    )
    return [
        text(
            zh=f"每 10 000 人里阳性 {s['positives']:.0f} 人，真有病的 {s['hits']:.0f} 人：P(有病 | 阳性) = "
            f"{s['ppv']:.4f}。",
            en=f"Of 10,000 people {s['positives']:.0f} are positive and {s['hits']:.0f} of these are ill: "
            f"P(ill | positive) = {s['ppv']:.4f}.",
        ),
        text(
            zh=f"后验几率 = 先验几率 × 似然比：一次阳性把几率乘以 {s['ratio']:.3g}。阴性之后仍有病的概率是 "
            f"{s['missed']:.2g}。",
            en=f"Posterior odds = prior odds × likelihood ratio: a positive multiplies the odds by {s['ratio']:.3g}. "
            f"After a negative, {s['missed']:.2g} is left.",
        ),
        text(
            zh=rf"{ratio.zh}：阈值 $C_{{FP}}/(C_{{FP}}+C_{{FN}})$ = "
            rf"{s['threshold']:.3g}，"
            f"所以阳性的人{'应当' if act else '还不必'}处理。阈值不必是 0.5。",
            en=rf"{ratio.en} the threshold "
            rf"$C_{{FP}}/(C_{{FP}}+C_{{FN}})$ is "
            f"{s['threshold']:.3g}, so a positive is {'reason enough' if act else 'not yet reason enough'} to act. "
            "The threshold need not be 0.5.",
        ),
    ]  # fmt: skip
