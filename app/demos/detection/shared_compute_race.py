"""The R-CNN family bench: one pass against N, whether both give the same features, anchors to proposals, greedy NMS."""

from collections.abc import Callable

from app.core.anchors import anchor_grid, py_faster_rcnn_anchors, rpn_labels
from app.core.boxes import iou, nms
from app.core.conv import conv2d
from app.core.conv_stack import he_stack, stack_features, stack_macs
from app.core.detector_cost import break_even, fast_rcnn_cost, faster_rcnn_cost, rcnn_cost
from app.core.layer_table import fc
from app.core.proposals import propose, suppressed_by
from app.core.roi import roi_pool
from app.demos.detection import _race_features, _race_nms, _race_rpn, _race_share
from app.demos.detection._race_params import SharedComputeRaceParams
from app.kit import Demo, Option, Prediction, Preset, Result, same, text

TABS: dict[str, Callable[[SharedComputeRaceParams], Result]] = {
    "share": _race_share.run,
    "features": _race_features.run,
    "proposals": _race_rpn.run,
    "nms": _race_nms.run,
}


def run(params: SharedComputeRaceParams) -> Result:
    return TABS[params.tab](params)


demo = Demo(
    __name__, run, SharedComputeRaceParams,
    title=text(zh="共享计算赛跑：R-CNN 家族", en="Shared-compute race: the R-CNN family"),
    summary=text(
        zh="N 个裁剪各算一遍，还是整图算一遍？数清乘加，真的跑一个小网络比较特征，再把 anchor 到候选框、NMS "
           "一步步走完。",
        en="N crops or one pass? Count every multiply–add, run a small network both ways and compare its features, "
           "then walk from anchors to proposals and through NMS.",
    ),
    presets={
        "two-thousand": Preset(
            text(zh="2000 个框：共享卷积省到七十几分之一",
                 en="2000 regions: sharing saves a factor of over seventy"), {},
            {"speed_up": (73.1, 73.2), "first_gain": (12, 12), "head_share_fast": (0.56, 0.57),
             "rpn_share_faster": (0.02, 0.03), "rcnn_tmacs": (30.9, 31)}),
        "eight-regions": Preset(
            text(zh="只有 8 个框：共享反而更贵", en="Only 8 regions: sharing costs more"), {"regions": 8},
            {"speed_up": (0.67, 0.68), "break_even": (11.93, 11.94)}),
        "same-features": Preset(
            text(zh="对齐的裁剪：内部 25 格分毫不差", en="An aligned crop: the inner 25 cells agree to the last digit"),
            {"tab": "features"}, {"equal_cells": (25, 25), "centre_gap": (0, 1e-9), "largest_gap": (0.1, 2)}),
        "with-context": Preset(
            text(zh="四周多带 16 px：49 格全部相同", en="16 px of context: all 49 cells agree"),
            {"tab": "features", "context": "16"}, {"equal_cells": (49, 49), "gap": (0, 1e-9)}),
        "anchors-to-proposals": Preset(
            text(zh="两万个固定的 anchor 变成 300 个候选框", en="Twenty thousand fixed anchors become 300 proposals"),
            {"tab": "proposals"},
            {"total": (20646, 20646), "total_ceil": (21546, 21546), "inside": (8151, 8151), "proposals": (300, 300),
             "proposal_iou": (0.75, 0.92), "anchor_iou": (0.64, 0.65)}),
        "nms-four-boxes": Preset(
            text(zh="四个框，阈值 0.5：A 与 B 的 IoU 是 0.68，被删",
                 en="Four boxes at 0.5: A overlaps B by 0.68 and goes"),
            {"tab": "nms"}, {"kept": (3, 3), "a_kept": (0, 0), "first_overlap": (0.6806, 0.6807)}),
        "nms-crowd": Preset(
            text(zh="挨在一起的两个物体：A 框准确无误，照样被删",
                 en="Two objects side by side: A is exact, and is dropped"),
            {"tab": "nms", "scene": "crowd", "ax1": 85, "ay1": 20, "ax2": 185, "ay2": 180},
            {"found": (1, 1), "a_kept": (0, 0), "object_overlap": (0.599, 0.601)}),
    },
    predictions=[
        Prediction(
            "break-even",
            text(zh="VGG-16，600×1000 的图，每个框裁成 224×224。从几个框起，“整图算一遍”的乘加比“逐框算”少？",
                 en="VGG-16, a picture of 600×1000, crops of 224×224. From how many regions on does one pass over the "
                    "picture take fewer multiply–adds than a pass over every crop?"),
            "two-thousand", "first_gain",
            text(zh="卷积按像素收费：整图 600×1000 的面积是一块 224×224 的 11.96 倍。",
                 en="Convolutions charge by the pixel: 600×1000 px are 11.96 times 224×224."),
            (Option(same("2"), high=6, why=text(zh="整图比一块裁剪大得多。",
                                                en="The picture is far larger than a crop.")),
             Option(same("12"), 6, 60),
             Option(text(zh="约 130", en="about 130"), 60, 500,
                    text(zh="那是倍数的上限 $(m_c+h)/h$。", en="That is the limit of the factor, $(m_c+h)/h$.")),
             Option(text(zh="约 2000", en="about 2000"), 500,
                    why=text(zh="2000 是框数，那时已省到七十几分之一。", en="By then the factor is over seventy.")))),
        Prediction(
            "after-sharing",
            text(zh="Fast R-CNN，VGG-16，2000 个框，卷积已经共享。乘加里最大的一块是？",
                 en="Fast R-CNN on VGG-16 with 2000 regions, convolutions shared. What is the largest part of its "
                 "multiply–adds?"),
            "two-thousand", "head_share_fast",
            text(zh="卷积只算一遍，fc6、fc7 还要每个框算一遍：2000 × 0.12 G 超过了 183 G。所以论文用截断 SVD "
                    "压缩它们。",
                 en="Convolutions run once, fc6 and fc7 once a region: 2000 × 0.12 G exceed 183 G. Hence the paper's "
                 "truncated SVD."),
            (Option(text(zh="卷积，九成以上", en="convolutions, over 90%"), high=0.1,
                    why=text(zh="那是 R-CNN。", en="That is R-CNN.")),
             Option(text(zh="卷积，六成左右", en="convolutions, about 60%"), 0.1, 0.5,
                    text(zh="反了：全连接层更多。", en="The other way round.")),
             Option(text(zh="全连接层，过半", en="dense layers, over half"), 0.5))),
        Prediction(
            "same-cells",
            text(zh="步长 16 的网络，112×112 的框正好落在格点上，单独裁出来算得 7×7 格。与整图特征上的那 7×7 格相比，"
                    "几格完全相同？",
                 en="A network of stride 16, a region of 112×112 right on its grid. Cropped and run alone it gives 7×7 "
                    "cells. How many are identical to those 7×7 cells of the whole picture's map?"),
            "same-features", "equal_cells",
            text(zh="感受野 46 px 比一格的 16 px 每边多 15 px，只碰到外面一圈：内部 5×5 格一样，"
                    "外圈单独算时看到的是补零。",
                 en="A field of 46 px sticks out of its 16 px cell by 15 px a side, so only the outer ring reaches "
                    "beyond the crop, where one path sees zeros: the inner 5×5 are equal."),
            (Option(same("0"), high=10, why=text(zh="卷积对平移等变。", en="Convolutions commute with shifts.")),
             Option(same("25"), 10, 40),
             Option(same("49"), 40, why=text(zh="外圈看得到裁剪块以外。", en="The outer ring sees beyond the crop.")))),
    ],
    references=("girshick2014", "girshick2015", "ren2015", "simonyan2015"),
    code=(fc, stack_macs, rcnn_cost, fast_rcnn_cost, faster_rcnn_cost, break_even, conv2d, he_stack, stack_features,
          roi_pool, py_faster_rcnn_anchors, anchor_grid, iou, rpn_labels, propose, nms, suppressed_by),
)  # fmt: skip
