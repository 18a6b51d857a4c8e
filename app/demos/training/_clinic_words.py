"""Words of the training clinic: diseases, treatments and instruments in both languages, and how a number is shown."""

import math

from app.kit import Text, text

PATIENTS = (
    "tiny-init", "noisy-labels", "lr-too-high", "too-small", "vanishing", "pipeline-mismatch", "unscaled-inputs",
    "healthy", "zero-init", "too-little-data", "saturated-outputs", "shuffled-labels", "unshuffled", "lr-too-low",
)  # fmt: skip
"""Patient n has the n-th; the order gives nothing away."""

DISEASE: dict[str, Text] = {
    "healthy": text(zh="没有病", en="nothing is wrong"),
    "lr-too-low": text(zh="学习率太小", en="learning rate too low"),
    "lr-too-high": text(zh="学习率太大", en="learning rate too high"),
    "zero-init": text(zh="权重全部初始化为 0", en="all weights start at 0"),
    "tiny-init": text(zh="初始权重太小", en="initial weights too small"),
    "vanishing": text(zh="深层 sigmoid，梯度消失", en="vanishing gradient in a deep sigmoid net"),
    "unscaled-inputs": text(zh="输入没有标准化", en="inputs not standardised"),
    "saturated-outputs": text(zh="输出 sigmoid 饱和，又用平方误差", en="saturated sigmoid outputs with squared error"),
    "too-small": text(zh="网络太小（欠拟合）", en="network too small (underfitting)"),
    "unshuffled": text(zh="样本按类别排序，没有打乱", en="rows sorted by class, not shuffled"),
    "pipeline-mismatch": text(zh="评估时漏了标准化", en="evaluation skips the standardisation"),
    "shuffled-labels": text(zh="标签与样本错位", en="labels do not belong to their rows"),
    "noisy-labels": text(zh="四成标签是乱标的", en="two labels in five drawn at random"),
    "too-little-data": text(zh="数据太少（过拟合）", en="too little data (overfitting)"),
}

BECAUSE: dict[str, Text] = {
    "healthy": text(zh="没有一项读数异常；训练略好于验证是正常的。",
                    en="No reading is off; training a little above validation is normal."),
    "lr-too-low": text(zh="梯度正常，但一步只移动权重的百万分之几。",
                       en="The gradient is fine, but a step moves the weights by a few millionths."),
    "lr-too-high": text(zh="起步的 loss 正常，是更新把它推出去的。",
                        en="The loss starts where it should: the updates throw it out."),
    "zero-init": text(zh="隐藏输出全是 0，权重梯度就全是 0，只有最后的偏置在动。",
                      en="All hidden outputs are 0, hence all weight gradients: only the last bias moves."),
    "tiny-init": text(zh="信号每过一层缩小约 20 倍，梯度随之小到几乎不动；各层一样小，不是逐层消失。",
                      en="The signal shrinks about 20 times a layer and the gradient with it; alike in all layers, so "
                      "this is no vanishing on the way back."),
    "vanishing": text(zh="信号走得到最后，梯度却在往回走的路上每层只剩几分之一。",
                      en="The signal gets through; the gradient keeps only a fraction per layer on its way back."),
    "unscaled-inputs": text(zh="输入大两个数量级，logits 和 loss 从一开始就大，第一步就走飞了。",
                            en="Inputs two orders too large make the logits and the loss large before any update."),
    "saturated-outputs": text(zh="平方误差的梯度里有 σ(1−σ)：错得越肯定，梯度越小。",
                              en="The gradient of squared error carries σ(1−σ): the surer the mistake, the less of "
                              "it."),
    "too-small": text(zh="步长正常，训练和验证一样差：连训练集都装不下。",
                      en="Steps are normal; training is as poor as validation: it cannot hold even the training set."),
    "unshuffled": text(zh="一个 batch 只有一类，网络每次都忘掉别的类。",
                       en="A batch holds one class, and the net forgets the others every time."),
    "pipeline-mismatch": text(zh="同样的训练样本，走评估流程就错了：模型没问题，流程有问题。",
                              en="The same training rows fail in the evaluation pipeline: the code is at fault, not "
                              "the model."),
    "shuffled-labels": text(zh="训练集能背下来，验证等于瞎猜：没有规律可学。",
                            en="It learns the training set by heart and guesses elsewhere: there is no rule to learn."),
    "noisy-labels": text(zh="先学到规律（验证升到最高），再去背错的标签（验证回落）。",
                         en="First the rule is learned (validation peaks), then the wrong labels (it falls)."),
    "too-little-data": text(zh="训练全对，验证差一截，又没有回落。",
                            en="Perfect on training, worse on validation, and no fall from a peak."),
}  # fmt: skip

CURE: dict[str, Text] = {
    "none": text(zh="先不治", en="no treatment yet"),
    "lr-up": text(zh="学习率 × 100", en="learning rate × 100"),
    "lr-down": text(zh="学习率 ÷ 100", en="learning rate ÷ 100"),
    "adam": text(zh="换成 Adam（学习率 0.001）", en="switch to Adam (rate 0.001)"),
    "init": text(zh="换成 He 初始化，最后一层取小", en="He initialisation, small last layer"),
    "standardise": text(zh="用训练集统计量标准化输入", en="standardise the inputs"),
    "relu": text(zh="隐藏层换成 leaky ReLU", en="leaky ReLU in the hidden layers"),
    "batch-norm": text(zh="加批归一化", en="add batch normalisation"),
    "cross-entropy": text(zh="损失换成交叉熵", en="cross-entropy as the loss"),
    "bigger-net": text(zh="换大网络（3 层 × 48）", en="a bigger net (3 layers of 48)"),
    "dropout": text(zh="加 dropout（0.5）", en="add dropout (0.5)"),
    "early-stopping": text(zh="早停：取验证最好的一刻", en="early stopping: keep the best checkpoint"),
    "more-data": text(zh="多收集数据", en="collect more data"),
    "check-labels": text(zh="核对并改正标签", en="check and correct the labels"),
    "shuffle": text(zh="每轮打乱样本", en="shuffle every epoch"),
    "one-pipeline": text(zh="训练与评估共用一套预处理", en="one preprocessing for training and evaluation"),
}

INSTRUMENT: dict[str, Text] = {
    "batch_entropy": text(zh="batch 内标签的熵 ÷ 最大值", en="label entropy in a batch ÷ its maximum"),
    "parity": text(
        zh="训练样本走评估流程，丢掉的正确率", en="accuracy lost by training rows in the evaluation pipeline"
    ),
    "initial_loss": text(zh="训练前的交叉熵 ÷ ln 5", en="cross-entropy before training ÷ ln 5"),
    "input_size": text(zh="送进网络的输入，均方根", en="RMS of the inputs as fed"),
    "flat_outputs": text(zh="输出 sigmoid 饱和的比例", en="share of saturated sigmoid outputs"),
    "loss": text(zh="训练后的交叉熵 ÷ ln 5", en="cross-entropy after training ÷ ln 5"),
    "probe": text(zh="只练 16 个样本 150 步，正确率", en="16 rows trained alone for 150 updates: accuracy"),
    "gradient": text(zh="训练前最大的权重梯度范数", en="largest weight-gradient norm before training"),
    "signal": text(zh="末隐藏层的信号 ÷ 输入", en="signal in the last hidden layer ÷ input"),
    "gradient_ratio": text(zh="权重梯度，首层 ÷ 末隐藏层", en="weight gradient, first ÷ last hidden layer"),
    "update_ratio": text(zh="一次更新 ÷ 权重（第 20 步）", en="one update ÷ weights (20th update)"),
    "val_accuracy": text(zh="验证正确率", en="validation accuracy"),
    "fall": text(zh="验证正确率从最高点回落", en="fall of validation accuracy from its peak"),
    "gap": text(zh="训练 − 验证正确率", en="training − validation accuracy"),
    "train_accuracy": text(zh="训练正确率", en="training accuracy"),
}


def shown(value: float) -> str:
    """0.97, 2.1e-4 as 2.1×10⁻⁴, NaN: three digits, powers of ten only where they help."""
    if math.isnan(value):
        return "NaN"
    if value == 0 or not math.isfinite(value) or 1e-3 <= abs(value) < 1e4:
        return f"{value:.3g}"
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa}×10" + str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
