"""Figures of the training clinic: the curves, signal and gradient by layer, and the sheet of instrument readings."""

import math
from typing import NamedTuple

import numpy as np

from app.core.activations import Array
from app.core.clinic import CLASSES, Case, Course, Start
from app.core.diagnosis import LIMITS, Diagnosis, Readings, finding, is_off
from app.demos.training._clinic_words import BECAUSE, CURE, DISEASE, INSTRUMENT, shown
from app.kit import Axis, Lines, Mark, Series, Table, Text, View, text
from app.kit.views import Role

TRAIN, VALIDATION = text(zh="训练", en="training"), text(zh="验证", en="validation")
CHANCE = 1 / CLASSES


class Ward(NamedTuple):
    """One patient: how it is set up, what was read before training, its run so far, and what follows from both."""

    case: Case
    start: Start
    run: Course
    readings: Readings
    diagnosis: Diagnosis

    @property
    def train(self) -> float:
        return self.readings.train_accuracy

    @property
    def val(self) -> float:
        return self.readings.val_accuracy


def _pair(ward: Ward, train: Array, val: Array, treated: bool | None) -> list[Series]:
    """Training and validation curve. treated: True after treatment, False the sick one beside it, None alone."""
    role: Role = "reference" if treated is False else "main"
    zh, en = {None: ("", ""), True: ("，治疗后", ", treated"), False: ("，治疗前", ", untreated")}[treated]
    x = ward.run.updates
    return [
        Series("train", text(zh=TRAIN.zh + zh, en=TRAIN.en + en), x, train, role),
        Series("validation", text(zh=VALIDATION.zh + zh, en=VALIDATION.en + en), x, val, role),
    ]


def loss_view(sick: Ward, treated: Ward | None) -> View:
    series = [
        Series("batch", text(zh="每个 batch",
                             en="each batch"), np.arange(len(sick.run.batch_loss)), sick.run.batch_loss,
               "muted"),
        *_pair(sick, sick.run.train_loss, sick.run.val_loss, None if treated is None else False),
    ]  # fmt: skip
    if treated is not None:
        series += _pair(treated, treated.run.train_loss, treated.run.val_loss, True)
    start, end = shown(float(sick.run.train_loss[0])), shown(float(sick.run.train_loss[sick.run.reported]))
    after = "" if treated is None else shown(float(treated.run.train_loss[treated.run.reported]))
    return Lines(
        id="loss", title=text(zh="交叉熵", en="Cross-entropy"), series=series,
        description=text(
            zh=f"训练集的交叉熵从 {start} 到 {end}" + (f"，治疗后到 {after}" if after else "") + "；瞎猜是 ln 5 = "
                                                                                   "1.609。",
            en=f"On the training rows it goes from {start} to {end}" + (f", with treatment to {after}" if after else "")
            + "; guessing costs ln 5 = 1.609.",
        ),
        x=Axis(text(zh="更新次数", en="updates"), range=(0, sick.case.updates)),
        y=Axis(text(zh="交叉熵", en="cross-entropy"), unit="nat", log=True, range=(1e-4, 1e2)),
        marks=[Mark(math.log(CLASSES), text(zh="ln 5：瞎猜", en="ln 5: a guess"))],
    )  # fmt: skip


def accuracy_view(sick: Ward, treated: Ward | None, healthy: Ward) -> View:
    series = _pair(sick, sick.run.train_accuracy, sick.run.val_accuracy, None if treated is None else False)
    if treated is not None:
        series += _pair(treated, treated.run.train_accuracy, treated.run.val_accuracy, True)
        if treated.case.keep_best:
            at = treated.run.reported
            series.append(Series("current", text(zh="早停取这里", en="stopped here"), treated.run.updates[[at]],
                                 treated.run.val_accuracy[[at]], "highlight", "points"))  # fmt: skip
    after = "" if treated is None else f"{treated.train:.0%} / {treated.val:.0%}"
    now = f"{sick.train:.0%} / {sick.val:.0%}"
    return Lines(
        id="accuracy", title=text(zh="正确率", en="Accuracy"), series=series,
        description=text(
            zh=f"训练 / 验证：{now}" + (f"，治疗后 {after}" if after else "") + f"；同一种子的健康网络验证 "
                                                                       f"{healthy.val:.0%}。",
            en=f"Training / validation {now}" + (f", treated {after}" if after else "")
            + f"; a healthy net with this seed reaches {healthy.val:.0%} on validation.",
        ),
        x=Axis(text(zh="更新次数", en="updates"), range=(0, sick.case.updates)),
        y=Axis(text(zh="正确率", en="accuracy"), range=(0, 1.05)),
        marks=[Mark(CHANCE, text(zh="瞎猜", en="chance")), Mark(healthy.val, text(zh="健康", en="healthy"))],
    )  # fmt: skip


def _positive(values: Array) -> Array:
    """A log axis has no place for 0: leave a gap."""
    return np.where(values > 0, values, np.nan)


def layers_view(sick: Ward, treated: Ward | None, healthy: Ward) -> View:
    signal, gradient = text(zh="信号（RMS）", en="signal (RMS)"), text(zh="权重梯度", en="weight gradient")
    series = []
    for key, name, values, usual in (
        ("activation", signal, sick.start.signal, healthy.start.signal),
        ("gradient", gradient, sick.start.gradients, healthy.start.gradients),
    ):
        series += [
            Series(key, name, np.arange(1, len(values) + 1), _positive(values), draw="both"),
            Series(key, text(zh=name.zh + "，健康", en=name.en + ", healthy"), np.arange(1, len(usual) + 1), usual,
                   "reference"),
        ]  # fmt: skip
    if treated is not None and treated.case != sick.case:
        values = treated.start.gradients
        name = text(zh=gradient.zh + "，治疗后", en=gradient.en + ", treated")
        series.append(Series("treated", name, np.arange(1, len(values) + 1), _positive(values), "highlight", "both"))
    first, last = shown(float(sick.start.gradients[0])), shown(float(sick.start.gradients[-1]))
    heard = shown(float(sick.start.signal[-1]))
    return Lines(
        id="layers", title=text(zh="训练前，逐层的信号与梯度", en="Signal and gradient by layer, before training"),
        description=text(
            zh=f"到最后一个隐藏层的信号 {heard}；权重梯度首层 {first}，末层 {last}。恰为 0 的点在对数轴上画不出来。",
            en=f"Signal out of the last hidden layer {heard}; weight gradient {first} in the first layer, {last} in "
            f"the "
            "last. A log axis cannot show a point that is exactly 0.",
        ),
        series=series,
        x=Axis(text(zh="层（信号：该层的输入）", en="layer (signal: what the layer is given)")),
        y=Axis(text(zh="大小", en="size"), log=True, range=(1e-6, 1e4)),
    )  # fmt: skip


def sheet_view(sick: Ward, treated: Ward | None, healthy: Ward) -> View:
    """All readings, with what is normal; the ones off their limit say so."""
    rows: list[list[str | Text]] = []
    off = 0
    for name in LIMITS:
        answer = finding(sick.readings, name)
        off += is_off(answer)
        row: list[str | Text] = [
            INSTRUMENT[name], ("✗ " if is_off(answer) else "") + shown(answer.value),
            shown(float(getattr(healthy.readings, name))),
        ]  # fmt: skip
        if treated is not None:
            row.append(shown(float(getattr(treated.readings, name))))
        rows.append(row)
    columns = [
        text(zh="仪器", en="instrument"), text(zh="病人（✗ 异常）", en="patient (✗ off)"), text(zh="健康",
                                                                                        en="healthy"),
    ]  # fmt: skip
    if treated is not None:
        columns.append(text(zh="治疗后", en="treated"))
    return Table(
        id="sheet", title=text(zh="化验单：按排查的先后次序", en="The lab sheet, in the order one debugs"),
        description=text(zh=f"{len(rows)} 项读数里有 {off} 项异常；排在最前的那一项最要紧。",
                         en=f"{off} of {len(rows)} readings are off; the one nearest the top matters most."),
        columns=columns, rows=rows,
    )  # fmt: skip


def verdict(sick: Ward, treated: Ward, healthy: Ward) -> tuple[str, Text]:
    """How a treatment went: its key and the sentence's end."""
    gain = treated.val - sick.val
    if treated.val >= healthy.val - 0.05:
        if treated.diagnosis.disease == "healthy":
            return "cured", text(zh="治好了", en="cured")
        return "masked", text(
            zh="正确率回来了，但病根还在：判定规则仍不放行", en="the accuracy is back, but the rule still objects"
        )
    if gain >= 0.05:
        return "better", text(zh="好转，没有治好", en="better, not cured")
    return ("worse", text(zh="更糟", en="worse")) if gain <= -0.05 else ("useless", text(zh="没有用", en="no use"))


def notes(sick: Ward, treated: Ward | None, healthy: Ward, cure: str, done: bool) -> list[Text]:
    if not done:
        return [text(zh="正在训练……", en="Training …")]
    told = text(
        zh=f"训练 {sick.case.updates} 步之后：训练 {sick.train:.0%}，验证 {sick.val:.0%}。",
        en=f"After {sick.case.updates} updates: training {sick.train:.0%}, validation {sick.val:.0%}.",
    )
    if cure == "none":
        return [told, text(zh="先说出病名，再选一种治法：选了之后会给出判定规则的结论，并把治疗后的训练画在旁边。",
                           en="Name the disease, then choose a treatment: the rule's verdict appears with it, and the "
                           "treated run beside this one.")]  # fmt: skip
    name, path = sick.diagnosis
    last = path[-1]
    asked = "one question" if len(path) == 1 else f"{len(path)} questions"
    out = [
        told,
        text(zh=f"判定规则问了 {len(path)} 个问题，结论：{DISEASE[name].zh}。起决定作用的读数："
             f"{INSTRUMENT[last.reading].zh} = {shown(last.value)}（界限 {shown(last.limit)}）。{BECAUSE[name].zh}",
             en=f"The rule asked {asked} and says: {DISEASE[name].en}. The reading that decided: "
             f"{INSTRUMENT[last.reading].en} = {shown(last.value)} (limit {shown(last.limit)}). {BECAUSE[name].en}"),
    ]  # fmt: skip
    if treated is None:
        out.append(text(zh=f"“{CURE[cure].zh}”：这位病人本来就是这样，什么都没有变。",
                        en=f"“{CURE[cure].en}”: this patient has that already; nothing changes."))  # fmt: skip
    else:
        ending = verdict(sick, treated, healthy)[1]
        out.append(text(
            zh=f"“{CURE[cure].zh}”：验证正确率 {sick.val:.0%} → {treated.val:.0%}（健康网络 {healthy.val:.0%}）。"
            f"{ending.zh}。",
            en=f"“{CURE[cure].en}”: validation accuracy {sick.val:.0%} → {treated.val:.0%} (healthy net "
            f"{healthy.val:.0%}): {ending.en}.",
        ))  # fmt: skip
    return out


def scalars(sick: Ward, treated: Ward | None, healthy: Ward) -> dict[str, float]:
    """Every reading by its name, the healthy net's validation accuracy, and what treatment did to it."""
    out = {name: float(value) for name, value in sick.readings._asdict().items()}
    out |= {
        "start": sick.start.loss, "end": float(sick.run.train_loss[sick.run.reported]),
        "best": float(sick.run.val_accuracy.max()), "healthy_val_accuracy": healthy.val,
        "first_gradient": float(sick.start.gradients[0]), "last_gradient": float(sick.start.gradients[-1]),
        "questions": float(len(sick.diagnosis.path)), "probe_loss": sick.start.probe_loss,
    }  # fmt: skip
    if treated is not None:
        out |= {f"treated_{name}": float(value) for name, value in treated.readings._asdict().items()}
        out["cured"] = float(verdict(sick, treated, healthy)[0] == "cured")
    return out


def figures(sick: Ward, treated: Ward | None, healthy: Ward) -> list[View]:
    return [
        loss_view(sick, treated), accuracy_view(sick, treated, healthy), layers_view(sick, treated, healthy),
        sheet_view(sick, treated, healthy),
    ]  # fmt: skip
