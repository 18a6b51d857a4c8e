"""The training tab of linear_collapse: a real network against what its family of functions can do at best."""

import math
from collections.abc import Iterator

import numpy as np

from app.core.activations import ACTIVATIONS, Activation, Array, sigmoid, square
from app.core.datasets import circle, moons, two_spirals, xor
from app.core.deep_net import DeepNet, deep_net, forward, gradient_of
from app.core.linear_collapse import best_line_accuracy, collapse, logistic_regression, monomials, nonaffine_share
from app.core.losses import bce_with_logits
from app.core.mlp_probes import accuracy
from app.core.optimisers import adam, fit
from app.kit import Axis, Check, Heatmap, Lines, Mark, Result, Series, Table, Text, View, same, text

POINTS, PIXELS, LR, EDGE = 200, 48, 0.02, 1.7
FUNCTIONS: dict[str, Activation] = {**{n: ACTIVATIONS[n] for n in ("identity", "relu", "tanh")}, "square": square}
LABELS = {
    "identity": text(zh="无激活", en="no activation"), "relu": same("ReLU"), "tanh": same("tanh"), "square": same("z²"),
}  # fmt: skip


def data(task: str, seed: int) -> tuple[Array, Array]:
    """200 points X (200, 2) and classes y. xor is mirrored at both axes: no straight line is better than any other."""
    rng = np.random.default_rng([seed, 0])
    if task == "xor":
        quarter, _ = xor(POINTS // 4, rng)
        X = np.concatenate([quarter * signs for signs in ((1, 1), (1, -1), (-1, 1), (-1, -1))])
        return X, (X[:, 0] * X[:, 1] < 0).astype(float)
    if task == "moons":
        return moons(POINTS, rng, 0.15)
    return circle(POINTS, rng) if task == "circle" else two_spirals(POINTS, rng)


def training(task: str, activation: str, depth: int, width: int, steps: int, seed: int) -> Iterator[Result]:
    X, y = data(task, seed)
    rng = np.random.default_rng([seed, 1])
    widths = [2, *[width] * depth, 1]
    net = deep_net(widths, FUNCTIONS[activation], rng, "he" if activation == "relu" else "xavier")
    degree = {"identity": 1, "square": 2}.get(activation) if depth == 1 or activation == "identity" else None
    line = logistic_regression(X, y)
    limits = {"line": line.loss, "ceiling": best_line_accuracy(X, y), "slack": line.gradient}
    if degree == 2:
        limits["conic"] = logistic_regression(monomials(X, 2), y).loss
    losses = np.full(steps + 1, np.nan)
    for state in fit(gradient_of(net, X, y, bce_with_logits), adam(net.parameters), LR, steps):
        losses[state.updates] = state.loss
        if state.updates % max(1, steps // 10) == 0:
            seen = losses[: state.updates + 1]
            yield _result(task, activation, steps, net, X, y, seen, state.seen[0].logits, limits)


def _result(
    task: str, activation: str, steps: int, net: DeepNet, X: Array, y: Array, losses: Array, logits: Array,
    limits: dict[str, float],
) -> Result:  # fmt: skip
    linear, floor = activation == "identity", limits.get("conic", limits["line"])
    side = np.linspace(-EDGE, EDGE, PIXELS)
    grid = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    with np.errstate(over="ignore", invalid="ignore"):
        outputs = forward(net, grid).logits[:, 0]
    P, c = collapse(list(zip(net.weights, net.biases, strict=True)))
    numbers = sum(parameter.size for parameter in net.parameters)
    finite = bool(np.isfinite(outputs).all())
    s = {
        "loss": float(losses[-1]), "accuracy": accuracy(logits, y), "best_line_loss": limits["line"],
        "best_line_accuracy": limits["ceiling"], "gap": float(losses[-1]) - floor, "numbers": float(numbers),
        "nonaffine": nonaffine_share(grid, outputs) if finite else math.nan,
    }  # fmt: skip
    checks = [Check(
        text(zh="最优直线处损失的梯度（凸问题，应为 0）", en="gradient at the best line (convex: must be 0)"),
        limits["slack"], 1e-8)]  # fmt: skip
    if linear:
        s["collapse_error"] = float(np.abs(outputs - (grid @ P + c)[:, 0]).max())
        s["rank"] = float(np.linalg.matrix_rank(P))
        checks += [
            Check(text(zh="整个网络与相乘所得一层之差", en="network minus its one multiplied-out layer"),
                  s["collapse_error"], 1e-9),
            Check(text(zh="正确率超出直线上限的部分", en="accuracy above that of the best line"),
                  max(0.0, s["accuracy"] - limits["ceiling"]), 1e-12),
        ]  # fmt: skip
    if linear or "conic" in limits:
        checks.append(Check(text(zh="损失低于同类函数最优值的部分", en="loss below the optimum of its family"),
                            max(0.0, -s["gap"]), 1e-9))  # fmt: skip
        s["conic_loss"] = floor
    return Result(
        views=[
            _map(side, outputs, X, y, (P[:, 0], float(c[0])) if linear else None, s),
            _loss(activation, steps, losses, limits, s), _table(net, P[:, 0], float(c[0]), linear, s),
        ],
        scalars=s, notes=_notes(task, activation, len(net.weights), s, limits), checks=checks,
        progress=(len(losses) - 1) / steps,
    )  # fmt: skip


def _map(
    side: Array, outputs: Array, X: Array, y: Array, affine: tuple[Array, float] | None, s: dict[str, float]
) -> View:
    with np.errstate(invalid="ignore"):
        shown = np.round(sigmoid(outputs)[0].reshape(PIXELS, PIXELS), 3)
    series = [
        Series(f"class-{k}", text(zh=f"第 {k} 类", en=f"class {k}"), X[y == k, 0], X[y == k, 1], draw="points",
               sizes=np.full(int(np.sum(y == k)), 6.0))
        for k in (0, 1)
    ]  # fmt: skip
    if affine is not None and np.abs(affine[0]).max() > 1e-6:
        (p, q), c = affine[0], affine[1]
        ends = np.array([-EDGE, EDGE])
        xs, ys = (ends, -(p * ends + c) / q) if abs(q) > abs(p) else (-(q * ends + c) / p, ends)
        series.append(Series("reference", text(zh="相乘所得一层的分界", en="boundary of the one multiplied-out layer"),
                             xs, ys, "reference"))  # fmt: skip
    x, z = Axis(text(zh="x₁", en="x₁"), range=(-EDGE, EDGE)), text(zh="判为第 1 类的概率", en="P(class 1)")
    return Heatmap(
        id="map", title=text(zh="网络的判断", en="What the network answers"),
        description=text(
            zh=f"正确率 {s['accuracy']:.1%}；任何直线至多 {s['best_line_accuracy']:.1%}（精确数出）。",
            en=f"Accuracy {s['accuracy']:.1%}; no straight line gets above {s['best_line_accuracy']:.1%} (counted)."),
        z=shown, xs=side, ys=side, x=x, y=Axis(text(zh="x₂", en="x₂"), range=(-EDGE, EDGE)),
        value=Axis(z, range=(0, 1)), equal=True, series=series,
    )  # fmt: skip


def _loss(activation: str, steps: int, losses: Array, limits: dict[str, float], s: dict[str, float]) -> View:
    ends, label = np.array([0, steps]), LABELS[activation]
    every = np.arange(0, len(losses), 2)
    series = [
        Series(activation, label, every, losses[every]),
        Series("theory", text(zh="最好的直线（牛顿法）", en="the best line (Newton's method)"), ends,
               np.full(2, limits["line"]), "reference"),
    ]  # fmt: skip
    if "conic" in limits:
        series.append(Series("conic", text(zh="最好的二次曲线（牛顿法）", en="the best conic (Newton's method)"), ends,
                             np.full(2, limits["conic"]), "reference"))  # fmt: skip
    return Lines(
        id="loss", title=text(zh="训练损失与同类函数的极限", en="Training loss and the limit of its family"),
        description=text(
            zh=f"{label.zh}：损失 {s['loss']:.4f}；最好的直线 {s['best_line_loss']:.4f}。",
            en=f"{label.en}: loss {s['loss']:.4f}; the best straight line has {s['best_line_loss']:.4f}."),
        series=series, x=Axis(text(zh="步", en="step"), range=(0, steps)),
        y=Axis(text(zh="交叉熵", en="cross-entropy"), unit="nat", range=(0, 1)),
        marks=[Mark(math.log(2), text(zh="ln 2：对谁都答 ½", en="ln 2: ½ for everyone"))],
    )  # fmt: skip


def _table(net: DeepNet, p: Array, c: float, linear: bool, s: dict[str, float]) -> View:
    shapes = [f"{W.shape[0]}×{W.shape[1]}" for W in net.weights]
    shown = " · ".join(shapes if len(shapes) < 5 else [*shapes[:2], "…", shapes[-1]])
    rows: list[list[str | Text]] = [
        [text(zh="权重矩阵", en="weight matrices"), f"{len(shapes)}: {shown}"],
        [text(zh="参数个数", en="parameters"), f"{s['numbers']:.0f}"],
    ]
    if linear:
        rows += [
            [text(zh="乘成一层", en="multiplied out"), f"P = ({p[0]:.3f}, {p[1]:.3f}), c = {c:.3f}"],
            [text(zh="两者之差的最大值", en="largest difference"), f"{s['collapse_error']:.0e}"],
        ]
    rows.append([text(zh="输出中不能用一层解释的方差", en="variance of the output no single layer explains"),
                 f"{s['nonaffine']:.1%}"])  # fmt: skip
    return Table(
        id="collapse", title=text(zh="这个网络等价于什么", en="What this network amounts to"),
        description=text(
            zh=f"{s['numbers']:.0f} 个参数" + ("，等价于 3 个数。" if linear else "，不能合成一层。"),
            en=f"{s['numbers']:.0f} parameters" + (" that amount to three numbers." if linear else ", not one layer.")),
        columns=[text(zh="项目", en="quantity"), text(zh="值", en="value")], rows=rows,
    )  # fmt: skip


def _notes(task: str, activation: str, layers: int, s: dict[str, float], limits: dict[str, float]) -> list[Text]:
    if activation == "identity":
        return [
            text(zh=rf"{layers} 个权重矩阵乘起来就是一个：$f(x)=xP+c$，共 3 个数。加层、加宽都改变不了。",
                 en=rf"{layers} weight matrices multiply into one: $f(x)=xP+c$, three numbers. "
                 "More layers or units change nothing."),
            text(zh=f"训练损失 {s['loss']:.4f}；不用神经网络、直接求凸问题的最优直线，得 {s['best_line_loss']:.4f}。",
                 en=f"Training ends at {s['loss']:.4f}; the best line, found without any network as a convex problem, "
                 f"has {s['best_line_loss']:.4f}."),
        ]  # fmt: skip
    if "conic" in limits:
        return [text(
            zh=rf"一个隐藏层的 $z^2$ 只能画二次曲线，多宽都一样：损失 {s['loss']:.3f}，最好的二次曲线是 "
            f"{limits['conic']:.3f}。非线性还不够，激活函数不能是多项式。",
            en=rf"One hidden layer of $z^2$ draws a conic, whatever its width: loss {s['loss']:.3f}, the best conic "
            f"has {limits['conic']:.3f}. Being non-linear is not enough: the activation must not be a polynomial.",
        )]  # fmt: skip
    return [text(
        zh=f"损失 {s['loss']:.4f}，正确率 {s['accuracy']:.1%}；任何直线至多 {s['best_line_accuracy']:.1%}。",
        en=f"Loss {s['loss']:.4f}, accuracy {s['accuracy']:.1%}; no line gets above {s['best_line_accuracy']:.1%}.",
    )]  # fmt: skip
