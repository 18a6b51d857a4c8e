"""The first tab of two_rulers: small networks trained from five seeds, and when each layer arrives by three rulers."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.activations import ACTIVATIONS, Array
from app.core.convergence import first_crossing, kendall_tau, remaining_distance
from app.core.datasets import clustered_classes
from app.core.deep_net import DeepNet, backward, deep_net, forward, gradient_of
from app.core.losses import softmax_cross_entropy
from app.core.mlp_probes import accuracy
from app.core.net_probes import measured_gradient_norm
from app.core.optimisers import fit, sgd
from app.core.similarity import linear_cka
from app.kit import Axis, Check, Heatmap, Lines, Result, Series, Text, View, same, text

POINTS, CLASSES, WIDTH, SEEDS, SHOTS = 128, 5, 32, 5, 80
RULERS = {
    "cka": text(zh="表征像终点（CKA 过线）", en="representation like the final one (CKA above the line)"),
    "weight": text(zh="权重走完一半的路", en="weights half way to their end"),
    "half": text(zh="CKA 走完自己的一半", en="CKA half way from its own start"),
}


@dataclass(frozen=True)
class Setting:
    """What is trained. factor: each layer's learning rate over that of the layer above it."""

    activation: str
    depth: int
    batch_norm: bool
    lr: float
    factor: float
    steps: int
    threshold: float
    seed: int

    @property
    def every(self) -> int:
        return max(1, self.steps // SHOTS)

    def net(self, run: int) -> DeepNet:
        scheme = "he" if self.activation == "relu" else "xavier"
        rng = np.random.default_rng([self.seed, run, 1])
        widths = [20, *[WIDTH] * self.depth, CLASSES]
        return deep_net(widths, ACTIVATIONS[self.activation], rng, scheme, batch_norm=self.batch_norm)

    def rates(self, net: DeepNet) -> list[float]:
        """One learning rate a parameter, in the order of net.parameters."""
        by_layer = [self.lr * self.factor ** (self.depth - layer) for layer in range(self.depth + 1)]
        hidden = by_layer[:-1] if net.scales else []
        return [*by_layer, *by_layer, *hidden, *hidden]


class Run:
    """One seed: the network, and snapshots of every layer's output and weights as training goes on."""

    def __init__(self, setting: Setting, run: int) -> None:
        self.X, self.y = clustered_classes(POINTS, np.random.default_rng([setting.seed, run, 0]), classes=CLASSES)
        self.net = setting.net(run)
        self.outputs: list[list[Array]] = [[] for _ in self.net.weights]
        self.weights: list[list[Array]] = [[] for _ in self.net.weights]
        self.loss, self.accuracy = np.nan, 0.0
        tape = forward(self.net, self.X, training=setting.batch_norm)
        gradients = backward(self.net, tape, softmax_cross_entropy(tape.logits, self.y)[1]).parameters
        self.relative = np.array(
            [np.linalg.norm(g) / np.linalg.norm(W) for g, W in zip(gradients, self.net.weights, strict=False)]
        )
        measured = measured_gradient_norm(
            self.net, self.X, self.y, softmax_cross_entropy, self.net.weights[0], gradients[0]
        )
        self.deviation = abs(measured / float(np.linalg.norm(gradients[0])) - 1)

    def train(self, setting: Setting) -> Iterator[int]:
        gradient = gradient_of(self.net, self.X, self.y, softmax_cross_entropy)
        update = sgd(self.net.parameters, 0.9)
        for state in fit(gradient, update, setting.rates(self.net), setting.steps):
            if state.updates % setting.every == 0 or state.updates == setting.steps:
                tape = state.seen[0]
                with np.errstate(over="ignore"):  # a net that diverges goes on with inf
                    outputs = [output.astype(np.float32) for output in (*tape.hidden[1:], tape.logits)]
                for layer, output in enumerate(outputs):
                    self.outputs[layer].append(output)
                    self.weights[layer].append(self.net.weights[layer].copy())
                self.loss, self.accuracy = state.loss, accuracy(tape.logits, self.y)
            yield state.updates

    def rulers(self, stride: int) -> tuple[Array, Array]:
        """CKA with the present network and remaining weight distance, (snapshots, layers) each."""
        cka = [linear_cka(np.stack(out[::stride]).astype(float), out[-1].astype(float)) for out in self.outputs]
        rest = [remaining_distance(np.stack([*ws[::stride], ws[-1]]))[:-1] for ws in self.weights]
        return np.stack(cka, axis=1), np.stack(rest, axis=1)


def training(setting: Setting) -> Iterator[Result]:
    runs = [Run(setting, k) for k in range(SEEDS)]
    shown = {round(setting.steps * k / 8) // setting.every * setting.every for k in range(1, 8)}
    for now in zip(*(run.train(setting) for run in runs), strict=True):
        done = now[0]
        if done in shown or done == setting.steps:
            yield _result(setting, runs, done, 1 if done == setting.steps else 4)


def _result(setting: Setting, runs: list[Run], done: int, stride: int) -> Result:
    count = len(runs[0].outputs[0][::stride])
    times = np.minimum(setting.every * stride * np.arange(count), done).astype(float)
    with np.errstate(all="ignore"):
        tables = [run.rulers(stride) for run in runs]
    cka, rest = np.stack([c for c, _ in tables]), np.stack([r for _, r in tables])
    way = (1 - cka) / (1 - cka[:, :1])
    marks = {
        "cka": _crossings(times, cka, setting.threshold, True),
        "weight": _crossings(times, rest, 0.5, False),
        "half": _crossings(times, way, 0.5, False),
    }
    relative = np.mean([run.relative for run in runs], axis=0)
    s: dict[str, float] = {
        "loss": float(np.median([run.loss for run in runs])), "accuracy": float(np.mean([r.accuracy for r in runs])),
        "relative_first": float(relative[0]), "relative_last": float(relative[-1]),
        "relative_ratio": float(relative[0] / relative[-1]), "cka_start_first": float(cka[:, 0, 0].mean()),
        "cka_start_last": float(cka[:, 0, -1].mean()),
    }  # fmt: skip
    for name, mark in marks.items():
        taus = np.array([kendall_tau(row) for row in mark])
        s |= {f"tau_{name}": _mean(taus), f"tau_{name}_low": float(np.nanmin(taus, initial=1.0))}
        s |= {f"{name}_first": _mean(mark[:, 0]), f"{name}_last": _mean(mark[:, -1])}
    return Result(
        views=[
            _arrivals(setting, marks, s), _strip(setting, times, cka.mean(axis=0), "cka", s),
            _strip(setting, times, rest.mean(axis=0), "weight", s), _relative(setting, runs, relative, s),
        ],
        scalars=s, notes=_notes(setting, s), progress=done / setting.steps,
        checks=[Check(text(zh="第一层梯度：反向传播与有限差分的相对差", en="first-layer gradient against losses"),
                      max(run.deviation for run in runs), 1e-3)],
    )  # fmt: skip


def _crossings(times: Array, values: NDArray[np.floating], level: float, rising: bool) -> Array:
    """(seeds, layers) from values (seeds, snapshots, layers)."""
    return np.array([[first_crossing(times, column, level, rising) for column in run.T] for run in values])


def _mean(values: Array) -> float:
    kept = values[~np.isnan(values)]
    return float(kept.mean()) if len(kept) else float("nan")


def _layers(setting: Setting) -> tuple[Text, ...]:
    return (*(same(str(k + 1)) for k in range(setting.depth)), text(zh="输出", en="output"))


def _arrivals(setting: Setting, marks: dict[str, Array], s: dict[str, float]) -> View:
    layers = np.arange(setting.depth + 1)
    series = []
    for k, (name, mark) in enumerate(marks.items()):
        middle = np.array([_mean(column) for column in mark.T])
        series.append(Series(f"ruler-{k}", RULERS[name], layers, middle, draw="both"))
    seeds = np.concatenate([mark.ravel() for mark in marks.values()])
    cloud = Series("seeds", text(zh="各个种子", en="single seeds"), np.tile(layers, SEEDS * len(marks)), seeds, "muted",
                   "points", sizes=np.full(len(seeds), 5.0))  # fmt: skip
    return Lines(
        id="arrivals", title=text(zh="同一次训练，三把尺子：各层何时到", en="One training, three rulers: arrivals"),
        description=text(
            zh=f"按 CKA：第 1 层 {s['cka_first']:.0f} 步、输出层 {s['cka_last']:.0f} 步；按权重："
            f"{s['weight_first']:.0f} 与 {s['weight_last']:.0f} 步（5 个种子平均）。",
            en=f"By CKA layer 1 at step {s['cka_first']:.0f}, the output at {s['cka_last']:.0f}; by weights at "
            f"{s['weight_first']:.0f} and {s['weight_last']:.0f} (mean of 5 seeds)."),
        series=[cloud, *series],
        x=Axis(text(zh="层（1 紧接输入）", en="layer (1 is next to the input)"), categories=_layers(setting)),
        y=Axis(text(zh="步", en="step")),
    )  # fmt: skip


def _strip(setting: Setting, times: Array, z: Array, name: str, s: dict[str, float]) -> View:
    cka = name == "cka"
    title = (
        text(zh="尺子一：与最终表征的相似度 CKA", en="Ruler one: CKA with the final representation")
        if cka else text(zh="尺子二：权重离终点还有多远", en="Ruler two: how far the weights still are from their end")
    )  # fmt: skip
    description = (
        text(zh=f"训练前，第 1 层已有 {s['cka_start_first']:.2f}，输出层只有 {s['cka_start_last']:.2f}。",
             en=f"Before training layer 1 is at {s['cka_start_first']:.2f} already, the output at "
             f"{s['cka_start_last']:.2f}.")
        if cka else
        text(zh=f"各层都从 1 出发；第 1 层走完一半在第 {s['weight_first']:.0f} 步，输出层在第 "
             f"{s['weight_last']:.0f} 步。",
             en=f"All start at 1; layer 1 is half way at step {s['weight_first']:.0f}, the output at "
             f"{s['weight_last']:.0f}.")
    )  # fmt: skip
    value = same("CKA") if cka else text(zh="剩余距离（起点为 1）", en="remaining distance (1 at the start)")
    arrived = [s[f"{ruler}_{end}"] for ruler in ("cka", "weight") for end in ("first", "last")]
    known = [step for step in arrived if not np.isnan(step)]
    latest = min(float(setting.steps), 2 * max(known)) if known else float(setting.steps)  # what follows is flat
    return Heatmap(
        id=name, title=title, description=description, z=np.round(z.T, 3), xs=times, ys=np.arange(setting.depth + 1),
        x=Axis(text(zh="步", en="step"), range=(0, latest)),
        y=Axis(text(zh="层", en="layer"), categories=_layers(setting)), value=Axis(value, range=(0, 1)),
    )  # fmt: skip


def _relative(setting: Setting, runs: list[Run], relative: Array, s: dict[str, float]) -> View:
    layers = np.arange(setting.depth + 1)
    every = np.concatenate([run.relative for run in runs])
    return Lines(
        id="gradient", title=text(zh="训练前：梯度与权重之比", en="Before training: gradient over weight"),
        description=text(
            zh=f"第 1 层 {s['relative_first']:.1e}，输出层 {s['relative_last']:.1e}，相差 "
            f"{1 / s['relative_ratio']:.0f} 倍。",
            en=f"Layer 1 {s['relative_first']:.1e}, output {s['relative_last']:.1e}: a factor of "
            f"{1 / s['relative_ratio']:.0f}."),
        series=[
            Series("seeds", text(zh="各个种子", en="single seeds"), np.tile(layers, SEEDS), every, "muted", "points",
                   sizes=np.full(len(every), 5.0)),
            Series("gradient", text(zh="平均", en="mean"), layers, relative, draw="both"),
        ],
        x=Axis(text(zh="层（1 紧接输入）", en="layer (1 is next to the input)"), categories=_layers(setting)),
        y=Axis(same("‖∂L/∂W‖ / ‖W‖"), log=True),
    )  # fmt: skip


def _order(tau: float) -> Text:
    if np.isnan(tau):
        return text(zh="没有过线", en="never crossed")
    if tau > 0.3:
        return text(zh="底层先", en="bottom first")
    return text(zh="顶层先", en="top first") if tau < -0.3 else text(zh="不分先后", en="no clear order")


def signed(value: float) -> str:
    """Two digits with a real minus sign."""
    return f"{value:.2f}".replace("-", "−")


def _notes(setting: Setting, s: dict[str, float]) -> list[Text]:
    cka, weight, half = (_order(s[f"tau_{name}"]) for name in ("cka", "weight", "half"))
    return [
        text(zh=f"CKA 达到 {setting.threshold:g}：{cka.zh}（τ = {signed(s['tau_cka'])}）。权重走完一半：{weight.zh}"
             f"（τ = {signed(s['tau_weight'])}）。CKA 走完自己的一半：{half.zh}（τ = {signed(s['tau_half'])}）。",
             en=f"CKA of {setting.threshold:g}: {cka.en} (τ = {signed(s['tau_cka'])}). Weights half way: {weight.en} "
             f"(τ = {signed(s['tau_weight'])}). CKA half of its own way: {half.en} (τ = {signed(s['tau_half'])})."),
        text(zh="τ 是层号与时间的 Kendall 相关：1 为自底向上，−1 为自顶向下；5 个种子各算一次再平均。",
             en="τ is Kendall's correlation of layer and time: 1 bottom up, −1 top down; mean over five seeds."),
        text(zh=f"底层的 CKA 起点就高（{s['cka_start_first']:.2f}）：随机的一层已保留了输入的几何。"
             "所以固定的线，它先到。",
             en=f"Low layers start with a high CKA ({s['cka_start_first']:.2f}): one random layer keeps the geometry "
             "of the input. So they are first across any fixed line."),
    ]  # fmt: skip
