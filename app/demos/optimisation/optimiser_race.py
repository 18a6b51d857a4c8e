"""A race of gradient descent, Newton, quasi-Newton and conjugate gradients: surface, spectrum, noise, size."""

from typing import Literal

from app.core.conjugate import conjugate_gradients, linear_cg
from app.core.descent import bfgs, damped_newton, exact_search, lbfgs, newton, wolfe_search
from app.core.noisy_descent import noise_floor
from app.core.surfaces import rosenbrock, saddle, valley
from app.demos.optimisation._race_methods import NAMES
from app.demos.optimisation._race_noise import noise
from app.demos.optimisation._race_presets import PREDICTIONS, PRESETS
from app.demos.optimisation._race_size import size
from app.demos.optimisation._race_spectrum import spectrum
from app.demos.optimisation._race_surface import Setting, race

from app.kit import Demo, Params, Result, knob, same, seed, text  # isort: skip

Method = Literal["gd", "momentum", "adam", "steepest", "newton", "damped", "bfgs", "lbfgs", "cg"]
SURFACE = {"tab": ("race",)}


class OptimiserRaceParams(Params):
    tab: Literal["race", "spectrum", "noise", "size"] = knob(
        "race", zh="看什么", en="Look at",
        options={
            "race": text(zh="曲面上的赛跑", en="a race on a surface"),
            "spectrum": text(zh="50 维：特征值决定步数", en="50 dimensions: the spectrum decides"),
            "noise": text(zh="梯度带噪声", en="noisy gradients"),
            "size": text(zh="参数很多", en="many parameters"),
        },
    )  # fmt: skip
    surface: Literal["rosenbrock", "quadratic", "saddle", "himmelblau"] = knob(
        "rosenbrock", zh="曲面", en="Surface", when=SURFACE,
        options={
            "rosenbrock": text(zh="Rosenbrock 弯谷", en="Rosenbrock's valley"),
            "quadratic": same("½(x² + κy²)"),
            "saddle": same("x² − y² + ½y⁴"),
            "himmelblau": text(zh="Himmelblau：四个最小点、一个山顶", en="Himmelblau: four minima, one hill"),
        },
    )  # fmt: skip
    kappa: float = knob(100.0, ge=1, le=1000, log=True, zh="条件数 κ", en="Condition number κ",
                        when={"tab": ("race",), "surface": ("quadratic",)})  # fmt: skip
    x0: float = knob(-1.2, ge=-4.5, le=4.5, step=0.01, zh="起点 x", en="Start x", when=SURFACE)
    y0: float = knob(1.0, ge=-4.5, le=4.5, step=0.01, zh="起点 y", en="Start y", when=SURFACE)
    methods: tuple[Method, ...] = knob(
        ("gd", "adam", "newton", "damped", "bfgs", "cg"), zh="画哪些方法", en="Methods drawn", when=SURFACE,
        options=NAMES,
    )  # fmt: skip
    share: float = knob(
        1.0, ge=0.05, le=2.5, step=0.05, when=SURFACE, zh="梯度下降与动量的学习率 ×L",
        en="Learning rate × L (descent, momentum)",
        help=text(zh="L 是起点和各最小点处最大的 |曲率|。",
                  en="L: the largest |curvature| at the start and the minima."),
    )  # fmt: skip
    beta: float = knob(0.9, ge=0.0, le=0.99, step=0.01, zh="动量 β", en="Momentum β", when=SURFACE)
    adam_rate: float = knob(
        0.05, ge=0.001, le=1.0, log=True, zh="Adam 的学习率", en="Adam's learning rate", when=SURFACE
    )
    condition: float = knob(100.0, ge=2, le=1000, log=True, zh="条件数 κ", en="Condition number κ",
                            when={"tab": ("spectrum", "noise")})  # fmt: skip
    distinct: int = knob(
        3, ge=2, le=50, zh="不同的特征值有几个", en="Distinct eigenvalues", when={"tab": ("spectrum",)}
    )
    sigma: float = knob(1.0, ge=0.01, le=10, log=True, zh="梯度噪声 σ", en="Gradient noise σ", when={"tab": ("noise",)})
    newton_step: float = knob(1.0, ge=0.01, le=1.0, log=True, zh="牛顿走几分之一步", en="Newton's step length",
                              when={"tab": ("noise",)})  # fmt: skip
    steps: int = knob(400, ge=20, le=2000, step=20, zh="最多几步", en="Most steps",
                      when={"tab": ("race", "spectrum", "noise")})  # fmt: skip
    log_n: float = knob(8.0, ge=2.0, le=11.0, step=0.1, zh="参数个数的常用对数", en="log10 of the number of parameters",
                        when={"tab": ("size",)})  # fmt: skip
    memory: int = knob(10, ge=1, le=100, zh="L-BFGS 记几对", en="Pairs L-BFGS keeps", when={"tab": ("size",)})
    tflops: float = knob(100.0, ge=0.1, le=10000.0, log=True, unit="TFLOP/s", zh="算力", en="Compute",
                         when={"tab": ("size",)})  # fmt: skip
    seed: int = seed()


def run(params: OptimiserRaceParams) -> Result:
    if params.tab == "spectrum":
        return spectrum(params.condition, params.distinct, params.steps, params.seed)
    if params.tab == "noise":
        return noise(params.condition, params.sigma, params.newton_step, params.steps, params.seed)
    if params.tab == "size":
        return size(params.log_n, params.memory, params.tflops)
    return race(Setting(params.surface, params.kappa, (params.x0, params.y0), params.methods or tuple(NAMES),
                        params.share, params.beta, params.adam_rate, params.steps))  # fmt: skip


demo = Demo(
    __name__, run, OptimiserRaceParams,
    title=text(zh="优化器赛跑", en="Optimiser race"),
    summary=text(
        zh="九种方法从同一点出发：数迭代，也数函数、梯度和 Hessian 各算了几次。牛顿什么时候一步到底，"
           "什么时候冲上山顶？",
        en="Nine methods from one start, with iterations and evaluations counted. When does Newton finish in one step, "
        "and when does it climb a hill?",
    ),
    presets=PRESETS, predictions=PREDICTIONS,
    references=("nocedal2006", "rosenbrock1960", "hestenes1952", "liu1989", "dauphin2014"),
    code=(valley, rosenbrock, saddle, exact_search, wolfe_search, newton, damped_newton, bfgs, lbfgs, linear_cg,
          conjugate_gradients, noise_floor),
    budget_s=1.0,
)  # fmt: skip
