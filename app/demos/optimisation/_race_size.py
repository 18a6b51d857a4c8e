"""What each method has to keep for n parameters, and what solving with the Hessian would take."""

import numpy as np

from app.core.descent_theory import cholesky_flops, numbers_kept

from app.demos.optimisation._race_methods import KEYS, NAMES  # isort: skip
from app.kit import Axis, Bars, BarSeries, Check, Lines, Mark, Result, Series, text  # isort: skip

BYTES, CARD_GB = 4, 80.0


def size(log_n: float, memory: int, tflops: float) -> Result:
    n = 10.0**log_n
    gb = {m: BYTES * kept / 1e9 for m, kept in numbers_kept(n, memory).items()}
    hessian = BYTES * n * n / 1e9
    hours = cholesky_flops(n) / (tflops * 1e12) / 3600
    scalars = {f"{m}_gb": v for m, v in gb.items()} | {
        "hessian_gb": hessian, "hessian_over_lbfgs": hessian / gb["lbfgs"], "cholesky_hours": hours,
        "fits_up_to": float(np.sqrt(CARD_GB * 1e9 / BYTES)),
    }  # fmt: skip
    ns = np.geomspace(1e2, 1e11, 55)
    curves = {m: np.array([BYTES * numbers_kept(v, memory)[m] / 1e9 for v in ns]) for m in gb}
    drawn = ("gd", "adam", "lbfgs", "newton")
    slope = float(np.polyfit(np.log(ns[-10:]), np.log(curves["newton"][-10:]), 1)[0])
    small = np.eye(40) + np.ones((40, 40))  # counts the multiplications of a Cholesky factorisation, one by one
    counted = 2 * sum((len(small) - j) * j for j in range(len(small))) / cholesky_flops(len(small))
    return Result(
        [
            Lines(
                id="memory", title=text(zh="内存随参数个数（float32）", en="Memory by number of parameters (float32)"),
                description=text(zh=f"n = {n:.3g}：Hessian {hessian:.3g} GB，L-BFGS {gb['lbfgs']:.3g} GB，Adam "
                                    f"{gb['adam']:.3g} GB。",
                                 en=f"n = {n:.3g}: Hessian {hessian:.3g} GB, L-BFGS {gb['lbfgs']:.3g} GB, Adam "
                                 f"{gb['adam']:.3g} GB."),
                series=[Series(KEYS[m], text(zh="牛顿与 BFGS", en="Newton and BFGS") if m == "newton" else NAMES[m], ns,
                               curves[m]) for m in drawn],
                x=Axis(text(zh="参数个数 n", en="parameters n"), log=True, range=(1e2, 1e11)),
                y=Axis(text(zh="内存", en="memory"), unit="GB", log=True, range=(1e-7, 1e13)),
                marks=[Mark(n, text(zh="你的 n", en="your n"), axis="x"),
                       Mark(CARD_GB, text(zh="一块卡 80 GB", en="one card, 80 GB"))],
            ),
            Bars(
                id="at-n", title=text(zh="这个 n 要的内存", en="Memory at this n"),
                description=text(zh=f"Hessian 是 L-BFGS（{memory} 对）的 {scalars['hessian_over_lbfgs']:.3g} 倍。",
                                 en=f"The Hessian takes {scalars['hessian_over_lbfgs']:.3g} times L-BFGS with {memory} "
                                 "pairs."),
                categories=[NAMES[m] for m in gb],
                series=[BarSeries("memory", text(zh="内存", en="memory"), np.array(list(gb.values())))],
                x=Axis(text(zh="方法", en="method")),
                y=Axis(text(zh="内存", en="memory"), unit="GB", log=True, range=(1e-7, 1e13)),
            ),
        ],
        scalars,
        [text(zh=f"n = {n:.3g}：Hessian 占 {hessian:.3g} GB，分解一次 n³/3 次运算，每秒 {tflops:g}×10¹² 次要 "
                 f"{hours:.3g} 小时，"
              f"而每一步都要重来。",
              en=f"n = {n:.3g}: the Hessian takes {hessian:.3g} GB; one factorisation is n³/3 operations, "
                 f"{hours:.3g} hours "
              f"at {tflops:g}×10¹² a second, and every step needs a new one."),
         text(zh=f"80 GB 只放得下 n ≤ {scalars['fits_up_to']:,.0f} 的 Hessian。",
              en=f"80 GB hold a Hessian for n ≤ {scalars['fits_up_to']:,.0f} and no more.")],
        [Check(text(zh="牛顿内存的双对数斜率与 2",
                    en="Log-log slope of Newton's memory against 2"), abs(slope - 2), 1e-3),
         Check(text(zh="40 阶 Cholesky 逐个数乘加与 n³/3", en="Multiply-adds of a Cholesky of order 40 against n³/3"),
               abs(counted - 1), 0.1)],
    )  # fmt: skip
