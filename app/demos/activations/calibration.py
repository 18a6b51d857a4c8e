"""When does an output of 0.9 mean 90 %: a correct model on few data, one number that mends it, and rounding."""

import math

from app.core.bce_numerics import clamped_bce, raw_bce, squared_error
from app.core.calibration import expected_calibration_error, fit_temperature
from app.core.logistic_regression import draw, newton
from app.core.losses import logistic_loss
from app.core.proportional_logistic import mle_constants, truth_given_logit
from app.demos.activations._calibration_numerics import numerics_result
from app.demos.activations._calibration_params import CalibrationParams
from app.demos.activations._calibration_views import fitted_result
from app.kit import Demo, Option, Prediction, Preset, Result, text


def run(params: CalibrationParams) -> Result:
    return fitted_result(params) if params.tab == "calibration" else numerics_result(params)


PRESETS = {
    "overconfident": Preset(
        text(zh="5 个样本一个特征，模型完全正确：说 0.9，只有约七成",
             en="Five examples a feature, the right model: it says 0.9, about 70% happen"),
        {}, {"at_ninety": (0.66, 0.74), "at_ninety_theory": (0.69, 0.7), "slope": (1.4, 1.62),
             "slope_theory": (1.4993, 1.4994), "noise_theory": (4.743, 4.744), "ece_raw": (0.11, 0.15),
             "ece_scaled": (0.005, 0.03), "separated": (0, 0)}),
    "plenty-of-data": Preset(
        text(zh="100 个样本一个特征：0.9 就是 90%", en="A hundred examples a feature: 0.9 means 90%"),
        {"n": 2000, "ratio": 0.01}, {"at_ninety": (0.87, 0.92), "slope": (0.95, 1.07), "ece_raw": (0, 0.03)}),
    "temperature": Preset(
        text(zh="温度缩放：只调一个数，0.9 又约是 90%", en="Temperature scaling: one number, and 0.9 is about 90% "
                                             "again"),
        {"temperature": True}, {"at_ninety": (0.86, 0.94), "ece": (0.005, 0.03), "ece_raw": (0.11, 0.15),
                                "temperature": (2.1, 2.9), "accuracy_change": (0, 0)}),
    "ridge": Preset(
        text(zh="岭惩罚 λ = p/γ²：一开始就差不多校准", en="Ridge with λ = p/γ²: nearly calibrated to begin with"),
        {"ridge": 40}, {"at_ninety": (0.85, 0.96), "ece_raw": (0.005, 0.04), "slope": (0.4, 0.75)}),
    "separable": Preset(
        text(zh="p/n = 0.35：线性可分，最大似然估计不存在", en="p/n = 0.35: separable, no maximum likelihood estimate"),
        {"ratio": 0.35}, {"separated": (1, 1), "edge": (0.325, 0.326), "slope": (2, math.inf)}),
    "saturated": Preset(
        text(zh="float32、z = 20、y = 0：BCELoss(σ) 的梯度是 0",
             en="float32, z = 20, y = 0: BCELoss(σ) has gradient 0"),
        {"tab": "numerics"}, {"clamped_loss": (100, 100), "clamped_gradient": (0, 0), "logits_loss": (19.99, 20.01),
                              "logits_gradient": (0.999, 1), "probability": (1, 1), "rounds_to_one": (16.635, 16.636)}),
    "confidently-wrong": Preset(
        text(zh="z = 5、y = 0：平方误差的梯度小 75 倍",
             en="z = 5, y = 0: squared error's gradient is 75 times smaller"),
        {"tab": "numerics", "z": 5.0},
        {"squared_gradient": (0.0132, 0.01321), "logits_gradient": (0.9933, 0.99331), "ratio": (75.2, 75.22)}),
}  # fmt: skip
PREDICTIONS = (
    Prediction(
        "says-ninety",
        text(zh="数据真的由逻辑回归模型产生，1000 个样本，200 个特征，最大似然拟合。在新样本上，它说 0.9 时，y=1 "
                "的频率约是？",
             en="The data really come from a logistic model; 1,000 examples, 200 features, maximum likelihood. On "
                "fresh examples, where it says 0.9, how often is y=1?"),
        "overconfident", "at_ninety",
        text(zh="log-loss 只在样本远多于参数时才保证校准。p/n=0.2 时系数被放大约 1.5 倍，还带噪声，0.9 只剩约 0.7。",
             en="Log-loss guarantees calibration only with far more examples than weights. At p/n=0.2 the "
                "coefficients are inflated about 1.5 times and noisy; of the 0.9, about 0.7 is left."),
        (Option(text(zh="约 0.9：模型设定正确", en="about 0.9: the model is correct"), 0.85, 0.95,
                text(zh="要设定正确，还要 n ≫ p。", en="A correct model is not enough: n ≫ p is needed, too.")),
         Option(text(zh="约 0.8", en="about 0.8"), 0.75, 0.85,
                text(zh="方向对，但低估了：系数平均放大 1.5 倍。",
                     en="The right direction, but too small: the coefficients are inflated 1.5 times.")),
         Option(text(zh="约 0.7", en="about 0.7"), high=0.75),
         Option(text(zh="高于 0.95：保守", en="above 0.95: it is cautious"), 0.95,
                why=text(zh="最大似然把系数放大，只会更自信。",
                         en="Maximum likelihood inflates: it errs by confidence."))),
    ),
    Prediction(
        "scaling-and-accuracy",
        text(zh="p/n=0.2 的逻辑回归，用留出集拟合的温度 T 缩放后，正确率变化多少？",
             en="Logistic regression at p/n=0.2, scaled by a temperature T fitted on held-out data: how much does "
                "its accuracy change?"),
        "temperature", "accuracy_change",
        text(zh="logit 除以正数，符号不变，判决不变；变的只是概率：ECE 从约 0.13 降到约 0.02。",
             en="A logit divided by a positive number keeps its sign, so no decision changes. Only the "
                "probabilities do: the ECE falls from about 0.13 to about 0.02."),
        (Option(text(zh="变化超过 1 个百分点", en="by more than one point"), 0.01,
                why=text(zh="除以 T 不会让任何 logit 变号。", en="Dividing by T changes no logit's sign.")),
         Option(text(zh="变化不到 1 个百分点，但不是 0", en="by less than one point, but not 0"), 1e-12, 0.01,
                text(zh="恰好是 0：次序和符号都不变。", en="Exactly 0: order and sign are kept.")),
         Option(text(zh="完全不变", en="not at all"), high=1e-12)),
    ),
    Prediction(
        "gradient-at-twenty",
        text(zh="float32，logit z=20，标签 y=0（错得很自信）。BCELoss(σ(z)) 给出的对 z 的梯度是？",
             en="float32, logit z=20, label y=0: surely wrong. What gradient by z does BCELoss(σ(z)) give?"),
        "saturated", "clamped_gradient",
        text(zh="σ(20) 在 float32 里恰好是 1：PyTorch 把对数截断在 −100，于是损失是 100 而不是 20，梯度是 0 而不是 1。",
             en="σ(20) is exactly 1 in float32. PyTorch clamps the logarithm at −100, so the loss is 100, not 20, "
                "and the gradient 0, not 1."),
        (Option(text(zh="约 1", en="about 1"), 0.5, 2,
                text(zh="那是 logits 损失的梯度 σ−y。", en="That is σ−y, what the logits loss gives.")),
         Option(text(zh="约 100", en="about 100"), 2,
                why=text(zh="100 是截断后的损失，不是梯度。", en="100 is the clamped loss, not the gradient.")),
         Option(text(zh="0", en="0"), high=0.5)),
    ),
)  # fmt: skip

demo = Demo(
    __name__, run, CalibrationParams,
    title=text(zh="0.9 就是 90% 吗", en="Does 0.9 mean 90 %?"),
    summary=text(
        zh="反复拟合设定完全正确的逻辑回归，看它说的概率有多准、怎样补救；再看 σ 与损失在有限精度下怎样出错。",
        en="A correctly specified logistic regression, fitted again and again: how true are its probabilities, and "
           "what mends them? Then, what finite precision does to σ and its losses.",
    ),
    presets=PRESETS, predictions=PREDICTIONS,
    references=("guo2017", "sur2019", "candes2020", "platt1999", "pytorch2025"),
    code=(newton, draw, expected_calibration_error, fit_temperature, mle_constants, truth_given_logit, logistic_loss,
          clamped_bce, raw_bce, squared_error),
    budget_s=2.0,
)  # fmt: skip
