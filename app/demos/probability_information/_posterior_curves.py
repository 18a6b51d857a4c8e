"""Learning curves: naive Bayes and logistic regression, two ways to fit one linear rule, on correlated pairs."""

import math
from typing import Any

import numpy as np

from app.core.activations import Array
from app.core.bayes_rule import bayes_error, linear_error
from app.core.classifiers import gaussian_rule
from app.core.logistic_regression import newton, penalised_loss
from app.kit import Axis, Bars, BarSeries, Check, Lines, Mark, Result, Series, Text, same, text

N = 10 * 2 ** np.arange(10)
REPEATS, FRESH = 10, 20_000


def world(d: int, rho: float) -> tuple[Array, Array]:
    """Mean of class 1 (d,) and covariance (d, d): a strong and a weak feature in each pair, correlated by ρ.

    The features together are worth the same whatever d is: ‖mean‖² = 1.325.
    """
    mean = np.where(np.arange(d) % 2 == 0, 0.35, 0.1)
    mean *= math.sqrt(1.325 / float(mean @ mean))
    pairs = np.kron(np.eye((d + 1) // 2), np.array([[1, rho], [rho, 1]]))[:d, :d]
    return mean, pairs


def sample(n: int, mean: Array, covariance: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """X (n, d) and y (n,), the classes in turn."""
    y = (np.arange(n) % 2).astype(float)
    noise = rng.standard_normal((n, len(mean))) @ np.linalg.cholesky(covariance).T
    return noise + np.where(y == 1, 1, -1)[:, None] * mean, y


def rules(X: Array, y: Array, ridge: float) -> tuple[tuple[Array, float], tuple[Array, float]]:
    """Weights and intercept from naive Bayes, and from logistic regression with this ridge."""
    weights = newton(np.column_stack([X, np.ones(len(X))]), y.astype(np.float64), ridge).weights
    bayes = gaussian_rule(X, y, shared=True, independent=True)
    return (bayes.w, bayes.b), (weights[:-1], float(weights[-1]))


def run_curves(params: Any) -> Result:
    mean, covariance = world(params.d, params.rho)
    errors = np.empty((2, REPEATS, len(N)))
    for repeat in range(REPEATS):
        X, y = sample(int(N[-1]), mean, covariance, np.random.default_rng([params.seed, repeat]))
        for place, n in enumerate(N):
            for model, (w, b) in enumerate(rules(X[:n], y[:n], params.ridge)):
                errors[model, repeat, place] = linear_error(w, b, mean, covariance)
    lead = errors[1] - errors[0]
    floor, best = linear_error(mean, 0.0, mean, covariance), bayes_error(mean, covariance)
    nb, lr = errors.mean(axis=1)
    behind = np.flatnonzero(lead.mean(axis=0) >= 0)
    first = 0 if len(behind) == 0 else int(behind[-1]) + 1
    scalars = {
        "nb_40": nb[2], "lr_40": lr[2], "lead_40": lead.mean(axis=0)[2],
        "nb_1280": nb[7], "lr_1280": lr[7], "lead_1280": lead.mean(axis=0)[7],
        "nb_last": nb[-1], "lr_last": lr[-1], "floor": floor, "bayes": best,
        "crossover": float(N[first]) if first < len(N) else math.nan, "least_lead": lead.mean(axis=0).min(),
    }  # fmt: skip
    scalars["srm_constant"], scalars["srm_spread"] = offset(mean, covariance, params)
    s = {name: float(value) for name, value in scalars.items()}
    views = [error_view(params, errors, s), lead_view(params, lead, s)]
    checks = [tested(mean, covariance, params), arrived(errors[0, :, -1], floor), constant(s["srm_spread"])]
    return Result(views, s, notes(params, s), checks)


def offset(mean: Array, covariance: Array, params: Any) -> tuple[float, float]:
    """Penalised log loss minus −ln posterior (prior N(0, 1/λ) on every weight) at five random weight vectors: the mean
    difference, and how far the five lie apart."""
    rng = np.random.default_rng([params.seed, REPEATS + 1])
    X, y = sample(40, mean, covariance, rng)
    gaps = []
    for w in rng.standard_normal((5, len(mean))):
        likelihood = 1 / (1 + np.exp(-np.where(y == 1, 1, -1) * (X @ w)))
        prior = math.sqrt(params.ridge / (2 * math.pi)) * np.exp(-0.5 * params.ridge * w**2)
        minus_log = -np.log(likelihood).sum() - np.log(prior).sum()
        gaps.append(penalised_loss(w, X, y.astype(np.float64), params.ridge)[0] - minus_log)
    return float(np.mean(gaps)), float(np.ptp(gaps))


def constant(spread: float) -> Check:
    return Check(
        text(zh="惩罚损失与 −ln 后验只差一个常数：五组随机权重上差值的波动",
             en="Penalised loss and −ln posterior differ by a constant: spread over five random weight vectors"),
        spread, 1e-6)  # fmt: skip


def tested(mean: Array, covariance: Array, params: Any) -> Check:
    """The exact error of one rule against fresh examples."""
    X, y = sample(40, mean, covariance, np.random.default_rng([params.seed, 0]))
    (w, b), _ = rules(X, y, params.ridge)
    fresh, truth = sample(FRESH, mean, covariance, np.random.default_rng([params.seed, REPEATS]))
    exact = linear_error(w, b, mean, covariance)
    counted = float(((fresh @ w + b > 0) != (truth == 1)).mean())
    return Check(
        text(zh="公式给出的错误率，与 20 000 个新样本上数的（允许 4 个标准误）",
             en="Error rate by formula, against counting on 20,000 fresh examples (4 standard errors)"),
        abs(counted - exact), 4 * math.sqrt(exact * (1 - exact) / FRESH))  # fmt: skip


def arrived(last: Array, floor: float) -> Check:
    return Check(
        text(zh="朴素贝叶斯在 n = 5120 的错误率，与闭式极限",
             en="Naive Bayes at n = 5120, against its closed-form limit"),
        abs(float(last.mean()) - floor), 0.005)  # fmt: skip


def error_view(params: Any, errors: Array, s: dict[str, float]) -> Lines:
    names = (("nb", text(zh="朴素贝叶斯", en="naive Bayes")), ("lr", text(zh="逻辑回归", en="logistic regression")))
    series = [
        Series(key, name, N, mine.mean(axis=0), draw="both") for (key, name), mine in zip(names, errors, strict=True)
    ]
    ends = np.array([N[0], N[-1]])
    series += [
        Series("nb", text(zh="极限：朴素贝叶斯（闭式）", en="limit of naive Bayes (closed form)"), ends,
               np.full(2, s["floor"]), "reference"),
        Series("bayes", text(zh="贝叶斯错误率（闭式）", en="Bayes error (closed form)"), ends, np.full(2, s["bayes"]),
               "reference"),
    ]  # fmt: skip
    return Lines(
        id="learning", series=series,
        title=text(zh=f"错误率随样本数：{REPEATS} 份数据的平均",
                   en=f"Error against examples: mean of {REPEATS} data sets"),
        description=text(
            zh=f"n = 40：朴素贝叶斯 {s['nb_40']:.3f}，逻辑回归 {s['lr_40']:.3f}；n = 1280：{s['nb_1280']:.3f} 与 "
            f"{s['lr_1280']:.3f}。贝叶斯错误率 {s['bayes']:.3f}。",
            en=f"At n = 40 naive Bayes {s['nb_40']:.3f}, logistic regression {s['lr_40']:.3f}; at n = 1280 "
            f"{s['nb_1280']:.3f} and {s['lr_1280']:.3f}. Bayes error {s['bayes']:.3f}.",
        ),
        x=Axis(text(zh="训练样本数 n", en="Training examples n"), log=True, range=(10, 5120)),
        y=Axis(text(zh="错误率（精确）", en="Error rate (exact)"), range=(0, 0.45)),
    )  # fmt: skip


def lead_view(params: Any, lead: Array, s: dict[str, float]) -> Bars:
    wins = int((lead[:, 2] > 0).sum()), int((lead[:, 7] > 0).sum())
    return Bars(
        id="lead", categories=[same(f"{n}") for n in N],
        title=text(zh="朴素贝叶斯领先多少（同一份数据上比）", en="The lead of naive Bayes, on the same data"),
        description=text(
            zh=f"n = 40 时朴素贝叶斯在 {REPEATS} 份数据中赢 {wins[0]} 份，n = 1280 时赢 {wins[1]} 份。误差线是标准差。",
            en=f"Of {REPEATS} data sets naive Bayes wins {wins[0]} at n = 40 and {wins[1]} at n = 1280. Error "
            f"bars: one "
            "standard deviation.",
        ),
        series=[BarSeries("lead", text(zh="逻辑回归的错误率 − 朴素贝叶斯的",
                                       en="error of logistic regression − of naive Bayes"),
                          lead.mean(axis=0), lead.std(axis=0, ddof=1))],
        x=Axis(text(zh="训练样本数 n",
                    en="Training examples n")), y=Axis(text(zh="错误率之差", en="Difference of the errors")),
        marks=[Mark(0, text(zh="一样", en="equal"))],
    )  # fmt: skip


def notes(params: Any, s: dict[str, float]) -> list[Text]:
    turn = (
        text(zh="在这些样本数里逻辑回归没有稳定地超过它。",
             en="At none of these sizes does logistic regression take the lead.")
        if math.isnan(s["crossover"])
        else text(zh=f"从 n = {s['crossover']:.0f} 起逻辑回归领先。",
                  en=f"From n = {s['crossover']:.0f} on logistic regression leads.")
    )  # fmt: skip
    gap = s["floor"] - s["bayes"]
    return [
        text(zh=f"两者学的是同一种线性规则。{turn.zh}", en=f"Both fit the same kind of rule, a linear one. {turn.en}"),
        text(
            zh="特征给定类别后独立：假设成立，朴素贝叶斯的极限就是贝叶斯错误率。" if gap < 1e-9 else
            f"成对相关 ρ = {params.rho:g}：朴素贝叶斯看不见相关，再多数据也停在 {s['floor']:.4f}，"
            f"比贝叶斯错误率 {s['bayes']:.4f} 高。",
            en="Given the class the features are independent: the assumption holds, and the limit of naive "
            "Bayes is the "
            "Bayes error." if gap < 1e-9 else
            f"Pairs correlated by ρ = {params.rho:g}: naive Bayes cannot see that, and with any amount of data "
            f"stays at "
            f"{s['floor']:.4f}, above the Bayes error {s['bayes']:.4f}.",
        ),
        text(
            zh=rf"逻辑回归的 L2 惩罚 $\frac\lambda2\|w\|^2$（λ = {params.ridge:g}）就是高斯先验 "
            rf"$N(0,1/\lambda)$ 下的 MAP。",
            en=rf"The L2 penalty $\frac\lambda2\|w\|^2$ of the logistic regression (λ = {params.ridge:g}) makes "
            rf"it MAP under "
            r"the Gaussian prior $N(0,1/\lambda)$.",
        ),
    ]  # fmt: skip
