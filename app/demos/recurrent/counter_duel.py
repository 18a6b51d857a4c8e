"""Counter duel: what an LSTM can count and a GRU cannot, what each of them costs, and what training makes of it."""

from collections.abc import Iterator
from typing import Literal

from pydantic import model_validator

from app.core.counters import (
    counted,
    gru_fine_counter,
    gru_leaky_counter,
    gru_reset_before,
    leaky_state,
    lstm_counter,
    misread,
)
from app.core.gated import gru_backward
from app.core.recurrent import multiply_adds, parameter_count
from app.demos.recurrent._counter_dynamics import count
from app.demos.recurrent._counter_structure import structure
from app.demos.recurrent._counter_training import learn
from app.kit import Demo, Option, Params, Prediction, Preset, Result, knob, limit, seed, text

MOST_WORK = 80_000
COUNT, STRUCTURE, TRAIN = ({"tab": (tab,)} for tab in ("count", "structure", "train"))


class CounterDuelParams(Params):
    tab: Literal["count", "structure", "train"] = knob(
        "count", zh="看什么", en="Show",
        options={"count": text(zh="手工接线：数 aⁿbᵐ", en="wired by hand: count aⁿbᵐ"),
                 "structure": text(zh="结构与账本", en="structure and cost"),
                 "train": text(zh="真的训练一次", en="train them")},
    )  # fmt: skip
    a: int = knob(10, ge=1, le=1000, zh="a 的个数 n", en="Number n of a's", when=COUNT)
    b: int = knob(10, ge=0, le=1000, zh="b 的个数 m", en="Number m of b's", when=COUNT)
    keep: float = knob(
        0.9,
        ge=0.5,
        le=0.999,
        step=0.001,
        zh="GRU 的更新门 z（保留多少）",
        en="GRU update gate z (share kept)",
        when=COUNT,
    )
    step: float = knob(
        0.005, ge=0.0001, le=0.1, log=True, zh="小步长 GRU 的步长", en="Small-step GRU: the step", when=COUNT
    )
    noise: float = knob(0.05, ge=0, le=0.5, step=0.01, zh="读数噪声 σ", en="Noise of reading σ", when=COUNT)
    inputs: int = knob(128, ge=1, le=512, zh="输入维度 d", en="Input size d", when=STRUCTURE)
    units: int = knob(128, ge=1, le=512, zh="单元数 h", en="Units h", when=STRUCTURE)
    train_length: int = knob(16, ge=8, le=24, step=4, zh="训练序列长度", en="Training length", when=TRAIN)
    hidden: int = knob(8, ge=4, le=16, step=4, zh="隐藏单元", en="Hidden units", when=TRAIN)
    updates: int = knob(300, ge=100, le=400, step=50, zh="更新次数", en="Updates", when=TRAIN)
    seed: int = seed()

    @model_validator(mode="after")
    def _affordable(self) -> "CounterDuelParams":
        if self.tab == "train" and self.updates * self.train_length * self.hidden > MOST_WORK:
            raise limit(
                zh="这样训练太久：请减少更新次数、序列长度或隐藏单元",
                en="that would train too long: take fewer updates, a shorter sequence or fewer units",
            )
        return self


def run(params: CounterDuelParams) -> Iterator[Result]:
    if params.tab == "count":
        yield from count(params.a, params.b, params.keep, params.step, params.noise)
    elif params.tab == "structure":
        yield from structure(params.inputs, params.units, params.seed)
    else:
        yield from learn(params.train_length, params.hidden, params.updates, params.seed)


PRESETS = {
    "ten-ten": Preset(
        text(zh="10 个 a、10 个 b：LSTM 回到 0，GRU 停在 −0.42",
             en="Ten a's, ten b's: the LSTM is back at 0, the GRU at −0.42"),
        {},
        {"lstm_peak": (9.99, 10.01), "lstm_end": (-0.01, 0.01), "gru_end": (-0.42423, -0.42421),
         "gap_lstm": (0.7615, 0.7617), "gap_gru": (0.05, 0.06), "twin_b": (11.1, 11.3)},
    ),
    "thousand": Preset(
        text(zh="1000 上 1000 下：LSTM 还分得清一个 b", en="A thousand up and down: the LSTM still sees one b"),
        {"a": 1000, "b": 1000},
        {"lstm_peak": (999.99, 1000), "lstm_end": (-0.01, 0.01), "misread_lstm": (0, 1e-10), "gap_gru": (0, 1e-20),
         "misread_gru": (0.49, 0.51), "fine_lost": (0.5, 1000)},
    ),
    "small-steps": Preset(
        text(zh="没有噪声、数得不多：小步长的 GRU 也会数",
             en="No noise, small numbers: a GRU with small steps counts too"),
        {"a": 20, "b": 20, "noise": 0.0},
        {"fine_lost": (0, 0.5), "misread_fine": (0, 0), "gap_fine": (0.004, 0.006)},
    ),
    "keeps": Preset(
        text(zh="z = 0.999：GRU 的半衰期约 700 步", en="z = 0.999: the GRU's half-life is about 700 steps"),
        {"keep": 0.999, "a": 1000, "b": 0},
        {"half_life": (692.7, 692.9), "gru_peak": (0.63, 0.64)},
    ),
    "ledger": Preset(
        text(zh="参数恰为 3/4，写法不同就不通用", en="Exactly 3/4 of the parameters; conventions do not mix"),
        {"tab": "structure"},
        {"parameters_lstm": (132_096, 132_096), "parameters_gru": (99_072, 99_072), "ratio": (0.75, 0.75),
         "one_bias_lstm": (131_584, 131_584), "drift_reset": (0.03, 1), "drift_update": (0.2, 2)},
    ),
    "trained": Preset(
        text(zh="训练之后：都会数到 16，都不会数到 64", en="Trained: both count to 16, neither to 64"),
        {"tab": "train"},
        {"exact_lstm_1": (0.7, 1), "exact_gru_1": (0.7, 1), "exact_lstm_4": (0, 0.1), "exact_gru_4": (0, 0.1),
         "exact_open_1": (0.8, 1), "exact_open_4": (0, 0.3), "ceiling_lstm": (15, 50), "ceiling_gru": (15, 50)},
    ),
}  # fmt: skip
PREDICTIONS = (
    Prediction(
        "where-is-the-gru",
        text(zh="GRU 的更新门固定 z = 0.9，候选对 a 是 +1、对 b 是 −1。读完 10 个 a 再读 10 个 b，状态停在哪里？",
             en="A GRU with its update gate fixed at z = 0.9; the candidate is +1 for a, −1 for b. Where is its state "
                "after ten a's and then ten b's?"),
        "ten-ten", "gru_end",
        text(zh=r"$h=z^m(2-z^n)-1=-(1-z^{10})^2=-0.424$：b 是后来的，所以权重更大。它记的是“最近偏向谁”，不是差了几个"
                r"。",
             en=r"$h=z^m(2-z^n)-1=-(1-z^{10})^2=-0.424$: the b's came last and weigh more. It knows which side it has "
                r"leaned to lately, not by how many."),
        (Option(text(zh="回到 0 附近", en="Back near 0"), -0.05, 0.05, text(
             zh="LSTM 的细胞是这样；GRU 的旧值每步打九折。",
             en="The LSTM's cell is; a GRU keeps only 90% of the old a step.")),
         Option(text(zh="约 −0.42", en="About −0.42"), -0.6, -0.05),
         Option(text(zh="约 −0.65", en="About −0.65"), high=-0.6, why=text(
             zh="那是只读 10 个 b 的结果：a 还留着一些。",
             en="That is ten b's alone; some of the a's is still there.")),
         Option(text(zh="略大于 0，a 先到", en="A little above 0, the a's being first"), 0.05, why=text(
             zh="先到的衰减得更多。", en="What comes first has decayed more."))),
    ),
    Prediction(
        "parameter-ratio",
        text(zh="输入和隐藏大小都相同，GRU 的参数是 LSTM 的多少倍？（误差 1% 以内）",
             en="Same input and hidden size: parameters of a GRU over those of an LSTM? (within 1%)"),
        "ledger", "ratio",
        text(zh="三个权重块（r、z、候选）对四个（i、f、o、候选），每块一样大：恰好 3/4，与大小无关。",
             en="Three weight blocks (r, z, candidate) against four (i, f, o, candidate), all of one size: exactly "
                "3/4, whatever the size."),
        within=0.01,
    ),
    Prediction(
        "count-further",
        text(zh="LSTM 和 GRU 都在长度 16 的序列上学会了数数（大多一个不差）。拿长度 64 的来考，LSTM 完全数对的比例是多"
                "少？",
             en="LSTM and GRU have learned to count on sequences of length 16 (mostly exactly). Tested at length 64, "
                "what share does the LSTM get exactly right?"),
        "trained", "exact_lstm_4",
        text(zh="几乎没有。细胞能数，不等于训练找到了计数器；而且读出的是有界的 h，线性读出有算得出的上限，低于 64。",
             en="Hardly any. That a cell can count does not mean training found the counter; and what is read is a "
                "bounded h, whose linear read-out has a ceiling below 64."),
        (Option(text(zh="90% 以上：它有计数器", en="Over 90%: it has a counter"), 0.8, why=text(
            zh="手工接线时才是这样。", en="Only when wired by hand.")),
         Option(text(zh="大约一半", en="About half"), 0.2, 0.8, text(
             zh="答案在训练范围之外就饱和了。", en="Outside the range trained on its answer saturates.")),
         Option(text(zh="几乎为 0", en="Next to none"), high=0.2)),
    ),
)  # fmt: skip

demo = Demo(
    __name__, run, CounterDuelParams,
    title=text(zh="计数对决：LSTM 与 GRU", en="Counter duel: LSTM and GRU"),
    summary=text(
        zh="让 LSTM 和 GRU 数 a 比 b 多几个：手工接线看能力，数参数看代价，真的训练看结果。",
        en="LSTM and GRU count how many more a's than b's: wired by hand for what they can do, counted for what they "
           "cost, trained for what comes of it.",
    ),
    presets=PRESETS, predictions=PREDICTIONS, references=("weiss2018", "cho2014", "chung2014", "hochreiter1997"),
    code=(
        counted, lstm_counter, gru_leaky_counter, gru_fine_counter, leaky_state, misread, gru_backward,
        gru_reset_before, parameter_count, multiply_adds,
    ),
)  # fmt: skip
