"""The box regressor: targets, losses and gradients, equal errors with unequal IoU, R-CNN's ridge experiment."""

from collections.abc import Callable

from app.core.box_losses import (
    ciou_loss,
    coordinate_loss,
    decode_backward,
    diou_loss,
    encode_backward,
    giou_loss,
    iou_loss,
    l1,
    l2,
    smooth_l1,
)  # fmt: skip
from app.core.box_regression import crop_features, fit_offsets, pixel_offsets
from app.core.boxes import decode, encode, iou
from app.demos.detection import _regressor_gallery, _regressor_losses, _regressor_ridge, _regressor_targets
from app.demos.detection._regressor_params import BoxRegressorParams
from app.kit import Demo, Option, Prediction, Preset, Result, same, text

TABS: dict[str, Callable[[BoxRegressorParams], Result]] = {
    "targets": _regressor_targets.run,
    "losses": _regressor_losses.run,
    "gallery": _regressor_gallery.run,
    "ridge": _regressor_ridge.run,
}


def run(params: BoxRegressorParams) -> Result:
    return TABS[params.tab](params)


demo = Demo(
    __name__, run, BoxRegressorParams,
    title=text(zh="边框回归器", en="Box regressor"),
    summary=text(
        zh="拖动框，看目标怎样编码、七种损失各把它往哪里拉、同样的误差为什么 IoU 不同，再重做 R-CNN 的岭回归实验。",
        en="Drag boxes: how targets are coded, where seven losses pull, why equal errors have unequal IoU; then repeat "
        "R-CNN's ridge experiment.",
    ),
    presets={
        "targets": Preset(
            text(zh="目标与尺度无关：放大 3 倍，t 不变", en="Targets ignore scale: enlarge 3 times, t stays"), {},
            {"tx": (0.2, 0.2), "ty": (-0.0501, -0.0499), "tw": (0.1823, 0.1824), "th": (-0.2232, -0.2231),
             "iou": (0.5806, 0.5807)}),
        "overlapping": Preset(
            text(zh="重叠时，七种损失都有梯度", en="Overlapping: all seven losses have a gradient"), {"tab": "losses"},
            {"iou": (0.3, 0.6), "slope_iou": (1e-4, 1), "end_giou": (0.9, 1), "end_diou": (0.9, 1)}),
        "disjoint": Preset(
            text(zh="不重叠：IoU 损失的梯度是 0", en="Disjoint: the IoU loss has gradient 0"),
            {"tab": "losses", "bx1": 200, "by1": 80, "bx2": 260, "by2": 150},
            {"iou": (0, 0), "slope_iou": (0, 0), "end_iou": (0, 0), "slope_giou": (1e-4, 1), "end_giou": (0.5, 1)}),
        "same-distance": Preset(
            text(zh="都错 10 px，IoU 从 0.51 到 0.80",
                 en="All 10 px off, with IoU from 0.51 to 0.80"), {"tab": "gallery"},
            {"shifted": (0.599, 0.601), "diagonal": (0.512, 0.513), "wider": (0.799, 0.801), "narrower": (0.749,
                                                                                                          0.751)}),
        "near-only": Preset(
            text(zh="只用近的样本训练，0.65 的框修到 0.96", en="Trained on near pairs, boxes of 0.65 reach 0.96"),
            {"tab": "ridge"}, {"near": (0.94, 0.975), "all": (0.84, 0.91), "gain": (0.05, 0.12), "far_gain": (-0.25,
                                                                                                              -0.08)}),
        "pixel-targets": Preset(
            text(zh="目标换成像素差，同样的模型差一大截", en="Targets in px: the same model does much worse"),
            {"tab": "ridge", "target": "pixels"}, {"near": (0.8, 0.89)}),
        "three-rounds": Preset(
            text(zh="连修三次，远处的框也追上来", en="Three rounds, and far boxes catch up"),
            {"tab": "ridge", "rounds": 3}, {"far": (0.85, 1), "near": (0.94, 1)}),
    },
    predictions=[
        Prediction(
            "disjoint-gradient",
            text(zh="预测框与真值不重叠，相距几十像素。1 − IoU 损失对预测框的梯度有多大？",
                 en="The prediction lies dozens of px beside the truth and does not overlap it. How long is the "
                 "gradient of the 1 − IoU loss?"),
            "disjoint", "slope_iou",
            text(zh="不重叠时 IoU 恒为 0：挪一挪还是 0，梯度恰好是 0，下降一步也不会动。GIoU 和 DIoU 就是补这一点。",
                 en="Without overlap IoU is 0, and stays 0 when the box moves a little: the gradient is exactly 0 and "
                 "descent does not start. GIoU and DIoU repair just that."),
            (Option(text(zh="很大：离得远", en="Large: it is far away"), low=0.1,
                    why=text(zh="那是 L2 的脾气；IoU 不看距离。", en="That is L2's way; IoU does not see distance.")),
             Option(text(zh="很小，但不是 0", en="Small, but not 0"), 1e-12, 0.1,
                    text(zh="重叠面积没有变化，不是变化很小。", en="The overlap does not change at all.")),
             Option(text(zh="恰好 0", en="Exactly 0"), high=1e-12))),
        Prediction(
            "ten-px-shift",
            text(zh="40×40 的框，预测横移了 10 px，大小不变。IoU 是多少？",
                 en="A box of 40×40, predicted 10 px to the side, at the right size. What is its IoU?"),
            "same-distance", "shifted",
            text(zh="交是 30×40，并是 50×40：$(s-d)/(s+d)=30/50$。",
                 en="Intersection 30×40, union 50×40: $(s-d)/(s+d)=30/50$."),
            (Option(same("0.80"), 0.78, 1, text(zh="那是宽度错 10 px 的结果。", en="That is 10 px of extra width.")),
             Option(same("0.75"), 0.7, 0.78, text(zh="只除以了真值的面积。", en="That divides by the truth alone.")),
             Option(same("0.60"), 0.55, 0.7),
             Option(same("0.50"), high=0.55, why=text(zh="并只有 50 宽，不是 60。",
                                                      en="The union is 50 wide, not 60.")))),
        Prediction(
            "near-or-all",
            text(zh="线性回归器要修 IoU 在 0.6 到 0.7 的框。训练只用 IoU ≥ 0.6 的样本，还是 IoU ≥ 0.1 "
                    "的全部（样本数相同）？",
                 en="A linear regressor is to refine boxes of IoU 0.6 to 0.7. Train it on pairs from IoU 0.6 on, or on "
                 "all from 0.1 on (equally many)?"),
            "near-only", "gain",
            text(zh="远的样本里，特征与偏移不再成线性关系，有的甚至看不到物体；它们把直线带偏。这就是 R-CNN 取 0.6 "
                    "的道理。",
                 en="In far pairs features and offsets are no longer in a linear relation, some hardly show the "
                 "object; they bend the fit. That is why R-CNN asks for 0.6."),
            (Option(text(zh="全部更好：样本更多样", en="All is better: more variety"), high=-0.02,
                    why=text(zh="只对远处的框是这样。", en="True for far boxes only.")),
             Option(text(zh="差不多", en="About the same"), -0.02, 0.02,
                    text(zh="差了好几个百分点。", en="Several points lie between them.")),
             Option(text(zh="只用近的更好", en="Near only is better"), low=0.02))),
    ],
    references=("girshick2014", "girshick2015", "rezatofighi2019", "zheng2020"),
    code=(encode, decode, encode_backward, decode_backward, l2, l1, smooth_l1, coordinate_loss, iou_loss, giou_loss,
          diou_loss, ciou_loss, iou, crop_features, fit_offsets, pixel_offsets),
)  # fmt: skip
