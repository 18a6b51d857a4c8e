"""Which layer converges first? One training measured by representations and by weights, and a solvable chain."""

from collections.abc import Iterator
from typing import Literal

from pydantic import model_validator

from app.core.convergence import first_crossing, kendall_tau, remaining_distance
from app.core.scalar_chain import balanced_flow, descent, flow_time, half_time, limits
from app.core.similarity import linear_cka
from app.demos.training._rulers_chain import chain
from app.demos.training._rulers_training import Setting, training
from app.kit import Demo, Option, Params, Prediction, Preset, Result, knob, limit, same, seed, text

LAYERS, CHAIN = {"tab": ("layers",)}, {"tab": ("chain",)}


class TwoRulersParams(Params):
    tab: Literal["layers", "chain"] = knob(
        "layers", zh="看什么", en="Look at",
        options={"layers": text(zh="各层何时收敛", en="when each layer arrives"),
                 "chain": text(zh="可解的两因子链", en="a chain one can solve")},
    )  # fmt: skip
    activation: Literal["relu", "tanh", "sigmoid"] = knob(
        "relu", zh="激活函数", en="Activation", when=LAYERS,
        options={"relu": same("ReLU"), "tanh": same("tanh"), "sigmoid": same("sigmoid")},
    )  # fmt: skip
    depth: int = knob(6, ge=2, le=8, zh="隐藏层数", en="Hidden layers", when=LAYERS)
    batch_norm: bool = knob(False, zh="加 BN", en="Batch norm", when=LAYERS)
    lr: float = knob(0.04, ge=0.005, le=0.5, step=0.005, log=True, zh="学习率", en="Learning rate", when=LAYERS)
    factor: float = knob(
        1.0, ge=0.5, le=2, step=0.05, zh="每下一层，学习率乘", en="Learning rate × per layer down", when=LAYERS
    )
    steps: int = knob(160, ge=80, le=400, step=40, zh="训练步数", en="Steps", when=LAYERS)
    threshold: float = knob(0.95, ge=0.5, le=0.99, step=0.01, zh="CKA 的线", en="CKA line", when=LAYERS)
    a0: float = knob(0.1, ge=0.05, le=2, step=0.05, zh="起点 a₀", en="Start a₀", when=CHAIN)
    b0: float = knob(1.5, ge=0.05, le=2, step=0.05, zh="起点 b₀", en="Start b₀", when=CHAIN)
    s: float = knob(1.0, ge=0.5, le=3, step=0.1, zh="目标 s", en="Target s", when=CHAIN)
    eta: float = knob(0.01, ge=0.002, le=0.1, step=0.002, log=True, zh="学习率 η", en="Learning rate η", when=CHAIN)
    seed: int = seed()

    @model_validator(mode="after")
    def _something_to_learn(self) -> "TwoRulersParams":
        if abs(self.a0 * self.b0 - self.s) < 1e-6:
            raise limit(zh="a₀b₀ 已经等于 s，没有什么可学：换一个起点",
                        en="a₀b₀ equals s already, there is nothing to learn: start elsewhere")  # fmt: skip
        if self.steps % 40:
            raise limit(zh="步数取 40 的倍数", en="steps: a multiple of 40")
        return self


def run(params: TwoRulersParams) -> Iterator[Result]:
    if params.tab == "chain":
        yield chain(params.a0, params.b0, params.s, params.eta)
        return
    yield from training(Setting(
        params.activation, params.depth, params.batch_norm, params.lr, params.factor, params.steps, params.threshold,
        params.seed,
    ))  # fmt: skip


PRESETS = {
    "two-orders": Preset(
        text(zh="同一次训练：按 CKA 底层先，按权重顶层先", en="Bottom first by CKA, top first by weights"), {},
        {"tau_cka": (0.6, 1), "tau_weight": (-1, -0.35), "tau_half": (-1, -0.4), "loss": (0, 0.01),
         "accuracy": (0.99, 1)}),
    "batch-norm": Preset(
        text(zh="加 BN：按权重也是底层先", en="With batch norm the weights go bottom first as well"),
        {"batch_norm": True}, {"tau_cka": (0.7, 1), "tau_weight": (0.4, 1)}),
    "sigmoid": Preset(
        text(zh="sigmoid：首层的梯度小一到两个数量级", en="Sigmoid: the first layer's gradient is far smaller"),
        {"activation": "sigmoid", "depth": 3, "lr": 0.5, "steps": 320},
        {"relative_ratio": (0.002, 0.05), "loss": (0, 0.05), "tau_cka": (0.2, 1)}),
    "bottom-rate": Preset(
        text(zh="越往下学习率越大：权重的次序被抹平", en="A larger rate lower down levels the order by weights"),
        {"factor": 1.75, "lr": 0.01}, {"tau_weight": (-0.35, 0.5), "tau_cka": (0.3, 1)}),
    "small-factor": Preset(
        text(zh="可解的链：小的因子先到", en="A solvable chain: the smaller factor arrives first"), {"tab": "chain"},
        {"a_end": (0.6176, 0.6177), "b_end": (1.6190, 1.6192), "conserved": (-2.2401, -2.2399),
         "half_strong": (2.297, 2.298)}),
    "balanced": Preset(
        text(zh="a = b：两个因子同时到", en="a = b: both factors arrive together"),
        {"tab": "chain", "a0": 0.1, "b0": 0.1, "s": 3}, {"conserved": (0, 0), "half_strong": (0.75, 0.78)}),
}  # fmt: skip
PREDICTIONS = (
    Prediction(
        "by-cka",
        text(zh="6 个隐藏层的 ReLU 网络，没有 BN。以「表征与训练结束时的 CKA 达到 0.95」为准，哪些层先收敛？",
             en="A ReLU net with six hidden layers, no batch norm. By the moment a layer's representation reaches CKA "
             "0.95 with its final one, which layers converge first?"),
        "two-orders", "tau_cka",
        text(zh="底层先。第 1 层训练前就有 0.93 上下：随机的一层保留了输入的几何，离终点本来就近。",
             en="The bottom ones. Layer 1 is at about 0.93 before training: a random layer keeps the geometry of its "
             "input, so it starts close to its end."),
        (Option(text(zh="靠近输入的先", en="those next to the input"), 0.3),
         Option(text(zh="差不多同时", en="all at about the same time"), -0.3, 0.3, text(
             zh="首层比输出层早十几步。", en="The first layer is there more than ten steps before the output.")),
         Option(text(zh="靠近输出的先", en="those next to the output"), high=-0.3, why=text(
             zh="靠近输出的层梯度更大，但它的表征要等下面的层。",
             en="Their gradients are larger, but their representations wait for the layers below."))),
    ),
    Prediction(
        "by-weights",
        text(zh="还是那一次训练，换一把尺子：「权重走完起点到终点距离的一半」。哪些层先？",
             en="The same training by another ruler: weights half way between start and end. Which layers first?"),
        "two-orders", "tau_weight",
        text(zh="顶层先，次序反过来。顶层的梯度与权重之比大约是首层的十倍。",
             en="The top ones: the order turns round. Gradient over weight is some ten times larger at the top."),
        (Option(text(zh="靠近输入的先", en="those next to the input"), 0.3, why=text(
            zh="那是 CKA 的次序，也是加了 BN 之后的次序。", en="That is the order by CKA, or with batch norm.")),
         Option(text(zh="差不多同时", en="all at about the same time"), -0.3, 0.3, text(
             zh="五个种子的 Kendall τ 平均在 −0.6 上下。", en="Kendall's τ averages about −0.6 over five seeds.")),
         Option(text(zh="靠近输出的先", en="those next to the output"), high=-0.3)),
    ),
    Prediction(
        "with-batch-norm",
        text(zh="加上 BN 再训练，仍按权重走完一半来看。哪些层先？",
             en="Train with batch norm and look at the weights again. Which layers are half way first?"),
        "batch-norm", "tau_weight",
        text(zh="底层先：BN 把各层的梯度与权重之比拉平，次序和 CKA 一致了。",
             en="The bottom ones: batch norm levels gradient over weight, and both rulers agree."),
        (Option(text(zh="靠近输入的先", en="those next to the input"), 0.3),
         Option(text(zh="差不多同时", en="all at about the same time"), -0.3, 0.3, text(
             zh="输出层明显比首层晚。", en="The output takes clearly longer than the first layer.")),
         Option(text(zh="靠近输出的先", en="those next to the output"), high=-0.3, why=text(
             zh="那是没有 BN 的情形。", en="That is the case without batch norm."))),
    ),
    Prediction(
        "chain-end",
        text(zh=r"最小化 $\frac12(1-ab)^2$，从 $a_0=0.1$、$b_0=1.5$ 沿梯度流走。$a$ 最后是多少？",
             en=r"Minimise $\frac12(1-ab)^2$ by gradient flow from $a_0=0.1$, $b_0=1.5$. Where does $a$ end?"),
        "small-factor", "a_end",
        text(zh=r"$a^2-b^2=-2.24$ 守恒，$ab=1$：$a^2=\frac12(D+\sqrt{D^2+4})$，得 0.618。",
             en=r"$a^2-b^2=-2.24$ is conserved and $ab=1$: $a^2=\frac12(D+\sqrt{D^2+4})$, which gives 0.618."),
        within=0.03,
    ),
)  # fmt: skip

demo = Demo(
    __name__, run, TwoRulersParams,
    title=text(zh="两把尺子", en="Two rulers"),
    summary=text(
        zh="哪一层先收敛？同一次训练，用表征相似度和权重距离各量一次，次序可以相反；再看一条能精确求解的两因子链。",
        en="Which layer converges first? One training measured by representation and by weights can give opposite "
        "orders; then a two-factor chain that can be solved exactly.",
    ),
    presets=PRESETS, predictions=PREDICTIONS, references=("raghu2017", "kornblith2019", "chen2023", "saxe2014"),
    code=(linear_cka, remaining_distance, first_crossing, kendall_tau, descent, limits, flow_time, balanced_flow,
          half_time),
)  # fmt: skip
