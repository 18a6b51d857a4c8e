"""What the split finder asks before it shows."""

from app.kit import Option, Prediction, same, text

predictions = (
    Prediction(
        "missing-left",
        text(zh="四个样本 y = −1、−1、2、4 在 2.5 处切开，增益 10.13（库的写法）。再加两个缺 x、y = 4 的样本，"
             "硬把它们送到左边，同一切分点的增益变成多少？",
             en="Four rows, y = −1, −1, 2, 4, are cut at 2.5: a gain of 10.13 as the library reports it. Add two rows "
             "without x and with y = 4 and force them left. What is the gain of the same threshold now?"),
        "missing", "gain_missing_left",
        text(zh="左右两边的梯度和变得很像，分开反而更差：−1.37。送右边是 19.96，所以默认方向学成“右”。",
             en="The gradients of the two sides become alike and parting them costs: −1.37. Sent right it is 19.96, so "
             "the default direction learnt is right."),
        options=(
            Option(text(zh="仍是 10.13：缺失值不参加计算", en="Still 10.13: missing values take no part"), 10, 11,
                   why=text(zh="缺失的样本也有梯度，两个方向各算一遍。",
                            en="They have gradients too, and are counted once on either side.")),
            Option(text(zh="约 20", en="about 20"), 15, 25,
                   why=text(zh="那是送右边：和 y = 2、4 同侧。", en="That is to the right, beside y = 2 and 4.")),
            Option(text(zh="小于 0", en="below 0"), high=0),
        ),
    ),
    Prediction(
        "lambda-order",
        text(zh="y = 0、0、0、0、1、1、1、1、4。λ = 0 时最好的切分点是 8.5（切出最后一个样本）。λ = 10 时呢？",
             en="y = 0, 0, 0, 0, 1, 1, 1, 1, 4. At λ = 0 the best threshold is 8.5, cutting off the last row. And at "
             "λ = 10?"),
        "outlier", "threshold_large_lambda",
        text(zh="只有一行的叶子，分母从 1 变成 1 + λ = 11；五行的叶子从 5 变成 15。λ 对小叶子罚得重，于是改切 4.5。",
             en="A leaf of one row has its denominator go from 1 to 1 + λ = 11, one of five rows from 5 to 15: λ "
             "weighs on small leaves, and 4.5 wins."),
        options=(
            Option(same("8.5"), 8, 9,
                   why=text(zh="λ 加在每个分母上，不是把所有增益同乘一个数，次序会变。",
                            en="λ is added to each denominator; it does not scale all gains alike.")),
            Option(same("4.5"), 4, 5),
            Option(same("1.5"), 1, 2,
                   why=text(zh="左边只有 y = 0 的一行，什么也没分开。", en="That only parts one row of y = 0.")),
        ),
    ),
    Prediction(
        "count",
        text(zh="三列：二值列决定类别，另两列是纯噪声（一列 6 个取值，一列连续）。25 棵深 3 的树里，"
             "连续噪声列的分裂次数是信号列的几倍？",
             en="Three columns: a binary one decides the class, two are noise (one of six values, one continuous). In "
             "25 trees of depth 3, how many times as often is the continuous noise split on as the signal?"),
        "importance", "weight_ratio",
        text(zh="二值列在一条路径上切一次就没有候选了；连续列在每个节点都有很多候选，总有一个碰巧有增益。",
             en="A binary column has no candidate left after one split along a path; a continuous one offers many at "
             "every node, and one of them gains by chance."),
        options=(
            Option(text(zh="几乎为 0：它没有信息", en="hardly ever: it has no information"), high=0.5,
                   why=text(zh="训练集上的增益几乎总是大于 0，γ = 0 就会切。",
                            en="On training data the gain is nearly always positive, and γ = 0 lets it through.")),
            Option(text(zh="差不多", en="about as often"), 0.5, 2,
                   why=text(zh="信号列一条路径最多切一次。", en="The signal splits at most once along a path.")),
            Option(text(zh="两倍以上", en="more than twice as often"), low=2),
        ),
    ),
    Prediction(
        "rounds-served",
        text(zh="subsample = 0.5，训练 25 轮。平均每个样本参加几轮？",
             en="subsample = 0.5 and 25 rounds. In how many rounds does a row take part, on average?"),
        "sampling", "rounds_served",
        text(zh="每轮重新抽，一行以 0.5 的概率入选：平均 12.5 轮。“不放回”只说一轮之内不重复。",
             en="Every round draws anew and takes a row with probability 0.5: 12.5 rounds. “Without replacement” only "
             "says no repeats inside a round."),
        options=(
            Option(text(zh="最多 1 轮：抽过就不再用", en="at most 1: once drawn, never again"), high=2,
                   why=text(zh="轮与轮之间不记得谁被抽过。", en="No round remembers who served before.")),
            Option(text(zh="12.5 轮左右", en="about 12.5"), 10, 15),
            Option(text(zh="全部 25 轮", en="all 25"), low=20,
                   why=text(zh="那是默认的 subsample = 1。", en="That is the default, subsample = 1.")),
        ),
    ),
)  # fmt: skip
