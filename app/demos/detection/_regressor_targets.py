"""Tab "how targets are coded": encode and decode, what enlarging the picture does,
and where the logarithm is a line."""

import numpy as np
from numpy.typing import NDArray

from app.core.box_regression import pixel_offsets
from app.core.boxes import decode, encode, iou
from app.demos.detection._regressor_params import HEIGHT, WIDTH, BoxRegressorParams
from app.kit import Axis, Boxes, BoxSet, Check, DragBox, Lines, Mark, Result, Series, Text, same, text

Floats = NDArray[np.float64]
NAMES = ("t_x", "t_y", "t_w", "t_h")


def run(p: BoxRegressorParams) -> Result:
    proposal, truth = np.array([p.proposal], dtype=np.float64), np.array([p.truth], dtype=np.float64)
    t, pixels = encode(proposal, truth)[0], pixel_offsets(proposal, truth)[0]
    scaled = encode(p.scale * proposal, p.scale * truth)[0]
    back = decode(proposal, t)
    ratio = float((truth[0, 2] - truth[0, 0]) / (proposal[0, 2] - proposal[0, 0]))
    s = {
        "tx": t[0], "ty": t[1], "tw": t[2], "th": t[3], "iou": iou(proposal, truth)[0, 0],
        "dx_px": pixels[0], "dw_px": pixels[2], "dx_px_scaled": p.scale * pixels[0],
        "dw_px_scaled": p.scale * pixels[2],
        "width_ratio": ratio, "line_error": abs(ratio - 1 - t[2]), "inverse_sum": t[2] + encode(truth, proposal)[0, 2],
    }  # fmt: skip
    s = {name: float(value) for name, value in s.items()}
    checks = [
        Check(text(zh="编码再解码，与真值 (px)", en="encode, decode, against the truth (px)"),
              float(np.abs(back - truth).max()), 1e-9),
        Check(text(zh="放大前后的目标之差",
                   en="targets before and after enlarging"), float(np.abs(scaled - t).max()), 1e-9),
        Check(text(zh="P、G 互换，t_w 之和", en="swap P and G: sum of t_w"), abs(s["inverse_sum"]), 1e-9),
    ]  # fmt: skip
    return Result((_scene(p, proposal, truth, t, s), _scales(p, t, pixels, s), _logarithm(s)), s, _notes(p, s), checks)


def _scene(p: BoxRegressorParams, proposal: Floats, truth: Floats, t: Floats, s: dict[str, float]) -> Boxes:
    shown = ", ".join(f"{name} = {value:.3f}" for name, value in zip(NAMES, t, strict=True))
    centres = np.array([(box[0, :2] + box[0, 2:]) / 2 for box in (proposal, truth)])
    return Boxes(
        id="scene", title=text(zh="候选框 P（可拖动）与真值 G", en="Proposal P (drag it) and truth G"),
        description=text(zh=f"IoU {s['iou']:.3f}；目标 {shown}。", en=f"IoU {s['iou']:.3f}; targets {shown}."),
        width=WIDTH, height=HEIGHT, drag=DragBox(("px1", "py1", "px2", "py2"), step=1),
        sets=[BoxSet("ground-truth", text(zh="真值 G", en="truth G"), truth),
              BoxSet("anchor", text(zh="候选框 P", en="proposal P"), proposal, "highlight")],
        series=[Series("centre", text(zh="中心：从 P 到 G", en="centres: from P to G"), centres[:, 0], centres[:, 1],
                       draw="both")],
    )  # fmt: skip


def _scales(p: BoxRegressorParams, t: Floats, pixels: Floats, s: dict[str, float]) -> Lines:
    grid = np.geomspace(0.1, 10, 41)
    low = 1e-2
    return Lines(
        id="scales", title=text(zh="整幅图放大时，目标怎样变", en="What enlarging the picture does to the targets"),
        description=text(
            zh=f"放大 {p.scale:g} 倍：像素差 Δx 从 {s['dx_px']:.1f} 变成 {s['dx_px_scaled']:.1f} px，t_x 一直是 "
               f"{s['tx']:.3f}。",
            en=f"Enlarged {p.scale:g} times, Δx goes from {s['dx_px']:.1f} to {s['dx_px_scaled']:.1f} px; t_x stays "
            f"{s['tx']:.3f}.",
        ),
        series=[
            Series("target-0", same("|t_x|"), grid, np.full_like(grid, max(abs(t[0]), low))),
            Series("target-2", same("|t_w|"), grid, np.full_like(grid, max(abs(t[2]), low))),
            Series("target-1", text(zh="|Δx|（px）", en="|Δx| (px)"), grid, np.maximum(np.abs(grid * pixels[0]), low)),
            Series("target-5", text(zh="|Δw|（px）", en="|Δw| (px)"), grid, np.maximum(np.abs(grid * pixels[2]), low)),
        ],
        x=Axis(text(zh="放大倍数", en="enlarged by"), log=True, range=(0.1, 10)),
        y=Axis(text(zh="目标的大小", en="size of the target"), log=True, range=(low, 3000)),
        marks=[Mark(p.scale, text(zh="当前", en="now"), axis="x")],
    )  # fmt: skip


def _logarithm(s: dict[str, float]) -> Lines:
    grid, r = np.linspace(0.2, 3, 85), s["width_ratio"]
    return Lines(
        id="logarithm", title=text(zh="t_w = ln(w_G / w_P)：在 1 附近几乎是直线",
                                   en="t_w = ln(w_G / w_P): nearly a line around 1"),
        description=text(
            zh=f"现在宽度之比 {r:.2f}，t_w = {s['tw']:.3f}，直线 r − 1 给出 {r - 1:.3f}，差 {s['line_error']:.3f}。",
            en=f"Ratio of widths {r:.2f}: t_w = {s['tw']:.3f}, the line r − 1 gives {r - 1:.3f}, off by "
               f"{s['line_error']:.3f}.",
        ),
        series=[
            Series("target-2", same("ln r"), grid, np.log(grid)),
            Series("theory", text(zh="切线 r − 1", en="tangent r − 1"), grid, grid - 1, "reference"),
            Series("current", text(zh="当前的框",
                                   en="these boxes"), [min(max(r, 0.2), 3)], [s["tw"]], "highlight", "points"),
        ],
        x=Axis(text(zh="宽度之比 r = w_G / w_P", en="ratio of widths r = w_G / w_P"), range=(0.2, 3)),
        y=Axis(same("t_w"), range=(-1.8, 2.1)),
    )  # fmt: skip


def _notes(p: BoxRegressorParams, s: dict[str, float]) -> list[Text]:
    return [
        text(zh=f"位移除以候选框的宽高，所以放大 {p.scale:g} 倍后目标不变；像素差会跟着变成 {p.scale:g} 倍。",
             en=f"Shifts are divided by the proposal's size, so enlarging {p.scale:g} times leaves the targets alone; "
             f"differences in px grow {p.scale:g} times."),
        text(zh=f"宽高取对数：解码 $w=w_Pe^{{t_w}}$ 永远为正；放大一倍与缩小一半是 $\\pm\\ln2$。现在 $e^{{t_w}}$ = "
             f"{s['width_ratio']:.2f}。",
             en=f"Sizes use a logarithm: $w=w_Pe^{{t_w}}$ is always positive, and twice as wide and half as wide are "
             f"$\\pm\\ln2$. Here $e^{{t_w}}$ = {s['width_ratio']:.2f}."),
    ]  # fmt: skip
