"""FTRL-Proximal on a stream of clicks: how many weights are left at λ₁, and what that does to the loss."""

import numpy as np

from app.core.activations import Array, sigmoid
from app.core.click_metrics import log_loss
from app.core.ftrl import ftrl_pass, subgradient_pass
from app.demos.linear_models._workers_data import clicks
from app.kit import Axis, Bars, BarSeries, Check, Lines, Mark, Result, Series, Text, View, same, text

TRAIN, FRESH, REPEATS = 8000, 8000, 3
ALPHA, BETA = 0.3, 1.0
GRID = (0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0)


def ftrl(l1: float, seed: int) -> Result:
    tried = np.array([0.0, l1, *GRID])
    left, fresh, ahead, floor = (np.empty((REPEATS, len(tried))) for _ in range(4))
    facts, ada, kkt = [], 0.0, 0.0
    for repeat in range(REPEATS):
        data = clicks(TRAIN + FRESH, np.random.default_rng([seed, 5, repeat]))
        columns, y, size = data.columns[:TRAIN], data.y[:TRAIN], len(data.weights)
        done = ftrl_pass(columns[None], np.ones((1, 1, 1)), y, size, ALPHA, BETA, tried)
        left[repeat] = (done.weights != 0).sum(axis=1)
        truth = sigmoid(data.logit[TRAIN:])[0]
        scores = done.weights[:, data.columns[TRAIN:]].sum(axis=2)
        fresh[repeat] = [log_loss(sigmoid(z)[0], truth) for z in scores]
        ahead[repeat] = [log_loss(p, y) for p in done.predicted]
        floor[repeat] = log_loss(truth, truth)
        plain = subgradient_pass(columns, y, size, ALPHA, BETA, 0.0)[0]
        rough, seen = subgradient_pass(columns, y, size, ALPHA, BETA, l1)
        ada = max(ada, float(np.abs(plain - done.weights[0]).max()))
        w, pull = done.weights[1], done.z[1] + (BETA + np.sqrt(done.n[1])) / ALPHA * done.weights[1]
        kkt = max(kkt, float(np.abs(pull + l1 * np.sign(w))[w != 0].max(initial=0.0)),
                  float((np.abs(pull) - l1)[w == 0].max(initial=0.0)))  # fmt: skip
        kept = w != 0
        facts.append({
            "seen": (seen > 0).sum(), "once": (seen == 1).sum() / (seen > 0).sum(),
            "useful": ((data.weights != 0) & (seen > 0)).sum(), "zeros": (~kept & (seen > 0)).sum() / (seen > 0).sum(),
            "zeros_subgradient": ((rough == 0) & (seen > 0)).sum() / (seen > 0).sum(),
            "real": (data.weights[kept] != 0).mean() if kept.any() else np.nan,
        })  # fmt: skip
    s = {name: float(np.mean([f[name] for f in facts])) for name in facts[0]}
    mean = fresh.mean(axis=0)
    grid = mean[2:]
    s |= {
        "nonzero": float(left[:, 1].mean()), "nonzero_none": float(left[:, 0].mean()),
        "nonzero_sd": float(left[:, 1].std(ddof=1)), "loss": float(mean[1]), "loss_none": float(mean[0]),
        "loss_best": float(grid.min()), "best": float(GRID[int(grid.argmin())]),
        "nonzero_best": float(left.mean(axis=0)[2 + int(grid.argmin())]),
        "loss_most": float(mean[-1]), "nonzero_most": float(left.mean(axis=0)[-1]), "floor": float(floor.mean()),
        "gain": float(mean[0] - mean[1]), "fewer": float(left[:, 0].mean() / max(1.0, left[:, 1].mean())),
        "always_better": float((fresh[:, 1] < fresh[:, 0]).all()),
    }  # fmt: skip
    checks = [
        Check(text(zh="λ₁ = 0 时与 AdaGrad 逐步更新的权重", en="λ₁ = 0 against AdaGrad, step by step"), ada, 1e-10),
        Check(text(zh="最终权重违背最优性条件", en="Violation of the optimality condition"), kkt, 1e-9),
    ]
    views = [count_view(left, l1, s), loss_view(fresh, ahead, l1, s), zeros_view(s)]
    return Result(views, s, notes(l1, s), checks)


def count_view(left: Array, l1: float, s: dict[str, float]) -> View:
    return Lines(
        id="count", title=text(zh="非零权重个数随 λ₁ 下降", en="Non-zero weights fall with λ₁"),
        description=text(
            zh=f"λ₁ = {l1:g} 时 {s['seen']:.0f} 个见过的特征里剩 {s['nonzero']:.0f} 个；λ₁ = 0 时 "
            f"{s['nonzero_none']:.0f} 个全不为 0。",
            en=f"At λ₁ = {l1:g}, {s['nonzero']:.0f} of {s['seen']:.0f} features seen are left; at λ₁ = 0 all "
            f"{s['nonzero_none']:.0f} differ from 0.",
        ),
        series=[Series(f"stream-{i}", text(zh=f"数据 {i + 1}", en=f"stream {i + 1}"), np.array(GRID), row[2:],
                       draw="both", role="main" if i == 0 else "muted") for i, row in enumerate(left)],
        marks=[Mark(s["useful"], text(zh="其中真有作用的", en="that truly matter")),
               *([Mark(l1, same(f"λ₁ = {l1:g}"), axis="x")] if l1 >= GRID[0] else [])],
        x=Axis(same("λ₁"), log=True), y=Axis(text(zh="非零权重", en="non-zero weights"), log=True),
    )  # fmt: skip


def loss_view(fresh: Array, ahead: Array, l1: float, s: dict[str, float]) -> View:
    x = np.array(GRID)
    spread = (fresh - fresh.mean(axis=1, keepdims=True))[:, 2:].std(axis=0, ddof=1)
    mean = fresh.mean(axis=0)[2:]
    return Lines(
        id="loss", title=text(zh="损失：少留权重反而更准，直到留得太少",
                              en="Loss: fewer weights do better, down to a point"),
        description=text(
            zh=f"新数据上：λ₁ = 0 是 {s['loss_none']:.4f}，λ₁ = {l1:g} 是 {s['loss']:.4f}，λ₁ = {GRID[-1]:g} 是 "
            f"{s['loss_most']:.4f}；真实模型 {s['floor']:.4f}。",
            en=f"On fresh rows: {s['loss_none']:.4f} at λ₁ = 0, {s['loss']:.4f} at {l1:g}, {s['loss_most']:.4f} at "
            f"{GRID[-1]:g}; the true model has {s['floor']:.4f}.",
        ),
        series=[
            Series("test", text(zh="新数据", en="fresh rows"), x, mean, draw="both"),
            *(Series("test", text(zh="± 标准差（各数据的水平已去掉）",
                                  en="± s.d. (levels of the streams taken out)"), x,
                     mean + side * spread, role="muted") for side in (-1, 1)),
            Series("progressive", text(zh="训练中先预测后更新", en="progressive: predict, then update"), x,
                   ahead.mean(axis=0)[2:]),
        ],
        marks=[Mark(s["loss_none"], same("λ₁ = 0"))],
        x=Axis(same("λ₁"), log=True), y=Axis(text(zh="log loss", en="log loss"), unit="nat"),
    )  # fmt: skip


def zeros_view(s: dict[str, float]) -> View:
    return Bars(
        id="zeros", title=text(zh="见过的特征里，权重恰好为 0 的", en="Features seen whose weight is exactly 0"),
        description=text(
            zh=f"同样的 λ₁、学习率和数据：FTRL {s['zeros']:.1%}，次梯度 {s['zeros_subgradient']:.1%}。",
            en=f"Same λ₁, rates and rows: FTRL {s['zeros']:.1%}, subgradients {s['zeros_subgradient']:.1%}.",
        ),
        categories=[same("FTRL-Proximal"), text(zh="SGD + L1 次梯度", en="SGD + L1 subgradient")],
        series=[BarSeries("zeros", text(zh="恰好为 0",
                                        en="exactly 0"), np.array([s["zeros"], s["zeros_subgradient"]]))],
        x=Axis(text(zh="算法", en="algorithm")), y=Axis(text(zh="份额", en="share"), range=(0, 1)),
    )  # fmt: skip


def notes(l1: float, s: dict[str, float]) -> list[Text]:
    return [
        text(
            zh=f"见过的特征里 {s['once']:.0%} 只出现一次：一次的梯度绝对值不到 1，所以 λ₁ ≥ 1 时它们永远是 0，"
            "不必上线。",
            en=f"{s['once']:.0%} of the features seen occurred once. One gradient is below 1 in magnitude, so with "
            "λ₁ ≥ 1 they stay at 0 for ever and are never served.",
        ),
        text(
            zh=f"λ₁ = {l1:g} 的模型小 {s['fewer']:.0f} 倍；剩下的权重里 {s['real']:.0%} 真有作用。",
            en=f"At λ₁ = {l1:g} the model is {s['fewer']:.0f} times smaller; {s['real']:.0%} of the weights left truly "
            "matter.",
        ),
    ]
