"""Tab "the ridge experiment": a linear regressor on crop features, trained on near pairs only or on all of them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.core.box_regression import (
    Linear,
    apply_pixel_offsets,
    crop_features,
    fit_offsets,
    paired_iou,
    pixel_offsets,
    proposals_near,
)  # fmt: skip
from app.core.boxes import decode, encode
from app.demos.detection._regressor_params import BoxRegressorParams
from app.kit import Axis, Boxes, BoxSet, Check, Lines, Mark, Result, Series, Text, text

Floats = NDArray[np.float64]
BINS = ((0.1, 0.3), (0.3, 0.5), (0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 1.0))
FLOORS = np.arange(0.1, 0.81, 0.1)
NEAREST, TEST, SEEDS, ALL = 3, 300, 3, 0.1  # the bin of 0.6 to 0.7; boxes a bin; runs; "all" starts at this IoU
CLIP = float(np.log(1000 / 16))


def fit(p: BoxRegressorParams, floor: float, seed: int) -> Linear:
    """The regressor trained on pairs with an IoU from `floor` on."""
    rng = np.random.default_rng([p.seed, seed, 1])
    proposals, objects = proposals_near(p.pairs, floor, 1.01, rng)
    features = crop_features(proposals, objects) + p.noise * rng.standard_normal((p.pairs, 144))
    return fit_offsets(
        features, (encode if p.target == "normalised" else pixel_offsets)(proposals, objects), p.strength
    )


def refine(
    p: BoxRegressorParams, model: Linear, proposals: Floats, objects: Floats, rng: np.random.Generator
) -> Floats:
    """The proposals after `rounds` refinements, each from the features of the box it starts from."""
    for _ in range(p.rounds):
        offsets = model(crop_features(proposals, objects) + p.noise * rng.standard_normal((len(proposals), 144)))
        if p.target == "pixels":
            proposals = apply_pixel_offsets(proposals, offsets)
        else:  # the exponential needs a limit, as every detector has
            proposals = decode(proposals, np.clip(offsets, -CLIP, CLIP))
    return proposals


def tests(p: BoxRegressorParams, seed: int) -> list[tuple[Floats, Floats]]:
    rng = np.random.default_rng([p.seed, seed, 2])
    return [proposals_near(TEST, low, high, rng) for low, high in BINS]


def after(p: BoxRegressorParams, floor: float, seed: int, pairs: list[tuple[Floats, Floats]]) -> Floats:
    """Mean IoU after refinement in each bin of the IoU before, shape (bins,)."""
    model, rng = fit(p, floor, seed), np.random.default_rng([p.seed, seed, 3])
    return np.array([paired_iou(refine(p, model, a, b, rng), b).mean() for a, b in pairs])


def run(p: BoxRegressorParams) -> Result:
    held_out = [tests(p, seed) for seed in range(SEEDS)]
    before = np.array([[paired_iou(a, b).mean() for a, b in pairs] for pairs in held_out])
    chosen = np.array([after(p, p.floor, seed, pairs) for seed, pairs in enumerate(held_out)])
    everything = np.array([after(p, ALL, seed, pairs) for seed, pairs in enumerate(held_out)])
    sweep = np.array([after(p, float(floor), 0, held_out[0][NEAREST : NEAREST + 1])[0] for floor in FLOORS])
    s = {
        "before_near": before[:, NEAREST].mean(), "near": chosen[:, NEAREST].mean(), "all": everything[:,
                                                                                                       NEAREST].mean(),
        "far_before": before[:, 0].mean(), "far": chosen[:, 0].mean(), "far_all": everything[:, 0].mean(),
        "gain": (chosen - everything)[:, NEAREST].mean(), "far_gain": (chosen - everything)[:, 0].mean(),
        "spread": chosen[:, NEAREST].std(ddof=1), "best_floor": FLOORS[sweep.argmax()], "sweep_all": sweep[0],
        "sweep_06": sweep[5], "sweep_08": sweep[7],
    }  # fmt: skip
    s = {name: float(value) for name, value in s.items()}
    checks = [Check(text(zh="闭式岭回归与梯度下降的最优条件",
                         en="ridge: gradient of its objective at the solution, relative"),
                    stationarity(p), 1e-6)]  # fmt: skip
    views = (_binned(before.mean(axis=0), chosen, everything, p, s), _sweep(p, sweep, s), _examples(p, held_out[0]))
    return Result(views, s, _notes(p, s), checks)


def stationarity(p: BoxRegressorParams) -> float:
    """‖∇‖ of the ridge objective at the fit over ‖∇‖ at 0: the closed form held against its definition."""
    rng = np.random.default_rng([p.seed, 0, 1])
    proposals, objects = proposals_near(p.pairs, p.floor, 1.01, rng)
    x = crop_features(proposals, objects) + p.noise * rng.standard_normal((p.pairs, 144))
    t, model = encode(proposals, objects), fit_offsets(x, encode(proposals, objects), p.strength)
    slope = x.T @ (model(x) - t) + p.strength * model.weights
    return float(np.linalg.norm(slope) / np.linalg.norm(x.T @ t))


def _binned(before: Floats, chosen: Floats, everything: Floats, p: BoxRegressorParams, s: dict[str, float]) -> Lines:
    low, high = chosen[:, NEAREST].min(), chosen[:, NEAREST].max()
    here = text(zh=f"只用 IoU ≥ {p.floor:.2f} 训练", en=f"trained from IoU {p.floor:.2f} on")
    runs = np.tile(before, SEEDS)
    return Lines(
        id="binned", title=text(zh="修框之前与之后的 IoU", en="IoU before and after refinement"),
        description=text(
            zh=f"IoU 在 0.6 到 0.7 之间的框：{s['before_near']:.3f} → {s['near']:.3f}（{SEEDS} 次 {low:.3f} 到 "
            f"{high:.3f}）；用全部样本训练是 {s['all']:.3f}。最远的一档：{s['far']:.3f} 对 {s['far_all']:.3f}。",
            en=f"Boxes with an IoU of 0.6 to 0.7: {s['before_near']:.3f} → {s['near']:.3f} ({SEEDS} runs, {low:.3f} to "
            f"{high:.3f}), {s['all']:.3f} when trained on all pairs. The farthest bin: {s['far']:.3f} against "
            f"{s['far_all']:.3f}.",
        ),
        series=[
            Series("pairs-0", here, before, chosen.mean(axis=0), draw="both"),
            Series("pairs-1", text(zh="用 IoU ≥ 0.1 的全部训练",
                               en="trained on all, from IoU 0.1"), before, everything.mean(axis=0),
                   draw="both"),
            Series("pairs-0", text(zh="各次运行", en="each run"), runs, chosen.ravel(), "muted", "points"),
            Series("reference", text(zh="不变",
                                     en="unchanged"), np.array([0.0, 1.0]), np.array([0.0, 1.0]), "reference"),
        ],
        x=Axis(text(zh="修之前的 IoU（每档平均）", en="IoU before (mean of the bin)"), range=(0.2, 0.9)),
        y=Axis(text(zh="修之后的 IoU", en="IoU after"), range=(0, 1)),
    )  # fmt: skip


def _sweep(p: BoxRegressorParams, sweep: Floats, s: dict[str, float]) -> Lines:
    return Lines(
        id="floors", title=text(zh="训练样本的 IoU 下限选多少？", en="Which least IoU of training pairs?"),
        description=text(
            zh=f"修 0.6 到 0.7 的框：下限 0.1 得 {s['sweep_all']:.3f}，0.6 得 {s['sweep_06']:.3f}，0.8 得 "
            f"{s['sweep_08']:.3f}；最好的是 {s['best_floor']:.1f}。",
            en=f"For boxes of 0.6 to 0.7: {s['sweep_all']:.3f} with a floor of 0.1, {s['sweep_06']:.3f} with 0.6, "
            f"{s['sweep_08']:.3f} with 0.8; best at {s['best_floor']:.1f}.",
        ),
        series=[Series("pairs-0", text(zh="IoU 0.6–0.7 的框，修之后",
                                    en="boxes of IoU 0.6–0.7, after"), FLOORS, sweep, draw="both")],
        x=Axis(text(zh="训练样本的 IoU 下限", en="least IoU of training pairs"), range=(0.05, 0.85)),
        y=Axis(text(zh="修之后的 IoU", en="IoU after"), range=(0.6, 1)),
        marks=[Mark(0.6, text(zh="R-CNN 用 0.6", en="R-CNN: 0.6"), axis="x"),
               Mark(s["before_near"], text(zh="修之前", en="before"))],
    )  # fmt: skip


def _examples(p: BoxRegressorParams, pairs: list[tuple[Floats, Floats]]) -> Boxes:
    """One box of each of four bins, side by side, moved to a common place."""
    model, rng = fit(p, p.floor, 0), np.random.default_rng([p.seed, 0, 4])
    shown: dict[str, list[Any]] = {"truth": [], "before": [], "after": []}
    gains = []
    for place, at in enumerate((0, 1, 3, 5)):
        proposal, truth = pairs[at][0][:1], pairs[at][1][:1]
        refined = refine(p, model, proposal, truth, rng)
        shift = np.tile(np.array([place * 150 + 75.0, 75.0]) - (truth[0, :2] + truth[0, 2:]) / 2, 2)
        for name, box in (("truth", truth), ("before", proposal), ("after", refined)):
            shown[name].append(box[0] + shift)
        gains.append(f"{paired_iou(proposal, truth)[0]:.2f} → {paired_iou(refined, truth)[0]:.2f}")
    told = ", ".join(gains)
    return Boxes(
        id="examples", title=text(zh="四个框，从远到近", en="Four boxes, from far to near"),
        description=text(zh=f"从左到右的 IoU：{told}。", en=f"IoU, left to right: {told}."),
        width=600, height=150,
        sets=[BoxSet("ground-truth", text(zh="真值", en="truth"), np.array(shown["truth"])),
              BoxSet("before", text(zh="修之前", en="before"), np.array(shown["before"]), "muted"),
              BoxSet("anchor", text(zh="修之后", en="after"), np.array(shown["after"]), "highlight", gains)],
    )  # fmt: skip


def _notes(p: BoxRegressorParams, s: dict[str, float]) -> list[Text]:
    notes = [text(
        zh=f"修 0.6 到 0.7 的框：只用 IoU ≥ {p.floor:.2f} 的样本训练得 {s['near']:.3f}，用全部样本得 {s['all']:.3f}。"
        "线性模型只能在一小段里近似对数，远的样本会把它带偏。",
        en=f"Boxes of IoU 0.6 to 0.7: {s['near']:.3f} when trained on pairs from {p.floor:.2f} on, {s['all']:.3f} on "
        "all. A linear model fits the targets on a short stretch only; far pairs pull it away from it.",
    ), text(
        zh=f"IoU 0.1 到 0.3 的框：{s['far']:.3f}，用全部样本训练是 {s['far_all']:.3f}。"
        + ("这是代价：远处没有学过。" if s["far"] < s["far_all"] else ""),
        en=f"Boxes of 0.1 to 0.3: {s['far']:.3f}, with all pairs {s['far_all']:.3f}."
        + (" That is the price: it has not learnt about far ones." if s["far"] < s["far_all"] else ""),
    )]  # fmt: skip
    if p.target == "pixels":
        notes.append(text(
            zh="目标换成像素差：同样的画面，大物体的差大、小物体的差小，特征里却看不出大小，线性模型只能取折中。",
            en="With targets in px the same picture asks for large differences on large objects and small ones on "
            "small, and the features do not tell the size: the fit is a compromise.",
        ))  # fmt: skip
    if p.rounds > 1:
        notes.append(text(
            zh=f"连续修 {p.rounds} 次：每次都从新框重新取特征。R-CNN 论文说反复修没有提高；这里的特征干净，"
               "远处的框会继续变好。",
            en=f"{p.rounds} rounds, each from the features of the new box. The R-CNN paper found no gain from "
            "iterating; with features as clean as these, far boxes keep improving.",
        ))  # fmt: skip
    return notes
