"""The architecture ledger: published counts in the demo itself, what each switch saves, and its exercises."""

import math

import pytest
from pydantic import ValidationError

from app.demos.convolution._networks import NETWORKS
from app.demos.convolution.architecture_ledger import ArchitectureLedgerParams, demo
from app.exercises.convolution import conv_weights, stack_receptive_field
from app.kit import Result
from app.kit.params import LimitError


def ran(**values) -> Result:
    return demo.final(ArchitectureLedgerParams(**values))


def scalars(**values) -> dict[str, float]:
    return dict(ran(**values).scalars)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_agrees_with_its_published_numbers(name: str):
    result = ran(network=name)
    assert all(check.deviation <= check.tolerance for check in result.checks)
    assert len(result.checks) == (3 if NETWORKS[name].parameters else 1)
    s = result.scalars
    assert s["parameters_ratio"] == s["macs_ratio"] == 1
    depth = name.rpartition("-")[2]
    if depth.isdigit():
        assert s["weight_layers"] == int(depth)


def test_vgg_keeps_its_parameters_where_it_does_no_work():
    s = scalars()
    assert s["fc_first"] == 102_764_544
    assert s["fc_share"] == pytest.approx(0.8936, abs=1e-4)
    assert s["fc_mac_share"] == pytest.approx(0.0080, abs=1e-4)
    assert s["outside_fc"] == 14_714_688
    assert scalars(gap=True)["parameters"] == 15_227_688
    wide = scalars(size=448)
    assert wide["fc_first"] == 4 * 102_760_448 + 4096
    assert scalars(size=448, gap=True)["parameters"] == 15_227_688


def test_what_each_idea_saves():
    assert scalars(network="alexnet-paper", towers="1")["parameters"] == 62_378_344
    assert scalars(network="googlenet", reduction="none")["macs_ratio"] == pytest.approx(7.94, abs=0.01)
    factorised = scalars(network="googlenet", five="two-3x3")
    assert factorised["parameters_ratio"] == pytest.approx(0.986, abs=1e-3)
    assert factorised["field"] == factorised["base_field"]
    first = scalars(network="resnet-50", strided="1x1")
    assert (first["field"], first["base_field"], first["parameters_ratio"]) == (483, 427, 1)
    assert scalars(network="resnet-50", cardinality="32")["parameters"] == 25_028_904
    assert scalars(network="resnet-50", block="basic")["weight_layers"] == 34


def test_knobs_of_other_networks_do_nothing():
    other = scalars(network="resnet-18", gap=True, towers="1", reduction="none", asymmetric=False, block="basic")
    assert other == scalars(network="resnet-18")


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("size", [75, 448])
def test_every_network_takes_every_size(name: str, size: int):
    s = scalars(network=name, size=size)
    assert all(math.isfinite(value) for value in s.values())
    assert s["map"] >= 1


def test_a_small_input_is_refused_where_it_cannot_pass():
    with pytest.raises(ValidationError) as caught:
        ArchitectureLedgerParams(network="inception-v3", size=74)
    assert isinstance(caught.value.errors()[0]["ctx"]["error"], LimitError)


def test_weights_exercise():
    Conv = conv_weights.Conv
    assert conv_weights.answer(Conv(1, 3, 64, 128)) == 73_856
    assert conv_weights.answer(Conv(2, 5, 96, 256, groups=2)) == 307_456  # AlexNet's conv2
    assert conv_weights.answer(Conv(3, 5, 192, 32, middle=16)) == pytest.approx(9.677, abs=1e-3)


def test_receptive_field_exercise():
    Stack = stack_receptive_field.Stack
    assert stack_receptive_field.answer(Stack(1, ((3, 1),) * 3)) == 7
    assert stack_receptive_field.answer(Stack(2, ((3, 2), (3, 1), (2, 2), (3, 1)))) == 17
    deep = Stack(3, ((7, 2), (3, 2)), 224)
    more = int(stack_receptive_field.answer(deep))
    assert 11 + 2 * 4 * more >= 224 > 11 + 2 * 4 * (more - 1)
