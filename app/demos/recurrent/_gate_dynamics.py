"""The gate swap lab without training: a gate that must hold and block, and a cell that is written to."""

from collections.abc import Iterator, Mapping

import numpy as np

from app.core.activations import ACTIVATIONS, Array
from app.core.gate_roles import accumulated, carried, half_life, held, leaked, moments, time_constant
from app.kit import Axis, Check, Lines, Mark, Region, Result, Series, Table, Text, View, same, text

GATES = ("sigmoid", "hard_sigmoid", "tanh", "relu")
CANDIDATES = ("tanh", "sigmoid", "relu")
OUTPUTS = ("tanh", "identity", "sigmoid")
LABELS = {
    "sigmoid": same("sigmoid"), "hard_sigmoid": same("hard sigmoid"), "tanh": same("tanh"), "relu": same("ReLU"),
    "identity": text(zh="恒等（不压缩）", en="identity (no squashing)"),
}  # fmt: skip
RUNS = 2000
PARTS = 5
STEP = Axis(text(zh="时间步 t", en="step t"))
THEORY = text(zh="理论", en="theory")


def sci(x: float) -> str:
    """0.69, 8.5×10³, 4.2×10⁻³²: powers of ten only where they help."""
    if x == 0 or not np.isfinite(x) or 1e-2 <= abs(x) < 1e4:
        return f"{x:.3g}"
    mantissa, exponent = f"{x:.1e}".split("e")
    return f"{mantissa}×10" + str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def ends(steps: int) -> list[int]:
    """Up to which step each partial result is drawn."""
    return [steps * (part + 1) // PARTS for part in range(PARTS)]


def valve(drive: float, noise: float, steps: int, seed: int) -> Iterator[Result]:
    """Drive a gate to open and to shut, under noise: what does it keep, what does it let in?"""
    t = np.arange(steps + 1.0)
    hold, block, hold_theory, block_theory, deviation = {}, {}, {}, {}, 0.0
    for name in GATES:
        gate, rng = ACTIVATIONS[name], np.random.default_rng([seed, GATES.index(name)])
        cells = held(drive, noise, steps, RUNS, rng, gate)
        hold[name], block[name] = cells.mean(axis=1), rms(leaked(drive, noise, steps, RUNS, rng, gate))
        first, second = moments(gate, drive, noise)
        hold_theory[name], block_theory[name] = first**t, np.sqrt(t * moments(gate, -drive, noise)[1])
        if name != "relu":  # bounded by 1: the mean of 2000 runs is within 5 standard errors
            error = np.sqrt(np.maximum(second**t - first ** (2 * t), 0) / RUNS)
            deviation = max(deviation, float(np.max(np.abs(hold[name] - hold_theory[name]) / (error + 1e-9))))
    middle = np.sqrt(t * moments(ACTIVATIONS["tanh"], 0.0, noise)[1])
    keep = ACTIVATIONS["sigmoid"](np.array([drive]))[0].item()
    scalars = {f"keep_{name}": float(curve[-1]) for name, curve in hold.items()}
    scalars |= {f"leak_{name}": float(curve[-1]) for name, curve in block.items()}
    scalars |= {
        "leak_tanh_zero": float(middle[-1]), "factor": keep, "kept_exact": keep**steps,
        "half_life": half_life(drive), "time_constant": time_constant(drive),
    }  # fmt: skip
    checks = [Check(text(zh="保留的均值与 (E f)ᵗ 之差（标准误）", en="mean kept against (E f)ᵗ, in standard errors"),
                    deviation, 5.0)]  # fmt: skip
    for end in ends(steps):
        views: list[View] = [
            _hold_view(t, end, hold, hold_theory, scalars), _block_view(t, end, block, block_theory, middle, scalars),
            _curve_view(drive, noise), _forget_table(drive, steps),
        ]  # fmt: skip
        yield Result(views, scalars, _valve_notes(drive, noise, steps, scalars), checks, end / steps)


def rms(cells: Array) -> Array:
    """Root mean square over the runs, (steps + 1, runs) -> (steps + 1,)."""
    return np.asarray(np.sqrt((cells**2).mean(axis=1)))


def _curves(t: Array, end: int, curves: Mapping[str, Array], theory: Mapping[str, Array]) -> list[Series]:
    """The measured curves up to step `end`, and the theory as dots, all of them one series."""
    measured = [Series(name, LABELS[name], t[: end + 1], curve[: end + 1]) for name, curve in curves.items()]
    every = slice(None, None, len(t) // 10)
    dots = np.concatenate([curve[every] for curve in theory.values()])
    return [*measured, Series("theory", THEORY, np.tile(t[every], len(theory)), dots, "reference", "points")]


def _hold_view(t: Array, end: int, hold: Mapping[str, Array], theory: Mapping[str, Array], s: dict[str, float]) -> View:
    return Lines(
        id="hold", title=text(zh="开着的遗忘门：存下的 1 还剩多少",
                              en="Forget gate driven open: what is left of a stored 1"),
        description=text(
            zh=f"{len(t) - 1} 步之后的平均值：sigmoid {s['keep_sigmoid']:.3f}，hard sigmoid "
               f"{s['keep_hard_sigmoid']:.3f}，tanh {s['keep_tanh']:.3f}，ReLU {sci(s['keep_relu'])}。理想是 1。",
            en=f"Mean after {len(t) - 1} steps: sigmoid {s['keep_sigmoid']:.3f}, hard sigmoid "
               f"{s['keep_hard_sigmoid']:.3f}, tanh {s['keep_tanh']:.3f}, ReLU {sci(s['keep_relu'])}. Ideal: 1."),
        series=_curves(t, end, hold, theory), x=STEP,
        y=Axis(text(zh="c_t 的均值", en="mean of c_t"), range=(-0.1, 1.6)),
        marks=[Mark(1, text(zh="理想", en="ideal"))],
    )  # fmt: skip


def _block_view(
    t: Array, end: int, block: Mapping[str, Array], theory: Mapping[str, Array], middle: Array, s: dict[str, float]
) -> View:
    at_zero = Series("tanh", text(zh="tanh 停在 0（理论）", en="tanh kept at 0 (theory)"), t, middle, "reference")
    return Lines(
        id="block", title=text(zh="关着的输入门：漏进了多少（每步来 ±1）",
                               en="Input gate driven shut: what leaks in (±1 a step)"),
        description=text(
            zh=f"{len(t) - 1} 步之后的均方根：sigmoid {s['leak_sigmoid']:.3f}，ReLU {s['leak_relu']:.3f}，tanh "
               f"{s['leak_tanh']:.2f}；把 tanh 停在 0 也漏 {s['leak_tanh_zero']:.2f}。理想是 0。",
            en=f"RMS after {len(t) - 1} steps: sigmoid {s['leak_sigmoid']:.3f}, ReLU {s['leak_relu']:.3f}, tanh "
               f"{s['leak_tanh']:.2f}; a tanh kept at 0 leaks {s['leak_tanh_zero']:.2f}. Ideal: 0."),
        series=[*_curves(t, end, block, theory), at_zero], x=STEP,
        y=Axis(text(zh="c_t 的均方根", en="RMS of c_t"), range=(0, 1.1 * float(np.sqrt(t[-1])))),
    )  # fmt: skip


def _curve_view(drive: float, noise: float) -> View:
    a = np.linspace(-8, 8, 161)
    band = max(noise, 0.1)
    return Lines(
        id="curve", title=text(zh="为什么：两头都平、又恰为 0 和 1 的才是阀门",
                               en="Why: a valve is flat at both ends, at 0 and 1"),
        description=text(
            zh=f"关的一端 a = {-drive:g} 与开的一端 a = {drive:g}，带宽是噪声 ±{noise:g}。只有 sigmoid 和 hard sigmoid "
               "在两处都平，且值为 0 与 1。",
            en=f"Shut at a = {-drive:g}, open at a = {drive:g}, the band is the noise ±{noise:g}. Only sigmoid and "
               "hard sigmoid are flat at both places, at 0 and at 1."),
        series=[Series(name, LABELS[name], a, ACTIVATIONS[name](a)[0]) for name in GATES],
        x=Axis(text(zh="预激活 a", en="pre-activation a"), range=(-8, 8)),
        y=Axis(text(zh="门的值", en="value of the gate"), range=(-1.2, 2)),
        regions=[Region(-drive - band, -drive + band, text(zh="关", en="shut"), "negative"),
                 Region(drive - band, drive + band, text(zh="开", en="open"), "positive")],
        marks=[Mark(0, same("0")), Mark(1, same("1"))],
    )  # fmt: skip


def _forget_table(drive: float, steps: int) -> View:
    biases = sorted({0.0, 1.0, 2.0, 3.0, 5.0, drive})
    keep = [float(ACTIVATIONS["sigmoid"](np.array([b]))[0][0]) for b in biases]
    return Table(
        id="forget", title=text(zh="遗忘门偏置决定记忆长度（sigmoid，无噪声）",
                                en="The forget bias sets the memory (sigmoid, no noise)"),
        description=text(
            zh=f"偏置 {drive:g}：半衰期 {half_life(drive):.4g} 步，时间常数 1/(1−f) = 1 + eᵇ = "
               f"{time_constant(drive):.4g} 步；{steps} 步后剩 {sci(keep[biases.index(drive)] ** steps)}。",
            en=f"Bias {drive:g}: half-life {half_life(drive):.4g}, time constant 1/(1−f) = 1 + eᵇ = "
               f"{time_constant(drive):.4g} steps; {sci(keep[biases.index(drive)] ** steps)} is left after {steps}."),
        columns=[same("b"), same("f = σ(b)"), text(zh="半衰期", en="half-life"), same("1 + eᵇ"),
                 text(zh=f"{steps} 步后", en=f"after {steps}")],
        rows=[[b, round(f, 4), round(half_life(b), 3), round(time_constant(b), 2), sci(f**steps)]
              for b, f in zip(biases, keep, strict=True)],
    )  # fmt: skip


def _valve_notes(drive: float, noise: float, steps: int, s: dict[str, float]) -> list[Text]:
    return [
        text(zh="阀门要同时通过两项考试：开得住（保留接近 1）、关得住（漏进接近 0）。现在 sigmoid 是 "
                f"{s['keep_sigmoid']:.3f} 和 {s['leak_sigmoid']:.3f}；tanh 是 {s['keep_tanh']:.3f} 和 "
                f"{s['leak_tanh']:.2f}；ReLU 是 {sci(s['keep_relu'])} 和 {s['leak_relu']:.3f}。",
             en="A valve must pass two tests, stay open (keep about 1) and stay shut (leak about 0). Here sigmoid "
                f"scores {s['keep_sigmoid']:.3f} and {s['leak_sigmoid']:.3f}; tanh {s['keep_tanh']:.3f} and "
                f"{s['leak_tanh']:.2f}; ReLU {sci(s['keep_relu'])} and {s['leak_relu']:.3f}."),
        text(zh=f"梯度走同一条路：$\\partial c_t/\\partial c_0=\\prod f$。没有噪声时 sigmoid 门在 {steps} 步后留下 "
                f"$\\sigma({drive:g})^{{{steps}}}$ = {sci(s['kept_exact'])}，记忆和梯度都是这么多。",
             en="The gradient takes the same path, $\\partial c_t/\\partial c_0=\\prod f$. Without noise a sigmoid "
                f"gate leaves $\\sigma({drive:g})^{{{steps}}}$ = {sci(s['kept_exact'])} after {steps} steps, of memory "
                "and of gradient alike."),
    ]  # fmt: skip


def writes(steps: int, seed: int) -> Iterator[Result]:
    """Every gate open, random candidates: what adds up in the cell, and what the output shows of it."""
    t = np.arange(steps + 1.0)
    cells = {name: accumulated(steps, RUNS, np.random.default_rng([seed, 7]), ACTIVATIONS[name]) for name in CANDIDATES}
    shown = {name: ACTIVATIONS[name](cells["tanh"])[0] for name in OUTPUTS}
    slopes = {name: ACTIVATIONS["tanh"](c)[1].mean(axis=1) for name, c in cells.items()}
    scalars: dict[str, float] = {}
    deviation = 0.0
    for name, c in cells.items():
        first, second = moments(ACTIVATIONS[name], 0.0, 1.0)
        variance = steps * (second - first * first)
        deviation = max(deviation, abs(float(c[-1].mean()) - steps * first) / float(np.sqrt(variance / RUNS)))
        scalars |= {
            f"mean_{name}": float(c[-1].mean()), f"mean_theory_{name}": steps * first,
            f"var_{name}": float(c[-1].var()), f"var_theory_{name}": variance,
            f"slope_{name}": float(slopes[name][-1]),
            f"carried_{name}": carried(steps, 40.0, np.random.default_rng(seed), ACTIVATIONS[name]),
        }  # fmt: skip
    scalars |= {f"shown_{name}": float(rms(h)[-1]) for name, h in shown.items()}
    checks = [
        Check(text(zh="均值与 t·E[φ] 之差（标准误）", en="mean against t·E[φ], in standard errors"), deviation, 4.5)
    ]
    for end in ends(steps):
        views = [
            _cells_view(t, end, cells, scalars),
            _slope_view(t, end, slopes, scalars),
            _shown_view(t, end, shown, scalars),
        ]
        yield Result(views, scalars, _write_notes(steps, scalars), checks, end / steps)


def _cells_view(t: Array, end: int, cells: Mapping[str, Array], s: dict[str, float]) -> View:
    means = {name: c.mean(axis=1) for name, c in cells.items()}
    theory = {name: t * moments(ACTIVATIONS[name], 0.0, 1.0)[0] for name in cells}
    edges = [means[name] + side * c.std(axis=1) for name, c in cells.items() for side in (-1, 1)]
    gap = np.array([np.nan])  # one line with breaks: one entry in the legend
    ys = np.concatenate([part for edge in edges for part in (edge[: end + 1], gap)])
    xs = np.tile(np.append(t[: end + 1], np.nan), len(edges))
    band = Series("band", text(zh="± 1 个标准差", en="± 1 standard deviation"), xs, ys, "muted")
    return Lines(
        id="cells", title=text(zh="所有门全开，换候选激活：细胞里积累了什么",
                               en="All gates open, three candidates: what adds up in the cell"),
        description=text(
            zh=f"{len(t) - 1} 步之后：tanh 候选均值 {s['mean_tanh']:.2f}、方差 {s['var_tanh']:.1f}；sigmoid 候选均值 "
               f"{s['mean_sigmoid']:.2f}、方差 {s['var_sigmoid']:.2f}，只增不减。",
            en=f"After {len(t) - 1} steps: tanh candidate mean {s['mean_tanh']:.2f}, variance {s['var_tanh']:.1f}; "
               f"sigmoid mean {s['mean_sigmoid']:.2f}, variance {s['var_sigmoid']:.2f}: it can only grow."),
        series=[*_curves(t, end, means, theory), band], x=STEP,
        y=Axis(same("c_t"), range=(-float(np.sqrt(t[-1])), 0.6 * float(t[-1]))),
    )  # fmt: skip


def _slope_view(t: Array, end: int, slopes: dict[str, Array], s: dict[str, float]) -> View:
    return Lines(
        id="slope", title=text(zh="输出 tanh 的斜率：还有多少梯度能进细胞",
                               en="Slope of the output tanh: the gradient that still gets in"),
        description=text(
            zh=f"最后一步的平均斜率：tanh 候选 {sci(s['slope_tanh'])}，sigmoid 候选 {sci(s['slope_sigmoid'])}。",
            en=f"Mean slope at the last step: tanh candidate {sci(s['slope_tanh'])}, sigmoid candidate "
               f"{sci(s['slope_sigmoid'])}."),
        series=[Series(name, LABELS[name], t[: end + 1], np.maximum(slope[: end + 1], 1e-300))
                for name, slope in slopes.items()],
        x=STEP, y=Axis(text(zh="tanh′(c_t) 的均值", en="mean of tanh′(c_t)"), log=True, range=(1e-12, 2)),
    )  # fmt: skip


def _shown_view(t: Array, end: int, shown: dict[str, Array], s: dict[str, float]) -> View:
    return Lines(
        id="shown", title=text(zh="tanh 候选，换输出激活：h 有多大",
                               en="Tanh candidate, three outputs: how large h gets"),
        description=text(
            zh=f"{len(t) - 1} 步之后 h 的均方根：tanh {s['shown_tanh']:.2f}，恒等 {s['shown_identity']:.2f}，sigmoid "
               f"{s['shown_sigmoid']:.2f}。h 要送回所有的门，只有有界的输出不随时间变大。",
            en=f"RMS of h after {len(t) - 1} steps: tanh {s['shown_tanh']:.2f}, identity {s['shown_identity']:.2f}, "
               f"sigmoid {s['shown_sigmoid']:.2f}. h is fed back to every gate; only a bounded output does not grow "
               "with time."),
        series=[Series(name, LABELS[name], t[: end + 1], rms(h)[: end + 1]) for name, h in shown.items()],
        x=STEP, y=Axis(text(zh="h_t 的均方根", en="RMS of h_t"), range=(0, max(1.5, 0.7 * float(np.sqrt(t[-1]))))),
        marks=[Mark(1, text(zh="tanh 的上界", en="bound of tanh"))],
    )  # fmt: skip


def _write_notes(steps: int, s: dict[str, float]) -> list[Text]:
    return [
        text(zh=f"sigmoid 候选每步平均加 0.5：{steps} 步后 c ≈ {s['mean_sigmoid']:.1f}，输出 tanh 早已饱和，斜率 "
                f"{sci(s['slope_sigmoid'])}：存得进、读不出、也学不动。",
             en=f"A sigmoid candidate adds 0.5 a step on average: c ≈ {s['mean_sigmoid']:.1f} after {steps} steps, "
                f"where the output tanh is flat (slope {sci(s['slope_sigmoid'])}): it cannot be read, and no gradient "
                "comes in."),
        text(zh=f"沿细胞的梯度只乘遗忘门：f = 1 时 {steps} 步之后还剩 {s['carried_tanh']:.3f}（tanh 候选）和 "
                f"{s['carried_sigmoid']:.3f}（sigmoid 候选）。防止梯度消失的是这条加法通路，不是 tanh。",
             en=f"Along the cell the gradient is multiplied by the forget gate only: with f = 1, {steps} steps leave "
                f"{s['carried_tanh']:.3f} (tanh candidate) and {s['carried_sigmoid']:.3f} (sigmoid candidate). What "
                "prevents vanishing is this additive path, not tanh."),
    ]  # fmt: skip
