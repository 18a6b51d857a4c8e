"""The first tab of resurrection_test: nets that start dying, one for every activation, trained from the same draw."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from app.core.activations import ACTIVATIONS, Activation, Array, leaky_relu
from app.core.datasets import two_spirals
from app.core.deep_net import DeepNet, backward, deep_net, forward, gradient_of
from app.core.losses import bce_with_logits
from app.core.net_probes import measured_gradient_norm, never_positive_shares
from app.core.optimisers import Progress, fit, sgd
from app.kit import Axis, Check, Heatmap, Lines, Mark, Result, Series, Table, Text, View, same, text

POINTS, SEEDS, FRAMES, LEARNED = 120, 3, 20, 0.1
LABELS = {
    "relu": same("ReLU"), "leaky": same("leaky ReLU"), "prelu": same("PReLU"), "elu": same("ELU"), "selu": same("SELU"),
    "gelu": same("GELU"), "silu": same("SiLU"),
}  # fmt: skip
KEYS = {"leaky": "leaky-relu", "prelu": "prelu-0"}
SLOPES = np.logspace(-3, 0, 13)


@dataclass(frozen=True)
class Setting:
    """What is trained. batch_norm subtracts the batch mean, so the bias before it has no effect; its own shift is 0."""

    slope: float
    bias: float
    depth: int
    width: int
    lr: float
    batch_norm: bool
    steps: int
    seed: int

    def net(self, name: str, run: int) -> DeepNet:
        """The network of one activation in one of the runs: all activations share the run's draw."""
        known: dict[str, Activation] = {**ACTIVATIONS, "leaky": partial(leaky_relu, slope=self.slope)}
        net = deep_net(
            [2, *[self.width] * self.depth, 1], known.get(name, known["relu"]),
            np.random.default_rng([self.seed, run, 1]), "lecun" if name == "selu" else "he", bias=self.bias,
            batch_norm=self.batch_norm, leak=0.25 if name == "prelu" else None,
        )  # fmt: skip
        for shift in net.shifts:
            shift[:] = 0
        return net

    def data(self, run: int) -> tuple[Array, Array]:
        return two_spirals(POINTS, np.random.default_rng([self.seed, run, 0]))


@dataclass
class Record:
    """Of one activation, all runs together: losses (runs, steps + 1), never-positive shares (frames, runs, layers),
    and the first layer's gradient norm before training by `backward` and by losses alone, (runs,) each."""

    losses: Array
    dead: list[Array] = field(default_factory=list)
    norms: list[float] = field(default_factory=list)
    measured: list[float] = field(default_factory=list)


def first_gradient(net: DeepNet, X: Array, y: Array) -> Array:
    """∂L/∂W of the first layer."""
    tape = forward(net, X, training=bool(net.scales))
    return backward(net, tape, bce_with_logits(tape.logits, y)[1]).parameters[0]


def slope_curve(setting: Setting) -> Array:
    """First-layer gradient norm before training for leaky nets of every slope in SLOPES, mean of the runs."""
    norms = np.empty((SEEDS, len(SLOPES)))
    for run in range(SEEDS):
        net, (X, y) = setting.net("leaky", run), setting.data(run)
        for i, slope in enumerate(SLOPES):
            net.activation = partial(leaky_relu, slope=float(slope))
            norms[run, i] = np.linalg.norm(first_gradient(net, X, y))
    mean: Array = norms.mean(axis=0)
    return mean


def resurrection(names: Sequence[str], setting: Setting) -> Iterator[Result]:
    records = {name: Record(np.full((SEEDS, setting.steps + 1), np.nan)) for name in names}
    races: dict[str, list[Iterator[Progress]]] = {name: [] for name in names}
    nets: dict[str, list[DeepNet]] = {name: [] for name in names}
    for name in names:
        for run in range(SEEDS):
            net, (X, y) = setting.net(name, run), setting.data(run)
            gradient = first_gradient(net, X, y)
            records[name].norms.append(float(np.linalg.norm(gradient)))
            records[name].measured.append(measured_gradient_norm(net, X, y, bce_with_logits, net.weights[0], gradient))
            nets[name].append(net)
            races[name].append(
                fit(gradient_of(net, X, y, bce_with_logits), sgd(net.parameters, 0.9), setting.lr, setting.steps)
            )
    curve = slope_curve(setting)
    every = max(1, setting.steps // FRAMES)
    for t in range(setting.steps + 1):
        for name, runs in races.items():
            states = [next(run) for run in runs]
            records[name].losses[:, t] = [state.loss for state in states]
            if t % every == 0:
                records[name].dead.append(np.array([never_positive_shares(state.seen[0]) for state in states]))
        if t % (2 * every) == 0 or t == setting.steps:
            yield _result(setting, records, nets, curve, t, every)


def _result(
    setting: Setting, records: Mapping[str, Record], nets: Mapping[str, list[DeepNet]], curve: Array, t: int, every: int
) -> Result:
    s: dict[str, float] = {}
    for name, record in records.items():
        now = record.losses[:, t]
        s |= {
            f"loss_{name}": float(np.median(now)), f"best_{name}": float(now.min()), f"worst_{name}": float(now.max()),
            f"dead_{name}": float(record.dead[-1].max(axis=1).mean()),
            f"dead_start_{name}": float(record.dead[0].max(axis=1).mean()),
            f"gradient_{name}": float(np.mean(record.norms)),
        }  # fmt: skip
    s["recovered"] = float(sum(s[f"worst_{name}"] < LEARNED for name in records))
    if "prelu" in nets:
        s["prelu_slope"] = float(np.mean([np.mean(leak) for net in nets["prelu"] for leak in net.leaks]))
    pairs = [(a, b) for record in records.values() for a, b in zip(record.norms, record.measured, strict=True)]
    deviation = max(abs(b / a - 1) if a else abs(b) for a, b in pairs)
    return Result(
        views=[
            _losses(setting, records, t, s), _strips(setting, records, every, s), _slopes(setting, records, curve, s),
            _table(records, s),
        ],
        scalars=s, notes=_notes(setting, records, s), progress=t / setting.steps,
        checks=[Check(text(zh="第一层梯度：反向传播与有限差分的相对差", en="first-layer gradient against losses"),
                      deviation, 1e-3)],
    )  # fmt: skip


def _losses(setting: Setting, records: Mapping[str, Record], t: int, s: dict[str, float]) -> View:
    x = np.arange(0, t + 1, 2)
    gap = np.tile(np.append(x.astype(float), np.nan), SEEDS)
    ends = ", ".join(f"{LABELS[n].en} {s[f'best_{n}']:.2g}–{s[f'worst_{n}']:.2g}" for n in records)
    return Lines(
        id="loss", title=text(zh="训练损失，每种三次", en="Training loss, three runs each"),
        description=text(
            zh=f"三次之中最好与最差的损失：{ends}。对谁都答 ½ 的损失是 ln 2。",
            en=f"Best and worst loss of three runs: {ends}. Answering ½ to everything costs ln 2."),
        series=[
            Series(KEYS.get(name, name), LABELS[name], gap,
                   np.concatenate([np.append(row[: t + 1 : 2], np.nan) for row in record.losses]))
            for name, record in records.items()
        ],
        x=Axis(text(zh="步", en="step"), range=(0, setting.steps)),
        y=Axis(text(zh="交叉熵", en="cross-entropy"), unit="nat", log=True, range=(1e-4, 3)),
        marks=[Mark(math.log(2), text(zh="ln 2：常数答案", en="ln 2: a constant answer"))],
    )  # fmt: skip


def _strips(setting: Setting, records: Mapping[str, Record], every: int, s: dict[str, float]) -> View:
    rows = np.concatenate([np.mean(record.dead, axis=1).T for record in records.values()])
    names = [
        text(zh=f"{LABELS[name].zh}，{k + 1} 层", en=f"{LABELS[name].en}, layer {k + 1}")
        for name in records for k in range(setting.depth)
    ]  # fmt: skip
    worst = ", ".join(f"{LABELS[n].en} {s[f'dead_start_{n}']:.0%} → {s[f'dead_{n}']:.0%}" for n in records)
    steps = every * np.arange(rows.shape[1])
    return Heatmap(
        id="dead", title=text(zh="在所有样本上都为负的单元", en="Units that are negative on every sample"),
        description=text(
            zh=f"最糟的一层，训练前 → 现在（三次平均）：{worst}。",
            en=f"In the worst layer, before training → now (mean of three runs): {worst}."),
        z=np.round(rows, 3), xs=steps, ys=np.arange(len(rows)), x=Axis(text(zh="步", en="step")),
        y=Axis(text(zh="激活函数与层", en="activation and layer"), categories=tuple(names), reverse=True),
        value=Axis(text(zh="占比", en="share"), range=(0, 1)),
    )  # fmt: skip


def _slopes(setting: Setting, records: Mapping[str, Record], curve: Array, s: dict[str, float]) -> View:
    at = {"leaky": setting.slope, "prelu": 0.25}
    points = [
        Series(KEYS.get(name, name), LABELS[name], np.array([at[name]]), np.array([s[f"gradient_{name}"]]), "highlight",
               "points", sizes=np.array([12.0]))
        for name in records if at.get(name, 0) > 0
    ]  # fmt: skip
    small = float(curve[0] / curve[-1])
    law = not setting.batch_norm  # with batch norm a layer is never wholly negative
    return Lines(
        id="slope", title=text(zh="第一层收到的梯度，随负半轴斜率", en="First-layer gradient by negative slope"),
        description=text(
            zh=f"训练前：斜率从 1 降到 0.001，第一层的梯度变为 {small:.1g} 倍"
            + ("；全部为负时按 aᴸ 变（虚线）。" if law else "。"),
            en=f"Before training: slope 1 to 0.001 leaves {small:.1g} of the first layer's gradient"
            + ("; if every unit is negative it falls as aᴸ (dashed)." if law else ".")),
        series=[
            Series("gradient", text(zh="leaky 网络，实测", en="leaky nets, measured"), SLOPES, curve, draw="both"),
            *points,
            *([Series("theory", same(f"a^{setting.depth}"), SLOPES, curve[-1] * SLOPES**setting.depth, "reference")]
              if law else []),
        ],
        x=Axis(text(zh="负半轴斜率 a", en="negative slope a"), log=True, range=(1e-3, 1)),
        y=Axis(same("‖∂L/∂W₁‖"), log=True, range=(1e-12, 10)),
    )  # fmt: skip


def _table(records: Mapping[str, Record], s: dict[str, float]) -> View:
    yes, no = text(zh="三次都学会", en="learned, all three"), text(zh="没有", en="no")
    some = text(zh="有的学会", en="some")
    rows: list[list[str | Text]] = [
        [LABELS[n], f"{s[f'gradient_{n}']:.1e}" if s[f"gradient_{n}"] else "0",
         f"{s[f'dead_start_{n}']:.0%} → {s[f'dead_{n}']:.0%}",
         f"{s[f'best_{n}']:.3g} … {s[f'worst_{n}']:.3g}",
         yes if s[f"worst_{n}"] < LEARNED else some if s[f"best_{n}"] < LEARNED else no]
        for n in records
    ]  # fmt: skip
    return Table(
        id="outcome", title=text(zh="谁活过来了", en="Who came back to life"),
        description=text(
            zh=f"{len(records)} 种里有 {s['recovered']:.0f} 种三次都降到 {LEARNED:g} 以下。",
            en=f"{s['recovered']:.0f} of {len(records)} end below {LEARNED:g} in all three runs."),
        columns=[text(zh="激活函数", en="activation"), text(zh="训练前第一层梯度", en="first-layer gradient, before"),
                 text(zh="最糟一层的死单元", en="dead units, worst layer"), text(zh="损失", en="loss"),
                 text(zh="学会了吗", en="learned")],
        rows=rows,
    )  # fmt: skip


def _notes(setting: Setting, records: Mapping[str, Record], s: dict[str, float]) -> list[Text]:
    back = [LABELS[n].en for n in records if s[f"worst_{n}"] < LEARNED]
    stuck = [LABELS[n].en for n in records if s[f"best_{n}"] > 0.6]
    out = [text(
        zh=f"三次都学会的：{'、'.join(back) or '没有'}；仍停在 ln 2 附近的：{'、'.join(stuck) or '没有'}。",
        en=f"Learned in all three runs: {', '.join(back) or 'none'}. Still near ln 2: {', '.join(stuck) or 'none'}.",
    )]  # fmt: skip
    if setting.batch_norm:
        return [*out, text(
            zh="BN 先减去批均值，层里的偏置完全抵消：每个单元总有样本为正，不会死。",
            en="Batch norm subtracts the batch mean, so the bias of the layer cancels: every unit is positive on some "
            "samples, and none is dead.",
        )]  # fmt: skip
    passed, start = tex(setting.slope**setting.depth), tex(0.25**setting.depth)
    order = sorted(records, key=lambda n: -s[f"gradient_{n}"])
    return [
        *out,
        text(zh=f"训练前第一层收到的梯度，从大到小：{'、'.join(LABELS[n].zh for n in order)}。谁活过来，看的就是它。",
             en=f"Gradient reaching the first layer before training, largest first: "
             f"{', '.join(LABELS[n].en for n in order)}. That decides who comes back."),
        text(zh=f"若 {setting.depth} 层全为负，leaky（$a={setting.slope:g}$）只让 $a^{{{setting.depth}}}={passed}$ "
             f"的梯度到达第一层，PReLU 的起点 0.25 让 ${start}$ 到达。有导数不等于够大。",
             en=f"With {setting.depth} layers all negative, leaky ($a={setting.slope:g}$) lets "
             f"$a^{{{setting.depth}}}={passed}$ of the gradient reach the first layer, PReLU's starting slope 0.25 "
             f"lets ${start}$. Having a derivative is not having enough of it."),
    ]  # fmt: skip


def tex(value: float) -> str:
    """A number for a formula: 0.016, 10^{-6}, 2.7\\times10^{-5}."""
    if value == 0 or 1e-3 < value < 1e4:
        return f"{value:.2g}"
    mantissa, exponent = f"{value:.1e}".split("e")
    power = f"10^{{{int(exponent)}}}"
    return power if mantissa == "1.0" else f"{mantissa}\\times{power}"
