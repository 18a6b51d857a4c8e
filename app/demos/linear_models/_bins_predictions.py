"""What to commit to before how_many_bins runs."""

from app.kit import Option, Prediction, text

PREDICTIONS = (
    Prediction(
        "best-k",
        text(zh="500 行数据、一个特征，大约 16 个箱最好。换成 4000 行，测试损失最低的箱数大约是？",
             en="With 500 rows and one feature about 16 bins are best. With 4000 rows, where is the test loss lowest?"),
        "more-rows", "best_k",
        text(zh="约 32：台阶的偏差是 $c/K^2$，每个权重付 $1/2n$，两者之和在 $K=(4cn)^{1/3}$ 处最低。"
                "数据翻 8 倍，箱数翻一倍。",
             en="About 32: steps have a bias of $c/K^2$, every weight costs $1/2n$, and the sum is lowest at "
             "$K=(4cn)^{1/3}$. Eight times the rows, twice the bins."),
        (Option(text(zh="还是 16 左右：由曲线的形状决定", en="Still about 16: the shape of the curve decides"), high=22,
                why=text(zh="形状只定 $c$；方差项 $K/2n$ 变小了，可以分得更细。",
                         en="The shape fixes $c$ only; the variance $K/2n$ fell, so finer bins pay.")),
         Option(text(zh="30 左右", en="About 30"), 22, 64),
         Option(text(zh="128 左右：每箱行数不变", en="About 128: the same rows per bin"), 64,
                why=text(zh="那样方差不变，偏差却已小到没有意义；多出来的数据应当主要用来降方差。",
                         en="That keeps the variance and lowers a bias that is tiny already."))),
    ),
    Prediction(
        "outliers",
        text(zh="1000 条记录，年龄 15–60，真实斜率 0.3。混进 5 条年龄 3000 的记录（标签 0、1 交替）。"
                "原始特征的逻辑回归，斜率变成？",
             en="1000 records, ages 15–60, true slope 0.3. Five records of age 3000 slip in, labels 0 and 1 in turn. "
             "The slope of logistic regression on the raw feature becomes?"),
        "outliers", "slope",
        text(zh="几乎为 0：一条标签为 0、年龄 3000 的记录在原斜率下要付约 $0.3\\times2970=891$ nat，"
                "比其余 1000 行加起来还多。",
             en="Next to 0: at the old slope one such record of label 0 costs about $0.3\\times2970=891$ nats, "
             "more than the other 1000 rows together."),
        (Option(text(zh="约 0.3：5 条在 1000 条里不算什么", en="About 0.3: five in a thousand do not count"), low=0.25,
                why=text(zh="损失按 $|wx|$ 增长，$x$ 大 100 倍，一条顶 100 条。",
                         en="The loss grows as $|wx|$: with $x$ a hundred times larger, one counts as a hundred.")),
         Option(text(zh="约 0.15：减半", en="About 0.15: half"), 0.05, 0.25,
                why=text(zh="0.15 时那条记录仍要付 400 多 nat。",
                         en="At 0.15 such a record still costs over 400 nats.")),
         Option(text(zh="几乎为 0", en="Next to 0"), -0.05, 0.05)),
    ),
    Prediction(
        "equal-width",
        text(zh="同样那 5 条记录。改用 12 个等宽的箱，测试损失会怎样？（干净数据约 0.25，猜平均概率约 0.64）",
             en="The same five records. With 12 equal-width bins, what is the test loss? (Clean data: about 0.25; "
             "guessing the mean: about 0.64.)"),
        "outliers", "loss_width",
        text(zh="和瞎猜一样：区间变成 15 到 3000，每箱宽约 249，真实年龄全在第一箱。稳健的是等频分箱，不是“分箱”。",
             en="As bad as guessing: the range is now 15 to 3000, a bin is 249 wide, and all real ages share the "
             "first. Quantile bins are robust, binning as such is not."),
        (Option(text(zh="约 0.25：异常值落进最后一箱", en="About 0.25: they land in the last bin"), high=0.3,
                why=text(zh="它们确实落进最后一箱，但边界也被它们拉走了。",
                         en="They do, but they have also dragged the edges along.")),
         Option(text(zh="0.3 到 0.5：差一些", en="0.3 to 0.5: somewhat worse"), 0.3, 0.5,
                why=text(zh="真实年龄跨 45 岁，一箱宽 249：一个台阶都不剩。",
                         en="Real ages span 45 years, a bin 249: not one step is left.")),
         Option(text(zh="约 0.64", en="About 0.64"), 0.5)),
    ),
    Prediction(
        "cross",
        text(zh="XOR 数据。每个特征切成 2 箱，两组 one-hot 并排放进逻辑回归，不做交叉。测试损失？",
             en="XOR data. Each feature is cut into 2 bins and both one-hots go into logistic regression, with no "
             "cross. The test loss?"),
        "cross", "loss_added",
        text(zh="约 $\\ln2$：对数几率是 $f(x_1)+g(x_2)$，四格里对角之和必须相等，而 XOR 要它们相反。要有交叉项才行。",
             en="About $\\ln2$: log-odds $f(x_1)+g(x_2)$ have equal sums over the two diagonals of the four cells, and "
             "XOR wants them opposite. It takes the cross."),
        (Option(text(zh="接近下限 0.33：分箱带来了非线性", en="Near the floor, 0.33: bins are non-linear"), high=0.4,
                why=text(zh="分箱对每个特征非线性，对特征之间仍是相加。",
                         en="They are non-linear in each feature; between features they still add.")),
         Option(text(zh="0.5 左右：学到一半", en="About 0.5: half of it"), 0.4, 0.66,
                why=text(zh="任何可加模型对平衡的 XOR 都学不到东西。",
                         en="No additive model learns anything of a balanced XOR.")),
         Option(text(zh="约 0.69，等于抛硬币", en="About 0.69, a coin"), 0.66)),
    ),
)  # fmt: skip
