"""Many workers, one model: what may be added up, what may be late, what may be left out, and what must be put right."""

from typing import Literal

from app.core.all_reduce import grid_traffic, ring_all_reduce, ring_passes
from app.core.ftrl import ftrl_pass, ftrl_weights
from app.core.hashing import collision_probability, expected_occupied, hashed
from app.core.local_descent import local_descent
from app.core.stale_gradients import calm_step, delayed_descent, delayed_radius

from app.core.parallel_logistic import (  # isort: skip
    column_parallel_gradient, critical_step, one_shot_average, recalibrate, row_parallel_gradient, row_parallel_hessian,
)  # fmt: skip
from app.demos.linear_models._workers_ftrl import ftrl
from app.demos.linear_models._workers_hashing import hashing
from app.demos.linear_models._workers_local import Setting, local
from app.demos.linear_models._workers_questions import PREDICTIONS, PRESETS
from app.demos.linear_models._workers_sampling import sampling
from app.demos.linear_models._workers_split import split
from app.demos.linear_models._workers_stale import stale
from app.kit import Demo, Params, Result, knob, seed, text

SPLIT, LOCAL, STALE = {"tab": ("split",)}, {"tab": ("local",)}, {"tab": ("stale",)}
HASHING, SAMPLING = {"tab": ("hashing",)}, {"tab": ("sampling",)}


class WorkersParams(Params):
    tab: Literal["split", "local", "stale", "ftrl", "hashing", "sampling"] = knob(
        "split", zh="看什么", en="Look at",
        options={"split": text(zh="拆开求和（all-reduce）", en="the sum, split (all-reduce)"),
                 "local": text(zh="少通信：局部 SGD、平均一次", en="talking less: local SGD, one average"),
                 "stale": text(zh="过期的梯度", en="stale gradients"),
                 "ftrl": text(zh="FTRL 与稀疏", en="FTRL and sparsity"),
                 "hashing": text(zh="特征哈希", en="feature hashing"),
                 "sampling": text(zh="负采样与重校准", en="dropped negatives, recalibrated")},
    )  # fmt: skip
    workers: int = knob(8, ge=1, le=16, zh="机器数 K", en="Workers K", when={"tab": ("split", "local")})
    rows: float = knob(1e9, ge=1e3, le=1e11, step=1, log=True, zh="一步用多少行", en="Rows in a step", when=SPLIT)
    features: float = knob(1e6, ge=10, le=1e10, step=1, log=True, zh="特征数 d", en="Features d", when=SPLIT)
    shards: Literal["iid", "score", "label"] = knob(
        "iid", zh="行怎样分到各台", en="How rows go to workers", when=LOCAL,
        options={"iid": text(zh="随机", en="at random"), "score": text(zh="按得分排序", en="sorted by score"),
                 "label": text(zh="按标签排序", en="sorted by label")},
    )  # fmt: skip
    local_steps: int = knob(20, ge=1, le=100, zh="两次平均之间的步数 H", en="Steps between averages, H", when=LOCAL)
    batch: Literal["all", "32"] = knob(
        "all", zh="每步用", en="A step uses", when=LOCAL,
        options={"all": text(zh="整个分片", en="the whole shard"), "32": text(zh="分片里抽 32 行", en="32 rows of it")},
    )  # fmt: skip
    rate: float = knob(
        1.0, ge=0.05, le=1.9, step=0.05, zh="学习率 × L", en="Rate × L", when=LOCAL,
        help=text(zh="L 是 w = 0 处平均损失的海森的最大特征值；同步下降到 2 为止稳定。",
                  en="L is the largest eigenvalue of the mean loss's Hessian at w = 0; in sync, stable below 2."),
    )  # fmt: skip
    delay: int = knob(8, ge=0, le=32, zh="延迟 τ（步）", en="Delay τ (steps)", when=STALE)
    step: float = knob(
        0.175, ge=0.02, le=2.5, step=0.001, log=True, zh="步长 ηL", en="Step ηL", when=STALE,
        help=text(zh="L 是最优解处海森的最大特征值。", en="L is the largest eigenvalue of the Hessian at the optimum."),
    )  # fmt: skip
    l1: float = knob(3.0, ge=0, le=30, step=0.1, zh="λ₁", en="λ₁", when={"tab": ("ftrl",)})
    keys: int = knob(10_000, ge=100, le=100_000, log=True, zh="键的个数 n", en="Keys n", when=HASHING)
    bits: int = knob(14, ge=8, le=20, zh="log₂ 桶数 m", en="log₂ of the buckets m", when=HASHING)
    signed: bool = knob(False, zh="带符号的哈希", en="Signed hash", when=HASHING)
    positive: float = knob(0.02, ge=0.005, le=0.2, step=0.001, log=True, zh="正样本率", en="Rate of positives",
                           when=SAMPLING)  # fmt: skip
    kept: float = knob(0.03, ge=0.01, le=1, step=0.01, log=True, zh="负样本留下的比例 w", en="Share of "
                                                                                     "negatives kept, w",
                       when=SAMPLING)  # fmt: skip
    seed: int = seed()


def run(params: WorkersParams) -> Result:
    p = params
    if p.tab == "local":
        batch = 0 if p.batch == "all" else int(p.batch)
        return local(Setting(p.workers, p.local_steps, p.shards, batch, p.rate, p.seed))
    if p.tab == "stale":
        return stale(p.delay, p.step, p.seed)
    if p.tab == "ftrl":
        return ftrl(p.l1, p.seed)
    if p.tab == "hashing":
        return hashing(p.keys, p.bits, p.signed, p.seed)
    if p.tab == "sampling":
        return sampling(p.positive, p.kept, p.seed)
    return split(p.workers, p.rows, p.features, p.seed)


demo = Demo(
    __name__, run, WorkersParams,
    title=text(zh="许多机器，一个模型", en="Many workers, one model"),
    summary=text(
        zh="逻辑回归的并行训练：什么能相加，什么能迟到，什么能省掉，什么必须改回来。",
        en="Logistic regression in parallel: what adds up, what may be late, what can be left out, and what has to be "
        "put right.",
    ),
    presets=PRESETS, predictions=PREDICTIONS,
    references=("patarasuk2009", "zinkevich2010", "zhang2012", "stich2018", "arjevani2020", "mcmahan2013",
                "weinberger2009", "he2014"),
    code=(
        row_parallel_gradient, column_parallel_gradient, row_parallel_hessian, ring_passes, ring_all_reduce,
        grid_traffic, local_descent, one_shot_average, delayed_descent, critical_step, calm_step, delayed_radius,
        ftrl_weights, ftrl_pass, hashed, collision_probability, expected_occupied, recalibrate,
    ),
    budget_s=2.0,
)  # fmt: skip
