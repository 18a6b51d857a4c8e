"""Probability of the most probable path of a small hidden Markov model, by hand."""

from collections.abc import Sequence

import numpy as np

from app.core.hmm import forward, joint_probability, posteriors, viterbi_path
from app.exercises.probability_information.forward_likelihood import Model, generate, model_text
from app.kit import Exercise, Mistake, Text, text


def answer(p: Model) -> float:
    return float(np.exp(viterbi_path(*p.arrays)[1]))


def prompt(p: Model) -> Text:
    given = model_text(p)
    return text(
        zh=given.zh + "最可能的状态路径与观测的联合概率 $\\max_S P(O,S)$ 是多少？",
        en=given.en + " What is the joint probability of the best path and the observations, $\\max_S P(O,S)$?",
    )


def greedy(p: Model) -> np.ndarray:
    """The path of one who keeps only the best state so far."""
    pi, a, b, obs = p.arrays
    path = [int((pi * b[:, obs[0]]).argmax())]
    for o in obs[1:]:
        path.append(int((a[path[-1]] * b[:, o]).argmax()))
    return np.array(path)


def mistakes(p: Model) -> Sequence[Mistake]:
    pi, a, b, obs = p.arrays
    path, gamma = viterbi_path(pi, a, b, obs)[0], posteriors(pi, a, b, obs)[0]
    total = float(forward(pi, a, b, obs)[-1].sum())
    return (
        Mistake("sum-for-max", total,
                text(zh="你把各条路径加了起来：这是 P(O)。", en="You added the paths up: that is P(O).")),
        Mistake("conditional", answer(p) / total,
                text(zh="这是 $P(S\\mid O)$；题目问联合概率，不除以 P(O)。",
                     en="That is $P(S\\mid O)$; the joint probability is not divided by P(O).")),
        Mistake("greedy", joint_probability(pi, a, b, obs, greedy(p)),
                text(zh="每步只留一个最好的状态是贪心；Viterbi 为每个状态各留一条最好的路径。",
                     en="Keeping one state a step is greedy; Viterbi keeps the best path into every state.")),
        Mistake("posterior-path", joint_probability(pi, a, b, obs, gamma.argmax(axis=1)),
                text(zh="这是逐步后验最大的那条路径，不是最可能的路径。",
                     en="That path takes the best state of each step; it is not the most probable path.")),
        Mistake("forgot-last-emission", answer(p) / float(b[path[-1], obs[-1]]),
                text(zh="最后一步的观测概率漏乘了。", en="The emission of the last step is missing.")),
        Mistake("no-transitions", float(pi[path[0]] * b[path, obs].prod()),
                text(zh="转移概率漏乘了。", en="The transition probabilities are missing.")),
    )  # fmt: skip


def solution(p: Model) -> Text:
    path, _, log_delta, _ = viterbi_path(*p.arrays)
    steps = [rf"$\delta_{{{t + 1}}}=({', '.join(f'{v:.4g}' for v in np.exp(r))})$" for t, r in enumerate(log_delta)]
    way = "$" + r"\to ".join(str(i + 1) for i in path) + "$"
    return text(
        zh="逐步递推：" + "，".join(steps) + f"；最大值 {answer(p):.4g}，路径 {way}（状态从 1 数）。",
        en="Step by step: " + ", ".join(steps) + f"; the largest is {answer(p):.4g}, the path {way} (states from 1).",
    )


exercise = Exercise(
    __name__,
    text(zh="Viterbi 路径的概率", en="Probability of the Viterbi path"),
    generate,
    prompt,
    answer,
    lambda p: 0.005 * answer(p),
    mistakes,
    solution,
    demo="hmm-trellis",
)
