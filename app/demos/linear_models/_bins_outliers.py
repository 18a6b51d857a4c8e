"""The second tab of how_many_bins: a feature that is linear in the log-odds, and some records with an absurd value."""

import numpy as np

from app.core.activations import Array, sigmoid
from app.core.logistic_regression import newton

from app.core.binning import (  # isort: skip
    bin_counts, bin_of, bin_weights, equal_width_edges, expected_loss, quantile_edges,
)  # fmt: skip
from app.kit import Axis, Check, Lines, Mark, Result, Series, Text, text  # isort: skip

YOUNG, OLD, SLOPE, MIDDLE, REPEATS = 15.0, 60.0, 0.3, 30.0, 8
GRID = YOUNG + (OLD - YOUNG) * (np.arange(1800) + 0.5) / 1800
SWEEP = (0, 1, 2, 3, 5, 8, 12, 16, 20)
NAMES = {
    "raw": text(zh="原始特征", en="raw feature"), "clipped": text(zh="截断到 1%–99% 分位", en="clipped at 1%–99%"),
    "quantile": text(zh="等频分箱", en="quantile bins"), "width": text(zh="等宽分箱", en="equal-width bins"),
}  # fmt: skip


def truth(age: Array) -> Array:
    """P(y = 1 | age) = σ(0.3 (age − 30)): the log-odds are linear."""
    return sigmoid(SLOPE * (age - MIDDLE))[0]


def draw(rows: int, count: int, value: float, seed: int, repeat: int) -> tuple[Array, Array]:
    """Ages uniform from 15 to 60, then `count` records at `value`, labelled 0, 1, 0, … in turn."""
    rng = np.random.default_rng([seed, repeat])
    age = rng.uniform(YOUNG, OLD, rows)
    y = (rng.random(rows) < truth(age)).astype(np.float64)
    return np.append(age, np.full(count, value)), np.append(y, np.arange(count) % 2)


def line(x: Array, y: Array) -> Array:
    """Intercept and slope of plain logistic regression."""
    return newton(np.column_stack([np.ones(len(x)), x]), y, max_steps=200).weights


def fits(x: Array, y: Array, bins: int) -> tuple[dict[str, Array], float]:
    """Probabilities on the grid of real ages, by model; the raw slope."""
    raw = line(x, y)
    low, high = np.quantile(x, [0.01, 0.99])
    clipped = line(np.clip(x, low, high), y)
    out = {"raw": sigmoid(raw[0] + raw[1] * GRID)[0],
           "clipped": sigmoid(clipped[0] + clipped[1] * np.clip(GRID, low, high))[0]}  # fmt: skip
    for name, edges in (("quantile", quantile_edges(x, bins)), ("width", equal_width_edges(x, bins))):
        w = bin_weights(*bin_counts(bin_of(x, edges), y, len(edges) + 1), 0.01)
        out[name] = sigmoid(w[bin_of(GRID, edges)])[0]
    return out, float(raw[1])


def outliers(rows: int, count: int, value: float, bins: int, seed: int) -> Result:
    p = truth(GRID)
    entropy, sweep = expected_loss(p, p), np.array(sorted({*SWEEP, count}))
    loss: dict[str, Array] = {name: np.zeros((REPEATS, len(sweep))) for name in NAMES}
    slope = np.zeros((REPEATS, len(sweep)))
    for r in range(REPEATS):
        for k, m in enumerate(sweep):
            fitted, slope[r, k] = fits(*draw(rows, int(m), value, seed, r), bins)
            for name in NAMES:
                loss[name][r, k] = expected_loss(p, fitted[name])
    here = int(np.searchsorted(sweep, count))
    v = {f"loss_{name}": float(loss[name].mean(axis=0)[here]) for name in NAMES}
    v |= {"entropy": entropy, "slope": float(slope.mean(axis=0)[here]), "slope_clean": float(slope[:, 0].mean()),
          "slope_spread": float(slope[:, here].std(ddof=1)),
          **{f"loss_{name}_clean": float(loss[name].mean(axis=0)[0]) for name in NAMES},
          "quantile_cost": float((loss["quantile"][:, here] - loss["quantile"][:, 0]).mean())}  # fmt: skip
    error = float(slope[:, 0].std(ddof=1)) / REPEATS**0.5
    checks = [] if rows < 200 else [
        Check(text(zh="没有异常值时的斜率，与真值 0.3 之差", en="Slope without absurd records, against the true 0.3"),
              abs(v["slope_clean"] - SLOPE), 3 * error + 4 / rows)]  # fmt: skip
    views = [age_view(rows, count, value, bins, seed, v), sweep_view(sweep, loss, count, v)]
    return Result(views, v, notes(count, value, v), checks)


def age_view(rows: int, count: int, value: float, bins: int, seed: int, v: dict[str, float]) -> Lines:
    fitted, _ = fits(*draw(rows, count, value, seed, 0), bins)
    some = slice(None, None, 6)
    return Lines(
        id="ages", title=text(zh="真实年龄上学到的概率", en="What each model says of real ages"),
        description=text(
            zh=f"{rows} 条正常记录加 {count} 条年龄 {value:g} 的记录。原始特征的斜率 {v['slope']:.4f}（干净时 "
            f"{v['slope_clean']:.3f}）。",
            en=f"{rows} sound records and {count} with age {value:g}. Slope on the raw feature {v['slope']:.4f} "
            f"(clean: {v['slope_clean']:.3f})."),
        series=[
            Series("truth", text(zh="真实概率", en="true probability"), GRID[some], truth(GRID)[some], "reference"),
            *(Series(name, label, GRID[some], fitted[name][some], "muted" if name == "clipped" else "main")
              for name, label in NAMES.items()),
        ],
        x=Axis(text(zh="年龄（岁）", en="Age (years)"), range=(YOUNG, OLD)),
        y=Axis(text(zh="P(y = 1 | 年龄)", en="P(y = 1 | age)"), range=(0, 1)),
    )  # fmt: skip


def sweep_view(sweep: Array, loss: dict[str, Array], count: int, v: dict[str, float]) -> Lines:
    return Lines(
        id="sweep", title=text(zh="异常记录越来越多时的测试损失", en="Test loss as absurd records are added"),
        description=text(
            zh=f"{count} 条异常记录：原始特征 {v['loss_raw']:.3f}，截断 {v['loss_clipped']:.3f}，等频 "
            f"{v['loss_quantile']:.3f}，等宽 {v['loss_width']:.3f}；下限 {v['entropy']:.3f}。",
            en=f"With {count} of them: raw {v['loss_raw']:.3f}, clipped {v['loss_clipped']:.3f}, quantile bins "
            f"{v['loss_quantile']:.3f}, equal-width bins {v['loss_width']:.3f}; floor {v['entropy']:.3f}."),
        series=[Series(name, label, sweep, loss[name].mean(axis=0), draw="both") for name, label in NAMES.items()],
        x=Axis(text(zh="异常记录数", en="Absurd records"), range=(0, 20)),
        y=Axis(text(zh="正常年龄上的对数损失", en="Log loss on real ages"), unit="nat", range=(0.2, 0.75)),
        marks=[Mark(v["entropy"], text(zh="下限", en="floor")),
               Mark(float(count), text(zh="现在", en="now"), axis="x")],
    )  # fmt: skip


def notes(count: int, value: float, v: dict[str, float]) -> list[Text]:
    if not count:
        return [text(
            zh=f"真实的对数几率就是一条直线：原始特征 {v['loss_raw']:.4f}，几乎到下限 {v['entropy']:.4f}；等频分箱 "
            f"{v['loss_quantile']:.4f}，分箱只带来台阶和更多权重。",
            en=f"The true log-odds are a straight line: the raw feature reaches {v['loss_raw']:.4f}, nearly the floor "
            f"{v['entropy']:.4f}; quantile bins {v['loss_quantile']:.4f}: binning adds only steps and weights.",
        )]  # fmt: skip
    return [
        text(
            zh=f"一条年龄 {value:g}、标签为 0 的记录，按原来的斜率要付约 {SLOPE * (value - MIDDLE):.0f} nat，"
            f"所以斜率被压到 {v['slope']:.4f}。等频分箱里它只是最后一箱的一行。",
            en=f"A record of age {value:g} and label 0 would cost about {SLOPE * (value - MIDDLE):.0f} nats at the old "
            f"slope, so the slope gives way: {v['slope']:.4f}. In quantile bins it is one more row of the last bin.",
        ),
        text(
            zh=f"等宽分箱不稳健：最大值变成 {value:g}，真实年龄全挤进前几箱，损失 {v['loss_width']:.3f}。"
            "截断也能挡住，直到异常记录超过 1%。",
            en=f"Equal widths are not robust: with a maximum of {value:g} the real ages share the first bins, loss "
            f"{v['loss_width']:.3f}. Clipping works too, until more than 1% of the records are absurd.",
        ),
    ]
