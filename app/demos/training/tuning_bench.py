"""Tuning bench: learning rate, initialisation and optimiser; many short trainings at once, and the exact edge."""

from collections.abc import Iterator
from typing import Literal

from pydantic import model_validator

from app.core.net_stack import backward, cross_entropies, forward, stack
from app.core.optimisers import adam, fit, sgd
from app.core.quadratic import descend, largest_rate, step_factor
from app.core.search import expected_best, grid_hit_probability, hit_probability
from app.core.tuning import Bench, weight_std
from app.demos.training._tuning_edge import run_edge
from app.demos.training._tuning_init import run_init
from app.demos.training._tuning_questions import PREDICTIONS, PRESETS
from app.demos.training._tuning_range import run_range
from app.demos.training._tuning_search import run_search
from app.demos.training._tuning_sweep import run_sweep
from app.demos.training._tuning_words import OPTIMISER
from app.kit import Demo, Params, Result, knob, limit, seed, text

TRAINED = ("sweep", "init", "range", "search")


class TuningBenchParams(Params):
    tab: Literal["sweep", "init", "range", "search", "quadratic"] = knob(
        "sweep", zh="看什么", en="Tab",
        options={"sweep": text(zh="扫学习率", en="rate sweep"), "init": text(zh="初始化", en="initialisation"),
                 "range": text(zh="区间测试", en="range test"), "search": text(zh="网格与随机", en="grid or random"),
                 "quadratic": text(zh="二次函数", en="quadratic")},
    )  # fmt: skip
    optimiser: Literal["sgd", "momentum", "adamw"] = knob(
        "momentum", zh="优化器", en="Optimiser", options=OPTIMISER, when={"tab": ("init", "range", "search")}
    )
    schedule: Literal["constant", "cosine"] = knob(
        "constant", zh="学习率调度", en="Schedule", when={"tab": ("sweep",)},
        options={"constant": text(zh="恒定", en="constant"),
                 "cosine": text(zh="预热一成步数，再余弦降到 0", en="warm-up over a tenth, then cosine to 0")},
    )  # fmt: skip
    depth: int = knob(3, ge=1, le=8, zh="隐藏层数", en="Hidden layers", when={"tab": TRAINED})
    batch: int = knob(32, ge=16, le=128, step=16, zh="batch", en="Batch", when={"tab": TRAINED})
    updates: int = knob(120, ge=60, le=240, step=20, zh="更新次数", en="Updates", when={"tab": TRAINED})
    points: Literal["2", "3", "6"] = knob(
        "3", zh="网格每维几个点", en="Grid points per axis", when={"tab": ("search",)},
    )  # fmt: skip
    eta: float = knob(
        0.19, ge=0.01, le=0.6, step=0.01, zh="学习率 η", en="Learning rate η", when={"tab": ("quadratic",)}
    )
    momentum: float = knob(0.9, ge=0, le=0.99, step=0.01, zh="动量 β", en="Momentum β", when={"tab": ("quadratic",)})
    flat: float = knob(
        1.0, ge=0.1, le=10, step=0.1, zh="较小的曲率 λ", en="Smaller curvature λ", when={"tab": ("quadratic",)}
    )
    seed: int = seed()

    @model_validator(mode="after")
    def _affordable(self) -> "TuningBenchParams":
        if self.tab in TRAINED and self.depth * self.batch * self.updates > 3 * 128 * 120:
            raise limit(
                zh="层数 × batch × 更新次数不能超过 46080：请减小一个",
                en="layers × batch × updates must not exceed 46,080: lower one of them",
            )
        return self


def run(params: TuningBenchParams) -> Iterator[Result]:
    bench = Bench(depth=params.depth, batch=params.batch, updates=params.updates)
    name = OPTIMISER[params.optimiser]
    if params.tab == "sweep":
        yield from run_sweep(bench, params.schedule == "cosine", params.seed)
    elif params.tab == "init":
        yield from run_init(bench, params.optimiser, name, params.seed)
    elif params.tab == "range":
        yield from run_range(bench, params.optimiser, name, params.seed)
    elif params.tab == "search":
        yield from run_search(bench, params.optimiser, name, int(params.points), params.seed)
    else:
        yield run_edge(params.eta, params.momentum, params.flat)


demo = Demo(
    __name__, run, TuningBenchParams,
    title=text(zh="调参台：学习率 × 初始化 × 优化器", en="Tuning bench: rate × initialisation × optimiser"),
    summary=text(
        zh="一百多个小网络同时训练：三种优化器各自最好的学习率、六种初始化、区间测试、网格与随机搜索，"
        "以及二次函数上精确的发散边界。",
        en="More than a hundred small nets trained at once: the best rate of three optimisers, six initialisations, a "
        "range test, grid against random search, and the exact edge of divergence on a quadratic.",
    ),
    presets=PRESETS, predictions=PREDICTIONS,
    references=("bergstra2012", "choi2019", "smith2017", "polyak1964", "glorot2010", "he2015"),
    code=(fit, sgd, adam, stack, forward, backward, cross_entropies, weight_std, descend, step_factor, largest_rate,
          hit_probability, grid_hit_probability, expected_best),
    budget_s=2.0,
)  # fmt: skip
