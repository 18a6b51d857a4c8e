"""The presets and predictions of the graph X-ray."""

import math

from app.kit import Option, Prediction, Preset, same, text

PRESETS = {
    "textbook": Preset(
        text(zh="log(x1)+x1·x2−sin(x2)：x1 用了两次，伴随相加", en="x1 is used twice: its adjoints add up"),
        {},
        {"value": (11.65207, 11.65208), "grad_x1": (5.4999999, 5.5000001), "grad_x2": (1.716337, 1.716339),
         "ops": (5, 5), "error_tiny_step": (1e-7, 1e-1), "tiny_step_worse": (1, 1)},
    ),
    "neuron": Preset(
        text(zh="一个 sigmoid 神经元：5 个偏导只要一遍反向", en="A sigmoid neuron: five partials, one reverse sweep"),
        {"expression": "sigmoid(x1*x4+x2*x5+x3)", "x1": 2.0, "x2": -3.0, "x3": -3.0, "x4": -1.0, "x5": -2.0},
        {"value": (0.73105, 0.73106), "grad_x1": (-0.19662, -0.19661), "grad_x2": (-0.39323, -0.39322),
         "grad_x5": (-0.58984, -0.58983), "sweeps_reverse": (1, 1), "sweeps_forward": (5, 5)},
    ),
    "common": Preset(
        text(zh="σ(1−σ)：公共子表达式合并成一个", en="σ(1−σ): a common subexpression becomes one node"),
        {"expression": "sigmoid(x1*x2)*(1-sigmoid(x1*x2))", "x1": 0.5, "x2": 2.0, "cse": True},
        {"ops_written": (6, 6), "ops": (4, 4)},
    ),
    "folded": Preset(
        text(zh="常数之间的运算在运行前就算好", en="What happens between constants is done before the run"),
        {"expression": "sin(2*3.14159*x1/360)+log(exp(2)/exp(1))", "x1": 9.0, "fold": True},
        {"ops_written": (9, 9), "ops": (4, 4)},
    ),
    "overflow": Preset(
        text(zh="log(1+exp(100·x1))：溢出，梯度是 NaN", en="log(1+exp(100·x1)) overflows: the gradient is NaN"),
        {"expression": "log(1+exp(100*x1))", "x1": 9.0},
        {"value": (math.inf, math.inf), "ops": (4, 4)},
    ),
    "baked-branch": Preset(
        text(zh="追踪 Python 的 if：分支被固化", en="Tracing a Python if: the branch is baked in"),
        {"tab": "trace"},
        {"eager_other": (2, 2), "traced_other": (4, 4), "traces": (4, 4), "wrong_share": (0.4, 0.55)},
    ),
    "branch-in-graph": Preset(
        text(zh="分支写进图里：两支都在，处处正确", en="The branch as a node: both sides are there, all is right"),
        {"tab": "trace", "branch": "graph"},
        {"eager_other": (2, 2), "traced_other": (2, 2), "wrong_share": (0, 0), "traced_nodes": (4, 4)},
    ),
}  # fmt: skip

PREDICTIONS = (
    Prediction(
        "adjoints-add",
        text(zh="f = ln x₁ + x₁x₂ − sin x₂，在 (2, 5) 处。反向扫描结束时，x₁ 的伴随是多少？",
             en="f = ln x₁ + x₁x₂ − sin x₂ at (2, 5). When the reverse sweep is done, what is the adjoint of x₁?"),
        "textbook", "grad_x1",
        text(zh="$x_1$ 有两个去处：log 送回 $1/x_1=0.5$，mul 送回 $x_2=5$。多个去处的伴随相加。",
             en="$x_1$ feeds two operations: log sends back $1/x_1=0.5$, mul sends $x_2=5$. They add up."),
        (
            Option(same("0.5"), 0.4, 1, text(zh="只算了 log 那一路。", en="That is the way through log alone.")),
            Option(same("2.5"), 2, 3, text(
                zh="同一条路上的偏导相乘，不同的路相加。", en="Along a path factors multiply; different paths add.")),
            Option(same("5.5"), 5.2, 6),
            Option(same("5"), 4.5, 5.2, text(zh="只算了乘法那一路。", en="That is the way through mul alone.")),
        ),
    ),
    Prediction(
        "smaller-step",
        text(zh="用中心差分核对梯度（float64），步长从 10⁻⁵ 缩到 10⁻¹²，误差变成多少？",
             en="You check a gradient by central differences in float64 and shrink the step from 10⁻⁵ to 10⁻¹². "
             "How large is the error then?"),
        "textbook", "error_tiny_step",
        text(zh="截断误差按 $h^2$ 缩小，舍入误差按 $\\varepsilon|f|/h$ 放大；$h\\approx\\varepsilon^{1/3}$ 时和最小。",
             en="Truncation shrinks as $h^2$, rounding grows as $\\varepsilon|f|/h$. Their sum is least at about "
             "$h=\\varepsilon^{1/3}$."),
        (
            Option(text(zh="10⁻²⁰ 以下", en="below 10⁻²⁰"), high=1e-13, why=text(
                zh="那只看了截断误差；两个几乎相等的数相减，有效数字没了。",
                en="That is truncation alone. Subtracting two nearly equal numbers loses their digits.")),
            Option(text(zh="10⁻⁵ 以上", en="above 10⁻⁵"), low=1e-7),
            Option(text(zh="还是 10⁻¹¹ 左右", en="still about 10⁻¹¹"), 1e-13, 1e-7, text(
                zh="舍入误差与 $h$ 成反比，不会不变。", en="Rounding error is inverse to $h$; it does not stay.")),
        ),
    ),
    Prediction(
        "baked-branch",
        text(zh="一个 Python 函数：if x > 0 就返回 x²，否则返回 −x。用 x = 2 追踪成图，再用 x = −2 重放。得到什么？",
             en="A Python function: if x > 0 it returns x², else −x. It is traced into a graph with x = 2 and replayed "
             "with x = −2. What comes out?"),
        "baked-branch", "traced_other",
        text(zh="追踪只记录走过的那一支，图里只有一个 mul：$(-2)^2=4$。要由数据决定，分支必须是图里的节点。",
             en="Tracing records the branch that ran: one mul, and $(-2)^2=4$. For the data to decide, the branch must "
             "be a node of the graph."),
        (
            Option(text(zh="2，与 Python 一样", en="2, as in Python"), 1, 3, text(
                zh="重放时 Python 不再执行，if 早已不在。", en="Python does not run in a replay; the if is gone.")),
            Option(text(zh="报错", en="an error"), low=5, why=text(
                zh="没有任何检查：这正是它危险的地方。", en="Nothing checks it: that is the danger.")),
            Option(same("4"), 3, 5),
        ),
    ),
)  # fmt: skip
