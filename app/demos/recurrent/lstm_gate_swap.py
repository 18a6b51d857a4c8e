"""LSTM gate swap lab: exchange the activations of an LSTM one by one, and see which role each of them plays."""

from collections.abc import Iterator
from typing import Literal

from pydantic import model_validator

from app.core.gate_roles import accumulated, carried, half_life, held, leaked, moments
from app.core.gated import lstm_backward, lstm_forward
from app.demos.recurrent._gate_dynamics import LABELS, valve, writes
from app.demos.recurrent._gate_training import compare
from app.kit import Demo, Option, Params, Prediction, Preset, Result, knob, limit, seed, text

MOST_WORK = 120_000
TRAIN = {"tab": ("train",)}


class LstmGateSwapParams(Params):
    tab: Literal["valve", "write", "train"] = knob(
        "valve", zh="看什么", en="Show",
        options={"valve": text(zh="门：开得住、关得住吗", en="gates: open and shut"),
                 "write": text(zh="候选与输出：写入和读出", en="candidate and output"),
                 "train": text(zh="真的训练一次", en="train it")},
    )  # fmt: skip
    drive: float = knob(
        4.0, ge=0, le=8, step=0.5, zh="门的预激活 b（开 +b，关 −b）", en="Pre-activation b (open +b, shut −b)",
        when={"tab": ("valve",)},
        help=text(zh="噪声为 0 时，+b 就是遗忘门偏置。", en="Without noise, +b is the forget bias."),
    )  # fmt: skip
    noise: float = knob(
        1.0,
        ge=0,
        le=3,
        step=0.1,
        zh="预激活的噪声（标准差）",
        en="Noise on it (standard deviation)",
        when={"tab": ("valve",)},
    )
    length: int = knob(20, ge=10, le=200, step=10, zh="步数 T", en="Steps T", when={"tab": ("valve", "write")})
    gate: Literal["sigmoid", "hard_sigmoid", "tanh", "relu"] = knob(
        "sigmoid", zh="门的激活", en="Gate activation", options=LABELS, when=TRAIN
    )
    candidate: Literal["tanh", "sigmoid", "relu"] = knob(
        "sigmoid", zh="候选的激活", en="Candidate activation", options=LABELS, when=TRAIN
    )
    output: Literal["tanh", "identity", "sigmoid"] = knob(
        "tanh", zh="输出的激活", en="Output activation", options=LABELS, when=TRAIN
    )
    forget_bias: float = knob(1.0, ge=-2, le=5, step=0.5, zh="初始遗忘偏置", en="Initial forget bias", when=TRAIN)
    train_length: int = knob(20, ge=10, le=30, step=5, zh="训练序列长度", en="Training length", when=TRAIN)
    hidden: int = knob(12, ge=4, le=24, step=4, zh="隐藏单元", en="Hidden units", when=TRAIN)
    updates: int = knob(200, ge=100, le=400, step=50, zh="更新次数", en="Updates", when=TRAIN)
    seed: int = seed()

    @model_validator(mode="after")
    def _affordable(self) -> "LstmGateSwapParams":
        if self.tab == "train" and self.updates * self.train_length * self.hidden > MOST_WORK:
            raise limit(
                zh="这样训练太久：请减少更新次数、序列长度或隐藏单元",
                en="that would train too long: take fewer updates, a shorter sequence or fewer units",
            )
        return self


def run(params: LstmGateSwapParams) -> Iterator[Result]:
    if params.tab == "valve":
        yield from valve(params.drive, params.noise, params.length, params.seed)
    elif params.tab == "write":
        yield from writes(params.length, params.seed)
    else:
        yield from compare(
            params.gate, params.candidate, params.output, params.forget_bias,
            params.train_length, params.hidden, params.updates, params.seed,
        )  # fmt: skip


PRESETS = {
    "valve": Preset(
        text(zh="又能开、又能关的只有 sigmoid 这一类", en="Only the sigmoid kind both opens and shuts"),
        {},
        {"keep_sigmoid": (0.5, 0.63), "leak_sigmoid": (0.1, 0.3), "keep_tanh": (0.85, 1), "leak_tanh": (4.2, 4.8),
         "leak_tanh_zero": (2.7, 2.9), "keep_relu": (1e11, 1e13), "leak_relu": (0, 0.1)},
    ),
    "bias-one": Preset(
        text(zh="遗忘偏置 1：2.2 步就忘掉一半", en="Forget bias 1: half is gone in 2.2 steps"),
        {"drive": 1.0, "noise": 0.0},
        {"half_life": (2.2126, 2.2127), "kept_exact": (0.0018, 0.002), "time_constant": (3.7182, 3.7183)},
    ),
    "writes": Preset(
        text(zh="sigmoid 候选只会往上加", en="A sigmoid candidate can only add"),
        {"tab": "write", "length": 200},
        {"mean_sigmoid": (99.7, 100.3), "var_sigmoid": (7.5, 9.9), "mean_tanh": (-1, 1), "var_tanh": (70, 88),
         "slope_sigmoid": (0, 1e-30), "slope_tanh": (0.03, 0.2), "carried_sigmoid": (0.999999, 1.000001)},
    ),
    "sigmoid-candidate": Preset(
        text(zh="训练：候选换成 sigmoid，误差大几倍", en="Trained: a sigmoid candidate errs several times more"),
        {"tab": "train"},
        {"ratio": (2, 9), "fit_standard": (0, 0.09), "cell_standard": (1, 15)},
    ),
    "relu-gate": Preset(
        text(zh="训练：ReLU 门学得会，序列一长就爆炸", en="Trained: ReLU gates fit, then blow up on longer sequences"),
        {"tab": "train", "gate": "relu", "candidate": "tanh"},
        {"fit_swapped": (0, 0.25), "cell_least_swapped": (1e6, float("inf")), "cell_standard": (1, 15)},
    ),
    "tanh-gate": Preset(
        text(zh="训练：tanh 门在训练长度上不输，记忆却关不住",
             en="Trained: tanh gates fit as well, but the cell runs away"),
        {"tab": "train", "gate": "tanh", "candidate": "tanh"},
        {"ratio": (0.5, 2), "cell_swapped": (12, 81), "cell_standard": (1, 12)},
    ),
    "no-output-tanh": Preset(
        text(zh="训练：去掉输出 tanh，误差不大，h 却没了上界",
             en="Trained: no output tanh fits too, but h is unbounded"),
        {"tab": "train", "output": "identity", "candidate": "tanh"},
        {"ratio": (0.3, 1.5), "hidden_most_swapped": (2, 81), "hidden_most_standard": (0.5, 1)},
    ),
}  # fmt: skip
PREDICTIONS = (
    Prediction(
        "shut-tanh",
        text(zh="输入门改用 tanh，预激活压到 −4 想把它关死。每步来一个随机的 ±1，20 步后漏进细胞的均方根是多少？",
             en="The input gate uses tanh; its pre-activation is pushed to −4 to shut it. A random ±1 arrives every "
                "step. RMS of what is in the cell after 20 steps?"),
        "valve", "leak_tanh",
        text(zh=r"$\tanh(-4)\approx-1$：不是关，是变号后全部放行，20 个 $\pm1$ 相加是 $\sqrt{20}\approx4.47$。sigmoid "
                r"的 $-4$ 才是 0。",
             en=r"$\tanh(-4)\approx-1$ is not shut: all of it comes in with its sign flipped, and twenty $\pm1$ add up "
                r"to $\sqrt{20}\approx4.47$. Only a sigmoid is 0 at $-4$."),
        (Option(text(zh="约 0.2，和 sigmoid 一样", en="About 0.2, like a sigmoid"), high=1, why=text(
            zh="sigmoid(−4) 是 0.018，tanh(−4) 却是 −1。", en="sigmoid(−4) is 0.018, but tanh(−4) is −1.")),
         Option(text(zh="约 2.8", en="About 2.8"), 1, 3.5, text(
             zh="那是把 tanh 停在 0 的结果。", en="That is a tanh kept at 0, its steepest place.")),
         Option(text(zh="约 4.5，等于完全没关", en="About 4.5, as if it were not there"), 3.5)),
    ),
    Prediction(
        "half-life",
        text(zh="遗忘门偏置设为 1、其他输入为 0：细胞里的内容几步剩一半？",
             en="Forget bias 1, nothing else at the gate: after how many steps is half of the cell's content left?"),
        "bias-one", "half_life",
        text(zh=r"$f=\sigma(1)=0.731$，$\ln\frac12/\ln f=2.2$ 步。偏置 1 只是不让梯度一开始就断，并不是长期记忆。",
             en=r"$f=\sigma(1)=0.731$ and $\ln\frac12/\ln f=2.2$ steps. Bias 1 keeps the gradient alive at the start; "
                r"it is no long memory."),
        (Option(text(zh="约 2 步", en="About 2"), high=5),
         Option(text(zh="约 20 步", en="About 20"), 5, 60, text(
             zh="那要偏置 3.4 左右。", en="That takes a bias of about 3.4.")),
         Option(text(zh="约 100 步", en="About 100"), 60, why=text(
             zh="那要偏置 5。", en="That takes a bias of 5."))),
    ),
    Prediction(
        "relu-four-times",
        text(zh="三个门都换成 ReLU，在长度 20 上训练到误差不大，再拿长度 80 的序列来测。五个网络的 |c| 最大到多少（中位"
                "数）？",
             en="All three gates are ReLUs, trained at length 20 until the error is small, then tested at length 80. "
                "How large does |c| get (median of five networks)?"),
        "relu-gate", "cell_swapped",
        text(zh="ReLU 门没有上限：哪怕只有一个单元的 $f$ 略大于 1，连乘 80 次就是天文数字。sigmoid 门的 $f$ 永远小于 "
                "1。",
             en="A ReLU gate has no ceiling: one unit whose $f$ is a little above 1 is enough, multiplied 80 times. A "
                "sigmoid's $f$ never exceeds 1."),
        (Option(text(zh="10 以内，和标准 LSTM 一样", en="Below 10, as in the standard LSTM"), high=10, why=text(
            zh="标准 LSTM 是这样，因为 $f<1$。", en="That is the standard LSTM, where $f<1$.")),
         Option(text(zh="几十，因为长度是 4 倍", en="A few dozen, the length being 4 times"), 10, 1e4, text(
             zh="那是线性增长；$f>1$ 是指数增长。", en="That is linear growth; $f>1$ grows exponentially.")),
         Option(text(zh="超过一万，fp16 早已溢出", en="Far above 10 000: fp16 overflows"), 1e4)),
    ),
)  # fmt: skip

demo = Demo(
    __name__, run, LstmGateSwapParams,
    title=text(zh="LSTM 换门实验室", en="LSTM gate swap lab"),
    summary=text(
        zh="把 LSTM 的激活函数一个个换掉：门还开得住、关得住吗？细胞还能加能减吗？训练之后呢？",
        en="Exchange the activations of an LSTM one by one: does a gate still open and shut, can the cell go up and "
           "down, and what does training make of it?",
    ),
    presets=PRESETS, predictions=PREDICTIONS, references=("hochreiter1997", "gers2000", "greff2017", "jozefowicz2015"),
    code=(lstm_forward, lstm_backward, held, leaked, accumulated, carried, moments, half_life),
)  # fmt: skip
