"""GRU or LSTM? The memory of one hand-set unit while it reads runs of a's and b's."""

import numpy as np

from app.core.counters import gru_leaky_counter, letters, lstm_counter
from app.core.gated import gru_forward, lstm_forward
from app.kit import Axis, Lines, Pair, Region, Series, Tell, View, same, text


def draw(rng: np.random.Generator, side: int) -> View:
    runs = rng.integers(5, 18, 4)
    word = np.concatenate([letters(int(runs[0]), int(runs[1])), letters(int(runs[2]), int(runs[3]))])
    if side == 0:
        state = gru_forward(gru_leaky_counter(float(rng.uniform(0.85, 0.95))), word).hs[:, 0, 0]
    else:
        state = lstm_forward(lstm_counter(), word).cs[:, 0, 0]
    ends = np.concatenate([[0], np.cumsum(runs)])
    steps = np.arange(len(state))
    return Lines(
        id="memory", title=text(zh="一个记忆单元的状态", en="The state of one memory unit"),
        description=text(
            zh=f"依次读 {runs[0]} 个 a、{runs[1]} 个 b、{runs[2]} 个 a、{runs[3]} 个 b；"
            f"每段读完时状态是 {'、'.join(f'{state[end]:.3g}' for end in ends[1:])}。",
            en=f"It reads {runs[0]} a's, {runs[1]} b's, {runs[2]} a's, {runs[3]} b's; after each run the state is "
            f"{', '.join(f'{state[end]:.3g}' for end in ends[1:])}.",
        ),
        series=[Series("unknown", text(zh="状态", en="state"), steps, state, draw="both")],
        x=Axis(text(zh="读到第几个字符", en="characters read"), range=(0, len(state) - 1)),
        y=Axis(text(zh="状态", en="state")),
        regions=[Region(float(ends[k]), float(ends[k + 1]), same("ab"[k % 2]), "ab"[k % 2]) for k in range(4)],
    )  # fmt: skip


pair = Pair(
    __name__, text(zh="GRU 还是 LSTM", en="GRU or LSTM"),
    ("gru", "lstm"),
    (text(zh="GRU 的状态 h", en="The state h of a GRU"), text(zh="LSTM 的细胞 c", en="The cell c of an LSTM")),
    text(zh="读到 a 时往上写，读到 b 时往下写。这是 GRU 的状态，还是 LSTM 的细胞？",
         en="The unit writes up at an a and down at a b. Is this the state of a GRU or the cell of an LSTM?"),
    draw,
    (
        Tell(0, text(zh="GRU：状态是旧值与新值的加权平均，越写越慢，出不了 ±1",
                     en="GRU: a weighted mean of old and new, so writes get smaller and it stays within ±1"),
             text(zh="$h\\leftarrow zh+(1-z)n$，而 $|n|<1$：凸组合出不去，早写的还会被冲淡。",
                  en="$h\\leftarrow zh+(1-z)n$ with $|n|<1$: a convex combination cannot leave, and what came first "
                  "fades."), True),
        Tell(0, text(zh="GRU：没有单独的细胞，所以 a、b 一样多时准确回到 0",
                     en="GRU: it has no separate cell, so equal numbers of a's and b's bring it back to exactly 0"),
             text(zh="加权平均偏向最近读到的，先后不对称：ab 各半时它停在负的一侧。",
                  en="A weighted mean leans towards the latest letters: with as many b's as a's it ends below 0.")),
        Tell(1, text(zh="LSTM：每次写入加上同样大小的一步，直线上升再直线下降，可以超过 1",
                     en="LSTM: every write adds a step of the same size, a straight line up and down that may pass 1"),
             text(zh="$c\\leftarrow fc+ig$，$f=i=1$ 时就是加减计数，没有上界。",
                  en="$c\\leftarrow fc+ig$; with $f=i=1$ that is counting up and down, without bound."), True),
        Tell(1, text(zh="LSTM：遗忘门让旧的写入按指数衰减",
                     en="LSTM: its forget gate makes earlier writes decay exponentially"),
             text(zh="遗忘门可以停在 1，那时一点也不衰减；它和输入门各管各的。",
                  en="A forget gate can rest at 1, and then nothing decays; it is independent of the input gate.")),
    ),
    text(zh="看写入的步长：越来越小、压在 ±1 以内的是 GRU；等步长、会数数的是 LSTM 的细胞。",
         en="Look at the size of the writes: shrinking, and kept within ±1, is a GRU; equal steps, which count, are "
         "the cell of an LSTM."),
    demo="counter-duel",
)  # fmt: skip
