"""One question a patient: from what the curves show to the disease, settled by the reading that tells it apart."""

from app.demos.training._clinic_words import BECAUSE, PATIENTS
from app.kit import Option, Prediction, Text, text


def _ask(
    number: int, scalar: str, zh: str, en: str, options: tuple[Option, ...], reading: Text | None = None
) -> Prediction:
    """The explanation is that of the disease the patient has; `reading` says what the number is."""
    because = BECAUSE[PATIENTS[number - 1]]
    explain = because if reading is None else text(zh=reading.zh + because.zh, en=reading.en + " " + because.en)
    return Prediction(
        f"patient-{number}", text(zh=f"病人 {number}。{zh}", en=f"Patient {number}. {en}"), f"patient-{number}", scalar,
        explain, options,
    )  # fmt: skip


def _option(zh: str, en: str, low: float, high: float, why_zh: str, why_en: str) -> Option:
    return Option(text(zh=zh, en=en), low, high, text(zh=why_zh, en=why_en))


INF = float("inf")
FLAT = (
    "loss 从头到尾停在 ln 5，正确率两成。",
    "The loss sits at ln 5 from the first update to the last; accuracy is one in five. ",
)
NANS = (
    _option("起步约等于 ln 5：学习率太大", "About ln 5 at the start: learning rate too high", 0.5, 2,
            "起步已经是 ln 5 的许多倍，还没更新就不对。", "It starts at many times ln 5: wrong before any update."),
    _option("起步是 ln 5 的好几倍：输入没有标准化", "Several times ln 5: inputs not standardised", 2, INF,
            "起步就是 ln 5，更新之前一切正常。", "It starts at ln 5: all is well before the first update."),
    _option("起步远低于 ln 5：标签泄漏进了输入", "Far below ln 5: the labels leak into the inputs", -INF, 0.5,
            "没训练的网络不可能好过瞎猜。", "An untrained net cannot beat a guess."),
)  # fmt: skip
STEPS = (
    _option("不到万分之一：学习率太小", "Below one in ten thousand: learning rate too low", -INF, 1e-4,
            "每步移动百分之几，步子不小：是容量不够。", "A step moves them by per cents: capacity is what lacks."),
    _option("千分之一以上：步子正常，网络太小", "Above one in a thousand: steps are fine, the net is too small", 1e-3,
            1,
            "每步只动百万分之几：给再多容量也走不动。", "A step moves them by millionths: capacity would not help."),
    _option("大于 1：学习率太大", "Above 1: learning rate too high", 1, INF,
            "那样 loss 会跳，不会平稳。", "Then the loss would leap instead of staying calm."),
)  # fmt: skip
PARITY = (
    _option("一点不丢：数据太少，过拟合了", "None: too little data, it overfits", -0.05, 0.05,
            "同样的样本换个流程就错，与过拟合无关。", "The same rows fail in another pipeline: not overfitting."),
    _option("丢很多：评估的预处理不一样", "A lot: evaluation preprocesses differently", 0.05, INF,
            "走评估流程照样全对：流程没问题。", "They are all right there too: the pipeline is sound."),
    _option("反而更高：训练时开着 dropout", "It gains: dropout was on in training", -INF, -0.05,
            "训练正确率已经到顶，不会更高。", "Training accuracy is at the top already."),
)  # fmt: skip

PREDICTIONS = (
    _ask(1, "signal", FLAT[0] + "末隐藏层的信号是输入的多少倍？病名是什么？",
         FLAT[1] + "How large is the signal in the last hidden layer, relative to the input, and what is the disease?",
         (
        _option("恰为 0：权重全是 0", "Exactly 0: all weights are 0", -INF, 1e-12,
                "信号很小，但不是 0。", "It is tiny, but not 0."),
        _option("万分之一左右：初始权重太小", "About one in ten thousand: weights too small", 1e-12, 0.01,
                "信号其实死在半路。", "The signal does die on the way."),
        _option("零点几：信号正常，梯度消失", "A few tenths: the signal is fine, the gradient vanishes", 0.01, INF,
                "往前走就已经没了。", "It is lost on the way forward already."))),
    _ask(2, "fall", "训练正确率一路升到九成以上；验证先升到七成多。最后呢？",
         "Training accuracy climbs past 90%; validation first rises past 70%. And then?", (
        _option("停在最高点：数据太少", "It stays at its peak: too little data", -INF, 0.03,
                "数据太少时不会这样明显回落。", "Too little data does not make it fall that clearly."),
        _option("回落几到二十几个百分点：标签有错", "It falls 3 to 40 points: wrong labels", 0.03, 0.4,
                "它确实回落了。", "It does fall."),
        _option("一直跌到瞎猜：标签全部错位", "It falls to chance: labels all misplaced", 0.4, INF,
                "全部错位时根本升不到七成。", "With all labels misplaced it would never have reached 70%."))),
    _ask(3, "initial_loss", "几步之后全是 NaN。训练前的交叉熵是 ln 5 的多少倍？",
         "NaN within a few updates. What is the cross-entropy before training, in units of ln 5?", NANS),
    _ask(4, "update_ratio", "训练和验证都卡在七成上下，再练也不动。一次更新移动权重的几分之几？",
         "Training and validation both stall around 70%. By what share does one update move the weights?", STEPS),
    _ask(5, "gradient_ratio", FLAT[0] + "信号走得到最后一层。权重的梯度，首层是末隐藏层的多少倍？",
         FLAT[1] + "The signal reaches the last layer. The weight gradient, first layer over last hidden layer?", (
        _option("不到十分之一：往回走时消失了", "Below a tenth: it vanishes on the way back", -INF, 0.1,
                "首层小得多。", "The first layer gets far less."),
        _option("差不多：各层一样小，是初始权重太小", "About the same: small everywhere, weights too small", 0.1, 10,
                "各层并不一样：末隐藏层的梯度是首层的上百倍。", "They are not alike: the last gets some hundred times "
                                          "more."),
        _option("大得多：往回走时爆炸", "Much larger: it explodes on the way back", 10, INF,
                "sigmoid 的斜率最多 1/4，放大不了。", "The sigmoid's slope is at most 1/4: it cannot grow."))),
    _ask(6, "parity", "训练全对，验证不到一半。把训练样本送进评估流程，正确率会丢多少？",
         "Perfect in training, under half in validation. Send training rows through evaluation: accuracy lost?",
         PARITY),
    _ask(7, "initial_loss", "也是 NaN。训练前的交叉熵是 ln 5 的多少倍？",
         "NaN as well. The cross-entropy before training, in units of ln 5?", NANS),
    _ask(8, "gap", "训练全对，验证平稳地停在九成以上。训练比验证高多少？什么病？",
         "Perfect in training, validation steady above 90%. How far apart are they, and what is the disease?", (
        _option("低于验证：标签有错", "Training is lower: wrong labels", -INF, -0.02,
                "训练是全对的。", "Training is perfect."),
        _option("几个百分点：没有病", "A few points: nothing is wrong", -0.02, 0.1,
                "这点差距是正常的。", "So small a gap is normal."),
        _option("十个百分点以上：数据太少", "More than ten points: too little data", 0.1, INF,
                "验证在九成以上，差不到十个百分点。", "Validation is above 90%: the gap is below ten points."))),
    _ask(9, "gradient", FLAT[0] + "各层权重梯度范数里最大的一个是多少？",
         FLAT[1] + "What is the largest weight-gradient norm of all layers?", (
        _option("恰为 0：权重全是 0", "Exactly 0: all weights are 0", -INF, 1e-12,
                "就是 0：隐藏输出全是 0。", "It is 0: all hidden outputs are."),
        _option("十万分之几：初始权重太小", "Some hundred-thousandths: weights too small", 1e-12, 1e-3,
                "不是小，是没有。", "It is not small, it is absent."),
        _option("百分之一以上：学习率太小", "Above a hundredth: learning rate too low", 1e-3, INF,
                "有梯度的话，loss 至少会动一点。", "With such a gradient the loss would at least move."))),
    _ask(10, "parity", "训练全对，验证低一截，但没有回落。把训练样本送进评估流程，正确率会丢多少？",
         "Perfect in training, well below in validation, without a fall. Training rows sent through evaluation: "
         "accuracy lost?", PARITY),
    _ask(11, "flat_outputs", "输入正常，起步的交叉熵却是 ln 5 的好几倍，损失是平方误差。输出 sigmoid 有多少是饱和的？",
         "Inputs are normal, yet the cross-entropy starts at several times ln 5; the loss is squared error. How many "
         "output sigmoids are saturated?", (
        _option("几乎没有：只是学习率太小", "Hardly any: only the learning rate is too low", -INF, 0.1,
                "logits 很大，sigmoid 就饱和。", "Logits that large saturate the sigmoid."),
        _option("两三成：网络太小", "A fifth to a third: the net is too small", 0.1, 0.5,
                "不止：一半以上没有斜率。", "More: over half have no slope."),
        _option("一半以上：饱和输出配平方误差", "More than half: saturation with squared error", 0.5, INF,
                "大多数输出没有斜率。", "Most outputs have no slope."))),
    _ask(12, "val_accuracy", "训练正确率升到八成多，还在升。验证正确率是多少？什么病？",
         "Training accuracy passes 80% and still climbs. What is the validation accuracy, and the disease?", (
        _option("约两成（瞎猜）：标签与样本错位", "About 20%, chance: labels misplaced", -INF, 0.3,
                "训练集是硬背下来的。", "The training set was learned by heart."),
        _option("六七成：部分标签有错", "60–70%: part of the labels are wrong", 0.3, 0.8,
                "有规律可学才会到六成。", "It takes a rule to learn to get there."),
        _option("九成：没有病", "90%: nothing is wrong", 0.8, INF,
                "八成多的训练正确率也可以毫无意义。", "Training accuracy of 80% can mean nothing at all."))),
    _ask(13, "batch_entropy", "每个 batch 的 loss 像锯齿：很快降到底，又突然跳高。batch 里标签的熵是最大值的几分之几？",
         "The loss of a batch is a saw: down to nothing, then up again. How large is the label entropy in a batch, as "
         "a share of its maximum?", (
        _option("接近 0：样本按类别排着队", "Near 0: the rows are sorted by class", -INF, 0.3,
                "一个 batch 只有一类。", "A batch holds one class."),
        _option("一半左右：类别不平衡", "About half: the classes are imbalanced", 0.3, 0.8,
                "类别是平衡的，只是没有打乱。", "The classes are balanced; they are not shuffled."),
        _option("接近 1：学习率太大", "Near 1: learning rate too high", 0.8, INF,
                "锯齿与换类别同步，不是步子太大。", "The teeth follow the change of class, not the step size."))),
    _ask(14, "update_ratio", "loss 几乎是一条直线，缓缓下降。一次更新移动权重的几分之几？",
         "The loss falls slowly, almost in a straight line. By what share does one update move the weights?", STEPS),
    Prediction(
        "adam-on-zero",
        text(zh="病人 9 的权重全部初始化为 0。换成 Adam，验证正确率会到多少？",
             en="Patient 9 started with all weights at 0. Switch to Adam: what validation accuracy?"),
        "adam-on-9", "treated_val_accuracy",
        text(zh="Adam 缩放梯度，可 0 再怎么缩放还是 0。它能治的是步长的病，不是没有梯度的病。",
             en="Adam rescales gradients, and 0 rescaled is 0. It treats step sizes, not absent gradients."),
        (Option(text(zh="九成以上", en="Above 90%"), 0.8, why=text(
            zh="那要先有梯度。", en="For that there must be a gradient.")),
         Option(text(zh="五六成，慢一些", en="50–60%, slower"), 0.3, 0.8, why=text(
             zh="隐藏层一动不动，慢也学不到。", en="The hidden layers do not move: not even slowly.")),
         Option(text(zh="两成，等于瞎猜", en="20%, chance"), high=0.3)),
    ),
    Prediction(
        "equal-updates",
        text(zh="batch 从 32 换成 512，轮数不变，验证正确率掉了三四成。现在让它更新同样多次，会怎样？",
             en="Batch 32 becomes 512 at the same epochs, and validation accuracy drops by a third or more. Now give "
             "it as many updates. What does it reach?"),
        "large-batch", "equal_val",
        text(zh="回到 batch 32 的水平。差的是更新次数（少了 16 倍），不是“陷进局部极小值”。",
             en="The level of batch 32. What lacked was updates (16 times fewer), not an escape from a local minimum."),
        (Option(text(zh="还是五六成：陷在局部极小值里",
                     en="Still 50–60%: caught in a local minimum"), high=0.75, why=text(
            zh="陷住了就补不回来，可它补回来了。", en="Once caught it could not come back, but it does.")),
         Option(text(zh="八成：大 batch 泛化差", en="80%: large batches generalise worse"), 0.75, 0.88, why=text(
             zh="这里看不到泛化差距，只有没练完。", en="No such gap shows here, only unfinished training.")),
         Option(text(zh="与 batch 32 几乎一样", en="Nearly the same as batch 32"), 0.88)),
    ),
)  # fmt: skip
