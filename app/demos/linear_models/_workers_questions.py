"""The presets and predictions of the many-workers demo."""

from app.kit import Option, Prediction, Preset, text

PRESETS = {
    "sync": Preset(
        text(zh="8 台求和的梯度，与一台算的相同", en="Eight workers add up to the gradient of one"), {},
        {"worst_gap": (0, 2e-15), "per_feature": (1.75, 1.75), "newton_steps": (6, 6), "passes": (14, 14),
         "intercept": (-4.07772, -4.07771), "slope": (1.504645, 1.504646), "log_likelihood": (-8.02988, -8.02987),
         "null": (-13.862944, -13.862943), "two_hours": (0.25569, 0.25571), "four_hours": (0.87444, 0.87446),
         "best_columns": (1, 1)},
    ),
    "wide": Preset(
        text(zh="特征比一批的行多得多：改按列切", en="Far more features than rows in a step: cut by columns"),
        {"rows": 1e5, "features": 1e9}, {"best_columns": (8, 8), "sent_columns": (174999, 175001)},
    ),
    "once": Preset(
        text(zh="各训各的，最后平均一次：不是最优解", en="Train apart and average once: not the optimum"),
        {"tab": "local"},
        {"one_shot": (0.002, 0.006), "sync": (0, 1e-9), "local": (3e-4, 0.003), "iid_mean": (0.002, 0.006),
         "score_mean": (0.01, 0.1), "label_mean": (0.15, 0.4), "gap_fall": (12, 40), "noise_fall": (3, 6)},
    ),
    "skewed": Preset(
        text(zh="按标签分片：局部训练跑偏，平均也救不回来",
             en="Shards by label: local training runs off, averaging does not save it"),
        {"tab": "local", "shards": "label"},
        {"one_shot": (0.15, 0.4), "local": (0.03, 0.15), "sync": (0, 1e-9)},
    ),
    "local-sgd": Preset(
        text(zh="小批量 + 每 20 步平均：通信少 20 倍，几乎不亏",
             en="Mini-batches, averaged every 20 steps: a twentieth of the talk, hardly a loss"),
        {"tab": "local", "batch": "32", "rate": 0.25},
        {"rounds_local": (1, 8), "rounds_sync": (40, 100), "sync": (0.001, 0.004), "local": (0.0015, 0.006)},
    ),
    "stale": Preset(
        text(zh="晚 8 步：步长要缩到十一分之一", en="Eight steps late: the step shrinks to an eleventh"),
        {"tab": "stale"},
        {"limit": (0.184536, 0.184538), "fewer": (10.8, 10.9), "end_below": (0, 1e-6), "end_above": (0.005, 0.2),
         "misplaced": (0, 0), "stable": (1, 1), "end_now": (0, 1e-6), "calm": (0.0433, 0.0434)},
    ),
    "too-late": Preset(
        text(zh="没有延迟时好好的步长，晚 8 步就停不下来",
             en="A step that is fine when fresh never settles 8 steps late"),
        {"tab": "stale", "step": 0.5},
        {"stable": (0, 0), "end_now": (0.02, 5), "end_fresh": (0, 1e-12), "radius": (1.05, 1.3)},
    ),
    "ftrl": Preset(
        text(zh="λ₁ = 3：模型小几十倍，损失反而更低", en="λ₁ = 3: a model dozens of times smaller, with less loss"),
        {"tab": "ftrl"},
        {"fewer": (30, 80), "gain": (0.002, 0.01), "zeros_subgradient": (0, 0), "zeros": (0.95, 1),
         "always_better": (1, 1), "nonzero": (80, 300)},
    ),
    "ftrl-most": Preset(
        text(zh="λ₁ = 30：几乎什么都不剩，损失变差", en="λ₁ = 30: hardly anything left, and the loss is worse"),
        {"tab": "ftrl", "l1": 30.0}, {"nonzero": (1, 15), "gain": (-0.02, 0)},
    ),
    "hashing": Preset(
        text(zh="1 万个键放进 2^14 个桶：近一半与别人同桶",
             en="10,000 keys in 2^14 buckets: nearly half are not alone"),
        {"tab": "hashing"},
        {"formula": (0.4568, 0.4569), "collided": (0.445, 0.468), "occupied_formula": (7485.02, 7485.04),
         "occupied": (7440, 7530), "worse_12": (-0.001, 0.004), "seen_collided": (0.8, 0.9)},
    ),
    "roomy": Preset(
        text(zh="2^18 个桶：碰撞降到 4% 以下", en="2^18 buckets: under 4% collide"),
        {"tab": "hashing", "bits": 18}, {"formula": (0.0374, 0.0375), "collided": (0.034, 0.041)},
    ),
    "sampled": Preset(
        text(zh="负样本只留 3%：概率高估 15 倍，校准一步就回来",
             en="3% of the negatives kept: 15 times too high, put right in one line"),
        {"tab": "sampling"},
        {"raw_ratio": (12, 18), "ratio": (0.9, 1.1), "raw_ne": (3, 6), "ne_cost": (0, 0.006), "share": (0.04, 0.06),
         "auc_cost": (-0.002, 0.005)},
    ),
}  # fmt: skip
PREDICTIONS = (
    Prediction(
        "average",
        text(zh="8 台各有八分之一的数据（随机分），各自训练到自己的最优，最后把 8 组权重平均。"
                "离全体数据的最优损失差多少？",
             en="Eight workers with a random eighth of the rows each train to their own optimum, and the eight sets of "
             "weights are averaged. How far is the loss above the optimum of all rows?"),
        "once", "one_shot",
        text(zh="只有梯度能相加。每个小分片的最优都偏大（过拟合自己那一份），平均消得掉噪声，消不掉偏差。"
                "偏差随行数下降得比统计误差快，所以数据多时它很划算。",
             en="Only gradients add up. Each small shard's weights are too large, having fitted their own noise; the "
             "mean removes the noise and keeps that bias. It falls faster with the rows than the statistical error "
             "does, so with much data it is a bargain."),
        (
            Option(text(zh="0：平均是线性的，与一起训练相同",
                        en="0: averaging is linear, the same as training together"),
                   high=1e-6, why=text(zh="梯度是线性的，最优解不是数据的线性函数。",
                                       en="Gradients are linear; an optimum is not a linear function of the rows.")),
            Option(text(zh="千分之几 nat，与统计误差同量级",
                        en="a few thousandths of a nat, like the statistical error"),
                   1e-6, 0.03),
            Option(text(zh="十分之一 nat 以上，基本没用", en="a tenth of a nat or more: useless"), 0.03,
                   why=text(zh="那是按标签分片的结果；随机分片没这么糟。",
                            en="That is with shards sorted by label; random ones are not so bad.")),
        ),
    ),
    Prediction(
        "late",
        text(zh="没有延迟时，梯度下降到 ηL = 2 为止稳定。每个梯度都晚 8 步，ηL 最大能取多少？",
             en="Without delay gradient descent is stable up to ηL = 2. With every gradient 8 steps late, what is the "
             "largest stable ηL?"),
        "stale", "limit",
        text(zh=r"$2\sin\frac{\pi}{4\tau+2}=2\sin\frac\pi{34}\approx0.1845$：约 π/(2τ+1)，与延迟成反比。",
             en=r"$2\sin\frac{\pi}{4\tau+2}=2\sin\frac\pi{34}\approx0.1845$: about π/(2τ+1), inverse to the delay."),
        within=0.15,
    ),
    Prediction(
        "dropped",
        text(zh="点击率 2%，训练时负样本只留 3%，正样本全留。模型不做任何校准就上线，预测的平均点击率是真实的几倍？",
             en="2% of impressions are clicked. Training keeps 3% of the negatives and every positive, and the model "
             "goes live as it is. How many times the true rate is its mean prediction?"),
        "sampled", "raw_ratio",
        text(zh="赔率乘以 33。赔率小的时候概率也差不多乘 33，赔率大的乘不了那么多：平均约 15 倍。AUC 一点没变。",
             en="The odds are multiplied by 33. Small probabilities are too, nearly; larger ones cannot be: about 15 "
             "times on average. The AUC has not moved at all."),
        (
            Option(text(zh="1 倍：采样不影响概率", en="1: sampling does not touch probabilities"), high=1.5,
                   why=text(zh="不影响的是斜率和次序；截距变了 −ln w。",
                            en="It leaves slopes and order alone; the intercept moves by −ln w.")),
            Option(text(zh="约 3 倍", en="about 3"), 1.5, 8,
                   text(zh="低估了：对数赔率加了 3.5，赔率是 33 倍。",
                        en="Too low: the log-odds rose by 3.5, the odds 33 times.")),
            Option(text(zh="约 15 倍", en="about 15"), 8, 25),
            Option(text(zh="约 33 倍，即 1/w", en="about 33, that is 1/w"), 25,
                   why=text(zh="33 倍的是赔率；概率封顶在 1。",
                            en="The odds are 33 times as high; probabilities stop at 1.")),
        ),
    ),
)  # fmt: skip
