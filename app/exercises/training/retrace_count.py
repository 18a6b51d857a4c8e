"""How many times a tf.function is traced: tensors count by dtype and shape, Python numbers by value."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.core.tracing import signature
from app.kit import Exercise, Mistake, Text, text


@dataclass(frozen=True)
class Calls:
    """Levels 1, 2: the arguments of successive calls as (dtype or "python", shape or value).
    Level 3: (sequence length, number of sequences) of each bucket, the batch size, the epochs."""

    level: int
    arguments: tuple[tuple[str, tuple[int, ...] | int], ...] = ()
    buckets: tuple[tuple[int, int], ...] = ()
    batch: int = 0
    epochs: int = 0

    def values(self) -> list[Any]:
        """The arguments of all calls (level 3: of one epoch)."""
        if self.level < 3:
            return [what if kind == "python" else np.zeros(what, kind) for kind, what in self.arguments]
        sizes = [(min(self.batch, n - start), t) for t, n in self.buckets for start in range(0, n, self.batch)]
        return [np.zeros(size, np.float32) for size in sizes]


def generate(rng: np.random.Generator, level: int) -> Calls:
    if level == 3:
        batch = int(rng.choice([16, 32, 64]))
        lengths = sorted(int(t) for t in rng.choice([20, 40, 60, 80, 120], int(rng.integers(2, 4)), replace=False))
        buckets = tuple((t, batch * int(rng.integers(2, 7)) + int(rng.choice([0, 5, 11]))) for t in lengths)
        return Calls(3, (), buckets, batch, int(rng.integers(3, 11)))
    shapes: list[tuple[int, ...]] = [(), (2,), (3,), (2, 2)]
    pool: list[tuple[str, Any]] = [
        (str(d), shapes[int(k)]) for d in ("float32", "int32") for k in rng.permutation(4)[:2]
    ]
    if level == 2:
        pool = [*pool[:3], *(("python", int(v)) for v in rng.choice(9, 3, replace=False) + 1)]
    count = int(rng.integers(6, 8))
    picks = [pool[int(i)] for i in rng.integers(0, len(pool), count)]
    if level == 2:
        picks[:2] = pool[-2:]
    return Calls(level, tuple(picks))


def answer(calls: Calls) -> float:
    return float(len({signature(x) for x in calls.values()}))


def shown(kind: str, what: tuple[int, ...] | int) -> str:
    if kind == "python":
        return f"f({what})"
    size = ", ".join(str(n) for n in what) if isinstance(what, tuple) else ""
    return f"f({kind}[{size}])"


def prompt(calls: Calls) -> Text:
    if calls.level == 3:
        zh = "、".join(f"长 {t} 的 {n} 条" for t, n in calls.buckets)
        en = ", ".join(f"{n} of length {t}" for t, n in calls.buckets)
        return text(
            zh="训练步是 `@tf.function`，参数是 float32 张量 [批大小, 长度]，没有 input_signature。"
            f"序列按长度分桶：{zh}；每个桶按批大小 {calls.batch} 切，最后不满一批的照样送入。"
            f"训练 {calls.epochs} 个 epoch，一共追踪几次？",
            en="The training step is a `@tf.function` of a float32 tensor [batch, length], without input_signature. "
            f"Sequences are bucketed by length: {en}. Each bucket is cut into batches of {calls.batch}; an incomplete "
            f"last batch is fed as well. How many traces in {calls.epochs} epochs?",
        )
    listed = ", ".join(f"`{shown(kind, what)}`" for kind, what in calls.arguments)
    return text(
        zh=f"`f` 是 `@tf.function`，依次调用 {listed}。dtype[形状] 表示张量，单独的数是 Python 整数。"
        "Python 函数体一共执行几次？",
        en=f"`f` is a `@tf.function`, called as {listed} in turn. dtype[shape] is a tensor, a bare number a Python "
        "int. How many times does the Python body run?",
    )


def mistakes(calls: Calls) -> Sequence[Mistake]:
    values = calls.values()
    every = Mistake("one-per-call", float(len(values) * max(1, calls.epochs)),
                    text(zh="签名见过的调用直接重放图，不再追踪。",
                         en="A call whose signature was seen before replays the graph."))  # fmt: skip
    if calls.level == 3:
        return (
            every,
            Mistake("forgot-the-last-batch", float(len(calls.buckets)),
                    text(zh="最后不满一批的形状不同，各要多追踪一次（drop_remainder 或 input_signature 可以避免）。",
                         en="An incomplete last batch has another shape: one more trace (drop_remainder avoids it).")),
            Mistake("once-per-epoch", answer(calls) * calls.epochs,
                    text(zh="追踪结果会留到下一个 epoch。", en="Traces are kept for the next epoch.")),
            Mistake("only-once", 1.0,
                    text(zh="没有 input_signature 时，形状不同就要重新追踪。",
                         en="Without input_signature every new shape is traced.")),
        )  # fmt: skip
    kinds = {kind for kind, _ in calls.arguments}
    no_shape = len(kinds - {"python"}) + len({w for k, w in calls.arguments if k == "python"})
    no_dtype = len({(k == "python", what) for k, what in calls.arguments})
    return (
        every,
        Mistake("python-int-like-a-tensor", float(len({(k, w if k != "python" else "") for k, w in calls.arguments})),
                text(zh="Python 数按值区分：每个新的值都要追踪一次。",
                     en="A Python number counts by its value: every new value is traced.")),
        Mistake("ignored-the-shape", float(no_shape),
                text(zh="张量的形状也属于签名。", en="The shape of a tensor is part of the signature.")),
        Mistake("ignored-the-dtype", float(no_dtype),
                text(zh="dtype 不同，签名就不同。", en="Another dtype is another signature.")),
        Mistake("only-once", 1.0, text(zh="每个新的签名都要追踪一次。", en="Every new signature is traced once.")),
    )  # fmt: skip


def solution(calls: Calls) -> Text:
    keys = list(dict.fromkeys(signature(x) for x in calls.values()))
    listed = "; ".join(keys)
    return text(zh=f"不同的签名有 {len(keys)} 个：{listed}。", en=f"There are {len(keys)} signatures: {listed}.")


exercise = Exercise(
    __name__, text(zh="tf.function 追踪几次", en="How often is a tf.function traced?"),
    generate, prompt, answer, lambda calls: 0.25, mistakes, solution, demo="graph-xray",
)  # fmt: skip
