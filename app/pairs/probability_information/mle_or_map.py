"""Maximum likelihood or MAP? The estimate of a coin's bias while the flips come in."""

import numpy as np

from app.core.naive_bayes import most_probable
from app.kit import Axis, Lines, Mark, Pair, Series, Tell, View, same, text

FLIPS = 40


def draw(rng: np.random.Generator, side: int) -> View:
    bias, strength = rng.uniform(0.1, 0.9), float(rng.choice([3, 4, 6]))
    heads = np.cumsum(rng.random(FLIPS) < bias)
    flips = np.arange(1, FLIPS + 1)
    counts = np.column_stack([heads, flips - heads])
    estimate = most_probable(counts, strength if side else 1.0)[:, 0]
    return Lines(
        id="estimate", title=text(zh="掷硬币：正面概率的估计", en="A coin: the estimate of P(heads)"),
        description=text(
            zh=f"掷 1 次后 {estimate[0]:.2f}，5 次后 {estimate[4]:.2f}，{FLIPS} 次后 {estimate[-1]:.2f}；"
            f"这时共有 {heads[-1]} 次正面。",
            en=f"{estimate[0]:.2f} after one flip, {estimate[4]:.2f} after five, {estimate[-1]:.2f} after {FLIPS}; by "
            f"then heads came {heads[-1]} times.",
        ),
        series=[Series("unknown", text(zh="估计", en="estimate"), flips, estimate, draw="both")],
        x=Axis(text(zh="已掷次数", en="flips so far"), range=(0, FLIPS)),
        y=Axis(text(zh="正面概率的估计", en="estimate of P(heads)"), range=(-0.02, 1.02)),
        marks=[Mark(0.5, same("1/2"))],
    )  # fmt: skip


pair = Pair(
    __name__, text(zh="极大似然还是 MAP", en="Maximum likelihood or MAP"),
    ("maximum-likelihood", "map-estimate"),
    (text(zh="极大似然（MLE）", en="maximum likelihood (MLE)"), text(zh="最大后验（MAP）", en="the MAP estimate")),
    text(zh="先验若用到，是偏向公平硬币的 Beta(α, α)，α > 1。图中的估计是哪一种？",
         en="The prior, if one is used, is Beta(α, α) with α > 1, in favour of a fair coin. Which estimate is this?"),
    draw,
    (
        Tell(0, text(zh="极大似然：它就是频率，掷一次之后必是 0 或 1",
                     en="Maximum likelihood: it is the frequency, 0 or 1 after a single flip"),
             text(zh="只掷一次时，频率只能是 0 或 1。",
                  en="After a single flip a frequency can only be 0 or 1."), True),
        Tell(0, text(zh="极大似然：次数多了它趋于真实概率，另一种不会",
                     en="Maximum likelihood: with many flips it tends to the true bias; the other does not"),
             text(zh="先验的分量固定，数据不断增加：两种估计的极限相同。",
                  en="The prior's weight is fixed while the data grow: both tend to the same limit.")),
        Tell(1, text(zh="MAP：先验好比先掷过几次各半的硬币，所以开头贴近 1/2",
                     en="MAP: the prior acts like earlier flips, half of them heads, so it starts near 1/2"),
             text(zh=r"众数是 $(k+\alpha-1)/(n+2\alpha-2)$：正反面各多 $\alpha-1$ 次。",
                  en=r"The mode is $(k+\alpha-1)/(n+2\alpha-2)$: $\alpha-1$ more flips on each side."), True),
        Tell(1, text(zh="MAP：它对整个后验取平均，所以曲线更平滑",
                     en="MAP: it averages over the whole posterior, so the curve is smoother"),
             text(zh="取平均的是后验均值；MAP 取后验最高的一点。",
                  en="Averaging gives the posterior mean; MAP takes the highest point.")),
    ),
    text(zh="看开头几次：极大似然从 0 或 1 起步，大起大落；MAP 从 1/2 附近起步。次数多了，两者几乎一样。",
         en="Look at the first flips: maximum likelihood starts at 0 or 1 and swings; MAP starts near 1/2. With many "
         "flips they hardly differ."),
    demo="posterior-machine",
)  # fmt: skip
