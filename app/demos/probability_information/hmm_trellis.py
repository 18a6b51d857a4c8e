"""A hidden Markov model on its trellis: forward, backward, Viterbi, posteriors, underflow and Baum–Welch."""

import math
from itertools import pairwise
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from app.core.hmm import backward, forward, forward_scaled, joint_probability, posteriors, viterbi_path
from app.core.hmm_learning import baum_welch, brute_force, sample
from app.core.hmm_trellis import edge_values, node_values, prefix_log10

from app.kit import (  # isort: skip
    Axis, Check, Demo, Edge, Graph, Heatmap, IntVector, Lines, Mark, Matrix, Node, Option, Params, Prediction, Preset,
    Result, Series, Steps, Table, Text, Vector, View, knob, limit, same, seed, text,
)  # fmt: skip

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
DRAWN, TRIED = 12, 20_000
SMALLEST = {"float32": -44.853, "float64": -323.306}  # log₁₀ of the smallest positive number
LETTER = {"forward": "α", "backward": "β", "viterbi": "δ", "posterior": "γ"}
DOCTOR = {"initial": "0.6 0.4", "transition": "0.7 0.3; 0.4 0.6", "emission": "0.5 0.4 0.1; 0.1 0.3 0.6"}
WEATHER = (
    "1 0 0 1 1 0 1 1 1 1 1 1 1 1 1 0 1 0 1 1 0 0 0 0 0 0 1 0 0 0 1 0 0 1 1 1 1 1 1 1 "
    "0 0 1 0 0 1 1 0 0 0 0 0 0 0 0 0 0 0 1 1"
)


class HmmTrellisParams(Params):
    initial: Vector = knob((0.2, 0.4, 0.4), kind="vector", ge=0, max_length=6, zh="初始概率 π", en="Start π")
    transition: Matrix = knob(((0.5, 0.2, 0.3), (0.3, 0.5, 0.2), (0.2, 0.3, 0.5)), kind="matrix", ge=0, max_length=6,
                              zh="转移矩阵 A（每行自动归一）", en="Transitions A (rows are normalised)")  # fmt: skip
    emission: Matrix = knob(((0.5, 0.5), (0.4, 0.6), (0.7, 0.3)), kind="matrix", ge=0, max_length=6,
                            zh="观测矩阵 B（每行自动归一）", en="Emissions B (rows are normalised)")  # fmt: skip
    observations: IntVector = knob((0, 1, 0), kind="vector", ge=0, max_length=60,
                                   zh="观测（B 的列号，从 0 起）", en="Observations (columns of B)")  # fmt: skip
    algorithm: Literal["forward", "backward", "viterbi", "posterior"] = knob(
        "forward", zh="格子里显示", en="Show in the trellis",
        options={"forward": text(zh="前向 α", en="forward α"), "backward": text(zh="后向 β", en="backward β"),
                 "viterbi": same("Viterbi δ"), "posterior": text(zh="后验 γ", en="posterior γ")},
    )  # fmt: skip
    em_steps: int = knob(10, ge=0, le=50, zh="Baum–Welch 步数", en="Baum–Welch steps")
    length: int = knob(200, ge=1, le=1000, zh="下溢实验的长度 T", en="Length T of the underflow run")
    dtype: Literal["float32", "float64", "log"] = knob(
        "float32", zh="下溢实验突出", en="Underflow run shows", options={"log": text(zh="取对数", en="logarithms")}
    )
    seed: int = seed(0)

    @model_validator(mode="after")
    def _model(self) -> Self:
        n, m = len(self.initial), max(map(len, self.emission), default=0)
        if not n or [len(r) for r in (*self.transition, *self.emission)] != [n] * n + [m] * n or not 1 <= m <= 8:
            raise limit(zh=f"π 有 {n} 项：A 要 {n}×{n}，B 要 {n} 行、每行同样 1 到 8 列",
                        en=f"π has {n} entries: A must be {n} × {n}, B {n} rows of 1 to 8 columns")  # fmt: skip
        for row in (self.initial, *self.transition, *self.emission):
            if min(row) < 0 or not 1e-6 <= sum(row) <= 1e6:
                raise limit(zh="每行非负，且和在 1e-6 到 1e6 之间", en="rows: no negatives, sum within 1e-6 to 1e6")
        if not self.observations or not all(0 <= o < m for o in self.observations):
            raise limit(zh=f"至少一个观测，每个都是 0 到 {m - 1}", en=f"at least one observation, each 0 to {m - 1}")
        try:
            forward_scaled(*self.model, np.array(self.observations))
        except ValueError:
            raise limit(zh="模型给这串观测的概率是 0", en="the model gives these observations probability 0") from None
        return self

    @property
    def model(self) -> tuple[Floats, Floats, Floats]:
        """(π, A, B), rows made to sum to 1."""
        pi, a, b = (np.array(x, dtype=np.float64) for x in (self.initial, self.transition, self.emission))
        return pi / pi.sum(), a / a.sum(axis=1, keepdims=True), b / b.sum(axis=1, keepdims=True)


def arrows(path: Ints) -> str:
    return "→".join(str(i + 1) for i in path[:DRAWN]) + ("→…" if len(path) > DRAWN else "")


def trellis(params: HmmTrellisParams, values: dict[str, Floats], path: Ints) -> Steps:
    """The trellis, filled column by column in the order of the recursion (the posterior comes all at once)."""
    obs, kind, letter = np.array(params.observations), params.algorithm, LETTER[params.algorithm]
    shown, flows = values[kind][:DRAWN], edge_values(*params.model, obs)[kind][: DRAWN - 1]
    columns, n = shown.shape
    order = list(range(columns))[:: -1 if kind == "backward" else 1]
    frames: list[View] = []
    for done in range(columns if kind == "posterior" else 1, columns + 1):
        known, whole, nodes, edges = order[:done], done == columns, [], []
        for t, i in np.ndindex(shown.shape):
            hover = ", ".join(f"{LETTER[key]} = {value[t, i]:.4g}" for key, value in values.items() if t in known)
            nodes.append(Node(
                f"{t}-{i}", f"{shown[t, i]:.{3 if columns < 7 else 2}g}" if t in known else "", float(t), -float(i),
                float(shown[t, i] / (shown[t].max() or 1.0)) if t in known else 0.0,
                "highlight" if whole and path[t] == i else "main", hover,
            ))  # fmt: skip
        for t, i, j in np.ndindex(flows.shape):
            best = whole and path[t] == i and path[t + 1] == j
            if t in known and t + 1 in known and (best or flows[t, i, j] > 0):
                share = float(flows[t, i, j])
                edges.append(Edge(f"{t}-{i}", f"{t + 1}-{j}", share, role="highlight" if best else "main"))
        frames.append(Graph(
            id="frame", title=text(zh=f"{letter}，算了 {done} 列", en=f"{letter}, {done} columns done"),
            description=text(zh=f"{columns} 列里已算 {done} 列。", en=f"{done} of {columns} columns are done."),
            nodes=nodes, edges=edges,
            column_labels=[same(f"t={t}, o={o}" if columns < 7 else f"o={o}") for t, o in enumerate(obs[:DRAWN], 1)],
            row_labels=[text(zh=f"状态 {i + 1}", en=f"state {i + 1}") for i in range(n)],
        ))  # fmt: skip
    return Steps(
        id="trellis", frames=frames, labels=[frame.title for frame in frames], start=len(frames) - 1,
        title=text(zh=f"格子图，节点里是 {letter}", en=f"The trellis, {letter} in the nodes"),
        description=text(zh=f"{columns} 列 × {n} 个状态，线宽是流过的概率，突出路径 {arrows(path)}。",
                         en=f"{columns} × {n} nodes, width = flow, highlighted path {arrows(path)}."),
    )  # fmt: skip


def gamma_map(gamma: Floats, best: Ints, each: Ints) -> Heatmap:
    ts, n, differ = np.arange(1, len(gamma) + 1), gamma.shape[1], int((best != each).sum())
    return Heatmap(
        id="gamma", title=text(zh="后验 γ，与两种解码的路径", en="Posterior γ and the two decodings"),
        description=text(zh=f"{len(gamma)} 步里，Viterbi 路径与逐步最可能的状态有 {differ} 步不同。",
                         en=f"Viterbi and the best state of each step differ in {differ} of {len(gamma)} steps."),
        z=gamma.T, xs=ts, ys=np.arange(n),
        series=[Series("viterbi", text(zh="Viterbi 路径", en="Viterbi path"), ts, best, draw="both"),
                Series("posterior", text(zh="逐步最可能", en="best of each step"), ts, each, "highlight", "both")],
        x=Axis(text(zh="时刻 t", en="Step t")),
        y=Axis(text(zh="状态", en="State"), categories=tuple(same(str(i + 1)) for i in range(n)), reverse=True),
        value=Axis(text(zh="P(状态 | 全部观测)", en="P(state | all observations)"), range=(0.0, 1.0)),
    )  # fmt: skip


def numbers(obs: Ints, values: dict[str, Floats], back: Ints) -> Table:
    rows: list[tuple[int | float | None, ...]] = []
    for t, i in np.ndindex(back[:DRAWN].shape):
        cells = (float(f"{value[t, i]:.5g}") for value in values.values())
        rows.append((t + 1, int(obs[t]), i + 1, *cells, int(back[t, i]) + 1 if t else None))
    last = text(zh="δ 来自", en="δ from")
    return Table(
        id="numbers", title=text(zh="α、β、δ、γ 的数值", en="α, β, δ and γ in numbers"), rows=rows,
        description=text(zh=f"前 {rows[-1][0]} 步的中间量。", en=f"Every quantity of the first {rows[-1][0]} steps."),
        columns=[same("t"), same("o"), text(zh="状态", en="State"), *(same(LETTER[key]) for key in values), last],
    )  # fmt: skip


def fading(params: HmmTrellisParams, curves: dict[str, Floats], lasts: dict[str, int]) -> Lines:
    ts = np.unique(np.linspace(1, params.length, min(params.length, 300)).astype(np.int64))
    series, end = [], float(curves["log"][-1])
    for key, name in {"log": text(zh="取对数", en="logarithms"), **{key: same(key) for key in SMALLEST}}.items():
        t = ts[np.isfinite(curves[key][ts - 1])]
        series.append(Series(key, name, t, curves[key][t - 1],
                             "main" if params.dtype == key else "reference" if key == "log" else "muted"))  # fmt: skip
    low, high = lasts.values()
    return Lines(
        id="underflow", title=text(zh="不缩放的前向概率会变成 0", en="Unscaled, the forward probability becomes 0"),
        description=text(zh=f"{params.length} 步里 float32 撑 {low} 步，float64 撑 {high} 步；真值 10^{end:.1f}。",
                         en=f"Of {params.length} steps float32 lasts {low}, float64 {high}; truth 10^{end:.1f}."),
        series=series, x=Axis(text(zh="时刻 t", en="Step t"), range=(0.0, float(params.length))),
        y=Axis(same("log₁₀ P(o₁…o_t)"), range=(min(1.05 * end, -1.0), 0.0)),
        marks=[Mark(v, text(zh=f"{key} 最小正数", en=f"smallest {key}")) for key, v in SMALLEST.items() if end < v],
    )  # fmt: skip


def run(params: HmmTrellisParams) -> Result:
    model, obs = params.model, np.array(params.observations)
    (n, m), steps = model[2].shape, np.arange(len(obs))
    values, (gamma, xi) = node_values(*model, obs), posteriors(*model, obs)
    filtered, scale = forward_scaled(*model, obs)
    best, log_best, _, back = viterbi_path(*model, obs)
    each, log_p = gamma.argmax(axis=1), float(np.log(scale).sum())
    history = baum_welch(*model, obs, params.em_steps)[3]
    drawn = sample(*model, params.length, np.random.default_rng(params.seed))[1]
    curves, long_p = prefix_log10(*model, drawn), float(np.log10(forward_scaled(*model, drawn)[1]).sum())
    lasts = {key: int(np.isfinite(curves[key]).sum()) for key in SMALLEST}
    s = {
        "likelihood": math.exp(log_p), "log_likelihood": log_p, "viterbi_probability": math.exp(log_best),
        "viterbi_share": math.exp(log_best - log_p), "posterior_path_probability": joint_probability(*model, obs, each),
        "differing_steps": float((best != each).sum()), "viterbi_correct": float(gamma[steps, best].mean()),
        "posterior_correct": float(gamma.max(axis=1).mean()), "filtered_first": float(filtered[0, 0]),
        "smoothed_first": float(gamma[0, 0]), "paths": float(n) ** len(obs), "operations": float(n * n * len(obs)),
        "free_parameters": float(n * n - 1 + n * (m - 1)), "lasts_float32": float(lasts["float32"]),
        "lasts_float64": float(lasts["float64"]), "em_start": history[0], "em_end": history[-1],
    }  # fmt: skip
    p, gap = s["likelihood"], float(np.abs(xi.sum(axis=2) - gamma[:-1]).max(initial=0.0))
    fall = max((a - b for a, b in pairwise(history)), default=0.0)
    checks = [
        Check(text(zh="Σ_j ξ_t(i, j) 与 γ_t(i)", en="Σ_j ξ_t(i, j) against γ_t(i)"), gap, 1e-9),
        Check(text(zh="长序列：对数域与缩放法（相对差）", en="Long run: logarithms and scaling (relative)"),
              abs(float(curves["log"][-1]) - long_p) / max(1.0, abs(long_p)), 1e-9),
        Check(text(zh="EM 中的最大回落（nat）", en="Largest fall during EM (nat)"), max(fall, 0.0), 1e-9),
    ]  # fmt: skip
    if p > 1e-250:
        spread = float(np.abs((values["forward"] * values["backward"]).sum(axis=1) / p - 1).max())
        checks.append(Check(text(zh="每个 t：Σαβ = P(O)（相对差）", en="Every t: Σαβ = P(O) (relative)"), spread, 1e-9))
    if p > 1e-250 and n ** len(obs) <= TRIED:
        tried, _, most, shares = brute_force(*model, obs)
        off = max(abs(tried / p - 1), abs(most / s["viterbi_probability"] - 1), float(np.abs(shares - gamma).max()))
        checks.append(Check(text(zh=f"穷举 {n ** len(obs):,} 条路径：P(O)、最优路径、γ",
                                 en=f"All {n ** len(obs):,} paths tried: P(O), best path, γ"), off, 1e-9))  # fmt: skip
    learning = Lines(
        id="em", title=text(zh="Baum–Welch：对数似然从不下降", en="Baum–Welch: the log-likelihood never falls"),
        description=text(zh=f"{params.em_steps} 步 EM，ln P(O) 从 {history[0]:.4f} 到 {history[-1]:.4f}。",
                         en=f"{params.em_steps} EM steps: ln P(O) from {history[0]:.4f} to {history[-1]:.4f}."),
        series=[Series("train", same("ln P(O)"), np.arange(len(history)), history, draw="both")],
        x=Axis(text(zh="EM 步", en="EM step")), y=Axis(same("ln P(O)"), "nat"),
    )  # fmt: skip
    shown = each if params.algorithm == "posterior" else best
    views: list[View] = [trellis(params, values, shown), gamma_map(gamma, best, each), numbers(obs, values, back),
             fading(params, curves, lasts), learning]  # fmt: skip
    return Result(views, s, notes(params, s, best, each), checks)


def notes(params: HmmTrellisParams, s: dict[str, float], best: Ints, each: Ints) -> list[Text]:
    p, top, share = s["likelihood"], s["viterbi_probability"], s["viterbi_share"]
    other = s["posterior_path_probability"]
    verdict = ("就是 Viterbi 路径", "the Viterbi path itself")
    if (best != each).any():
        verdict = ("不是最可能的路径", "not the most probable path") if other else ("走不通的路", "an impossible path")
    out = [
        text(zh=f"P(O) = {p:.6g}。Viterbi 路径 {arrows(best)} 的联合概率 {top:.4g}，占 P(O) 的 {share:.1%}。",
             en=f"P(O) = {p:.6g}. The Viterbi path {arrows(best)} has probability {top:.4g}, {share:.1%} of P(O)."),
        text(zh=f"逐步取后验最大得到 {arrows(each)}，联合概率 {other:.4g}：{verdict[0]}。",
             en=f"Taking the best state of each step gives {arrows(each)}, probability {other:.4g}: {verdict[1]}."),
        text(zh=f"前向约 {s['operations']:,.0f} 次乘加，枚举要 {s['paths']:.3g} 条路径。",
             en=f"Forward takes about {s['operations']:,.0f} multiply-adds; there are {s['paths']:.3g} paths."),
    ]  # fmt: skip
    if any(abs(sum(row) - 1) > 1e-9 for row in (params.initial, *params.transition, *params.emission)):
        out.append(text(zh="有的行之和不是 1，已按行归一。", en="Some rows did not sum to 1 and were normalised."))
    return out


demo = Demo(
    __name__, run, HmmTrellisParams,
    title=text(zh="HMM 格子图：三个问题，一张图", en="The HMM trellis: three problems, one picture"),
    summary=text(zh="改 π、A、B 和观测，看前向、后向、Viterbi、后验怎样在格子上流动，再看下溢与 Baum–Welch。",
                 en="Change π, A, B and the observations; watch all four recursions, then underflow and Baum–Welch."),
    presets={
        "li-hang": Preset(text(zh="盒子与球（李航例 10.2）：红白红", en="Boxes and balls (Li Hang 10.2)"),
                          expect={"likelihood": (0.1302179, 0.1302181), "viterbi_probability": (0.014699, 0.014701)}),
        "doctor": Preset(text(zh="医生问诊：正常、发冷、头晕", en="The doctor: normal, cold, dizzy"),
                         {**DOCTOR, "observations": "0 1 2", "algorithm": "viterbi"},
                         {"viterbi_probability": (0.015119, 0.015121), "likelihood": (0.0362799, 0.0362801)}),
        "umbrella": Preset(
            text(zh="带伞的世界：事后知道得更多", en="The umbrella world: hindsight knows more"),
            {"initial": "0.5 0.5", "transition": "0.7 0.3; 0.3 0.7", "emission": "0.9 0.1; 0.2 0.8",
             "observations": "0 0 1 0 0", "algorithm": "posterior"},
            {"filtered_first": (0.81818, 0.81819), "smoothed_first": (0.86733, 0.86734)},
        ),
        "impossible": Preset(
            text(zh="每步都最可能，连起来却不可能", en="The best state of each step, an impossible path"),
            {"initial": "0.4 0.3 0.3", "transition": "0 0.5 0.5; 1 0 0; 1 0 0", "emission": "1; 1; 1",
             "observations": "0 0", "algorithm": "posterior"},
            {"posterior_path_probability": (0, 0), "viterbi_probability": (0.299999, 0.300001)},
        ),
        "underflow": Preset(text(zh="一千步的医生：浮点数撑不住", en="A thousand visits: floats give up"),
                            {**DOCTOR, "observations": "0 1 2", "length": 1000},
                            {"lasts_float32": (85, 105), "lasts_float64": (650, 720)}),
        "baum-welch": Preset(
            text(zh="只看 60 个符号，EM 自己学出两种状态", en="From 60 symbols alone EM learns two states"),
            {"initial": "0.5 0.5", "transition": "0.6 0.4; 0.4 0.6", "emission": "0.6 0.4; 0.4 0.6",
             "observations": WEATHER, "em_steps": 50},
            {"em_start": (-41.5, -41.3), "em_end": (-38, -37.5)},
        ),
    },
    predictions=(
        Prediction(
            "best-states",
            text(zh="把每一步后验概率最大的状态连起来。和最可能的路径比，这条路径的概率最坏会怎样？",
                 en="Join the most probable state of each step. At worst, how does it compare with the best path?"),
            "impossible", "posterior_path_probability",
            text(zh="第 1、2 步最可能的都是状态 1（0.4 与 0.6），但 $a_{11}=0$。Viterbi 给出 2→1，概率 0.3。",
                 en="State 1 is best at step 1 (0.4) and at step 2 (0.6), yet $a_{11}=0$. Viterbi gives 2→1 with 0.3."),
            options=(
                Option(text(zh="总是同一条", en="it is always the same path"), low=0.29,
                       why=text(zh="γ 逐步取最大，不看两步能否相连。", en="γ never asks whether two steps connect.")),
                Option(text(zh="略低，但总大于 0", en="lower, but always above 0"), 1e-12, 0.29,
                       why=text(zh="常常如此；但 A 里有 0 时可以更糟。", en="Often; with zeros in A it can be worse.")),
                Option(text(zh="可以恰好是 0", en="it can be exactly 0"), high=1e-12),
            ),
        ),
        Prediction(
            "likelihood",
            text(zh="李航例 10.2，观测红、白、红：$P(O\\mid\\lambda)$ 是多少？（手算三步前向）",
                 en="Li Hang 10.2, observing red, white, red: what is $P(O\\mid\\lambda)$? (by hand: three steps)"),
            "li-hang", "likelihood",
            text(zh="$\\alpha_3=(0.04187,\\,0.03551,\\,0.05284)$，加起来是 0.13022。",
                 en="$\\alpha_3=(0.04187,\\,0.03551,\\,0.05284)$ adds up to 0.13022."), within=0.02,
        ),
        Prediction(
            "float32-underflow",
            text(zh="三种症状的医生模型，用 float32 不缩放地算前向：撑多少步以后 α 全部变成 0？",
                 en="The doctor model, three symptoms, plain forward in float32: how many steps before every α is 0?"),
            "underflow", "lasts_float32",
            text(zh="每步乘上约 1/3（$10^{-0.47}$），float32 的最小正数是 $10^{-44.9}$，$44.9/0.47\\approx95$。",
                 en="Each step multiplies by about 1/3 ($10^{-0.47}$); the least float32 is $10^{-44.9}$: about 95."),
            within=1.5, log=True,
        ),
    ),
    references=("rabiner1989", "lihang2012", "wikipedia2024", "russell2010"),
    code=(forward, backward, viterbi_path, posteriors, baum_welch),
)  # fmt: skip
