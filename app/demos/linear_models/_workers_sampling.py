"""Negatives dropped in training: what it does to the probabilities, how to put them right, and what it costs."""

import math
from typing import NamedTuple

import numpy as np

from app.core.activations import Array, sigmoid
from app.core.click_metrics import auc, log_loss
from app.core.logistic_regression import newton
from app.core.parallel_logistic import recalibrate
from app.demos.linear_models._workers_data import dense
from app.kit import Axis, Check, Lines, Mark, Result, Series, Table, Text, View, same, text

ROWS, FRESH, FEATURES, STRENGTH, REPEATS = 40_000, 20_000, 6, 1.2, 6
KEPT = (1.0, 0.3, 0.1, 0.03, 0.01)
BINS = 12


class Outcome(NamedTuple):
    """One training: rows used; mean p over the true mean, raw and recalibrated; log loss over that of the base rate,
    raw and recalibrated; AUC; squared error of the slopes."""

    rows: float
    raw_ratio: float
    ratio: float
    raw_ne: float
    ne: float
    auc: float
    error: float


def base_intercept(rate: float) -> float:
    """The intercept with which the mean probability is `rate` (log-odds of standard deviation STRENGTH)."""
    z = np.linspace(-7, 7, 1401)
    weight = np.exp(-(z**2) / 2)
    low, high = -25.0, 25.0
    for _ in range(60):
        middle = (low + high) / 2
        mean = float(weight @ sigmoid(middle + STRENGTH * z)[0] / weight.sum())
        low, high = (middle, high) if mean < rate else (low, middle)
    return low


def sampling(rate: float, kept: float, seed: int) -> Result:
    tried = sorted({*KEPT, kept}, reverse=True)
    intercept = base_intercept(rate)
    outcomes: dict[float, list[Outcome]] = {k: [] for k in tried}
    shift = order = 0.0
    for repeat in range(REPEATS):
        rng = np.random.default_rng([seed, 6, repeat])
        X, y, truth = dense(ROWS, FEATURES, STRENGTH, intercept, rng)
        A = np.column_stack([np.ones(FRESH), rng.standard_normal((FRESH, FEATURES))])
        chance = sigmoid(A @ truth)[0]
        labels = (rng.random(FRESH) < chance).astype(np.float64)
        draw = rng.random(ROWS)
        for k in tried:
            rows = (y == 1) | (draw < k)
            fit = newton(X[rows], y[rows], 1e-3).weights
            raw = sigmoid(A @ fit)[0]
            right = np.asarray(recalibrate(raw, k))
            base = log_loss(np.full(FRESH, chance.mean()), chance)
            score = auc(raw, labels)
            outcomes[k].append(Outcome(
                rows.sum(), raw.mean() / chance.mean(), right.mean() / chance.mean(), log_loss(raw, chance) / base,
                log_loss(right, chance) / base, score, float(((fit - truth)[1:] ** 2).sum())))  # fmt: skip
            moved = fit.copy()
            moved[0] += math.log(k)
            shift = max(shift, float(np.abs(sigmoid(A @ moved)[0] - right).max()))
            order = max(order, abs(score - auc(A @ moved, labels)))
            if repeat == 0 and k == kept:
                bins = reliability(raw, right, chance)
    table = {k: np.array(v) for k, v in outcomes.items()}
    here, full = Outcome(*table[kept].mean(axis=0)), Outcome(*table[1.0].mean(axis=0))
    s = {f"{name}": float(value) for name, value in here._asdict().items()}
    s |= {f"{name}_full": float(value) for name, value in full._asdict().items()}
    s |= {
        "ratio_sd": float(table[kept][:, 2].std(ddof=1)), "ne_sd": float(table[kept][:, 4].std(ddof=1)),
        "log_kept": math.log(kept), "share": here.rows / full.rows, "half": float(recalibrate(0.5, kept)),
        "ne_cost": here.ne - full.ne, "auc_cost": full.auc - here.auc, "error_ratio": here.error / full.error,
        "shift": shift,
    }  # fmt: skip
    checks = [
        Check(text(zh="q = p/(p+(1−p)/w) 与截距加 ln w", en="q = p/(p+(1−p)/w) against the intercept plus ln w"),
              shift, 1e-12),
        Check(text(zh="重校准前后的 AUC 之差", en="AUC before and after recalibration"), order, 1e-12),
        Check(text(zh="重校准后平均 p ÷ 真实率（离 1 几个标准误）",
                   en="Mean p / rate after recalibration (s.e. off 1)"),
              abs(s["ratio"] - 1) / max(s["ratio_sd"] / math.sqrt(REPEATS), 0.01), 4.0),
    ]  # fmt: skip
    views = [bins_view(bins, kept, s), cost_view(table), table_view(table, kept, s)]
    return Result(views, s, notes(rate, kept, s), checks)


def reliability(raw: Array, right: Array, chance: Array) -> Array:
    """(3, BINS): mean raw p, mean recalibrated p and mean true probability of equal groups by score."""
    groups = np.array_split(np.argsort(raw), BINS)
    return np.array([[values[g].mean() for g in groups] for values in (raw, right, chance)])


def bins_view(bins: Array, kept: float, s: dict[str, float]) -> View:
    raw, right, chance = bins
    ends = np.array([min(chance.min(), right.min()) / 1.5, 1.0])
    return Lines(
        id="reliability", title=text(zh="说的概率与真实的概率", en="The probability said and the true one"),
        description=text(
            zh=f"w = {kept:g}：不校准时平均高估 {s['raw_ratio']:.1f} 倍，校准后是 {s['ratio']:.2f} 倍。",
            en=f"w = {kept:g}: the mean is {s['raw_ratio']:.1f} times too high as it is, {s['ratio']:.2f} times after "
            "recalibration.",
        ),
        series=[
            Series("theory", text(zh="说到做到", en="as said"), ends, ends, role="reference"),
            Series("raw", text(zh="直接用", en="as trained"), raw, chance, draw="both"),
            Series("recalibrated", text(zh="重校准", en="recalibrated"), right, chance, draw="both"),
        ],
        x=Axis(text(zh="模型说的 p（每组平均）", en="p said by the model (mean of a group)"), log=True),
        y=Axis(text(zh="真实概率（每组平均）", en="true probability (mean of a group)"), log=True),
    )  # fmt: skip


def cost_view(table: dict[float, Array]) -> View:
    k = np.array(list(table))
    mean = np.array([v.mean(axis=0) for v in table.values()])
    spread = np.array([v.std(axis=0, ddof=1) for v in table.values()])
    series = [
        Series("raw", text(zh="直接用", en="as trained"), k, mean[:, 3], draw="both"),
        Series("recalibrated", text(zh="重校准", en="recalibrated"), k, mean[:, 4], draw="both"),
        *(Series("recalibrated", text(zh="± 标准差", en="± s.d."), k, mean[:, 4] + side * spread[:, 4], role="muted")
          for side in (-1, 1)),
    ]  # fmt: skip
    return Lines(
        id="cost", title=text(zh="归一化熵随负样本留下的比例", en="Normalised entropy by the negatives kept"),
        description=text(
            zh=f"w = {k[-1]:g} 时直接用 {mean[-1, 3]:.2f}，比只报平均点击率还差；重校准后 {mean[-1, 4]:.3f}，全部数据 "
            f"{mean[0, 4]:.3f}。",
            en=f"At w = {k[-1]:g} it is {mean[-1, 3]:.2f} as trained, worse than always saying the base rate; "
            f"{mean[-1, 4]:.3f} recalibrated, {mean[0, 4]:.3f} with all rows.",
        ),
        series=series, marks=[Mark(1.0, text(zh="只报平均点击率", en="always the base rate"))],
        x=Axis(text(zh="负样本留下的比例 w", en="share of negatives kept, w"), log=True),
        y=Axis(text(zh="归一化熵", en="normalised entropy"), log=True),
    )  # fmt: skip


def table_view(table: dict[float, Array], kept: float, s: dict[str, float]) -> View:
    return Table(
        id="table", title=text(zh=f"{REPEATS} 份数据的平均", en=f"Means over {REPEATS} data sets"),
        description=text(
            zh=f"w = {kept:g}：用 {s['share']:.1%} 的行，AUC {s['auc']:.3f}（全部 {s['auc_full']:.3f}），"
            f"重校准后的归一化熵 {s['ne']:.4f}（全部 {s['ne_full']:.4f}）。",
            en=f"w = {kept:g}: {s['share']:.1%} of the rows, AUC {s['auc']:.3f} ({s['auc_full']:.3f} with all), "
            f"normalised entropy {s['ne']:.4f} after recalibration ({s['ne_full']:.4f}).",
        ),
        columns=[same("w"), text(zh="行数", en="rows"), text(zh="平均 p ÷ 真实率，直接用",
                                                           en="mean p / rate, as trained"),
                 text(zh="重校准", en="recalibrated"), text(zh="归一化熵，直接用", en="normalised entropy, as trained"),
                 text(zh="重校准", en="recalibrated"), same("AUC")],
        rows=[[f"{k:g}", f"{m[0]:.0f}", f"{m[1]:.2f}", f"{m[2]:.2f}", f"{m[3]:.4f}", f"{m[4]:.4f}", f"{m[5]:.4f}"]
              for k, m in ((k, v.mean(axis=0)) for k, v in table.items())],
    )  # fmt: skip


def notes(rate: float, kept: float, s: dict[str, float]) -> list[Text]:
    return [
        text(
            zh=f"丢掉负样本只把赔率乘以 1/w，对数赔率加 −ln w = {-s['log_kept']:.2f}，斜率不变。"
            f"所以 $q=\\frac{{p}}{{p+(1-p)/w}}$，等价于截距加 ln w：p = 0.5 变成 {s['half']:.4f}。",
            en=f"Dropping negatives multiplies the odds by 1/w: the log-odds rise by −ln w = {-s['log_kept']:.2f} and "
            f"the slopes stay. So $q=\\frac{{p}}{{p+(1-p)/w}}$, the same as adding ln w to the intercept: p = 0.5 "
            f"becomes {s['half']:.4f}.",
        ),
        text(
            zh=f"正样本率 {rate:g}：行数剩 {s['share']:.1%}，斜率的平方误差变成 {s['error_ratio']:.1f} 倍。"
            "AUC 只看次序，看不出校准错了。",
            en=f"At a rate of {rate:g}, {s['share']:.1%} of the rows are left and the squared error of the slopes is "
            f"{s['error_ratio']:.1f} times as large. AUC sees the order only and does not notice wrong probabilities.",
        ),
    ]
