"""Inception v3: large kernels factorised into small and into one-dimensional ones, batch normalisation everywhere."""

from app.core.architectures.parts import conv_norm
from app.core.layer_table import Block, Layer, fc, global_pool, pool

Path = tuple[Layer | Block, ...]


def seven(name: str, middle: int, out: int, asymmetric: bool = True, upright_first: bool = False) -> Path:
    """A 7 × 7 convolution, as 1 × 7 and 7 × 1 with `middle` channels between them, or whole.

    >>> [layer.kernel for layer in seven("a", 128, 192) if layer.kind == "conv"]
    [(1, 7), (7, 1)]
    """
    if not asymmetric:
        return conv_norm(f"{name}/7x7", out, 7, padding=3)
    flat, upright = ((1, 7), (0, 3)), ((7, 1), (3, 0))
    first, second = (upright, flat) if upright_first else (flat, upright)
    return (
        *conv_norm(f"{name}/{first[0][0]}x{first[0][1]}", middle, first[0], padding=first[1]),
        *conv_norm(f"{name}/{second[0][0]}x{second[0][1]}", out, second[0], padding=second[1]),
    )


def module_a(name: str, pooled: int) -> Block:
    """On the 35 × 35 grid: 1 × 1, 5 × 5, two 3 × 3 in its stead, pooling. This code still holds a 5 × 5."""
    return Block(name, "concat", (
        conv_norm(f"{name}/1x1", 64, 1),
        conv_norm(f"{name}/5x5-reduce", 48, 1) + conv_norm(f"{name}/5x5", 64, 5, padding=2),
        conv_norm(f"{name}/double-reduce", 64, 1) + conv_norm(f"{name}/double-1", 96, 3, padding=1)
        + conv_norm(f"{name}/double-2", 96, 3, padding=1),
        (pool(f"{name}/pool", 3, 1, 1, "avg-pool"), *conv_norm(f"{name}/pool-1x1", pooled, 1)),
    ))  # fmt: skip


def module_c(name: str, middle: int, asymmetric: bool = True) -> Block:
    """On the 17 × 17 grid: 1 × 1, one 7 × 7, two 7 × 7, pooling."""
    twice = f"{name}/double"
    return Block(name, "concat", (
        conv_norm(f"{name}/1x1", 192, 1),
        (*conv_norm(f"{name}/7x7-reduce", middle, 1), *seven(name, middle, 192, asymmetric)),
        (*conv_norm(f"{twice}-reduce", middle, 1), *seven(f"{twice}-1", middle, middle, asymmetric, True),
         *seven(f"{twice}-2", middle, 192, asymmetric, True)),
        (pool(f"{name}/pool", 3, 1, 1, "avg-pool"), *conv_norm(f"{name}/pool-1x1", 192, 1)),
    ))  # fmt: skip


def spread(name: str) -> Block:
    """1 × 3 and 3 × 1 side by side, 384 channels each: the wide output on the 8 × 8 grid."""
    return Block(name, "concat", (
        conv_norm(f"{name}/1x3", 384, (1, 3), padding=(0, 1)), conv_norm(f"{name}/3x1", 384, (3, 1), padding=(1, 0)),
    ))  # fmt: skip


def module_e(name: str) -> Block:
    """On the 8 × 8 grid: 1 × 1, a spread one, a deeper spread one, pooling."""
    return Block(name, "concat", (
        conv_norm(f"{name}/1x1", 320, 1),
        (*conv_norm(f"{name}/3x3-reduce", 384, 1), spread(f"{name}/spread")),
        (*conv_norm(f"{name}/double-reduce", 448, 1), *conv_norm(f"{name}/double", 384, 3, padding=1),
         spread(f"{name}/double-spread")),
        (pool(f"{name}/pool", 3, 1, 1, "avg-pool"), *conv_norm(f"{name}/pool-1x1", 192, 1)),
    ))  # fmt: skip


def inception_v3(asymmetric: bool = True) -> list[Layer | Block]:
    """The layers of Inception v3 without its auxiliary classifier.

    asymmetric=False: what if the pairs 1 × 7, 7 × 1 on the 17 × 17 grid were whole 7 × 7 kernels.
    Source: Szegedy et al. (2016), CVPR, arXiv:1512.00567; widths as in the code its authors published.

    >>> [part.name for part in inception_v3() if isinstance(part, Block)]
    ['5b', '5c', '5d', '6a', '6b', '6c', '6d', '6e', '7a', '7b', '7c']
    """
    smaller = Block("6a", "concat", (
        conv_norm("6a/3x3", 384, 3, 2),
        conv_norm("6a/double-reduce", 64, 1) + conv_norm("6a/double-1", 96, 3, padding=1)
        + conv_norm("6a/double-2", 96, 3, 2),
        (pool("6a/pool", 3, 2),),
    ))  # fmt: skip
    smallest = Block("7a", "concat", (
        conv_norm("7a/3x3-reduce", 192, 1) + conv_norm("7a/3x3", 320, 3, 2),
        (*conv_norm("7a/7x7-reduce", 192, 1), *seven("7a", 192, 192, asymmetric), *conv_norm("7a/last", 192, 3, 2)),
        (pool("7a/pool", 3, 2),),
    ))  # fmt: skip
    return [
        *conv_norm("conv1a", 32, 3, 2), *conv_norm("conv2a", 32, 3), *conv_norm("conv2b", 64, 3, padding=1),
        pool("pool1", 3, 2), *conv_norm("conv3b", 80, 1), *conv_norm("conv4a", 192, 3), pool("pool2", 3, 2),
        module_a("5b", 32), module_a("5c", 64), module_a("5d", 64), smaller,
        *(module_c(name, middle, asymmetric) for name, middle in (("6b", 128), ("6c", 160), ("6d", 160), ("6e", 192))),
        smallest, module_e("7b"), module_e("7c"), global_pool(), fc("fc", 1000),
    ]  # fmt: skip


def auxiliary() -> list[Layer]:
    """The head for training on 6e (768 channels, 17 × 17)."""
    return [
        pool("pool", 5, 3, kind="avg-pool"), *conv_norm("conv0", 128, 1), *conv_norm("conv1", 768, 5), global_pool(),
        fc("fc", 1000),
    ]  # fmt: skip
