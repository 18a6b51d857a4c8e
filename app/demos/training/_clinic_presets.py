"""Presets of the training clinic: every patient by its symptom, some treatments, and the batch-size tab."""

from typing import Any

from app.kit import Preset, Text, text


def _patient(number: int, title: Text, **expect: tuple[float, float]) -> tuple[str, Preset]:
    values: dict[str, Any] = {} if number == 1 else {"patient": str(number)}
    return f"patient-{number}", Preset(title, values, expect)


def _treated(number: int, cure: str, title: Text, **expect: tuple[float, float]) -> Preset:
    values = {"cure": cure} if number == 1 else {"patient": str(number), "cure": cure}
    return Preset(title, values, expect)


AT_CHANCE = {"initial_loss": (0.99, 1.01), "val_accuracy": (0.15, 0.27)}
PRESETS = dict([
    _patient(1, text(zh="病人 1：loss 停在 ln 5 不动", en="Patient 1: the loss never leaves ln 5"),
             signal=(1e-6, 1e-3), gradient=(1e-7, 1e-3), gradient_ratio=(0.3, 3), **AT_CHANCE),
    _patient(2, text(zh="病人 2：验证正确率先升后降", en="Patient 2: validation accuracy rises, then falls"),
             best=(0.65, 0.85), fall=(0.05, 0.3), train_accuracy=(0.85, 1)),
    _patient(3, text(zh="病人 3：几步之内变成 NaN", en="Patient 3: NaN within a few updates"),
             initial_loss=(0.95, 1.05), val_accuracy=(0, 0)),
    _patient(4, text(zh="病人 4：训练和验证都卡在七成上下", en="Patient 4: training and validation both stall"),
             train_accuracy=(0.55, 0.85), gap=(-0.05, 0.1), update_ratio=(1e-3, 1)),
    _patient(5, text(zh="病人 5：loss 也停在 ln 5", en="Patient 5: the loss sits at ln 5 as well"),
             gradient_ratio=(1e-4, 0.05), signal=(0.3, 0.8), **AT_CHANCE),
    _patient(6, text(zh="病人 6：训练全对，验证不到一半",
                     en="Patient 6: perfect in training, half wrong in validation"),
             train_accuracy=(0.98, 1), val_accuracy=(0.25, 0.65), parity=(0.2, 0.8)),
    _patient(7, text(zh="病人 7：也是 NaN", en="Patient 7: NaN as well"),
             initial_loss=(5, 60), input_size=(100, 500), val_accuracy=(0, 0)),
    _patient(8, text(zh="病人 8：训练全对，验证差几个百分点",
                     en="Patient 8: perfect in training, a few points less in validation"),
             train_accuracy=(0.98, 1), gap=(0, 0.08), fall=(0, 0.03)),
    _patient(9, text(zh="病人 9：loss 又停在 ln 5", en="Patient 9: ln 5 once more"),
             gradient=(0, 0), signal=(0, 0), **AT_CHANCE),
    _patient(10, text(zh="病人 10：训练全对，验证差一大截",
                      en="Patient 10: perfect in training, well below in validation"),
             train_accuracy=(0.98, 1), gap=(0.11, 0.4), parity=(0, 0)),
    _patient(11, text(zh="病人 11：loss 起点很高，降得很慢", en="Patient 11: the loss starts high and creeps"),
             initial_loss=(4, 20), flat_outputs=(0.55, 0.9), val_accuracy=(0.15, 0.85)),
    _patient(12, text(zh="病人 12：训练在学，验证等于瞎猜", en="Patient 12: training learns, validation guesses"),
             train_accuracy=(0.6, 1), val_accuracy=(0.12, 0.28)),
    _patient(13, text(zh="病人 13：batch 的 loss 像锯齿", en="Patient 13: the batch loss is a saw"),
             batch_entropy=(0, 0.05), val_accuracy=(0.2, 0.9)),
    _patient(14, text(zh="病人 14：loss 几乎是一条缓缓下降的直线", en="Patient 14: the loss is almost a straight line"),
             update_ratio=(1e-7, 5e-5), train_accuracy=(0.2, 0.6)),
])  # fmt: skip
PRESETS |= {
    "init-on-1": _treated(1, "init", text(zh="病人 1 换 He 初始化：治好了",
                                          en="Patient 1 with He initialisation: cured"),
                          cured=(1, 1), treated_val_accuracy=(0.9, 1)),
    "adam-on-9": _treated(9, "adam", text(zh="病人 9 换成 Adam：没有用", en="Patient 9 with Adam: no use"),
                          cured=(0, 0), treated_val_accuracy=(0.15, 0.25)),
    "dropout-on-4": _treated(4, "dropout", text(zh="病人 4 加 dropout：没有用", en="Patient 4 with dropout: no use"),
                             cured=(0, 0), treated_train_accuracy=(0.3, 0.8)),
    "batch-norm-on-13": _treated(13, "batch-norm", text(zh="病人 13 加批归一化：更糟",
                                                        en="Patient 13 with batch norm: worse"),
                                 cured=(0, 0), treated_val_accuracy=(0.1, 0.35)),
    "early-stopping-on-2": _treated(2, "early-stopping", text(zh="病人 2 早停：好转，没有治好",
                                                              en="Patient 2 stopped early: better, not cured"),
                                    cured=(0, 0), treated_val_accuracy=(0.65, 0.87)),
    "labels-on-2": _treated(2, "check-labels", text(zh="病人 2 改正标签：治好了",
                                                    en="Patient 2 with the labels put right: cured"),
                            cured=(1, 1), treated_val_accuracy=(0.88, 1)),
    "large-batch": Preset(
        text(zh="batch 512：轮数相同就差，更新次数相同就不差",
             en="Batch 512: worse at equal epochs, not at equal updates"),
        {"tab": "batch"},
        {"small_val": (0.9, 1), "large_val": (0.3, 0.75), "scaled_val": (0.85, 1), "equal_val": (0.9, 1),
         "large_train_loss": (0.9, 1.6), "noise_ratio": (3.8, 4.2)},
    ),
}  # fmt: skip
