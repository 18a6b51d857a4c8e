"""Tab "Linear model": risks in closed form, the experiment beside them, and who wins where."""

from collections.abc import Iterator

import numpy as np

from app.core.linear_risk import (
    Array,
    fine_tuning_risk,
    least_squares_risk,
    simulated_risks,
    task_distance,
    tuning_pays_above,
)
from app.demos.generalisation._transfer_params import TransferMapParams
from app.kit import Axis, Check, Lines, Mark, Points, Result, Series, Text, same, text

BATCHES, REPEATS = 6, 40
DEGREES = np.arange(0, 91, 2.0)
TRIED = np.arange(0, 91, 15.0)
SCRATCH = text(zh="从头训练", en="from scratch")
UNTOUCHED = text(zh="不训练，直接用", en="used as it is")
TUNED = text(zh="微调", en="fine-tuned")
EITHER = text(zh="从头 = 微调", en="scratch = fine-tuned")


def run(params: TransferMapParams) -> Iterator[Result]:
    """More repeats of the experiment with every result."""
    n, d, sigma = params.examples, params.dims, params.noise
    rng = np.random.default_rng([params.seed, n, d])
    angles = np.radians(np.append(TRIED, params.theta))
    found: dict[str, list[Array]] = {"scratch": [], "fine-tuning": []}
    for batch in range(1, BATCHES + 1):
        for name, risks in simulated_risks(n, d, angles, sigma, REPEATS, rng).items():
            found[name].append(risks)
        measured = {name: np.concatenate(parts, axis=1) for name, parts in found.items()}
        yield _result(params, measured, batch / BATCHES)


def _result(params: TransferMapParams, measured: dict[str, Array], progress: float) -> Result:
    n, d, sigma, theta = params.examples, params.dims, params.noise, np.radians(params.theta)
    here = {name: risks[-1] for name, risks in measured.items()}
    pays = tuning_pays_above(n, d, sigma)
    scalars = {
        "scratch": least_squares_risk(n, d, 1.0, sigma), "fine_tuning": fine_tuning_risk(n, d, theta, sigma),
        "zero_shot": task_distance(theta), "noise_term": least_squares_risk(n, d, 0.0, sigma),
        "scratch_measured": here["scratch"].mean(), "fine_tuning_measured": here["fine-tuning"].mean(),
        "pays_above": np.degrees(pays), "repeats": len(here["scratch"]),
    }  # fmt: skip
    s = {name: float(value) for name, value in scalars.items()}
    s["fine_over_scratch"] = s["fine_tuning"] / s["scratch"] if s["scratch"] not in (0, np.inf) else float("nan")
    checks = []
    if abs(n - d) > 3 or sigma == 0:
        theory = {"scratch": s["scratch"], "fine-tuning": s["fine_tuning"]}
        errors = [
            abs(risks.mean() - theory[name]) / max(risks.std(ddof=1) / np.sqrt(len(risks)), 1e-9)
            for name, risks in here.items()
        ]
        label = text(zh="实验均值与闭式解的差（以标准误计）", en="experiment against closed form, in standard errors")
        checks.append(Check(label, float(max(errors)), 4.5))
    views = [_by_angle(params, measured, s), _by_examples(params, here, s), _winners(params, s)]
    return Result(views, s, _notes(params, s), checks, progress)


def _by_angle(params: TransferMapParams, measured: dict[str, Array], s: dict[str, float]) -> Lines:
    n, d, sigma = params.examples, params.dims, params.noise
    tuned = fine_tuning_risk(n, d, np.radians(DEGREES), sigma)
    scratch = np.full(len(DEGREES), s["scratch"])
    top = 1.1 * max(2.0, min(s["scratch"], 4.0))
    return Lines(
        id="angle", title=text(zh=f"n = {n}：误差随任务夹角", en=f"n = {n}: risk by the angle between the tasks"),
        description=text(
            zh=f"θ = {params.theta}°：从头 {s['scratch']:.3g}，不训练 {s['zero_shot']:.3g}，微调 "
            f"{s['fine_tuning']:.3g}。圆点是 {s['repeats']:.0f} 次实验的均值，曲线是闭式解。",
            en=f"θ = {params.theta}°: from scratch {s['scratch']:.3g}, used as it is {s['zero_shot']:.3g}, fine-tuned "
            f"{s['fine_tuning']:.3g}. Dots: mean of {s['repeats']:.0f} experiments; curves: closed form."),
        series=[
            Series("layer-0", SCRATCH, DEGREES, scratch), Series("layer-7", UNTOUCHED, DEGREES,
                                                                 task_distance(np.radians(DEGREES))),
            Series("layer-1", TUNED, DEGREES, tuned),
            *(Series(key, text(zh=f"{name.zh}，实验", en=f"{name.en}, experiment"), TRIED,
                     measured[kind][:-1].mean(axis=1), draw="points")
              for key, kind, name in (("layer-0", "scratch", SCRATCH), ("layer-1", "fine-tuning", TUNED))),
        ],
        x=Axis(text(zh="任务夹角 θ", en="angle θ"), unit="°", range=(0, 90)),
        y=Axis(text(zh="误差 ‖ŵ − w‖²", en="risk ‖ŵ − w‖²"), range=(0, top)),
        marks=[Mark(params.theta, text(zh="当前", en="now"), axis="x")],
    )  # fmt: skip


def _by_examples(params: TransferMapParams, here: dict[str, Array], s: dict[str, float]) -> Lines:
    n, d, sigma = params.examples, params.dims, params.noise
    counts = np.unique(np.concatenate([np.arange(2, 4 * d + 1, max(1, d // 50)), [d - 2, d + 2]]))
    counts = counts[np.abs(counts - d) > (1 if sigma else 0)]  # in between the risk is infinite
    distance = float(task_distance(np.radians(params.theta)))
    at = np.array([float(n)])
    peak = (f"n = d = {d} 处噪声把两条曲线都推到无穷大。", f"At n = d = {d} the noise sends both curves to infinity.")
    return Lines(
        id="examples", title=text(zh=f"θ = {params.theta}°：误差随样本数", en=f"θ = {params.theta}°: risk by examples"),
        description=text(
            zh=f"n = {n}：其中噪声项 {s['noise_term']:.3g}。"
            + (peak[0] if sigma else f"n 到 {d} 时，没有噪声的最小二乘把任务完全解出，起点不再重要。"),
            en=f"n = {n}: the noise term is {s['noise_term']:.3g}. "
            + (peak[1] if sigma else f"From n = {d} on, least squares without noise solves the task: the start is "
               "forgotten.")),
        series=[
            Series("layer-0", SCRATCH, counts, least_squares_risk(counts, d, 1.0, sigma)),
            Series("layer-7", UNTOUCHED, counts, np.full(len(counts), distance)),
            Series("layer-1", TUNED, counts, least_squares_risk(counts, d, distance, sigma)),
            Series("layer-0", text(zh="从头，实验", en="scratch, experiment"), at, here["scratch"].mean()[None],
                   draw="points"),
            Series("layer-1", text(zh="微调，实验", en="fine-tuned, experiment"), at, here["fine-tuning"].mean()[None],
                   draw="points"),
        ],
        x=Axis(text(zh="样本数 n", en="examples n"), log=True, range=(2, 4 * d)),
        y=Axis(text(zh="误差 ‖ŵ − w‖²", en="risk ‖ŵ − w‖²"), range=(0, 2.2)),
        marks=[Mark(d, same("n = d"), axis="x")],
    )  # fmt: skip


def _winners(params: TransferMapParams, s: dict[str, float]) -> Points:
    d, sigma = params.dims, params.noise
    counts = np.unique(np.round(np.geomspace(2, 3 * d, 22)))
    degrees = np.arange(0, 91, 5.0)
    theta, count = (a.ravel() for a in np.meshgrid(degrees, counts))
    risks = np.stack([
        np.broadcast_to(least_squares_risk(count, d, 1.0, sigma), theta.shape), task_distance(np.radians(theta)),
        fine_tuning_risk(count, d, np.radians(theta), sigma),
    ])  # fmt: skip
    best = risks.min(axis=0)
    wins = risks <= best + 1e-12
    owner = np.where(wins[1], 1, np.where(wins[0] & wins[2], 3, np.where(wins[0], 0, 2)))
    kinds = [("layer-0", SCRATCH), ("layer-7", UNTOUCHED), ("layer-1", TUNED), ("muted", EITHER)]
    series = [
        Series(key, name, theta[owner == k], count[owner == k], "muted" if k == 3 else "main", "points",
               sizes=np.full(int((owner == k).sum()), 7.0))
        for k, (key, name) in enumerate(kinds)
    ]  # fmt: skip
    here = np.array([float(params.theta)]), np.array([float(params.examples)])
    return Points(
        id="winners", title=text(zh="谁的误差最小", en="Who has the lowest risk"),
        description=text(
            zh=f"σ = {sigma:g}：从头训练在 {np.mean(owner == 0):.0%} 的格子里最好，不训练 {np.mean(owner == 1):.0%}，"
            f"微调 {np.mean(owner == 2):.0%}。n < d 时，60° 是微调与从头的分界。",
            en=f"σ = {sigma:g}: from scratch is best in {np.mean(owner == 0):.0%} of the cells, used as it is in "
            f"{np.mean(owner == 1):.0%}, fine-tuned in {np.mean(owner == 2):.0%}. Below n = d, 60° parts fine-tuning "
            "from scratch."),
        series=[*series, Series("current", text(zh="当前", en="now"), *here, "highlight", "points",
                                sizes=np.array([14.0]))],
        x=Axis(text(zh="任务夹角 θ", en="angle θ"), unit="°", range=(-2, 92)),
        y=Axis(text(zh="样本数 n", en="examples n"), log=True, range=(1.7, 3.6 * d)),
        marks=[Mark(60, same("60°"), axis="x"), Mark(d, same("n = d"))],
    )  # fmt: skip


def _notes(params: TransferMapParams, s: dict[str, float]) -> list[Text]:
    n, d, theta = params.examples, params.dims, params.theta
    if n < d:
        share = f"{1 - n / d:.2f}"
        if theta < 60:
            verdict = text(zh="60° 以内，微调更好。", en="Within 60° fine-tuning is better.")
        elif theta == 60:
            verdict = text(zh="正好 60°：起点不帮忙也不添乱。", en="At exactly 60° the start neither helps nor harms.")
        else:
            verdict = text(zh="超过 60° 是负迁移：起点比 0 离目标更远。",
                           en="Beyond 60° transfer is negative: the start is farther off than 0.")  # fmt: skip
        first = text(
            zh=rf"$n<d$：微调的误差 $(1-n/d)(2-2\cos\theta)$ = {share} × {s['zero_shot']:.3g}，从头 $1-n/d$ = {share}，"
            f"噪声项相同。{verdict.zh}",
            en=rf"$n<d$: fine-tuning has risk $(1-n/d)(2-2\cos\theta)$ = {share} × {s['zero_shot']:.3g}, scratch "
            f"$1-n/d$ = {share}, plus the same noise term. {verdict.en}",
        )  # fmt: skip
    else:
        first = text(
            zh=r"$n\ge d$：数据已经决定了答案，最小二乘忘掉起点，微调和从头一样。",
            en=r"$n\ge d$: the data determine the answer; least squares forgets the start, and both are the same.",
        )
    if not params.noise:
        return [first]
    if np.isnan(s["pays_above"]):
        return [
            first,
            text(zh="噪声太大，怎么微调都不如不动。", en="With so much noise any tuning is worse than none."),
        ]
    edge = f"{s['pays_above']:.0f}°"
    return [first, text(
        zh=f"噪声让微调多出 {s['noise_term']:.3g} 的误差：夹角小于 {edge} 时，不训练更好。",
        en=f"Noise adds {s['noise_term']:.3g} to the risk of tuning: below {edge} it is better not to tune at all.",
    )]  # fmt: skip
