"""Selective search merge by merge: the tree of regions, several strategies pooled, and what each similarity finds."""

from typing import Literal, Self

import numpy as np
from pydantic import model_validator

from app.core.colour_spaces import in_space
from app.core.graph_segmentation import segment_picture
from app.core.object_scenes import draw_scene
from app.core.proposal_quality import best_overlaps, possible_boxes
from app.core.selective_search import group, ranked_boxes
from app.demos.detection import _merge_compare, _merge_pool, _merge_tree
from app.demos.detection._merge_questions import PREDICTIONS, PRESETS
from app.demos.detection._merge_strategies import SIMILARITY_NAMES, SPACE_NAMES, Strategy, joined
from app.kit import Demo, Params, Result, knob, limit, text

TREE, POOL = {"tab": ("tree",)}, {"tab": ("pool",)}


class MergeTreeParams(Params):
    tab: Literal["tree", "pool", "compare"] = knob(
        "tree", zh="看什么", en="Look at",
        options={"tree": text(zh="一种策略，逐次合并", en="one strategy, merge by merge"),
                 "pool": text(zh="几种策略合起来", en="several strategies pooled"),
                 "compare": text(zh="十个场景上比较", en="a comparison over ten scenes")},
    )  # fmt: skip
    scene_seed: int = knob(11, ge=0, le=99, zh="场景", en="Scene", kind="seed")
    k: int = knob(
        100, ge=20, le=400, step=10, zh="分割尺度 k", en="Scale of the segmentation k",
        help=text(zh="边权 ≤ min(Int + k/|C|) 才合并；k 越大，初始区域越少越大。",
                  en="An edge joins if its weight is ≤ min(Int + k/|C|): the larger k, the fewer and larger the "
                     "initial regions."),
    )  # fmt: skip
    space: Literal["hsv", "lab", "rgb", "intensity"] = knob(
        "hsv", zh="颜色空间", en="Colour space", options=SPACE_NAMES
    )
    use: tuple[Literal["C", "T", "S", "F"], ...] = knob(
        ("C", "T", "S", "F"), zh="加在一起的相似度", en="Similarities added up", options=SIMILARITY_NAMES
    )
    merge_step: int = knob(0, ge=0, le=150, zh="合并了几次", en="Merges done", when=TREE)
    strategies: int = knob(
        8, ge=1, le=8, zh="合起来几种策略", en="Strategies pooled", when=POOL,
        help=text(zh="依次加上：另一个颜色空间、不用颜色、k 减半。",
                  en="Added in turn: another colour space, no colour similarity, half of k."),
    )  # fmt: skip
    threshold: float = knob(0.7, ge=0.5, le=0.95, step=0.05, zh="算找到的 IoU", en="IoU that counts as found",
                            when={"tab": ("pool", "compare")})  # fmt: skip

    @model_validator(mode="after")
    def _something_to_compare(self) -> Self:
        if not self.use:
            raise limit(zh="至少选一种相似度", en="choose at least one similarity")
        return self


def run(params: MergeTreeParams) -> Result:
    first = Strategy(params.space, joined(params.use), params.k)
    if params.tab == "compare":
        return _merge_compare.run(first, params.threshold, params.scene_seed)
    scene = draw_scene(np.random.default_rng(params.scene_seed))
    if params.tab == "pool":
        return _merge_pool.run(scene, first, params.strategies, params.threshold, params.scene_seed)
    return _merge_tree.run(scene, first, params.merge_step)


demo = Demo(
    __name__, run, MergeTreeParams,
    title=text(zh="合并树：Selective Search 逐步看", en="Merge tree: selective search step by step"),
    summary=text(
        zh="从图分割到一棵合并树：每次合并哪两个、为什么；2n−1 个区域给出多少个框；几种策略合起来能多找到多少。",
        en="From a graph segmentation to a tree of merges: which two and why, how many boxes 2n−1 regions give, and "
        "how much more several strategies find together.",
    ),
    presets=PRESETS, predictions=PREDICTIONS,
    references=("uijlings2013", "felzenszwalb2004"),
    code=(segment_picture, in_space, group, ranked_boxes, best_overlaps, possible_boxes),
    budget_s=3.0,
)  # fmt: skip
