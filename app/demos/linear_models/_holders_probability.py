"""The second tab of who_holds_the_boundary: which loss can know a probability, and what the scores say when asked."""

import math
from typing import NamedTuple

import numpy as np

from app.core.activations import Array, sigmoid
from app.core.kernel_machines import gram, kernel_logistic, scores
from app.core.logistic_regression import newton
from app.core.margin_losses import best_score, hinge, logistic, squared
from app.core.svm import smo
from app.demos.linear_models._holders_boundary import KEYS, NAMES
from app.demos.linear_models._holders_fits import LOSSES, Setting, clouds

from app.kit import Axis, Bars, BarSeries, Check, Lines, Points, Result, Series, Text, View, same, text  # isort: skip

REPEATS, TEST = 6, 400
COLOURS = {"svm": "loss-4", "lr": "loss-2", "platt": "loss-1", "tight": "loss-7"}
WAYS = {
    "svm": text(zh="SVM：直接 σ(f)", en="SVM: σ(f) as it is"),
    "lr": text(zh="逻辑回归：σ(f)", en="logistic regression: σ(f)"),
    "platt": text(zh="SVM + Platt 校准", en="SVM after Platt"),
    "tight": text(zh="逻辑回归，C ÷ 100", en="logistic regression, C ÷ 100"),
}

SHORT = {"svm": same("SVM"), "lr": text(zh="逻辑回归", en="logistic"), "platt": same("Platt"), "tight": same("C ÷ 100")}


class Claim(NamedTuple):
    """One repeat: the true P(y = 1 | x) of the test points, and what each way says."""

    truth: Array
    said: dict[str, Array]
    right: dict[str, float]


def platt(f: Array, y: Array) -> Array:
    """(A, B) of σ(Af + B) by maximum likelihood on held-out scores f (n,), labels ±1: logistic regression on one
    number. Separable scores would send A to infinity: a ridge of 10⁻³ stops that."""
    return newton(np.column_stack([f, np.ones(len(f))]), (y + 1) / 2, np.array([1e-3, 0.0])).weights


def repeat(s: Setting, r: int) -> Claim:
    rng = np.random.default_rng([s.seed, 2, r])
    (X, y), (H, held), (T, target) = clouds(s.n, s.gap, rng), clouds(s.n, s.gap, rng), clouds(TEST, s.gap, rng)
    K = gram(X, X, s.kernel, s.gamma)
    svm, lr = smo(K, y, s.C, tolerance=1e-8, max_steps=20_000), kernel_logistic(K, y, s.C)
    tight = scores(kernel_logistic(K, y, s.C / 100), y, gram(X, T, s.kernel, s.gamma))
    to_test, to_held = gram(X, T, s.kernel, s.gamma), gram(X, H, s.kernel, s.gamma)
    f = scores(svm, y, to_test)
    slope, offset = platt(scores(svm, y, to_held), held)
    f_of = {"svm": f, "lr": scores(lr, y, to_test), "platt": slope * f + offset, "tight": tight}
    said = {way: sigmoid(value)[0] for way, value in f_of.items()}
    right = {way: float(np.mean(target * value > 0)) for way, value in f_of.items()}
    return Claim(sigmoid(s.gap * T[:, 0])[0], said, right)


def probability(s: Setting) -> Result:
    claims = [repeat(s, r) for r in range(REPEATS)]
    error = {way: np.array([math.sqrt(np.mean((c.said[way] - c.truth) ** 2)) for c in claims]) for way in WAYS}
    eta = np.linspace(0.02, 0.98, 97)
    best = {loss: best_score(loss, eta) for loss in LOSSES}
    v: dict[str, float] = {}
    for way in WAYS:
        v[f"error_{way}"], v[f"spread_{way}"] = float(error[way].mean()), float(error[way].std(ddof=1))
        v[f"accuracy_{way}"] = float(np.mean([c.right[way] for c in claims]))
    v["ratio_svm_lr"] = v["error_svm"] / v["error_lr"]
    v["hinge_at_51"], v["hinge_at_99"] = (float(x) for x in best_score("hinge", np.array([0.51, 0.99])))
    v["logit_at_51"], v["logit_at_99"] = (float(x) for x in best_score("logistic", np.array([0.51, 0.99])))
    views: list[View] = [losses(), minimisers(eta, best, v), said_view(claims[0], v), errors(error, v)]
    return Result(views, v, notes(v), [Check(
        text(zh="最优得分：闭式与网格搜索之差", en="Best score: closed form against a search on a grid"),
        search_error(), 0.011,
    )])  # fmt: skip


def search_error() -> float:
    """Largest difference between `best_score` and the best of 1,001 scores from −5 to 5."""
    eta, grid = np.linspace(0.02, 0.98, 24)[:, None], np.linspace(-5, 5, 1001)
    worst = 0.0
    for name, loss in (("hinge", hinge), ("logistic", logistic), ("squared", squared)):
        expected = eta * loss(grid)[0] + (1 - eta) * loss(-grid)[0]
        worst = max(worst, float(np.abs(grid[expected.argmin(axis=1)] - best_score(name, eta[:, 0])).max()))
    return worst


def losses() -> Lines:
    m = np.linspace(-3, 4, 141)
    series = [
        Series("zero-one", text(zh="0–1 损失", en="zero-one loss"), np.array([-3.0, 0, 0, 4]), np.array([1.0, 1, 0, 0]),
               "muted"),
        Series(KEYS["hinge"], NAMES["hinge"], m, hinge(m)[0]),
        Series(KEYS["logistic"], text(zh="逻辑损失 ÷ ln 2", en="logistic loss ÷ ln 2"), m,
               logistic(m)[0] / math.log(2)),
        Series(KEYS["squared"], text(zh="平方损失 (1 − m)²", en="squared loss (1 − m)²"), m, 2 * squared(m)[0]),
    ]  # fmt: skip
    at = np.array([0.0, 3.0])
    zero, three = logistic(at)[0] / math.log(2)
    return Lines(
        id="losses", series=series, title=text(zh="三种损失都压在 0–1 损失之上", en="Three bounds of the zero-one "
                                                                         "loss"),
        description=text(
            zh=f"hinge 从 m = 1 起恰好为 0；逻辑损失 ÷ ln 2 在 m = 0 处是 {zero:.0f}，m = 3 时还有 {three:.3f}；"
               "平方损失过了 1 又回升。",
            en=f"Hinge is exactly 0 from m = 1 on; logistic ÷ ln 2 is {zero:.0f} at m = 0 and still {three:.3f} at m "
               "= 3; "
            "squared rises again beyond 1."),
        x=Axis(same("m = y f(x)"), range=(-3, 4)), y=Axis(text(zh="损失", en="loss"), range=(0, 5)),
    )  # fmt: skip


def minimisers(eta: Array, best: dict[str, Array], v: dict[str, float]) -> Lines:
    return Lines(
        id="minimisers", series=[Series(KEYS[loss], NAMES[loss], eta, best[loss]) for loss in LOSSES],
        title=text(zh="真实概率是 η 时，最优得分是多少", en="The best score where the true probability is η"),
        description=text(
            zh=f"hinge：0.51 和 0.99 都是 {v['hinge_at_99']:.0f}，概率丢了。逻辑损失：{v['logit_at_51']:.2f} 和 "
            f"{v['logit_at_99']:.2f}，反解得到 η。",
            en=f"Hinge: {v['hinge_at_99']:.0f} for 0.51 and for 0.99, the probability is lost. Logistic: "
            f"{v['logit_at_51']:.2f} and {v['logit_at_99']:.2f}, solvable for η."),
        x=Axis(text(zh="真实概率 η", en="true probability η"), range=(0, 1)),
        y=Axis(text(zh="最优得分 f*", en="best score f*"), range=(-4, 4)),
    )  # fmt: skip


def said_view(claim: Claim, v: dict[str, float]) -> Points:
    some = slice(0, 200)
    series = [Series("theory", text(zh="说的就是真的", en="said = true"), np.array([0.0, 1]), np.array([0.0, 1]),
                     "reference")]  # fmt: skip
    for way, name in WAYS.items():
        x, y = (values[some].astype(np.float32) for values in (claim.truth, claim.said[way]))
        series.append(Series(COLOURS[way], name, x, y, draw="points", sizes=np.full(200, 4.0)))
    return Points(
        id="said", series=series, title=text(zh="说的概率与真实概率", en="Probability said and true"),
        description=text(
            zh=f"六次重复的均方根误差：σ(f) 直接用于 SVM {v['error_svm']:.3f}，逻辑回归 {v['error_lr']:.3f}，"
            f"Platt 校准后 {v['error_platt']:.3f}。图中是第一次。",
            en=f"RMS error over six repeats: SVM as it is {v['error_svm']:.3f}, logistic regression "
            f"{v['error_lr']:.3f}, SVM after Platt {v['error_platt']:.3f}. Drawn: the first."),
        x=Axis(text(zh="真实 P(y=1|x)", en="true P(y=1|x)"), range=(0, 1)),
        y=Axis(text(zh="模型说的", en="said"), range=(0, 1)), equal=True,
    )  # fmt: skip


def errors(error: dict[str, Array], v: dict[str, float]) -> Bars:
    return Bars(
        id="errors", title=text(zh="概率错多少", en="How wrong the probabilities are"),
        description=text(
            zh=f"误差条是六次重复的标准差。准确率却相近：SVM {v['accuracy_svm']:.2%}，逻辑回归 "
               f"{v['accuracy_lr']:.2%}。",
            en="Error bars: standard deviation over six repeats. Accuracy is about the same: SVM "
               f"{v['accuracy_svm']:.2%}, "
            f"logistic regression {v['accuracy_lr']:.2%}."),
        categories=[SHORT[way] for way in error],
        series=[BarSeries("error", text(zh="均方根误差", en="RMS error"), np.array([e.mean() for e in error.values()]),
                          np.array([e.std(ddof=1) for e in error.values()]))],
        x=Axis(text(zh="怎样得到概率", en="where the probability comes from")),
        y=Axis(text(zh="与真实概率之差（均方根）", en="RMS error of the probability")),
    )  # fmt: skip


def notes(v: dict[str, float]) -> list[Text]:
    return [
        text(zh=r"期望损失 $\eta\,\ell(f)+(1-\eta)\,\ell(-f)$ 的最优 $f$：逻辑损失是 $\ln\frac{\eta}{1-\eta}$，能反解出"
             r" $\eta$；hinge 是 $\mathrm{sign}(2\eta-1)$，只剩下正负号。",
             en=r"The $f$ that minimises $\eta\,\ell(f)+(1-\eta)\,\ell(-f)$ is $\ln\frac{\eta}{1-\eta}$ for the "
                r"logistic "
             r"loss, solvable for $\eta$; for the hinge it is $\mathrm{sign}(2\eta-1)$: only the side is left."),
        text(zh=f"σ(f) 直接当概率：SVM 的误差是逻辑回归的 {v['ratio_svm_lr']:.1f} 倍；Platt 校准（在留出数据上对 f "
                "做一维逻辑回归）"
             f"之后是 {v['error_platt']:.3f}。逻辑回归也要看正则：C 缩小 100 倍，误差是 {v['error_tight']:.3f}。",
             en=f"Taken as a probability, σ(f) is {v['ratio_svm_lr']:.1f} times as wrong for the SVM as for logistic "
             f"regression; Platt (logistic regression on f, on held-out data) brings it to {v['error_platt']:.3f}. "
             "Logistic regression "
             f"is no guarantee: with C ÷ 100 its error is {v['error_tight']:.3f}."),
    ]  # fmt: skip
