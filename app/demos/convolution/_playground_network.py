"""Tab "A trained network": a small CNN trained in this run, its kernels and maps on one input, its ledger."""

from typing import NamedTuple

import numpy as np

from app.core.activations import identity, relu
from app.core.conv import conv2d, fold_batch_norm
from app.core.conv_net import BN_EPS, ConvNet, Head, Pool, Tape, conv_net, forward, gradient_of
from app.core.layer_table import Layer, Row, act, conv, fc, global_pool, norm, pool, trace
from app.core.optimisers import adam, cosine, fit, minibatches
from app.core.shapes import SHAPES, labelled_shapes
from app.demos.convolution._playground_params import (
    HEADS,
    POOLS,
    SHAPE_NAMES,
    Floats,
    LayerPlaygroundParams,
    given_picture,
)
from app.kit import Check, Images, Result, Table, Text, text

NET_SIDE, CHANNELS, STEPS, BATCH, TRAIN, TEST = 12, (1, 6, 12), 100, 32, 384, 400
SEEN, UNSEEN = (3.0, 5.0), (6.0, 8.0)
"""Ranges of the centre's column in px: mirror images of each other."""


class Trained(NamedTuple):
    """A network after training, its loss at every step, and its accuracy on new shapes where training had some (all
    over the picture, or on the left) and where it had none (on the right; NaN if there is no such place)."""

    net: ConvNet
    losses: Floats
    seen: float
    unseen: float


def train(
    seed: int, rate: float, activated: bool = True, pool: Pool = "max", head: Head = "gap", batch_norm: bool = True,
    left: bool = False,
) -> Trained:  # fmt: skip
    """STEPS steps of Adam on drawn shapes. left: only shapes in the left half are shown in training."""
    rng = np.random.default_rng([seed, 1])
    x, y = labelled_shapes(TRAIN, rng, NET_SIDE, SEEN if left else None)
    phi = relu if activated else identity
    net = conv_net(CHANNELS, len(SHAPES), NET_SIDE, phi, np.random.default_rng([seed, 2]), pool, head, batch_norm)
    steps = fit(
        gradient_of(net, x, y, minibatches(TRAIN, BATCH, rng)), adam(net.parameters), cosine(rate, STEPS), STEPS
    )
    losses = np.array([step.loss for step in steps])
    unseen = _accuracy(net, seed, UNSEEN) if left else float("nan")
    return Trained(net, losses, _accuracy(net, seed, SEEN if left else None), unseen)


def _accuracy(net: ConvNet, seed: int, columns: tuple[float, float] | None) -> float:
    x, y = labelled_shapes(TEST, np.random.default_rng([seed, 3]), NET_SIDE, columns)
    return float((forward(net, x).logits.argmax(axis=1) == y).mean())


def ledger(net: ConvNet, side: int = NET_SIDE) -> list[Row]:
    """The network as a table: shapes, parameters, multiply-adds, receptive fields."""
    layers: list[Layer] = []
    for index, kernel in enumerate(net.kernels, start=1):
        stride = 2 if net.pool == "stride" else 1
        layers.append(conv(f"conv {index}", len(kernel), 3, stride, padding=1, bias=not net.scales))
        layers += [norm(f"BN {index}")] if net.scales else []
        layers += [act(f"ReLU {index}")] if net.activation is relu else []
        if net.pool in ("max", "avg"):
            layers.append(pool(f"pool {index}", 2, 2, kind="max-pool" if net.pool == "max" else "avg-pool"))
    layers += [global_pool("GAP")] if net.head == "gap" else []
    return trace([*layers, fc("fc", len(net.bias))], (len(net.kernels[0][0]), side, side))


def fold_deviation(net: ConvNet, x: Floats) -> float:
    """Largest difference between convolution → BN in evaluation, and the one convolution they fold into."""
    kernel, bias = fold_batch_norm(
        net.kernels[0], np.zeros(len(net.kernels[0])), net.scales[0], net.shifts[0], net.means[0], net.variances[0],
        BN_EPS,
    )  # fmt: skip
    stride = 2 if net.pool == "stride" else 1
    block = forward(net, x).blocks[0]
    apart = net.scales[0][:, None, None] * block.normal + net.shifts[0][:, None, None]
    return float(np.abs(conv2d(x, kernel, bias, stride, padding=1) - apart).max())


def run(params: LayerPlaygroundParams) -> Result:
    done = train(params.seed, params.rate, params.relu, params.pool, params.head, params.norm)
    image, name = _input(params)
    tape = forward(done.net, image[None, None])
    logits = tape.logits[0] - tape.logits.max()
    chances = np.exp(logits) / np.exp(logits).sum()
    rows = ledger(done.net)
    scalars = {
        "loss": float(done.losses[-10:].mean()), "first_loss": float(done.losses[0]), "accuracy": done.seen,
        "parameters": float(sum(row.parameters for row in rows)), "macs": float(sum(row.macs for row in rows)),
        "reach": float(next(row for row in reversed(rows) if row.layer.kind not in ("global-pool", "fc")).x.size),
        "head_parameters": float(rows[-1].parameters), "certainty": float(chances.max()),
        **{f"p_{kind}": float(p) for kind, p in zip(SHAPES, chances, strict=True)},
    }  # fmt: skip
    counted = sum(p.size for p in done.net.parameters)
    checks = [Check(text(zh="台账上的参数与数组里的个数", en="parameters in the ledger, and in the arrays"),
                    abs(scalars["parameters"] - counted), 0)]  # fmt: skip
    if done.net.scales:
        checks.append(Check(text(zh="卷积 + BN 合并成一个卷积", en="convolution + BN folded into one convolution"),
                            fold_deviation(done.net, image[None, None]), 1e-9))  # fmt: skip
    views = [_kernels(done.net), *_maps(tape, image, name), _table(rows, scalars)]
    return Result(views, scalars, _notes(params, scalars, name, chances), checks)


def _input(params: LayerPlaygroundParams) -> tuple[Floats, Text]:
    """A drawn shape, or the reader's picture with its brighter half taken for paper; a fully connected head takes only
    one size, so for it the picture is averaged down to that."""
    if not params.mine:
        drawn, _ = labelled_shapes(len(SHAPES), np.random.default_rng([params.seed, 9]), NET_SIDE)
        return drawn[SHAPES.index(params.shape), 0], SHAPE_NAMES[params.shape]
    image, name = given_picture(params)
    image = 1 - image if image.mean() > 0.5 else image
    return (_resized(image, NET_SIDE) if params.head == "fc" else image), name


def _resized(image: Floats, side: int) -> Floats:
    """Averages by area."""
    edges, cells = np.linspace(0, len(image), side + 1), np.arange(len(image))
    shares = np.minimum(edges[1:, None], cells + 1) - np.maximum(edges[:-1, None], cells)
    weights = np.clip(shares, 0, None) * side / len(image)
    return np.asarray(weights @ image @ weights.T)


def _kernels(net: ConvNet) -> Images:
    kernels = net.kernels[0][:, 0]
    return Images(
        id="kernels", title=text(zh="第一层学到的 6 个卷积核", en="The 6 kernels the first layer learned"),
        description=text(
            zh=f"从随机数开始训练得到，没有人设计；权重从 {kernels.min():.2f} 到 {kernels.max():.2f}。",
            en=f"Nobody designed them: training started from random numbers. Weights from {kernels.min():.2f} to "
            f"{kernels.max():.2f}."),
        images=_mosaic(kernels)[None], captions=[text(zh="核 1–3 在上，4–6 在下", en="1–3 above, 4–6 below")],
        diverging=True,
    )  # fmt: skip


def _maps(tape: Tape, image: Floats, name: Text) -> list[Images]:
    first, second = tape.blocks[0].active[0], tape.blocks[1].active[0]
    strongest = np.argsort(-second.mean(axis=(1, 2)), kind="stable")[:6]
    views = []
    for index, maps, channels in ((1, first, range(6)), (2, second[strongest], strongest)):
        side = maps.shape[-1]
        off = float(np.mean(maps <= 0))
        numbers = [str(channel + 1) for channel in channels]
        listed = ", ".join(numbers[:3]), ", ".join(numbers[3:])
        views.append(Images(
            id=f"maps-{index}",
            title=text(zh=f"“{name.zh}”在第 {index} 个卷积块之后", en=f"“{name.en}” after convolution block {index}"),
            description=text(
                zh=f"{side} × {side}，{'全部' if index == 1 else '响应最强的'} 6 个通道；{off:.0%} 的单元不大于 0。",
                en=f"{side} × {side}, {'all' if index == 1 else 'the strongest'} 6 channels; {off:.0%} of the units "
                "are not above 0."),
            images=_mosaic(maps)[None],
            captions=[text(zh=f"通道 {listed[0]} 在上，{listed[1]} 在下", en=f"{listed[0]} above, {listed[1]} below")],
        ))  # fmt: skip
    return views


def _mosaic(images: Floats) -> Floats:
    """Six pictures as two rows of three, with a gap of 1 px that is nothing."""
    n, h, w = images.shape
    tiles = np.full((2, h + 1, n // 2, w + 1), np.nan)
    tiles[:, :h, :, :w] = np.moveaxis(images.reshape(2, n // 2, h, w), 1, 2)
    return tiles.reshape(2 * (h + 1), n // 2 * (w + 1))[:-1, :-1]


def _table(rows: list[Row], s: dict[str, float]) -> Table:
    return Table(
        id="ledger", title=text(zh="逐层台账", en="The ledger, layer by layer"),
        description=text(
            zh=f"共 {s['parameters']:.0f} 个参数（分类头占 {s['head_parameters']:.0f} 个），{s['macs']:,.0f} 次乘加。",
            en=f"{s['parameters']:.0f} parameters ({s['head_parameters']:.0f} of them in the head) and "
            f"{s['macs']:,.0f} multiply-adds."),
        columns=[text(zh="层", en="Layer"), text(zh="通道×高×宽", en="c × h × w"), text(zh="参数", en="Weights"),
                 text(zh="乘加", en="MACs"), text(zh="感受野 px", en="Sees, px")],
        rows=[[row.layer.name, " × ".join(map(str, row.shape)), row.parameters, row.macs, row.x.size] for row in rows],
    )  # fmt: skip


def _notes(params: LayerPlaygroundParams, s: dict[str, float], name: Text, chances: Floats) -> list[Text]:
    best = SHAPE_NAMES[SHAPES[int(chances.argmax())]]
    notes = [
        text(zh=f"这次运行里真的训练了 {STEPS} 步（{POOLS[params.pool].zh}，{HEADS[params.head].zh}）：损失从 "
             f"{s['first_loss']:.2f} 降到 {s['loss']:.2f}，新图形上的正确率 {s['accuracy']:.0%}。",
             en=f"Really trained in this run, {STEPS} steps ({POOLS[params.pool].en}, {HEADS[params.head].en}): loss "
             f"from {s['first_loss']:.2f} to {s['loss']:.2f}, accuracy on new shapes {s['accuracy']:.0%}."),
        text(zh=f"“{name.zh}”被判为{best.zh}，概率 {s['certainty']:.0%}。",
             en=f"“{name.en}” is taken for a {best.en} with probability {s['certainty']:.0%}."),
    ]  # fmt: skip
    if params.mine:
        notes.append(text(
            zh="softmax 只能在圆、方、十字、叉里选一个，概率之和必须是 1：对照片，它的“把握”没有意义。"
            "背景按 0 处理，偏亮的图会先反色。",
            en="Softmax has to choose among circle, square, plus and cross, and its probabilities sum to 1: on a photo "
            "its confidence means nothing. Background counts as 0: a bright picture is inverted first."))  # fmt: skip
    return notes
