"""The tent tab of linear_collapse: what depth can do at best, and what a shallow network then needs."""

import numpy as np

from app.core.activations import Array, relu
from app.core.mlp import forward
from app.core.tent_map import deep_units, linear_pieces, shallow_fit, shallow_units, tent, tent_network
from app.kit import Axis, Check, Lines, Mark, Result, Series, View, same, text

MOST = 8


def tents(depth: int) -> Result:
    x = np.linspace(0, 1, 2 ** (depth + 3) + 1)
    target = tent(x, depth)
    deep = forward(tent_network(depth), x[:, None], relu).logits[:, 0]
    pieces, same_units = linear_pieces(x, deep), 2 * depth
    beats_half, exact = shallow_units(pieces)
    tried = sorted({*(2**j for j in range(depth + 1)), *(3 * 2**j for j in range(depth - 1)), same_units})
    fits = {n: shallow_fit(x, target, n) for n in tried}
    errors = {n: float(np.abs(f - target).max()) for n, f in fits.items()}
    short = [error for n, error in errors.items() if n < beats_half]
    s = {
        "pieces": float(pieces), "deep_units": float(deep_units(pieces)), "beats_half": float(beats_half),
        "shallow_units": float(exact), "shallow_pieces": float(same_units + 1), "shallow_error": errors[same_units],
        "enough_error": errors[exact],
    }  # fmt: skip
    return Result(
        views=[_function(x, deep, fits[same_units], depth, s), _pieces(depth), _errors(errors, s)],
        scalars=s,
        checks=[
            Check(text(zh="ReLU 网络与帐篷映射迭代之差", en="ReLU network minus the iterated tent map"),
                  float(np.abs(deep - target).max()), 1e-12),
            Check(text(zh="块数与 2ᵏ 之差", en="pieces minus 2ᵏ"), abs(pieces - 2.0**depth), 0.0),
            Check(text(zh="浅网络误差低于下界 ½ 的部分", en="shallow error below its lower bound ½"),
                  max(0.0, 0.5 - min(short, default=0.5)), 1e-9),
        ],
        notes=[
            text(zh=f"{depth} 层、共 {2 * depth} 个 ReLU 得到 {pieces} 段；放进一层，{2 * depth} 个 ReLU 至多 "
                 f"{2 * depth + 1} 段，要 {exact} 个才写得出来。",
                 en=f"{depth} layers, {2 * depth} ReLUs in all, make {pieces} pieces; in one layer {2 * depth} ReLUs "
                 f"make at most {2 * depth + 1}, and {exact} are needed."),
            text(zh="锯齿每段都穿过 ½ 一次。误差小于 ½ 的函数也得穿过那么多次，而每个直线段至多一次："
                 "单元不够时，再好的浅网络也不比常数 ½ 强。",
                 en="The sawtooth crosses ½ once a piece. A function closer than ½ must cross as often, at most once a "
                 "piece: with too few units no shallow network beats the constant ½."),
        ],
    )  # fmt: skip


def _function(x: Array, deep: Array, fit: Array, depth: int, s: dict[str, float]) -> View:
    return Lines(
        id="sawtooth", title=text(zh="把帐篷映射复合 k 次", en="The tent map composed k times"),
        description=text(
            zh=f"深网络 {s['pieces']:.0f} 段；同样多单元的浅网络，最小二乘拟合的最大误差 {s['shallow_error']:.2f}。",
            en=f"The deep net has {s['pieces']:.0f} pieces; a shallow one with as many units, fitted by least squares, "
            f"is off by up to {s['shallow_error']:.2f}."),
        series=[
            Series("deep", text(zh=f"{depth} 层 × 2 个 ReLU", en=f"{depth} layers × 2 ReLUs"), x, deep),
            Series("shallow", text(zh=f"一层 {2 * depth} 个 ReLU", en=f"one layer of {2 * depth} ReLUs"), x, fit,
                   "highlight"),
        ],
        x=Axis(same("x"), range=(0, 1)), y=Axis(same("f(x)"), range=(-0.1, 1.1)),
    )  # fmt: skip


def _pieces(depth: int) -> View:
    ks = np.arange(1, MOST + 1)
    x = np.linspace(0, 1, 2 ** (MOST + 2) + 1)
    counted = np.array([linear_pieces(x, forward(tent_network(int(k)), x[:, None], relu).logits[:, 0]) for k in ks])
    return Lines(
        id="pieces", title=text(zh="同样多的单元，能有几段", en="Pieces from the same number of units"),
        description=text(
            zh=f"{2 * depth} 个单元：深 {2**depth} 段，浅至多 {2 * depth + 1} 段。",
            en=f"{2 * depth} units: {2**depth} pieces deep, at most {2 * depth + 1} shallow."),
        series=[
            Series("deep", text(zh="每层两个（数出）", en="two a layer (counted)"), 2 * ks, counted, draw="points"),
            Series("theory", same("2^(n/2)"), 2 * ks, 2.0**ks, "reference"),
            Series("shallow", text(zh="全在一层：n + 1", en="all in one layer: n + 1"), 2 * ks, 2 * ks + 1),
        ],
        x=Axis(text(zh="ReLU 个数 n", en="ReLUs n"), range=(1, 2 * MOST + 1)),
        y=Axis(text(zh="直线段数", en="straight pieces"), log=True, range=(1, 300)),
        marks=[Mark(2 * depth, text(zh="当前", en="now"), axis="x")],
    )  # fmt: skip


def _errors(errors: dict[int, float], s: dict[str, float]) -> View:
    need, exact = s["beats_half"], s["shallow_units"]
    return Lines(
        id="errors", title=text(zh="浅网络要多宽才跟得上", en="How wide must the shallow network be"),
        description=text(
            zh=f"单元少于 {need:.0f} 个时最大误差不会低于 ½；{exact:.0f} 个时为 0。",
            en=f"Below {need:.0f} units the largest error is ½ or more; at {exact:.0f} it is 0."),
        series=[
            Series("shallow", text(zh="最小二乘拟合的最大误差", en="largest error, least squares"),
                   np.array(list(errors)), np.array(list(errors.values())), draw="both"),
            Series("theory", text(zh="任何浅网络的下界", en="lower bound for any shallow net"),
                   np.array([1, need, need]), np.array([0.5, 0.5, 0.0]), "reference"),
        ],
        x=Axis(text(zh="一层里的 ReLU 个数", en="ReLUs in the one layer"), log=True),
        y=Axis(text(zh="最大误差", en="largest error"), range=(0, 1)),
    )  # fmt: skip
