"""Copies: one hint entered several times, counted as if each were news."""

from typing import Any

import numpy as np

from app.core.activations import Array
from app.core.bayes_rule import copied, copied_vote
from app.core.naive_bayes import fit, log_joint, posterior
from app.kit import Axis, Check, Lines, Result, Series, Text, same, text

COUNT = np.arange(1, 11)


def counted(first: float, second: float, copies: int) -> Array:
    """P(y = 1) that naive Bayes, fitted by counting, gives to (hint 1, hint 2) = (0, 0), (0, 1), (1, 0), (1, 1).

    The table holds every combination in exactly its share: 20,000 rows.
    """
    a, b = round(100 * first), round(100 * second)
    kinds = np.array([[y, one, two] for y in (0, 1) for one in (0, 1) for two in (0, 1)])
    rows = [(a if one == y else 100 - a) * (b if two == y else 100 - b) for y, one, two in kinds]
    table = np.repeat(kinds, rows, axis=0)
    columns = [1] * copies + [2]
    model = fit(table[:, columns], table[:, 0], (2,) * len(columns), extra=0.0)
    return np.asarray(posterior(log_joint(model, kinds[:4][:, columns]))[:, 1])


def run_copies(params: Any) -> Result:
    first, second, k = params.first, params.second, params.copies
    claims = copied(first, COUNT)
    error, loss = np.array([copied_vote(first, second, int(c)) for c in COUNT]).T
    both = copied(first, k) / (1 - copied(first, k)) * np.array([(1 - second) / second, second / (1 - second)])
    theory = both / (1 + both)  # hint 1 says 1; hint 2 says 0, says 1
    ours = counted(first, second, k)[2:]
    scalars = {
        "truth": first, "claim": float(claims[k - 1]), "claim_two": float(claims[1]), "claim_ten": float(claims[-1]),
        "error": float(error[k - 1]), "error_one": float(error[0]), "error_rise": float(error[k - 1] - error[0]),
        "loss": float(loss[k - 1]), "loss_one": float(loss[0]), "loss_ten": float(loss[-1]),
    }  # fmt: skip
    check = Check(
        text(zh="在 20 000 行上数出来的后验，与 k 倍 logit 的公式", en="The posterior counted on 20,000 rows, against "
             "the formula with k times the logit"), float(np.abs(ours - theory).max()), 1e-9)  # fmt: skip
    views = [claim_view(first, claims, k), error_view(error, k), loss_view(loss, k)]
    return Result(views, scalars, notes(scalars, k), [check])


def curve(id: str, title: Text, description: Text, series: list[Series], label: Text, top: float, unit: str) -> Lines:
    return Lines(
        id=id, title=title, description=description, series=series,
        x=Axis(text(zh="线索 1 的份数 k", en="Copies k of hint 1"), range=(0.5, 10.5)),
        y=Axis(label, unit, range=(0, top)),
    )  # fmt: skip


def now(k: int, value: float) -> Series:
    return Series("current", text(zh="本次", en="this run"), np.array([k]), np.array([value]), "highlight", "points")


def claim_view(first: float, claims: Array, k: int) -> Lines:
    return curve(
        "claim", text(zh="只看线索 1：声称的概率与真实的概率",
                      en="Hint 1 alone: the probability claimed and the true one"),
        text(zh=f"线索 1 真实可信度 {first:g}，抄 {k} 份后朴素贝叶斯声称 {claims[k - 1]:.4f}。",
             en=f"Hint 1 is right with probability {first:g}; given {k} times, naive Bayes claims "
             f"{claims[k - 1]:.4f}."),
        [Series("posterior", text(zh="朴素贝叶斯声称", en="claimed by naive Bayes"), COUNT, claims, draw="both"),
         Series("reference", text(zh="真实",
                                  en="true"), COUNT, np.full(10, first), "reference"), now(k, claims[k - 1])],
        same("P(y = 1)"), 1.02, "",
    )  # fmt: skip


def error_view(error: Array, k: int) -> Lines:
    return curve(
        "error", text(zh="两条线索一起用：错误率", en="Both hints together: the error rate"),
        text(zh=f"k = {k} 时错误率 {error[k - 1]:.3f}；贝叶斯错误率（每条线索只用一次）{error[0]:.3f}。",
             en=f"Error rate {error[k - 1]:.3f} at k = {k}; the Bayes error, each hint once, is {error[0]:.3f}."),
        [Series("error", text(zh="朴素贝叶斯", en="naive Bayes"), COUNT, error, draw="both"),
         Series("reference", text(zh="贝叶斯错误率", en="Bayes error"), COUNT, np.full(10, error[0]), "reference"),
         now(k, error[k - 1])],
        text(zh="错误率", en="Error rate"), 0.52, "",
    )  # fmt: skip


def loss_view(loss: Array, k: int) -> Lines:
    return curve(
        "loss", text(zh="两条线索一起用：对数损失", en="Both hints together: the log loss"),
        text(zh=f"k = {k} 时 {loss[k - 1]:.3f} nat，k = 1 时 {loss[0]:.3f}；什么都不看、只说 0.5 是 0.693。",
             en=f"{loss[k - 1]:.3f} nat at k = {k}, {loss[0]:.3f} at k = 1; saying 0.5 every time costs 0.693."),
        [Series("loss", text(zh="朴素贝叶斯", en="naive Bayes"), COUNT, loss, draw="both"),
         Series("reference", text(zh="总说 0.5", en="always 0.5"), COUNT, np.full(10, np.log(2)), "reference"),
         now(k, loss[k - 1])],
        text(zh="对数损失", en="Log loss"), 1.05 * max(float(loss.max()), 0.7), "nat",
    )  # fmt: skip


def notes(s: dict[str, float], k: int) -> list[Text]:
    out = [text(
        zh=rf"抄一份没有新信息，朴素贝叶斯却把 logit 再加一遍：$k$ 份就是 $k$ 倍。{s['truth']:g} 变成 "
        rf"{s['claim']:.4f}。",
        en=rf"A copy is no news, yet naive Bayes adds its logit again: $k$ copies, $k$ times. {s['truth']:g} becomes "
        f"{s['claim']:.4f}.",
    )]  # fmt: skip
    if s["error_rise"] > 1e-9:
        out.append(text(
            zh=f"{k} 份线索 1 压过了更准的线索 2：错误率从 {s['error_one']:.2f} 升到 {s['error']:.2f}，"
            f"判断本身也变了。",
            en=f"{k} copies of hint 1 outvote the better hint 2: the error rises from {s['error_one']:.2f} to "
            f"{s['error']:.2f}. Now the decisions change too.",
        ))  # fmt: skip
    else:
        out.append(text(
            zh=f"错误率没有变差（{s['error']:.2f}）：argmax 只看哪边大。变坏的是概率，对数损失 {s['loss']:.3f} nat。",
            en=f"The error did not rise ({s['error']:.2f}): the argmax only asks which side is larger. What suffers is "
            f"the probability: log loss {s['loss']:.3f} nat.",
        ))  # fmt: skip
    return out
