"""The knobs of the transfer map, and the names of the strategies."""

from typing import Literal

from pydantic import model_validator

from app.kit import Params, Text, knob, limit, same, seed, text

INPUTS, HIDDEN, FEATURES, SOURCE_TASKS = 20, 32, 3, 6
"""Of the networks: input dimensions, width of the two hidden layers, features of a teacher, heads in pre-training."""

TABS = {
    "linear": text(zh="线性模型（有闭式解）", en="Linear model (closed form)"),
    "network": text(zh="小网络，一格", en="Small network, one cell"),
    "map": text(zh="小网络，角度 × 样本数", en="Small network, angle × examples"),
}  # fmt: skip
STRATEGIES: dict[str, Text] = {
    "scratch": text(zh="从头训练", en="from scratch"),
    "probe": text(zh="线性探测", en="linear probe"),
    "partial": text(zh="冻结第一层", en="first layer frozen"),
    "full": text(zh="全量微调", en="full fine-tuning"),
    "lp-ft": same("LP-FT"), "lora": same("LoRA"),
}  # fmt: skip
Strategy = Literal["scratch", "probe", "partial", "full", "lp-ft", "lora"]
LINEAR, NETWORK = ("linear",), ("network",)
BOTH = ("linear", "network")
COLOURS = {"scratch": "layer-0", "full": "layer-1", "probe": "layer-2", "lora": "layer-3", "lp-ft": "layer-4",
           "partial": "layer-5", "untouched": "layer-7"}  # fmt: skip


class TransferMapParams(Params):
    tab: Literal["linear", "network", "map"] = knob("linear", zh="模型", en="Model", options=TABS)
    theta: int = knob(
        30, ge=0, le=90, step=5, zh="两个任务的夹角 θ", en="Angle θ between the tasks", unit="°", when={"tab": BOTH}
    )
    examples: int = knob(
        20, ge=2, le=400, log=True, zh="目标任务的样本数 n", en="Target examples n", when={"tab": LINEAR}
    )
    dims: int = knob(100, ge=20, le=200, step=10, zh="维数 d", en="Dimensions d", when={"tab": LINEAR})
    n: int = knob(30, ge=10, le=4000, log=True, zh="目标任务的样本数 n", en="Target examples n", when={"tab": NETWORK})
    noise: float = knob(
        0.0,
        ge=0,
        le=2,
        step=0.05,
        zh="标签噪声 σ（信号的倍数）",
        en="Label noise σ (times the signal)",
        when={"tab": BOTH},
    )
    strategies: tuple[Strategy, ...] = knob(
        ("scratch", "probe", "partial", "full", "lp-ft", "lora"), zh="策略", en="Strategies", options=STRATEGIES,
        help=text(zh="LP-FT：先线性探测，再用小学习率全量微调。",
                  en="LP-FT: probe first, then tune all layers gently."),
        when={"tab": NETWORK},
    )  # fmt: skip
    varied: int = knob(
        20, ge=4, le=20, zh="训练输入变化的维数", en="Directions the training inputs vary in",
        help=text(zh=f"小于 {INPUTS} 时，测试还会看训练中没动过的方向（分布外）。",
                  en=f"Below {INPUTS}, a second test also moves the other directions (out of distribution)."),
        when={"tab": NETWORK},
    )  # fmt: skip
    backbone: float = knob(
        1.0, ge=0.01, le=1, log=True, zh="主干学习率 / 头的学习率", en="Backbone's learning rate over the head's",
        when={"tab": NETWORK, "strategies": ("partial", "full")},
    )  # fmt: skip
    rank: int = knob(
        2, ge=1, le=8, zh="LoRA 的秩 r", en="Rank r of LoRA", when={"tab": NETWORK, "strategies": ("lora",)}
    )
    steps: int = knob(300, ge=100, le=1200, step=50, zh="训练步数", en="Training steps", when={"tab": NETWORK})
    seed: int = seed()

    @model_validator(mode="after")
    def _something_to_compare(self) -> "TransferMapParams":
        if not self.strategies:
            raise limit(zh="至少选一种策略", en="choose at least one strategy")
        return self
