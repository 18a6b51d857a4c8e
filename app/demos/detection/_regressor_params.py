"""The knobs of the box regressor: four tabs; the proposal,
the truth and the prediction are boxes to drag or to type."""

from typing import Literal, Self

from pydantic import model_validator

from app.kit import Params, knob, limit, seed, text

TARGETS, LOSSES, GALLERY, RIDGE = ({"tab": (name,)} for name in ("targets", "losses", "gallery", "ridge"))
BOTH = {"tab": ("targets", "losses")}
WIDTH, HEIGHT = 300, 200  # px: the picture of the first two tabs


class BoxRegressorParams(Params):
    tab: Literal["targets", "losses", "gallery", "ridge"] = knob(
        "targets", zh="看什么", en="Look at",
        options={"targets": text(zh="目标怎样编码", en="How targets are coded"),
                 "losses": text(zh="损失与梯度", en="Losses, gradients"),
                 "gallery": text(zh="同样的偏差，不同的 IoU", en="Same error, other IoU"),
                 "ridge": text(zh="岭回归实验", en="The ridge experiment")},
    )  # fmt: skip
    px1: int = knob(75, ge=0, le=WIDTH, unit="px", zh="候选框 P x1", en="Proposal P x1", hidden=True, when=BOTH)
    py1: int = knob(50, ge=0, le=HEIGHT, unit="px", zh="候选框 P y1", en="Proposal P y1", hidden=True, when=BOTH)
    px2: int = knob(125, ge=0, le=WIDTH, unit="px", zh="候选框 P x2", en="Proposal P x2", hidden=True, when=BOTH)
    py2: int = knob(150, ge=0, le=HEIGHT, unit="px", zh="候选框 P y2", en="Proposal P y2", hidden=True, when=BOTH)
    gx1: int = knob(80, ge=0, le=WIDTH, unit="px", zh="真值 G x1", en="Truth G x1", hidden=True, when=BOTH)
    gy1: int = knob(55, ge=0, le=HEIGHT, unit="px", zh="真值 G y1", en="Truth G y1", hidden=True, when=BOTH)
    gx2: int = knob(140, ge=0, le=WIDTH, unit="px", zh="真值 G x2", en="Truth G x2", hidden=True, when=BOTH)
    gy2: int = knob(135, ge=0, le=HEIGHT, unit="px", zh="真值 G y2", en="Truth G y2", hidden=True, when=BOTH)
    bx1: int = knob(95, ge=0, le=WIDTH, unit="px", zh="预测 B x1", en="Prediction B x1", hidden=True, when=LOSSES)
    by1: int = knob(70, ge=0, le=HEIGHT, unit="px", zh="预测 B y1", en="Prediction B y1", hidden=True, when=LOSSES)
    bx2: int = knob(170, ge=0, le=WIDTH, unit="px", zh="预测 B x2", en="Prediction B x2", hidden=True, when=LOSSES)
    by2: int = knob(130, ge=0, le=HEIGHT, unit="px", zh="预测 B y2", en="Prediction B y2", hidden=True, when=LOSSES)
    scale: float = knob(3.0, ge=0.1, le=10, step=0.1, log=True, zh="整幅图放大的倍数", en="Enlarge the picture by",
                        when=TARGETS)  # fmt: skip
    beta: float = knob(1.0, ge=0.05, le=2, step=0.05, zh="smooth L1 的 β", en="β of smooth L1", when=LOSSES)
    rate: float = knob(
        0.06, ge=0.01, le=0.3, step=0.01, zh="梯度下降的步长", en="Step of gradient descent", when=LOSSES
    )
    displacement: float = knob(10.0, ge=1, le=30, step=0.5, unit="px", zh="偏差 ‖Δ‖", en="Error ‖Δ‖", when=GALLERY)
    side: float = knob(40.0, ge=16, le=256, step=1, unit="px", zh="真值边长", en="Side of the truth", when=GALLERY)
    floor: float = knob(0.6, ge=0.1, le=0.8, step=0.05, zh="训练样本的 IoU 下限", en="Least IoU of training pairs",
                        when=RIDGE)  # fmt: skip
    strength: float = knob(1.0, ge=0.01, le=1000, log=True, step=0.01, zh="岭系数 λ", en="Ridge λ", when=RIDGE)
    pairs: int = knob(1500, ge=200, le=3000, step=100, zh="训练样本数", en="Training pairs", when=RIDGE)
    noise: float = knob(
        0.05, ge=0, le=0.5, step=0.01, zh="特征噪声（标准差）", en="Noise of the features (std)", when=RIDGE
    )
    target: Literal["normalised", "pixels"] = knob(
        "normalised", zh="回归目标", en="Targets", when=RIDGE,
        options={"normalised": text(zh="归一化 (t_x … t_h)", en="normalised (t_x … t_h)"),
                 "pixels": text(zh="像素差", en="pixel differences")},
    )  # fmt: skip
    rounds: int = knob(1, ge=1, le=3, zh="连续修几次", en="Rounds of refinement", when=RIDGE)
    seed: int = seed()

    @model_validator(mode="after")
    def _boxes_have_a_size(self) -> Self:
        for label, box in (("P", self.proposal), ("G", self.truth), ("B", self.prediction)):
            if min(box[2] - box[0], box[3] - box[1]) < 8:
                raise limit(zh=f"{label} 框的宽和高至少要 8 px", en=f"box {label} must be at least 8 px wide and high")
        if self.displacement > 0.6 * self.side:
            raise limit(zh="偏差不能超过真值边长的 0.6 倍", en="the error may be up to 0.6 of the side of the truth")
        return self

    @property
    def proposal(self) -> tuple[int, int, int, int]:
        return self.px1, self.py1, self.px2, self.py2

    @property
    def truth(self) -> tuple[int, int, int, int]:
        return self.gx1, self.gy1, self.gx2, self.gy2

    @property
    def prediction(self) -> tuple[int, int, int, int]:
        return self.bx1, self.by1, self.bx2, self.by2
