"""A picture as a knob: what the browser packs is what the run sees; anything else is refused with words."""

import base64

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.kit import Params, Picture, knob, knobs, picture, pixels
from app.kit.params import LimitError
from app.kit.picture import LENGTH, packed


class Example(Params):
    depth: int = knob(1, ge=1, le=9, zh="层数", en="Depth")
    mine: Picture = picture()


RAMP = np.arange(1024).reshape(32, 32) / 1023
GOOD = packed(RAMP)


def test_a_picture_survives_to_sixteen_levels():
    seen = pixels(Example(mine=GOOD).mine)
    assert seen is not None
    assert seen.shape == (32, 32)
    assert np.abs(seen - RAMP).max() <= 0.5 / 15 + 1e-9
    assert len(np.unique(seen)) == 16
    assert packed(seen) == GOOD
    assert len(GOOD) == LENGTH == 683


def test_the_first_pixel_stands_in_the_high_half_of_the_first_byte():
    image = np.zeros((32, 32))
    image[0, 0], image[0, 1] = 1, 2 / 15
    assert base64.urlsafe_b64decode(packed(image) + "=")[0] == 0xF2


@given(st.binary(min_size=512, max_size=512))
def test_every_512_bytes_are_a_picture(data: bytes):
    value = base64.urlsafe_b64encode(data).decode().rstrip("=")
    assert Example.from_query([("mine", value)]).to_query() == f"mine={value}"


def test_no_picture_is_the_empty_text():
    assert pixels(Example().mine) is None
    assert not Example().private
    assert Example.from_query([("mine", "")]).to_query() == ""


def test_a_picture_is_private():
    assert Example(mine=GOOD).private
    assert not Example(depth=3).private


SPARE = GOOD[:-1] + ("B" if GOOD[-1] != "B" else "C")  # says something in the two bits after the last byte
BAD = ["x", GOOD[:-1], GOOD + "A", GOOD + "=", GOOD[:-1] + "!", GOOD[:-1] + " ", "é" + GOOD[1:], "\0" + GOOD[1:],
       "\n" + GOOD[1:], "+" + GOOD[1:], SPARE, "A" * 100_000]  # fmt: skip


@pytest.mark.parametrize("value", BAD, ids=range(len(BAD)))
def test_what_the_browser_would_not_send_is_refused_in_both_languages(value: str):
    with pytest.raises(ValidationError) as caught:
        Example(mine=value)
    reason = caught.value.errors()[0]["ctx"]["error"]
    assert isinstance(reason, LimitError)
    assert "图片" in reason.message.zh
    assert "picture" in reason.message.en


def test_two_pictures_are_one_too_many():
    with pytest.raises(ValidationError):
        Example.from_query([("mine", GOOD), ("mine", GOOD)])


def test_the_knob_says_its_kind():
    assert [k.kind for k in knobs(Example)] == ["int", "picture"]
