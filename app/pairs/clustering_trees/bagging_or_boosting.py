"""Bagging or boosting? Training and test error while trees are added."""

import numpy as np

from app.core.activations import Array
from app.core.boosted_trees import Settings, boost, grow, predict
from app.kit import Axis, Lines, Pair, Series, Tell, View, text

TREES, ROWS = 40, 60
DEEP = Settings(eta=1.0, max_depth=6, lam=0.0)


def bagged(X: Array, y: Array, Z: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Deep trees, each on its own bootstrap sample: running averages on X and on Z, (TREES, rows)."""
    out = []
    for _ in range(TREES):
        rows = rng.integers(0, len(y), len(y))
        tree = grow(X[rows], -y[rows], np.ones(len(y)), DEEP, rng)
        out.append((predict(tree, X), predict(tree, Z)))
    counts = np.arange(1, TREES + 1)[:, None]
    seen, unseen = (np.cumsum([pair[i] for pair in out], axis=0) / counts for i in (0, 1))
    return seen, unseen


def boosted(X: Array, y: Array, Z: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Shallow trees, each on what is left: running sums on X and on Z."""
    trees = [tree for tree, _ in boost(X, y, "squared", TREES, Settings(eta=0.3, max_depth=3), rng)]
    seen, unseen = (np.cumsum([predict(tree, data) for tree in trees], axis=0) for data in (X, Z))
    return seen, unseen


def draw(rng: np.random.Generator, side: int) -> View:
    frequency, noise = rng.uniform(4, 7), rng.uniform(0.35, 0.5)
    X, Z = rng.random((ROWS, 2)), rng.random((300, 2))
    y, truth = (np.sin(frequency * data[:, 0]) + data[:, 1] + noise * rng.standard_normal(len(data)) for data in (X, Z))
    seen, unseen = (bagged, boosted)[side](X, y, Z, rng)
    train, test = (np.sqrt(((f - t) ** 2).mean(axis=1)) for f, t in ((seen, y), (unseen, truth)))
    count = np.arange(1, TREES + 1)
    return Lines(
        id="errors",
        title=text(zh=f"1 到 {TREES} 棵树的误差", en=f"Error with 1 to {TREES} trees"),
        description=text(
            zh=f"训练误差从 {train[0]:.2f} 到 {train[-1]:.2f}，最低 {train.min():.2f}；测试误差从 {test[0]:.2f} 到 "
            f"{test[-1]:.2f}，最低 {test.min():.2f}（第 {test.argmin() + 1} 棵）。",
            en=f"Training error goes from {train[0]:.2f} to {train[-1]:.2f} (lowest {train.min():.2f}), test error "
            f"from {test[0]:.2f} to {test[-1]:.2f} (lowest {test.min():.2f}, at tree {test.argmin() + 1}).",
        ),
        series=[
            Series("train", text(zh="训练", en="training"), count, train),
            Series("test", text(zh="测试", en="test"), count, test),
        ],
        x=Axis(text(zh="树的棵数", en="Trees"), range=(0, TREES + 1)),
        y=Axis(text(zh="均方根误差（y 的单位）", en="RMS error (units of y)"), range=(0, 1.6)),
    )  # fmt: skip


pair = Pair(
    __name__, text(zh="Bagging 还是 Boosting", en="Bagging or boosting"),
    ("bagging", "boosting"), (text(zh="Bagging（袋装）", en="Bagging"), text(zh="Boosting（提升）", en="Boosting")),
    text(zh="同一类带噪声的数据，树一棵一棵地加。两条曲线是训练误差和测试误差。这是哪一种集成？",
         en="Noisy data of one kind, trees added one by one. The curves are training and test error. Which is it?"),
    draw,
    (
        Tell(0, text(zh="Bagging：几棵之后两条都走平，训练误差停在远高于 0 的地方",
                     en="Bagging: after a few trees both go flat, with the training error well above 0"),
             text(zh="平均独立训练的树只压低方差，每棵树都没见过约 37% 的样本，训练误差到不了 0。",
                  en="Averaging trees trained apart lowers variance only, and each has not seen some 37% of the rows: "
                  "the training error cannot reach 0."), True),
        Tell(0, text(zh="Bagging：树越多训练误差越接近 0，最后过拟合",
                     en="Bagging: with more trees the training error nears 0 and it overfits in the end"),
             text(zh="多一棵树只是让平均更稳；棵数不增加拟合能力。",
                  en="One more tree steadies the average; their number adds no capacity to fit.")),
        Tell(1, text(zh="Boosting：第一棵误差最大，训练误差一路下降，测试误差先降后平甚至回升",
                     en="Boosting: the first tree does worst, training error keeps falling, test error stalls"),
             text(zh="每棵树拟合前面剩下的残差，棵数就是拟合能力，所以要早停。",
                  en="Each tree fits what the others left: their number is capacity, hence early stopping."), True),
        Tell(1, text(zh="Boosting：每棵树看不同的样本，所以测试误差只降不升",
                     en="Boosting: every tree sees other rows, so the test error can only fall"),
             text(zh="默认每轮用全部样本；棵数太多会拟合噪声。",
                  en="By default every round uses all rows, and too many rounds fit the noise.")),
    ),
    text(zh="看训练误差：走平在 0 以上是独立的树在平均，持续降向 0 是后一棵在补前一棵。",
         en="Look at the training error: flat above 0 is an average of separate trees, falling on towards 0 is each "
         "tree mending the last."),
    demo="split-finder",
)  # fmt: skip
