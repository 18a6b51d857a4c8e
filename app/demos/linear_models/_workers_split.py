"""The sum, split: gradients by rows and by columns against one machine, the ring, its traffic, and Newton on shards."""

import numpy as np

from app.core.activations import Array, sigmoid
from app.core.all_reduce import central_traffic, grid_traffic, ring_all_reduce, ring_passes, ring_traffic
from app.core.logistic_regression import hessian, newton, penalised_loss
from app.core.parallel_logistic import column_parallel_gradient, row_parallel_gradient, row_parallel_hessian
from app.demos.linear_models._workers_data import dense
from app.kit import (
    Axis,
    Bars,
    BarSeries,
    Check,
    Heatmap,
    Lines,
    Mark,
    Result,
    Series,
    Steps,
    Table,
    Text,
    View,
    same,
    text,
)

ROWS, FEATURES, MOST = 4000, 50, 16
HOURS = np.array([0.5, 0.75, 1, 1.25, 1.5, 1.75, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 4, 4.25, 4.5, 4.75, 5, 5.5])
PASSED = np.array([0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1], dtype=np.float64)


def split(workers: int, rows: float, features: float, seed: int) -> Result:
    rng = np.random.default_rng([seed, 0])
    X, y, truth = dense(ROWS, FEATURES, 2.0, -1.0, rng)
    w = truth + 0.3 * rng.standard_normal(len(truth))
    serial = penalised_loss(w, X, y)[1]
    gaps = np.zeros((3, MOST))
    for k in range(1, MOST + 1):
        shards = np.array_split(np.arange(ROWS), k)
        ring = ring_all_reduce(np.array([penalised_loss(w, X[part], y[part])[1] for part in shards]))[0]
        blocks = np.array_split(np.arange(len(w)), k)
        for i, answer in enumerate((row_parallel_gradient(w, X, y, shards), ring,
                                    column_parallel_gradient(w, X, y, blocks))):  # fmt: skip
            gaps[i, k - 1] = np.abs(answer - serial).max() / ROWS
    students = np.column_stack([np.ones(len(HOURS)), HOURS])
    walk = sharded_newton(students, PASSED, min(workers, len(HOURS)))
    fitted = walk[-1][0]
    errors = np.sqrt(np.diag(np.linalg.inv(hessian(fitted, students))))
    grids = [(workers // c, c) for c in range(1, workers + 1) if workers % c == 0]
    sent = np.array([grid_traffic(rows, features, r, c) for r, c in grids])
    s = {
        "rows_gap": float(gaps[0, workers - 1]), "ring_gap": float(gaps[1, workers - 1]),
        "columns_gap": float(gaps[2, workers - 1]), "worst_gap": float(gaps.max()),
        "sent_rows": float(sent[0]), "sent_columns": float(sent[-1]), "sent_best": float(sent.min()),
        "best_columns": float(grids[int(sent.argmin())][1]),
        "per_feature": ring_traffic(1, workers), "central": central_traffic(features, workers),
        "passes": float(2 * (workers - 1)),
        "intercept": float(fitted[0]), "slope": float(fitted[1]), "newton_steps": float(len(walk) - 1),
        "log_likelihood": -walk[-1][1], "null": -walk[0][1],
        "se_intercept": float(errors[0]), "se_slope": float(errors[1]), "odds_ratio": float(np.exp(fitted[1])),
        "two_hours": float(sigmoid(fitted @ [1.0, 2.0])[0]), "four_hours": float(sigmoid(fitted @ [1.0, 4.0])[0]),
        "even": float(-fitted[0] / fitted[1]),
    }  # fmt: skip
    checks = [
        Check(text(zh="按行、环形、按列与单机的梯度（每行，K = 1…16）",
                   en="Rows, ring and columns against the serial gradient (per row, K = 1 to 16)"),
              s["worst_gap"], 1e-14),
        Check(text(zh="分片牛顿法与单机牛顿法的权重", en="Newton on shards against Newton on one machine"),
              float(np.abs(fitted - newton(students, PASSED, tolerance=1e-12).weights).max()), 1e-8),
        Check(text(zh="20 名学生：与 R 的输出 (−4.0777, 1.5046)", en="20 students: against R's (−4.0777, 1.5046)"),
              float(np.abs(fitted - [-4.0777, 1.5046]).max()), 6e-5),
    ]  # fmt: skip
    views = [ring_view(workers), gap_view(gaps, workers, s), grid_view(grids, sent, rows, features),
             newton_view(walk, workers, s)]  # fmt: skip
    return Result(views, s, notes(workers, s), checks)


def sharded_newton(X: Array, y: Array, workers: int) -> list[tuple[Array, float, float]]:
    """(weights, negative log-likelihood, largest entry of the gradient) at every step, from 0."""
    shards = np.array_split(np.arange(len(y)), workers)
    w: Array = np.zeros(X.shape[1])
    out: list[tuple[Array, float, float]] = []
    for _ in range(20):
        g = row_parallel_gradient(w, X, y, shards)
        out.append((w, penalised_loss(w, X, y)[0], float(np.abs(g).max())))
        if out[-1][2] < 1e-9:
            break
        w = w - np.linalg.solve(row_parallel_hessian(w, X, shards), g)
    return out


def ring_view(workers: int) -> View:
    owners = np.eye(workers) if workers > 1 else np.ones((1, 1))
    counts: list[Array] = [np.ones((workers, workers))]
    if workers > 1:  # how many workers' numbers each chunk holds: send ones through the ring
        counts = [held for held, _ in ring_passes(np.ones((workers, workers)))]
    labels = [text(zh="开始：各有各的", en="Start: each has its own")]
    for i in range(1, len(counts)):
        adding = i < workers
        labels.append(text(
            zh=f"第 {i} 次传递：{'累加' if adding else '分发'}", en=f"Pass {i}: {'add up' if adding else 'hand out'}"
        ))  # fmt: skip
    ticks = tuple(same(str(i + 1)) for i in range(len(owners)))
    title = text(zh="环形 all-reduce：每一块里有几台的数", en="Ring all-reduce: how many workers are in each chunk")
    description = text(
        zh=f"{workers} 台，{len(counts) - 1} 次传递：先累加 {workers - 1} 次，再分发 {workers - 1} 次，"
           f"每格都变成 {workers}。",
        en=f"{workers} workers, {len(counts) - 1} passes: {workers - 1} to add up and {workers - 1} to hand out, until "
           f"every cell is {workers}.",
    )  # fmt: skip
    places = np.arange(workers)
    frames = [
        Heatmap(
            id="ring", title=title, description=description, z=held, xs=places, ys=places, text=True,
            x=Axis(text(zh="梯度的第几块", en="chunk of the gradient"), categories=ticks),
            y=Axis(text(zh="第几台", en="worker"), categories=ticks, reverse=True),
            value=Axis(text(zh="已加进几台", en="workers added"), range=(0, workers)),
        )
        for held in counts
    ]  # fmt: skip
    if len(frames) == 1:
        return frames[0]
    return Steps(id="ring", title=title, description=description, frames=frames, labels=labels)


def gap_view(gaps: Array, workers: int, s: dict[str, float]) -> View:
    names = (("rows", text(zh="按行求和", en="by rows")), ("ring", text(zh="按行，环形", en="by rows, ring")),
             ("columns", text(zh="按列", en="by columns")))  # fmt: skip
    k = np.arange(1, MOST + 1)
    return Lines(
        id="gap", title=text(zh="与单机梯度的偏差", en="Deviation from the serial gradient"),
        description=text(
            zh=f"{ROWS} 行、{FEATURES + 1} 个权重：K = {workers} 时按行差 {s['rows_gap']:.0e}，按列差 "
            f"{s['columns_gap']:.0e}；K 从 1 到 {MOST}，最大 {s['worst_gap']:.0e}。",
            en=f"{ROWS} rows, {FEATURES + 1} weights: at K = {workers} rows differ by {s['rows_gap']:.0e}, columns by "
            f"{s['columns_gap']:.0e}; at most {s['worst_gap']:.0e} for K from 1 to {MOST}.",
        ),
        series=[Series(key, name, k, np.maximum(row, 1e-17), draw="both")
                for (key, name), row in zip(names, gaps, strict=True)],
        marks=[Mark(float(np.finfo(float).eps), text(zh="双精度的舍入 2.2e-16", en="double rounding, 2.2e-16"))],
        x=Axis(text(zh="机器数 K", en="workers K")),
        y=Axis(text(zh="平均梯度的最大偏差", en="largest deviation of the mean gradient"), log=True,
               range=(1e-17, 1e-13)),
    )  # fmt: skip


def grid_view(grids: list[tuple[int, int]], sent: Array, rows: float, features: float) -> View:
    best = int(sent.argmin())
    return Bars(
        id="traffic", title=text(zh="每台每步要发多少个数", en="Numbers each worker sends in a step"),
        description=text(
            zh=f"一步用 {rows:.0e} 行、{features:.0e} 个特征：只切行发 {sent[0]:.2e} 个，只切列发 {sent[-1]:.2e} 个，"
            f"最少的是 {grids[best][0]} × {grids[best][1]}，{sent[best]:.2e} 个。",
            en=f"{rows:.0e} rows in a step, {features:.0e} features: rows only sends {sent[0]:.2e} numbers, columns "
            f"only {sent[-1]:.2e}; least is {grids[best][0]} × {grids[best][1]} with {sent[best]:.2e}.",
        ),
        categories=[text(zh=f"{r} 行块 × {c} 列块", en=f"{r} by rows × {c} by columns") for r, c in grids],
        series=[BarSeries("traffic", text(zh="发送的数", en="numbers sent"), sent)],
        x=Axis(text(zh="怎么切", en="how the data is cut")), y=Axis(text(zh="个数", en="numbers"), log=True),
    )  # fmt: skip


def newton_view(walk: list[tuple[Array, float, float]], workers: int, s: dict[str, float]) -> View:
    return Table(
        id="newton", title=text(zh="20 名学生，牛顿法：每步只归约 5 个数", en="20 students, Newton: 5 numbers a step"),
        description=text(
            zh=f"梯度 2 个、海森 3 个，由 {workers} 台求和。{s['newton_steps']:.0f} 步后 w = ({s['intercept']:.4f}, "
            f"{s['slope']:.4f})，对数似然 {s['log_likelihood']:.4f}。",
            en=f"2 of the gradient and 3 of the Hessian, summed over {workers} workers. After "
            f"{s['newton_steps']:.0f} steps w = ({s['intercept']:.4f}, {s['slope']:.4f}), log-likelihood "
            f"{s['log_likelihood']:.4f}.",
        ),
        columns=[text(zh="步", en="step"), text(zh="截距", en="intercept"), text(zh="斜率（每小时）",
                                                                              en="slope (per hour)"),
                 text(zh="对数似然", en="log-likelihood"), text(zh="梯度最大分量", en="largest |gradient|")],
        rows=[[i, f"{w[0]:.6f}", f"{w[1]:.6f}", f"{-loss:.6f}", f"{g:.1e}"] for i, (w, loss, g) in enumerate(walk)],
    )  # fmt: skip


def notes(workers: int, s: dict[str, float]) -> list[Text]:
    return [
        text(
            zh="损失、梯度、海森都是对行求和，拆开再加，答案不变：差的只是浮点加法的次序。",
            en="Loss, gradient and Hessian are sums over rows. Split and added up they are the same; only the order "
            "of the floating-point additions differs.",
        ),
        text(
            zh=f"环形：每台发 2(K−1)/K = {s['per_feature']:.3g} 倍的向量长度，K 再大也不到 2 倍；"
            "都发给一台主机，主机要过 2K 倍。代价是 "
            f"{s['passes']:.0f} 次传递的延迟。",
            en=f"In the ring each worker sends 2(K−1)/K = {s['per_feature']:.3g} times the vector and never 2 times, "
            f"however many there are; one host in the middle would pass 2K times. The price is the latency of "
            f"{s['passes']:.0f} passes.",
        ),
    ]
