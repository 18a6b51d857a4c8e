"""Pictures and sentences of tab one: reliability, 0.9 against p/n, the coefficients, the calibration error."""

import math
from collections.abc import Sequence

import numpy as np

from app.core.activations import Array
from app.demos.activations._calibration_fits import Fitted, Theory, fit_once, fits, ninety_curve, theory
from app.demos.activations._calibration_params import CalibrationParams
from app.kit import Axis, Bars, BarSeries, Check, Lines, Mark, Points, Region, Result, Series, Text, same, text


def mean_sd(values: Sequence[float]) -> tuple[float, float]:
    """Mean and standard deviation over the fits, without those that have none."""
    known = np.array([v for v in values if not math.isnan(v)])
    return (float(known.mean()), float(known.std(ddof=1))) if len(known) > 1 else (math.nan, math.nan)


def fitted_result(params: CalibrationParams) -> Result:
    """Everything tab one shows."""
    runs = [fit_once(params, number) for number in range(fits(params))]
    kappa, now = params.p / params.n, int(params.temperature)
    expected = theory(kappa, params.strength)
    kappas, chances, edge = ninety_curve(params.strength)
    ninety, ninety_sd = mean_sd([run.ninety[now] for run in runs])
    (raw, raw_sd), (scaled, scaled_sd) = (mean_sd([run.ece[i] for run in runs]) for i in (0, 1))
    slope, slope_sd = mean_sd([run.slope for run in runs])
    s = {
        "at_ninety": ninety, "at_ninety_sd": ninety_sd, "at_ninety_theory": expected.ninety,
        "ece": (raw, scaled)[now], "ece_raw": raw, "ece_raw_sd": raw_sd, "ece_scaled": scaled,
        "ece_scaled_sd": scaled_sd, "ece_theory": expected.ece, "ece_scaled_theory": expected.ece_scaled,
        "temperature": mean_sd([run.temperature for run in runs])[0], "temperature_theory": expected.temperature,
        "slope": slope, "slope_sd": slope_sd, "slope_theory": expected.constants.alpha,
        "noise": mean_sd([run.noise for run in runs])[0], "noise_theory": expected.constants.sigma,
        "accuracy": mean_sd([run.accuracy[0] for run in runs])[0],
        "accuracy_change": max((abs(run.accuracy[1] - run.accuracy[0]) for run in runs), default=0.0),
        "separated": float(np.mean([run.separated for run in runs])), "edge": edge, "features": params.p,
        "fits": len(runs),
    }  # fmt: skip
    comparable = params.ridge == 0 and not s["separated"] and not math.isnan(slope * s["slope_theory"])
    root = math.sqrt(len(runs))
    checks = []
    if not s["separated"]:
        checks.append(Check(text(zh="解处的梯度（除以 n）", en="gradient at the solution, over n"),
                            max(run.gradient for run in runs), 1e-8))  # fmt: skip
    if comparable:
        checks.append(Check(
            text(zh="系数放大倍数 vs Sur–Candès 理论", en="inflation of the coefficients, against Sur–Candès theory"),
            abs(slope - s["slope_theory"]), 4 * slope_sd / root + 0.03 * s["slope_theory"],
        ))  # fmt: skip
        if not now:
            checks.append(Check(
                text(zh="说 0.9 时的真实频率 vs 理论", en="truth when it says 0.9, against theory"),
                abs(ninety - s["at_ninety_theory"]), 4 * ninety_sd / root + 0.01,
            ))  # fmt: skip
    views = [
        reliability_view(params, runs, expected if params.ridge == 0 and not now else None, s),
        ninety_view(params, runs, kappas, chances, s),
        coefficient_view(runs[0], s),
        error_view(params, s),
    ]
    return Result(views, s, notes(params, s), checks)


def pooled(runs: Sequence[Fitted], now: int) -> tuple[Array, Array]:
    """Mean prediction and observed frequency by bin, all fits together; bins nobody is in are left out."""
    share, predicted, observed = (
        np.array([getattr(run.tables[now], name) for run in runs]) for name in ("share", "predicted", "observed")
    )
    mass = share.sum(axis=0)
    full = mass > 1e-4
    means = [np.nansum(share * np.nan_to_num(values), axis=0)[full] / mass[full] for values in (predicted, observed)]
    return means[0], means[1]


def said(s: dict[str, float]) -> Text:
    """What is true where the model says 0.9."""
    if math.isnan(s["at_ninety"]):
        return text(zh="这个模型几乎从不说 0.9", en="This model hardly ever says 0.9")
    if s["separated"]:
        return text(
            zh="模型几乎只说 0 或 1，远没有那么准",
            en="The model says little but 0 and 1, and is far from right so often",
        )
    return text(
        zh=f"模型说 0.9 左右时，y=1 的频率是 {s['at_ninety']:.2f}（各次拟合的标准差 {s['at_ninety_sd']:.2f}）",
        en=f"Where the model says about 0.9, y=1 in {s['at_ninety']:.2f} (standard deviation over fits "
        f"{s['at_ninety_sd']:.2f})",
    )


def reliability_view(
    params: CalibrationParams, runs: Sequence[Fitted], expected: Theory | None, s: dict[str, float]
) -> Lines:
    now = int(params.temperature)
    x, y = pooled(runs, now)
    series = [Series("theory", text(zh="完全校准", en="perfectly calibrated"), np.array([0.0, 1.0]),
                     np.array([0.0, 1.0]), "reference")]  # fmt: skip
    gap = np.array([np.nan])
    tables = [run.tables[now] for run in runs[:8]]
    single = [np.concatenate([np.append(column, gap) for column in columns])
              for columns in ([t.predicted for t in tables], [t.observed for t in tables])]  # fmt: skip
    series.append(Series("fit", text(zh="单次拟合", en="single fits"), single[0], single[1], "muted"))
    series.append(Series("current", text(zh=f"{len(runs)} 次合计", en=f"{len(runs)} fits together"), x, y, draw="both"))
    if expected is not None and not math.isnan(expected.ninety):
        name = text(zh="理论（Sur–Candès）", en="theory (Sur–Candès)")
        series.append(Series("theory", name, expected.curve[0], expected.curve[1], "reference"))
    return Lines(
        id="reliability", title=text(zh="可靠性图：说多少，真有多少", en="Reliability: what it says, what happens"),
        description=text(zh=f"{said(s).zh}；ECE 为 {s['ece']:.3f}。", en=f"{said(s).en}; ECE {s['ece']:.3f}."),
        series=series, equal=True,
        x=Axis(text(zh="预测概率", en="Predicted probability"), range=(0, 1)),
        y=Axis(text(zh="y=1 的频率", en="Observed frequency of y=1"), range=(0, 1)),
    )  # fmt: skip


def ninety_view(
    params: CalibrationParams, runs: Sequence[Fitted], kappas: Array, chances: Array, s: dict[str, float]
) -> Lines:
    now, here, edge = int(params.temperature), params.p / params.n, s["edge"]
    single = np.array([run.ninety[now] for run in runs])
    return Lines(
        id="ninety", title=text(zh="说 0.9 时的真实频率，随 p/n 变化", en="The truth behind 0.9, as p/n grows"),
        description=text(
            zh=f"γ²={params.strength:g} 时，p/n 从 0 到 {edge:.3f}，真实频率从 0.90 降到 {chances[-1]:.2f}；再往右，"
               f"最大似然估计不存在。这次 p/n={here:.2f}。",
            en=f"With γ²={params.strength:g} the truth falls from 0.90 to {chances[-1]:.2f} as p/n goes from 0 to "
               f"{edge:.3f}; beyond that no maximum likelihood estimate exists. This run: p/n={here:.2f}."),
        series=[
            Series("theory", text(zh="理论：最大似然", en="theory: maximum likelihood"), kappas, chances, "reference"),
            Series("fit", text(zh="单次拟合", en="single fits"), np.full(len(runs), here), single, "muted", "points"),
            Series("current", text(zh="平均", en="mean"), [here], [s["at_ninety"]], "highlight", "points"),
        ],
        x=Axis(text(zh="特征数 / 样本数 p/n", en="Features per example p/n"), range=(0, 0.5)),
        y=Axis(text(zh="y=1 的频率", en="Observed frequency of y=1"), range=(0.4, 1)),
        marks=[Mark(0.9, text(zh="模型说的", en="what it says"))],
        regions=[Region(edge, 0.5, text(zh="线性可分：无最大似然估计", en="separable: no estimate"), key="dead")],
    )  # fmt: skip


def coefficient_view(run: Fitted, s: dict[str, float]) -> Points:
    shown = slice(0, 250)
    reach = np.array([-1.0, 1.0]) * float(np.abs(run.truth).max())
    series = [
        Series("fit", text(zh="第一次拟合的系数", en="coefficients of the first fit"),
               run.truth[shown], run.weights[shown], draw="points"),
        Series("current", text(zh="这次拟合的斜率", en="slope of this fit"), reach, run.slope * reach),
        Series("reference", text(zh="无偏：斜率 1", en="unbiased: slope 1"), reach, reach, "reference"),
    ]  # fmt: skip
    if s["separated"]:
        seen = text(zh="可分：系数没有极限，图中是牛顿法刚把两类分开时的值。",
                    en="Separable: the coefficients have no limit. Shown is the Newton step that first split the "
                       "classes.")  # fmt: skip
    else:
        seen = text(
            zh=f"估计值平均是真实值的 {s['slope']:.2f} 倍（标准差 {s['slope_sd']:.2f}）；最大似然的理论值 "
               f"{s['slope_theory']:.3f}。",
            en=f"On average the estimate is {s['slope']:.2f} times the truth (standard deviation "
               f"{s['slope_sd']:.2f}); theory for maximum likelihood {s['slope_theory']:.3f}.",
        )  # fmt: skip
    return Points(
        id="coefficients", title=text(zh="估计的系数与真实的系数", en="Fitted coefficients against the true ones"),
        description=seen,
        series=series, x=Axis(text(zh="真实 β_j", en="True β_j")), y=Axis(text(zh="估计 β̂_j", en="Fitted β̂_j")),
    )  # fmt: skip


def error_view(params: CalibrationParams, s: dict[str, float]) -> Bars:
    bars = [
        BarSeries("current", text(zh="实测（误差条：标准差）", en="measured (bars: standard deviation)"),
                  np.array([s["ece_raw"], s["ece_scaled"]]), np.array([s["ece_raw_sd"], s["ece_scaled_sd"]])),
    ]  # fmt: skip
    if params.ridge == 0 and not math.isnan(s["ece_theory"]):
        expected = np.array([s["ece_theory"], s["ece_scaled_theory"]])
        bars.append(BarSeries("theory", text(zh="理论", en="theory"), expected, role="reference"))
    return Bars(
        id="ece", title=text(zh="期望校准误差（ECE）：只调一个数", en="Expected calibration error: one number helps"),
        description=text(
            zh=f"缩放前 {s['ece_raw']:.3f}，用留出集拟合一个 T，缩放后 {s['ece_scaled']:.3f}；正确率不变。",
            en=f"{s['ece_raw']:.3f} before; {s['ece_scaled']:.3f} after scaling with one T, fitted on held-out "
               "examples. Accuracy stays."),
        categories=[text(zh="原样", en="as fitted"), text(zh="温度缩放后", en="temperature-scaled")], series=bars,
        x=Axis(text(zh="预测概率", en="Predicted probabilities")), y=Axis(same("ECE"), range=(0, 0.5)),
    )  # fmt: skip


def notes(params: CalibrationParams, s: dict[str, float]) -> list[Text]:
    n, p = params.n, params.p
    if s["separated"]:
        share = f"{s['separated']:.0%}"
        return [
            text(zh=f"{share} 的训练集线性可分：有一个平面把两类完全分开，似然没有最大值，系数会无限增大。"
                    "图中是牛顿法刚把它们分开时的系数。",
                 en=f"{share} of the training sets are linearly separable: a plane splits the classes, the "
                    "likelihood has no maximum, the coefficients would grow for ever. Shown: the Newton step that "
                    "first split them."),
            text(zh=f"γ²={params.strength:g} 时，样本很多的极限下，这从 p/n={s['edge']:.3f} 开始。加一点岭惩罚，"
                    "解就存在了。",
                 en=f"With γ²={params.strength:g} and many examples this begins at p/n={s['edge']:.3f}. Any ridge "
                    "brings a solution back."),
        ]  # fmt: skip
    out = [text(
        zh=f"模型设定完全正确，n={n}，p={p}，{s['fits']:.0f} 个训练集。{said(s).zh}。",
        en=f"The model is exactly right; n={n}, p={p}, {s['fits']:.0f} training sets. {said(s).en}.",
    )]  # fmt: skip
    if params.ridge:
        best = p / params.strength
        out.append(text(
            zh=f"岭惩罚 λ={params.ridge} 把系数缩小到真实值的 {s['slope']:.2f} 倍；与先验 N(0, γ²/p) 对应的 λ 是 "
               f"p/γ²={best:.0f}。",
            en=f"Ridge λ={params.ridge} brings the coefficients to {s['slope']:.2f} times the truth; the prior N(0, "
               f"γ²/p) corresponds to λ = p/γ² = {best:.0f}.",
        ))  # fmt: skip
    elif not math.isnan(s["slope_theory"]):
        out.append(text(
            zh=f"最大似然把系数平均放大 {s['slope']:.2f} 倍（理论 α*={s['slope_theory']:.3f}），再加噪声，"
               "于是过分自信。",
            en=f"Maximum likelihood inflates the coefficients {s['slope']:.2f} times on average (theory: "
               f"α*={s['slope_theory']:.3f}) and adds noise: over-confidence.",
        ))  # fmt: skip
    out.append(text(
        zh=f"温度缩放只拟合一个数 T={s['temperature']:.2f}：ECE 从 {s['ece_raw']:.3f} 到 {s['ece_scaled']:.3f}；"
           f"它不改变次序，正确率仍是 {s['accuracy']:.1%}。",
        en=f"Temperature scaling fits one number, T={s['temperature']:.2f}: ECE goes from {s['ece_raw']:.3f} to "
           f"{s['ece_scaled']:.3f}. The order stays, and so does the accuracy of {s['accuracy']:.1%}.",
    ))  # fmt: skip
    return out
