"""The tab on learning rates: no norm, batch norm and layer norm, each trained at seven learning rates from 3 seeds."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.activations import Array, relu
from app.core.datasets import two_spirals
from app.core.mlp import init_layers
from app.core.net_stack import accuracies, cross_entropies
from app.core.norm_stack import Norm, NormStack, backward, forward, gradient_of, norm_stack
from app.core.optimisers import Progress, fit, sgd
from app.kit import Axis, Check, Heatmap, Lines, Mark, Result, Series, Text, View, same, text

RATES = (0.001, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
POINTS, BATCH, SEEDS, STEPS, WIDTH, TURNS, LEARNED = 256, 32, 3, 200, 16, 0.7, 0.95
NORMS: dict[Norm, Text] = {
    "none": text(zh="不归一化", en="no norm"), "batch": same("BN"), "layer": same("LN"),
}  # fmt: skip
Runs = dict[Norm, Iterator[Progress]]


def nets_of(norm: Norm, depth: int, seed: int, copies: int = len(RATES)) -> NormStack:
    """SEEDS nets, He initialisation, for each learning rate in turn."""
    widths = [2, *[WIDTH] * depth, 2]
    layers = [init_layers(widths, np.random.default_rng([seed, 1, s])) for _ in range(copies) for s in range(SEEDS)]
    return norm_stack(layers, relu, norm)


def run_rates(params: Any) -> Iterator[Result]:
    """Train everything in step; a result after every tenth of the updates."""
    X, labels = two_spirals(POINTS, np.random.default_rng([params.seed, 0]), TURNS)
    y = labels.astype(np.intp)
    nets = {norm: nets_of(norm, params.depth, params.seed) for norm in NORMS}
    rates = np.repeat(RATES, SEEDS).reshape(-1, 1, 1)
    order = np.random.default_rng([params.seed, 2])
    batches = [order.permutation(POINTS)[:BATCH] for _ in range(STEPS + 1)]
    runs: Runs = {
        norm: fit(gradient_of(n, lambda t: (X[batches[t]], y[batches[t]])), sgd(n.parameters),
                  [rates] * len(n.parameters), STEPS)
        for norm, n in nets.items()
    }  # fmt: skip
    losses = {norm: np.full((STEPS + 1, len(RATES) * SEEDS), np.nan) for norm in NORMS}
    check = direction_check(nets_of("batch", params.depth, params.seed, 1), X, y)
    for now in zip(*runs.values(), strict=True):
        done = now[0].updates
        for norm, state in zip(NORMS, now, strict=True):
            losses[norm][done] = state.seen
        if done and done % (STEPS // 10) == 0:
            yield summary(params, nets, losses, X, y, check, done)


def direction_check(nets: NormStack, X: Array, y: NDArray[np.intp], h: float = 1e-9) -> Check:
    """The backward pass of the batch-norm nets against a central difference of their losses along the first weights."""

    def losses() -> Array:
        return cross_entropies(forward(nets, X, training=True).logits, y)[0]

    tape = forward(nets, X, training=True)
    gradient = backward(nets, tape, cross_entropies(tape.logits, y)[1])[0][0]
    norms = np.sqrt((gradient**2).sum(axis=(1, 2)))
    W, kept, nudge = nets.weights[0], nets.weights[0].copy(), h * gradient / norms[:, None, None]
    W[...] = kept + nudge
    ahead = losses()
    W[...] = kept - nudge
    slope = (ahead - losses()) / (2 * h)
    label = text(zh="反向传播与损失的有限差分，相对差", en="backward pass and finite differences of the loss, relative")
    return Check(label, float(np.abs(slope / norms - 1).max()), 1e-3)


def summary(
    params: Any, nets: dict[Norm, NormStack], losses: dict[Norm, Array], X: Array, y: NDArray[np.intp], check: Check,
    done: int,
) -> Result:  # fmt: skip
    with np.errstate(all="ignore"):
        scores = {norm: accuracies(forward(n, X).logits, y).reshape(len(RATES), SEEDS) for norm, n in nets.items()}
    s: dict[str, float] = {}
    for norm, score in scores.items():
        s |= {f"{norm}_{rate:g}".replace(".", "p"): float(a) for rate, a in zip(RATES, score.mean(axis=1), strict=True)}
        works = np.array(RATES)[score.min(axis=1) >= LEARNED]
        s[f"lowest_{norm}"], s[f"highest_{norm}"] = (float(works[0]), float(works[-1])) if len(works) else (np.nan,) * 2
        s[f"range_{norm}"] = s[f"highest_{norm}"] / s[f"lowest_{norm}"]
        s[f"lost_{norm}"] = float((~np.isfinite(losses[norm][done])).sum())
    views = [table(scores, s), curves(params, losses, s, done)]
    return Result(views, s, notes(s, done), [check], done / STEPS)


def table(scores: dict[Norm, Array], s: dict[str, float]) -> View:
    def span(norm: str) -> str:
        return f"{s[f'lowest_{norm}']:g}–{s[f'highest_{norm}']:g}" if np.isfinite(s[f"lowest_{norm}"]) else "–"

    return Heatmap(
        id="rates", title=text(zh="哪些学习率学得会", en="Which learning rates work"),
        description=text(
            zh=f"三个种子都过 95% 的学习率：不归一化 {span('none')}，BN {span('batch')}，LN {span('layer')}。",
            en=f"Rates at which all three seeds pass 95%: no norm {span('none')}, BN {span('batch')}, LN "
            f"{span('layer')}.",
        ),
        z=np.stack([score.mean(axis=1) for score in scores.values()]), xs=np.arange(len(RATES)),
        ys=np.arange(len(NORMS)), x=Axis(text(zh="学习率", en="Learning rate"),
                                         categories=tuple(same(f"{rate:g}") for rate in RATES)),
        y=Axis(text(zh="归一化", en="Norm"), categories=tuple(NORMS.values()), reverse=True),
        value=Axis(text(zh="正确率（3 个种子的均值；NaN 算错）", en="Accuracy (mean of 3 seeds; NaN is wrong)"),
                   range=(0, 1)),
        text=True,
    )  # fmt: skip


def curves(params: Any, losses: dict[Norm, Array], s: dict[str, float], done: int) -> View:
    shown = RATES.index(float(params.rate))
    columns = slice(shown * SEEDS, (shown + 1) * SEEDS)
    key = f"{RATES[shown]:g}".replace(".", "p")
    ends = ", ".join(f"{NORMS[norm].en} {s[f'{norm}_{key}']:.0%}" for norm in NORMS)
    stand = "，".join(f"{NORMS[norm].zh} {s[f'{norm}_{key}']:.0%}" for norm in NORMS)
    return Lines(
        id="loss", title=text(zh=f"学习率 {RATES[shown]:g} 的损失", en=f"Loss at learning rate {RATES[shown]:g}"),
        description=text(zh=f"正确率：{stand}。曲线中断就是 NaN。", en=f"Accuracy: {ends}. A curve that stops is NaN."),
        series=[Series(norm, NORMS[norm], np.arange(0, done + 1, 2), losses[norm][: done + 1 : 2, columns].mean(axis=1))
                for norm in NORMS],
        x=Axis(text(zh="步", en="step"), range=(0, STEPS)),
        y=Axis(text(zh="交叉熵（3 个种子的均值）", en="cross-entropy (mean of 3 seeds)"), unit="nat", log=True,
               range=(1e-3, 10)),
        marks=[Mark(float(np.log(2)), text(zh="ln 2：瞎猜", en="ln 2: chance"))],
    )  # fmt: skip


def notes(s: dict[str, float], done: int) -> list[Text]:
    out = []
    if np.isfinite(s["range_batch"]) and np.isfinite(s["range_none"]):
        out.append(text(
            zh=f"{done} 步之后，BN 可用的学习率最高是最低的 {s['range_batch']:.0f} 倍，"
            f"不归一化是 {s['range_none']:.0f} 倍。",
            en=f"After {done} updates the largest rate that works is {s['range_batch']:.0f} times the smallest with "
            f"BN, {s['range_none']:.0f} times without.",
        ))  # fmt: skip
    out.append(text(
        zh=f"变成 NaN 的网络：不归一化 {s['lost_none']:.0f} 个，BN {s['lost_batch']:.0f} 个，"
        f"LN {s['lost_layer']:.0f} 个。"
        r"权重放大，BN 和 LN 的输出都不变，而梯度按 $1/\lVert W\rVert$ 变小；不发散不等于学会。",
        en=f"Nets that end as NaN: no norm {s['lost_none']:.0f}, BN {s['lost_batch']:.0f}, LN "
        f"{s['lost_layer']:.0f}. Larger weights leave the output of BN and LN as it is, and the gradient falls as "
        r"$1/\lVert W\rVert$. Not diverging is not yet learning.",
    ))  # fmt: skip
    return out
