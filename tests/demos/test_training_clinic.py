"""The training clinic: labels that give nothing away, cures that work and cures that do not, the batch-size tab."""

import math

import pytest
from pydantic import ValidationError

from app.core.clinic_cases import CURES, DISEASES
from app.demos.training._clinic_words import BECAUSE, CURE, DISEASE, INSTRUMENT, PATIENTS
from app.demos.training.training_clinic import TrainingClinicParams, demo

RIGHT = {
    "tiny-init": "init", "noisy-labels": "check-labels", "lr-too-high": "lr-down", "too-small": "bigger-net",
    "vanishing": "relu", "pipeline-mismatch": "one-pipeline", "unscaled-inputs": "standardise", "zero-init": "init",
    "too-little-data": "more-data", "saturated-outputs": "init", "shuffled-labels": "check-labels",
    "unshuffled": "shuffle", "lr-too-low": "lr-up",
}  # fmt: skip


def final(**values):
    return demo.final(TrainingClinicParams(**values))


def test_every_disease_is_a_patient_once_and_has_its_words():
    assert sorted(PATIENTS) == sorted(DISEASES) == sorted(DISEASE) == sorted(BECAUSE)
    assert list(CURE) == list(CURES)
    for knob in demo.knobs:
        if knob.name == "patient":
            for (value, label), disease in zip(knob.options, PATIENTS, strict=True):
                assert label.en == f"patient {value}"
                assert DISEASE[disease].en not in label.en


@pytest.mark.parametrize("number", range(1, 15))
def test_the_right_cure_cures(number):
    disease = PATIENTS[number - 1]
    if disease == "healthy":
        return
    result = final(patient=str(number), cure=RIGHT[disease], seed=1)
    assert result.scalars["cured"] == 1
    assert result.checks[-1].deviation == 0
    assert DISEASE[disease].en in result.notes[1].en


def test_without_treatment_nothing_names_the_disease():
    for number in (1, 6):
        result = final(patient=str(number))
        told = " ".join(
            [n.en for n in result.notes] + [v.title.en + v.description.en for v in result.views]
            + [p.title.en for p in [demo.presets[f"patient-{number}"]]]
        )  # fmt: skip
        assert DISEASE[PATIENTS[number - 1]].en not in told
        assert result.checks[-1].deviation == 0


def test_a_cure_that_changes_nothing_says_so():
    result = final(patient="9", cure="standardise")
    assert "treated_val_accuracy" not in result.scalars
    assert "nothing changes" in result.notes[-1].en


@pytest.mark.parametrize("seed", [1, 2])
def test_popular_wrong_cures_do_not_work(seed):
    assert final(patient="9", cure="adam", seed=seed).scalars["treated_val_accuracy"] < 0.3
    assert final(patient="4", cure="dropout", seed=seed).scalars["cured"] == 0
    worse = final(patient="13", cure="batch-norm", seed=seed).scalars
    assert worse["treated_val_accuracy"] < worse["val_accuracy"] + 0.05
    stopped = final(patient="2", cure="early-stopping", seed=seed).scalars
    assert stopped["val_accuracy"] < stopped["treated_val_accuracy"] < stopped["healthy_val_accuracy"] - 0.05


def test_nan_is_a_result_and_comes_in_parts():
    results = list(demo.results(TrainingClinicParams(patient="3")))
    assert math.isnan(results[-1].scalars["loss"])
    assert math.isnan(results[-1].scalars["update_ratio"])
    assert [r.progress for r in results] == sorted(r.progress for r in results)
    assert len(results[0].views) == 4
    sheet = results[-1].views[-1]
    assert len(sheet.rows) == len(INSTRUMENT)
    assert any("NaN" in row for row in sheet.rows)


def test_the_batch_tab_over_other_seeds():
    s = final(tab="batch", batch="256", seed=5).scalars
    assert s["large_val"] < s["small_val"] - 0.08
    assert abs(s["equal_val"] - s["small_val"]) < 0.03
    assert s["small_updates"] == s["equal_updates"] == 8 * s["large_updates"]
    assert s["noise_ratio"] == pytest.approx(4, rel=0.05)


def test_what_is_unknown_is_refused():
    for bad in ({"patient": "15"}, {"cure": "prayer"}, {"batch": "1024"}):
        with pytest.raises(ValidationError):
            TrainingClinicParams(**bad)
