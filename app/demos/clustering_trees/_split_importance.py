"""A small boosted ensemble on one informative column and two of noise: what each kind of importance says."""

from typing import Any

import numpy as np

from app.core.activations import Array, sigmoid
from app.core.boosted_trees import Settings, Tree, binned, boost, derivatives, predict, split_curve
from app.core.losses import logistic_loss
from app.core.tree_importance import importances, permutation_importance
from app.kit import Axis, Bars, BarSeries, Check, Edge, Graph, Lines, Node, Result, Series, Text, View, text
from app.kit.views import Role

REPEATS, ROWS, SLOPE = 8, 300, 1.7
DRAWN_LEVELS = 3
NAMES = (
    text(zh="信号（二值）", en="signal (binary)"),
    text(zh="噪声（6 个取值）", en="noise (six values)"),
    text(zh="噪声（连续）", en="noise (continuous)"),
)
KINDS = {
    "weight": text(zh="次数", en="count"),
    "total_gain": text(zh="总增益", en="total gain"),
    "gain": text(zh="平均增益", en="mean gain"),
    "permutation": text(zh="置换", en="shuffled"),
}
Data = tuple[Array, Array]


def draw(rng: np.random.Generator, absent: float) -> Data:
    """The binary column decides the log-odds, ±1.7; the others know nothing. Then part of it goes missing."""
    X = np.column_stack([rng.integers(0, 2, ROWS), rng.integers(0, 6, ROWS), rng.standard_normal(ROWS)]).astype(float)
    y = (rng.random(ROWS) < sigmoid(SLOPE * (2 * X[:, 0] - 1))[0]).astype(float)
    X[rng.random(ROWS) < absent, 0] = np.nan
    return X, y


def leaf_identity(trees: list[Tree], settings: Settings) -> float:
    """Largest gap, over trees, between the gains of the splits and what the leaves' G²/(H + λ) add up to."""
    gaps = []
    for tree in trees:
        score = (tree.value / settings.eta) ** 2 * (tree.cover + settings.lam)
        reached = np.append(0, np.concatenate([tree.left, tree.right])[np.tile(tree.feature >= 0, 2)])
        leaves = reached[tree.feature[reached] < 0]
        gaps.append(abs(float(score[leaves].sum() - score[0] - tree.gain[reached].sum())))
    return max(gaps)


def importance_result(p: Any) -> Result:
    settings = Settings(
        max_depth=p.depth, lam=p.lam, gamma=p.gamma, min_child_weight=p.min_child_weight, subsample=p.subsample,
        colsample=(p.by_tree, p.by_level, p.by_node), bins=p.bins if p.method == "hist" else 0,
    )  # fmt: skip
    found: dict[str, list[Array]] = {kind: [] for kind in KINDS}
    curves, first, gap = [], None, 0.0
    for repeat in range(REPEATS):
        rng = np.random.default_rng([p.seed, repeat])
        train, test = draw(rng, p.absent / 100), draw(rng, p.absent / 100)
        trees = [tree for tree, _ in boost(*train, "logistic", p.trees, settings, rng)]
        for kind, values in importances(trees, 3).items():
            if kind in found:
                found[kind].append(values)

        def loss(X: Array, trees: list[Tree] = trees, y: Array = test[1]) -> float:
            return float(logistic_loss(np.sum([predict(tree, X) for tree in trees], axis=0), y)[0].mean())

        found["permutation"].append(permutation_importance(loss, test[0], rng))
        scores = [np.cumsum([predict(tree, X) for tree in trees], axis=0) for X, _ in (train, test)]
        curves.append([logistic_loss(s, y)[0].mean(axis=1) for s, (_, y) in zip(scores, (train, test), strict=True)])
        gap = max(gap, leaf_identity(trees, settings))
        first = first or (train, trees[0])
    table, losses = {kind: np.array(values) for kind, values in found.items()}, np.mean(curves, axis=0)
    assert first is not None
    s = scalars(table, losses)
    views: list[View] = [bars_view(table, s), root_view(p, first[0], settings), tree_view(first[1]), loss_view(losses)]
    label = text(zh="一棵树的增益之和与叶子 G²/(H+λ) 之差", en="Gains of a tree against G²/(H+λ) of its leaves")
    return Result(views, s, notes(s), [Check(label, gap, 1e-8)])


def scalars(table: dict[str, Array], losses: Array) -> dict[str, float]:
    mean = {kind: values.mean(axis=0) for kind, values in table.items()}

    def ratio(a: float, b: float) -> float:
        return float(a / b) if b else float("nan")

    return {
        "weight_signal": float(mean["weight"][0]), "weight_noise": float(mean["weight"][2]),
        "weight_ratio": ratio(mean["weight"][2], mean["weight"][0]),
        "gain_signal": float(mean["gain"][0]), "gain_noise": float(mean["gain"][2]),
        "gain_ratio": ratio(mean["gain"][0], mean["gain"][2]),
        "noise_total_gain_share": ratio(mean["total_gain"][1:].sum(), mean["total_gain"].sum()),
        "permutation_signal": float(mean["permutation"][0]), "permutation_noise": float(mean["permutation"][2]),
        "permutation_share": ratio(mean["permutation"][2], mean["permutation"][0]),
        "noise_first_by_weight": float((table["weight"].argmax(axis=1) == 2).sum()),
        "signal_first_by_gain": float((table["gain"].argmax(axis=1) == 0).sum()),
        "signal_first_by_permutation": float((table["permutation"].argmax(axis=1) == 0).sum()),
        "repeats": float(REPEATS), "train_loss": float(losses[0, -1]), "test_loss": float(losses[1, -1]),
        "best_test_loss": float(losses[1].min()), "best_rounds": float(losses[1].argmin() + 1),
    }  # fmt: skip


def bars_view(table: dict[str, Array], s: dict[str, float]) -> Bars:
    series = []
    for f, name in enumerate(NAMES):
        shares = np.array([
            values[:, f] / np.maximum(np.abs(values).sum(axis=1), 1e-12) for values in table.values()
        ])  # fmt: skip
        series.append(BarSeries(f"column-{f}", name, shares.mean(axis=1), shares.std(axis=1)))
    return Bars(
        id="importance", title=text(zh="同一批树，四种重要性（8 份数据，均值 ± 标准差）",
                                     en="The same trees, four importances (8 data sets, mean ± sd)"),
        description=text(
            zh=f"连续噪声列平均分裂 {s['weight_noise']:.0f} 次，信号列 {s['weight_signal']:.0f} 次；平均增益却是 "
            f"{s['gain_noise']:.2f} 对 {s['gain_signal']:.1f}。",
            en=f"The continuous noise is split on {s['weight_noise']:.0f} times, the signal {s['weight_signal']:.0f} "
            f"times; their average gains are {s['gain_noise']:.2f} and {s['gain_signal']:.1f}.",
        ),
        categories=list(KINDS.values()), series=series,
        x=Axis(text(zh="weight、total_gain、gain、测试集上的置换", en="weight, total_gain, gain, permutation (test)")),
        y=Axis(text(zh="占三列之和的比例", en="Share of the three columns"), range=(-0.2, 1.0)),
    )  # fmt: skip


def root_view(p: Any, train: Data, settings: Settings) -> Lines:
    X, y = train
    g, h = derivatives("logistic", np.zeros(len(y)), y)
    seen = binned(X, settings.bins) if settings.bins else X
    series, tops, counts = [], [], []
    for f, name in enumerate(NAMES):
        curve = split_curve(seen[:, f], g, h, p.lam, p.min_child_weight, settings.bins == 0)
        gains = curve.gains.max(axis=0, initial=-np.inf)
        x = curve.left[1, :, 1] / h.sum()
        shown = np.where(np.isfinite(gains), gains, np.nan)
        tops.append(float(np.nanmax(shown, initial=0.0)))
        counts.append(len(gains))
        series.append(Series(f"column-{f}", name, x, shown, draw="line" if len(x) > 20 else "points"))
    return Lines(
        id="root", title=text(zh="根节点：所有（特征，切分点）一起比", en="The root: all (feature, threshold) pairs"),
        description=text(
            zh=f"第一份数据：三列各有 {counts[0]}、{counts[1]}、{counts[2]} 个候选，最大增益 "
            f"{tops[0]:.1f}、{tops[1]:.1f}、{tops[2]:.1f}。",
            en=f"First data set: the columns offer {counts[0]}, {counts[1]} and {counts[2]} candidates; their best "
            f"gains are {tops[0]:.1f}, {tops[1]:.1f} and {tops[2]:.1f}.",
        ),
        series=series, x=Axis(text(zh="分到左边的 ΣH 比例", en="Share of ΣH sent left"), range=(0.0, 1.0)),
        y=Axis(text(zh="增益（无 ½）", en="Gain (no ½)")),
    )  # fmt: skip


def tree_view(tree: Tree) -> Graph:
    nodes, edges, columns = [], [], ("s", "n6", "n")

    def place(i: int, x: float, width: float, level: int) -> None:
        inner = tree.feature[i] >= 0
        label = (
            f"{columns[tree.feature[i]]}<{tree.threshold[i]:.2g}"
            if inner
            else f"{tree.value[i]:.2f}".replace("-0.00", "0.00")
        )
        hover = f"gain {tree.gain[i]:.2f}, ΣH {tree.cover[i]:.1f}"
        role: Role = "highlight" if tree.feature[i] == 0 else "main" if inner else "muted"
        nodes.append(Node(str(i), label, x, -float(level), role=role, hover=hover))
        for child, shift in ((tree.left[i], -1), (tree.right[i], 1)) if inner and level < DRAWN_LEVELS else ():
            edges.append(Edge(str(i), str(child), float(tree.cover[child] / tree.cover[0])))
            place(int(child), x + shift * width, width / 2, level + 1)

    place(0, 0.0, 2.0, 0)
    used = np.bincount(tree.feature[tree.feature >= 0], minlength=3)
    return Graph(
        id="tree", title=text(zh="第一棵树：同一列可以反复分裂", en="The first tree: a column may split again"),
        description=text(
            zh=f"s 是信号列，n6 和 n 是两列噪声，叶子写着值；左支是“是”。"
            f"三列在这棵树里各分裂 {used[0]}、{used[1]}、{used[2]} 次。",
            en=f"s is the signal, n6 and n the two noise columns; leaves show their value, “yes” goes left. They split "
            f"{used[0]}, {used[1]} and {used[2]} times in this tree.",
        ),
        nodes=nodes, edges=edges,
    )  # fmt: skip


def loss_view(losses: Array) -> Lines:
    rounds = np.arange(1, losses.shape[1] + 1)
    train, test = losses
    return Lines(
        id="losses", title=text(zh="噪声列的分裂只对训练集有用", en="Splits on noise help the training rows only"),
        description=text(
            zh=f"最后一轮训练损失 {train[-1]:.3f}、测试 {test[-1]:.3f}；测试最低在第 {test.argmin() + 1} 轮。",
            en=f"Last round: {train[-1]:.3f} on training rows, {test[-1]:.3f} on test rows, whose lowest is at round "
            f"{test.argmin() + 1}.",
        ),
        series=[
            Series("train", text(zh="训练", en="training"), rounds, train),
            Series("test", text(zh="测试", en="test"), rounds, test),
        ],
        x=Axis(text(zh="轮", en="Round")), y=Axis(text(zh="交叉熵", en="Cross-entropy"), unit="nat"),
    )  # fmt: skip


def notes(s: dict[str, float]) -> list[Text]:
    return [
        text(zh=f"按次数，连续噪声列在 {s['repeats']:.0f} 份数据里有 {s['noise_first_by_weight']:.0f} 份排第一；"
             f"按平均增益，信号列有 {s['signal_first_by_gain']:.0f} 份排第一。",
             en=f"By count the continuous noise comes first in {s['noise_first_by_weight']:.0f} of {s['repeats']:.0f} "
             f"data sets; by average gain the signal does in {s['signal_first_by_gain']:.0f}."),
        text(zh=f"在没训练过的样本上打乱：信号列损失涨 {s['permutation_signal']:.2f}，噪声列变化 "
             f"{s['permutation_noise']:+.2f}。",
             en=f"Shuffled on rows not trained on, the signal costs {s['permutation_signal']:.2f} nat and the noise "
             f"{s['permutation_noise']:+.2f}."),
    ]  # fmt: skip
