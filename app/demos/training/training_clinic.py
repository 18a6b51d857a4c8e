"""Training clinic: thirteen sick runs and a healthy one. Read the instruments, name the disease, try a treatment."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, get_args

import numpy as np

from app.core.activations import leaky_relu, sigmoid
from app.core.clinic import Case, Course, Start, course, draw_data, draw_net, examine, loss_of
from app.core.clinic_cases import CURES, DISEASES, batch_cases
from app.core.deep_net import backward, forward
from app.core.diagnosis import diagnose, read
from app.core.mlp_probes import gradient_norms, measured_gradient_norms
from app.core.net_probes import gradient_noise
from app.demos.training._batch_tab import run_batch
from app.demos.training._clinic_predictions import PREDICTIONS
from app.demos.training._clinic_presets import PRESETS
from app.demos.training._clinic_views import Ward, figures, notes, scalars
from app.demos.training._clinic_words import CURE, PATIENTS
from app.kit import Check, Demo, Params, Result, knob, seed, text

Number = Literal["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14"]
Cure = Literal[
    "none", "lr-up", "lr-down", "adam", "init", "standardise", "relu", "batch-norm", "cross-entropy", "bigger-net",
    "dropout", "early-stopping", "more-data", "check-labels", "shuffle", "one-pipeline",
]  # fmt: skip
EVERY = 20


class TrainingClinicParams(Params):
    tab: Literal["patients", "batch"] = knob(
        "patients", zh="看什么", en="Tab",
        options={"patients": text(zh="十四位病人", en="fourteen patients"), "batch": text(zh="batch 大小",
                                                                                     en="batch size")},
    )  # fmt: skip
    patient: Number = knob(
        "1", zh="病人", en="Patient", when={"tab": ("patients",)},
        options={n: text(zh=f"病人 {n}", en=f"patient {n}") for n in get_args(Number)},
    )  # fmt: skip
    cure: Cure = knob("none", zh="治法", en="Treatment", options=CURE, when={"tab": ("patients",)})
    batch: Literal["64", "128", "256", "512"] = knob("512", zh="大 batch", en="Large batch", when={"tab": ("batch",)})
    seed: int = seed()


def run(params: TrainingClinicParams) -> Iterator[Result]:
    if params.tab == "batch":
        yield from run_batch(int(params.batch), params.seed)
        return
    disease = PATIENTS[int(params.patient) - 1]
    sick_case = DISEASES[disease]
    cured_case = CURES[params.cure](sick_case)
    changed = params.cure != "none" and cured_case != sick_case
    healthy = _healthy(params.seed)
    start, after = examine(sick_case, params.seed), examine(cured_case, params.seed) if changed else None
    checks = [Check(
        text(zh="训练前的梯度范数：反向传播与损失的差分",
             en="gradient norms before training: backward and differences of the loss"),
        _gradient_deviation(sick_case, params.seed), 5e-3,
    )]  # fmt: skip
    untreated = course(sick_case, params.seed, EVERY)
    beside = course(cured_case, params.seed, EVERY) if changed else None
    steps = sick_case.updates // EVERY
    for number, seen in enumerate(untreated):
        sick = _ward(sick_case, start, seen)
        seen_beside = next(beside) if beside is not None else None
        treated = _ward(cured_case, after, seen_beside) if after is not None and seen_beside is not None else None
        done = number == steps
        if number % 4 and not done:
            continue
        if done:
            checks.append(Check(text(zh="判定规则与实际动的手脚", en="the rule's verdict and what was really done"),
                                float(sick.diagnosis.disease != disease), 0.0))  # fmt: skip
        yield Result(
            figures(sick, treated, healthy), scalars(sick, treated, healthy),
            notes(sick, treated, healthy, params.cure, done), checks, number / steps,
        )  # fmt: skip


def _ward(case: Case, start: Start, seen: Course) -> Ward:
    readings = read(start, seen)
    return Ward(case, start, seen, readings, diagnose(readings))


@lru_cache(maxsize=8)
def _healthy(seed: int) -> Ward:
    """The healthy run to compare with; the same for all patients of a seed."""
    *_, finished = course(Case(), seed, EVERY)
    return _ward(Case(), examine(Case(), seed), finished)


def _gradient_deviation(case: Case, seed: int) -> float:
    """Largest relative difference between ‖∂L/∂W‖ by backward and by nudging the weights and watching the loss."""
    data, net, loss = draw_data(case, seed), draw_net(case, seed), loss_of(case)
    tape = forward(net, data.X)
    found = backward(net, tape, loss(tape.logits, data.y)[1]).parameters
    count = len(net.weights)
    gradients = list(zip(found[:count], found[count : 2 * count], strict=True))
    phi = sigmoid if case.activation == "sigmoid" else leaky_relu
    layers = list(zip(net.weights, net.biases, strict=True))
    measured = measured_gradient_norms(layers, gradients, data.X, data.y, phi, loss=loss)
    norms = gradient_norms(gradients)
    return float(np.max(np.abs(measured / norms - 1))) if norms.all() else float(np.max(np.abs(measured - norms)))


demo = Demo(
    __name__, run, TrainingClinicParams,
    title=text(zh="训练门诊", en="Training clinic"),
    summary=text(
        zh="十三个练坏了的网络和一个健康的：看曲线和仪器读数，说出病名，选一种治法，当场重新训练给你看。",
        en="Thirteen runs that went wrong and one that did not: read curves and instruments, name the disease, pick a "
        "treatment and watch the run repeated beside it.",
    ),
    presets=PRESETS, predictions=PREDICTIONS,
    references=("karpathy2019", "zhang2017", "arpit2017", "goyal2017", "shallue2019", "mccandlish2018"),
    code=(diagnose, read, examine, course, gradient_noise, batch_cases),
    budget_s=2.0,
)  # fmt: skip
