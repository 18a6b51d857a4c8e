"""The knobs of "Does 0.9 mean 90 %?"."""

from typing import Literal

from pydantic import model_validator

from app.kit import Params, knob, limit, seed, text

FITTED = {"tab": ("calibration",)}
ROUNDED = {"tab": ("numerics",)}
MOST_WORK = 4000 * 800**2


class CalibrationParams(Params):
    tab: Literal["calibration", "numerics"] = knob(
        "calibration", zh="看什么", en="Look at",
        options={"calibration": text(zh="校准：0.9 有多准", en="calibration: how right is 0.9"),
                 "numerics": text(zh="数值：损失与梯度", en="numerics: loss and gradient")},
    )  # fmt: skip
    n: int = knob(1000, ge=200, le=4000, step=100, zh="样本数 n", en="Examples n", when=FITTED)
    ratio: float = knob(0.2, ge=0.01, le=0.35, step=0.01, zh="特征数 / 样本数 p/n", en="Features per example p/n",
                        when=FITTED)  # fmt: skip
    strength: float = knob(
        5.0, ge=1, le=10, step=0.5, zh="信号强度 γ²", en="Signal strength γ²", when=FITTED,
        help=text(zh="真实对数几率的方差", en="the variance of the true log-odds"),
    )  # fmt: skip
    ridge: int = knob(0, ge=0, le=50, zh="岭惩罚 λ", en="Ridge λ", when=FITTED,
                      help=text(zh="损失加 λ‖w‖²/2", en="adds λ‖w‖²/2 to the loss"))  # fmt: skip
    temperature: bool = knob(
        False, zh="温度缩放（留出集上拟合 T）", en="Temperature scaling (T fitted on held-out data)", when=FITTED
    )
    z: float = knob(20.0, ge=-200, le=200, step=0.5, zh="logit z", en="Logit z", when=ROUNDED)
    label: Literal["0", "1"] = knob("0", zh="真实标签 y", en="True label y", when=ROUNDED)
    precision: Literal["float32", "float64"] = knob("float32", zh="精度", en="Precision", when=ROUNDED)
    seed: int = seed()

    @property
    def p(self) -> int:
        """Features: the nearest whole number to ratio · n."""
        return max(2, round(self.ratio * self.n))

    @model_validator(mode="after")
    def _cost(self) -> "CalibrationParams":
        if self.n * self.p**2 > MOST_WORK:
            raise limit(
                zh="n × p² 太大：请减小样本数或 p/n", en="n × p² is too large: take fewer examples or a smaller p/n"
            )
        return self
