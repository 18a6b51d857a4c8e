"""What a network without activations can do, how many pieces ReLU units make, and what depth adds."""

from collections.abc import Iterator
from typing import Literal

from pydantic import model_validator

from app.core.linear_collapse import best_line_accuracy, collapse, logistic_regression
from app.core.linear_regions import activation_regions, line_regions, zaslavsky
from app.core.tent_map import tent_network
from app.demos.activations._linear_regions import regions
from app.demos.activations._linear_tent import MOST, tents
from app.demos.activations._linear_training import LABELS, training
from app.kit import Demo, Option, Params, Prediction, Preset, Result, knob, limit, seed, text

TRAIN, REGIONS, TENT = {"tab": ("train",)}, {"tab": ("regions",)}, {"tab": ("tent",)}


class LinearCollapseParams(Params):
    tab: Literal["train", "regions", "tent"] = knob(
        "train", zh="看什么", en="Look at",
        options={"train": text(zh="训练：有没有激活函数", en="training, with or without activation"),
                 "regions": text(zh="ReLU 把平面切成几块", en="pieces ReLU units cut the plane into"),
                 "tent": text(zh="深与浅：帐篷映射", en="deep or wide: the tent map")},
    )  # fmt: skip
    task: Literal["xor", "circle", "moons", "spirals"] = knob(
        "xor", zh="数据", en="Data", when=TRAIN,
        options={"xor": text(zh="异或", en="XOR"), "circle": text(zh="圆与环", en="disc in a ring"),
                 "moons": text(zh="两弯月", en="two moons"), "spirals": text(zh="双螺旋", en="two spirals")},
    )  # fmt: skip
    activation: Literal["identity", "relu", "tanh", "square"] = knob(
        "identity", zh="激活函数", en="Activation", options=LABELS, when=TRAIN
    )
    depth: int = knob(8, ge=1, le=8, zh="隐藏层数", en="Hidden layers", when=TRAIN)
    width: int = knob(16, ge=2, le=64, step=2, zh="每层宽度", en="Width", when=TRAIN)
    steps: int = knob(400, ge=50, le=800, step=50, zh="训练步数", en="Steps", when=TRAIN)
    units: int = knob(8, ge=4, le=40, step=4, zh="ReLU 单元总数", en="ReLU units in all", when=REGIONS)
    layers: Literal["1", "2", "4"] = knob("1", zh="分成几层", en="In how many layers", when=REGIONS)
    times: int = knob(6, ge=1, le=MOST, zh="复合次数 k", en="Compositions k", when=TENT)
    seed: int = seed()

    @model_validator(mode="after")
    def _even(self) -> "LinearCollapseParams":
        if self.units % 4:
            raise limit(
                zh="单元总数要能平分成四层：取 4 的倍数", en="the units must split into four layers: a multiple of 4"
            )
        return self


def run(params: LinearCollapseParams) -> Iterator[Result]:
    if params.tab == "regions":
        yield regions(params.units, int(params.layers), params.seed)
    elif params.tab == "tent":
        yield tents(params.times)
    else:
        yield from training(params.task, params.activation, params.depth, params.width, params.steps, params.seed)


SPIRALS = {"task": "spirals", "depth": 1, "width": 64, "steps": 800}
PRESETS = {
    "nine-matrices": Preset(
        text(zh="九个矩阵、没有激活：等于一条直线", en="Nine matrices, no activation: one straight line"), {},
        {"loss": (0.69314, 0.69316), "accuracy": (0.3, 0.7), "collapse_error": (0, 1e-12), "nonaffine": (0, 1e-6),
         "best_line_accuracy": (0.6, 0.75), "rank": (0, 1)}),
    "relu": Preset(
        text(zh="只换成 ReLU：异或解决了", en="Swap in ReLU, nothing else: XOR is solved"), {"activation": "relu"},
        {"loss": (0, 0.05), "accuracy": (0.98, 1), "nonaffine": (0.3, 1)}),
    "square": Preset(
        text(zh="64 个 z² 单元：只会画二次曲线", en="64 units of z²: a conic is all they can draw"),
        {**SPIRALS, "activation": "square"},
        {"gap": (-1e-9, 0.01), "loss": (0.55, 0.68), "accuracy": (0.4, 0.7)}),
    "relu-spirals": Preset(
        text(zh="同样一层，换成 ReLU：绕出螺旋", en="The same single layer with ReLU winds round the spirals"),
        {**SPIRALS, "activation": "relu"}, {"loss": (0, 0.05), "accuracy": (0.98, 1)}),
    "eight-lines": Preset(
        text(zh="8 个 ReLU：平面被切成 37 块，不是 256", en="Eight ReLUs cut the plane into 37 pieces, not 256"),
        {"tab": "regions"}, {"plane": (37, 37), "bound": (37, 37), "regions": (20, 37)}),
    "random-depth": Preset(
        text(zh="32 个随机 ReLU 分成四层：块数没有变多", en="32 random ReLUs in four layers: no more pieces"),
        {"tab": "regions", "units": 32, "layers": "4"},
        {"deep_over_shallow": (0.5, 0.9), "bound": (529, 529), "mean_1": (400, 500)}),
    "tent": Preset(
        text(zh="精心设计的深度：12 个 ReLU 做出 64 段", en="Depth by design: 12 ReLUs, 64 pieces"), {"tab": "tent"},
        {"pieces": (64, 64), "deep_units": (12, 12), "shallow_units": (64, 64), "beats_half": (63, 63),
         "shallow_error": (0.5, 0.7), "enough_error": (0, 1e-8)}),
}  # fmt: skip
PREDICTIONS = (
    Prediction(
        "xor-loss",
        text(zh="异或数据，8 个隐藏层、每层 16 个单元，没有激活函数，用 Adam 训练 400 步。交叉熵最后是多少？",
             en="XOR, eight hidden layers of 16 units, no activation, 400 steps of Adam. Where does the cross-entropy "
             "end?"),
        "nine-matrices", "loss",
        text(zh="恰好 $\\ln2$：九个矩阵只是一条直线，而对异或来说，最好的直线就是对谁都答 ½。",
             en="At $\\ln2$ exactly: nine matrices are one line, and on XOR the best line answers ½ to everything."),
        (Option(text(zh="接近 0", en="close to 0"), high=0.1,
                why=text(zh="两千个参数也只相当于 3 个数。", en="Two thousand parameters amount to three numbers.")),
         Option(text(zh="0.4 左右：四个角对三个", en="about 0.4: three corners of four are right"), 0.1, 0.6,
                text(zh="四角的异或，直线最多对三个；但那样的直线交叉熵更高。",
                     en="A line can get three of four corners right, but its cross-entropy is higher.")),
         Option(text(zh="0.693：等于没学", en="0.693: nothing learned"), 0.6)),
    ),
    Prediction(
        "eight-units",
        text(zh="一个隐藏层，8 个 ReLU，两个输入。它们最多能把平面切成几块（每块里网络是仿射的）？",
             en="One hidden layer, eight ReLUs, two inputs. Into how many pieces, affine on each, can they cut the "
             "plane at most?"),
        "eight-lines", "plane",
        text(zh="每个单元是一条直线，8 条直线至多切出 $1+8+\\binom82=37$ 块。",
             en="Every unit is one straight line, and eight lines make at most $1+8+\\binom82=37$ pieces."),
        (Option(text(zh="9 块", en="9"), high=10,
                why=text(zh="那是一维：8 个点把数轴分成 9 段。", en="That is one dimension: eight points on a line.")),
         Option(text(zh="37 块", en="37"), 10, 100),
         Option(text(zh="256 块", en="256"), 100, why=text(
             zh="$2^8$ 种开关组合大多不会出现：平面里 8 条直线没有那么多块。",
             en="Most of the $2^8$ patterns never occur: eight lines in the plane have no room for them."))),
    ),
    Prediction(
        "random-depth",
        text(zh="32 个 ReLU，随机权重，先放在一层里数块数；再分成四层、每层 8 个。平均块数变成原来的几倍？",
             en="32 ReLUs, random weights: count the pieces with all in one layer, then in four layers of eight. The "
             "mean number becomes how many times as large?"),
        "random-depth", "deep_over_shallow",
        text(zh="反而少了。深度让指数多的块成为可能，随机权重用不上这种可能。",
             en="It falls. Depth makes exponentially many pieces possible; random weights do not use that."),
        (Option(text(zh="不到 1 倍：变少", en="below 1: fewer"), high=0.95),
         Option(text(zh="差不多", en="about the same"), 0.95, 1.5, text(
             zh="八个网络平均下来，少了不止一成。", en="Over eight nets the mean falls by much more than a tenth.")),
         Option(text(zh="好几倍：深度带来指数增长", en="several times: depth is exponential"), 1.5, why=text(
             zh="那是特意构造的权重（帐篷映射），不是随机权重。",
             en="Weights made for it (the tent map) do that; random ones do not."))),
    ),
    Prediction(
        "shallow-error",
        text(zh="64 段的锯齿，深网络用 12 个 ReLU 就精确。把 12 个 ReLU 放在一层，最大误差能有多小？",
             en="A sawtooth of 64 pieces: a deep net is exact with 12 ReLUs. Put 12 in one layer: how small can the "
             "largest error get?"),
        "tent", "shallow_error",
        text(zh="至少 ½，和常数 ½ 一样差。13 段不可能穿过 ½ 六十四次。",
             en="½ at least, as bad as the constant ½: 13 pieces cannot cross ½ sixty-four times."),
        (Option(text(zh="0.1 以下", en="below 0.1"), high=0.1, why=text(
            zh="13 段要追 64 段。", en="That is 13 pieces chasing 64.")),
         Option(text(zh="0.2 到 0.4", en="0.2 to 0.4"), 0.1, 0.45, text(
             zh="误差小于 ½ 就得穿过 ½ 六十四次，每段至多一次。",
             en="An error below ½ means crossing ½ sixty-four times, at most once a piece.")),
         Option(text(zh="至少 0.5", en="0.5 or more"), 0.45)),
    ),
)  # fmt: skip

demo = Demo(
    __name__, run, LinearCollapseParams,
    title=text(zh="线性坍缩与区域计数", en="Linear collapse and region counter"),
    summary=text(
        zh="没有激活函数的深网络真的训练一次，再把所有矩阵乘起来；然后精确地数 ReLU 切出的块，看深度能带来什么。",
        en="Train a deep network without activations, then multiply its matrices; count exactly the pieces that ReLU "
        "units make, and see what depth can add.",
    ),
    presets=PRESETS, predictions=PREDICTIONS, references=("zaslavsky1975", "telgarsky2016", "hanin2019"),
    code=(collapse, logistic_regression, best_line_accuracy, zaslavsky, line_regions, activation_regions, tent_network),
)  # fmt: skip
