"""What to commit to before who_holds_the_boundary runs."""

from app.kit import Option, Prediction, text

PREDICTIONS = (
    Prediction(
        "drop-others",
        text(zh="删掉 SVM 的所有非支持向量，用剩下的点重新训练两个模型（C 不变）。哪条边界会动？",
             en="Delete every point that is not a support vector and train both again on the rest, same C. Which "
             "boundary moves?"),
        "drop-others", "turned_lr",
        text(zh="只有逻辑回归。SVM 里这些点的系数本来就是 0；逻辑回归里每个点都在拉，删掉后剩下的点彼此重叠，"
                "$\\|w\\|$ 缩到三分之一上下，方向也转了几度。",
             en="Only logistic regression. In the SVM those points had coefficient 0; in the other each one pulled. "
                "What "
             "is left overlaps, so $\\|w\\|$ falls to about a third and the direction turns by a few degrees."),
        (Option(text(zh="都不动：远处的点没有影响", en="Neither: far points have no say"), high=1e-6,
                why=text(zh="逻辑损失的拉力 σ(−m) 不会到 0，而且这样的点很多。",
                         en="The logistic pull σ(−m) never reaches 0, and such points are many.")),
         Option(text(zh="只有逻辑回归的", en="Only that of logistic regression"), 1e-6, 15),
         Option(text(zh="两条都转了很多（15° 以上）", en="Both, by a lot (15° or more)"), 15,
                why=text(zh="SVM 的解只由支持向量写成，一点不动。",
                         en="The SVM is written in its support vectors alone: it does not move at all."))),
    ),
    Prediction(
        "far-right",
        text(zh="在 100 个单位远的地方加一个标对的点，三种损失各训练一次。哪条边界会转过 5° 以上？",
             en="Add one correctly labelled point 100 units away and train with each of three losses. Which "
             "boundary turns by more than 5°?"),
        "far-right", "turned_sq",
        text(zh="只有平方损失：它的斜率是 $m-1$，太对也要罚，边界一直转到这个点的 $m$ 接近 1 为止。hinge 的拉力是 0，"
                "逻辑损失的小到可以忽略。",
             en="Only the squared loss: its slope is $m-1$, being too right is punished, and the boundary turns until "
             "that point's $m$ is near 1. The hinge pulls with 0, the logistic loss with next to nothing."),
        (Option(text(zh="没有一条", en="None of them"), high=5,
                why=text(zh="平方损失要 $m=1$，$m=20$ 对它是大错。",
                         en="The squared loss wants $m=1$; to it $m=20$ is a gross error.")),
         Option(text(zh="平方损失的", en="That of the squared loss"), 5, 60),
         Option(text(zh="三条都转到对着它", en="All three turn to face it"), 60,
                why=text(zh="hinge 与逻辑损失在正确的一侧都趋于平坦。",
                         en="Hinge and logistic are flat, or nearly, on the right side."))),
    ),
    Prediction(
        "far-wrong",
        text(zh="这次把远点（距离 20）标错。重新训练之前，它对逻辑回归原来那条边界的拉力 $-\\ell'(m)$ 大约是？",
             en="Now the far point (distance 20) is mislabelled. Before training again, about how hard does it "
             "pull at the old boundary of logistic regression, $-\\ell'(m)$?"),
        "far-wrong", "first_pull_lr",
        text(zh="接近 1，也就是最大值：$\\sigma(-m)$ 在 $m$ 很负时趋于 1。“离边界远就降权”只对分对的点成立。"
                "重新训练，边界会一直转到这个点不再那么错。",
             en="Close to 1, the most there is: $\\sigma(-m)$ tends to 1 for very negative $m$. “Far points count "
                "less” "
             "holds only on the right side. Training again turns the boundary until the point is not so wrong."),
        (Option(text(zh="接近 0：离得远，权重小", en="Close to 0: far points count little"), high=0.3,
                why=text(zh="远而且分对才接近 0。", en="Only if it is far on the right side.")),
         Option(text(zh="接近 1", en="Close to 1"), 0.3, 1.01),
         Option(text(zh="约 20：与距离成正比", en="About 20: in proportion to the distance"), 1.01,
                why=text(zh="与距离成正比的是平方损失；逻辑损失的斜率不超过 1。",
                         en="That is the squared loss; the logistic slope never exceeds 1."))),
    ),
    Prediction(
        "slow-turn",
        text(zh="三个可分的点，不加正则，对逻辑损失做 10 万步梯度下降。这时它与硬间隔 SVM 的方向差多少？",
             en="Three separable points, no penalty, 100,000 steps of gradient descent on the logistic loss. How far "
                "is "
             "its direction from the hard-margin SVM's?"),
        "implicit-bias", "angle",
        text(zh="还差将近 3°：夹角按 $1/\\ln t$ 缩小，步数从 $10^6$ 平方到 $10^{12}$，夹角才减半。",
             en="Still almost 3°: the angle shrinks as $1/\\ln t$, so from $10^6$ to $10^{12}$ steps it only halves."),
        (Option(text(zh="不到 0.1°", en="Less than 0.1°"), high=0.1,
                why=text(zh="损失早就很小了，方向收敛却慢得多。",
                         en="The loss is tiny by then; the direction is far slower.")),
         Option(text(zh="1° 到 5°", en="1° to 5°"), 0.1, 10),
         Option(text(zh="10° 以上，而且不再变：两者没有关系", en="Over 10°, for good: the two are unrelated"), 10,
                why=text(zh="极限方向就是硬间隔 SVM。", en="The limit is the hard-margin SVM."))),
    ),
)  # fmt: skip
