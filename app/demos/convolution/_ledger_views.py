"""The pictures of the ledger: shares by stage, cost against accuracy, growth of the receptive field, the table."""

import functools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.core.layer_table import trace
from app.core.ledger import Entry, by_stage, entries, features, totals
from app.demos.convolution._networks import NETWORKS
from app.kit import Axis, Bars, BarSeries, Lines, Mark, Points, Series, Table, same, text

BESIDE = ("alexnet-paper", "vgg-16", "googlenet", "resnet-50")
MACS = text(zh="乘加", en="multiply-adds")
PARAMETERS = text(zh="参数", en="parameters")


@functools.cache
def published_costs() -> tuple[list[str], NDArray[np.float64]]:
    """Labels, and (n, 3): GMACs and millions of parameters as counted here, published top-1; all at published size."""
    known = [net for net in NETWORKS.values() if net.top1 is not None]
    costs = [(*totals(trace(net.build(), (3, net.size, net.size))), net.top1) for net in known]
    return [net.label for net in known], np.array([(m / 1e9, p / 1e6, top1) for p, m, top1 in costs])


@functools.cache
def growth(name: str) -> tuple[list[int], list[int]]:
    """Depth and receptive field of a known network, part by part; neither depends on the input."""
    seen = entries(features(NETWORKS[name].build()), (3, 448, 448))
    return [entry.depth for entry in seen], [entry.field.size for entry in seen]


def share_view(book: Sequence[Entry], s: dict[str, float]) -> Bars:
    stages = by_stage(book)
    costs = np.array(list(stages.values()), dtype=np.float64)
    shares = 100 * costs / costs.sum(axis=0)
    heavy, busy = (list(stages)[i] for i in costs.argmax(axis=0))
    return Bars(
        id="shares", title=text(zh="参数和乘加各在哪里", en="Where the parameters are, where the work is"),
        description=text(
            zh=f"参数最多的是 {heavy}（{shares[:, 0].max():.0f}%），乘加最多的是 {busy}（{shares[:, 1].max():.0f}%）；"
            f"全连接层占参数的 {100 * s['fc_share']:.2g}%、乘加的 {100 * s['fc_mac_share']:.2g}%。",
            en=f"Most parameters: {heavy} ({shares[:, 0].max():.0f}%). Most multiply-adds: {busy} "
            f"({shares[:, 1].max():.0f}%). The FC layers hold {100 * s['fc_share']:.2g}% of the parameters and do "
            f"{100 * s['fc_mac_share']:.2g}% of the work.",
        ),
        categories=[same(name) for name in stages],
        series=[BarSeries("parameters", PARAMETERS, shares[:, 0]), BarSeries("macs", MACS, shares[:, 1])],
        x=Axis(text(zh="阶段（从输入到输出）", en="Stage (from input to output)")),
        y=Axis(text(zh="占全网的比例", en="Share of the network"), "%", range=(0, 100)),
    )  # fmt: skip


def cloud_view(label: str, changed: bool, s: dict[str, float]) -> Points:
    labels, costs = published_costs()
    hover = [f"{name}: {m:.2f} G, {p:.1f} M, top-1 {t:.1f}%" for name, (m, p, t) in zip(labels, costs, strict=True)]
    best, lightest = labels[costs[:, 2].argmax()], labels[costs[:, 1].argmin()]
    here = text(zh=f"{label}（当前设置）", en=f"{label} as set") if changed else same(label)
    return Points(
        id="cost", title=text(zh="参数、乘加、准确率是三回事", en="Parameters, work and accuracy are three things"),
        description=text(
            zh=f"{here.zh}：{s['gmacs']:.2f} G、{s['millions']:.2f} M。颜色是公布的 top-1（%）：最高的是 {best}，"
            f"参数最少的是 {lightest}。",
            en=f"{here.en}: {s['gmacs']:.2f} G, {s['millions']:.2f} M. Colour: published top-1 accuracy (%), highest "
            f"for {best}; fewest parameters: {lightest}.",
        ),
        series=[
            Series("networks", text(zh="各网络（颜色：top-1）", en="networks (colour: top-1)"),
                   costs[:, 0], costs[:, 1], draw="points", values=costs[:, 2],
                   sizes=np.full(len(costs), 14.0), labels=hover),
            Series("current", here, [s["gmacs"]], [s["millions"]], "highlight", "points",
                   labels=[f"{label}: {s['gmacs']:.2f} G, {s['millions']:.1f} M"]),
        ],
        x=Axis(text(zh="每张图的乘加", en="Multiply-adds per image"), "10⁹", log=True),
        y=Axis(text(zh="参数", en="Parameters"), "10⁶", log=True),
    )  # fmt: skip


def field_view(name: str, size: int, seen: Sequence[Entry], backwards: NDArray[np.int64], s: dict[str, float]) -> Lines:
    depth, fields = np.array([entry.depth for entry in seen]), np.array([entry.field.size for entry in seen])
    covers = next((int(d) for d, r in zip(depth, fields, strict=True) if r >= size), None)
    when = (
        text(zh=f"到第 {covers} 层已不小于输入", en=f"it is as large as the input from layer {covers} on")
        if covers
        else text(zh="始终小于输入", en="it stays smaller than the input")
    )
    return Lines(
        id="field", title=text(zh="感受野随深度的增长", en="How the receptive field grows with depth"),
        description=text(
            zh=f"最后的特征图每格看到 {s['field']:.0f} px，相邻两格相距 {s['stride']:.0f} px；{when.zh}（{size} px）。",
            en=f"A unit of the last map sees {s['field']:.0f} px, its neighbour lies {s['stride']:.0f} px away; "
            f"{when.en} ({size} px).",
        ),
        series=[
            *(Series(other, same(NETWORKS[other].label), *growth(other), role="muted")
              for other in BESIDE if other != name),
            Series("current", same(NETWORKS[name].label), depth, fields, draw="line"),
            Series("theory", text(zh="从输出往回推", en="followed back from the output"), depth, backwards, "reference",
                   "points"),
        ],
        x=Axis(text(zh="带权重的层数", en="Layers with weights so far"), range=(0, max(50, int(depth[-1])) + 1)),
        y=Axis(text(zh="感受野", en="Receptive field"), "px", log=True, range=(2, 4000)),
        marks=[Mark(size, text(zh="输入边长", en="input side"))],
    )  # fmt: skip


def table_view(book: Sequence[Entry], spatial: int, s: dict[str, float]) -> Table:
    whole = text(zh="整张图", en="whole image")
    return Table(
        id="ledger", title=text(zh="逐层账本", en="The ledger, part by part"),
        description=text(
            zh=f"合计 {s['parameters']:,.0f} 个参数、{s['macs'] / 1e6:,.0f} M 次乘加（卷积与全连接层，一张图）。",
            en=f"In all {s['parameters']:,.0f} parameters and {s['macs'] / 1e6:,.0f} M multiply-adds (convolutions and "
            "FC layers, one image).",
        ),
        columns=[
            text(zh="层或模块", en="Layer or module"), text(zh="输出 C×H×W", en="Output C×H×W"), PARAMETERS,
            text(zh="乘加 10⁶", en="mult-adds, 10⁶"), text(zh="感受野 px", en="sees, px"),
        ],
        rows=[
            [entry.name, "×".join(str(n) for n in entry.shape), f"{entry.parameters:,}", f"{entry.macs / 1e6:,.1f}",
             entry.field.size if i < spatial else whole]
            for i, entry in enumerate(book)
        ],
    )  # fmt: skip
