"""The third tab of boundary_gallery: how many random labellings a hyperplane separates, tried and by "
"Cover's formula."""

from itertools import product

import numpy as np

from app.core.dichotomies import count_separable, sampled_share, separable_dichotomies, separable_share
from app.kit import Axis, Check, Lines, Mark, Result, Series, Table, same, text

DIMS = (1, 2, 5, 20)


def cover(dims: int, trials: int, seed: int) -> Result:
    half = 2 * (dims + 1)
    counts = sorted({max(1, round(half * k / 6)) for k in range(1, 11)})
    theory = np.array([separable_share(n, dims) for n in counts])
    tried = np.array([sampled_share(n, dims, trials, np.random.default_rng([seed, n])) for n in counts])
    error = np.sqrt(np.maximum(theory * (1 - theory), 0.25 / trials) / trials)
    off = float((np.abs(tried - theory) / error).max())
    boolean = [count_separable(np.array(list(product([0.0, 1.0], repeat=k)))) for k in (1, 2, 3)]
    at_half = float(tried[counts.index(half)])
    v = {
        "half_at": float(half), "share_at_half": separable_share(half, dims), "tried_at_half": at_half,
        "all_up_to": float(dims + 1), "count_at_half": float(separable_dichotomies(half, dims)), "off": off,
        "share_double": separable_share(2 * half, dims),
        "boolean_2": float(boolean[1]), "boolean_3": float(boolean[2]),
    }  # fmt: skip
    return Result(
        [share(dims, counts, theory, tried, error, v), scaled(dims), table(dims, boolean)], v,
        [text(
            zh=f"$d={dims}$：$d+1={dims + 1}$ 个点以内任何标签都可分（这就是 VC 维），$N=2(d+1)={half}$ 时恰好一半。"
            f"实测 {at_half:.1%}（{trials} 次）。再加一倍点，只剩 {v['share_double']:.2%}。",
            en=f"$d={dims}$: up to $d+1={dims + 1}$ points every labelling is separable (the VC dimension); at "
            f"$N=2(d+1)={half}$ exactly half. Tried: {at_half:.1%} of {trials}. With twice the points "
            f"{v['share_double']:.2%} are left.")],
        [Check(text(zh="实测与 Cover 公式之差（标准误）",
                    en="tried against Cover's formula, in standard errors"), off, 4.5)],
    )  # fmt: skip


def share(
    dims: int, counts: list[int], theory: np.ndarray, tried: np.ndarray, error: np.ndarray, v: dict[str, float]
) -> Lines:
    n = np.array(counts, float)
    smooth = np.arange(1, counts[-1] + 1)
    return Lines(
        id="share", title=text(zh=f"{dims} 维里 N 个点随机标签，可分的比例",
                               en=f"Share of random labellings of N points in "
                               f"{dims} dimensions that are separable"),
        description=text(
            zh=f"N = {v['half_at']:.0f} 时公式给 50%，实测 {v['tried_at_half']:.1%}。",
            en=f"At N = {v['half_at']:.0f} the formula says 50%, the trials {v['tried_at_half']:.1%}."),
        series=[Series("theory", text(zh="Cover 公式", en="Cover's formula"), smooth.astype(float),
                       np.array([separable_share(int(k), dims) for k in smooth]), "reference"),
                Series("tried", text(zh="实测（线性规划）", en="tried (linear programmes)"), n, tried, draw="points"),
                Series("error", text(zh="公式 ± 2 标准误", en="formula ± 2 standard errors"),
                       np.concatenate([n, n]), np.concatenate([theory - 2 * error, theory + 2 * error]).clip(0, 1),
                       "muted", "points", sizes=np.full(2 * len(n), 3.0))],
        x=Axis(text(zh="点数 N", en="points N"), range=(0, counts[-1] + 1)),
        y=Axis(text(zh="可分的比例", en="separable share"), range=(0, 1.03)),
        marks=[Mark(v["half_at"], same("2(d+1)"), axis="x"), Mark(v["all_up_to"], same("d+1"), axis="x"),
               Mark(0.5, same("½"))],
    )  # fmt: skip


def scaled(dims: int) -> Lines:
    curves = []
    for d in sorted({*DIMS, dims}):
        n = np.arange(1, 4 * (d + 1) + 1)
        shares = np.array([separable_share(int(k), d) for k in n])
        curves.append(Series(f"dims-{d}", same(f"d = {d}"), n / (d + 1), shares,
                             "highlight" if d == dims else "main"))  # fmt: skip
    at = separable_share(int(1.5 * 21 + 0.5), 20)
    return Lines(
        id="scaled", title=text(zh="维数越高，越像一个台阶", en="The more dimensions, the more of a step"),
        description=text(zh=f"横轴除以 d+1 后都在 2 处过 ½；d = 20 时在 1.5 附近还有 {at:.0%} 可分。",
                         en=f"Over N/(d+1) all pass ½ at 2; with d = 20 there are still {at:.0%} near 1.5."),
        series=curves, x=Axis(text(zh="每个参数的点数 N/(d+1)", en="points per parameter, N/(d+1)"), range=(0, 4)),
        y=Axis(text(zh="可分的比例", en="separable share"), range=(0, 1.03)), marks=[Mark(2.0, same("2"), axis="x")],
    )  # fmt: skip


def table(dims: int, boolean: list[int]) -> Table:
    rows = []
    for k, found in enumerate(boolean, 1):
        total = 2 ** (2**k)
        rows.append([k, 2**k, f"{found} / {total}", f"{separable_dichotomies(2**k, k)} / {total}"])
    return Table(
        id="boolean", rows=rows, title=text(zh="线性可分的布尔函数", en="Boolean functions a hyperplane computes"),
        description=text(
            zh=f"两个输入 {boolean[1]}/16（缺异或与同或），三个输入 "
            f"{boolean[2]}/256；立方体顶点不在一般位置，所以少于公式。",
            en=f"{boolean[1]} of 16 with two inputs (all but XOR and XNOR), {boolean[2]} of 256 with "
            f"three: the corners of a "
            "cube are not in general position, so fewer than the formula."),
        columns=[text(zh="输入数", en="inputs"), text(zh="点数", en="points"), text(zh="逐个试出",
                                        en="counted, one by one"),
                 text(zh="一般位置的公式", en="formula, general position")],
    )  # fmt: skip
