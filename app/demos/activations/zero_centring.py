"""Zero-centring and the condition number: what the mean of an activation costs the layer after it."""

from collections.abc import Mapping
from typing import Literal

import numpy as np

from app.core.activation_stats import gaussian_moments, gaussian_quadrature
from app.core.activations import Activation, Array, gelu, relu, sigmoid, tanh
from app.core.conditioning import (
    descent_path,
    predicted_condition,
    predicted_spectrum,
    same_sign_share,
    sample_path,
    second_moment,
    steps_to,
)
from app.demos.activations._centring_views import (
    NAMES,
    Row,
    notes,
    path_view,
    spectrum_view,
    steps_view,
    summary,
)
from app.kit import Check, Demo, Option, Params, Prediction, Preset, Result, knob, seed, text

SAMPLES, TARGETS = 20_000, 20
WIDTHS = np.array([2, 3, 5, 8, 13, 20, 32, 50, 80, 130, 200, 300, 400])


def shifted(z: Array) -> tuple[Array, Array]:
    """σ(z) - ½."""
    value, slope = sigmoid(z)
    return value - 0.5, slope


PHI: Mapping[str, Activation] = {"sigmoid": sigmoid, "shifted": shifted, "tanh": tanh, "relu": relu, "gelu": gelu}


class ZeroCentringParams(Params):
    activation: Literal["sigmoid", "shifted", "tanh", "relu", "gelu"] = knob(
        "sigmoid", zh="激活函数", en="Activation", options=NAMES
    )
    n: int = knob(100, ge=2, le=400, zh="输入个数 n", en="Inputs n")
    std: float = knob(1.0, ge=0.1, le=4, step=0.1, zh="预激活的标准差", en="Standard deviation before the activation")
    centre: bool = knob(False, zh="减去均值", en="Subtract the mean")
    rate: float = knob(1.0, ge=0.5, le=1.9, step=0.1, zh="步长 × λ_max", en="Step size × λ_max")
    tolerance: float = knob(
        1e-3, ge=1e-6, le=0.1, log=True, zh="降到开始的多少", en="Until this share of the start is left"
    )
    seed: int = seed()


def run(params: ZeroCentringParams) -> Result:
    rng = np.random.default_rng(params.seed)
    nodes = gaussian_quadrature(params.std)
    moments = {}
    for name, phi in PHI.items():
        m = gaussian_moments(phi, *nodes)
        moments[name] = (0.0 if params.centre else m.mean, m.second_moment - m.mean**2)
    z = params.std * rng.standard_normal((SAMPLES, params.n))
    energies = rng.standard_normal((TARGETS, params.n)) ** 2

    rows: dict[str, Row] = {}
    spectra: dict[str, Array] = {}
    first_two: Array = np.zeros((SAMPLES, 2))
    for name, phi in PHI.items():
        h = phi(z)[0]
        if params.centre:
            h = h - h.mean(axis=0)
        if name == params.activation:
            first_two = h[:, :2].copy()
        spectra[name] = np.maximum(np.linalg.eigvalsh(second_moment(h)), 1e-300)
        mean, variance = moments[name]
        rows[name] = Row(
            mean, variance, predicted_condition(mean, variance, params.n),
            float(wanted(mean, variance, params.n, params)),
            float(spectra[name][-1] / spectra[name][0]), typical(spectra[name], energies, params),
        )  # fmt: skip
    row, spectrum = rows[params.activation], spectra[params.activation]
    predicted = predicted_spectrum(row.mean, row.variance, params.n)
    s = {
        "steps": row.steps_measured, "steps_theory": row.steps, "kappa": row.kappa_measured, "kappa_theory": row.kappa,
        "mean": row.mean, "variance": row.variance, "largest": float(spectrum[-1]), "rest": float(spectrum[:-1].mean()),
        "same_sign": same_sign_share(first_two), "rate": params.rate,
        "identity_gap": identity_gap(), **{f"steps_{name}": r.steps_measured for name, r in rows.items()},
        **{f"kappa_{name}": r.kappa for name, r in rows.items()},
    }  # fmt: skip
    theory = {name: np.array([wanted(*moments[name], int(n), params) for n in WIDTHS], dtype=float) for name in PHI}
    here: dict[str, tuple[Array, Array]] = {params.activation: (np.array([float(params.n)]), np.array([s["steps"]]))}
    slack = 5 / np.sqrt(SAMPLES)
    checks = [
        Check(text(zh="最大特征值，与 s² + n m²（相对）", en="Largest eigenvalue, against s² + n m² (relative)"),
              abs(s["largest"] / float(predicted[-1]) - 1), slack + 2.5 * float(np.sqrt(params.n / SAMPLES))),
        Check(text(zh="其余特征值的平均，与 s²（相对）", en="Mean of the others, against s² (relative)"),
              abs(s["rest"] / float(predicted[0]) - 1), slack + 2 / params.n),
        Check(text(zh="tanh(x) 与 2σ(2x) − 1", en="tanh(x) against 2σ(2x) − 1"), s["identity_gap"], 1e-15),
    ]  # fmt: skip
    views = [
        steps_view(WIDTHS, theory, here, params.activation, params.n, s),
        path_view(first_two, params.rate, params.activation, s["same_sign"]),
        spectrum_view(spectrum, predicted, s),
        summary(rows, params.n, params.centre),
    ]
    return Result(views, s, notes(params.activation, params.n, params.centre, rows, s), checks)


def wanted(mean: float, variance: float, n: int, params: ZeroCentringParams) -> int:
    """Steps by theory, for a target with the same energy in every direction."""
    return steps_to(predicted_spectrum(mean, variance, n), np.ones(n), params.tolerance, params.rate)


def typical(spectrum: Array, energies: Array, params: ZeroCentringParams) -> float:
    """Median over random targets, on the spectrum of a sample."""
    return float(np.median([steps_to(spectrum, e, params.tolerance, params.rate) for e in energies]))


def identity_gap() -> float:
    """The largest |tanh(x) - (2σ(2x) - 1)| on [-10, 10]."""
    x = np.linspace(-10, 10, 2001)
    return float(np.abs(np.tanh(x) - (2 / (1 + np.exp(-2 * x)) - 1)).max())


demo = Demo(
    __name__, run, ZeroCentringParams,
    title=text(zh="零均值与条件数", en="Zero-centring and the condition number"),
    summary=text(
        zh="sigmoid、tanh、ReLU 的输出喂给下一层：均值不为 0，条件数就是 1 + n m²/s²，梯度下降跟着变慢。",
        en="Feed a layer sigmoid, tanh or ReLU outputs: their mean makes the condition number 1 + n m²/s².",
    ),
    presets={
        "sigmoid": Preset(
            text(zh="sigmoid：一百个输入，上千步", en="Sigmoid: a hundred inputs, more than a thousand steps"),
            {},
            {"kappa_theory": (577.31, 577.32), "steps": (900, 2500), "steps_theory": (1400, 1480), "same_sign": (1, 1)},
        ),
        "tanh": Preset(
            text(zh="tanh：均值为 0，两步", en="Tanh: mean 0, two steps"),
            {"activation": "tanh"}, {"kappa_theory": (0.9999, 1.0001), "steps": (1, 4), "same_sign": (0.45, 0.55)},
        ),
        "relu": Preset(
            text(zh="ReLU：均值也不为 0，一百多步", en="ReLU: not centred either, over a hundred steps"),
            {"activation": "relu"}, {"kappa_theory": (47.69, 47.70), "steps": (130, 190), "same_sign": (1, 1)},
        ),
        "centred": Preset(
            text(zh="sigmoid 减去均值：也只要两步", en="Sigmoid with its mean taken out: two steps as well"),
            {"centre": True}, {"kappa_theory": (1, 1), "steps": (1, 4)},
        ),
        "wide": Preset(
            text(zh="预激活很大的 sigmoid：条件数小了，却饱和了",
                 en="Large pre-activations: better conditioned, but saturated"),
            {"std": 4.0}, {"kappa_theory": (140, 200), "variance": (0.13, 0.19)},
        ),
        "few": Preset(
            text(zh="只有 2 个输入：κ 已经是 12.5", en="Only two inputs: κ is 12.5 already"),
            {"n": 2}, {"kappa_theory": (12.52, 12.53), "steps": (5, 60)},
        ),
    },
    predictions=(
        Prediction(
            "sigmoid-steps",
            text(zh="下一层有 100 个输入，tanh 输出时梯度下降 2 步就把损失降到千分之一。换成 sigmoid 输出，要多少步？",
                 en="A layer with 100 inputs needs 2 steps to cut its loss to a thousandth when they are tanh outputs. "
                 "How many with sigmoid outputs?"),
            "sigmoid", "steps",
            text(zh="$m=0.5$，$s^2=0.0434$，$\\kappa=1+100\\times0.25/0.0434=577$；步数约为 $\\kappa/2$ 乘一个对数。",
                 en="$m=0.5$ and $s^2=0.0434$ give $\\kappa=1+100\\times0.25/0.0434=577$; the steps are about "
                 "$\\kappa/2$ times a logarithm."),
            (
                Option(text(zh="4 步：sigmoid 的值域是 tanh 的一半", en="4: half the range, twice the steps"), high=10,
                       why=text(zh="尺度可以被步长吸收；均值不能。",
                                en="Scale is absorbed by the step size; the mean is not.")),
                Option(text(zh="一千步以上", en="more than nine hundred"), low=900),
                Option(text(zh="几十步", en="a few dozen"), 10, 900, text(
                    zh="κ 随 n 线性增长，一百个输入就是 577。", en="κ grows linearly in n: 577 for a hundred inputs.")),
            ),
        ),
        Prediction(
            "sigmoid-centred",
            text(zh="把 sigmoid 的输出减去均值，再喂给下一层。要多少步？",
                 en="Subtract the mean from the sigmoid outputs before the next layer. How many steps now?"),
            "centred", "steps",
            text(zh="$C=s^2I$，$\\kappa=1$。函数没变，只去掉了均值：病因是均值，不是指数，也不是值域。",
                 en="$C=s^2I$ and $\\kappa=1$. Same function, no mean: the mean was the trouble, not the exponential "
                 "or the range."),
            (
                Option(text(zh="还是一千多步", en="still over a thousand"), low=900, why=text(
                    zh="若病因是饱和或指数才会这样。", en="It would be, were saturation or the exp to blame.")),
                Option(text(zh="几百步", en="some hundreds"), 20, 900, text(
                    zh="均值是唯一使特征值不等的东西。", en="The mean is all that made the eigenvalues differ.")),
                Option(text(zh="两三步", en="two or three"), high=20),
            ),
        ),
        Prediction(
            "relu-kappa",
            text(zh="ReLU 没有上界，负侧为 0。同样 100 个输入，它的条件数更接近谁？",
                 en="ReLU is unbounded and 0 on the left. With the same 100 inputs, whose condition number is near?"),
            "relu", "kappa_theory",
            text(zh="$m^2/s^2=1/(\\pi-1)=0.467$，$\\kappa=1+100/(\\pi-1)=47.7$：比 sigmoid 好十倍，仍不是 1。",
                 en="$m^2/s^2=1/(\\pi-1)=0.467$ and $\\kappa=1+100/(\\pi-1)=47.7$: ten times better than the "
                 "sigmoid's, and still not 1."),
            (
                Option(text(zh="tanh：1 左右", en="tanh: about 1"), high=5, why=text(
                    zh="ReLU 输出非负，均值 0.4。", en="ReLU outputs are not negative: their mean is 0.4.")),
                Option(text(zh="介于两者之间：几十", en="in between: some dozens"), 5, 300),
                Option(text(zh="sigmoid：五六百", en="sigmoid: five or six hundred"), low=300, why=text(
                    zh="它的方差大得多，均值方差比小。", en="Its variance is far larger, so m²/s² is smaller.")),
            ),
        ),
    ),
    references=("lecun1998", "glorot2010"),
    code=(gaussian_quadrature, gaussian_moments, predicted_spectrum, predicted_condition, second_moment, steps_to,
          descent_path, sample_path),
    budget_s=2.0,
)  # fmt: skip
