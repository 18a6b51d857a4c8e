"""Numbers as people type them, in either language's habits; and blanks that say the same."""

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.services.numbers import parse, show
from app.services.wording import fits

READ = {
    "1e-3": 1e-3, "0.001": 1e-3, "1/1000": 1e-3, "10^-3": 1e-3, "10^(-3)": 1e-3, "10⁻³": 1e-3, "1E-3": 1e-3,
    "17,100": 17100, "17100": 17100, "１７，１００": 17100, "17，100": 17100, "1,234,567.5": 1234567.5, "1.71万": 17100,
    "2亿": 2e8, "50%": 0.5, "５０％": 0.5, "50 %": 0.5, "−2": -2, "－２": -2, "–2": -2, "+7": 7, ".5": 0.5, "5.": 5,
    "3×10^-4": 3e-4, "3*10^-4": 3e-4, "3x10^-4": 3e-4, "3·10⁻⁴": 3e-4, "3*10**-4": 3e-4, "½": 0.5,
    "1÷4": 0.25, " 1 / 3 ": 1 / 3,
    "17 100": 17100, "17_100": 17100, "1'000'000": 1e6, "17\u202f100": 17100, "1 234.5": 1234.5,
    "10^{-3}": 1e-3, "$3\\times10^{-4}$": 3e-4, "0。5": 0.5, "５。": 5, "≈0.5": 0.5, "约 3": 3, "~3": 3, "=3": 3,
    "138M": 138e6, "25.6 M": 25.6e6, "7B": 7e9, "1k": 1e3, "3千": 3e3, "1.2千万": 1.2e7, "2百万": 2e6, "3‰": 3e-3,
    "2^10": 1024, "2^0.5": math.sqrt(2), "-2^2": -4, "1e-3/2e5": 5e-9, "0": 0, "-0": 0,
}  # fmt: skip

REFUSED = (
    "", " ", "nan", "NaN", "inf", "-inf", "Infinity", "1e999", "1e101", "10^9999", "1/0", "0^-1", "abc", "1..2", "--1",
    "1e", "0x10", "1_00", "1,00", "0,5", "0,001", "0,500", "12 345 6", "1,234 567", "0.123 456", "5m", "1k%", "2{3}",
    "==3", "1 2", "1 1/2", "1½", "1/2/3", "50%%", "/", "%", "٣", "1;2",
    "__import__('os')", "9" * 65, "1" * 10_000, "\ud800", "\x00", "1\n2",
)  # fmt: skip


@pytest.mark.parametrize(("typed", "value"), READ.items())
def test_read(typed: str, value: float) -> None:
    assert parse(typed) == pytest.approx(value, rel=1e-15, abs=0)


@pytest.mark.parametrize("typed", REFUSED)
def test_refused_in_both_languages(typed: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse(typed)
    (problem,) = caught.value.problems
    assert problem.field == "answer.value"
    assert "1e-3" in problem.message.zh
    assert "1e-3" in problem.message.en


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [
        ("12%", "%", 12),
        ("12", "%", 12),
        ("12 px", "px", 12),
        ("12PX", "px", 12),
        ("3.5 µs", "μs", 3.5),
        ("8 个", "个", 8),
        ("12 像素", "px", 12),
        ("30 度", "°", 30),
        ("0.7 nats", "nat", 0.7),
        ("3", "10⁶", 3),
        ("3×10⁶", "10⁶", 3),
        ("3x10^6", "10⁶", 3),
        ("300万", "10⁶", 3),
        ("3M", "10⁶", 3),
    ],
)
def test_the_unit_may_stand_behind(typed: str, unit: str, value: float) -> None:
    assert parse(typed, unit) == value


def test_what_is_refused_is_told_its_unit() -> None:
    with pytest.raises(BadInput) as caught:
        parse("50%%", "%")
    assert "It is in %" in caught.value.problems[0].message.en
    assert "单位是 %" in caught.value.problems[0].message.zh


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e99, max_value=1e99))
def test_what_python_writes_is_read_exactly(value: float) -> None:
    assert parse(repr(value)) == value


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_finite_number_or_refused(typed: str) -> None:
    with suppress(BadInput):
        assert math.isfinite(parse(typed))


@pytest.mark.parametrize(
    ("value", "shown"),
    [(17100, "17,100"), (0.25, "0.25"), (1234.5, "1,234.5"), (math.pi, "3.142"), (1.2e-5, "1.2e-05"), (-5, "-5"),
     (math.nan, "NaN"), (math.inf, "∞"), (-math.inf, "−∞"), (1e20, "1e+20")],
)  # fmt: skip
def test_show(value: float, shown: str) -> None:
    assert show(value) == shown


@pytest.mark.parametrize(
    ("filled", "variant"),
    [
        ("ReLU", "relu"), ("ＲｅＬＵ", "relu"), (" chain  rule ", "chain rule"), ("Chain-Rule", "chain rule"),
        ("cross entropy", "cross-entropy"), ("crossentropy", "cross‑entropy"), ("ReLU 函数", "relu函数"),
        ("链式法则。", "链式法则"),
        ("“bias”", "bias"), (".5", "0.5"), ("1/2", "0.5"), ("５０％", "0.5"), ("−1", "-1"), ("STRASSE", "straße"),
        ("the gradient", "gradient"), ("Gradients", "gradient"), ("A polynomial", "polynomial"),
        ("regularization", "regularisation"), ("optimising", "optimizing"), ("2·k", "2k"), ("2 * k", "2k"),
        ("k*2", "k×2"), ("7x7", "7×7"), ("σ^2/τ^2", "σ²/τ²"), (r"$\sigma^{2}/\tau^{2}$", "σ²/τ²"),
        ("sigma²/tau²", "σ²/τ²"), ("-G/(H+lambda)", "−G/(H+λ)"), ("z_t * h_{t-1}", "z_t⊙h_{t-1}"), (r"\ln 2", "ln 2"),
        ("D_{KL}(p‖q)", "D_KL(p||q)"), ("½r²", "1/2r^2"), ("2**k", "2^k"),
    ],
)  # fmt: skip
def test_fits(filled: str, variant: str) -> None:
    assert fits(filled, variant)


@pytest.mark.parametrize(
    ("filled", "variant"),
    [
        ("", "x"),
        ("  ", "x"),
        ("1", "-1"),
        ("5", ".5"),
        ("n", "n!"),
        ("f", "f'"),
        ("relu6", "relu"),
        ("x1", "x-1"),
        ("梯度", "梯度下降"),
        ("2000", "2k"),
        ("77", "7×7"),
        ("a", "the"),
        ("los", "loss"),
        ("gs", "g"),
        ("r2", "r^2"),
        ("sigma", "sigmoid"),
        ("size", "sise"),
    ],
)
def test_does_not_fit(filled: str, variant: str) -> None:
    assert not fits(filled, variant)
