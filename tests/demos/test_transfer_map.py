"""The transfer map: closed forms against its experiments, who wins over seeds, feature distortion; its exercises."""

import math

import numpy as np
import pytest
from pydantic import ValidationError

from app.demos.generalisation import _transfer_training as training
from app.demos.generalisation._transfer_params import STRATEGIES, TransferMapParams
from app.demos.generalisation.transfer_map import demo
from app.exercises.generalisation import fine_tuning_risk, lora_parameters
from app.kit import Points
from app.kit.params import LimitError


def scalars(**values) -> dict[str, float]:
    return dict(demo.final(TransferMapParams(**values)).scalars)


@pytest.mark.parametrize("theta", [0, 30, 60, 90])
@pytest.mark.parametrize("noise", [0.0, 0.5])
@pytest.mark.parametrize("examples", [20, 60, 150])
def test_experiments_agree_with_the_closed_form(theta: int, noise: float, examples: int):
    result = demo.final(TransferMapParams(theta=theta, noise=noise, examples=examples, seed=3))
    assert result.checks
    assert all(check.deviation <= check.tolerance for check in result.checks)


def test_sixty_degrees_part_fine_tuning_from_scratch():
    assert scalars(theta=60, examples=60)["fine_over_scratch"] == pytest.approx(1)
    assert scalars(theta=55, examples=60)["fine_over_scratch"] < 1 < scalars(theta=65, examples=60)["fine_over_scratch"]


def test_the_winner_map_is_what_the_risks_say():
    view = demo.final(TransferMapParams(noise=0.5)).views[2]
    assert isinstance(view, Points)
    cells = sum(len(series.x) for series in view.series[:-1])
    assert cells == 19 * 21
    tuned = view.series[2]
    for theta, n in zip(tuned.x[::7], tuned.y[::7], strict=True):
        s = scalars(theta=int(theta), examples=int(n), noise=0.5)
        assert s["fine_tuning"] <= min(s["scratch"], s["zero_shot"])


def test_where_the_mean_is_infinite_nothing_is_checked():
    result = demo.final(TransferMapParams(examples=100, noise=0.5))
    assert result.checks == []
    assert math.isinf(result.scalars["scratch"])


def used(seed: int, theta: float, n: int, varied: int = 20) -> dict[str, tuple[float, float]]:
    base, _ = training.pretrained(seed)
    task = training.target_task(seed, 0, math.radians(theta), n, 0.0, varied)
    found = {}
    for name in ("scratch", "probe", "full", "lp-ft", "lora"):
        net = training.use(name, base, task, (seed, 0), 300)
        found[name] = (training.relative_risk(net, *task.inside), training.relative_risk(net, *task.everywhere))
    return found


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_who_wins_where_over_seeds(seed: int):
    _, source = training.pretrained(seed)
    assert source < 0.02
    same, turned, other = (used(seed, theta, 30) for theta in (0, 45, 90))
    assert same["probe"][0] < 0.4 * same["full"][0] < same["scratch"][0]
    assert abs(math.log(same["lp-ft"][0] / same["probe"][0])) < 0.7
    assert turned["full"][0] < min(turned["probe"][0], turned["scratch"][0])
    assert other["probe"][0] > other["full"][0]
    distorted = used(seed, 10, 1000, varied=8)
    assert distorted["full"][0] < distorted["probe"][0]
    assert distorted["full"][1] > distorted["probe"][1]
    assert distorted["lp-ft"][0] < distorted["full"][0]
    assert distorted["lp-ft"][1] < distorted["full"][1]


def test_pre_training_is_left_as_it_was():
    base, _ = training.pretrained(11)
    before = [p.copy() for p in base.parameters]
    used(11, 30, 50)
    for kept, now in zip(before, base.parameters, strict=True):
        np.testing.assert_array_equal(kept, now)


def test_trained_numbers():
    counts = {name: training.trained_numbers(name, 2) for name in STRATEGIES}
    assert counts["full"] == counts["scratch"] == counts["lp-ft"] == 21 * 32 + 33 * 32 + 33
    assert counts["partial"] == 33 * 32 + 33
    assert counts["probe"] == 33
    assert counts["lora"] == 33 + 2 * (20 + 32) + 2 * (32 + 32)


def test_a_stream_shows_every_strategy_as_it_comes():
    results = list(demo.results(TransferMapParams(tab="network", steps=100, strategies=("probe", "full"))))
    assert len(results) == 6
    assert "risk_full" not in results[0].scalars
    assert results[-1].scalars["risk_full"] > 0


def test_nothing_to_compare_is_refused():
    with pytest.raises(ValidationError) as caught:
        TransferMapParams(strategies=())
    assert isinstance(caught.value.errors()[0]["ctx"]["error"], LimitError)


def test_risk_exercise():
    Transfer = fine_tuning_risk.Transfer
    assert fine_tuning_risk.answer(Transfer(1, 30, 100, 45, 0.0)) == pytest.approx(0.4100505, abs=1e-6)
    noisy = 0.4 * (2 - math.sqrt(3)) + 0.25 * 60 / 39
    assert fine_tuning_risk.answer(Transfer(2, 60, 100, 30, 0.5)) == pytest.approx(noisy, abs=1e-9)
    edge = fine_tuning_risk.answer(Transfer(3, 60, 100, 0, 0.5))
    assert 2 - 2 * math.cos(math.radians(edge)) == pytest.approx(0.25 * 100 / 39)


def test_lora_exercise():
    Adapted = lora_parameters.Adapted
    assert lora_parameters.answer(Adapted(1, 4096, 4096, 8, 0, 0, 0)) == 65536
    assert lora_parameters.answer(Adapted(2, 4096, 4096, 8, 32, 2, 0)) == 4_194_304
    assert lora_parameters.answer(Adapted(3, 1000, 1000, 0, 0, 0, 1.0)) == 5
