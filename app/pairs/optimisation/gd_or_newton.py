"""Gradient descent or Newton's method? A path on the contours of a tilted bowl."""

import math
from itertools import islice

import numpy as np

from app.core.descent import stepper
from app.core.noisy_descent import scaled_newton
from app.core.optimisers import sgd
from app.core.surfaces import Oracle, quadratic
from app.kit import Axis, Contours, Pair, Series, Tell, View, same, text

STEPS = 14


def draw(rng: np.random.Generator, side: int) -> View:
    kappa, tilt = rng.uniform(5, 9), rng.uniform(0.25, 1.3) * rng.choice([-1.0, 1.0])
    turn = np.array([[math.cos(tilt), -math.sin(tilt)], [math.sin(tilt), math.cos(tilt)]])
    surface = quadratic(turn @ np.diag([1.0, kappa]) @ turn.T, np.zeros(2))
    signs = rng.choice([-1.0, 1.0], 2)
    start = turn @ (signs * [rng.uniform(2.6, 3.2), rng.uniform(1.1, 1.5)])
    if side == 0:
        share = rng.uniform(0.4, 0.7)
        method = stepper(lambda w: sgd(w), share / kappa)
    else:
        method = scaled_newton(rng.uniform(0.18, 0.3))
    path = np.array(list(islice(method(Oracle(surface), start), STEPS + 1)))
    xs = np.linspace(-4, 4, 61)
    grid = np.stack(np.meshgrid(xs, xs), axis=-1)
    assert surface.matrix is not None
    z = 0.5 * np.einsum("...i,ij,...j", grid, surface.matrix, grid)
    places = [f"({path[i, 0]:.1f}, {path[i, 1]:.1f})" for i in (0, 2, 6, STEPS)]
    zh_places, en_places = "、".join(places), ", ".join(places)
    return Contours(
        id="path", title=text(zh="等高线上的 14 步", en="Fourteen steps on the contours"),
        description=text(
            zh=f"倾斜的椭圆等高线，两个主轴方向的曲率之比是 {kappa:.1f}，最小点在原点。路径经过 {zh_places}。",
            en=f"Tilted elliptic contours, curvatures a factor of {kappa:.1f} apart, minimum at the origin. The path "
            f"goes by {en_places}.",
        ),
        z=np.sqrt(z), xs=xs, ys=xs, x=Axis(same("x"), range=(-4, 4)), y=Axis(same("y"), range=(-4, 4)),
        value=Axis(text(zh="f 的平方根", en="square root of f")), equal=True,
        series=[Series("unknown", text(zh="路径", en="path"), path[:, 0], path[:, 1], draw="both")],
    )  # fmt: skip


pair = Pair(
    __name__, text(zh="梯度下降还是牛顿", en="Gradient descent or Newton"),
    ("gradient-descent", "newton"),
    (text(zh="梯度下降", en="Gradient descent"), text(zh="缩短步长的牛顿法", en="Newton with shortened steps")),
    text(zh="二次函数上的 14 步，两种方法都把步子缩短了。是梯度下降，还是牛顿法？",
         en="Fourteen steps on a quadratic, both methods with shortened steps. Gradient descent, or Newton?"),
    draw,
    (
        Tell(0, text(zh="梯度下降：出发时垂直于等高线，先冲下陡坡，再拐弯沿谷底慢慢走",
                     en="Descent: it leaves at right angles to the contour, drops into the valley, then turns and "
                     "creeps along it"),
             text(zh="$-g$ 垂直于等高线；陡的方向每步乘 $1-\\eta\\lambda$，先衰减完。",
                  en="$-g$ is perpendicular to the contour; the steep direction is multiplied by the smaller "
                  "$1-\\eta\\lambda$ and dies first."), True),
        Tell(0, text(zh="梯度下降：每一步都直指最小点，只是步长固定",
                     en="Descent: every step points at the minimum, only its length is fixed"),
             text(zh="等高线是圆（$\\kappa=1$）时才这样；椭圆上 $-g$ 一般不指向最小点。",
                  en="Only on circular contours ($\\kappa=1$): on an ellipse $-g$ seldom points at the minimum.")),
        Tell(1, text(zh="牛顿：不管等高线怎么斜，一条直线奔向最小点",
                     en="Newton: a straight line to the minimum, however the contours tilt"),
             text(zh="二次函数上 $-H^{-1}g=x^*-x$，恰好指向最小点：变的是方向，不只是步长。",
                  en="On a quadratic $-H^{-1}g=x^*-x$ points exactly at the minimum: the direction changes, not "
                  "just the step length."), True),
        Tell(1, text(zh="牛顿：方向仍是负梯度，曲率只决定步长，所以在陡的方向步子小",
                     en="Newton: still along the negative gradient; curvature only sets the length, smaller where "
                     "steep"),
             text(zh="$H^{-1}g$ 一般不与 $g$ 平行，只有 $g$ 是 $H$ 的特征向量时才平行。",
                  en="$H^{-1}g$ is not parallel to $g$ unless $g$ is an eigenvector of $H$.")),
    ),
    text(zh="看出发的方向和有没有拐弯：垂直于等高线再拐弯的是梯度下降，直奔最小点的是牛顿。",
         en="Look at the first step and for a turn: at right angles to the contour, then turning, is descent; "
         "straight to the minimum is Newton."),
    demo="optimiser-race",
)  # fmt: skip
