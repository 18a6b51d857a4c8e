"""The states worth seeing of what-convolution-assumes, and what to predict before seeing them."""

from app.kit import Option, Prediction, Preset, text

PRESETS = {
    "comb": Preset(
        text(zh="总步长 2：奇数移动全错，偶数移动恰好为 0", en="Stride 2: odd shifts fail, even ones are exactly 0"),
        {}, {"zero_shifts": (4, 4), "error": (0.2, 0.6), "gap": (0.005, 0.1)}),
    "exact": Preset(
        text(zh="步长 1、循环填充：移多少都是 0", en="Stride 1, circular padding: 0 at every shift"),
        {"stride": "1"},
        {"zero_shifts": (8, 8), "gap_largest": (0, 1e-9), "error_turn": (0.3, 1.5), "error_mirror": (0.3, 1.5)}),
    "four": Preset(
        text(zh="总步长 4：八种移动里只剩两种为 0", en="Stride 4: only two of eight shifts are left at 0"),
        {"stride": "4"}, {"zero_shifts": (2, 2), "error": (0.2, 0.6), "gap": (0.01, 0.15)}),
    "blur": Preset(
        text(zh="噪声、步长 2：先模糊，齿变短，没有消失", en="Noise, stride 2: a blur makes the teeth shorter"),
        {"input": "noise", "pool": "blur"},
        {"error_blur": (0.2, 0.5), "error_max": (0.45, 0.9), "error_none": (0.7, 1.2), "zero_shifts": (4, 4)}),
    "zeros": Preset(
        text(zh="零填充、步长 1：误差从边上渗进来", en="Zero padding, stride 1: errors seep in from the border"),
        {"stride": "1", "padding": "zero", "input": "noise"},
        {"zero_shifts": (0, 0), "error": (0.2, 1.5), "columns_exact": (0.6, 0.75)}),
    "field": Preset(
        text(zh="20 层 3×3：方框 41 px，σ 只有 3.65 px", en="20 layers of 3×3: a box of 41 px, σ is 3.65 px"),
        {"tab": "field"},
        {"side": (41, 41), "std": (3.65148, 3.65149), "use_layers": (4704, 4704), "reach_layers": (112, 112),
         "weight_inside": (0.84, 0.89)}),
    "deep": Preset(
        text(zh="40 层：方框加倍，σ 只乘 1.41", en="40 layers: twice the box, σ only 1.41 times"),
        {"tab": "field", "layers": 40}, {"side": (81, 81), "std": (5.16397, 5.16399)}),
    "random": Preset(
        text(zh="随机权重加 ReLU：同一个 √L", en="Random weights and ReLU: the same √L"),
        {"tab": "field", "weights": "random"}, {"std": (3.2, 4.1), "std_theory": (3.65148, 3.65149)}),
    "strided": Preset(
        text(zh="前两层步长 2：σ 大了近四倍", en="Stride 2 in the first two layers: σ almost four times"),
        {"tab": "field", "halvings": "2"}, {"std": (13.97, 13.98), "side": (151, 151)}),
    "sharing": Preset(
        text(zh="20 张图：卷积学会了，全连接几乎没学到", en="20 pictures: enough for the convolution only"),
        {"tab": "sharing"},
        {"shared": (0, 0.01), "local": (0.1, 0.4), "dense": (0.75, 0.95), "shift_shared": (0, 1e-12),
         "params_shared": (1792, 1792), "params_local": (89915392, 89915392)}),
    "aligned": Preset(
        text(zh="滤波器随位置变、200 张图：不共享的赢", en="Filters differ by place, 200 pictures: unshared wins"),
        {"tab": "sharing", "drift": 0.5, "pictures": 200},
        {"shared": (0.2, 0.3), "local": (0.005, 0.02), "shared_over_local": (10, 40)}),
}  # fmt: skip

PREDICTIONS = (
    Prediction(
        "zero-shifts",
        text(zh="四层循环填充的卷积网络，两次缩小一半（总步长 4）。输入右移 1、2、…、8 px，"
                "有几种移动恰好等变（误差为 0）？",
             en="Four circular convolutions, the map halved twice (total stride 4). The input moves 1, 2, …, 8 px: how "
                "many of these shifts leave an error of exactly 0?"),
        "four", "zero_shifts",
        text(zh="两种：4 和 8。总步长是 4，移动量要是 4 的倍数，抽样的格子才对得上；移 2 px 只骗得过第一次缩小。",
             en="Two, 4 and 8. The total stride is 4 and a shift must be a multiple of it to land on the grid; 2 px "
                "passes only the first halving."),
        (Option(text(zh="8 种：卷积是平移等变的", en="All 8: convolution is equivariant"), low=7.5,
                why=text(zh="卷积是，步长不是。", en="Convolution is, a stride is not.")),
         Option(text(zh="4 种：偶数移动", en="4: the even ones"), 3.5, 7.5,
                text(zh="那是总步长 2。", en="That is a total stride of 2.")),
         Option(text(zh="2 种", en="2"), 1.5, 3.5),
         Option(text(zh="0 种", en="None"), high=1.5,
                why=text(zh="循环填充没有边，4 的倍数恰好对上。", en="Circular: no border, multiples of 4 fit.")))),
    Prediction(
        "after-gap",
        text(zh="同一个网络（总步长 4，最大池化），后面接 GAP。输入右移 1 px，GAP 的输出变了最大值的多少（中位）？",
             en="The same net (total stride 4, max-pooling) with GAP behind it. The input moves 1 px: by what share of "
                "its largest value does GAP's output change (median)?"),
        "four", "gap",
        text(zh="百分之几：GAP 平均掉了位置，但平均的是 4 格里抽的那一格，换一格就换一组样本。近似不变，不是恰好不变。",
             en="A few per cent: GAP averages the position away, yet it averages one sample in four a side, and after "
                "1 px these are other samples. Roughly invariant, not exactly."),
        (Option(text(zh="0：GAP 使它不变", en="0: GAP makes it invariant"), high=1e-6,
                why=text(zh="只有步长 1、循环填充才恰好为 0。", en="Only with stride 1 and circular padding.")),
         Option(text(zh="百分之几", en="A few per cent"), 1e-6, 0.15),
         Option(text(zh="三成以上，和特征图一样", en="Over 30%, like the maps"), low=0.15,
                why=text(zh="图上各处的误差大多互相抵消。", en="Most of the errors on the map cancel in the mean.")))),
    Prediction(
        "layers-to-use",
        text(zh="3×3、步长 1、权重相等。理论感受野 112 层就盖住 224 px。要让有效感受野的 ±2σ 盖住 224 px，要多少层？"
                "（差 2 倍以内算对）",
             en="3×3, stride 1, equal weights. The theoretical field covers 224 px after 112 layers. How many until "
                "±2σ of the effective field does? (within a factor of 2)"),
        "field", "use_layers",
        text(zh=r"每层加方差 $(3^2-1)/12=2/3$：$2\sqrt{2L/3}=112$，$L=56^2\cdot3/2=4704$。所以要步长、池化、膨胀。",
             en=r"Each layer adds the variance $(3^2-1)/12=2/3$: $2\sqrt{2L/3}=112$, so $L=56^2\cdot3/2=4704$. Hence "
                r"strides, pooling, dilation."),
        within=2, log=True),
    Prediction(
        "wrong-prior",
        text(zh="真滤波器随位置变（能量的四分之一是各处自己的）。200 张训练图，共享的卷积误差是局部连接的几倍？",
             en="The true filter depends on the place (a quarter of its energy is the place's own). With 200 training "
                "pictures, how large is the convolution's error over that of the locally connected layer?"),
        "aligned", "shared_over_local",
        text(zh="约 20 倍。共享的误差停在 0.25，再多数据也没用；局部连接每个位置 9 个权重，200 张图足够。",
             en="About 20 times. The shared filter is stuck at 0.25 whatever the data; 200 pictures are plenty for 9 "
                "weights a place."),
        (Option(text(zh="远小于 1：共享总是更省数据", en="Far below 1: sharing always saves data"), high=0.5,
                why=text(zh="假设对时才省。这里图少时它确实领先，图多时就停住了。",
                         en="Only if the assumption holds. It does lead while pictures are few, then it is stuck.")),
         Option(text(zh="差不多", en="About the same"), 0.5, 3,
                text(zh="在 20 张图左右如此。", en="That is so at about 20 pictures.")),
         Option(text(zh="10 倍以上", en="Over 10 times"), low=3))),
)  # fmt: skip
