"""Hashing keys into m buckets: collisions counted against the formula, and what they cost a click model."""

import numpy as np

from app.core.activations import Array, sigmoid
from app.core.click_metrics import log_loss
from app.core.ftrl import ftrl_pass
from app.core.hashing import Whole, collision_probability, expected_occupied, hashed, spread
from app.demos.linear_models._workers_data import clicks
from app.demos.linear_models._workers_ftrl import ALPHA, BETA, FRESH, TRAIN
from app.kit import Axis, Check, Lines, Mark, Result, Series, Text, View, same, text

SALTS, L1 = 8, 2.0
BITS = np.arange(8, 21)
MODEL_BITS = (4, 6, 7, 8, 9, 10, 11, 12, 13, 14)


def hashing(keys: int, bits: int, signed: bool, seed: int) -> Result:
    counted = np.array([[spread(keys, 2 ** int(b), 1 + salt + 100 * seed) for b in BITS] for salt in range(SALTS)])
    collided = counted[:, :, 1]
    theory = np.array([collision_probability(keys, 2 ** int(b)) for b in BITS])
    at = int(np.flatnonzero(bits == BITS)[0])
    occupied, formula = counted[:, at, 0], expected_occupied(keys, 2**bits)
    error = collided.std(axis=0, ddof=1) / np.sqrt(SALTS)
    loss, whole, seen = models(signed, seed)
    by_bits = dict(zip(MODEL_BITS, loss, strict=True))
    s = {
        "collided": float(collided[:, at].mean()), "collided_sd": float(collided[:, at].std(ddof=1)),
        "formula": float(theory[at]), "occupied": float(occupied.mean()), "occupied_formula": formula,
        "deviation": float(np.abs(collided.mean(axis=0) - theory).max()), "seen": float(seen),
        "loss_whole": whole, "seen_collided": collision_probability(seen, 2**12), "worse_12": by_bits[12] - whole,
        "seen_collided_14": collision_probability(seen, 2**14),
    } | {f"loss_{b}": float(value) for b, value in by_bits.items()}  # fmt: skip
    allowed = np.maximum(error, 1e-3 * theory + 1 / keys)
    checks = [
        Check(text(zh="碰撞率与公式之差（标准误，m = 2⁸…2²⁰）", en="Collision rate against the formula (s.e., all m)"),
              float((np.abs(collided.mean(axis=0) - theory) / allowed).max()), 5.0),
        Check(text(zh="占用的桶与公式之差（相对）", en="Occupied buckets against the formula (relative)"),
              abs(s["occupied"] / formula - 1), 0.03),
    ]  # fmt: skip
    return Result([collision_view(collided, theory, keys, bits, s), loss_view(loss, signed, s)], s,
                  notes(keys, bits, s), checks)  # fmt: skip


def models(signed: bool, seed: int) -> tuple[Array, float, int]:
    """Log loss on fresh clicks by number of buckets, without hashing, and how many keys the training rows hold."""
    data = clicks(TRAIN + FRESH, np.random.default_rng([seed, 5, 0]))
    buckets, signs = zip(*(hashed(data.columns, 2**b, 1 + seed) for b in MODEL_BITS), strict=True)
    columns = np.stack([*buckets, data.columns])
    values = np.stack([*(sign if signed else np.ones_like(sign) for sign in signs), np.ones_like(signs[0])])
    size = max(len(data.weights), 2 ** max(MODEL_BITS))
    columns, values = merged(columns, values, size)
    done = ftrl_pass(columns[:, :TRAIN], values[:, :TRAIN], data.y[:TRAIN], size + 1, ALPHA, BETA,
                     np.full(len(columns), L1))  # fmt: skip
    truth = sigmoid(data.logit[TRAIN:])[0]
    which = np.arange(len(columns))[:, None, None]
    z = (done.weights[which, columns[:, TRAIN:]] * values[:, TRAIN:]).sum(axis=2)
    losses = np.array([log_loss(sigmoid(row)[0], truth) for row in z])
    return losses[:-1], float(losses[-1]), len(np.unique(data.columns[:TRAIN]))


def merged(columns: Whole, values: Array, spare: int) -> tuple[Whole, Array]:
    """Keys of one row that share a bucket become one entry with the sum of their values; what is left over goes to the
    column `spare` with the value 0."""
    columns, values = columns.copy(), values.copy()
    for i in range(columns.shape[-1]):
        for j in range(i):
            twice = (columns[..., i] == columns[..., j]) & (columns[..., i] != spare)
            values[..., j] += np.where(twice, values[..., i], 0)
            values[..., i] = np.where(twice, 0, values[..., i])
            columns[..., i] = np.where(twice, spare, columns[..., i])
    return columns, values


def collision_view(collided: Array, theory: Array, keys: int, bits: int, s: dict[str, float]) -> View:
    return Lines(
        id="collisions", title=text(zh=f"{keys} 个键：与别人同桶的比例", en=f"{keys} keys: share that are not alone"),
        description=text(
            zh=f"m = 2^{bits}：{SALTS} 次哈希平均 {s['collided']:.4f}，公式 {s['formula']:.4f}；"
            f"占用 {s['occupied']:.0f} 个桶，公式 {s['occupied_formula']:.1f}。",
            en=f"m = 2^{bits}: {s['collided']:.4f} over {SALTS} hash functions, {s['formula']:.4f} by the formula; "
            f"{s['occupied']:.0f} buckets occupied against {s['occupied_formula']:.1f}.",
        ),
        series=[
            Series("theory", same("1 − (1 − 1/m)ⁿ⁻¹"), BITS, theory, role="reference"),
            Series("collided", text(zh=f"{SALTS} 次哈希", en=f"{SALTS} hash functions"),
                   np.repeat(BITS, SALTS), collided.T.ravel(), draw="points"),
        ],
        marks=[Mark(float(bits), same(f"2^{bits}"), axis="x"), Mark(float(np.log2(keys)), same("m = n"), axis="x")],
        x=Axis(text(zh="log₂ 桶数 m", en="log₂ of the buckets m")), y=Axis(text(zh="份额", en="share"), range=(0, 1)),
    )  # fmt: skip


def loss_view(loss: Array, signed: bool, s: dict[str, float]) -> View:
    return Lines(
        id="loss", title=text(zh="点击模型：碰撞花掉多少损失", en="A click model: what collisions cost"),
        description=text(
            zh=f"训练数据里有 {s['seen']:.0f} 个键。2^12 个桶时 {s['seen_collided']:.0%} 的键与别人同桶，"
            f"损失 {s['loss_12']:.4f}，不哈希 {s['loss_whole']:.4f}；2^8 个桶时 {s['loss_8']:.4f}。",
            en=f"{s['seen']:.0f} keys in the training rows. In 2^12 buckets {s['seen_collided']:.0%} of them are not "
            f"alone and the loss is {s['loss_12']:.4f}, against {s['loss_whole']:.4f} unhashed; in 2^8, "
            f"{s['loss_8']:.4f}.",
        ),
        series=[Series("hashed", text(zh="带符号哈希", en="signed hash") if signed else text(zh="哈希", en="hashed"),
                       np.array(MODEL_BITS), loss, draw="both")],
        marks=[Mark(s["loss_whole"], text(zh="不哈希（字典）", en="no hashing (a dictionary)"))],
        x=Axis(text(zh="log₂ 桶数 m", en="log₂ of the buckets m")), y=Axis(text(zh="新数据 log loss",
                                                                              en="log loss, fresh rows"),
                                                                       unit="nat"),
    )  # fmt: skip


def notes(keys: int, bits: int, s: dict[str, float]) -> list[Text]:
    return [
        text(
            zh=f"{keys} 个键、2^{bits} 个桶：{s['formula']:.1%} 的键有同桶。要碰撞率降到 1%，桶数要约 100 倍于键数。",
            en=f"{keys} keys in 2^{bits} buckets: {s['formula']:.1%} share one. To bring that to 1% takes about 100 "
            "times as many buckets as keys.",
        ),
        text(
            zh="多数键很少出现，又多半没有作用，撞在一起几乎不改变分数；真正伤人的是两个常见的键相撞。",
            en="Most keys are rare and do nothing, so their collisions hardly move a score. What hurts is two frequent "
            "keys in one bucket.",
        ),
    ]
