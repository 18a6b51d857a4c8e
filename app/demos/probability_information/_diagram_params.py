"""The knobs of the information demo: four tabs, each with its own."""

import math
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from app.kit import Matrix, Params, knob, limit, same, text

TABLE, BERNOULLI, FIT, ESTIMATE = ({"tab": (tab,)} for tab in ("table", "bernoulli", "fit", "estimate"))


class InformationDiagramParams(Params):
    tab: Literal["table", "bernoulli", "fit", "estimate"] = knob(
        "table", zh="看什么", en="Show",
        options={"table": text(zh="联合分布表", en="a joint table"),
                 "bernoulli": text(zh="交叉熵与 KL", en="cross-entropy and KL"),
                 "fit": text(zh="两个方向的拟合", en="fits in both directions"),
                 "estimate": text(zh="从样本估互信息", en="mutual information from samples")},
    )  # fmt: skip
    joint: Matrix = knob(((4, 2, 1, 1), (2, 4, 1, 1), (2, 2, 2, 2), (8, 0, 0, 0)), kind="matrix", ge=0, max_length=4,
                         when=TABLE, zh="联合表：一行一个 y，一列一个 x（自动归一）",
                         en="Joint table: a row for each y, a column for each x (normalised)")  # fmt: skip
    unit: Literal["bit", "nat"] = knob("bit", zh="单位", en="Unit", when={"tab": ("table", "bernoulli")},
                                       options={"bit": same("bit"), "nat": same("nat")})  # fmt: skip
    p: float = knob(0.5, ge=0.01, le=0.99, step=0.01, when=BERNOULLI, zh="数据：p(1)", en="Data: p(1)")
    q: float = knob(0.9, ge=0.01, le=0.99, step=0.01, when=BERNOULLI, zh="模型：q(1)", en="Model: q(1)")
    distance: float = knob(3.0, ge=0, le=5, step=0.1, when=FIT, zh="目标的两个峰在 ±d", en="Target: two bumps at ±d")
    weight: float = knob(0.5, ge=0.1, le=0.9, step=0.05, when=FIT, zh="左峰的权重", en="Weight of the left bump")
    direction: Literal["forward", "reverse"] = knob(
        "reverse", zh="地形图画", en="The landscape shows", when=FIT,
        options={"forward": text(zh="前向 D(p‖q)", en="forward D(p‖q)"),
                 "reverse": text(zh="反向 D(q‖p)", en="reverse D(q‖p)")},
    )  # fmt: skip
    start: float = knob(1.0, ge=-5, le=5, step=0.1, when=FIT, zh="反向拟合的起点 μ（σ = 1）",
                        en="Reverse fit starts at μ (σ = 1)")  # fmt: skip
    samples: int = knob(100, ge=20, le=10_000, log=True, when=ESTIMATE, zh="样本数 n", en="Samples n")
    bins: int = knob(10, ge=2, le=30, when=ESTIMATE, zh="每个变量的取值数 K", en="Values of each variable, K")
    agreement: float = knob(0.0, ge=0, le=1, step=0.05, when=ESTIMATE, zh="Y 照抄 X 的概率",
                            en="Chance that Y copies X")  # fmt: skip
    seed: int = knob(0, ge=0, le=9999, kind="seed", when=ESTIMATE, zh="随机种子", en="Seed")

    @model_validator(mode="after")
    def _table(self) -> Self:
        width = len(self.joint[0]) if self.joint else 0
        if not (2 <= len(self.joint) <= 4 and 2 <= width <= 4) or any(len(row) != width for row in self.joint):
            raise limit(
                zh="联合表要 2 到 4 行，每行同样 2 到 4 个数", en="the table needs 2 to 4 rows of 2 to 4 numbers each"
            )
        if min(map(min, self.joint)) < 0 or not 1e-6 <= sum(map(sum, self.joint)) <= 1e6:
            raise limit(
                zh="不能有负数，总和在 1e-6 到 1e6 之间", en="no negative entries, and a sum within 1e-6 to 1e6"
            )
        return self

    @property
    def table(self) -> NDArray[np.float64]:
        """p(x, y): one row for each y; sums to 1."""
        table = np.array(self.joint, dtype=np.float64)
        return np.asarray(table / table.sum())

    @property
    def scale(self) -> float:
        """Nats to the unit shown."""
        return 1 / math.log(2) if self.unit == "bit" else 1.0
