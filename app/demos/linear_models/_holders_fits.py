"""The data of who_holds_the_boundary, and what each loss makes of them before and after a change."""

from typing import NamedTuple

import numpy as np

from app.core.activations import Array
from app.core.datasets import circle
from app.core.implicit_bias import angle
from app.core.kernel_machines import Machine, gram, kernel_least_squares, kernel_logistic, normal, scores
from app.core.margin_losses import hinge, logistic, squared
from app.core.svm import smo

LOSSES = ("hinge", "logistic", "squared")
SLOPES = {"hinge": hinge, "logistic": logistic, "squared": squared}
BEARING = np.array([0.5, np.sqrt(0.75)])  # where the far point lies: 60° off the line between the classes
PLANE = np.linspace(-5, 5, 51)


class Setting(NamedTuple):
    """The knobs of the first tab."""

    data: str
    n: int
    gap: float
    kernel: str
    gamma: float
    C: float
    change: str
    distance: float
    seed: int


class Fits(NamedTuple):
    """One training set, and the machine of every loss on it."""

    X: Array
    y: Array
    machines: dict[str, Machine]


class Story(NamedTuple):
    """Fits before and after the change; f of every loss on the plane (51, 51), before and after; far: the point put
    in, if one was."""

    before: Fits
    after: Fits
    planes: dict[str, tuple[Array, Array]]
    far: Array | None


def clouds(n: int, gap: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Two classes y = ±1, x ~ N(±gap/2 on the first axis, I): P(y = 1 | x) = σ(gap · x₁)."""
    y = np.where(np.arange(n) % 2 == 1, 1.0, -1.0)
    X = rng.standard_normal((n, 2))
    X[:, 0] += y * gap / 2
    return X, y


def fit(X: Array, y: Array, s: Setting) -> Fits:
    K = gram(X, X, s.kernel, s.gamma)
    machines = {
        "hinge": smo(K, y, s.C), "logistic": kernel_logistic(K, y, s.C), "squared": kernel_least_squares(K, y, s.C),
    }  # fmt: skip
    return Fits(X, y, machines)


def f(fits: Fits, loss: str, points: Array, s: Setting) -> Array:
    """Scores of one machine at points (m, 2)."""
    return scores(fits.machines[loss], fits.y, gram(fits.X, points, s.kernel, s.gamma))


def story(s: Setting) -> Story:
    rng = np.random.default_rng([s.seed, 1])
    X: Array
    y: Array
    if s.data == "ring":
        X, target = circle(s.n, rng, 0.15)
        X, y = 2.4 * X, 2 * target - 1
    else:
        X, y = clouds(s.n, s.gap, rng)
    before, far = fit(X, y, s), None
    if s.change == "drop-others":
        held = before.machines["hinge"].alpha > 0
        after = fit(X[held], y[held], s)
    elif s.change in ("far-right", "far-wrong"):
        far = s.distance * BEARING
        label = 1.0 if s.change == "far-right" else -1.0
        after = fit(np.vstack([X, far]), np.append(y, label), s)
    else:
        after = before
    grid = np.stack(np.meshgrid(PLANE, PLANE), axis=-1).reshape(-1, 2)
    shape = (len(PLANE), len(PLANE))
    planes = {k: (f(before, k, grid, s).reshape(shape), f(after, k, grid, s).reshape(shape)) for k in LOSSES}
    return Story(before, after, planes, far)


def holders(machine: Machine, share: float = 0.9) -> int:
    """How few examples make up `share` of all the pull."""
    pull = np.sort(np.abs(machine.alpha))[::-1]
    return int(np.searchsorted(np.cumsum(pull), share * pull.sum() * (1 - 1e-12))) + 1


def scalars(t: Story, s: Setting) -> dict[str, float]:
    out: dict[str, float] = {"n": float(len(t.before.y)), "n_after": float(len(t.after.y))}
    for loss, name in zip(LOSSES, ("svm", "lr", "sq"), strict=True):
        old, new = t.before.machines[loss], t.after.machines[loss]
        plane_old, plane_new = t.planes[loss]
        out[f"moved_{name}"] = round(float(np.abs(plane_new - plane_old).max()), 8)  # what is less is rounding
        out[f"flipped_{name}"] = float(np.mean((plane_old > 0) != (plane_new > 0)))
        out[f"accuracy_{name}"] = float(np.mean(t.before.y * f(t.before, loss, t.before.X, s) > 0))
        if t.far is not None:
            margin = t.after.y[-1:] * f(t.before, loss, t.far[None], s)
            out[f"first_pull_{name}"] = 0.0 - float(SLOPES[loss](margin)[1][0])  # at the boundary as it was
            out[f"pull_far_{name}"] = float(new.alpha[-1]) / s.C
        if s.kernel == "linear":
            a, b = normal(old, t.before.y, t.before.X), normal(new, t.after.y, t.after.X)
            out[f"turned_{name}"] = round(float(angle(a, b)), 8)
            out[f"norm_{name}"] = float(np.linalg.norm(a))
            out[f"norm_ratio_{name}"] = float(np.linalg.norm(b) / np.linalg.norm(a))
    svm, lr = (t.before.machines[k].alpha for k in ("hinge", "logistic"))
    out |= {
        "sv_count": float(np.count_nonzero(svm)), "sv_share": float(np.mean(svm > 0)),
        "bounded_share": float(np.mean(svm == s.C)),
        "lr_touched": float(np.count_nonzero(lr)), "lr_touched_share": float(np.mean(lr > 0)),
        "holders_svm": float(holders(t.before.machines["hinge"])),
        "holders_lr": float(holders(t.before.machines["logistic"])),
        "lr_pull_min": float(lr.min()) / s.C,
        "sv_pull_in_lr": float(lr[svm > 0].sum() / lr.sum()),
    }  # fmt: skip
    if s.kernel == "linear":
        out["width"] = 2 / out["norm_svm"]
    return out
