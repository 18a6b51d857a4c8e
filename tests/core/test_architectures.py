"""The classic networks: published parameter counts to the last digit, torch's counts, published and measured fields."""

import doctest
from itertools import pairwise

import pytest

from app.core import ledger
from app.core.anchors import VGG16_RPN
from app.core.architectures import alexnet as alexnets
from app.core.architectures import googlenet as googlenets
from app.core.architectures import inception_v3 as inceptions
from app.core.architectures import parts
from app.core.architectures import resnet as resnets
from app.core.architectures import vgg as vggs
from app.core.architectures.alexnet import alexnet
from app.core.architectures.googlenet import googlenet
from app.core.architectures.inception_v3 import inception_v3
from app.core.architectures.resnet import block, resnet
from app.core.architectures.vgg import vgg
from app.core.layer_table import Layer, act, conv, trace
from app.core.ledger import by_stage, entries, features, input_span, totals, weight_layers
from tests.core.torch_nets import counted, gradient_support


@pytest.mark.parametrize("module", [ledger, parts, alexnets, vggs, googlenets, inceptions, resnets])
def test_doctests(module):
    failed, tried = doctest.testmod(module)
    assert tried > 0
    assert failed == 0


PUBLISHED = [  # net, input px, num_params and GFLOPS (which are multiply-adds) of the torchvision documentation
    (alexnet("torchvision"), 224, 61_100_840, 0.71),
    (vgg(11), 224, 132_863_336, 7.61), (vgg(13), 224, 133_047_848, 11.31),
    (vgg(16), 224, 138_357_544, 15.47), (vgg(19), 224, 143_667_240, 19.63),
    (googlenet("torchvision"), 224, 6_624_904, 1.50), (inception_v3(), 299, 23_834_568, 5.71),
    (resnet(18), 224, 11_689_512, 1.81), (resnet(34), 224, 21_797_672, 3.66), (resnet(50), 224, 25_557_032, 4.09),
    (resnet(101), 224, 44_549_160, 7.80), (resnet(152), 224, 60_192_808, 11.51),
    (resnet(50, groups=32), 224, 25_028_904, 4.23),  # ResNeXt-50 32×4d
]  # fmt: skip
OTHERS = [
    (alexnet(), 224, 60_965_224), (alexnet(groups=1), 224, 62_378_344), (googlenet(), 224, 6_998_552),
    (vgg(16, gap=True), 224, 15_227_688), (resnet(50, "1x1"), 224, 25_557_032),
]  # fmt: skip


@pytest.mark.parametrize(("net", "size", "parameters", "gmacs"), PUBLISHED)
def test_counts_are_the_published_ones(net, size: int, parameters: int, gmacs: float):
    ours, macs = totals(trace(net, (3, size, size)))
    assert ours == parameters
    assert round(macs / 1e9, 2) == pytest.approx(gmacs, abs=1e-9)


@pytest.mark.parametrize(("net", "size", "parameters"), [row[:3] for row in PUBLISHED] + OTHERS)
def test_counts_are_torchs(net, size: int, parameters: int):
    rows = trace(net, (3, size, size))
    assert (*totals(rows), tuple(rows[-1].shape)) == counted(net, (3, size, size))
    assert totals(rows)[0] == parameters


def test_what_if_networks_are_counted_as_torch_does():
    for net in (googlenet(reduction="none"), googlenet(reduction="pool-only", five="two-3x3"), inception_v3(False),
                resnet(50, kind="basic")):  # fmt: skip
        assert totals(trace(net, (3, 224, 224))) == counted(net, (3, 224, 224))[:2]


def test_auxiliary_heads_make_up_the_counts_with_them():
    heads = [totals(trace(googlenets.auxiliary(), (channels, 14, 14)))[0] for channels in (512, 528)]
    assert totals(trace(googlenet("torchvision"), (3, 224, 224)))[0] + sum(heads) == 13_004_888
    head = totals(trace(inceptions.auxiliary(), (768, 17, 17)))[0]
    assert totals(trace(inception_v3(), (3, 299, 299)))[0] + head == 27_161_264


def test_multiply_adds_of_the_papers():
    """He et al., table 1 (v1 strides): 1.8, 3.6, 3.8, 7.6, 11.3 ·10⁹; Szegedy et al., table 1, by module, millions."""
    macs = {d: totals(trace(resnet(d, "1x1"), (3, 224, 224)))[1] / 1e9 for d in (18, 34, 50, 101, 152)}
    assert macs == pytest.approx({18: 1.8, 34: 3.6, 50: 3.8, 101: 7.6, 152: 11.3}, abs=0.07)
    modules = {name: macs / 1e6 for name, (_, macs) in by_stage(entries(googlenet(), (3, 224, 224))).items()}
    printed = {"3a": 128, "3b": 304, "4a": 73, "4b": 88, "4c": 100, "4d": 119, "4e": 170, "5b": 71, "fc": 1}
    assert {name: modules[name] for name in printed} == pytest.approx(printed, abs=1)


@pytest.mark.parametrize(
    ("net", "layers"),
    [
        (alexnet(), 8),
        (vgg(11), 11),
        (vgg(13), 13),
        (vgg(16), 16),
        (vgg(19), 19),
        (googlenet(), 22),
        (inception_v3(), 48),
    ]
    + [(resnet(depth), depth) for depth in (18, 34, 50, 101, 152)],
)
def test_the_number_in_the_name_is_the_longest_path_of_weights(net, layers: int):
    assert sum(weight_layers(part) for part in net) == layers
    assert entries(net, (3, 224, 224))[-1].depth == layers


FIELDS = [  # Araujo et al. (2019) and the table of their library; ours where the code differs from theirs
    (alexnet(), 195), (alexnet("torchvision"), 195), (vgg(11), 150), (vgg(16), 212), (resnet(50, "1x1"), 483),
    (resnet(101, "1x1"), 1027), (resnet(152, "1x1"), 1507), (inception_v3(), 1311),
    (resnet(50), 427), (resnet(18), 435), (googlenet(), 715), (vgg(19), 268),
]  # fmt: skip


@pytest.mark.parametrize(("net", "size"), FIELDS)
def test_receptive_fields(net, size: int):
    net = features(net)
    field = trace(net, (3, 448, 448))[-1].y
    assert field.size == size
    first, last = input_span(net)
    assert (last - first + 1, (first + last + 1) / 2) == (size, field.centre)


def test_fields_by_end_point():
    ends = {entry.name: entry.field.size for entry in entries(inception_v3(), (3, 299, 299))}
    assert [ends[name] for name in ("5b", "5d", "6a", "6e", "7a", "7b", "7c")] == [63, 127, 159, 927, 1055, 1183, 1311]
    ends = {entry.name: entry.field.size for entry in entries(vgg(16), (3, 224, 224))}
    assert [ends[f"pool{i}"] for i in range(1, 6)] == [6, 16, 44, 100, 212]
    assert ends["conv5_3"] == 196


@pytest.mark.parametrize(
    ("net", "pixels"),
    [(alexnet(), 500), (vgg(16), 500), (googlenet(), 1000), (resnet(18), 640), (resnet(50), 640),
     (resnet(50, "1x1"), 720), (googlenet("torchvision"), 640)],
)  # fmt: skip
def test_receptive_fields_are_what_autograd_sees(net, pixels: int):
    net = features(net)
    row = trace(net, (1, pixels, pixels))[-1]
    unit = row.shape.height // 2
    for field, (first, last) in zip((row.y, row.x), gradient_support(net, pixels, unit), strict=True):
        assert first > 0 and last < pixels - 1
        assert field.size == last - first + 1
        assert field.centre + unit * field.jump == (first + last + 1) / 2


def test_the_convolutions_of_the_region_proposal_network_are_vggs():
    windows = [(part.kernel[0], part.stride[0], part.padding[0]) for part in features(vgg(16))[:-1]]
    assert [*windows, (3, 1, 1)] == list(VGG16_RPN)


def weights(*layers: Layer, channels: int) -> int:
    return totals(trace(layers, (channels, 32, 32)))[0]


def test_the_savings_that_are_quoted():
    def square(c: int, k: int) -> Layer:
        return conv("c", c, k, padding=k // 2, bias=False)

    c = 64
    assert weights(square(c, 7), channels=c) / weights(*[square(c, 3)] * 3, channels=c) == pytest.approx(49 / 27)
    assert weights(*[square(c, 3)] * 2, channels=c) / weights(square(c, 5), channels=c) == pytest.approx(0.72)
    pair = [conv("a", c, (1, 7), bias=False), conv("b", c, (7, 1), bias=False)]
    assert weights(*pair, channels=c) / weights(square(c, 7), channels=c) == pytest.approx(2 / 7)
    narrow = block("b", 256, 256, kind="bottleneck").paths[0][::2]
    wide = block("b", 256, 256).paths[0][::2]
    assert (weights(*narrow, channels=256), weights(*wide, channels=256)) == (69_632, 1_179_648)
    reduced = weights(conv("r", 16, 1, bias=False), conv("5", 32, 5, padding=2, bias=False), channels=192)
    assert weights(conv("5", 32, 5, padding=2, bias=False), channels=192) / reduced == pytest.approx(9.677, abs=1e-3)


def test_vgg_16_and_alexnet_keep_their_parameters_in_the_fully_connected_layers():
    stages = by_stage(entries(vgg(16), (3, 224, 224)))
    assert stages["fc6"][0] == 102_764_544
    parameters, macs = (sum(stages[name][i] for name in ("fc6", "fc7", "fc8")) for i in (0, 1))
    total = totals(trace(vgg(16), (3, 224, 224)))
    assert parameters / total[0] == pytest.approx(0.8936, abs=1e-4)
    assert macs / total[1] == pytest.approx(0.0080, abs=1e-4)
    head = sum(part.parameters for part in entries(alexnet(), (3, 224, 224))[-3:])
    assert head / totals(trace(alexnet(), (3, 224, 224)))[0] == pytest.approx(0.9617, abs=1e-4)


def test_stages_add_up_and_depth_never_falls():
    for net in (alexnet(), vgg(19), googlenet(), inception_v3(), resnet(101)):
        book = entries(net, (3, 299, 299))
        assert totals(book) == totals(trace(net, (3, 299, 299)))
        assert tuple(map(sum, zip(*by_stage(book).values(), strict=True))) == totals(book)
        assert all(a.depth <= b.depth and a.field.size <= b.field.size for a, b in pairwise(book))


def test_elementwise_layers_cost_nothing_and_have_no_entry():
    book = entries([conv("c", 4, 3), act("relu")], (3, 8, 8))
    assert [(entry.name, entry.parameters) for entry in book] == [("c", 112)]
