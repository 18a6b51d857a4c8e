"""Batch or layer normalisation? The normalised activations of a batch, with their row and column means."""

import numpy as np

from app.core.signal_propagation import normalise
from app.kit import Axis, Heatmap, Pair, Tell, View, text

SAMPLES, UNITS = 10, 14


def draw(rng: np.random.Generator, side: int) -> View:
    z = rng.standard_normal((SAMPLES, UNITS)) + 1.5 * rng.standard_normal((SAMPLES, 1)) + rng.standard_normal(UNITS)
    shown = normalise(z)[0] if side == 0 else normalise(z.T)[0].T
    by_sample, by_unit = np.abs(shown.mean(axis=1)).max(), np.abs(shown.mean(axis=0)).max()
    return Heatmap(
        id="normalised", title=text(zh="归一化之后的一批激活值", en="A batch of activations after normalisation"),
        description=text(
            zh=f"{SAMPLES} 个样本（行）× {UNITS} 个单元（列）。行均值离 0 最远 {by_sample:.2f}，"
            f"列均值离 0 最远 {by_unit:.2f}。",
            en=f"{SAMPLES} samples (rows) by {UNITS} units (columns). Row means are up to {by_sample:.2f} from 0, "
            f"column means up to {by_unit:.2f}.",
        ),
        z=shown, xs=np.arange(1, UNITS + 1), ys=np.arange(1, SAMPLES + 1), diverging=True,
        x=Axis(text(zh="单元", en="unit")), y=Axis(text(zh="样本", en="sample"), reverse=True),
        value=Axis(text(zh="归一化后的值", en="normalised value")),
    )  # fmt: skip


pair = Pair(
    __name__, text(zh="BN 还是 LN", en="Batch norm or layer norm"),
    ("batch-norm", "layer-norm"),
    (text(zh="批归一化（BN）", en="Batch norm"), text(zh="层归一化（LN）", en="Layer norm")),
    text(zh="行是样本，列是单元。这批激活值经过了哪一种归一化？",
         en="Rows are samples, columns are units. Which normalisation has this batch been through?"),
    draw,
    (
        Tell(0, text(zh="BN：每一列（单元）在批内均值为 0",
                     en="Batch norm: every column (unit) has mean 0 over the batch"),
             text(zh="BN 对每个单元，用这一批样本的均值和方差。",
                  en="Batch norm uses, for each unit, the mean and variance over the samples of the batch."), True),
        Tell(0, text(zh="BN：每一行（样本）均值为 0", en="Batch norm: every row (sample) has mean 0"),
             text(zh="按行归一化只看一个样本自己，与这一批无关。",
                  en="Normalising a row looks at one sample alone; the batch plays no part.")),
        Tell(1, text(zh="LN：每一行（样本）均值为 0", en="Layer norm: every row (sample) has mean 0"),
             text(zh="LN 对每个样本，用它自己各单元的均值和方差，所以与批大小无关。",
                  en="Layer norm uses, for each sample, the mean and variance over its own units: the batch size plays "
                  "no part."), True),
        Tell(1, text(zh="LN：每一列（单元）在批内均值为 0",
                     en="Layer norm: every column (unit) has mean 0 over the batch"),
             text(zh="按列归一化要用到整批样本，那是另一种归一化。",
                  en="Normalising a column needs the whole batch; that is the other normalisation.")),
    ),
    text(zh="哪个方向的均值恰好是 0，统计量就是沿那个方向算的：沿样本是 BN，沿单元是 LN。",
         en="The direction in which means are exactly 0 is the one the statistics run along: over samples batch norm, "
         "over units layer norm."),
    demo="signal-propagation",
)  # fmt: skip
