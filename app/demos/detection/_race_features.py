"""Tab "the same features?": a real small network on a crop, and on the whole picture followed by RoI pooling."""

import numpy as np
from numpy.typing import NDArray

from app.core.conv_stack import he_stack, stack_features, stack_macs
from app.core.detector_cost import break_even
from app.core.layer_table import receptive_field
from app.core.roi import roi_pool
from app.core.roi_align import bilinear, roi_align
from app.demos.detection._race_params import SIDE, SharedComputeRaceParams
from app.demos.detection._race_share import SMALL

from app.kit import (  # isort: skip
    Axis, Boxes, BoxSet, Check, DragBox, Heatmap, Lines, Mark, Result, Series, Text, same, text,
)  # fmt: skip

Floats = NDArray[np.float64]
CROP, STRIDE, OUT = 112, 16, 7
SIDES = np.arange(48, 241, 16)
FIELD = receptive_field([layer for _ in SMALL for layer in ((3, 1, 1), (2, 2, 0))])[0]


def picture(seed: int) -> Floats:
    """A colour gradient with 30 discs and rectangles on it, shape (3, SIDE, SIDE), in 0..1."""
    rng = np.random.default_rng([seed, 0])
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE
    image = np.stack([x, y, np.full_like(x, 0.5)])
    for number in range(30):
        cx, cy, size, stretch = rng.uniform([0, 0, 0.03, 0.5], [1, 1, 0.15, 2])
        colour = rng.uniform(size=3)
        disc = (x - cx) ** 2 + (y - cy) ** 2 < size**2
        inside = disc if number % 2 else (np.abs(x - cx) < size) & (np.abs(y - cy) < size * stretch)
        image = np.where(inside, colour[:, None, None], image)
    return image


def warped_crop(image: Floats, box: Floats, context: int) -> Floats:
    """The box warped to CROP × CROP px, plus `context` px of what lies around it on each side (as R-CNN does)."""
    at = (np.arange(-context, CROP + context) + 0.5) / CROP
    xs, ys = (low + at * (high - low) - 0.5 for low, high in ((box[0], box[2]), (box[1], box[3])))
    return bilinear(image, ys[:, None], xs[None, :])


def run(p: SharedComputeRaceParams) -> Result:
    image, net = picture(p.seed), he_stack(SMALL, np.random.default_rng([p.seed, 1]))
    box, context = np.array([p.x1, p.y1, p.x2, p.y2], dtype=np.float64), int(p.context)
    shared = stack_features(image - 0.5, net, len(SMALL))

    def separately(where: Floats) -> Floats:
        cells = stack_features(warped_crop(image - 0.5, where, context), net, len(SMALL))
        ring = context // STRIDE
        return cells[:, ring : ring + OUT, ring : ring + OUT]

    def from_shared(where: Floats, how: str) -> Floats:
        return (
            roi_align(shared, where, OUT, STRIDE, 1) if how == "roi-align" else roi_pool(shared, where, OUT, STRIDE)
        )[0]

    alone, together = separately(box), from_shared(box, p.pooling)
    gaps = np.linalg.norm(alone - together, axis=0) / np.linalg.norm(alone, axis=0)
    equal = int(np.count_nonzero(gaps < 1e-9))
    centre = (box[:2] + box[2:]) / 2
    squares = [np.concatenate([centre - side / 2, centre + side / 2]) for side in SIDES]
    cut = [separately(square) for square in squares]
    curves = {how: np.array([relative(a, from_shared(square, how)) for a, square in zip(cut, squares, strict=True)])
              for how in ("roi-align", "roi-pool")}  # fmt: skip
    aligned = bool(np.all(box % STRIDE == 0) and np.all(box[2:] - box[:2] == CROP))
    s = {
        "equal_cells": equal, "gap": relative(alone, together), "largest_gap": float(gaps.max()),
        "shuffled_gap": relative(alone, np.roll(alone, (2, 3), axis=(1, 2))),
        "centre_gap": float(gaps[1:-1, 1:-1].max()), "receptive_field": FIELD, "reach": (FIELD - STRIDE) / 2,
        "crop_mmacs": stack_macs(SMALL, CROP, CROP) / 1e6, "image_mmacs": stack_macs(SMALL, SIDE, SIDE) / 1e6,
        "break_even": break_even(SMALL, CROP, SIDE, SIDE), "width": p.x2 - p.x1, "height": p.y2 - p.y1,
    }  # fmt: skip
    checks = []
    if aligned and p.pooling == "roi-align":
        fits = box.min() >= context and box.max() <= SIDE - context
        exact = gaps if context and fits else gaps[1:-1, 1:-1]
        checks.append(Check(text(zh="感受野不出裁剪块的格：两条路的差",
                                 en="cells whose field stays in the crop: both paths"),
                            float(exact.max()), 1e-9))  # fmt: skip
    return Result(_views(p, image, box, gaps, curves, s), s, _notes(p, s, aligned), checks)


def relative(a: Floats, b: Floats) -> float:
    """‖a − b‖ / ‖a‖."""
    return float(np.linalg.norm(a - b) / np.linalg.norm(a))


def _views(p: SharedComputeRaceParams, image: Floats, box: Floats, gaps: Floats, curves: dict[str, Floats],
           s: dict[str, float]) -> list[Boxes | Heatmap | Lines]:  # fmt: skip
    equal, size = s["equal_cells"], box[2:] - box[:2]
    grow = int(p.context) * size / CROP
    crop, cell = np.concatenate([box[:2] - grow, box[2:] + grow]), size / OUT
    corner = np.concatenate(
        [box[:2] + cell / 2 - FIELD * size / CROP / 2, box[:2] + cell / 2 + FIELD * size / CROP / 2]
    )
    mean = float(np.median(gaps))
    scene = Boxes(
        id="scene", title=text(zh="图像与候选框：拖动它", en="The picture and a region: drag it"),
        description=text(
            zh=f"框 {size[0]:.0f}×{size[1]:.0f} px，缩放到 {CROP}×{CROP}。左上角那一格要看 {FIELD} 个像素宽的区域，"
            f"比自己的格子每边多 {s['reach']:.0f} 个。",
            en=f"A region of {size[0]:.0f}×{size[1]:.0f} px, warped to {CROP}×{CROP}. Its top left cell sees {FIELD} "
               f"pixels across, {s['reach']:.0f} beyond its own edge on each side.",
        ),
        width=SIDE, height=SIDE, image=np.moveaxis(np.round(image, 2), 0, -1),
        drag=DragBox(("x1", "y1", "x2", "y2"), step=1),
        sets=[
            BoxSet("receptive-field", text(zh="左上角一格的感受野", en="what its top left cell sees"), corner[None],
                   "reference"),
            *([BoxSet("crop", text(zh="裁剪块", en="the crop, with context"), crop[None])] if grow.any() else []),
            BoxSet("current", text(zh="候选框", en="the region"), box[None], "highlight"),
        ],
    )  # fmt: skip
    cells = np.arange(OUT) + 1.0
    differences = Heatmap(
        id="gaps", title=text(zh="7×7 特征：单独算与共享算的相对差",
                              en="7×7 features: relative gap between the two paths"),
        description=text(
            zh=f"49 格里有 {equal:.0f} 格完全相同；中位数 {mean:.3f}，最大 {s['largest_gap']:.2f}。",
            en=f"{equal:.0f} of 49 cells are identical; the median gap is {mean:.3f}, the largest "
               f"{s['largest_gap']:.2f}.",
        ),
        z=np.where(gaps < 1e-9, 0.0, gaps), xs=cells, ys=cells, equal=True, text=True,
        x=Axis(text(zh="列", en="column")), y=Axis(text(zh="行", en="row"), reverse=True),
        value=Axis(text(zh="相对差", en="relative gap"), range=(0, 1)),
    )  # fmt: skip
    names = {"roi-align": same("RoI Align"), "roi-pool": same("RoI Pool")}
    by_size = Lines(
        id="sizes", title=text(zh="中心不动、大小改变时两条路的差", en="The gap as the region grows around its centre"),
        description=text(
            zh=f"正方形边长 {CROP} px 时裁剪块不用缩放；RoI Align 的差最小 {curves['roi-align'].min():.2f}，最大 "
            f"{curves['roi-align'].max():.2f}。",
            en=f"A square of {CROP} px needs no warping. RoI Align's gap is between {curves['roi-align'].min():.2f} "
               f"and {curves['roi-align'].max():.2f}.",
        ),
        series=[Series(how, names[how], SIDES, y, draw="both") for how, y in curves.items()],
        x=Axis(text(zh="正方形边长", en="side of the square"), "px", range=(40, 248)),
        y=Axis(text(zh="相对差 ‖a − b‖ / ‖a‖", en="relative gap ‖a − b‖ / ‖a‖"), range=(0, 1)),
        marks=[Mark(CROP, text(zh="不缩放", en="no warping"), axis="x"),
               Mark(s["shuffled_gap"], text(zh="参照：打乱位置的特征", en="for scale: the same cells shuffled"))],
    )  # fmt: skip
    return [scene, differences, by_size]


def _notes(p: SharedComputeRaceParams, s: dict[str, float], aligned: bool) -> list[Text]:
    cost = text(
        zh=f"这个网络算一块 {CROP} px 的裁剪要 {s['crop_mmacs']:.1f} M 次乘加，算整图要 {s['image_mmacs']:.1f} M 次："
        f"{s['break_even']:.2f} 块以上，共享就省。",
        en=f"This network takes {s['crop_mmacs']:.1f} M multiply–adds for a crop of {CROP} px and "
        f"{s['image_mmacs']:.1f} M for the picture: beyond {s['break_even']:.2f} crops sharing is cheaper.",
    )
    if p.pooling == "roi-pool":
        why = text(
            zh="RoI Pool 先把框边取整到格，相邻的 bin 又重叠：读到的不是裁剪块的那 7×7 格。",
            en="RoI Pool rounds the box to cells, and its bins overlap: it does not read the 7×7 cells of the crop.",
        )
    elif not aligned:
        why = text(
            zh="框不在步长 16 的格点上，或大小不是 112 px：裁剪块要重新采样，它的格子与共享图的对不上，"
            "没有一格会相同。",
            en="The region is off the grid of stride 16, or not 112 px: the crop is resampled, its cells are other "
            "cells than the shared map's, and none needs to be equal.",
        )
    elif s["equal_cells"] < OUT**2:
        why = text(
            zh=f"卷积对平移等变，所以内部 {s['equal_cells']:.0f} 格分毫不差；外圈的感受野伸出裁剪块 {s['reach']:.0f} "
            "px：单独算时那里是补零，共享算时那里是真的图像。",
            en=f"Convolutions commute with shifts: the inner {s['equal_cells']:.0f} cells agree to the last digit. The "
            f"outer ring sees {s['reach']:.0f} px beyond the crop: zeros for one path, the real picture for the other.",
        )
    else:
        why = text(zh=f"裁剪块多带 {p.context} px，超过感受野伸出的 {s['reach']:.0f} px：49 格全部相同，可以只算一遍。",
                   en=f"With {p.context} px of context, more than the {s['reach']:.0f} px the field sticks out, all 49 "
                      "cells are equal: computing them once is enough.")  # fmt: skip
    return [why, cost]
