"""What several classic networks share: a convolution with its normalisation, and the two kinds of classifier."""

from app.core.layer_table import Layer, Pair, conv, fc, global_pool, norm


def conv_norm(
    name: str, out: int, kernel: int | Pair, stride: int | Pair = 1, padding: int | Pair = 0, groups: int = 1
) -> tuple[Layer, ...]:
    """A convolution without bias and its batch normalisation, whose shift does the bias's work.

    >>> [(layer.name, layer.bias) for layer in conv_norm("a", 8, 3)]
    [('a', False), ('a/bn', False)]
    """
    return conv(name, out, kernel, stride, padding, groups=groups, bias=False), norm(f"{name}/bn")


def fc_head(gap: bool, classes: int = 1000) -> list[Layer]:
    """The classifier of AlexNet and VGG, fc6 to fc8; or with `gap` what GoogLeNet has: GAP and one linear layer.

    >>> [layer.name for layer in fc_head(gap=True)], [layer.out for layer in fc_head(gap=False)]
    (['global-pool', 'fc8'], [4096, 4096, 1000])
    """
    if gap:
        return [global_pool(), fc("fc8", classes)]
    return [fc("fc6", 4096), fc("fc7", 4096), fc("fc8", classes)]
