"""When more hurts: more data near the interpolation threshold or from the wrong source, more layers without skips."""

from collections.abc import Iterator
from typing import Literal

from pydantic import model_validator

from app.core.deep_net import backward, deep_net, forward
from app.core.degradation import deepened, tower
from app.core.double_descent import growing_risks, optimal_penalty, optimal_ridge_risk, smallest_singular_values
from app.core.linear_risk import least_squares_risk, nearest_solution
from app.core.optimisers import fit, sgd
from app.core.ridge import ridge
from app.demos.generalisation._more_data import run_data
from app.demos.generalisation._more_depth import depths, run_depth
from app.kit import Demo, Option, Params, Prediction, Preset, Result, knob, limit, same, seed, text

DATA, DEPTH = {"tab": ("data",)}, {"tab": ("depth",)}
MOST_DATA, MOST_LAYERS = 200 * 100**3, 2.0e5


class WhenMoreHurtsParams(Params):
    tab: Literal["data", "depth"] = knob(
        "data", zh="加什么", en="More of what",
        options={"data": text(zh="数据", en="data"), "depth": text(zh="层数", en="layers")},
    )  # fmt: skip
    d: int = knob(50, ge=10, le=100, step=10, zh="特征数 d", en="Features d", when=DATA)
    noise: float = knob(0.5, ge=0, le=2, step=0.1, zh="标签噪声 σ", en="Label noise σ", when=DATA)
    tuning: float = knob(1, ge=0.01, le=100, step=0.01, log=True, zh="岭惩罚 λ（最优值的倍数）",
                         en="Ridge penalty λ (times the optimum)", when=DATA)  # fmt: skip
    source: Literal["same", "changes"] = knob(
        "same", zh="数据来源", en="Source of the data", when=DATA,
        options={"same": text(zh="始终是目标任务", en="always the task"),
                 "changes": text(zh="2d 个之后换了任务", en="another task after 2d")},
    )  # fmt: skip
    repeats: int = knob(200, ge=50, le=500, step=50, zh="重复次数", en="Repetitions", when=DATA)
    deepest: int = knob(32, ge=8, le=40, step=4, zh="最深的层数", en="Deepest net", unit="", when=DEPTH)
    norm: bool = knob(False, zh="批归一化（BN）", en="Batch norm (BN)", when=DEPTH)
    width: int = knob(16, ge=8, le=32, step=8, zh="宽度", en="Width", when=DEPTH)
    rate: float = knob(0.05, ge=0.005, le=0.2, step=0.005, log=True, zh="学习率", en="Learning rate", when=DEPTH)
    steps: int = knob(100, ge=50, le=200, step=10, zh="训练步数", en="Steps", when=DEPTH)
    inits: int = knob(3, ge=1, le=5, zh="种子个数", en="Seeds", when=DEPTH)
    seed: int = seed()

    @model_validator(mode="after")
    def _affordable(self) -> "WhenMoreHurtsParams":
        if self.tab == "data" and self.repeats * self.d**3 > MOST_DATA:
            raise limit(zh="重复次数 × d³ 太大：请减小其中一个", en="repetitions × d³ is too large: lower one of them")
        layers = sum(depths(self)) * self.inits * self.steps * (3.3 if self.norm else 1) * (1 + self.width / 32)
        if self.tab == "depth" and layers > MOST_LAYERS:
            raise limit(zh="这样训练太久：请减少层数、种子、步数或宽度（BN 的代价约三倍）",
                        en="that would train too long: take fewer layers, seeds, steps or units (BN costs three times)")
        return self


def run(params: WhenMoreHurtsParams) -> Iterator[Result]:
    yield from run_depth(params) if params.tab == "depth" else run_data(params)


PRESETS = {
    "descent": Preset(text(zh="x", en="x"), {}, {"ratio": (2, 50)}),
    "wrong-source": Preset(text(zh="x", en="x"), {"source": "changes"}, {"far_over_double": (1.5, 5)}),
    "clean": Preset(text(zh="x", en="x"), {"noise": 0}, {"near": (0, .1)}),
    "depth": Preset(text(zh="x", en="x"), {"tab": "depth"}, {"plain_deep": (.4, 1)}),
    "depth-norm": Preset(text(zh="x", en="x"), {"tab": "depth", "norm": True}, {"plain_stuck": (3, 3)}),
}
demo = Demo(
    __name__, run, WhenMoreHurtsParams,
    title=text(zh="越多越差的时候", en="When more hurts"),
    summary=text(zh="x", en="x"),
    presets=PRESETS, predictions=(), references=(),
    code=(growing_risks, least_squares_risk, nearest_solution, ridge, optimal_penalty, optimal_ridge_risk,
          smallest_singular_values, tower, deepened, deep_net, forward, backward, fit, sgd),
    budget_s=2.5,
)  # fmt: skip
