"""What the race shows in one click, and the questions it settles."""

from app.kit import Option, Prediction, Preset, text  # isort: skip

PRESETS = {
    "rosenbrock": Preset(
        text(zh="牛顿第二步冲上 1412，再三步就到底",
             en="Newton's second step climbs to 1412, then three more arrive"), {},
        {"f_start": (24.19, 24.21), "newton_1": (4.7318, 4.732), "newton_2": (1411.8, 1411.9), "newton_steps": (5, 5),
         "newton_angle": (64, 64.2), "damped_steps": (15, 26), "bfgs_steps": (25, 50), "cg_steps": (12, 35),
         "gd_end": (2, 4)}),
    "saddle": Preset(
        text(zh="鞍点旁：纯牛顿一步跳到鞍点，别的方法都离开",
             en="Near a saddle: pure Newton jumps onto it, all others leave"),
        {"surface": "saddle", "x0": 1.0, "y0": 0.01},
        {"newton_end": (0.4999, 0.5001), "newton_step_y": (-3e-6, -1e-6), "damped_end": (0, 1e-9), "gd_end": (0, 1e-9),
         "bfgs_end": (0, 1e-9)}),
    "hill": Preset(
        text(zh="山顶附近：纯牛顿往上走，停在极大点",
             en="Near a hilltop: pure Newton walks up and stops at the maximum"),
        {"surface": "himmelblau", "x0": -0.5, "y0": -0.5},
        {"f_start": (179, 179.2), "newton_end": (181.6, 181.7), "newton_angle": (167, 169),
         "damped_end": (0, 1e-9), "bfgs_end": (0, 1e-9)}),
    "zigzag": Preset(
        text(zh="κ = 100：最速下降来回折线，CG 两步，牛顿一步",
             en="κ = 100: steepest descent zigzags, CG takes two steps, Newton one"),
        {"surface": "quadratic", "x0": 4.0, "y0": 0.04,
         "methods": ("gd", "momentum", "steepest", "newton", "bfgs", "cg")},
        {"steepest_ratio": (0.96078, 0.9608), "newton_steps": (1, 1), "cg_steps": (2, 2), "bfgs_steps": (2, 2),
         "gd_end": (1e-3, 1e-2)}),
    "three": Preset(
        text(zh="50 维、3 个不同的特征值：CG 三步", en="50 dimensions, 3 distinct eigenvalues: CG takes three steps"),
        {"tab": "spectrum"},
        {"cg_steps": (3, 3), "bfgs_steps": (3, 3), "newton_steps": (1, 1), "gd_steps": (250, 346),
         "momentum_steps": (35, 75)}),
    "noise": Preset(
        text(zh="梯度带噪声：整步牛顿的底是梯度下降的 42 倍",
             en="Noisy gradients: full Newton settles at 42 times the height of descent"),
        {"tab": "noise"},
        {"floor_ratio": (41.5, 41.7), "newton_floor": (1.24, 1.242), "gd_floor": (0.0297, 0.0299),
         "newton_tail": (1.0, 1.5), "gd_tail": (0.01, 0.06), "bfgs_jump": (1e3, 1e15), "newton_jump": (1, 20)}),
    "size": Preset(
        text(zh="一亿个参数：Hessian 要四千万 GB", en="A hundred million parameters: a Hessian of 40 million GB"),
        {"tab": "size"},
        {"hessian_gb": (4e7, 4.0001e7), "lbfgs_gb": (8.79, 8.81), "adam_gb": (1.59, 1.61),
         "cholesky_hours": (925000, 927000)}),
}  # fmt: skip
PREDICTIONS = (
    Prediction(
        "newton-second",
        text(zh="Rosenbrock，起点 (−1.2, 1)，f = 24.2。纯牛顿第一步后 f = 4.73。第二步后呢？",
             en="Rosenbrock from (−1.2, 1), f = 24.2. After one pure Newton step f = 4.73. And after the second?"),
        "rosenbrock", "newton_2",
        text(zh="升到 1411.8：第二步跟着二次模型跳到谷外。再过几步，误差才开始一步一平方。二阶收敛只是局部结论。",
             en="It rises to 1411.8: the second step follows the quadratic model out of the valley. Only a few steps "
             "later does the error square itself each time: quadratic convergence is a local statement."),
        (Option(text(zh="低于 4.73：牛顿每步都下降", en="below 4.73: every Newton step descends"), high=4.7, why=text(
            zh="纯牛顿不检查 f 有没有降。H 正定时方向下降，整步仍可能走过头。",
            en="Nothing checks that f falls. With H positive definite the direction descends, but a full step may "
            "overshoot.")),
         Option(text(zh="差不多还是 4.73", en="about 4.73 still"), 4.7, 10, text(
             zh="这一步很长：y 从 1.38 跳到 −3.18。", en="The step is long: y goes from 1.38 to −3.18.")),
         Option(text(zh="升到一千以上", en="above a thousand"), 1000),
         Option(text(zh="升一些，但不超过起点", en="up a little, below the start"), 10, 1000, text(
             zh="Rosenbrock 的谷壁很陡：100(y − x²)²。", en="The walls of the valley are steep: 100(y − x²)²."))),
    ),
    Prediction(
        "newton-saddle",
        text(zh="f = x² − y² + ½y⁴，最小值 −½ 在 (0, ±1)。从 (1, 0.01) 出发，纯牛顿停在哪里？看 f − f*。",
             en="f = x² − y² + ½y⁴ has minima −½ at (0, ±1). Where does pure Newton from (1, 0.01) end? Judge by "
             "f − f*."),
        "saddle", "newton_end",
        text(zh="一步到 (0, −0.000002)，停在鞍点，f − f* = ½。牛顿解的是 ∇f = 0；H 有负特征值时它沿那个方向往上走。"
             "梯度下降反而离开。",
             en="One step to (0, −0.000002): the saddle, f − f* = ½. Newton solves ∇f = 0; along an eigenvector with a "
             "negative eigenvalue it goes up. Gradient descent leaves."),
        (Option(text(zh="最小点：0", en="a minimum: 0"), high=0.1, why=text(
            zh="梯度下降和阻尼牛顿是这样。", en="That is gradient descent, or damped Newton.")),
         Option(text(zh="鞍点：0.5", en="the saddle: 0.5"), 0.1, 1),
         Option(text(zh="发散", en="nowhere: it diverges"), 1, why=text(
             zh="x² − y² 上发散的是梯度下降：y 每步放大。这里 y⁴ 把它接住。",
             en="On x² − y² it is gradient descent that diverges, y grows each step; here y⁴ catches it."))),
    ),
    Prediction(
        "cg-three",
        text(zh="50 维的二次函数，κ = 100，但 Hessian 只有 3 个不同的特征值。CG 几步把 f 缩小 10⁶ 倍？",
             en="A quadratic in 50 dimensions, κ = 100, whose Hessian has only 3 distinct eigenvalues. After how "
             "many CG steps is f 10⁶ times smaller?"),
        "three", "cg_steps",
        text(zh="3 步：CG 的误差是最好的 k 次多项式乘初始误差，3 次多项式就能在 3 个特征值上都为 0。",
             en="Three: CG's error is the best polynomial of degree k applied to the first, and a cubic can vanish "
             "at all three eigenvalues."),
        within=0.05,
    ),
    Prediction(
        "noise-floor",
        text(zh="κ = 100，每个梯度分量加上标准差为 1 的噪声。整步牛顿的噪声底是梯度下降（η = 1/L）的几倍？",
             en="κ = 100, every gradient entry with noise of deviation 1. How many times the noise floor of gradient "
             "descent (η = 1/L) is that of full Newton?"),
        "noise", "floor_ratio",
        text(zh="41.6 倍。牛顿的底是 ½σ²Σ1/λ，平坦方向的噪声被放大；梯度下降是 ½σ²Ση/(2 − ηλ)，小步相当于平均。"
             "步长取 0.05，牛顿就和它持平。",
             en="41.6 times. Newton's is ½σ²Σ1/λ, flat directions amplify noise; descent's is ½σ²Σ η/(2 − ηλ): "
             "small steps average. With a step of 0.05 Newton is level."),
        (Option(text(zh="小于 1：牛顿更准", en="less than 1: Newton is more accurate"), high=1, why=text(
            zh="没有噪声时它更快；有噪声时整步把每次的噪声原样走完。",
            en="It is faster without noise; with noise a full step swallows each draw whole.")),
         Option(text(zh="差不多", en="about the same"), 1, 5, text(
             zh="步长取 0.05 时才差不多。", en="Only with a step length of 0.05.")),
         Option(text(zh="几十倍", en="tens of times"), 5, 500)),
    ),
)  # fmt: skip
