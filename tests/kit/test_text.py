"""Labels broken into lines."""

import doctest
import sys

from app.kit.text import broken


def test_nothing_is_lost_and_lines_are_short() -> None:
    for words in ("Gaussian NB, shared variances: 50.9%", "朴素贝叶斯（共用方差）：50.9%", "x", ""):
        for most in (3, 8, 15):
            lines = broken(words, most)
            assert "".join(lines).replace(" ", "") == words.replace(" ", "")
            assert all(len(line) <= most / 0.56 or " " not in line for line in lines)


def test_examples() -> None:
    assert doctest.testmod(sys.modules["app.kit.text"]).failed == 0
