"""Layer playground: what each layer of a CNN computes, on drawn pictures or your own, and what is lost without it."""

from app.core.conv import conv2d, conv2d_backward, fold_batch_norm, max_pool, max_pool_backward
from app.core.conv_net import backward, conv_net, forward
from app.core.effective_field import effective_fields, spread, uniform_spread
from app.core.equivariance import shift_error
from app.core.layer_table import output_size
from app.demos.convolution import (
    _playground_convolve,
    _playground_field,
    _playground_network,
    _playground_shift,
    _playground_without,
)
from app.demos.convolution._playground_params import LayerPlaygroundParams
from app.kit import Demo, Option, Prediction, Preset, Result, text

TABS = {
    "convolve": _playground_convolve.run, "network": _playground_network.run, "without": _playground_without.run,
    "shift": _playground_shift.run, "field": _playground_field.run,
}  # fmt: skip


def run(params: LayerPlaygroundParams) -> Result:
    return TABS[params.tab](params)


PRESETS = {
    "sobel": Preset(
        text(zh="Sobel 在数字上：只有竖直的边有响应", en="Sobel on a digit: only upright edges respond"), {},
        {"out": (32, 32), "parameters": (10, 10), "rgb_parameters": (1792, 1792),
         "rgb_dense_parameters": (201326592, 201326592)}),
    "step": Preset(
        text(zh="一道台阶：Sobel 恰好给出 4", en="A single step: Sobel gives exactly 4"),
        {"input": "edge", "padding": 0}, {"out": (30, 30), "largest": (4, 4), "smallest": (0, 0)}),
    "network": Preset(
        text(zh="现场训练的小 CNN：学到的核和特征图", en="A small CNN trained now: its kernels and maps"),
        {"tab": "network"}, {"accuracy": (0.85, 1), "loss": (0, 0.5), "parameters": (790, 790), "reach": (10, 10)}),
    "without": Preset(
        text(zh="逐个拿掉 ReLU、BN、池化、GAP：各损失什么", en="ReLU, BN, pooling, GAP taken away one at a time"),
        {"tab": "without"},
        {"seen_whole": (0.85, 1), "unseen_whole": (0.65, 1), "seen_relu": (0.4, 0.7), "seen_gap": (0.85, 1),
         "unseen_gap": (0.1, 0.6)}),
    "shift-one": Preset(
        text(zh="移 1 px：卷积跟着移，池化对不上", en="Shift 1 px: convolution follows, pooling does not"),
        {"tab": "shift", "input": "noise"},
        {"error_circular": (0, 1e-12), "error_gap": (0, 1e-12), "error_max": (0.2, 1), "error_zero": (0.05, 1.5)}),
    "shift-two": Preset(
        text(zh="移 2 px：步长 2 的网格又对上了", en="Shift 2 px: the grid of stride 2 fits again"),
        {"tab": "shift", "input": "noise", "shift": 2}, {"error_max": (0, 1e-12), "error_circular": (0, 1e-12)}),
    "field": Preset(
        text(zh="20 层 3×3：能看 41 px，真正起作用的不到一半", en="20 layers of 3 × 3: 41 px in reach, few matter"),
        {"tab": "field"}, {"side": (41, 41), "std": (3.651, 3.652), "share_of_side": (0.35, 0.36)}),
}  # fmt: skip

PREDICTIONS = (
    Prediction(
        "no-relu",
        text(zh="把小 CNN 里的 ReLU 全部拿掉（平均池化、GAP、全连接都保留）。四类图形，见过的位置上还能对多少？",
             en="Remove every ReLU from the small CNN (average pooling, GAP and the fully connected layer stay). Four "
             "shapes, in places it has seen: how often is it still right?"),
        "without", "seen_relu",
        text(zh="卷积、BN（推理时）、平均池化、GAP、全连接都是仿射的，叠起来还是一个仿射函数；经过 GAP，它几乎只看得到"
             "墨迹的总量。全连接层不提供非线性。",
             en="Convolution, BN in evaluation, average pooling, GAP and a fully connected layer are all affine, and "
             "so is their composition; through GAP it sees little more than how much ink there is. A fully connected "
             "layer adds no non-linearity."),
        (Option(text(zh="九成左右，全连接层也是非线性的", en="about 90 %: the FC layer is non-linear too"), low=0.8,
                why=text(zh="全连接是仿射变换；没有激活，几层并成一层。",
                         en="An FC layer is affine; without activations layers merge into one.")),
         Option(text(zh="一半左右", en="about half"), 0.35, 0.8),
         Option(text(zh="25%，和瞎猜一样", en="25 %, as good as guessing"), high=0.35,
                why=text(zh="墨迹总量还能区分一部分。", en="The amount of ink still tells some of them apart."))),
    ),
    Prediction(
        "pool-shift",
        text(zh="噪声图右移 1 px，过卷积、ReLU 和 2×2 最大池化（循环填充）。与先算再移相比，最大误差是最大响应的多少？",
             en="A noise picture moves 1 px to the right, then convolution, ReLU, 2 × 2 max-pooling (circular "
             "padding). Against computing first: the largest error, as a share of the largest response?"),
        "shift-one", "error_max",
        text(zh="卷积和 ReLU 精确等变；步长 2 只在每隔一个位置取样，移 1 px 后窗口里换了一半的像素。移 2 px 就又是 0。",
             en="Convolution and ReLU are exactly equivariant; stride 2 looks at every other place, and after 1 px "
             "each window holds half new pixels. After 2 px the error is 0 again."),
        (Option(text(zh="0：CNN 是平移等变的", en="0: CNNs are shift-equivariant"), high=1e-6,
                why=text(zh="卷积是，带步长的池化不是。", en="Convolution is; pooling with a stride is not.")),
         Option(text(zh="不到 5%：最大池化有平移不变性", en="under 5 %: max-pooling is shift-invariant"), 1e-6, 0.05,
                why=text(zh="只有最大值恰好留在同一个窗口里才不变。",
                         en="Only if the maximum happens to stay in the same window.")),
         Option(text(zh="20% 以上", en="20 % or more"), low=0.05)),
    ),
    Prediction(
        "field-width",
        text(zh="20 层 3×3 卷积（步长 1，权重全相等），理论感受野 41 px。影响的标准差是多少 px？（差 20% 以内算对）",
             en="20 layers of 3 × 3 (stride 1, equal weights) see 41 px. What is the standard deviation of the "
             "influence, in px? (within 20 %)"),
        "field", "std",
        text(zh=r"每层加上方差 $(3^2-1)/12=2/3$：$\sqrt{20\cdot2/3}=3.65$。理论感受野按 $n$ 长，有效的只按 $\sqrt n$。",
             en=r"Every layer adds the variance $(3^2-1)/12=2/3$: $\sqrt{20\cdot2/3}=3.65$. The theoretical field "
             r"grows as $n$, the effective one as $\sqrt n$."),
        within=0.2, unit="px",
    ),
)  # fmt: skip

demo = Demo(
    __name__, run, LayerPlaygroundParams,
    title=text(zh="CNN 逐层实验台", en="Layer playground"),
    summary=text(
        zh="卷积、激活、BN、池化、GAP、全连接，一层一层地算；用你自己的图片也行。再看拿掉哪一种会损失什么。",
        en="Convolution, activation, batch norm, pooling, GAP and FC, layer by layer, on your own picture if you like; "
        "and what is lost without each.",
    ),
    presets=PRESETS, predictions=PREDICTIONS,
    references=("dumoulin2016", "luo2016", "zhang2019", "jacob2018", "lecun1998b"),
    code=(conv2d, conv2d_backward, max_pool, max_pool_backward, fold_batch_norm, conv_net, forward, backward,
          shift_error, effective_fields, spread, uniform_spread, output_size),
    budget_s=2.0,
)  # fmt: skip
