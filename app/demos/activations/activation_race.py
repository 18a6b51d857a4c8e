"""The same deep net trained once per activation, from the same draw: who learns, and where the gradient got lost."""

import math
from collections.abc import Iterable, Iterator
from typing import Literal

import numpy as np
from pydantic import model_validator

from app.core.activations import ACTIVATIONS, Array, gelu, relu, sigmoid, tanh
from app.core.datasets import two_spirals
from app.core.losses import bce_with_logits
from app.core.mlp import Layers, Step, backward, forward, init_layers, train
from app.core.mlp_probes import GradientReport, accuracy, flat_shares, gradient_bounds, gradient_report, zero_shares
from app.kit import (
    Axis,
    Check,
    Demo,
    Images,
    Lines,
    Mark,
    Option,
    Params,
    Prediction,
    Preset,
    Result,
    Series,
    Text,
    View,
    knob,
    limit,
    same,
    seed,
    text,
)

Name = Literal["sigmoid", "tanh", "relu", "gelu"]
LABELS = {"sigmoid": same("sigmoid"), "tanh": same("tanh"), "relu": same("ReLU"), "gelu": same("GELU")}
SCHEMES = {"sigmoid": "xavier", "tanh": "xavier", "relu": "he", "gelu": "he"}
STEEPEST = {"sigmoid": 0.25, "tanh": 1.0, "relu": 1.0, "gelu": 1.129}
POINTS, PIXELS, MOST_WORK = 400, 40, 50_000_000


class ActivationRaceParams(Params):
    functions: tuple[Name, ...] = knob(("sigmoid", "tanh", "relu"), zh="参赛者", en="Activations", options=LABELS)
    depth: int = knob(8, ge=1, le=10, zh="隐藏层数", en="Hidden layers")
    width: int = knob(32, ge=8, le=64, step=8, zh="每层宽度", en="Width")
    lr: float = knob(0.05, ge=0.005, le=0.5, step=0.005, log=True, zh="学习率", en="Learning rate")
    init: Literal["auto", "gain4"] = knob(
        "auto", zh="初始化", en="Initialisation",
        options={"auto": text(zh="Xavier；ReLU 与 GELU 用 He", en="Xavier; He for ReLU and GELU"),
                 "gain4": text(zh="同上，但 sigmoid 的权重乘 4", en="the same, but sigmoid weights × 4")},
    )  # fmt: skip
    steps: int = knob(500, ge=100, le=800, step=50, zh="训练步数", en="Steps")
    seed: int = seed()

    @model_validator(mode="after")
    def _affordable(self) -> "ActivationRaceParams":
        if not self.functions:
            raise limit(zh="至少选一个激活函数", en="choose at least one activation")
        nets = sum(3 if name == "gelu" else 1 for name in set(self.functions))
        if nets * self.depth * self.width * (self.width + 32) * self.steps > MOST_WORK:
            raise limit(
                zh="这样训练太久：请减少激活函数、层数、宽度或步数（GELU 的代价约为三倍）",
                en="that would train too long: take fewer activations, layers, units or steps (GELU costs three times)",
            )
        return self


def run(params: ActivationRaceParams) -> Iterator[Result]:
    names: list[str] = list(dict.fromkeys(params.functions))
    X, y = two_spirals(POINTS, np.random.default_rng([params.seed, 0]))  # float64: the same fate on every processor
    widths = [2, *[params.width] * params.depth, 1]
    nets: dict[str, Layers] = {}
    for name in names:  # the same standard normal draw for every net, scaled for its activation
        gain = 4.0 if params.init == "gain4" and name == "sigmoid" else 1.0
        nets[name] = init_layers(widths, np.random.default_rng([params.seed, 1]), SCHEMES[name], gain)
    start = {name: gradient_report(nets[name], X, y, ACTIVATIONS[name], STEEPEST[name]) for name in names}
    zeros = {f"zero_{name}": float(zero_shares(forward(nets[name], X, ACTIVATIONS[name])).mean()) for name in names}
    losses = {name: np.full(params.steps + 1, np.nan) for name in names}
    race = (train(nets[name], X, y, ACTIVATIONS[name], params.lr, params.steps) for name in names)
    for now in zip(*race, strict=True):
        done, states = now[0].updates, dict(zip(names, now, strict=True))
        for name, state in states.items():
            losses[name][done] = state.loss
        if done % (params.steps // 10) == 0 or done == params.steps:
            yield _result(params, start, zeros, {name: loss[: done + 1] for name, loss in losses.items()}, states, y)


def _result(
    params: ActivationRaceParams, start: dict[str, GradientReport], zeros: dict[str, float],
    losses: dict[str, Array], states: dict[str, Step], y: Array,
) -> Result:  # fmt: skip
    done = next(iter(states.values())).updates
    flat = {name: flat_shares(state.trace) for name, state in states.items()}
    scalars = dict(zeros)
    for name, report in start.items():
        ratio = float(report.norms[0] / report.norms[-2])
        scalars |= {
            f"loss_{name}": float(losses[name][-1]), f"finite_{name}": float(np.isfinite(losses[name][-1])),
            f"peak_{name}": float(np.nanmax(losses[name])),
            f"accuracy_{name}": accuracy(states[name].trace.logits, y), f"flat_{name}": float(flat[name].max()),
            f"ratio_{name}": ratio, f"factor_{name}": ratio ** (1 / max(params.depth - 1, 1)),
        }  # fmt: skip
    deviation = max(float(np.max(np.abs(r.measured / r.norms - 1))) for r in start.values())
    excess = max(float(np.max(r.norms / r.bounds)) for r in start.values()) - 1
    return Result(
        views=[
            _loss_view(params, losses, scalars), _gradient_view(start, scalars),
            _flat_view(params, flat, scalars), _maps(states, scalars),
        ],
        scalars=scalars,
        notes=_notes(params, flat, scalars, done),
        checks=[
            Check(text(zh="反向传播与有限差分的相对差", en="backward pass and finite differences"), deviation, 0.01),
            Check(text(zh="梯度超出上界的比例", en="gradient above its bound"), max(excess, 0.0), 1e-6),
        ],
        progress=done / params.steps,
    )  # fmt: skip


def _listed(names: Iterable[str], scalars: dict[str, float], key: str, spec: str) -> str:
    values = ((LABELS[name].en, scalars[f"{key}_{name}"]) for name in names)
    return ", ".join(f"{label} {value:{spec}}" if math.isfinite(value) else f"{label} NaN" for label, value in values)


def _loss_view(params: ActivationRaceParams, losses: dict[str, Array], scalars: dict[str, float]) -> View:
    ends = _listed(losses, scalars, "loss", ".3g")
    every_other = {name: loss[::2] for name, loss in losses.items()}
    return Lines(
        id="loss", title=text(zh="损失赛跑", en="The race: training loss"),
        description=text(
            zh=f"目前的损失：{ends}。对谁都答 0.5 的损失是 ln 2。",
            en=f"Loss now: {ends}. Answering 0.5 to everything costs ln 2."),
        series=[Series(name, LABELS[name], 2 * np.arange(len(y)), y) for name, y in every_other.items()],
        x=Axis(text(zh="步", en="step"), range=(0, params.steps)),
        y=Axis(text(zh="交叉熵", en="cross-entropy"), unit="nat", log=True, range=(1e-6, 10)),
        marks=[Mark(math.log(2), text(zh="ln 2：常数答案", en="ln 2: a constant answer"))],
    )  # fmt: skip


def _gradient_view(start: dict[str, GradientReport], scalars: dict[str, float]) -> View:
    first = next(iter(start))
    name, ratio = LABELS[first], scalars[f"ratio_{first}"]
    layers = np.arange(1, len(start[first].norms) + 1)
    measured = np.concatenate([report.measured for report in start.values()])
    bound, dots = text(zh=f"{name.zh} 的上界", en=f"bound for {name.en}"), text(zh="有限差分", en="finite differences")
    return Lines(
        id="gradient", title=text(zh="训练前各层的梯度范数", en="Gradient norm by layer, before training"),
        description=text(
            zh=f"{name.zh}：第一层的梯度是最后一个隐藏层的 {ratio:.2g} 倍。圆点只用损失的有限差分算出。",
            en=f"{name.en}: the first layer's gradient is {ratio:.2g} times the last hidden layer's. "
            "Dots: finite differences of the loss alone."),
        series=[
            *(Series(key, LABELS[key], layers, report.norms, draw="both") for key, report in start.items()),
            Series("bound", bound, layers, start[first].bounds, "reference"),
            Series("theory", dots, np.tile(layers, len(start)), measured, "reference", "points"),
        ],
        x=Axis(text(zh="层（1 紧接输入）", en="layer (1 is next to the input)"), range=(1, len(layers))),
        y=Axis(same("‖∂L/∂W‖"), log=True),
    )  # fmt: skip


def _flat_view(params: ActivationRaceParams, flat: dict[str, Array], scalars: dict[str, float]) -> View:
    worst = _listed(flat, scalars, "flat", ".0%")
    layers = np.arange(1, params.depth + 1)
    return Lines(
        id="flat", title=text(zh="斜率几乎为 0 的比例（|φ′| < 0.01）", en="Share with almost no slope (|φ′| < 0.01)"),
        description=text(
            zh=f"最平的一层：{worst}。对 ReLU 来说，平就是输出恰为 0。",
            en=f"In the flattest layer: {worst}. For ReLU flat means an output of exactly 0."),
        series=[Series(name, LABELS[name], layers, share, draw="both") for name, share in flat.items()],
        x=Axis(text(zh="隐藏层", en="hidden layer"), range=(0.5, params.depth + 0.5)),
        y=Axis(text(zh="占比", en="share"), range=(0, 1)),
    )  # fmt: skip


def _maps(states: dict[str, Step], scalars: dict[str, float]) -> View:
    side = np.linspace(-1.7, 1.7, PIXELS)
    grid = np.stack(np.meshgrid(side, -side), axis=-1).reshape(-1, 2)
    with np.errstate(over="ignore", invalid="ignore"):
        logits = [forward(state.layers, grid, ACTIVATIONS[name]).logits for name, state in states.items()]
        maps = sigmoid(np.stack(logits))[0].reshape(-1, PIXELS, PIXELS)
    scores = _listed(states, scalars, "accuracy", ".0%")
    return Images(
        id="maps", title=text(zh="各网络学到了什么：判为第 1 类的概率", en="What each net has learned: P(class 1)"),
        description=text(
            zh=f"两条旋臂应当明暗相绕；一片灰就是没学到。正确率：{scores}。",
            en=f"Two arms should wind round each other, dark and light; plain grey is no answer. Accuracy: {scores}."),
        images=np.round(maps, 3), captions=[LABELS[name] for name in states],
    )  # fmt: skip


def _notes(params: ActivationRaceParams, flat: dict[str, Array], scalars: dict[str, float], done: int) -> list[Text]:
    ends, factors = _listed(flat, scalars, "loss", ".2g"), _listed(flat, scalars, "factor", ".2g")
    dead = ", ".join(
        LABELS[name].en for name in flat if scalars[f"flat_{name}"] == 1 and math.isfinite(scalars[f"loss_{name}"])
    )
    notes = [
        text(zh=f"学习率 {params.lr:g}，{done} 步之后的损失：{ends}；停在 ln 2 = 0.693 就是什么也没学到。",
             en=f"Learning rate {params.lr:g}, loss after {done} steps: {ends}; ln 2 = 0.693 means nothing learned."),
        text(zh=f"训练前，梯度每往回走一个隐藏层平均乘：{factors}。",
             en=f"Before training, going back one hidden layer multiplies the gradient by, on average: {factors}."),
    ]  # fmt: skip
    if dead:
        notes.append(text(zh=f"{dead} 有一整层没有斜率：它前面的各层几乎收不到梯度。",
                          en=f"{dead} has a whole layer without slope: next to no gradient gets past it."))  # fmt: skip
    return notes


TANH_AND_RELU_LEARN = {"loss_tanh": (0.0, 0.01), "loss_relu": (0.0, 0.01)}
demo = Demo(
    __name__, run, ActivationRaceParams,
    title=text(zh="激活函数赛跑", en="Activation race"),
    summary=text(
        zh="同一份双螺旋数据，同一次初始抽样，只换激活函数：真的训练，看谁学会、梯度丢在哪一层。",
        en="Two spirals, one initial draw, only the activation differs: real training, and where the gradient goes.",
    ),
    presets={
        "eight-layers": Preset(
            text(zh="8 层：sigmoid 停在 ln 2，另两个学会", en="Eight layers: sigmoid sits at ln 2, the others learn"),
            {},
            {"loss_sigmoid": (0.69, 0.6932), "ratio_sigmoid": (1e-7, 1e-4), "flat_sigmoid": (0, 0.01),
             "accuracy_relu": (0.99, 1), "zero_relu": (0.4, 0.6), **TANH_AND_RELU_LEARN},
        ),
        "three-layers": Preset(
            text(zh="3 层：sigmoid 有梯度，只是学得慢", en="Three layers: the sigmoid has a gradient, but is slow"),
            {"depth": 3, "lr": 0.3},
            {"loss_sigmoid": (0.4, 0.69), "ratio_sigmoid": (1e-3, 0.5), **TANH_AND_RELU_LEARN},
        ),
        "gain-four": Preset(
            text(zh="5 层，权重乘 4：sigmoid 得救", en="Five layers, weights × 4: the sigmoid is rescued"),
            {"functions": ("sigmoid",), "depth": 5, "lr": 0.3, "init": "gain4"},
            {"loss_sigmoid": (0, 0.02), "accuracy_sigmoid": (0.98, 1)},
        ),
        "gain-four-deep": Preset(
            text(zh="8 层，权重乘 4：又不灵了", en="Eight layers, weights × 4: it fails again"),
            {"functions": ("sigmoid",), "depth": 8, "lr": 0.3, "init": "gain4"},
            {"loss_sigmoid": (0.2, 0.71), "flat_sigmoid": (0.05, 1)},
        ),
        "too-hot": Preset(
            text(zh="学习率 0.5：ReLU 发散，tanh 仍有限", en="Learning rate 0.5: ReLU blows up, tanh stays finite"),
            {"lr": 0.5, "seed": 2},
            {"accuracy_relu": (0, 0), "peak_relu": (1e6, math.inf), "finite_relu": (0, 0), "finite_tanh": (1, 1)},
        ),
        "all-dead": Preset(
            text(zh="学习率 0.5，换个种子：ReLU 整层死亡", en="Learning rate 0.5, other seed: a dead ReLU layer"),
            {"lr": 0.5, "seed": 0},
            {"loss_relu": (0.6931, 0.6932), "flat_relu": (1, 1)},
        ),
    },
    predictions=(
        Prediction(
            "sigmoid-eight",
            text(zh="8 个隐藏层，Xavier 初始化，学习率 0.05，训练 500 步。sigmoid 网络的损失最后是多少？",
                 en="Eight hidden layers, Xavier, learning rate 0.05, 500 steps. Where does the sigmoid's loss end?"),
            "eight-layers", "loss_sigmoid",
            text(zh="恰好停在 $\\ln 2\\approx0.693$，也就是对谁都答 0.5：第一层的梯度只有最后一个隐藏层的百万分之几。",
                 en="Right at $\\ln 2\\approx0.693$, the cost of answering 0.5 to everything: "
                 "the first layer's gradient is a few millionths of the last hidden layer's."),
            (
                Option(text(zh="0.1 以下，只是慢一点", en="below 0.1, only a little later"), high=0.1, why=text(
                    zh="那是 tanh 和 ReLU 的结局。", en="That is what tanh and ReLU reach.")),
                Option(text(zh="0.3 左右，还在下降", en="about 0.3 and falling"), 0.1, 0.68, why=text(
                    zh="曲线从头到尾是平的，没有在下降。", en="It does not fall: the curve is flat all along.")),
                Option(text(zh="0.693，纹丝不动", en="0.693, it never moves"), 0.68),
            ),
        ),
        Prediction(
            "first-over-last",
            text(zh="同一个 sigmoid 网络，训练前第一层的梯度范数是最后一个隐藏层的多少倍？（差十倍以内算对）",
                 en="The same sigmoid net before training: first layer's gradient norm over the last hidden layer's? "
                 "(within a factor of ten)"),
            "eight-layers", "ratio_sigmoid",
            text(zh="往回走 7 层，每层平均乘不到 0.2，连 1/4 的上限都到不了。",
                 en="Seven layers back, each multiplying by less than 0.2: not even the limit of 1/4 is reached."),
            within=10, log=True,
        ),
        Prediction(
            "hot-relu",
            text(zh="学习率从 0.05 提到 0.5（8 层，种子 2），ReLU 网络会怎样？",
                 en="Raise the learning rate from 0.05 to 0.5 (eight layers, seed 2). What becomes of the ReLU net?"),
            "too-hot", "accuracy_relu",
            text(zh="几十步之内发散成 NaN：ReLU 的输出没有上界。有界的 tanh 仍是有限值，但同样没学会。",
                 en="It is NaN within a few dozen steps: nothing bounds the output of ReLU. "
                 "Bounded tanh stays finite, but has not learned either."),
            (
                Option(text(zh="学得更快", en="it learns faster"), 0.75, why=text(
                    zh="3 层时确实如此，8 层就不行了。", en="With three layers it does; with eight it cannot.")),
                Option(text(zh="停在 50%", en="it is stuck at 50%"), 0.25, 0.75, why=text(
                    zh="种子 0 是这样（整层死亡），种子 2 不是。", en="That is seed 0 (a dead layer), not seed 2.")),
                Option(text(zh="发散成 NaN", en="it blows up to NaN"), high=0.25),
            ),
        ),
    ),
    references=("glorot2010", "glorot2011", "he2015"),
    code=(train, forward, backward, bce_with_logits, init_layers, sigmoid, tanh, relu, gelu, gradient_bounds),
    budget_s=3.0,
)  # fmt: skip
