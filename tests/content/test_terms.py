"""The glossary in a text: first uses, whole words, longest spelling, both languages; what the check says of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.content import markdown
from app.content.check import check
from app.content.models import Spellings, Term
from app.content.scope import Scope
from app.content.terms import Glossary, Marker
from app.kit import text
from tests.content.toys import DEMOS, EXERCISES


def term(id: str, zh: str, en: str, also: Spellings = Spellings()) -> Term:
    return Term(id=id, term=text(zh=zh, en=en), meaning=text(zh="义", en="meaning"), also=also)


GLOSSARY = Glossary([
    term("gradient", "梯度", "gradient"),
    term("vanishing", "梯度消失", "vanishing gradient", Spellings(zh=("梯度弥散",))),
    term("relu", "ReLU", "ReLU"),
    term("loss", "损失", "loss"),
])  # fmt: skip


def found(sentence: str, lang: str) -> list[tuple[str, str]]:
    return [(sentence[start:end], term.id) for start, end, term in GLOSSARY.find(sentence, lang)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sentence", "lang", "expected"),
    [
        ("梯度消失与梯度", "zh", [("梯度消失", "vanishing"), ("梯度", "gradient")]),
        ("梯度弥散", "zh", [("梯度弥散", "vanishing")]),
        ("用ReLU的网络，PReLU 不算，ReLU6 也不算", "zh", [("ReLU", "relu")]),
        ("Vanishing gradients, two losses", "en", [("Vanishing gradients", "vanishing"), ("losses", "loss")]),
        ("lossless, gradient-free, glossary, re-loss", "en", []),
        ("a (gradient), a gradient.", "en", [("gradient", "gradient"), ("gradient", "gradient")]),
    ],
)
def test_uses_are_found(sentence: str, lang: str, expected: list[tuple[str, str]]) -> None:
    assert found(sentence, lang) == expected


def test_the_first_use_on_a_page_is_a_button_and_no_other() -> None:
    marker = Marker(GLOSSARY, "zh")
    scope = Scope("zh", terms=marker)
    first = markdown.block("**梯度**，`梯度`，[损失](/zh/)，梯度 $梯度$。", scope)
    assert first.count("<button") == 1
    assert '<strong><button type="button" class="term" popovertarget="term-gradient">梯度</button></strong>' in first
    assert "<button" not in first.split("<a ")[1].split("</a>")[0], "no button inside a link"
    second = markdown.block("梯度 < 损失", scope)
    assert "梯度 &lt; <button" in second
    assert [t.id for t in marker.used] == ["gradient", "loss"]


def test_an_empty_glossary_marks_nothing() -> None:
    assert Marker(Glossary(), "en").html("a < b") == "a &lt; b"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("- id: other\n  term: {zh: 梯度, en: other}\n  meaning: {zh: 义, en: m}\n", "'梯度' is both"),
        ("- id: other\n  term: {zh: 没人用的词, en: nobody's word}\n  meaning: {zh: 义, en: m}\n", "no card uses"),
        (
            "- id: relu\n  term: {zh: ReLU, en: ReLU}\n  meaning: {zh: 义, en: m}\n  card: no-such\n",
            "no card 'no-such'",
        ),
    ],
)
def test_what_is_wrong_with_a_glossary_is_told(root: Path, edit: Callable[..., Path], entry: str, message: str) -> None:
    file = root / "glossary.yml"
    file.write_text(file.read_text("utf-8") + entry, "utf-8")
    told = [p for p in check(root, demos=DEMOS, exercises=EXERCISES, run=False) if p.file == file]
    assert any(message in p.message for p in told), told
