"""A demo and an exercise family small enough for tests of the content: what is left after `depth` factors."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.kit import (
    Demo,
    Exercise,
    Mistake,
    Option,
    Params,
    Prediction,
    Preset,
    Result,
    knob,
    same,
    text,
)

SAMPLE = Path(__file__).parent / "sample"


class DecayParams(Params):
    depth: int = knob(5, ge=1, le=50, zh="深度", en="Depth")
    factor: float = knob(0.25, ge=0, le=1, zh="因子", en="Factor")


def run(params: DecayParams) -> Result:
    return Result(views=[], scalars={"last": params.factor**params.depth, "none": float("nan")}, notes=[])


def run_slowly(params: DecayParams) -> Iterator[Result]:
    yield run(params)


def decay(topic: str = "training", name: str = "toy_decay", runner: object = run) -> Demo:
    return Demo(
        f"app.demos.{topic}.{name}", runner, DecayParams,  # type: ignore[arg-type]
        title=text(zh="衰减", en="Decay"), summary=text(zh="衰减。", en="It decays."),
        presets={
            "base": Preset(text(zh="五层", en="Five layers")),
            "deep": Preset(text(zh="十五 <层>", en='Fifteen "layers"'), {"depth": 15}),
        },
        predictions=(
            Prediction(
                "left", text(zh="剩多少？", en="What is left?"), "deep", "last", text(zh="连乘。", en="A product."),
                (Option(same("> 0.1"), 0.1, why=same("no")), Option(same("< 0.1"), high=0.1)),
            ),
        ),
        references=("he2015",),
    )  # fmt: skip


@dataclass(frozen=True)
class PowerParams:
    n: int


POWER = Exercise(
    "app.exercises.training.toy_power", text(zh="幂", en="Powers"),
    generate=lambda rng, level: PowerParams(int(rng.integers(5, 9 + level))),
    prompt=lambda p: text(zh=f"$2^{{{p.n}}}$ 是多少？", en=f"What is $2^{{{p.n}}}$?"),
    answer=lambda p: np.float64(2) ** p.n, tolerance=lambda p: 0.5,
    mistakes=lambda p: [Mistake("times", 2 * p.n, text(zh="乘了。", en="That is a product."))],
    solution=lambda p: text(zh="连乘。", en="Multiply."), demo="toy-decay",
)  # fmt: skip

DEMOS = {"toy-decay": decay()}
EXERCISES = {"toy-power": POWER}
