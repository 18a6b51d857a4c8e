"""The knobs of the R-CNN family bench: four tabs, each with its own."""

from typing import Literal, Self

from pydantic import model_validator

from app.kit import Params, knob, limit, same, seed, text

SHARE, FEATURES, PROPOSALS, NMS = (
    {"tab": (name,)} for name in ("share", "features", "proposals", "nms")
)  # the tab in which a knob does something
SIDE, CANVAS = 256, (300, 200)  # px: the square picture of the features tab, width and height of the NMS one


class SharedComputeRaceParams(Params):
    tab: Literal["share", "features", "proposals", "nms"] = knob(
        "share", zh="看什么", en="Look at",
        options={"share": text(zh="算一遍还是 N 遍", en="One pass or N"),
                 "features": text(zh="特征一样吗", en="The same features?"),
                 "proposals": text(zh="从 anchor 到候选框", en="Anchors to proposals"),
                 "nms": text(zh="NMS 一步一步", en="NMS step by step")},
    )  # fmt: skip
    net: Literal["vgg16", "small"] = knob(
        "vgg16", zh="网络", en="Network", when=SHARE,
        options={"vgg16": same("VGG-16"), "small": text(zh="4 层小网络", en="small, 4 layers")},
    )  # fmt: skip
    regions: int = knob(2000, ge=1, le=4000, log=True, zh="候选框数 N", en="Regions N", when=SHARE)
    crop: int = knob(224, ge=64, le=320, step=16, unit="px", zh="裁剪块边长", en="Side of a crop", when=SHARE)
    rpn_regions: int = knob(300, ge=10, le=2000, step=10, zh="Faster R-CNN 的候选框数", en="Regions of Faster R-CNN",
                            when=SHARE)  # fmt: skip
    height: int = knob(600, ge=128, le=1000, step=8, unit="px", zh="图像高", en="Image height",
                       when={"tab": ("share", "proposals")})  # fmt: skip
    width: int = knob(1000, ge=128, le=1200, step=8, unit="px", zh="图像宽", en="Image width",
                      when={"tab": ("share", "proposals")})  # fmt: skip
    rounding: Literal["floor", "ceil"] = knob(
        "floor", zh="池化取整", en="Pooling rounds", when={"tab": ("share", "proposals")},
        options={"floor": text(zh="向下（PyTorch 默认）", en="down (PyTorch's default)"),
                 "ceil": text(zh="向上（Caffe）", en="up (Caffe)")},
    )  # fmt: skip
    pooling: Literal["roi-align", "roi-pool"] = knob(
        "roi-align", zh="从共享特征图取特征", en="Read the shared map by", when=FEATURES,
        options={"roi-align": text(zh="RoI Align，每个 bin 一点", en="RoI Align, one point a bin"),
                 "roi-pool": same("RoI Pool")},
    )  # fmt: skip
    context: Literal["0", "16", "32"] = knob("0", unit="px", zh="裁剪块四周多带的图像", en="Context around the crop",
                                             when=FEATURES)  # fmt: skip
    x1: int = knob(64, ge=0, le=SIDE, unit="px", zh="框 x1", en="Box x1", hidden=True, when=FEATURES)
    y1: int = knob(64, ge=0, le=SIDE, unit="px", zh="框 y1", en="Box y1", hidden=True, when=FEATURES)
    x2: int = knob(176, ge=0, le=SIDE, unit="px", zh="框 x2", en="Box x2", hidden=True, when=FEATURES)
    y2: int = knob(176, ge=0, le=SIDE, unit="px", zh="框 y2", en="Box y2", hidden=True, when=FEATURES)
    objects: int = knob(4, ge=1, le=6, zh="物体数", en="Objects", when=PROPOSALS)
    error: float = knob(0.1, ge=0, le=0.5, step=0.01, zh="RPN 偏移量的误差（标准差）",
                                                      en="Error of the RPN's offsets (std)",
                        when=PROPOSALS)  # fmt: skip
    rpn_iou: float = knob(0.7, ge=0.3, le=0.95, step=0.05, zh="RPN 的 NMS 阈值", en="NMS threshold of the RPN",
                          when=PROPOSALS)  # fmt: skip
    scene: Literal["toy", "chain", "crowd", "random"] = knob(
        "toy", zh="场景", en="Scene", when=NMS,
        options={"toy": text(zh="四个框", en="four boxes"), "chain": text(zh="首尾相接", en="a chain"),
                 "crowd": text(zh="两个挤在一起的物体", en="two objects side by side"),
                 "random": text(zh="随机", en="random")},
    )  # fmt: skip
    threshold: float = knob(0.5, ge=0, le=1, step=0.01, zh="NMS 阈值", en="NMS threshold", when=NMS)
    score: float = knob(0.8, ge=0, le=1, step=0.01, zh="A 框的分数", en="Score of box A", when=NMS)
    ax1: int = knob(30, ge=0, le=CANVAS[0], unit="px", zh="A 框 x1", en="Box A x1", hidden=True, when=NMS)
    ay1: int = knob(30, ge=0, le=CANVAS[1], unit="px", zh="A 框 y1", en="Box A y1", hidden=True, when=NMS)
    ax2: int = knob(130, ge=0, le=CANVAS[0], unit="px", zh="A 框 x2", en="Box A x2", hidden=True, when=NMS)
    ay2: int = knob(130, ge=0, le=CANVAS[1], unit="px", zh="A 框 y2", en="Box A y2", hidden=True, when=NMS)
    seed: int = seed()

    @model_validator(mode="after")
    def _boxes_have_a_size(self) -> Self:
        if min(self.x2 - self.x1, self.y2 - self.y1) < 16:
            raise limit(zh="框的宽和高至少要 16 px", en="the box must be at least 16 px wide and high")
        if min(self.ax2 - self.ax1, self.ay2 - self.ay1) < 4:
            raise limit(zh="A 框的宽和高至少要 4 px", en="box A must be at least 4 px wide and high")
        return self
