"""Transfer map: probe, tune, adapt or start afresh? By the angle between two tasks and the number of examples."""

from collections.abc import Iterator

from app.core.linear_risk import (
    fine_tuning_risk,
    least_squares_risk,
    nearest_solution,
    simulated_risks,
    task_distance,
    tuning_pays_above,
)
from app.core.transfer import (
    ridge_probe,
    turned_features,
)
from app.demos.generalisation import _transfer_linear, _transfer_map, _transfer_network
from app.demos.generalisation._transfer_params import TransferMapParams
from app.kit import Demo, Option, Prediction, Preset, Result, text

TABS = {"linear": _transfer_linear.run, "network": _transfer_network.run, "map": _transfer_map.run}


def run(params: TransferMapParams) -> Iterator[Result]:
    yield from TABS[params.tab](params)


NET = {"tab": "network"}
PRESETS = {
    "similar": Preset(
        text(zh="线性模型，θ = 30°：微调最好", en="Linear model, θ = 30°: fine-tuning wins"), {},
        {"scratch": (0.7999, 0.8001), "zero_shot": (0.2679, 0.268), "fine_tuning": (0.2143, 0.2144)}),
    "negative": Preset(
        text(zh="线性模型，θ = 90°：负迁移，从头更好", en="Linear model, θ = 90°: negative transfer, scratch wins"),
        {"theta": 90, "examples": 60},
        {"scratch": (0.3999, 0.4001), "fine_tuning": (0.7999, 0.8001), "zero_shot": (1.9999, 2.0001),
         "fine_over_scratch": (1.9999, 2.0001)}),
    "noisy": Preset(
        text(zh="标签有噪声、任务相近：不训练最好", en="Noisy labels, similar tasks: best left alone"),
        {"theta": 20, "examples": 60, "noise": 0.5},
        {"zero_shot": (0.12, 0.121), "noise_term": (0.3846, 0.3847), "fine_tuning": (0.43, 0.44)}),
    "small-same": Preset(
        text(zh="网络，30 个样本、特征相同：线性探测", en="Network, 30 examples, same features: probe"),
        {**NET, "theta": 0},
        {"risk_probe": (0.001, 0.05), "risk_full": (0.06, 0.5), "risk_scratch": (0.5, 1.3),
         "risk_full_over_probe": (3, 100)}),
    "small-turned": Preset(
        text(zh="网络，30 个样本、θ = 45°：微调反而最好", en="Network, 30 examples, θ = 45°: fine-tuning wins"),
        {**NET, "theta": 45},
        {"winner": (3, 3), "risk_full": (0.3, 0.55), "risk_full_over_scratch": (0.3, 0.8),
         "risk_full_over_probe": (0.3, 0.9)}),
    "distortion": Preset(
        text(zh="训练输入只变 8 维：微调分布内好、分布外差", en="Inputs vary in 8 of 20: tuning wins in, loses out"),
        {**NET, "theta": 10, "n": 1000, "varied": 8},
        {"risk_full_over_probe": (0.2, 0.85), "outside_full_over_probe": (1.3, 6), "outside_lp_ft": (0.01, 0.15)}),
    "map": Preset(
        text(zh="12 格全部训练一遍：谁在哪里赢", en="All twelve cells trained: who wins where"), {"tab": "map"},
        {"probe_0_30": (0.001, 0.05), "full_0_30": (0.05, 0.5), "full_30_3000": (0.01, 0.12), "probe_90_30": (0.9, 1.5),
         "worst_gain": (0.4, 1.05)}),
}  # fmt: skip

PREDICTIONS = (
    Prediction(
        "orthogonal",
        text(zh="线性模型，100 维，60 个样本，无噪声。源任务与目标任务正交（θ = 90°）。微调的误差是从头训练的多少倍？",
             en="Linear model, 100 dimensions, 60 examples, no noise. Source and target at right angles (θ = 90°). "
             "Fine-tuning's risk over that from scratch?"),
        "negative", "fine_over_scratch",
        text(zh=r"没见过的 $1-n/d$ 那部分方向保留起点的误差。从 0 出发，距离的平方是 1；从源任务出发，是 "
             r"$2-2\cos\theta=2$。θ = 60° 时两者相等。",
             en=r"The share $1-n/d$ of directions that were not seen keeps the start's error. From 0 the squared "
             r"distance is 1, from the source task $2-2\cos\theta=2$. They are equal at θ = 60°."),
        (Option(text(zh="0.5 倍：预训练总比没有强", en="half: pre-training beats nothing"), high=0.8, why=text(
            zh="起点比原点离目标更远，它的误差留在没见过的方向上。",
            en="The start is farther from the target than 0 is, and keeps that error where nothing was seen.")),
         Option(text(zh="1 倍：60 个样本会盖过起点", en="equal: 60 examples override the start"), 0.8, 1.25, text(
             zh="n < d 时，没见过的方向不会被改写。", en="With n < d the unseen directions are never rewritten.")),
         Option(text(zh="2 倍：负迁移", en="twice: negative transfer"), low=1.25)),
    ),
    Prediction(
        "few-and-different",
        text(zh="小网络，目标任务只有 30 个样本，特征转了 45°。下面哪种误差最低？",
             en="Small network, 30 target examples, features turned by 45°. Which of these has the lowest risk?"),
        "small-turned", "winner",
        text(zh="样本少、任务又不同，常听说“最好不要微调”。这里冻结的特征不够用，从头训练又学不会；从预训练权重出发、"
             "所有层一起调，误差最低。",
             en="Few examples, another task: one is told not to fine-tune. Here the frozen features do not suffice and "
             "from scratch nothing is learned; tuning all layers from the pre-trained start does best."),
        (Option(text(zh="线性探测：样本少就别动特征", en="the linear probe: few examples, leave the features alone"),
                1, 2, text(zh="特征转了 45°，冻结它们就补不回来。",
                           en="The features are off by 45°; frozen, they stay off.")),
         Option(text(zh="从头训练：任务不同就别迁移", en="from scratch: another task, no transfer"), 0, 1, text(
             zh="30 个样本训练不出特征，误差接近只答平均值。",
             en="Thirty examples make no features: it is close to answering the mean.")),
         Option(text(zh="全量微调", en="full fine-tuning"), 3, 4)),
    ),
    Prediction(
        "out-of-distribution",
        text(zh="任务很相近（θ = 10°），但训练输入只在 20 维里的 8 维上变化。分布外的误差，全量微调与线性探测谁低？",
             en="Tasks are close (θ = 10°), but the training inputs vary in 8 of 20 directions only. Out of "
             "distribution, which risk is lower, full fine-tuning's or the probe's?"),
        "distortion", "outside_full_over_probe",
        text(zh="分布内微调更低，分布外反而更高：头从随机开始，前几步的梯度把特征拧歪，而且只在见过的方向上拧。"
             "先探测再小步微调（LP-FT）两头都好。",
             en="In distribution fine-tuning is lower, out of it higher: a random head's first gradients distort the "
             "features, and only along the directions seen. Probing first, then tuning gently (LP-FT), does well at "
             "both."),
        (Option(text(zh="全量微调低", en="full fine-tuning's"), high=0.95, why=text(
            zh="分布内是这样；没见过的方向上，改过的头配的是没改过的特征。",
            en="In distribution, yes; in unseen directions a changed head meets unchanged features.")),
         Option(text(zh="差不多", en="about the same"), 0.95, 1.15, text(
             zh="看图：分布外两者差得很明显。", en="Look at the bars: out of distribution they are well apart.")),
         Option(text(zh="线性探测低", en="the probe's"), low=1.15)),
    ),
)  # fmt: skip

demo = Demo(
    __name__, run, TransferMapParams,
    title=text(zh="迁移地图", en="Transfer map"),
    summary=text(
        zh="线性探测、微调、LP-FT、LoRA 还是从头训练？按任务的夹角和样本数，先看闭式解，再真的训练。",
        en="Probe, fine-tune, LP-FT, LoRA or scratch? By the angle between the tasks and the number of examples: "
        "closed form first, then real training.",
    ),
    presets=PRESETS, predictions=PREDICTIONS,
    references=("kumar2022", "hastie2022", "hu2022"),
    code=(nearest_solution, least_squares_risk, task_distance, fine_tuning_risk, tuning_pays_above, simulated_risks,
          turned_features, ridge_probe),
    budget_s=2.5,
)  # fmt: skip
