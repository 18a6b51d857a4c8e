"""Tab "Small network, one cell": every strategy trained on one target task, over several draws, and watched."""

from collections.abc import Iterator

import numpy as np

from app.core.deep_net import DeepNet
from app.core.transfer import relative_risk
from app.demos.generalisation._transfer_params import COLOURS, INPUTS, STRATEGIES, TransferMapParams
from app.demos.generalisation._transfer_training import Task, pretrained, target_task, trained_numbers, use
from app.kit import Axis, Bars, BarSeries, Check, Lines, Mark, Result, Series, Table, Text, text

REPEATS, LOOKS = 3, 15
LOW, HIGH = 1e-3, 3.0
INSIDE = text(zh="测试与训练同分布", en="test like training")
OUTSIDE = text(zh="分布外：所有方向都变", en="out of distribution: every direction varies")


class Board:
    """What has been found so far, by strategy."""

    def __init__(self, strategies: list[str]) -> None:
        self.inside: dict[str, list[float]] = {name: [] for name in strategies}
        self.outside: dict[str, list[float]] = {name: [] for name in strategies}
        self.curves: dict[str, list[list[tuple[int, float]]]] = {name: [] for name in strategies}

    def add(self, name: str, net: DeepNet, task: Task, curve: list[tuple[int, float]]) -> None:
        self.inside[name].append(relative_risk(net, *task.inside))
        self.outside[name].append(relative_risk(net, *task.everywhere))
        if curve:
            self.curves[name].append(curve)


def run(params: TransferMapParams) -> Iterator[Result]:
    """A result after every strategy of every draw."""
    base, source_risk = pretrained(params.seed)
    names: list[str] = [name for name in STRATEGIES if name in params.strategies]
    board, theta = Board(names), float(np.radians(params.theta))
    for repeat in range(REPEATS):
        task = target_task(params.seed, repeat, theta, params.n, params.noise, params.varied)
        for place, name in enumerate(names, start=1):
            curve: list[tuple[int, float]] = []

            def watch(step: int, net: DeepNet, curve: list[tuple[int, float]] = curve, task: Task = task) -> None:
                if step % max(1, params.steps // LOOKS) == 0:
                    curve.append((step, relative_risk(net, *task.inside)))

            key = (params.seed, repeat)
            board.add(name, use(name, base, task, key, params.steps, params.backbone, params.rank, watch), task, curve)
            yield _result(params, board, source_risk, (repeat * len(names) + place) / (REPEATS * len(names)))


def _result(params: TransferMapParams, board: Board, source_risk: float, progress: float) -> Result:
    s: dict[str, float] = {"source_risk": source_risk}
    done = [name for name in board.inside if board.inside[name]]
    for name in done:
        key = name.replace("-", "_")
        s[f"risk_{key}"] = float(np.mean(board.inside[name]))
        s[f"outside_{key}"] = float(np.mean(board.outside[name]))
        s[f"trained_{key}"] = float(trained_numbers(name, params.rank))
    s["winner"] = float(list(STRATEGIES).index(min(done, key=lambda name: s["risk_" + name.replace("-", "_")])))
    for over, under in (("full", "probe"), ("full", "scratch"), ("probe", "scratch")):
        for place in ("risk", "outside"):
            if over in done and under in done:
                s[f"{place}_{over}_over_{under}"] = s[f"{place}_{over}"] / s[f"{place}_{under}"]
    views = [_bars(params, board, done, s), _curves(params, board, done, s), _table(params, board, done)]
    trained = text(zh="预训练真的学会了源任务：剩余误差", en="pre-training did learn the source tasks: risk left")
    return Result(views, s, _notes(params, done, s), [Check(trained, source_risk, 0.05)], progress)


def _mean(values: list[float]) -> str:
    return f"{np.mean(values):.2g}"


def _bars(params: TransferMapParams, board: Board, done: list[str], s: dict[str, float]) -> Bars:
    def series(key: str, name: Text, found: dict[str, list[float]]) -> BarSeries:
        values = np.array([np.mean(found[name]) if found[name] else np.nan for name in board.inside])
        spread = np.array([np.std(found[name], ddof=1) if len(found[name]) > 1 else 0 for name in board.inside])
        return BarSeries(key, name, values, spread)

    groups = [series("train", INSIDE, board.inside)]
    if params.varied < INPUTS:
        groups.append(series("test", OUTSIDE, board.outside))
    best = min(done, key=lambda name: float(np.mean(board.inside[name])))
    return Bars(
        id="risks",
        title=text(zh="各策略的测试误差（1 = 只答平均值）", en="Test risk by strategy (1 = answering the mean)"),
        description=text(
            zh=f"θ = {params.theta}°，n = {params.n}，{len(board.inside[done[0]])} 次抽样的均值和标准差。目前最低："
            f"{STRATEGIES[best].zh}，{_mean(board.inside[best])}。",
            en=f"θ = {params.theta}°, n = {params.n}, mean and standard deviation of {len(board.inside[done[0]])} "
            f"draws. Lowest so far: {STRATEGIES[best].en}, {_mean(board.inside[best])}."),
        categories=[STRATEGIES[name] for name in board.inside], series=groups,
        x=Axis(text(zh="策略", en="strategy")),
        y=Axis(text(zh="均方误差 / 方差", en="squared error / variance"), log=True, range=(LOW, HIGH)),
        marks=[Mark(1, text(zh="只答平均值", en="answering the mean"))],
    )  # fmt: skip


def _curves(params: TransferMapParams, board: Board, done: list[str], s: dict[str, float]) -> Lines:
    series = []
    for name in done:
        color = COLOURS[name]
        if board.curves[name]:
            steps = np.array([step for step, _ in board.curves[name][0]], dtype=float)
            risks = np.mean([[risk for _, risk in curve] for curve in board.curves[name]], axis=0)
            series.append(Series(color, STRATEGIES[name], steps, risks))
        elif name == "probe":
            flat = np.full(2, np.mean(board.inside[name]))
            series.append(Series(color, STRATEGIES[name], np.array([0.0, params.steps]), flat, "reference"))
    return Lines(
        id="curves", title=text(zh="训练过程中的测试误差", en="Test risk while training"), description=_climb(board),
        series=series, x=Axis(text(zh="步", en="step"), range=(0, params.steps)),
        y=Axis(text(zh="均方误差 / 方差", en="squared error / variance"), log=True, range=(LOW, HIGH)),
    )  # fmt: skip


def _climb(board: Board) -> Text:
    """Who overfits: how far the test risk ends above its lowest point."""
    ends = {
        name: float(np.mean([curve[-1][1] / min(risk for _, risk in curve) for curve in curves]))
        for name, curves in board.curves.items() if curves
    }  # fmt: skip
    worst = max(ends, key=lambda name: ends[name], default="")
    if ends.get(worst, 1) < 1.1:
        return text(
            zh="线性探测一步解出（虚线）。没有哪条曲线明显回升：不需要提前停。",
            en="The linear probe is solved in one go (dashed). No curve climbs again: early stopping is not needed.",
        )
    return text(
        zh=f"线性探测一步解出（虚线）。过了最低点又回升最多的：{STRATEGIES[worst].zh}，{ends[worst]:.2g} 倍；"
        "提前停会更好。",
        en="The linear probe is solved in one go (dashed). Climbs most after its lowest point: "
        f"{STRATEGIES[worst].en}, {ends[worst]:.2g} times; stopping early would help.",
    )


def _table(params: TransferMapParams, board: Board, done: list[str]) -> Table:
    whole = trained_numbers("full", params.rank)
    wide = params.varied < INPUTS
    columns = [text(zh="策略", en="Strategy"), text(zh="训练的参数", en="Trained numbers"), INSIDE]
    rows: list[list[str | int | float | Text | None]] = [
        [STRATEGIES[name], trained_numbers(name, params.rank), _mean(board.inside[name]),
         *([_mean(board.outside[name])] if wide else [])]
        for name in done
    ]  # fmt: skip
    lora = trained_numbers("lora", params.rank)
    return Table(
        id="table", title=text(zh="训练多少参数，换来多少误差", en="How much is trained, and what it buys"),
        description=text(
            zh=f"全量微调训练 {whole} 个参数，秩 {params.rank} 的 LoRA 训练 {lora} 个，线性探测 "
            f"{trained_numbers('probe', params.rank)} 个。",
            en=f"Full fine-tuning trains {whole} numbers, LoRA of rank {params.rank} {lora}, a linear probe "
            f"{trained_numbers('probe', params.rank)}."),
        columns=[*columns, *([OUTSIDE] if wide else [])], rows=rows,
    )  # fmt: skip


def _notes(params: TransferMapParams, done: list[str], s: dict[str, float]) -> list[Text]:
    best = STRATEGIES[list(STRATEGIES)[int(s["winner"])]]
    low = min(value for name, value in s.items() if name.startswith("risk_") and "_over_" not in name)
    notes = [text(
        zh=f"这一格（θ = {params.theta}°，n = {params.n}）误差最低：{best.zh}，{low:.2g}。各策略步数相同；"
        "线性探测的岭参数由留一法选出。",
        en=f"Lowest risk in this cell (θ = {params.theta}°, n = {params.n}): {best.en}, {low:.2g}. All take the same "
        "steps; the probe's ridge is chosen by leave-one-out.")]  # fmt: skip
    if "risk_full_over_probe" in s and params.varied < INPUTS:
        ratio, out = s["risk_full_over_probe"], s["outside_full_over_probe"]
        notes.append(text(
            zh=f"全量微调与线性探测的误差之比：分布内 {ratio:.2g}，分布外 {out:.2g}。微调只在训练输入变化的方向上"
            "改动特征，其余方向的特征没变，头却变了。",
            en=f"Full fine-tuning over probing: {ratio:.2g} in distribution, {out:.2g} out of it. Tuning changes "
            "features only along the directions the training inputs vary in; elsewhere they stay while the head moves.",
        ))  # fmt: skip
    if s.get("risk_probe", 0) > 1:
        notes.append(text(
            zh="线性探测比只答平均值还差：冻结的特征里没有这个任务要的东西。",
            en="The probe is worse than answering the mean: the frozen features hold nothing this task needs.",
        ))  # fmt: skip
    return notes
