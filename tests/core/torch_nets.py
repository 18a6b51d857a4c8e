"""Layer tables as torch modules: the other party of the tests of layer_table and of the architectures."""

import torch
from torch import nn

from app.core.layer_table import Block, Layer, Network


class Flat(nn.Sequential):
    """A linear layer on a map: flatten, multiply, and stand as a map of 1 × 1 again."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x.flatten(1))[:, :, None, None]


class Meet(nn.Module):
    def __init__(self, paths: list[nn.Module], join: str) -> None:
        super().__init__()
        self.paths, self.join = nn.ModuleList(paths), join

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        ends = [path(x) for path in self.paths]
        return torch.cat(ends, 1) if self.join == "concat" else sum(ends[1:], ends[0])


def module(part: Layer | Block) -> nn.Module:
    """Lazy modules: torch finds the input channels itself, when data comes."""
    if isinstance(part, Block):
        return Meet([sequential(path) for path in part.paths], part.join)
    window = {"kernel_size": part.kernel, "stride": part.stride, "padding": part.padding}
    if part.kind == "conv":
        return nn.LazyConv2d(part.out, **window, dilation=part.dilation, groups=part.groups, bias=part.bias)
    if part.kind == "max-pool":
        return nn.MaxPool2d(**window, ceil_mode=part.ceil)
    if part.kind == "avg-pool":
        return nn.AvgPool2d(**window, ceil_mode=part.ceil)
    if part.kind == "global-pool":
        return nn.AdaptiveAvgPool2d(1)
    if part.kind == "fc":
        return Flat(nn.LazyLinear(part.out, bias=part.bias))
    return nn.LazyBatchNorm2d() if part.kind == "norm" else nn.Identity()


def sequential(net: Network) -> nn.Sequential:
    return nn.Sequential(*(module(part) for part in net))


def counted(net: Network, shape: tuple[int, int, int]) -> tuple[int, int, tuple[int, ...]]:
    """Parameters, multiply-adds and output shape, as torch has them; nothing is allocated (meta device)."""
    from torch.utils.flop_counter import FlopCounterMode

    with torch.device("meta"):
        built = sequential(net).eval()
        with torch.no_grad(), FlopCounterMode(display=False) as flops:
            out = built(torch.empty(1, *shape))
    return sum(p.numel() for p in built.parameters()), flops.get_total_flops() // 2, tuple(out.shape[1:])


def gradient_support(net: Network, size: int, unit: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """First and last pixel, down and across, that the output unit (unit, unit) depends on: the support of its gradient.

    Every filter is positive and every map has one channel, so that nothing cancels; max becomes average for the same
    reason (a maximum depends on one pixel of its window only).
    """
    x = torch.ones(1, 1, size, size, dtype=torch.float64, requires_grad=True)

    def through(parts: Network, y: torch.Tensor) -> torch.Tensor:
        for part in parts:
            if isinstance(part, Block):
                ends = [through(path, y) for path in part.paths]
                y = sum(ends[1:], ends[0])
            elif part.kind in ("conv", "max-pool", "avg-pool"):
                n = part.kernel[0] * part.kernel[1]
                ones = torch.full((1, 1, *part.kernel), 1 / n, dtype=torch.float64)
                window = {"stride": part.stride, "padding": part.padding, "dilation": part.dilation}
                y = nn.functional.conv2d(y, ones, **window)
        return y

    through(net, x)[0, 0, unit, unit].backward()
    seen = x.grad[0, 0].numpy() != 0
    rows, columns = seen.any(axis=1).nonzero()[0], seen.any(axis=0).nonzero()[0]
    return (int(rows[0]), int(rows[-1])), (int(columns[0]), int(columns[-1]))
