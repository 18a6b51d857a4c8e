"""Plain gradient descent or momentum? A path down an elongated valley."""

import numpy as np

from app.core.optimisers import fit, sgd
from app.kit import Axis, Contours, Pair, Series, Tell, View, text

STEPS = 40


def draw(rng: np.random.Generator, side: int) -> View:
    steep = rng.uniform(15, 25)
    curvature = np.array([1.0, steep])
    w = np.array([rng.choice([-1.0, 1.0]) * rng.uniform(3.4, 4.2), rng.choice([-1.0, 1.0]) * rng.uniform(1.0, 1.4)])
    lr, momentum = (rng.uniform(1.65, 1.8) / steep, 0.0) if side == 0 else (rng.uniform(0.5, 0.7) / steep, 0.9)

    def gradient(_: int) -> tuple[float, list[np.ndarray], np.ndarray]:
        return float(0.5 * curvature @ w**2), [curvature * w], w.copy()

    path = np.array([state.seen for state in fit(gradient, sgd([w], momentum), lr, STEPS)])
    xs, ys = np.linspace(-5, 5, 61), np.linspace(-1.8, 1.8, 61)
    z = np.log10(0.5 * (xs[None, :] ** 2 + steep * ys[:, None] ** 2) + 1e-2)
    return Contours(
        id="path", title=text(zh="山谷里的 40 步", en="Forty steps in a valley"),
        description=text(
            zh=f"两个方向的曲率之比是 {steep:.0f}。路径的横坐标从 {path[0, 0]:.1f} 到 {path[-1, 0]:.2f}，"
            f"其间最远越过谷底 {max(0.0, float((-np.sign(path[0, 0]) * path[:, 0]).max())):.2f}。",
            en=f"The curvatures of the two directions differ by a factor of {steep:.0f}. Along the valley the path "
            f"goes from {path[0, 0]:.1f} to {path[-1, 0]:.2f} and passes the bottom by at most "
            f"{max(0.0, float((-np.sign(path[0, 0]) * path[:, 0]).max())):.2f}.",
        ),
        z=z, xs=xs, ys=ys, x=Axis(text(zh="平缓方向", en="flat direction"), range=(-5, 5)),
        y=Axis(text(zh="陡峭方向", en="steep direction"), range=(-1.8, 1.8)),
        value=Axis(text(zh="损失的常用对数", en="log10 of the loss")),
        series=[Series("unknown", text(zh="路径", en="path"), path[:, 0], path[:, 1], draw="both")],
    )  # fmt: skip


pair = Pair(
    __name__, text(zh="梯度下降还是动量", en="Gradient descent or momentum"),
    ("gradient-descent", "momentum"),
    (text(zh="普通梯度下降", en="Plain gradient descent"), text(zh="动量法", en="Momentum")),
    text(zh="同一类狭长山谷，走了 40 步。用的是普通梯度下降，还是带动量的？",
         en="A narrow valley and forty steps. Plain gradient descent, or with momentum?"),
    draw,
    (
        Tell(0, text(zh="普通梯度下降：陡的方向来回折线，平的方向单调靠近，从不冲过谷底",
                     en="Plain: it zigzags across; along the valley it creeps up to the bottom and never passes it"),
             text(zh="每个方向各乘一个固定的因子 $1-\\eta\\lambda$：陡的方向为负所以折返，平的方向略小于 1。",
                  en="Each direction has its own factor $1-\\eta\\lambda$: negative across, which turns back, a little "
                  "below 1 along."), True),
        Tell(0, text(zh="普通梯度下降：路径会冲过谷底再荡回来",
                     en="Plain: the path runs past the bottom and swings back"),
             text(zh="没有速度，平的方向就没有惯性可冲。",
                  en="Without a velocity nothing carries it past along the flat direction.")),
        Tell(1, text(zh="动量：步子越走越快，沿谷冲过底再荡回来，是弧线",
                     en="Momentum: it gathers speed, runs past the bottom along the valley and swings back, in arcs"),
             text(zh="速度是梯度的累积；到谷底时梯度为 0，速度不为 0。",
                  en="The velocity adds up gradients; at the bottom the gradient is 0, the velocity is not."), True),
        Tell(1, text(zh="动量：它平滑了梯度，所以直奔最低点",
                     en="Momentum: it smooths the gradient, so it heads straight for the minimum"),
             text(zh="平滑减轻了横向折返，但积下的速度会带来摆动。",
                  en="It damps the zigzag, but the velocity it has gathered makes it swing.")),
    ),
    text(zh="看平缓方向：单调靠近是普通梯度下降，冲过头再回来是动量。",
         en="Look along the flat direction: creeping up is plain gradient descent, overshooting and returning is "
         "momentum."),
)  # fmt: skip
