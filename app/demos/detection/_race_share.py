"""Tab "one pass or N": multiply–adds of R-CNN, Fast R-CNN and Faster R-CNN, and the times their papers measured."""

import math

import numpy as np

from app.core.conv_stack import VGG16, Stages, stack_macs
from app.core.detector_cost import Cost, break_even, dense_macs, fast_rcnn_cost, faster_rcnn_cost, rcnn_cost
from app.demos.detection._race_params import SharedComputeRaceParams

from app.kit import (  # isort: skip
    Axis, Bars, BarSeries, Check, Lines, Mark, Result, Series, Table, Text, View, same, text,
)  # fmt: skip

OUTPUTS = 21 + 4 * 21  # 20 classes and background, and a box for each
SMALL: Stages = ((8,), (16,), (32,), (32,))
NETS: dict[str, tuple[Stages, list[int]]] = {
    "vgg16": (VGG16, [7 * 7 * 512, 4096, 4096, OUTPUTS]),
    "small": (SMALL, [7 * 7 * 32, 128, OUTPUTS]),
}
PUBLISHED_GMACS = 15.47  # VGG-16 at 224 × 224 with its 1000 classes, as torchvision lists it
NAMES = {"rcnn": same("R-CNN"), "fast": same("Fast R-CNN"), "faster": same("Faster R-CNN")}
PARTS = {"conv": text(zh="卷积", en="convolutions"), "rpn": same("RPN"), "head": text(zh="全连接层", en="dense layers")}
TIMES = (  # seconds a picture on a K40, VGG-16; selective search on a CPU
    ("R-CNN", 47.0, None, None, None, "Fast R-CNN, table 4"),
    ("Selective Search + Fast R-CNN", 1.83, 0.146, 1.51, 0.174, "Faster R-CNN, table 5"),
    ("Faster R-CNN", 0.198, 0.141, 0.010, 0.047, "Faster R-CNN, table 5"),
)


def run(p: SharedComputeRaceParams) -> Result:
    stages, head = NETS[p.net]
    ceil = p.rounding == "ceil"
    costs = {
        "rcnn": rcnn_cost(stages, head, p.regions, p.crop),
        "fast": fast_rcnn_cost(stages, head, p.regions, p.height, p.width, ceil),
        "faster": faster_rcnn_cost(stages, head, p.rpn_regions, p.height, p.width, ceil),
    }
    even = break_even(stages, p.crop, p.height, p.width, ceil)
    one, h = stack_macs(stages, p.crop, p.crop), dense_macs(head)
    published = (stack_macs(VGG16, 224, 224) + dense_macs([*NETS["vgg16"][1][:3], 1000])) / 1e9
    s = {
        "rcnn_tmacs": costs["rcnn"].total / 1e12, "fast_gmacs": costs["fast"].total / 1e9,
        "faster_gmacs": costs["faster"].total / 1e9, "speed_up": costs["rcnn"].total / costs["fast"].total,
        "speed_up_limit": (one + h) / h, "break_even": even, "first_gain": math.floor(even) + 1,
        "area_ratio": p.height * p.width / p.crop**2, "rpn_gmacs": costs["faster"].rpn / 1e9,
        "conv_gmacs": costs["fast"].conv / 1e9, "crop_gmacs": one / 1e9, "vgg16_gmacs": published,
        **{f"{part}_share_{name}": getattr(cost, part) / cost.total for name, cost in costs.items() for part in PARTS},
        "head_per_region_gmacs": h / 1e9,
    }  # fmt: skip
    checks = [
        Check(text(zh="VGG-16 的乘加（G），与 torchvision 公布的",
                   en="VGG-16's multiply–adds (G), torchvision's figure"),
              abs(published - PUBLISHED_GMACS), 0.005),
        Check(text(zh="盈亏点与面积之比（相对差）", en="break-even against the ratio of areas, relative"),
              abs(even / s["area_ratio"] - 1), 0.05),
    ]  # fmt: skip
    views: list[View] = [_cost_view(p, stages, head, costs, even, s), _share_view(costs, s)]
    if p.net == "vgg16":
        views.append(_times_view())
    return Result(views, s, _notes(p, s), checks)


def _cost_view(
    p: SharedComputeRaceParams, stages: Stages, head: list[int], costs: dict[str, Cost], even: float,
    s: dict[str, float],
) -> Lines:  # fmt: skip
    n = np.unique(np.geomspace(1, 4000, 60).round())
    one, h = stack_macs(stages, p.crop, p.crop), dense_macs(head)
    shared = costs["fast"].conv
    marks = [Mark(p.regions, text(zh="当前 N", en="this N"), axis="x")]
    if 1 <= even <= 4000:
        marks.append(Mark(even, text(zh=f"盈亏点 {even:.1f}", en=f"break-even {even:.1f}"), axis="x"))
    return Lines(
        id="cost", title=text(zh="一张图要算多少次乘加", en="Multiply–adds for one picture"),
        description=text(
            zh=f"N = {p.regions:,} 时 R-CNN 要 {s['rcnn_tmacs'] * 1e3:,.1f} G，Fast R-CNN 要 {s['fast_gmacs']:,.1f} G，"
            f"相差 {s['speed_up']:.1f} 倍；两条线在 N = {even:.1f} 处相交。",
            en=f"At N = {p.regions:,} R-CNN takes {s['rcnn_tmacs'] * 1e3:,.1f} G, Fast R-CNN {s['fast_gmacs']:,.1f} G: "
            f"a factor of {s['speed_up']:.1f}. The lines cross at N = {even:.1f}.",
        ),
        series=[
            Series("rcnn", NAMES["rcnn"], n, n * (one + h) / 1e9),
            Series("fast", NAMES["fast"], n, (shared + n * h) / 1e9),
            Series("head", text(zh="其中：全连接层 N·h", en="of which: dense layers, N·h"), n, n * h / 1e9, "muted"),
            Series("faster", text(zh=f"Faster R-CNN，{p.rpn_regions} 个框",
                                  en=f"Faster R-CNN, {p.rpn_regions} regions"),
                   [p.rpn_regions], [s["faster_gmacs"]], "highlight", "points"),
        ],
        x=Axis(text(zh="候选框数 N", en="Regions N"), log=True, range=(1, 4000)),
        y=Axis(text(zh="乘加次数", en="Multiply–adds"), "G", log=True),
        marks=marks,
    )  # fmt: skip


def _share_view(costs: dict[str, Cost], s: dict[str, float]) -> Bars:
    return Bars(
        id="shares", title=text(zh="钱花在哪里：瓶颈在移动", en="Where it goes: the bottleneck moves"),
        description=text(
            zh=f"卷积占的比例：R-CNN {s['conv_share_rcnn']:.0%}，Fast R-CNN {s['conv_share_fast']:.0%}，Faster R-CNN "
            f"{s['conv_share_faster']:.0%}；RPN 只占 {s['rpn_share_faster']:.1%}。",
            en=f"Convolutions are {s['conv_share_rcnn']:.0%} of R-CNN, {s['conv_share_fast']:.0%} of Fast R-CNN, "
            f"{s['conv_share_faster']:.0%} of Faster R-CNN; the RPN takes {s['rpn_share_faster']:.1%}.",
        ),
        categories=tuple(NAMES.values()), stacked=True, x=Axis(text(zh="检测器", en="Detector")),
        y=Axis(text(zh="占乘加的比例", en="Share of multiply–adds"), "%", range=(0, 100)),
        series=[BarSeries(part, name, np.array([100 * getattr(c, part) / c.total for c in costs.values()]))
                for part, name in PARTS.items()],
    )  # fmt: skip


def _times_view() -> Table:
    rows = [[same(name), total, conv, proposals, head, same(source)]
            for name, total, conv, proposals, head, source in TIMES]  # fmt: skip
    return Table(
        id="times", title=text(zh="论文实测：VGG-16，每张图多少秒",
                               en="As the papers measured it: VGG-16, seconds a picture"),
        description=text(
            zh="K40 GPU，选择性搜索在 CPU 上。R-CNN 要 47.0 秒；共享卷积之后，1.83 秒里有 1.51 秒在选框；RPN 把它降到 "
            "0.010 秒。",
            en="K40 GPU, selective search on a CPU. R-CNN takes 47.0 s. Once convolutions are shared, 1.51 of 1.83 s "
            "go to proposals; the RPN brings that down to 0.010 s.",
        ),
        columns=[text(zh="系统", en="System"), text(zh="合计", en="total"), text(zh="卷积", en="convolutions"),
                 text(zh="选框", en="proposals"), text(zh="逐框", en="per region"), text(zh="出处", en="Source")],
        rows=rows,
    )  # fmt: skip


def _notes(p: SharedComputeRaceParams, s: dict[str, float]) -> list[Text]:
    first, even = f"{s['first_gain']:.0f}", f"{s['break_even']:.2f}"
    notes = [
        text(zh=rf"R-CNN 要 $N(m_c+h)$，Fast R-CNN 要 $m_i+Nh$，在 $N=m_i/m_c={even}$ 处相等：从第 {first} 个框起，"
             rf"共享才省。它约等于图像与裁剪块的面积之比 {s['area_ratio']:.2f}，与全连接层无关。",
             en=rf"R-CNN takes $N(m_c+h)$, Fast R-CNN $m_i+Nh$: equal at $N=m_i/m_c={even}$, so sharing pays from "
             rf"region {first} on. That is nearly picture area over crop area, {s['area_ratio']:.2f}, whatever the "
             r"head."),
        text(zh=f"现在 N = {p.regions:,}，还没到盈亏点：R-CNN 只要 Fast R-CNN 的 {s['speed_up']:.0%}。",
             en=f"N = {p.regions:,} is still below break-even: R-CNN takes {s['speed_up']:.0%} of what Fast R-CNN "
                "takes.")
        if s["speed_up"] < 1 else
        text(zh=f"N = {p.regions:,} 时省到 {s['speed_up']:.1f} 分之一。N 再大也超不过 $(m_c+h)/h$ = "
             f"{s['speed_up_limit']:.0f} 倍：共享之后，全连接层占了 Fast R-CNN 的 {s['head_share_fast']:.0%}。",
             en=f"At N = {p.regions:,} sharing saves a factor of {s['speed_up']:.1f}. It can never save more than "
             f"$(m_c+h)/h$ = {s['speed_up_limit']:.0f}: dense layers are now {s['head_share_fast']:.0%} of Fast "
             "R-CNN."),
    ]  # fmt: skip
    if p.net == "vgg16":
        notes.append(text(
            zh="论文实测 R-CNN 47.0 秒、Fast R-CNN 0.32 秒，快 146 倍；乘加不计裁剪、缩放和读写，所以倍数不同。",
            en="Measured in the paper, R-CNN took 47.0 s and Fast R-CNN 0.32 s, a factor of 146. Multiply–adds leave "
               "out cropping, warping and memory traffic, so the factors differ.",
        ))  # fmt: skip
    return notes
