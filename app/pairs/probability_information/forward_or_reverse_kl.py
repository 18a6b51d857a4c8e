"""Forward or reverse KL? A target with two bumps and the one Gaussian that was fitted to it."""

import numpy as np

from app.core.kl_fitting import Mixture, reverse_fit
from app.kit import Axis, Lines, Pair, Series, Tell, View, same, text


def draw(rng: np.random.Generator, side: int) -> View:
    target = Mixture(float(rng.uniform(3.0, 4.2)), float(rng.uniform(0.35, 0.65)))
    mean, sd = target.mean, target.sd
    if side == 1:
        start = target.distance if rng.random() < 0.5 else -target.distance
        mean, sd, _ = (float(v) for v in reverse_fit(target, start)[-1])
    x = np.linspace(-9, 9, 241)
    density = np.exp(target.log_density_and_score(x)[0])
    fitted = np.exp(-(((x - mean) / sd) ** 2) / 2) / (sd * np.sqrt(2 * np.pi))
    return Lines(
        id="fit", title=text(zh="目标 p 与拟合出的高斯 q", en="The target p and the fitted Gaussian q"),
        description=text(
            zh=f"目标在 ±{target.distance:.2f} 有两个峰，左峰占 {target.weight:.2f}；高斯的均值 {mean:.2f}，"
            f"标准差 {sd:.2f}。",
            en=f"The target has bumps at ±{target.distance:.2f}, the left one with weight {target.weight:.2f}; the "
            f"Gaussian has mean {mean:.2f} and standard deviation {sd:.2f}.",
        ),
        series=[Series("target", text(zh="目标 p", en="target p"), x, density, "muted", "area"),
                Series("unknown", text(zh="高斯 q", en="Gaussian q"), x, fitted)],
        x=Axis(same("x"), range=(-9, 9)), y=Axis(text(zh="概率密度", en="density"), range=(0, 0.42)),
    )  # fmt: skip


pair = Pair(
    __name__, text(zh="前向 KL 还是反向 KL", en="Forward or reverse KL"),
    ("forward-kl", "reverse-kl"),
    (text(zh="前向 KL D(p‖q)", en="forward KL D(p‖q)"), text(zh="反向 KL D(q‖p)", en="reverse KL D(q‖p)")),
    text(zh="用一个高斯 q 去拟合双峰的目标 p，最小化了某个方向的 KL，直到不能再降。是哪个方向？",
         en="One Gaussian q was fitted to a target p with two bumps by lowering one direction of KL as far as it would "
         "go. Which direction?"),
    draw,
    (
        Tell(0, text(zh="前向 D(p‖q)：期望对 p 取，p 有质量而 q 近 0 处代价极大，只好盖住两个峰",
                     en="Forward D(p‖q): the mean is over p, and q near 0 where p has mass is ruinous, so both bumps "
                     "are covered"),
             text(zh="它等价于匹配均值和方差，也就是极大似然。",
                  en="It amounts to matching mean and variance, which is maximum likelihood."), True),
        Tell(0, text(zh="前向 D(p‖q)：q 在 p 的空谷里要付大代价，只好缩到一个峰上",
                     en="Forward D(p‖q): q pays dearly in the valley of p, so it shrinks onto one bump"),
             text(zh="期望对 p 取：p 很少落在空谷里，q 在那里浪费质量并不贵。",
                  en="The mean is over p: p is rarely in the valley, so mass that q wastes there is cheap.")),
        Tell(1, text(zh="反向 D(q‖p)：期望对 q 取，q 落进 p 的空谷代价极大，只好缩到一个峰上",
                     en="Reverse D(q‖p): the mean is over q, and q in the valley of p is ruinous, so it shrinks onto "
                     "one bump"),
             text(zh="丢掉另一个峰只要付约 −ln(留下那个峰的权重)，两峰一样重时约 ln 2。",
                  en="Dropping the other bump costs only about −ln of the weight kept: ln 2 for equal ones."), True),
        Tell(1, text(zh="反向 D(q‖p)：p 有质量的地方 q 都不能是 0，只好盖住两个峰",
                     en="Reverse D(q‖p): q must not be 0 wherever p has mass, so it covers both bumps"),
             text(zh="q 为 0 的地方在对 q 的期望里不计分。",
                  en="Where q is 0, a mean over q does not look.")),
    ),
    text(zh="谁在前面，期望就对谁取。前向怕漏，所以又宽又居中；反向怕错放，所以又窄又靠一边。"
         "两个等重的峰离中点不到约 2.8 个标准差时，反向最好的解也居中。",
         en="The mean is over whichever comes first. Forward fears to miss, so it is wide and central; reverse fears "
         "to stray, so it is narrow and to one side. With equal bumps within about ±2.8 standard deviations the best "
         "reverse fit is central too."),
    demo="information-diagram",
)  # fmt: skip
