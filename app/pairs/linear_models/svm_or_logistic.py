"""SVM or logistic regression? One boundary before and after the easy points are deleted."""

import numpy as np

from app.core.activations import Array
from app.core.implicit_bias import angle
from app.core.kernel_machines import gram, kernel_logistic, normal, scores
from app.core.svm import smo
from app.kit import Axis, Pair, Points, Series, Tell, Text, View, same, text

SPAN = 5.0


def trained(X: Array, y: Array, side: int) -> tuple[Array, float, Array]:
    """w, b and the margins of the training points."""
    K = gram(X, X)
    machine = kernel_logistic(K, y, 1.0) if side else smo(K, y, 1.0)
    return normal(machine, y, X), machine.offset, y * scores(machine, y, K)


def levels(w: Array, b: float) -> tuple[Array, Array]:
    """wᵀx + b = −1, 0, 1 inside the frame, with NaN between the three lines."""
    along, pieces = np.array([-w[1], w[0]]) / np.linalg.norm(w), []
    for value in (-1.0, 0.0, 1.0):
        x = w * (value - b) / (w @ w) + np.linspace(-3 * SPAN, 3 * SPAN, 121)[:, None] * along
        pieces += [x[(np.abs(x) <= SPAN).all(axis=1)], np.full((1, 2), np.nan)]
    drawn = np.vstack(pieces[:-1])
    return drawn[:, 0], drawn[:, 1]


def draw(rng: np.random.Generator, side: int) -> View:
    while True:
        tilt, n = rng.uniform(0, 2 * np.pi), int(rng.integers(40, 71))
        y = np.where(np.arange(n) % 2 == 1, 1.0, -1.0)
        centre = rng.uniform(1.0, 1.4) * np.array([np.cos(tilt), np.sin(tilt)])
        X = rng.standard_normal((n, 2)) + np.outer(y, centre)
        w, b, margin = trained(X, y, side)
        kept = margin <= 1 + 1e-6
        if np.abs(X).max() > SPAN or min((y[kept] > 0).sum(), (y[kept] < 0).sum()) < 5:
            continue
        w2, b2, _ = trained(X[kept], y[kept], side)
        turned, wider = float(angle(w, w2)), float(np.linalg.norm(w) / np.linalg.norm(w2))
        if side == 0 or (turned < 30 and 1.6 < wider < 5):
            break
    series = [
        Series(f"class-{int(s > 0)}", name, X[mine, 0], X[mine, 1], draw="points")
        for s, name in ((1.0, text(zh="正类，留下", en="positive, "
                                                  "kept")), (-1.0, text(zh="负类，留下", en="negative, kept")))
        for mine in [kept & (y == s)]
    ]  # fmt: skip
    series.append(Series("dropped", text(zh="删掉的", en="deleted"), X[~kept, 0], X[~kept, 1], "muted", "points"))
    before, after = text(zh="删之前 f = −1、0、1", en="before, f = −1, 0, 1"), text(zh="删之后", en="after")
    series.append(Series("before", before, *levels(w, b)))
    series.append(Series("reference", after, *levels(w2, b2), "reference"))
    return Points(
        id="deleted", title=text(zh="删掉 yf(x) > 1 的点，重新训练", en="Points with y f(x) > 1 deleted, trained "
                                                               "again"),
        description=words(n, int(kept.sum()), turned, wider),
        series=series, x=Axis(same("x₁"), range=(-SPAN, SPAN)), y=Axis(same("x₂"), range=(-SPAN, SPAN)), equal=True,
    )  # fmt: skip


def words(n: int, kept: int, turned: float, wider: float) -> Text:
    return text(
        zh=f"{n} 个点里删掉 {n - kept} 个。边界转了 {turned:.1f}°，f = 1 与 f = −1 之间的宽度变为 {wider:.2f} 倍。",
        en=f"{n - kept} of {n} points are deleted. The boundary turns by {turned:.1f}°; the band between f = 1 and "
        "−1 is "
        f"{wider:.2f} times as wide as before.",
    )


pair = Pair(
    __name__, text(zh="SVM 还是逻辑回归", en="SVM or logistic regression"),
    ("svm", "logistic-regression"),
    (text(zh="线性 SVM", en="Linear SVM"), text(zh="逻辑回归", en="Logistic regression")),
    text(zh="一个线性分类器（L2 正则）先用全部点训练（实线），再删掉所有 $yf(x)>1$ 的点（灰色）重新训练（虚线）。"
            "用的是哪种损失？",
         en="A linear classifier with an L2 penalty is trained on all points (solid), then again without those with "
         "$y f(x)>1$ (grey), dashed. Which loss was it?"),
    draw,
    (
        Tell(0, text(zh="SVM：删掉的点系数本来就是 0，两组线重合",
                     en="SVM: the deleted points had coefficient 0, both sets of lines coincide"),
             text(zh="hinge 在 $m>1$ 处斜率为 0，这些点不在 $w=\\sum\\alpha_iy_ix_i$ 里。",
                  en="Beyond $m=1$ the hinge has slope 0: those points are not in $w=\\sum\\alpha_iy_ix_i$."), True),
        Tell(0, text(zh="SVM：它最大化间隔，点少了间隔就变宽",
                     en="SVM: it maximises the margin, and with fewer points the margin widens"),
             text(zh="撑住间隔的正是留下的那些点。", en="What holds the margin are exactly the points that are kept.")),
        Tell(1, text(zh="逻辑回归：删掉的点原来也在拉，少了它们 ‖w‖ 变小、带子变宽",
                     en="Logistic regression: the deleted points pulled too; without them ‖w‖ falls and the band "
                        "widens"),
             text(zh="拉力 $\\sigma(-m)$ 不为 0，点又多；留下的点重叠得厉害，概率变得不那么确定。",
                  en="Their pull $\\sigma(-m)$ is not 0 and they are many; what is left overlaps, so the probabilities "
                  "become less sure."), True),
        Tell(1, text(zh="逻辑回归：它对离群点敏感，删掉离群点边界才变",
                     en="Logistic regression: it is sensitive to outliers, and those were deleted"),
             text(zh="删掉的是分对而且有把握的点，不是离群点。",
                  en="What was deleted is right and sure of it, not outliers.")),
    ),
    text(zh="看虚线是否压在实线上：hinge 在 $m>1$ 处完全不拉，删了等于没删；逻辑损失处处在拉，删掉之后带子明显变宽。",
         en="Look whether dashed lies on solid: beyond $m=1$ the hinge does not pull at all, so nothing changes; the "
         "logistic loss pulls everywhere, and the band widens clearly."),
    demo="who-holds-the-boundary",
)  # fmt: skip
