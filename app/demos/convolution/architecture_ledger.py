"""Where the classic CNNs keep their parameters, spend their multiply-adds, how far they see, what each idea saves."""

from typing import Literal

import numpy as np
from pydantic import model_validator

from app.core.architectures.alexnet import alexnet
from app.core.architectures.googlenet import googlenet
from app.core.architectures.inception_v3 import inception_v3
from app.core.architectures.resnet import resnet
from app.core.architectures.vgg import vgg
from app.core.layer_table import Network, output_size, receptive_field, trace
from app.core.ledger import entries, features, input_spans, totals
from app.demos.convolution._ledger_views import cloud_view, field_view, share_view, table_view
from app.demos.convolution._networks import NETWORKS
from app.kit import Check, Demo, Option, Params, Prediction, Preset, Result, Text, knob, limit, same, text

Name = Literal[
    "alexnet-paper", "alexnet", "vgg-11", "vgg-13", "vgg-16", "vgg-19", "googlenet", "googlenet-torchvision",
    "inception-v3", "resnet-18", "resnet-34", "resnet-50", "resnet-101", "resnet-152",
]  # fmt: skip
STACKED = ("alexnet-paper", "alexnet", "vgg-11", "vgg-13", "vgg-16", "vgg-19")
BOTTLENECKS = ("resnet-50", "resnet-101", "resnet-152")


class ArchitectureLedgerParams(Params):
    network: Name = knob("vgg-16", zh="网络", en="Network",
                         options={name: same(known.label) for name, known in NETWORKS.items()})  # fmt: skip
    size: int = knob(224, ge=64, le=448, unit="px", zh="输入边长", en="Input side")
    gap: bool = knob(False, zh="假如：全连接堆换成 GAP + 一层线性", en="What if: FC stack → GAP + one linear layer",
                     when={"network": STACKED})  # fmt: skip
    towers: Literal["2", "1"] = knob("2", zh="conv2、4、5 的分组数", en="Groups in conv2, 4, 5",
                                     when={"network": ("alexnet-paper",)})  # fmt: skip
    reduction: Literal["all", "pool-only", "none"] = knob(
        "all", zh="模块里的 1×1 降维", en="1×1 reductions in the modules", when={"network": ("googlenet",)},
        options={"all": text(zh="都有（论文）", en="all (as published)"),
                 "pool-only": text(zh="去掉 3×3、5×5 之前的", en="none before 3×3 and 5×5"),
                 "none": text(zh="全部去掉（朴素模块）", en="none at all (naive module)")},
    )  # fmt: skip
    five: Literal["5x5", "two-3x3"] = knob(
        "5x5", zh="5×5 分支", en="5×5 branch", when={"network": ("googlenet",)},
        options={"5x5": text(zh="一个 5×5（论文）", en="one 5×5 (as published)"),
                 "two-3x3": text(zh="两个 3×3", en="two 3×3")},
    )  # fmt: skip
    asymmetric: bool = knob(True, zh="7×7 拆成 1×7 与 7×1", en="7×7 split into 1×7 and 7×1",
                            when={"network": ("inception-v3",)})  # fmt: skip
    block: Literal["bottleneck", "basic"] = knob(
        "bottleneck", zh="残差块", en="Residual block", when={"network": BOTTLENECKS},
        options={"bottleneck": text(zh="瓶颈 1×1–3×3–1×1（论文）", en="bottleneck 1×1–3×3–1×1 (as published)"),
                 "basic": text(zh="假如：同宽的两个 3×3", en="what if: two 3×3 at full width")},
    )  # fmt: skip
    strided: Literal["3x3", "1x1"] = knob(
        "3x3", zh="步长 2 放在", en="Stride 2 sits on", when={"network": BOTTLENECKS, "block": ("bottleneck",)},
        options={"3x3": text(zh="3×3（v1.5，torchvision）", en="the 3×3 (v1.5, torchvision)"),
                 "1x1": text(zh="第一个 1×1（v1，论文）", en="the first 1×1 (v1, the paper)")},
    )  # fmt: skip
    cardinality: Literal["1", "32"] = knob(
        "1", zh="3×3 的分组数", en="Groups of the 3×3", when={"network": BOTTLENECKS, "block": ("bottleneck",)},
        options={"32": text(zh="32（ResNeXt 32×4d）", en="32 (ResNeXt 32×4d)")},
    )  # fmt: skip

    @model_validator(mode="after")
    def _fits(self) -> "ArchitectureLedgerParams":
        if self.network == "inception-v3" and self.size < 75:
            raise limit(zh="Inception v3 不补零，输入至少要 75 px",
                        en="Inception v3 pads little: its input needs at least 75 px")  # fmt: skip
        return self


def build(params: ArchitectureLedgerParams) -> Network:
    """The network that the knobs ask for; knobs of other networks do nothing."""
    family, _, depth = params.network.partition("-")
    if family == "alexnet":
        return alexnet("paper" if depth else "torchvision", int(params.towers), params.gap)
    if family == "vgg":
        return vgg(int(depth), params.gap)
    if family == "googlenet":
        return googlenet("torchvision" if depth else "paper", params.reduction, params.five)
    if family == "inception":
        return inception_v3(params.asymmetric)
    if params.network not in BOTTLENECKS:
        return resnet(int(depth))
    return resnet(int(depth), params.strided, params.block, int(params.cardinality))


def run(params: ArchitectureLedgerParams) -> Result:
    known, image = NETWORKS[params.network], (3, params.size, params.size)
    net, base = build(params), known.build()
    book, seen, base_book = entries(net, image), entries(features(net), image), entries(base, image)
    changed = list(net) != list(base)
    parameters, macs = totals(book)
    base_parameters, base_macs = totals(base_book)
    head = [entry for entry in book[len(seen) :] if entry.parameters]
    head_parameters, head_macs = totals(head)

    spans = np.array(input_spans(features(net)))
    fields = np.array([(entry.field.size, 2 * entry.field.centre) for entry in seen])
    backwards = np.stack([spans[:, 1] - spans[:, 0] + 1, spans.sum(axis=1) + 1], axis=1)

    s = {
        "parameters": parameters, "macs": macs, "millions": parameters / 1e6, "gmacs": macs / 1e9,
        "fc_parameters": head_parameters, "fc_share": head_parameters / parameters, "fc_mac_share": head_macs / macs,
        "fc_first": head[0].parameters, "outside_fc": parameters - head_parameters, "weight_layers": book[-1].depth,
        "field": seen[-1].field.size, "stride": seen[-1].field.jump, "map": seen[-1].shape.height,
        "base_millions": base_parameters / 1e6, "base_gmacs": base_macs / 1e9,
        "base_field": entries(features(base), image)[-1].field.size,
        "parameters_ratio": parameters / base_parameters, "macs_ratio": macs / base_macs,
    }  # fmt: skip
    scalars = {name: float(value) for name, value in s.items()}
    both_ways = text(zh="感受野（px）：从输入推 vs 从输出推", en="receptive field (px): from the input, from the end")
    checks = [Check(both_ways, float(np.abs(backwards - fields).max()), 0)]
    if known.parameters and known.gmacs:
        ours = totals(entries(base, (3, known.size, known.size)))
        checks += [
            Check(text(zh="未改动的网络：参数个数 vs torchvision 文档",
                       en="the network as it is: parameters, against torchvision's documentation"),
                  abs(ours[0] - known.parameters), 0),
            Check(text(zh="未改动的网络：乘加 vs 同一文档（10⁹，两位小数）",
                       en="the network as it is: multiply-adds, against the same (10⁹, two decimals)"),
                  abs(ours[1] / 1e9 - known.gmacs), 0.0051),
        ]  # fmt: skip
    views = [
        share_view(book, scalars),
        cloud_view(known.label, changed or params.size != known.size, scalars),
        field_view(params.network, params.size, seen, backwards[:, 0], scalars),
        table_view(book, len(seen), scalars),
    ]
    return Result(views, scalars, notes(params, changed, scalars), checks)


def notes(params: ArchitectureLedgerParams, changed: bool, s: dict[str, float]) -> list[Text]:
    out = [text(
        zh=f"参数 {s['millions']:.2f} M，一张 {params.size} px 的图要 {s['gmacs']:.2f} G 次乘加；带权重的层最长一路 "
        f"{s['weight_layers']:.0f} 层，最后的特征图每格看到 {s['field']:.0f} px。",
        en=f"{s['millions']:.2f} M parameters; one image of {params.size} px takes {s['gmacs']:.2f} G multiply-adds. "
        f"The longest path has {s['weight_layers']:.0f} layers with weights; a unit of the last map sees "
        f"{s['field']:.0f} px.",
    )]  # fmt: skip
    if changed:
        out.append(text(
            zh=f"与未改动时（{s['base_millions']:.2f} M、{s['base_gmacs']:.2f} G、{s['base_field']:.0f} px）相比：参数 "
            f"×{s['parameters_ratio']:.2f}，乘加 ×{s['macs_ratio']:.2f}，感受野 {s['field']:.0f} px。",
            en=f"Against the network as it is ({s['base_millions']:.2f} M, {s['base_gmacs']:.2f} G, "
            f"{s['base_field']:.0f} px): parameters ×{s['parameters_ratio']:.2f}, multiply-adds "
            f"×{s['macs_ratio']:.2f}, receptive field {s['field']:.0f} px.",
        ))  # fmt: skip
    if params.network in STACKED and not params.gap and params.size != NETWORKS[params.network].size:
        out.append(text(
            zh=f"第一个全连接层读整张特征图，参数随输入大小变：现在是 {s['fc_first'] / 1e6:.1f} M。"
            "换成 GAP 就与输入无关。",
            en="The first FC layer reads the whole map, so its size follows the input: now "
            f"{s['fc_first'] / 1e6:.1f} M. With GAP it would not.",
        ))  # fmt: skip
    return [*out, NETWORKS[params.network].idea]


PRESETS = {
    "vgg-16": Preset(
        text(zh="VGG-16：89% 的参数在全连接层，乘加却只占 0.8%",
             en="VGG-16: the FC layers hold 89% of the parameters and do 0.8% of the work"),
        {}, {"parameters": (138357544, 138357544), "fc_share": (0.893, 0.894), "fc_mac_share": (0.0079, 0.0081),
             "fc_first": (102764544, 102764544), "gmacs": (15.465, 15.475), "field": (212, 212)}),
    "vgg-16-gap": Preset(
        text(zh="换成 GAP + 一层线性：只剩 15.2 M，乘加几乎不变",
             en="GAP and one linear layer instead: 15.2 M are left, the work hardly changes"),
        {"gap": True}, {"parameters": (15227688, 15227688), "macs_ratio": (0.99, 1), "parameters_ratio": (0.1, 0.12)}),
    "alexnet": Preset(
        text(zh="AlexNet：96% 的参数在全连接层", en="AlexNet: 96% of the parameters in the FC layers"),
        {"network": "alexnet-paper"},
        {"parameters": (60965224, 60965224), "fc_share": (0.96, 0.963), "gmacs": (0.72, 0.73), "field": (195, 195)}),
    "googlenet-wide": Preset(
        text(zh="GoogLeNet 去掉 3×3、5×5 之前的 1×1：乘加变成 2.8 倍",
             en="GoogLeNet without its 1×1 before 3×3 and 5×5: 2.8 times the work"),
        {"network": "googlenet", "reduction": "pool-only"},
        {"macs_ratio": (2.79, 2.81), "parameters_ratio": (3.6, 3.63), "base_millions": (6.998, 6.999)}),
    "inception-whole": Preset(
        text(zh="Inception v3 不拆 7×7：参数 1.6 倍，乘加 1.7 倍",
             en="Inception v3 with whole 7×7: 1.6 times the parameters, 1.7 times the work"),
        {"network": "inception-v3", "size": 299, "asymmetric": False},
        {"base_millions": (23.834, 23.835), "parameters_ratio": (1.57, 1.59), "macs_ratio": (1.69, 1.71),
         "field": (1311, 1311)}),
    "resnet-50-v1": Preset(
        text(zh="ResNet-50 按论文放步长：感受野 483 px，而不是 427 px",
             en="ResNet-50 with the paper's strides sees 483 px, not 427 px"),
        {"network": "resnet-50", "strided": "1x1"},
        {"parameters": (25557032, 25557032), "gmacs": (3.85, 3.87), "base_gmacs": (4.085, 4.095), "field": (483, 483),
         "base_field": (427, 427)}),
    "resnet-50-basic": Preset(
        text(zh="ResNet-50 不用瓶颈块：参数 13 倍", en="ResNet-50 without bottlenecks: 13 times the parameters"),
        {"network": "resnet-50", "block": "basic"}, {"parameters_ratio": (13.3, 13.5), "macs_ratio": (13.5, 13.7)}),
}  # fmt: skip
PREDICTIONS = (
    Prediction(
        "fc-parameters", text(zh="VGG-16 的参数，有多少在最后三个全连接层里？",
                              en="VGG-16: what share of its parameters sits in the three FC layers at the end?"),
        "vgg-16", "fc_share",
        text(zh="光是 fc6 就有 $7\times7\times512\times4096$ 个权重，约 103 M；13 个卷积层合起来才 14.7 M。",
             en="fc6 alone has $7\times7\times512\times4096$ weights, about 103 M; all 13 convolutions have 14.7 M."),
        (Option(text(zh="约四分之一", en="about a quarter"), high=0.4,
                why=text(zh="13 个卷积层虽多，卷积核却小，还在所有位置共享。",
                         en="There are 13 convolutions, but their kernels are small and shared over all positions.")),
         Option(text(zh="约六成", en="about 60%"), 0.4, 0.8,
                text(zh="低估了 fc6：它读的是整张 7×7×512 的特征图。",
                     en="That underrates fc6, which reads the whole map of 7×7×512.")),
         Option(text(zh="约九成", en="about 90%"), 0.8)),
    ),
    Prediction(
        "fc-work", text(zh="VGG-16 末尾的三个全连接层，占全网乘加次数的多少？",
                        en="What share of VGG-16's multiply-adds do the three FC layers at its end do?"),
        "vgg-16", "fc_mac_share",
        text(zh="全连接层的每个权重只用一次；卷积的每个权重在每个输出位置用一次，conv1_2 要用 $224^2$ = 50 176 次。",
             en="An FC weight is used once. A convolution's weight is used at every output position: $224^2$ = 50,176 "
             "times in conv1_2."),
        (Option(text(zh="不到 2%", en="below 2%"), high=0.02),
         Option(text(zh="约两成", en="about 20%"), 0.02, 0.5,
                text(zh="不到 0.13 G，而总共是 15.5 G。", en="It is less than 0.13 G, out of 15.5 G.")),
         Option(text(zh="约九成", en="about 90%"), 0.5,
                why=text(zh="那是它们占参数的比例；计算量还要乘上每个权重用了几次。",
                         en="That is their share of the parameters; work also counts how often each is used."))),
    ),
    Prediction(
        "without-reduction",
        text(zh="GoogLeNet 去掉 3×3 和 5×5 之前的 1×1 卷积（其余不变），全网的乘加是原来的几倍？",
             en="Take away GoogLeNet's 1×1 convolutions before 3×3 and 5×5, leave the rest: how many times the "
             "multiply-adds?"),
        "googlenet-wide", "macs_ratio",
        text(zh="单看 3a 的 5×5 分支是 9.7 倍；但 3×3 分支压得少，开头的卷积又不受影响，全网约 2.8 倍。",
             en="The 5×5 branch of 3a alone: 9.7 times. But the 3×3 branches are squeezed less and the stem not at "
             "all; 2.8 times over the whole net."),
        (Option(text(zh="约 1.2 倍", en="about 1.2 times"), high=1.6,
                why=text(zh="1×1 省下的比它自己花掉的多得多。", en="A 1×1 saves far more than it costs.")),
         Option(text(zh="约 3 倍", en="about 3 times"), 1.6, 6),
         Option(text(zh="约 10 倍", en="about 10 times"), 6,
                why=text(zh="那是 3a 的 5×5 一个分支的倍数。", en="That is the factor of one branch, the 5×5 of 3a."))),
    ),
)  # fmt: skip

demo = Demo(
    __name__, run, ArchitectureLedgerParams,
    title=text(zh="架构账本", en="Architecture ledger"),
    summary=text(
        zh="AlexNet 到 ResNet 的参数、乘加与感受野，按层表逐层算出；拨动开关，看每个想法省了什么。",
        en="Parameters, multiply-adds and receptive fields from AlexNet to ResNet, computed layer by layer; flip a "
        "switch to see what each idea saves.",
    ),
    presets=PRESETS, predictions=PREDICTIONS,
    references=("krizhevsky2012", "simonyan2015", "szegedy2015", "szegedy2016", "he2016", "araujo2019",
                "torchvision2016"),
    code=(trace, output_size, receptive_field, entries, input_spans, vgg, resnet),
    budget_s=0.5,
)  # fmt: skip
