"""Tab "Receptive field": what a unit could see, and what moves it, by backpropagation through a stack of layers."""

import numpy as np
from numpy.typing import NDArray

from app.core.effective_field import effective_fields, spread, uniform_spread
from app.core.layer_table import receptive_field
from app.demos.convolution._playground_params import Floats, LayerPlaygroundParams
from app.kit import Axis, Check, Heatmap, Lines, Result, Series, Text, same, text

DRAWS, CHANNELS = 8, 8


def fields(params: LayerPlaygroundParams) -> list[Floats]:
    """How much every pixel moves one unit, after 1, 2, … layers: |gradient|, or with random weights its mean square."""
    k = int(params.taps)
    if params.weights == "uniform":
        return [np.abs(field[0]) for field in effective_fields([np.full((1, 1, k, k), 1 / k**2)] * params.depth)]
    rng = np.random.default_rng([params.seed, 5])
    size = np.sqrt(2 / (CHANNELS * k * k))  # He: the gradient keeps its size
    total: list[Floats] = [np.zeros(())] * params.depth
    for _ in range(DRAWS):
        kernels = [size * rng.standard_normal((CHANNELS, CHANNELS, k, k)) for _ in range(params.depth)]
        squares = (np.sum(field**2, axis=0) for field in effective_fields(kernels, rng))
        total = [so_far + square / DRAWS for so_far, square in zip(total, squares, strict=True)]
    return total


def run(params: LayerPlaygroundParams) -> Result:
    k, depths = int(params.taps), np.arange(1, params.depth + 1)
    found = fields(params)
    stds = np.array([spread(field) for field in found])
    theory = np.array([uniform_spread(int(n), k) for n in depths])
    last = found[-1]
    side = receptive_field([(k, 1, 0)] * params.depth).size
    middle = side // 2
    inside = slice(max(0, middle - round(2 * stds[-1])), middle + round(2 * stds[-1]) + 1)
    scalars = {
        "side": float(side), "std": float(stds[-1]), "std_theory": float(theory[-1]),
        "share_of_side": float(4 * stds[-1] / side), "corner": float(last[0, 0] / last.max()),
        "weight_inside": float(last[inside, inside].sum() / last.sum()),
    }  # fmt: skip
    uniform = params.weights == "uniform"
    checks = [
        Check(text(zh="感受野边长与递推公式", en="side of the field, and the recursion"), abs(len(last) - side), 0),
        Check(text(zh="标准差与 √(n(k²−1)/12)", en="standard deviation, and √(n(k²−1)/12)"),
              float(abs(stds[-1] / theory[-1] - 1)), 1e-9 if uniform else 0.3),
    ]  # fmt: skip
    views = [_map(last, scalars), _growth(params, depths, stds, theory, scalars), _profile(last, scalars)]
    return Result(views, scalars, _notes(params, scalars), checks)


def _map(last: Floats, s: dict[str, float]) -> Heatmap:
    places = np.arange(len(last)) - len(last) // 2
    reach = len(last) / 2
    return Heatmap(
        id="field", title=text(zh="每个像素对中心单元的影响", en="How much each pixel moves the unit in the middle"),
        description=text(
            zh=f"整张图就是 {len(last)} × {len(last)} 的理论感受野；角上的像素只有最大影响的 {s['corner']:.0e} 倍。",
            en=f"The whole picture is the theoretical field, {len(last)} × {len(last)}; a corner has {s['corner']:.0e} "
            "of the largest influence."),
        z=last / last.max(), xs=places, ys=places, equal=True, x=Axis(same("x"), "px", range=(-reach, reach)),
        y=Axis(same("y"), "px", range=(-reach, reach), reverse=True),
        value=Axis(text(zh="影响（最大为 1）", en="influence (largest: 1)"), range=(0, 1)),
    )  # fmt: skip


def _growth(
    params: LayerPlaygroundParams, depths: NDArray[np.intp], stds: Floats, theory: Floats, s: dict[str, float]
) -> Lines:
    k = int(params.taps)
    return Lines(
        id="growth",
        title=text(zh="理论感受野线性增长，有效的只按平方根", en="The field grows with n, the effective one with √n"),
        description=text(
            zh=f"{params.depth} 层：理论半宽 {s['side'] / 2:.1f} px，有效半宽（2 个标准差）{2 * s['std']:.1f} px。",
            en=f"{params.depth} layers: theoretical half-width {s['side'] / 2:.1f} px, effective one (2 standard "
            f"deviations) {2 * s['std']:.1f} px."),
        series=[
            Series("layer-0", text(zh="理论感受野的一半", en="half the theoretical field"), depths,
                   ((k - 1) * depths + 1) / 2),
            Series("layer-1", text(zh="实测 2 个标准差", en="2 standard deviations, measured"), depths, 2 * stds,
                   "highlight"),
            Series("theory", same("2√(n(k²−1)/12)"), depths, 2 * theory, "reference"),
        ],
        x=Axis(text(zh="层数 n", en="layers n"), range=(0, params.depth + 1)),
        y=Axis(text(zh="半宽", en="half-width"), "px"),
    )  # fmt: skip


def _profile(last: Floats, s: dict[str, float]) -> Lines:
    x = np.arange(len(last)) - len(last) // 2
    profile = last.sum(axis=0) / last.sum()
    normal = np.exp(-(x**2) / (2 * s["std_theory"] ** 2))
    flat = np.full(len(x), 1 / len(x))
    return Lines(
        id="profile", title=text(zh="沿一条边看：像高斯，不像方框", en="Seen from the side: a Gaussian, not a box"),
        description=text(
            zh=f"正负 2 个标准差的方块里有 {s['weight_inside']:.0%} 的影响，面积只占 "
            f"{min(1.0, s['share_of_side']) ** 2:.0%}。",
            en=f"The square of ±2 standard deviations holds {s['weight_inside']:.0%} of the influence on "
            f"{min(1.0, s['share_of_side']) ** 2:.0%} of the area."),
        series=[
            Series("layer-1", text(zh="实测", en="measured"), x, profile, "highlight"),
            Series("theory", text(zh="同方差的高斯", en="Gaussian of that variance"), x, normal / normal.sum(),
                   "reference"),
            Series("box", text(zh="若各像素一样重要", en="if all pixels counted alike"), x, flat, "muted"),
        ],
        x=Axis(same("x"), "px"), y=Axis(text(zh="影响占比", en="share of the influence")),
    )  # fmt: skip


def _notes(params: LayerPlaygroundParams, s: dict[str, float]) -> list[Text]:
    notes = [text(
        zh=f"{params.depth} 层 {params.taps} × {params.taps} 卷积，理论感受野 {s['side']:.0f} px，影响的标准差只有 "
        f"{s['std']:.2f} px（理论 {s['std_theory']:.2f}）。",
        en=f"{params.depth} layers of {params.taps} × {params.taps}: theoretical field {s['side']:.0f} px, standard "
        f"deviation of the influence only {s['std']:.2f} px (theory {s['std_theory']:.2f}).")]  # fmt: skip
    notes.append(text(
        zh="到达边缘的路径只有一条，到达中心的极多：路径数像随机游走一样堆成高斯。要看得更远，用步长、池化或膨胀卷积。",
        en="One path leads to the edge, very many to the middle: like a random walk they pile up to a Gaussian. To see "
        "farther use stride, pooling or dilation."))  # fmt: skip
    if params.weights == "random":
        notes.append(text(
            zh=f"随机权重：{DRAWS} 次抽样、{CHANNELS} 个通道的均方，所以围绕理论值波动。",
            en=f"Random weights: mean square over {DRAWS} draws of {CHANNELS} channels; it wobbles about the theory.",
        ))  # fmt: skip
    return notes
