"""What convolution assumes: shifts, locality and sharing, each put to the test where it holds and where it does not."""

from app.core.effective_field import effective_fields, layers_to_span, spread, stack_spread
from app.core.equivariance import blur_pool, shift_error
from app.core.shift_comb import random_net, shift_comb
from app.demos.convolution._assumes_field import run_field
from app.demos.convolution._assumes_params import WhatConvolutionAssumesParams
from app.demos.convolution._assumes_questions import PREDICTIONS, PRESETS
from app.demos.convolution._assumes_sharing import run_sharing
from app.demos.convolution._assumes_shift import run_shift
from app.kit import Demo, Result, text

from app.core.weight_sharing import (  # isort: skip
    as_matrix, dense_matrix, drawn_maps, local_filters, place_filters, shared_filters, shift_commutator,
)  # fmt: skip

TABS = {"shift": run_shift, "field": run_field, "sharing": run_sharing}


def run(params: WhatConvolutionAssumesParams) -> Result:
    return TABS[params.tab](params)


demo = Demo(
    __name__, run, WhatConvolutionAssumesParams,
    title=text(zh="卷积假设了什么", en="What convolution assumes"),
    summary=text(
        zh="平移等变的误差像一把梳子，有效感受野远小于理论值，共享省下的是数据：各在什么时候成立。",
        en="Shift errors form a comb, the effective field is far smaller than the theoretical one, and what sharing "
        "saves is data: when each of these holds.",
    ),
    presets=PRESETS, predictions=PREDICTIONS,
    references=("zhang2019", "luo2016", "azulay2019", "islam2024", "taigman2014", "lecun1998b"),
    code=(shift_comb, random_net, shift_error, blur_pool, effective_fields, spread, stack_spread, layers_to_span,
          place_filters, drawn_maps, shared_filters, local_filters, dense_matrix, as_matrix, shift_commutator),
    budget_s=1.5,
)  # fmt: skip
