"""RoI Pool or RoI Align? One output while the box slides."""

import numpy as np

from app.core.roi_compare import first_bin_while_sliding
from app.kit import Axis, Lines, Pair, Series, Tell, View, same, text


def draw(rng: np.random.Generator, side: int) -> View:
    rows, columns = np.mgrid[0:24, 0:24].astype(float)
    slope, tilt = rng.uniform(0.6, 1.4), rng.uniform(-0.3, 0.3)
    features = slope * columns + tilt * rows + rng.uniform(0, 0.4) * np.sin(columns)
    x, y = rng.uniform(60, 130, 2)
    box = [x, y, x + rng.uniform(110, 180), y + rng.uniform(110, 160)]
    shifts = np.arange(0, 32.25, 0.25)
    value = first_bin_while_sliding(features, box, shifts, 7, 16)[side]
    return Lines(
        id="slide",
        title=text(zh="框向右滑动时，左上角那一格的输出", en="The top left output while the box slides right"),
        description=text(
            zh=f"框移动 0 到 32 像素，步长 16；输出从 {value[0]:.2f} 变到 {value[-1]:.2f}，"
            f"其间取到 {len(np.unique(value.round(9)))} 个不同的值。",
            en=f"The box moves 0 to 32 px at stride 16; the output goes from {value[0]:.2f} to {value[-1]:.2f} and "
            f"takes {len(np.unique(value.round(9)))} different values on the way.",
        ),
        series=[Series("unknown", text(zh="输出", en="output"), shifts, value)],
        x=Axis(text(zh="框的位移", en="shift of the box"), unit="px", range=(0, 32)),
        y=Axis(text(zh="输出", en="output")),
    )  # fmt: skip


pair = Pair(
    __name__, text(zh="RoI Pool 还是 RoI Align", en="RoI Pool or RoI Align"),
    ("roi-pool", "roi-align"), (same("RoI Pool"), same("RoI Align")),
    text(zh="特征图不变，只让框每次右移 0.25 像素，记下左上角那一格的输出。这是哪一种池化？",
         en="The feature map stays; the box moves right by 0.25 px at a time, and the top left output is noted. "
         "Which pooling is this?"),
    draw,
    (
        Tell(0, text(zh="RoI Pool：坐标先取整，框动一点输出不变，跨过取整点才跳一下",
                     en="RoI Pool: coordinates are rounded, so it stays, then jumps where the rounding changes"),
             text(zh="两次取整之间，池化用的是同一批格子。",
                  en="Between two roundings the very same cells are pooled."), True),
        Tell(0, text(zh="RoI Pool：取最大值，所以曲线连续地上升",
                     en="RoI Pool: a maximum, so the curve rises continuously"),
             text(zh="最大值取自整数格子，随框移动只会跳变。",
                  en="The maximum is over whole cells: as the box moves it can only jump.")),
        Tell(1, text(zh="RoI Align：采样点不取整，双线性插值让输出连续变化",
                     en="RoI Align: sample points are not rounded; bilinear interpolation makes it continuous"),
             text(zh="采样点跟着框走，插值在格子之间是连续的。",
                  en="The sample points move with the box, and interpolation is continuous between cells."), True),
        Tell(1, text(zh="RoI Align：每格只取 4 个点，所以输出只有几个不同的值",
                     en="RoI Align: four points a bin, so it takes only a few different values"),
             text(zh="点虽然只有 4 个，每个点的值却随位置连续变化。",
                  en="There are only four points, but the value at each changes continuously with its place.")),
    ),
    text(zh="看它是阶梯还是连续曲线：取整出阶梯，框的位置得不到梯度；插值出连续曲线。",
         en="Look whether it is a staircase: rounding makes one, and leaves the box without a gradient; "
         "interpolation is continuous."),
    demo="roi-microscope",
)  # fmt: skip
