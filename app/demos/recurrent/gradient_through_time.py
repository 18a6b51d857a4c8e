"""Gradient through time and the cliff: why gradients vanish or explode in recurrent nets, and what helps which."""

from typing import Literal

from pydantic import model_validator

from app.core.cliff import descend, one_unit_gradient
from app.core.gated import gru_backward, gru_forward, lstm_backward, lstm_forward
from app.core.gradient_through_time import mean_field_rate, power_norms, recurrent_matrix
from app.core.recurrent import at_last, rnn_backward, rnn_forward
from app.core.signal_propagation import clip_by_global_norm
from app.demos.recurrent._cliff_tab import cliff_tab
from app.demos.recurrent._time_presets import PREDICTIONS, PRESETS
from app.demos.recurrent._time_tab import time_tab
from app.demos.recurrent._time_views import CELLS, MATRICES, Setting
from app.kit import Demo, Params, Result, knob, limit, seed, text

TIME, CLIFF = {"tab": ("time",)}, {"tab": ("cliff",)}
SIMPLE = {"tab": ("time",), "cell": ("linear", "tanh", "relu")}
COST = 2 * 100 * 64 * 64


class GradientThroughTimeParams(Params):
    tab: Literal["time", "cliff"] = knob(
        "time", zh="看什么", en="Look at",
        options={"time": text(zh="沿时间的梯度", en="through time"), "cliff": text(zh="悬崖", en="the cliff")},
    )  # fmt: skip
    cell: Literal["linear", "tanh", "relu", "lstm", "gru"] = knob(
        "tanh", zh="单元", en="Cell", options=CELLS, when=TIME
    )
    matrix: Literal["gaussian", "orthogonal", "identity", "shear"] = knob(
        "orthogonal", zh="循环矩阵 W", en="Recurrent matrix W", options=MATRICES, when=SIMPLE,
        help=text(zh="剪切：2×2 的块 ((ρ, 5), (0, ρ))。", en="Shear: 2×2 blocks ((ρ, 5), (0, ρ))."),
    )  # fmt: skip
    radius: float = knob(1.0, ge=0.5, le=2, step=0.01, zh="谱半径 ρ", en="Spectral radius ρ", when=SIMPLE)
    bias: float = knob(
        1.0, ge=-2, le=6, step=0.5, zh="遗忘门（更新门）的偏置", en="Bias of the forget (update) gate",
        when={"tab": ("time",), "cell": ("lstm", "gru")},
    )  # fmt: skip
    steps: int = knob(100, ge=10, le=200, step=10, zh="步数 T", en="Steps T", when=TIME)
    units: int = knob(64, ge=8, le=128, step=8, zh="单元数 n", en="Units n", when=TIME)
    scale: float = knob(0.3, ge=0, le=2, step=0.05, zh="输入的标准差", en="Standard deviation of the inputs", when=TIME)
    seed: int = seed()
    w0: float = knob(6.0, ge=3, le=8, step=0.1, zh="起点 w", en="Start w", when=CLIFF)
    b0: float = knob(-3.0, ge=-5, le=-1, step=0.05, zh="起点 b", en="Start b", when=CLIFF)
    lr: float = knob(0.1, ge=0.01, le=1, log=True, zh="学习率", en="Learning rate", when=CLIFF)
    clip: float = knob(1.0, ge=0.1, le=10, log=True, zh="裁剪上限", en="Clip at", when=CLIFF)
    updates: int = knob(600, ge=100, le=800, step=50, zh="更新次数", en="Updates", when=CLIFF)
    unroll: int = knob(50, ge=5, le=60, step=5, zh="展开的步数", en="Steps unrolled", when=CLIFF)

    @model_validator(mode="after")
    def _affordable(self) -> "GradientThroughTimeParams":
        gates = {"lstm": 4, "gru": 3}.get(self.cell, 1)
        if self.tab == "time" and self.steps * self.units**2 * gates > 8 * COST:
            raise limit(zh="步数 × 单元数² 太大，请减小其中一个", en="steps × units² is too large: lower one of them")
        if self.tab == "time" and gates == 1 and self.matrix == "shear" and self.units % 2:
            raise limit(
                zh="剪切由 2×2 的块组成，单元数要是偶数",
                en="a shear is made of 2 × 2 blocks: take an even number of units",
            )
        return self


def run(params: GradientThroughTimeParams) -> Result:
    if params.tab == "cliff":
        return cliff_tab(params.w0, params.b0, params.lr, params.clip, params.updates, params.unroll)
    return time_tab(Setting(
        params.cell, params.matrix, params.radius, params.bias, params.steps, params.units, params.scale, params.seed,
    ))  # fmt: skip


demo = Demo(
    __name__, run, GradientThroughTimeParams,
    title=text(zh="沿时间的梯度与悬崖", en="Gradient through time, and the cliff"),
    summary=text(
        zh="让梯度退回一百步：看循环矩阵、门的偏置怎样决定它消失还是爆炸；再站到悬崖边上，看一次裁剪救了什么。",
        en="Send a gradient a hundred steps back and see what decides its fate; then what a clip saves at a cliff.",
    ),
    presets=PRESETS, predictions=PREDICTIONS, references=("pascanu2013", "bengio1994", "hochreiter1997", "chen2018"),
    code=(at_last, rnn_forward, rnn_backward, lstm_forward, lstm_backward, gru_forward, gru_backward, recurrent_matrix,
          power_norms, mean_field_rate, clip_by_global_norm, one_unit_gradient, descend),
    budget_s=2.0,
)  # fmt: skip
