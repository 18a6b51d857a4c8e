"""Networks that begin with (nearly) dead units: which variants of ReLU come back, and which are born dead."""

from collections.abc import Iterator
from typing import Literal

from pydantic import model_validator

from app.core.activations import elu, gelu, leaky_relu, relu, selu, silu
from app.core.born_dead import born_dead_bounds, live_sides
from app.core.deep_net import backward, deep_net, forward
from app.core.net_probes import never_positive_shares
from app.demos.activations._born_dead import DEEPEST, born_dead
from app.demos.activations._resurrection import LABELS, Setting, resurrection
from app.kit import Demo, Option, Params, Prediction, Preset, Result, knob, limit, seed, text

Name = Literal["relu", "leaky", "prelu", "elu", "selu", "gelu", "silu"]
TRAIN, BORN = {"tab": ("train",)}, {"tab": ("born",)}
SIX: tuple[Name, ...] = ("relu", "leaky", "prelu", "elu", "gelu", "silu")
MOST_WORK = 1_300_000


class ResurrectionTestParams(Params):
    tab: Literal["train", "born"] = knob(
        "train", zh="看什么", en="Look at",
        options={"train": text(zh="濒死的网络能否复活", en="can dying nets come back"),
                 "born": text(zh="生来就死的概率", en="how often nets are born dead")},
    )  # fmt: skip
    functions: tuple[Name, ...] = knob(SIX, zh="激活函数", en="Activations", options=LABELS, when=TRAIN)
    slope: float = knob(0.01, ge=0, le=0.5, step=0.01, zh="leaky 的斜率 a", en="Leaky slope a", when=TRAIN)
    bias: float = knob(-1.5, ge=-3, le=0, step=0.25, zh="隐藏层初始偏置", en="Initial hidden bias", when=TRAIN)
    depth: int = knob(3, ge=1, le=5, zh="隐藏层数", en="Hidden layers", when=TRAIN)
    width: int = knob(32, ge=8, le=64, step=8, zh="每层宽度", en="Width", when=TRAIN)
    lr: float = knob(0.1, ge=0.01, le=0.3, step=0.01, log=True, zh="学习率", en="Learning rate", when=TRAIN)
    batch_norm: bool = knob(False, zh="加 BN", en="Batch norm", when=TRAIN)
    steps: int = knob(300, ge=100, le=600, step=20, zh="训练步数", en="Steps", when=TRAIN)
    narrow: int = knob(2, ge=1, le=8, zh="随机网络的宽度", en="Width of the random nets", when=BORN)
    layers: int = knob(10, ge=1, le=DEEPEST, zh="随机网络的隐藏层数", en="Their hidden layers", when=BORN)
    seed: int = seed()

    @model_validator(mode="after")
    def _affordable(self) -> "ResurrectionTestParams":
        if not self.functions:
            raise limit(zh="至少选一个激活函数", en="choose at least one activation")
        if self.steps % 20:
            raise limit(zh="步数取 20 的倍数", en="steps: a multiple of 20")
        nets = sum(2 if name == "gelu" else 1 for name in set(self.functions)) * (2 if self.batch_norm else 1)
        if nets * self.depth * (self.width + 32) * self.steps > MOST_WORK:
            raise limit(
                zh="这样训练太久：请减少激活函数、层数、宽度或步数（GELU 与 BN 的代价加倍）",
                en="that would train too long: take fewer activations, layers, units or steps (GELU and batch norm "
                "cost double)",
            )
        return self


def run(params: ResurrectionTestParams) -> Iterator[Result]:
    if params.tab == "born":
        yield born_dead(params.narrow, params.layers, params.seed)
        return
    setting = Setting(
        params.slope, params.bias, params.depth, params.width, params.lr, params.batch_norm, params.steps, params.seed
    )
    yield from resurrection(list(dict.fromkeys(params.functions)), setting)


PRESETS = {
    "dying": Preset(
        text(zh="偏置 −1.5：六种里只有 PReLU 和 ELU 活过来", en="Bias −1.5: of six only PReLU and ELU come back"), {},
        {"worst_prelu": (0, 0.1), "worst_elu": (0, 0.1), "best_relu": (0.69, 0.694), "best_leaky": (0.68, 0.694),
         "best_gelu": (0.2, 0.694), "best_silu": (0.1, 0.694),
         "dead_start_relu": (0.99, 1), "recovered": (2, 2), "gradient_relu": (0, 0)}),
    "slope-third": Preset(
        text(zh="斜率取 0.3：leaky 也活了", en="With slope 0.3 leaky comes back as well"),
        {"functions": ("relu", "leaky", "prelu"), "slope": 0.3},
        {"loss_leaky": (0, 0.2), "worst_leaky": (0, 0.4), "best_relu": (0.69, 0.694)}),
    "slope-tenth": Preset(
        text(zh="斜率取 0.1：还不够", en="Slope 0.1 is not enough"),
        {"functions": ("relu", "leaky", "prelu"), "slope": 0.1}, {"best_leaky": (0.2, 0.694)}),
    "batch-norm": Preset(
        text(zh="加上 BN：普通 ReLU 就过关", en="With batch norm plain ReLU passes"),
        {"functions": ("relu", "leaky"), "batch_norm": True},
        {"worst_relu": (0, 0.1), "dead_start_relu": (0, 0.3)}),
    "zero-bias": Preset(
        text(zh="偏置 0：六种都学得会", en="Bias 0: all six learn"), {"bias": 0},
        {"recovered": (6, 6), "dead_start_relu": (0, 0.3)}),
    "born-dead": Preset(
        text(zh="宽 2、深 10：九成网络生来就死", en="Width 2, depth 10: nine in ten are born dead"), {"tab": "born"},
        {"born_dead": (0.88, 0.96), "upper": (0.94, 0.95)}),
}  # fmt: skip
PREDICTIONS = (
    Prediction(
        "how-many",
        text(zh="隐藏层偏置从 −1.5 开始，第三层几乎全死。ReLU、leaky(0.01)、PReLU、ELU、GELU、SiLU 里，有几种三次都能"
             "学会（损失降到 0.1 以下）？",
             en="Hidden biases start at −1.5 and the third layer is all but dead. Of ReLU, leaky (0.01), PReLU, ELU, "
             "GELU and SiLU, how many learn in all three runs (loss below 0.1)?"),
        "dying", "recovered",
        text(zh="只有 PReLU 和 ELU。leaky 的 0.01 连乘三层只剩百万分之一；GELU、SiLU 在 −1.5 处的斜率只有 "
             "−0.13 和 −0.04。",
             en="PReLU and ELU only. 0.01 over three layers is a millionth, and at −1.5 the slopes of GELU and SiLU "
             "are only −0.13 and −0.04."),
        (Option(text(zh="一种也没有", en="none"), high=0.5, why=text(
            zh="PReLU 从 0.25 起步，ELU 在 −1.5 处斜率 0.22，都够大。",
            en="PReLU starts at 0.25 and ELU has slope 0.22 at −1.5: enough.")),
         Option(text(zh="两种", en="two"), 0.5, 2.5),
         Option(text(zh="除 ReLU 外的五种", en="five: all but ReLU"), 2.5, why=text(
             zh="负半轴有梯度，不等于梯度够大。", en="Having a gradient is not having a large enough one."))),
    ),
    Prediction(
        "leaky-default",
        text(zh="同样的开局，leaky ReLU 用默认斜率 0.01，训练 300 步，损失的中位数是多少？",
             en="The same start, leaky ReLU with its default slope 0.01, 300 steps. What is the median loss?"),
        "dying", "loss_leaky",
        text(zh="和 ReLU 一样停在 0.693：第一层只收到约 $0.01^3$ 的梯度。",
             en="0.693, just like ReLU: the first layer receives about $0.01^3$ of the gradient."),
        (Option(text(zh="0.05 以下：复活了", en="below 0.05: it is back"), high=0.1, why=text(
            zh="要把斜率提到 0.3 左右才行。", en="That takes a slope of about 0.3.")),
         Option(text(zh="0.3 左右：慢慢在学", en="about 0.3: slowly learning"), 0.1, 0.6, text(
             zh="斜率 0.1 才会有这样的进展。", en="Progress like that takes a slope of 0.1.")),
         Option(text(zh="0.693：和死了一样", en="0.693: as good as dead"), 0.6)),
    ),
    Prediction(
        "with-batch-norm",
        text(zh="换回普通 ReLU，偏置仍从 −1.5 开始，但每层加 BN。三次里最差的损失是？",
             en="Plain ReLU again, biases still −1.5, but with batch norm in every layer. The worst of three losses?"),
        "batch-norm", "worst_relu",
        text(zh="学会了。BN 减去批均值，偏置抵消，每个单元都有约一半样本为正。",
             en="It learns. Batch norm subtracts the mean, the bias cancels, and every unit is positive on about half "
             "of the samples."),
        (Option(text(zh="0.1 以下", en="below 0.1"), high=0.1),
         Option(text(zh="0.693：死了就是死了", en="0.693: dead is dead"), 0.1, why=text(
             zh="BN 之后没有单元是死的：归一化的均值是 0。", en="After batch norm none is dead: the mean is 0."))),
    ),
    Prediction(
        "born",
        text(zh="输入一维，宽 2，10 个隐藏层，ReLU，偏置 0，He 初始化。网络还没训练就对所有输入输出同一个数的概率是？",
             en="One input, width 2, ten hidden layers, ReLU, biases 0, He initialisation. How likely is it that the "
             "net gives one and the same output for every input, before any training?"),
        "born-dead", "born_dead",
        text(zh="约 0.9。每层有 1/4 的机会把一侧的输入全部清零，十层累积起来几乎必死。",
             en="About 0.9. Each layer has one chance in four to wipe out a side; ten layers make it all but certain."),
    ),
)  # fmt: skip

demo = Demo(
    __name__, run, ResurrectionTestParams,
    title=text(zh="复活测试", en="Resurrection test"),
    summary=text(
        zh="把网络置于濒死的开局，同一次抽样只换激活函数：看哪种变体真能救活单元，负半轴的斜率要多大才够。",
        en="Networks put in a dying start, one draw, only the activation differs: which variants bring units back, and "
        "how large the negative slope has to be.",
    ),
    presets=PRESETS, predictions=PREDICTIONS, references=("maas2013", "he2015", "clevert2016", "lu2019"),
    code=(relu, leaky_relu, elu, selu, gelu, silu, deep_net, forward, backward, never_positive_shares, live_sides,
          born_dead_bounds),
)  # fmt: skip
