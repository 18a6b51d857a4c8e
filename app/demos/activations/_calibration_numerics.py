"""Tab two of "Does 0.9 mean 90 %?": four losses of one logit, in the precision chosen, with their gradients."""

import math
from collections.abc import Callable

import numpy as np

from app.core.activations import Array
from app.core.bce_numerics import clamped_bce, plain_sigmoid, raw_bce, rounds_to_one, squared_error
from app.core.losses import logistic_loss
from app.demos.activations._calibration_params import CalibrationParams
from app.kit import Axis, Check, Lines, Mark, Result, Series, Table, Text, same, text
from app.kit.views import Role

LOSSES: dict[str, tuple[Text, Callable[[Array, Array], tuple[Array, Array]]]] = {
    "raw": (text(zh="先算 σ，再直接取对数", en="σ first, then plain logarithms"), raw_bce),
    "clamped": (text(zh="BCELoss(σ(z))：对数截断在 −100", en="BCELoss(σ(z)): logarithms clamped at −100"), clamped_bce),
    "logits": (text(zh="logits 损失", en="logits loss"), logistic_loss),
    "squared": (text(zh="平方误差 (σ−y)²", en="squared error (σ−y)²"), squared_error),
}
KEYS = {"raw": "loss-4", "clamped": "loss-1", "logits": "loss-0", "squared": "loss-2"}
BITS = {"float32": 24, "float64": 53}


def shown(value: float) -> str:
    """A number as the page writes it: ∞ and NaN by name."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞"
    return f"{value:.4g}"


def numerics_result(params: CalibrationParams) -> Result:
    """Everything tab two shows."""
    kind, y = np.dtype(params.precision), float(params.label)
    at, target = np.array([params.z], dtype=kind), np.array([y], dtype=kind)
    s: dict[str, float] = {}
    for name, (_, loss) in LOSSES.items():
        value, gradient = loss(at, target)
        s |= {f"{name}_loss": float(value[0]), f"{name}_gradient": float(gradient[0])}
    exact = float(np.logaddexp(0, params.z) - y * params.z)  # in float64, by another route
    exact_gradient = 1 / (1 + math.exp(-params.z)) if y == 0 else -1 / (1 + math.exp(params.z))
    s |= {
        "probability": float(plain_sigmoid(at)[0]), "exact_loss": exact, "exact_gradient": exact_gradient,
        "rounds_to_one": rounds_to_one(kind), "rounds_to_one_theory": BITS[params.precision] * math.log(2),
        "ratio": 1 + math.cosh(params.z),
    }  # fmt: skip
    epsilon = float(np.finfo(kind).eps)
    checks = [
        Check(text(zh="logits 损失 vs logaddexp（相对）", en="logits loss, against logaddexp (relative)"),
              abs(s["logits_loss"] - exact) / max(1.0, exact), 4 * epsilon),
        Check(text(zh="σ 变成 1 的位置 vs 位数 × ln 2", en="where σ becomes 1, against bits × ln 2"),
              abs(s["rounds_to_one"] - s["rounds_to_one_theory"]), 1e-5),
    ]  # fmt: skip
    return Result([loss_view(params, s), gradient_view(params, s), table_view(params, s)], s, notes(params, s), checks)


def curves(params: CalibrationParams, low: float, high: float, which: int) -> list[Series]:
    """Loss (which 0) or gradient (1) of every form, on a grid in the chosen precision; ∞ and NaN leave gaps."""
    z = np.linspace(low, high, 321).astype(params.precision)
    y = np.full_like(z, float(params.label))
    out = []
    for name, (label, loss) in LOSSES.items():
        values = loss(z, y)[which].astype(np.float64)
        role: Role = "highlight" if name == "logits" else "main"
        finite = np.where(np.isfinite(values), values, np.nan)
        out.append(Series(KEYS[name], label, z.astype(np.float64), finite, role=role))
    value = float(LOSSES["logits"][1](np.array([params.z]), np.array([float(params.label)]))[which][0])
    here = Series("current", text(zh="当前 z", en="this z"), [params.z], [value], "highlight", "points")
    return [*out[::-1], here]


def edge(params: CalibrationParams, s: dict[str, float]) -> Mark:
    """From here on the wrong side is lost: 1 − σ has become 0."""
    return Mark(s["rounds_to_one"], text(zh="σ 四舍五入成 1", en="σ rounds to 1"), axis="x")


def loss_view(params: CalibrationParams, s: dict[str, float]) -> Lines:
    return Lines(
        id="loss", title=text(zh="同一个损失的几种算法", en="One loss, computed in several ways"),
        description=text(
            zh=f"{params.precision}，y={params.label}，z={params.z:g}：正确值 {shown(s['exact_loss'])}；先算 σ 得 "
               f"{shown(s['raw_loss'])}，截断版得 {shown(s['clamped_loss'])}，logits 损失得 "
               f"{shown(s['logits_loss'])}。",
            en=f"{params.precision}, y={params.label}, z={params.z:g}: true value {shown(s['exact_loss'])}; by way "
               f"of σ {shown(s['raw_loss'])}, clamped {shown(s['clamped_loss'])}, logits loss "
               f"{shown(s['logits_loss'])}."),
        series=curves(params, -60, 130, 0),
        x=Axis(same("z"), range=(-60, 130)), y=Axis(text(zh="损失", en="Loss"), "nat", range=(-5, 135)),
        marks=[edge(params, s)],
    )  # fmt: skip


def gradient_view(params: CalibrationParams, s: dict[str, float]) -> Lines:
    return Lines(
        id="gradient", title=text(zh="对 z 的梯度", en="Gradient with respect to z"),
        description=text(
            zh=f"z={params.z:g}：BCE 的梯度应为 σ−y={shown(s['exact_gradient'])}；截断版给出 "
               f"{shown(s['clamped_gradient'])}，平方误差给出 {shown(s['squared_gradient'])}。",
            en=f"z={params.z:g}: the gradient of BCE should be σ−y={shown(s['exact_gradient'])}; clamped BCELoss "
               f"gives {shown(s['clamped_gradient'])}, squared error {shown(s['squared_gradient'])}."),
        series=curves(params, -45, 45, 1),
        x=Axis(same("z"), range=(-45, 45)),
        y=Axis(text(zh="∂损失/∂z", en="∂loss/∂z"), range=(-0.1, 1.1) if params.label == "0" else (-1.1, 0.1)),
        marks=[edge(params, s)],
    )  # fmt: skip


def table_view(params: CalibrationParams, s: dict[str, float]) -> Table:
    rows: list[list[str | int | float | Text | None]] = [
        [label, shown(s[f"{name}_loss"]), shown(s[f"{name}_gradient"])] for name, (label, _) in LOSSES.items()
    ]
    exact = text(zh="交叉熵的正确值", en="cross-entropy, exact")
    return Table(
        id="values", title=text(zh=f"z={params.z:g}、y={params.label} 处的数值",
                                en=f"Values at z={params.z:g}, y={params.label}"),
        description=text(zh=f"σ(z) 在 {params.precision} 里是 {s['probability']:.7g}。",
                         en=f"In {params.precision}, σ(z) is {s['probability']:.7g}."),
        columns=[text(zh="算法", en="Computed as"), text(zh="损失", en="loss"),
                 text(zh="对 z 的梯度", en="gradient by z")],
        rows=[*rows, [exact, shown(s["exact_loss"]), shown(s["exact_gradient"])]],
    )  # fmt: skip


def notes(params: CalibrationParams, s: dict[str, float]) -> list[Text]:
    edge_at, bits = s["rounds_to_one"], BITS[params.precision]
    part, power = f"{1 / s['ratio']:.1e}".split("e")
    size = f"{1 / s['ratio']:.4f}" if s["ratio"] < 1000 else rf"${part}\times10^{{{int(power)}}}$"
    out = [
        text(zh=f"{params.precision} 的有效位是 {bits} 位：z 到 {bits}·ln 2 = {edge_at:.2f} 时 σ(z) 恰好变成 1，1−σ "
                "变成 0。",
             en=f"{params.precision} has {bits} significant bits: from z = {bits}·ln 2 = {edge_at:.2f} on σ(z) is "
                "exactly 1 and 1−σ is 0."),
        text(zh=f"在这个 z 上，平方误差的梯度是 BCE 的 $2\\sigma(1-\\sigma)$ 倍，{size}：错得越自信，改得越慢。",
             en=f"At this z the gradient of squared error is $2\\sigma(1-\\sigma)$ times that of BCE, {size}: the "
                "surer the mistake, the slower it is mended."),
    ]  # fmt: skip
    lost = abs(s["clamped_gradient"] - s["exact_gradient"])
    if not lost < 1e-3:
        out.insert(0, text(
            zh=f"BCELoss(σ(z)) 在这里给出损失 {shown(s['clamped_loss'])}、梯度 {shown(s['clamped_gradient'])}，应为 "
               f"{shown(s['exact_loss'])} 和 {shown(s['exact_gradient'])}：这个样本不再被学习。",
            en=f"BCELoss(σ(z)) gives a loss of {shown(s['clamped_loss'])} and a gradient of "
               f"{shown(s['clamped_gradient'])} here, instead of {shown(s['exact_loss'])} and "
               f"{shown(s['exact_gradient'])}: this example is no longer learned from.",
        ))  # fmt: skip
    return out
