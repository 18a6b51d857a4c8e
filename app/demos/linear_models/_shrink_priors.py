"""One weight, one noisy look at it: the most likely and the mean weight under a Laplace and a Gaussian prior."""

import numpy as np

from app.core.ridge import soft_threshold

from app.core.shrinkage_priors import (  # isort: skip
    cost_of_the_mode, gaussian_mean, gaussian_posterior, laplace_mean, laplace_posterior,
)  # fmt: skip
from app.kit import Axis, Check, Lines, Result, Series, same, text


def priors(y: float, penalty: float) -> Result:
    looks = np.linspace(-4, 4, 161)
    mode, mean, gauss = (float(f(y, penalty)) for f in (soft_threshold, laplace_mean, gaussian_mean))
    often, excess = cost_of_the_mode(penalty)
    w = np.linspace(-6, 6, 241)
    fine = np.linspace(-14, 14, 28_001)
    density = laplace_posterior(fine, y, penalty)
    step = float(fine[1] - fine[0])
    s = {"mode": mode, "mean": mean, "gaussian": gauss, "zero_share": often, "excess": excess,
         "peak": float(laplace_posterior(mode, y, penalty)), "tau2": 1 / penalty, "b": 1 / penalty}  # fmt: skip
    checks = [
        Check(text(zh="Laplace 后验的总概率与 1", en="Laplace posterior: total probability against 1"),
              abs(float(density.sum()) * step - 1), 1e-5),
        Check(text(zh="后验均值：闭式解与数值积分", en="Posterior mean: closed form against quadrature"),
              abs(float((fine * density).sum()) * step - mean), 1e-5),
        Check(text(zh="后验众数：软阈值与网格上的峰", en="Posterior mode: soft threshold against the peak on a grid"),
              abs(float(fine[density.argmax()]) - mode), 1.01 * step),
    ]  # fmt: skip
    names = {
        "map": text(zh="Laplace 的众数（MAP，即 L1）", en="Laplace, mode (MAP: L1)"),
        "mean": text(zh="Laplace 的均值", en="Laplace, mean"),
        "l2": text(zh="高斯：众数就是均值（L2）", en="Gaussian, mode and mean (L2)"),
    }  # fmt: skip
    views = [
        Lines(
            id="rule", title=text(zh="看到 y，猜 w 是多少", en="From what is seen to the guess"),
            description=text(
                zh=f"y = {y:g}、λ = {penalty:g}：Laplace 先验的众数 {mode:.3f}，均值 {mean:.3f}；高斯先验 "
                   f"{gauss:.3f}。",
                en=f"y = {y:g}, λ = {penalty:g}: the Laplace prior's mode is {mode:.3f}, its mean {mean:.3f}; the "
                f"Gaussian gives {gauss:.3f}.",
            ),
            series=[
                Series("identity", text(zh="不加先验", en="no prior"), looks, looks, role="muted"),
                Series("penalty-0", names["map"], looks, soft_threshold(looks, penalty)),
                Series("penalty-4", names["mean"], looks, laplace_mean(looks, penalty)),
                Series("penalty-2", names["l2"], looks, gaussian_mean(looks, penalty)),
                Series("here", text(zh="本次", en="this run"), np.full(3, y), np.array([mode, mean, gauss]),
                       role="highlight", draw="points"),
            ],
            x=Axis(text(zh="观测 y（也是最小二乘解）", en="observed y (the least-squares answer)"), range=(-4, 4)),
            y=Axis(text(zh="估计的 w", en="estimate of w"), range=(-4, 4)), equal=True,
        ),
        Lines(
            id="posterior", title=text(zh=f"看到 y = {y:g} 之后，w 的分布", en=f"What w may be once y = {y:g} is seen"),
            description=text(
                zh=f"Laplace 先验的后验在 0 处有尖点，峰在 {mode:.3f}，均值在 {mean:.3f}；它是连续分布，w 恰好为 0 "
                   "的概率是 0。",
                en=f"Under the Laplace prior the posterior has a kink at 0, its peak at {mode:.3f} and its mean at "
                f"{mean:.3f}; it is continuous, and w = 0 has probability 0.",
            ),
            series=[
                Series("penalty-0", text(zh="Laplace：后验", en="Laplace: posterior"), w,
                       laplace_posterior(w, y, penalty)),
                Series("penalty-0", text(zh="它的众数", en="its mode"), np.array([mode]),
                       laplace_posterior([mode], y, penalty), draw="points", sizes=np.array([11.0])),
                Series("penalty-4", text(zh="它的均值", en="its mean"), np.array([mean]),
                       laplace_posterior([mean], y, penalty), draw="points", sizes=np.array([11.0])),
                Series("penalty-2", text(zh="高斯：后验", en="Gaussian: posterior"), w,
                       gaussian_posterior(w, y, penalty)),
                Series("penalty-0", text(zh="Laplace：先验", en="Laplace: prior"), w,
                       0.5 * penalty * np.exp(-penalty * np.abs(w)), role="muted"),
                Series("penalty-2", text(zh="高斯：先验", en="Gaussian: prior"), w,
                       np.sqrt(penalty / (2 * np.pi)) * np.exp(-0.5 * penalty * w**2), role="muted"),
            ],
            x=Axis(same("w"), range=(-4, 4)), y=Axis(text(zh="概率密度", en="density")),
        ),
    ]  # fmt: skip
    notes = [
        text(zh=f"噪声方差是 1：λ = {penalty:g} 对应 Laplace 尺度 $b=1/λ$ = {1 / penalty:.3g}，高斯方差 $τ^2=1/λ$ "
                f"= {1 / penalty:.3g}。"
             "“L1 等于 Laplace 先验”说的是众数；均值从不恰好为 0（y = 0 除外）。",
             en=f"The noise variance is 1: λ = {penalty:g} stands for the Laplace scale $b=1/λ$ = "
                f"{1 / penalty:.3g} and the "
             f"Gaussian variance $τ^2=1/λ$ = {1 / penalty:.3g}. “L1 is a Laplace prior” is about the mode; the mean is "
             "never exactly 0 (but for y = 0)."),
        text(zh=f"就算 w 真的来自这个 Laplace 先验，众数有 {often:.0%} 的时候猜 0，平方误差比均值多 {excess:.3f}："
                "真 w 没有一个是 0。",
             en=f"Even if w does come from this Laplace prior, the mode says 0 in {often:.0%} of cases and has "
                f"{excess:.3f} "
             "more squared error than the mean: no true w is 0."),
    ]  # fmt: skip
    return Result(views, s, notes, checks)
