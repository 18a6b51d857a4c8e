"""The tab on batch size: the same task trained with batches of 1 to 256; what the batch's own statistics cost."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Array, relu
from app.core.batch_norm import batch_norm, batch_norm_backward
from app.core.datasets import two_spirals
from app.core.mlp import init_layers
from app.core.net_stack import accuracies
from app.core.norm_stack import Norm, NormStack, forward, gradient_of, norm_stack
from app.core.optimisers import fit, sgd
from app.kit import Axis, Check, Lines, Mark, Result, Series, Text, View, text

POINTS, SEEDS, STEPS, WIDTHS, TURNS = 256, 3, 300, (2, 16, 16, 16, 16, 2), 0.5
SIZES = (1, 2, 4, 8, 16, 64)
KINDS: dict[str, Text] = {
    "eval": text(zh="BN，推理模式", en="BN, inference mode"),
    "own": text(zh="BN，训练模式（用本批统计）", en="BN, training mode (own batch)"),
    "layer": text(zh="LN", en="LN"), "none": text(zh="不归一化", en="no norm"),
}  # fmt: skip
Data = tuple[Array, NDArray[np.intp]]
Found = dict[int, dict[str, Array]]


def points(seed: int, part: int) -> Data:
    X, y = two_spirals(POINTS, np.random.default_rng([seed, part]), TURNS)
    return X, y.astype(np.intp)


def train(norm: Norm, size: int, params: Any) -> NormStack:
    """SEEDS nets side by side, all on the same batches."""
    X, y = points(params.seed, 0)
    layers = [init_layers(WIDTHS, np.random.default_rng([params.seed, 2, s])) for s in range(SEEDS)]
    nets, rng = norm_stack(layers, relu, norm), np.random.default_rng([params.seed, 3])

    def draw(_: int) -> Data:
        rows = rng.permutation(POINTS)[:size]
        return X[rows], y[rows]

    for _ in fit(gradient_of(nets, draw), sgd(nets.parameters), params.lr, STEPS):
        pass
    return nets


def measure(size: int, params: Any) -> dict[str, Array]:
    """Test accuracies (SEEDS,) by kind, of nets trained with this batch size."""
    X, y = points(params.seed, 1)
    controls: tuple[Norm, ...] = ("layer", "none")
    found: dict[str, Array] = {n: accuracies(forward(train(n, size, params), X).logits, y) for n in controls}
    nets = train("batch", size, params)
    found["eval"] = accuracies(forward(nets, X).logits, y)
    order = np.random.default_rng([params.seed, 4]).permutation(POINTS)
    parts = [order[i : i + size] for i in range(0, POINTS - size + 1, size)]
    found["own"] = np.mean([accuracies(forward(nets, X[p], training=True).logits, y[p]) for p in parts], axis=0)
    return found


def run_batch(params: Any) -> Iterator[Result]:
    """A result after every batch size, from the smallest."""
    sizes, found = sorted({*SIZES, params.batch}), Found()
    law, checks = statistics(sizes, params.seed)
    for done, size in enumerate(sizes, 1):
        found[size] = measure(size, params)
        yield summary(params, found, law, checks, done / len(sizes))


def statistics(sizes: list[int], seed: int, repeats: int = 500) -> tuple[dict[str, Array], list[Check]]:
    """For every size ≥ 2: the share of the squared gradient that passes, and the spread of the batch mean in units of
    σ, both over `repeats` Gaussian batches, with their closed forms (B - 2)/B and 1/√B."""
    rng, passes, spread = np.random.default_rng([seed, 5]), [], []
    many = np.array([b for b in sizes if b > 1])
    for size in many:
        x, g = rng.standard_normal((2, size, repeats))
        one = np.ones(repeats)
        _, x_hat, std = batch_norm(x, one, 0 * one, 1e-12)
        d_x = batch_norm_backward(g, x_hat, std, one)[0]
        passes.append(((d_x * std) ** 2).sum() / (g**2).sum())
        spread.append(x.mean(axis=0).std())
    law = {
        "sizes": many, "passes": np.array(passes), "spread": np.array(spread),
        "passes_theory": (many - 2) / many, "spread_theory": 1 / np.sqrt(many),
    }  # fmt: skip
    off = float(np.abs(law["passes"] - law["passes_theory"]).max())
    off_spread = float(np.abs(law["spread"] / law["spread_theory"] - 1).max())
    return law, [
        Check(text(zh="传过去的梯度占比，与 (B − 2)/B", en="share of the gradient that passes, against (B − 2)/B"),
              off, 0.05),
        Check(text(zh="批均值的波动，与 1/√B", en="spread of the batch mean, against 1/√B"), off_spread, 0.15),
    ]  # fmt: skip


def summary(params: Any, found: Found, law: dict[str, Array], checks: list[Check], progress: float) -> Result:
    sizes = sorted(found)
    s = {f"{kind}_{size}": float(found[size][kind].mean()) for size in sizes for kind in KINDS}
    shown = found.get(params.batch, {})
    s |= {f"{kind}_chosen": float(shown[kind].mean()) if shown else float("nan") for kind in KINDS}
    s["gap_chosen"] = s["eval_chosen"] - s["own_chosen"]
    s |= {f"short_{size}": s[f"layer_{size}"] - max(s[f"eval_{size}"], s[f"own_{size}"]) for size in sizes}
    at = np.flatnonzero(law["sizes"] == params.batch)
    s["passes_chosen"] = float(law["passes"][at[0]]) if len(at) else 0.0
    return Result(
        [accuracy(params, found, s), law_view(params, law, s)], s, notes(params, s, progress), checks, progress
    )


def accuracy(params: Any, found: Found, s: dict[str, float]) -> View:
    sizes = np.array(sorted(found))
    here = ", ".join(f"{KINDS[k].en} {s[f'{k}_chosen']:.0%}" for k in KINDS if np.isfinite(s[f"{k}_chosen"]))
    hier = "，".join(f"{KINDS[k].zh} {s[f'{k}_chosen']:.0%}" for k in KINDS if np.isfinite(s[f"{k}_chosen"]))
    series = [Series(k, name, sizes, np.array([found[b][k].mean() for b in sizes]), draw="both")
              for k, name in KINDS.items()]  # fmt: skip
    spread = [Series(k, text(zh=f"{name.zh}：各种子", en=f"{name.en}: each seed"), np.repeat(sizes, SEEDS),
                     np.concatenate([found[b][k] for b in sizes]), "muted", "points")
              for k, name in KINDS.items() if k in ("eval", "own")]  # fmt: skip
    return Lines(
        id="accuracy", title=text(zh="批大小与测试正确率", en="Batch size and test accuracy"),
        description=text(
            zh=f"每个网络训练 {STEPS} 步。批大小 {params.batch}：{hier or '尚未算到'}。",
            en=f"{STEPS} updates each. Batch size {params.batch}: {here or 'not reached yet'}.",
        ),
        series=[*series, *spread],
        x=Axis(text(zh="批大小 B", en="Batch size B"), log=True, range=(0.9, 300)),
        y=Axis(text(zh="测试正确率（3 个种子的均值）", en="Test accuracy (mean of 3 seeds)"), range=(0, 1.03)),
        marks=[Mark(0.5, text(zh="瞎猜", en="chance")), Mark(params.batch, text(zh="所选", en="chosen"), axis="x")],
    )  # fmt: skip


def law_view(params: Any, law: dict[str, Array], s: dict[str, float]) -> View:
    grid = np.geomspace(2, 256, 60)
    sizes = law["sizes"]
    return Lines(
        id="passes", title=text(zh="小批的两个代价", en="What a small batch costs"),
        description=text(
            zh=f"批大小 {params.batch} 时，梯度的平方平均传过去 {s['passes_chosen']:.1%}。"
            "批均值的波动是 1/√B 个标准差。",
            en=f"With a batch of {params.batch}, {s['passes_chosen']:.1%} of the squared gradient passes on average. "
            "The batch mean is off by 1/√B standard deviations.",
        ),
        series=[
            Series("gradient", text(zh="传过去的梯度平方占比", en="share of the squared gradient that passes"), sizes,
                   law["passes"], draw="points"),
            Series("theory", text(zh="(B − 2)/B", en="(B − 2)/B"), grid, (grid - 2) / grid, "reference"),
            Series("spread", text(zh="批均值的标准差（σ）", en="std of the batch mean (σ)"), sizes, law["spread"],
                   draw="points"),
            Series("theory", text(zh="1/√B", en="1/√B"), grid, 1 / np.sqrt(grid), "reference"),
        ],
        x=Axis(text(zh="批大小 B", en="Batch size B"), log=True, range=(0.9, 300)),
        y=Axis(text(zh="占比；或几个 σ", en="Share; or number of σ"), range=(0, 1.03)),
    )  # fmt: skip


def notes(params: Any, s: dict[str, float], progress: float) -> list[Text]:
    out = [text(
        zh="LN 和不归一化的网络是对照：数据、步数、学习率、批都一样，差别只在归一化沿哪个方向。",
        en="LN and no norm are the controls: same data, steps, learning rate and batches.",
    )]  # fmt: skip
    if progress == 1 and params.batch > 2:
        out.append(text(
            zh=f"批大小 {params.batch}，同一组权重：推理模式 {s['eval_chosen']:.0%}，训练模式 {s['own_chosen']:.0%}，"
            f"差 {round(100 * s['gap_chosen']) + 0:+d} 个百分点。",
            en=f"Batch size {params.batch}, the same weights: inference mode {s['eval_chosen']:.0%}, training mode "
            f"{s['own_chosen']:.0%}, a gap of {round(100 * s['gap_chosen']) + 0:+d} points.",
        ))  # fmt: skip
    elif progress == 1:
        out.append(text(
            zh=f"批大小 {params.batch}：反向公式减去两个分量之后什么也不剩，BN 之前的权重收不到梯度。",
            en=f"Batch size {params.batch}: with two components taken out nothing is left of the gradient, and weights "
            "before a BN get none.",
        ))  # fmt: skip
    return out
