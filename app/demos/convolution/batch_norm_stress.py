"""BN stress test: by hand, against the batch size, against the learning rate, and at the start of a deep net."""

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import model_validator

from app.core.norm_stack import backward, forward, norm_stack
from app.demos.convolution._norm_batch import run_batch
from app.demos.convolution._norm_hand import run_hand
from app.demos.convolution._norm_questions import PREDICTIONS, PRESETS
from app.demos.convolution._norm_rates import run_rates
from app.demos.convolution._norm_start import run_start
from app.kit import Demo, Params, Result, Vector, knob, limit, seed, text

from app.core.batch_norm import (  # isort: skip
    batch_norm, batch_norm_backward, batch_norm_inference, finite_differences, update_running,
)  # fmt: skip

HAND, BATCH, RATES, START = ({"tab": (name,)} for name in ("hand", "batch", "rates", "start"))


class BatchNormStressParams(Params):
    tab: Literal["hand", "batch", "rates", "start"] = knob(
        "hand", zh="考什么", en="Stress",
        options={"hand": text(zh="手算正反向", en="by hand"), "batch": text(zh="批大小", en="batch size"),
                 "rates": text(zh="学习率", en="learning rate"), "start": text(zh="初始梯度", en="gradient at init")},
    )  # fmt: skip
    x: Vector = knob(
        (1.0, 2.0, 3.0, 4.0), kind="vector", max_length=10, zh="一批输入 x", en="Batch of inputs x", when=HAND
    )
    g: Vector = knob((1.0, 0.0, 0.0, 0.0), kind="vector", max_length=10, zh="传来的梯度 ∂L/∂y", en="Gradient ∂L/∂y",
                     when=HAND)  # fmt: skip
    gamma: float = knob(1, ge=-3, le=3, step=0.1, zh="缩放 γ", en="Scale γ", when=HAND)
    beta: float = knob(0, ge=-3, le=3, step=0.1, zh="平移 β", en="Shift β", when=HAND)
    momentum: float = knob(0.1, ge=0.01, le=1, step=0.01, zh="新一批的权重 m", en="Weight m of a new batch", when=HAND)
    updates: int = knob(60, ge=1, le=200, zh="滑动统计更新次数", en="Updates of the running statistics", when=HAND)
    batch: int = knob(2, ge=1, le=256, zh="批大小 B", en="Batch size B", when=BATCH)
    lr: float = knob(0.03, ge=0.003, le=0.3, step=0.001, log=True, zh="学习率", en="Learning rate", when=BATCH)
    depth: int = knob(10, ge=2, le=16, zh="层数", en="Layers", when=RATES)
    rate: Literal["0.001", "0.01", "0.03", "0.1", "0.3", "1", "3"] = knob(
        "1", zh="画出损失的学习率", en="Learning rate of the loss curves", when=RATES)  # fmt: skip
    layers: int = knob(30, ge=8, le=40, zh="层数", en="Layers", when=START)
    seed: int = seed()

    @model_validator(mode="after")
    def _one_batch(self) -> Self:
        if not self.x or len(self.x) != len(self.g):
            raise limit(zh=f"x 有 {len(self.x)} 个数，∂L/∂y 有 {len(self.g)} 个：至少一个，而且要一样多",
                        en=f"x has {len(self.x)} numbers, ∂L/∂y {len(self.g)}: at least one, equally many")  # fmt: skip
        if max(map(abs, (*self.x, *self.g))) > 1e3:
            raise limit(zh="x 与 ∂L/∂y 的绝对值不超过 1000", en="x and ∂L/∂y must stay within ±1000")
        return self


def run(params: BatchNormStressParams) -> Iterator[Result]:
    if params.tab == "batch":
        yield from run_batch(params)
    elif params.tab == "rates":
        yield from run_rates(params)
    elif params.tab == "start":
        yield run_start(params)
    else:
        yield from run_hand(params)


demo = Demo(
    __name__, run, BatchNormStressParams,
    title=text(zh="BN 压力测试", en="BN stress test"),
    summary=text(
        zh="正反向逐数手算，再看批大小、学习率和深度各把 BN 逼到哪里。",
        en="Forwards and backwards number by number, then what batch size, learning rate and depth do to it.",
    ),
    presets=PRESETS, predictions=PREDICTIONS,
    references=("ioffe2015", "santurkar2018", "yang2019", "wu2018", "ba2016"),
    code=(batch_norm, batch_norm_backward, batch_norm_inference, update_running, finite_differences, norm_stack,
          forward, backward),
    budget_s=1.0,
)  # fmt: skip
