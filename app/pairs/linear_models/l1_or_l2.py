"""L1 or L2? Every weight against the penalty, without labels."""

import numpy as np

from app.core.lasso import elastic_net, largest_penalty
from app.core.ridge import ridge
from app.kit import Axis, Lines, Pair, Series, Tell, View, same, text

FEATURES, ROWS = 6, 30


def draw(rng: np.random.Generator, side: int) -> View:
    X = rng.standard_normal((ROWS, FEATURES))
    X[:, 1] += rng.uniform(0.3, 1.0) * X[:, 0]
    X /= np.linalg.norm(X, axis=0)
    truth = rng.choice([-1.0, 1.0], FEATURES) * rng.uniform(0.4, 4, FEATURES)
    y = X @ truth + 0.15 * rng.standard_normal(ROWS)
    top = 1.05 * largest_penalty(X, y)
    grid = np.linspace(0, top, 81)
    w = elastic_net(X, y, grid) if side == 0 else np.stack([ridge(X, y, 4 * penalty) for penalty in grid])
    small = w[:, np.abs(w[0]).argmin()]
    shown = ", ".join(f"{v:.2f}" for v in small[::20])
    return Lines(
        id="paths", title=text(zh="六个权重随惩罚变化", en="Six weights against the penalty"),
        description=text(
            zh=f"惩罚从 0 增大到右端，每隔四分之一，起初最小的那个权重是 {shown}。",
            en="As the penalty grows from 0 to the right end, the weight that is smallest at first is, at every "
            f"quarter, {shown}.",
        ),
        series=[Series(f"feature-{j}", same(f"w{j + 1}"), grid / top, w[:, j]) for j in range(FEATURES)],
        x=Axis(text(zh="惩罚（占横轴的份额）", en="penalty (share of the axis)"), range=(0, 1)),
        y=Axis(text(zh="权重", en="weight")),
    )  # fmt: skip


pair = Pair(
    __name__, text(zh="L1 还是 L2", en="L1 or L2"),
    ("l1", "l2"), (text(zh="L1（lasso）", en="L1 (lasso)"), text(zh="L2（ridge）", en="L2 (ridge)")),
    text(zh="线性回归，惩罚从左到右增大，画出六个权重。加的是哪一种惩罚？",
         en="A linear regression; the penalty grows from left to right, and six weights are drawn. Which penalty "
            "is it?"),
    draw,
    (
        Tell(0, text(zh="L1：折线，一个接一个走到 0，到了就停在 0",
                     en="L1: straight pieces that reach 0 one after another and stay there"),
             text(zh="两个拐点之间解对 λ 是线性的；残差的拉力不超过 λ 时，权重恰好为 0。",
                  en="Between two knots the solution is linear in λ; where the pull of the residual is at most λ the "
                  "weight is exactly 0."), True),
        Tell(0, text(zh="L1：所有权重按同一比例缩小，同时到 0",
                     en="L1: all weights shrink by one factor and reach 0 together"),
             text(zh="L1 减去的是固定的量，不是固定的比例：小的先到 0。",
                  en="L1 takes off an amount, not a share: small ones get to 0 first.")),
        Tell(1, text(zh="L2：光滑的曲线，越来越靠近 0，但不在 0 停下",
                     en="L2: smooth curves that come ever closer to 0 and do not stop at it"),
             text(zh="每个奇异方向乘 $s^2/(s^2+\\lambda)$，对任何有限的 λ 都大于 0。",
                  en="Every singular direction is multiplied by $s^2/(s^2+\\lambda)$, above 0 for finite λ."), True),
        Tell(1, text(zh="L2：平方罚大权重最重，所以大的先变成 0",
                     en="L2: squares punish large weights most, so they become 0 first"),
             text(zh="罚得重是缩得多，不是归零：靠近 0 时平方的斜率也趋于 0。",
                  en="Punished more means shrunk more, not removed: near 0 the slope of a square vanishes.")),
    ),
    text(zh="看有没有拐点和停在 0 的线段：有就是 L1；全是光滑曲线就是 L2。",
         en="Look for kinks and stretches that lie at 0: those are L1; smooth curves throughout are L2."),
    demo="shrink-or-cut",
)  # fmt: skip
