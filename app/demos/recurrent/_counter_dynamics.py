"""The counting tab of the counter duel: an LSTM cell and two GRU states read aⁿbᵐ, weights set by hand."""

import math
from collections.abc import Iterator

import numpy as np

from app.core.activations import Array
from app.core.counters import counted, gru_fine_counter, gru_leaky_counter, leaky_state, lstm_counter, misread
from app.demos.recurrent._gate_dynamics import ends, sci
from app.kit import Axis, Check, Lines, Mark, Region, Result, Series, Text, View, same, text

LSTM = same("LSTM")
LEAKY = text(zh="GRU，漏积分", en="GRU, leaky")
FINE = text(zh="GRU，小步长", en="GRU, small steps")
SIDE = 8
"""How many b's too few and too many the verdict shows."""
STEP = Axis(text(zh="读入的字母数", en="letters read"))


def count(a: int, b: int, keep: float, step: float, noise: float) -> Iterator[Result]:
    """aᵃbᵇ through the three counters; what each shows at the end, and how far apart neighbouring counts are."""
    most = max(b, a + SIDE)  # enough b's for the verdict: state after a a's and any number of b's up to this
    runs = {
        "lstm": counted(lstm_counter(), a, most), "gru": counted(gru_leaky_counter(keep), a, most),
        "fine-1": counted(gru_fine_counter(keep, step), a, most),
    }  # fmt: skip
    shown = {**runs, "lstm": np.tanh(runs["lstm"])}  # the LSTM shows h = o tanh(c), and o = 1 here
    total = a + b
    counts = np.arange(1.0, max(50, a) + 1)
    gaps = {
        "lstm": np.full(len(counts), math.tanh(1)), "gru": np.abs(_leaky_gap(keep, counts)),
        "fine-1": np.full(len(counts), step), "theory": 1 / counts,
    }  # fmt: skip
    here = {name: float(abs(h[2 * a] - h[2 * a + 1])) for name, h in shown.items()}  # m = n against m = n + 1
    scalars = {
        "lstm_peak": float(runs["lstm"][a]), "lstm_end": float(runs["lstm"][total]),
        "gru_peak": float(runs["gru"][a]), "gru_end": float(runs["gru"][total]),
        "gru_theory": float(leaky_state(keep, np.array(a), np.array(b))), "fine_end": float(runs["fine-1"][total]),
        "fine_lost": float(abs(runs["fine-1"][2 * a]) / step), "bound": 1 / a,
        "twin_b": a + math.log((2 - keep**a) / (2 - keep ** (2 * a))) / math.log(keep),
        "half_life": math.log(0.5) / math.log(keep),
        **{f"gap_{name.split('-')[0]}": gap for name, gap in here.items()},
        **{f"misread_{name.split('-')[0]}": float(misread(np.array(gap), noise)) for name, gap in here.items()},
    }  # fmt: skip
    t = np.arange(total + 1.0)
    closed = leaky_state(keep, np.minimum(t, a), np.maximum(t - a, 0))
    checks = [
        Check(text(zh="LSTM 的细胞与 n − m 之差", en="LSTM cell against n − m"),
              float(np.max(np.abs(runs["lstm"][: total + 1] - _truth(t, a)))), 0.01),
        Check(text(zh="GRU 漏积分与闭式之差", en="leaky GRU against its closed form"),
              float(np.max(np.abs(runs["gru"][: total + 1] - closed))), 1e-6),
    ]  # fmt: skip
    for until in ends(total) if total >= 5 else [total] * 5:
        kept = np.unique(np.linspace(0, until, min(until, 400) + 1).astype(int))
        views: list[View] = [
            _cell_view(kept, t, runs["lstm"], a, b, scalars), _state_view(kept, t, runs, closed, a, b, scalars),
            _verdict_view(shown, a, noise, scalars), _gap_view(counts, gaps, noise, scalars),
        ]  # fmt: skip
        yield Result(views, scalars, _notes(a, b, keep, noise, scalars), checks, until / total)


def _truth(t: Array, a: int) -> Array:
    return np.minimum(t, a) - np.maximum(t - a, 0)


def _leaky_gap(keep: float, counts: Array) -> Array:
    """How far the leaky state moves when m = n becomes m = n + 1."""
    return leaky_state(keep, counts, counts) - leaky_state(keep, counts, counts + 1)


def _cell_view(kept: Array, t: Array, cell: Array, a: int, b: int, s: dict[str, float]) -> View:
    return Lines(
        id="cell", title=text(zh="LSTM 的细胞 c：加一、减一", en="The LSTM's cell c: plus one, minus one"),
        description=text(
            zh=f"{a} 个 a 之后 c = {s['lstm_peak']:.6g}，再读 {b} 个 b 之后 c = {s['lstm_end']:.3g}（真值 {a - b}）。",
            en=f"After {a} a's c = {s['lstm_peak']:.6g}, after {b} b's more c = {s['lstm_end']:.3g} (truth {a - b})."),
        series=[Series("lstm", LSTM, t[kept], cell[kept]),
                Series("theory", text(zh="真值 n − m", en="truth n − m"), t[kept], _truth(t, a)[kept], "reference")],
        x=STEP, y=Axis(same("c"), range=(min(0, a - b) - 1, a + 1)),
    )  # fmt: skip


def _state_view(
    kept: Array, t: Array, runs: dict[str, Array], closed: Array, a: int, b: int, s: dict[str, float]
) -> View:
    dots = kept[:: max(1, len(kept) // 12)]
    return Lines(
        id="state", title=text(zh="GRU 的状态 h：永远在 −1 与 1 之间", en="The GRU's state h: always between −1 and 1"),
        description=text(
            zh=f"漏积分：{a} 个 a 之后 {s['gru_peak']:.3f}，再读 {b} 个 b 之后 {s['gru_end']:.3f}，并不是 0。小步长：最"
               f"后 {s['fine_end']:.2g}。",
            en=f"Leaky: {s['gru_peak']:.3f} after {a} a's, {s['gru_end']:.3f} after {b} b's more. Small steps: "
               f"{s['fine_end']:.2g} at the end."),
        series=[Series("gru", LEAKY, t[kept], runs["gru"][kept]), Series("fine-1", FINE, t[kept], runs["fine-1"][kept]),
                Series("theory", text(zh="漏积分的闭式", en="leaky, closed form"), t[dots], closed[dots], "reference",
                       "points")],
        x=STEP, y=Axis(same("h"), range=(-1.05, 1.05)),
    )  # fmt: skip


def _verdict_view(shown: dict[str, Array], a: int, noise: float, s: dict[str, float]) -> View:
    low = max(-SIDE, -a)
    extra = np.arange(low, SIDE + 1)
    names = {"lstm": LSTM, "gru": LEAKY, "fine-1": FINE}
    return Lines(
        id="verdict", title=text(zh=f"{a} 个 a 之后，b 多了还是少了？", en=f"After {a} a's: too many b's or too few?"),
        description=text(
            zh=f"b 从 {a} 个变成 {a + 1} 个，露出的状态移动：LSTM {s['gap_lstm']:.3f}，漏积分 {s['gap_gru']:.2g}，小步"
               f"长 {s['gap_fine']:.2g}；读数噪声是 {noise:g}。",
            en=f"When {a} b's become {a + 1}, the state shown moves by {s['gap_lstm']:.3f} (LSTM), {s['gap_gru']:.2g} "
               f"(leaky), {s['gap_fine']:.2g} (small steps); the noise of reading is {noise:g}."),
        series=[Series(name, names[name], extra, h[2 * a + extra], draw="both") for name, h in shown.items()],
        x=Axis(text(zh="b 的个数 − a 的个数", en="number of b's − number of a's"), range=(low, SIDE)),
        y=Axis(text(zh="露出的状态 h", en="state shown, h"), range=(-1.05, 1.05)),
        regions=[Region(-noise, noise, text(zh="噪声 ±σ", en="noise ±σ"), axis="y")] if noise > 0 else [],
    )  # fmt: skip


def _gap_view(counts: Array, gaps: dict[str, Array], noise: float, s: dict[str, float]) -> View:
    names = {"lstm": LSTM, "gru": LEAKY, "fine-1": text(zh="GRU，小步长（理想）", en="GRU, small steps (ideal)")}
    series = [Series(name, names[name], counts, gaps[name]) for name in names]
    bound = text(zh="[−1, 1] 内的上限 1/n", en="limit within [−1, 1]: 1/n")
    series.append(Series("theory", bound, counts, gaps["theory"], "reference"))
    marks = [Mark(2 * noise, text(zh="2σ：错判 16%", en="2σ: 16% misread"))] if noise > 0 else []
    return Lines(
        id="gap", title=text(zh="m = n 与 m = n + 1 隔多远", en="How far apart are m = n and m = n + 1?"),
        description=text(
            zh=f"现在的 n：错判概率 LSTM {sci(s['misread_lstm'])}，漏积分 {s['misread_gru']:.2f}，小步长 "
               f"{s['misread_fine']:.2f}。要在 [−1, 1] 里分清 −n 到 n，总有一处间隔不超过 {s['bound']:.3g}。",
            en=f"At this n, misread with probability {sci(s['misread_lstm'])} (LSTM), {s['misread_gru']:.2f} (leaky), "
               f"{s['misread_fine']:.2f} (small steps). To tell −n … n apart within [−1, 1], some gap is at most "
               f"{s['bound']:.3g}."),
        series=series, x=Axis(text(zh="n", en="n"), range=(1, float(counts[-1]))),
        y=Axis(text(zh="露出的状态之差", en="difference of the state shown"), log=True, range=(1e-6, 2)), marks=marks,
    )  # fmt: skip


def _notes(a: int, b: int, keep: float, noise: float, s: dict[str, float]) -> list[Text]:
    if keep**a > 1e-6:
        leaky = text(
            zh=f"漏积分的 GRU 只记得最近偏向谁：$h=z^m(2-z^n)-1$ = {s['gru_theory']:.5f}。{a} 个 a 加 {a} 个 b，与 "
            f"{2 * a} 个 a 加 {s['twin_b']:.1f} 个 b，停在同一个地方。",
            en=f"A leaky GRU knows only which side it has leaned to lately: $h=z^m(2-z^n)-1$ = {s['gru_theory']:.5f}. "
            f"{a} a's with {a} b's end where {2 * a} a's with {s['twin_b']:.1f} b's end.",
        )
    else:
        leaky = text(
            zh=f"漏积分的 GRU 早已贴在 1 或 −1 上：$z^n$ = {sci(keep**a)}，读过多少个 a，一点痕迹也没有了。",
            en=f"The leaky GRU has long been stuck at 1 or −1: $z^n$ = {sci(keep**a)}, and no trace is left of how "
            "many a's there were.",
        )
    verdict = (
        text(
            zh=f"噪声 σ = {noise:g} 下仍错判 {s['misread_fine']:.0%}",
            en=f"with noise σ = {noise:g} it is misread {s['misread_fine']:.0%} of the time",
        )
        if noise > 0
        else text(zh="没有噪声时读得出来，有噪声就难说", en="without noise it can be read, with noise hardly")
    )
    return [
        leaky,
        text(zh=f"小步长的 GRU 能数，但 $|h|\\le1$：数得越多，步长就得越小。这里相邻的计数只隔 {s['gap_fine']:.2g}，"
                f"{verdict.zh}；{a} 上 {a} 下之后，tanh 的弯曲让它偏了 {sci(s['fine_lost'])} 步。",
             en="A GRU with small steps does count, but $|h|\\le1$: the more it must count, the smaller its steps. "
                f"Here neighbouring counts are {s['gap_fine']:.2g} apart; {verdict.en}; after {a} up and {a} down the "
                f"bend of tanh has cost {sci(s['fine_lost'])} steps."),
        text(zh=f"记多久是另一回事：$z$ = {keep:g} 时 GRU 的半衰期是 {s['half_life']:.1f} 步，与遗忘门 $f$ 相同的 LSTM "
                "一样。",
             en=f"How long it remembers is another matter: with $z$ = {keep:g} a GRU has a half-life of "
                f"{s['half_life']:.1f} steps, exactly that of an LSTM with the same $f$."),
    ]  # fmt: skip
