"""Which rows and columns serve: a coin for every row in every round, against the bootstrap; column shares multiply."""

import math
from typing import Any

import numpy as np

from app.core.activations import Array
from app.core.boosted_trees import Bools, Ints, sample_columns
from app.kit import Axis, Bars, BarSeries, Check, Lines, Result, Series, Table, Text, View, same, text

ROWS, COLUMNS = 500, 64


def binomial(n: int, p: float) -> Array:
    """Probabilities of 0..n successes."""
    return np.array([math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)])


def sampling_result(p: Any) -> Result:
    rng = np.random.default_rng([p.seed, 99])
    kept = rng.random((p.trees, ROWS)) < p.subsample  # subsample 1 keeps all: random() < 1
    drawn = np.stack([np.bincount(rng.integers(0, ROWS, ROWS), minlength=ROWS) for _ in range(p.trees)])
    sizes, served = kept.sum(axis=1), kept.sum(axis=0)
    columns, left = np.arange(COLUMNS), []
    for share in (p.by_tree, p.by_level, p.by_node):
        columns = sample_columns(columns, share, rng)
        left.append(len(columns))
    sd = math.sqrt(ROWS * p.subsample * (1 - p.subsample))
    s = {
        "rows_mean": float(sizes.mean()), "rows_sd": float(sizes.std()), "rows_sd_theory": sd,
        "rounds_served": float(served.mean()), "never": float((served == 0).mean()),
        "never_theory": (1 - p.subsample) ** p.trees,
        "bootstrap_twice": float((drawn >= 2).mean()), "bootstrap_unique": float((drawn > 0).mean()),
        "columns_by_tree": float(left[0]), "columns_by_level": float(left[1]), "columns": float(left[2]),
    }  # fmt: skip
    checks = [
        Check(text(zh="每轮行数的均值与 n·s", en="Mean rows a round against n·s"),
              abs(s["rows_mean"] - ROWS * p.subsample),
              4 * sd / math.sqrt(p.trees) + 1e-9),
        Check(text(zh="bootstrap 的不重复比例与 1 − (1 − 1/n)ⁿ", en="Distinct rows of a bootstrap, 1 − (1 − 1/n)ⁿ"),
              abs(s["bootstrap_unique"] - 1 + (1 - 1 / ROWS) ** ROWS), 4 * 0.31 / math.sqrt(ROWS * p.trees)),
    ]  # fmt: skip
    return Result([within(kept, drawn, p, s), sizes_view(sizes, p, s), served_view(served, p, s), table(p, left)], s,
                  notes(p, s), checks)  # fmt: skip


def within(kept: Bools, drawn: Ints, p: Any, s: dict[str, float]) -> View:
    ours = np.array([(~kept).mean(), kept.mean(), 0.0, 0.0])
    theirs = np.array([(drawn == 0).mean(), (drawn == 1).mean(), (drawn == 2).mean(), (drawn >= 3).mean()])
    return Bars(
        id="within", title=text(zh="一轮之内，一行出现几次", en="How often a row occurs inside one round"),
        description=text(
            zh=f"subsample = {p.subsample:g} 时至多一次；bootstrap 里 {s['bootstrap_twice']:.0%} 的行出现两次以上。",
            en=f"With subsample = {p.subsample:g} at most once; in a bootstrap {s['bootstrap_twice']:.0%} of the rows "
            "occur twice or more.",
        ),
        categories=[same("0"), same("1"), same("2"), same("≥ 3")],
        series=[
            BarSeries("subsample", text(zh="subsample（无放回）", en="subsample (without replacement)"), ours),
            BarSeries("bootstrap", text(zh="bootstrap（有放回）", en="bootstrap (with replacement)"), theirs),
        ],
        x=Axis(text(zh="出现次数", en="Occurrences")),
        y=Axis(text(zh="行的比例", en="Share of rows"), range=(0.0, 1.0)),
    )  # fmt: skip


def sizes_view(sizes: Ints, p: Any, s: dict[str, float]) -> View:
    rounds = np.arange(1, p.trees + 1)
    mean = np.full(p.trees, ROWS * p.subsample)
    return Lines(
        id="sizes", title=text(zh="每轮用了多少行", en="Rows used in each round"),
        description=text(
            zh=f"{p.trees} 轮，均值 {s['rows_mean']:.0f}，标准差 {s['rows_sd']:.1f}"
            f"（逐行抛硬币：{s['rows_sd_theory']:.1f}）。",
            en=f"{p.trees} rounds, mean {s['rows_mean']:.0f}, standard deviation {s['rows_sd']:.1f} (a coin for every "
            f"row: {s['rows_sd_theory']:.1f}).",
        ),
        series=[
            Series("rows", text(zh="行数", en="rows"), rounds, sizes, draw="both"),
            Series("expected", text(zh="n × subsample", en="n × subsample"), rounds, mean, role="reference"),
        ],
        x=Axis(text(zh="轮", en="Round")), y=Axis(text(zh="行数", en="Rows"), range=(0.0, ROWS * 1.05)),
    )  # fmt: skip


def served_view(served: Ints, p: Any, s: dict[str, float]) -> View:
    counts = np.bincount(served, minlength=p.trees + 1) / ROWS
    ks, theory = np.arange(p.trees + 1), binomial(p.trees, p.subsample)
    return Lines(
        id="served", title=text(zh="一行参加了几轮", en="In how many rounds a row serves"),
        description=text(
            zh=f"平均 {s['rounds_served']:.1f} 轮；没用上的行占 {s['never']:.1%}（理论 {s['never_theory']:.2g}）。",
            en=f"{s['rounds_served']:.1f} on average; {s['never']:.1%} of the rows never serve (theory "
            f"{s['never_theory']:.2g}).",
        ),
        series=[
            Series("rounds", text(zh="本次", en="this run"), ks, counts, draw="both"),
            Series("binomial", text(zh="二项分布", en="binomial"), ks, theory, role="reference"),
        ],
        x=Axis(text(zh="参加的轮数", en="Rounds served")), y=Axis(text(zh="行的比例", en="Share of rows")),
    )  # fmt: skip


def table(p: Any, left: list[int]) -> View:
    steps = zip(("colsample_bytree", "colsample_bylevel", "colsample_bynode"), (p.by_tree, p.by_level, p.by_node), left,
                strict=True)  # fmt: skip
    return Table(
        id="columns", title=text(zh=f"{COLUMNS} 列还剩几列可选", en=f"Columns left to choose from, of {COLUMNS}"),
        description=text(zh=f"三个比例连乘，每个节点从 {left[2]} 列里选。",
                         en=f"The three shares multiply: every node chooses among {left[2]}."),
        columns=[text(zh="参数", en="Parameter"), text(zh="比例", en="Share"), text(zh="剩下", en="Left")],
        rows=[[name, float(share), count] for name, share, count in steps],
    )  # fmt: skip


def notes(p: Any, s: dict[str, float]) -> list[Text]:
    if p.subsample == 1:
        return [text(zh="默认 subsample = 1：每一轮都用全部样本，谈不上有没有放回。",
                     en="By default subsample = 1: every round uses every row, with nothing to replace.")]  # fmt: skip
    return [text(
        zh=f"一轮之内不重复，轮与轮之间照样重复：一行平均参加 {s['rounds_served']:.1f} / {p.trees} 轮。",
        en=f"No repeats inside a round, plenty between rounds: a row serves in {s['rounds_served']:.1f} of {p.trees} "
        "rounds on average.",
    )]  # fmt: skip
