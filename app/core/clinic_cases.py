"""Thirteen diseases of a training run, each a healthy case with one thing changed, and the treatments one may try."""

from collections.abc import Callable
from dataclasses import replace

from app.core.clinic import Case

DISEASES: dict[str, Case] = {
    "healthy": Case(),
    "lr-too-low": Case(lr=1e-4),
    "lr-too-high": Case(lr=1.5),
    "zero-init": Case(init_gain=0.0),
    "tiny-init": Case(init_gain=0.05),
    "vanishing": Case(activation="sigmoid", depth=6),
    "unscaled-inputs": Case(raw_scale=100.0, standardise=False),
    "saturated-outputs": Case(squared_error=True, head_gain=10.0),
    "too-small": Case(width=2, depth=1),
    "unshuffled": Case(shuffle=False),
    "pipeline-mismatch": Case(same_pipeline=False),
    "shuffled-labels": Case(shuffled_labels=True, rows=480),
    "noisy-labels": Case(label_noise=0.4, rows=480, updates=600),
    "too-little-data": Case(rows=60),
}

CURES: dict[str, Callable[[Case], Case]] = {
    "none": lambda case: case,
    "lr-up": lambda case: replace(case, lr=100 * case.lr),
    "lr-down": lambda case: replace(case, lr=case.lr / 100),
    "adam": lambda case: replace(case, optimiser="adam", lr=1e-3),
    "init": lambda case: replace(case, init_gain=1.0, head_gain=0.1),
    "standardise": lambda case: replace(case, standardise=True),
    "relu": lambda case: replace(case, activation="leaky-relu"),
    "batch-norm": lambda case: replace(case, batch_norm=True),
    "cross-entropy": lambda case: replace(case, squared_error=False),
    "bigger-net": lambda case: replace(case, width=48, depth=max(3, case.depth)),
    "dropout": lambda case: replace(case, dropout=0.5),
    "early-stopping": lambda case: replace(case, keep_best=True),
    "more-data": lambda case: replace(case, rows=960 if case.rows < 960 else 1920),
    "check-labels": lambda case: replace(case, label_noise=0.0, shuffled_labels=False),
    "shuffle": lambda case: replace(case, shuffle=True),
    "one-pipeline": lambda case: replace(case, same_pipeline=True),
}


def batch_cases(batch: int, base: int = 32, lr: float = 0.02, epochs: int = 8) -> dict[str, Case]:
    """The same run with small and with large batches: as many epochs, as many with the rate scaled up, as many updates.

    >>> {name: (case.batch, case.updates, round(case.lr, 2)) for name, case in batch_cases(512).items()}
    {'small': (32, 256, 0.02), 'large': (512, 16, 0.02), 'scaled': (512, 16, 0.32), 'equal': (512, 256, 0.02)}
    """
    rows = 1024
    small = Case(rows=rows, lr=lr, batch=base, updates=epochs * rows // base)
    large = replace(small, batch=batch, updates=epochs * rows // batch)
    return {
        "small": small, "large": large, "scaled": replace(large, lr=lr * batch / base),
        "equal": replace(small, batch=batch),
    }  # fmt: skip
