"""Background against objects: whose loss and gradient is it, before training and after, by rule of selection."""

from collections.abc import Mapping
from typing import Literal

import numpy as np

from app.core.focal_loss import background_share, focal_answer, focal_loss, prior_bias
from app.core.hard_examples import draw_anchors, hard_negatives, hardest, random_negatives
from app.demos.detection._gradient_start import start
from app.demos.detection._gradient_training import EASY, GROUPS, HARD, POSITIVES, RULES, STEPS, Owned, all_trained
from app.kit import (
    Axis,
    Bars,
    BarSeries,
    Check,
    Demo,
    Lines,
    Option,
    Params,
    Prediction,
    Preset,
    Result,
    Series,
    Table,
    Text,
    View,
    knob,
    same,
    seed,
    text,
)

LABELS = {
    "ce": text(zh="交叉熵，全部", en="CE, all"),
    "random": text(zh="随机 3:1", en="random 3:1"),
    "hnm": text(zh="难负例 3:1", en="hard negatives 3:1"),
    "ohem": text(zh="OHEM（前 B 个）", en="OHEM (top B)"),
    "focal": same("focal loss"),
}
WHO = {
    "object": text(zh="目标", en="objects"),
    "hard": text(zh="难背景", en="hard background"),
    "easy": text(zh="易背景", en="easy background"),
    "missed": text(zh="漏标的目标", en="objects left unlabelled"),
}


class GradientParams(Params):
    tab: Literal["start", "training"] = knob(
        "start", zh="看什么", en="Look at",
        options={"start": text(zh="训练之前", en="before training"), "training": text(zh="训练一遍", en="a training")},
    )  # fmt: skip
    ratio: float = knob(
        1000, ge=10, le=100_000, log=True, zh="每个目标的背景锚框数", en="Background anchors per object",
        when={"tab": ("start",)},
    )  # fmt: skip
    pi: float = knob(0.01, ge=0.001, le=0.5, log=True, zh="初始概率 π", en="Initial probability π")
    gamma: float = knob(2.0, ge=0, le=5, step=0.5, zh="focal 的 γ", en="γ of the focal loss")
    alpha: float = knob(0.25, ge=0.05, le=0.95, step=0.05, zh="目标的权重 α", en="Weight α of objects")
    budget: int = knob(128, ge=32, le=512, zh="OHEM 选几个 B", en="OHEM's budget B", when={"tab": ("training",)})
    missed: float = knob(
        0.0, ge=0, le=0.5, step=0.1, zh="漏标的目标比例", en="Objects left unlabelled (share)",
        when={"tab": ("training",)},
    )  # fmt: skip
    seed: int = seed()


def run(params: GradientParams) -> Result:
    if params.tab == "start":
        return start(params.ratio, params.pi, params.gamma, params.alpha)
    runs = all_trained(params.gamma, params.alpha, params.pi, params.budget, params.missed, params.seed)
    s: dict[str, float] = {}
    for rule, owned in runs.items():
        selected, pull = (np.mean([getattr(o, name) for o in owned], axis=0) for name in ("selected", "pull"))
        s |= {f"selected_{who}_{rule}": float(v) for who, v in zip(GROUPS, selected, strict=True)}
        s |= {f"pull_{who}_{rule}": float(v) for who, v in zip(GROUPS, pull, strict=True)}
        s[f"easy_first_{rule}"] = float(np.mean([o.easy[0] for o in owned]))
        for name in ("ap", "false_alarms", "stated"):
            values = np.array([getattr(o, name) for o in owned])
            s[f"{name}_{rule}"], s[f"{name}_sd_{rule}"] = float(values.mean()), float(values.std(ddof=1))
    s["missed_share"] = round(params.missed * POSITIVES) / (POSITIVES + EASY + HARD)
    s["budget_share"] = params.budget / (POSITIVES + EASY + HARD)
    s["ap_spread"] = max(s[f"ap_{r}"] for r in RULES) - min(s[f"ap_{r}"] for r in RULES)
    s["alarms_ratio"] = s["false_alarms_random"] / max(s["false_alarms_hnm"], 1 / 3)
    return Result(
        views=(_stacked("selected", s), _stacked("pull", s), _easy(runs, s), _table(s)), scalars=s,
        notes=_notes(params, s),
        checks=(
            Check(text(zh="输出偏置的梯度，与有限差分", en="gradient of the output bias, finite differences"),
                  max(o.difference for owned in runs.values() for o in owned), 1e-8),
            Check(text(zh="OHEM 选中的损失之和，与最大可能值",
                       en="loss that OHEM selects, against the largest possible"),
                  max(abs(o.lost) for o in runs["ohem"]), 1e-9),
        ),
    )  # fmt: skip


def _stacked(name: Literal["selected", "pull"], s: Mapping[str, float]) -> View:
    titles = {
        "selected": text(zh="最后一步：谁参加训练", en="Last step: who takes part"),
        "pull": text(zh="最后一步：谁的梯度", en="Last step: whose gradient"),
    }
    told = {
        "selected": text(
            zh=f"交叉熵用全部锚框，{s['selected_easy_ce']:.0%} 是易背景；OHEM 的一批里只有 "
            f"{s['selected_easy_ohem']:.0%}。",
            en=f"Cross-entropy uses every anchor, {s['selected_easy_ce']:.0%} of them easy background; in OHEM's batch "
            f"they are {s['selected_easy_ohem']:.0%}."),
        "pull": text(
            zh=f"占 Σ|∂L/∂z|：易背景在交叉熵里 {s['pull_easy_ce']:.1%}，在 focal loss 里 {s['pull_easy_focal']:.1%}；"
            f"难背景 "
            f"{s['pull_hard_ce']:.0%} 和 {s['pull_hard_focal']:.0%}。",
            en=f"Of Σ|∂L/∂z| easy background has {s['pull_easy_ce']:.1%} with cross-entropy and "
            f"{s['pull_easy_focal']:.1%} with focal loss; hard background {s['pull_hard_ce']:.0%} and "
            f"{s['pull_hard_focal']:.0%}."),
    }  # fmt: skip
    groups = [who for who in GROUPS if who != "missed" or s["missed_share"] > 0]
    y = {"selected": text(zh="占选中的锚框", en="share of chosen anchors"),
         "pull": text(zh="占 Σ|∂L/∂z|", en="share of Σ|∂L/∂z|")}  # fmt: skip
    return Bars(
        id=name, title=titles[name], description=told[name], categories=[LABELS[rule] for rule in RULES], stacked=True,
        series=[
            BarSeries(who, WHO[who], np.array([s[f"{name}_{who}_{rule}"] for rule in RULES]),
                      role="highlight" if who == "missed" else "main")
            for who in groups
        ],
        x=Axis(text(zh="规则", en="rule")), y=Axis(y[name], range=(0, 1)),
    )  # fmt: skip


def _easy(runs: Mapping[str, list[Owned]], s: Mapping[str, float]) -> View:
    return Lines(
        id="easy", title=text(zh="易背景的梯度份额，逐步", en="Easy background's share of the gradient, step by step"),
        description=text(
            zh=f"第 0 步：交叉熵 {s['easy_first_ce']:.1%}，难负例 3:1 {s['easy_first_hnm']:.1%}，focal loss "
            f"{s['easy_first_focal']:.2%}（三个种子平均）。",
            en=f"At step 0: {s['easy_first_ce']:.1%} with cross-entropy, {s['easy_first_hnm']:.1%} with hard negatives "
            f"3:1, {s['easy_first_focal']:.2%} with focal loss (mean of three seeds)."),
        series=[
            Series(rule, LABELS[rule], np.arange(0, STEPS + 1, 2), np.mean([o.easy for o in owned], axis=0)[::2])
            for rule, owned in runs.items()
        ],
        x=Axis(text(zh="步", en="step"), range=(0, STEPS)),
        y=Axis(text(zh="占 Σ|∂L/∂z|", en="share of Σ|∂L/∂z|"), range=(0, 1)),
    )  # fmt: skip


def _table(s: Mapping[str, float]) -> View:
    def cell(name: str, rule: str, digits: int) -> str:
        return f"{s[f'{name}_{rule}']:.{digits}f} ± {s[f'{name}_sd_{rule}']:.{digits}f}"

    return Table(
        id="outcome", title=text(zh="结果：新锚框上，三个种子", en="Outcome: on fresh anchors, three seeds"),
        description=text(
            zh=f"AP 最多相差 {s['ap_spread']:.3f}；p>0.5 的误报，随机 3:1 每百个目标 {s['false_alarms_random']:.0f} "
            f"个，"
            f"难负例 3:1 {s['false_alarms_hnm']:.0f} 个。",
            en=f"AP differs by at most {s['ap_spread']:.3f}; false alarms at p>0.5 per 100 objects: random 3:1 "
            f"{s['false_alarms_random']:.0f}, hard negatives 3:1 {s['false_alarms_hnm']:.0f}."),
        columns=[
            text(zh="规则", en="rule"), same("AP"),
            text(zh="误报（每百个目标）", en="false alarms (per 100 objects)"),
            text(zh="目标上的平均 p", en="mean p on objects"),
        ],
        rows=[[LABELS[r], cell("ap", r, 3), cell("false_alarms", r, 0), cell("stated", r, 2)] for r in RULES],
    )  # fmt: skip


def _notes(params: GradientParams, s: Mapping[str, float]) -> list[Text]:
    notes = [
        text(
            zh=f"OHEM 每步只用 {s['budget_share']:.1%} 的锚框，最后的分工却与全部交叉熵相近：落选的本来就没什么梯度。",
            en=f"OHEM uses {s['budget_share']:.1%} of the anchors a step, and still ends with a division much like "
            "cross-entropy on all: those left out had little gradient to give.",
        ),
        text(
            zh=f"随机 3:1 把目标的比例从 {s['selected_object_ce']:.1%} 抬到 {s['selected_object_random']:.0%}，"
            f"又很少抽到"
            f"难背景：每百个目标误报 {s['false_alarms_random']:.0f} 个，难负例 3:1 是 {s['false_alarms_hnm']:.0f} 个。",
            en=f"Random 3:1 raises the share of objects from {s['selected_object_ce']:.1%} to "
            f"{s['selected_object_random']:.0%} and seldom draws a hard background: {s['false_alarms_random']:.0f} "
            f"false "
            f"alarms per 100 objects, against {s['false_alarms_hnm']:.0f} with hard negatives 3:1.",
        ),
        text(
            zh=f"AP 的差别不超过 {s['ap_spread']:.3f}：这个小例子分不出名次，请看份额、误报和概率。",
            en=f"AP differs by no more than {s['ap_spread']:.3f}: this small test bed ranks nobody. Read the shares, "
            "the false alarms and the probabilities.",
        ),
    ]
    if s["missed_share"] > 0:
        notes.insert(0, text(
            zh=f"漏标的目标只占锚框的 {s['missed_share']:.1%}，却占 focal loss 梯度的 {s['pull_missed_focal']:.0%}、"
            f"OHEM 的 {s['pull_missed_ohem']:.0%}：按损失挑的规则分不清“难”和“标错”。",
            en=f"Objects left unlabelled are {s['missed_share']:.1%} of the anchors and have "
            f"{s['pull_missed_focal']:.0%} of the gradient with focal loss, {s['pull_missed_ohem']:.0%} with OHEM: by "
            "its loss a wrong label looks just like a hard example."))  # fmt: skip
    return notes


demo = Demo(
    __name__, run, GradientParams,
    title=text(zh="梯度归谁？", en="Who owns the gradient?"),
    summary=text(
        zh="目标只有背景的千分之一。看难负例、OHEM、focal loss 和初始偏置各自把梯度交给谁。",
        en="One object for a thousand background anchors: see to whom hard negatives, OHEM, focal loss and the initial "
        "bias give the gradient."),
    presets={
        "thousand-to-one": Preset(
            text(zh="1000 : 1，全答 0.5：背景占 99.9%", en="1000 : 1, all answering 0.5: 99.9% is background"), {},
            {"share_ce_half": (0.99899, 0.99901), "share_ce_prior": (0.6857, 0.6858),
             "share_focal_prior": (0.000667, 0.000669), "answer_90": (0.694, 0.6945)}),
        "focal-from-half": Preset(
            text(zh="只换 focal loss、不设偏置：背景还是 99.9% 以上",
                 en="Focal loss without the bias: still over 99.9%"),
            {"pi": 0.5}, {"share_focal_prior": (0.9995, 0.9998), "cheaper": (1, 1)}),
        "gamma-zero": Preset(
            text(zh="γ=0：focal loss 就是 α 加权交叉熵", en="γ=0: the focal loss is weighted cross-entropy"),
            {"gamma": 0.0}, {"share_focal_prior": (0.86, 0.88), "share_alpha_prior": (0.86, 0.88),
                             "answer_90": (0.8999, 0.9001)}),
        "gamma-five": Preset(
            text(zh="γ=5：真实 0.9，网络答 0.6 左右", en="γ=5: where 0.9 is true the net answers about 0.6"),
            {"gamma": 5.0}, {"answer_90": (0.55, 0.65), "factor_90": (99_999, 100_001)}),
        "training": Preset(
            text(zh="训练一遍：随机 3:1 的误报最多", en="A training: random 3:1 gives the most false alarms"),
            {"tab": "training"},
            {"alarms_ratio": (2.5, 12), "ap_spread": (0, 0.04), "selected_hard_hnm": (0.35, 0.6),
             "selected_hard_random": (0, 0.06), "pull_easy_ce": (0, 0.2), "easy_first_ce": (0.2, 0.8),
             "easy_first_focal": (0, 0.02)}),
        "unlabelled": Preset(
            text(zh="漏标五分之一的目标：千分之二的锚框，四分之一的梯度",
                 en="A fifth of the objects unlabelled: 0.2% of the anchors, a quarter of the gradient"),
            {"tab": "training", "missed": 0.2},
            {"pull_missed_focal": (0.2, 0.5), "pull_missed_ohem": (0.18, 0.4), "missed_share": (0.0019, 0.0021)}),
    },
    predictions=(
        Prediction(
            "focal-alone",
            text(zh="1000 : 1。换上 focal loss（γ=2，α=0.25），但所有锚框仍从 p=0.5 出发。背景占初始损失的多少？",
                 en="1000 : 1. You switch to focal loss (γ=2, α=0.25), but all anchors still start at p=0.5. What is "
                 "the background's share of the initial loss?"),
            "focal-from-half", "share_focal_prior",
            text(zh="p 都是 0.5 时，$(1-p_t)^\\gamma$ 对两类都是 1/4，约掉了；α=0.25 反而给背景 0.75。"
                    "先要有偏置初始化。",
                 en="At p=0.5 the factor $(1-p_t)^\\gamma$ is 1/4 for both classes and cancels; α=0.25 even gives the "
                 "background 0.75. The bias initialisation has to come first."),
            (
                Option(text(zh="不到 1%", en="less than 1%"), high=0.01, why=text(
                    zh="那是再加上 π=0.01 的结果。", en="That is with π=0.01 as well.")),
                Option(text(zh="大约一半", en="about half"), 0.01, 0.9, why=text(
                    zh="focal loss 不按类别平衡，只看 p_t。", en="Focal loss balances no classes; it looks at p_t.")),
                Option(text(zh="超过 99%", en="more than 99%"), 0.9),
            ),
        ),
        Prediction(
            "confidence",
            text(zh="一群锚框里 90% 是目标。γ=2 的 focal loss 训练到最优，网络对它们答多少？",
                 en="Of some group of anchors 90% are objects. Trained to the optimum of focal loss with γ=2, what "
                 "does "
                 "the net answer?"),
            "thousand-to-one", "answer_90",
            text(zh="0.694：focal loss 不是 proper 的，γ>0 时答案向 0.5 收缩，但仍在 0.5 的同一侧。",
                 en="0.694: the loss is not proper. With γ>0 the answer shrinks towards 0.5 and stays on its side."),
            (
                Option(text(zh="0.9，如实回答", en="0.9, the truth"), 0.88, 0.92, why=text(
                    zh="交叉熵才如实。", en="Cross-entropy does that.")),
                Option(text(zh="0.97 左右，更自信", en="about 0.97, surer"), 0.92, why=text(
                    zh="正相反：已经答对的样本被降权，没有动力再推高。",
                    en="The opposite: answers already right lose weight, so nothing pushes them further.")),
                Option(text(zh="0.7 左右，更保守", en="about 0.7, less sure"), high=0.88),
            ),
        ),
        Prediction(
            "unlabelled",
            text(zh="3000 个锚框里有 6 个是漏标的目标（标成了背景）。focal loss 训练到最后，它们占梯度的多少？",
                 en="6 of 3000 anchors are objects nobody labelled (marked background). At the end of training with "
                 "focal loss, which share of the gradient is theirs?"),
            "unlabelled", "pull_missed_focal",
            text(zh="它们的 p_t 很小，$(1-p_t)^\\gamma$ 几乎不降权，别的样本却都降了。",
                 en="Their p_t is small, so $(1-p_t)^\\gamma$ leaves them almost whole while the others shrink."),
            (
                Option(text(zh="千分之二，与数量相当", en="0.2%, as their number"), high=0.02, why=text(
                    zh="梯度不按人头分。", en="Gradient is not shared out by head.")),
                Option(text(zh="百分之几", en="a few per cent"), 0.02, 0.15, why=text(
                    zh="低估了：几乎所有对手都被降权了。", en="Too low: nearly everybody else is down-weighted.")),
                Option(text(zh="两成以上", en="over a fifth"), 0.15),
            ),
        ),
    ),
    references=("lin2017focal", "shrivastava2016", "liu2016ssd", "charoenphakdee2021"),
    code=(focal_loss, background_share, focal_answer, prior_bias, hard_negatives, random_negatives, hardest,
          draw_anchors),
    budget_s=2.0,
)  # fmt: skip
