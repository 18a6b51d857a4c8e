"""What to commit to before boundary_gallery runs."""

from app.kit import Option, Prediction, text

PREDICTIONS = (
    Prediction(
        "bayes-on-rings",
        text(zh="内外两环，200 个训练点。各类方差的高斯朴素贝叶斯在新点上的准确率大约是多少？",
             en="Two rings, 200 training points. About how accurate is Gaussian naive Bayes with its own variances per "
             "class on new points?"),
        "rings", "acc_nb_own",
        text(zh="90% 以上，离最优只差几个百分点。外环的方差大，$A=\\frac12(\\Sigma_0^{-1}-\\Sigma_1^{-1})$ 不为 "
        "0，边界是椭圆。",
             en="Above 90%, a few points below the best there is. The outer ring has the larger variance, so "
             "$A=\\frac12(\\Sigma_0^{-1}-\\Sigma_1^{-1})$ is not 0 and the boundary is an ellipse."),
        (Option(text(zh="50% 上下：朴素贝叶斯是线性的", en="About 50%: naive Bayes is linear"), high=0.6,
                why=text(zh="只有共用方差时才是线性的，那一个确实只有 50% 左右。",
                         en="Only with shared variances is it linear; that one does sit near 50%.")),
         Option(text(zh="70% 上下：独立假设在环上不成立", en="About 70%: a ring is not independent"), 0.6, 0.85,
                why=text(zh="假设确实不成立，但边界只要是一个椭圆就够了。",
                         en="It is not, yet all the boundary has to be is an ellipse.")),
         Option(text(zh="90% 以上", en="Above 90%"), 0.85, 1.01)),
    ),
    Prediction(
        "bayes-on-xor",
        text(zh="换成异或四角。同一个模型（各类方差的高斯朴素贝叶斯）呢？",
             en="Now the XOR corners. The same model, Gaussian "
             "naive Bayes with own variances?"),
        "xor", "acc_nb_own",
        text(zh="和瞎猜差不多。两类在每个坐标上的均值、方差都相同，差别只在相关的正负，而朴素贝叶斯看不见相关；QDA "
        "看得见。",
             en="Like guessing. In each coordinate both classes have the same mean and variance; they "
             "differ in the sign of "
             "the correlation only, which naive Bayes cannot see. QDA can."),
        (Option(text(zh="50% 上下", en="About 50%"), high=0.6),
         Option(text(zh="75% 上下：四个角里对三个", en="About 75%: three corners of four"), 0.6, 0.85,
                why=text(zh="那是一条直线能做到的上限；它的拟合没有理由偏向哪个角。",
                         en="That is the most a line can do; nothing in its fit favours one corner.")),
         Option(text(zh="95% 以上：边界是二次的，双曲线正好",
                     en="Above 95%: its boundary is quadratic, a hyperbola fits"), 0.85, 1.01,
                why=text(zh="$x_1x_2$ 的系数被独立假设定成了 0。",
                         en="The coefficient of $x_1x_2$ is set to 0 by the independence."))),
    ),
    Prediction(
        "half-at",
        text(zh="平面上（$d=2$）随机撒 $N$ 个点，标签靠抛硬币。$N$ 是多少时，恰好有一半的标签能被一条直线分开？",
             en="In the plane ($d=2$) throw $N$ random points and label them by a coin. At which $N$ can "
             "a line separate "
             "exactly half of the labellings?"),
        "cover", "half_at",
        text(zh="$N=2(d+1)=6$：$2(1+5+10)=32$，是 $2^6$ 的一半。", en="$N=2(d+1)=6$: $2(1+5+10)=32$, half of $2^6$."),
        (Option(text(zh="4", en="4"), high=5,
                why=text(zh="4 个点有 14/16 可分，只缺两种异或。",
                         en="Of 4 points 14/16 are separable, all but two XORs.")),
         Option(text(zh="6", en="6"), 5, 7),
         Option(text(zh="8 或更多", en="8 or more"), 7,
                why=text(zh="8 个点只剩 58/256。", en="With 8 points 58/256 are left."))),
    ),
)  # fmt: skip
