"""The loader: good content becomes models; each kind of breakage is told with file, line and remedy."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content import source
from app.content.loader import load
from app.content.problems import Problem
from tests.content.toys import SAMPLE

Edit = Callable[..., Path]


def only(root: Path) -> Problem:
    problems = load(root).problems
    assert len(problems) == 1, "\n".join(map(str, problems))
    return problems[0]


def line_of(file: Path, words: str) -> int:
    return next(n for n, line in enumerate(file.read_text("utf-8").splitlines(), 1) if words in line)


def test_the_sample_loads_without_a_problem() -> None:
    library = load(SAMPLE)
    assert library.problems == ()
    assert list(library.cards) == ["initialisation", "vanishing-gradients"]  # by question number
    assert [topic.id for topic in library.topics] == ["activations", "training"]
    assert library.ui["nav.cards"].zh == "题目"
    assert library.ui["review.due"].en == "{n} due"
    assert library.glossary[0].term.zh == "梯度"
    assert library.references["he2015"].link == "https://arxiv.org/abs/1502.01852"
    assert library.references["glorot2010"].link == "https://doi.org/10.1/x"
    assert library.computed["toy-decay/deep/last"] == 0.25**15


def test_a_card_has_its_words_in_both_languages() -> None:
    card = load(SAMPLE).cards["vanishing-gradients"]
    assert (card.topic, card.title.zh, card.title.en) == ("training", "梯度消失", "Vanishing gradients")
    assert card["zh"].question == "为什么深层网络的梯度会消失？"
    assert card["en"].short.title == "Short answer"
    assert list(card["en"].follow_ups) == ["fu-relu", "fu-init"]
    assert card["zh"].follow_ups["fu-relu"].title == "ReLU 就好了吗？"
    assert card["zh"].follow_ups["fu-relu"].words == "不一定。"
    assert card.cites == {"glorot2010": 1, "he2015": 2}


def test_mentions_know_their_lines() -> None:
    card = load(SAMPLE).cards["vanishing-gradients"]
    found = {(file.name, m.line, m.text) for file, m in card.mentions}
    zh, facts = card.folder / "zh.md", card.folder / "card.yml"
    assert ("zh.md", line_of(zh, "连乘"), "{{toy-decay/deep/last|.1e}}") in found
    assert ("zh.md", line_of(zh, "| 10 |"), "{{toy-decay/base/last|.5f}}") in found
    assert ("card.yml", line_of(facts, "zh: 看每层"), "[@he2015]") in found


FACTS = [
    # (what is replaced in card.yml, by what, part of the message, part of the remedy, words on the line)
    ("difficulty: 2", "difficulty: 9", "difficulty", "change it", "difficulty"),
    ("difficulty: 2", "difficulty: true", "difficulty", "True", "difficulty"),
    ("difficulty: 2", 'difficulty: "2"', "difficulty", "'2'", "difficulty"),
    ("difficulty: 2", "dificulty: 2\ndifficulty: 2", "unknown key 'dificulty'", "'difficulty'", "dificulty"),
    ("difficulty: 2", "difficulty: 2\ndifficulty: 3", "'difficulty' stands twice", "keep one", "difficulty: 3"),
    ("    verdict: wrong\n", "", "'verdict' is missing", "add verdict", "- id: always"),
    ("verdict: wrong", "verdict: false", "claims.0.verdict", "'verified'", "verdict"),
    ("verdict: wrong", "verdict: bogus", "'bogus' is not known", "'verified'", "verdict"),
    ("en: a product", "en: 12", "must be text, it is 12", "quotes", "product"),
    ("en: a product", "en: true", "must be text, it is True", "quotes", "product"),
    ("says: {zh: 梯度总会消失, en: ", "says: {zh: 梯度总会消失, de: x, en: ", "unknown key 'de'", "write", "says"),
    ("kind: predict", "kind: predicted", "what kind of item", "'predict'", "guess"),
    ("kind: predict, ", "", "what kind of item", "predict", "guess"),
    ("id: fu-relu", "id: fu_relu", "'fu_relu' does not fit", "match", "fu_relu"),
    ("id: gain", "id: product", "rubric: id used twice: product", "change", "difficulty"),
    ("correct: true, ", "", "at least one right", "change", "- id: which"),
    ("relative: 0.1", "relative: .nan", "relative", "change", "relative"),
    ("scalar: last}]", "scalar: last, reference: he2015}]", "one of the two", "change", "evidence"),
    ("points: [product, gain]", "points: [nope]", "points not in the rubric", "change", "difficulty"),
    ("difficulty: 2", "difficulty: 2\n\tx: 1", "a tab", "spaces", "x: 1"),
    ('en: "Which?"', "en: Which: one?", "not YAML", "quote", "Which"),
    ("says: {zh: 梯度总会消失, en: gradients always vanish}", "says: a: b", "a colon inside", "quotes", "a: b"),
    ("difficulty: 2", 'difficulty: "\\ud800"', "invalid Unicode", "correct it", "difficulty"),
    ("difficulty: 2", 'difficulty: "\\x07"', "U+0007", "delete it", "difficulty"),
    ("difficulty: 2", "difficulty: &a 2\nquestion: *a", "an alias", "write the value out", "difficulty"),
    ("difficulty: 2", "difficulty: [", "not YAML", "correct it", ""),
]


@pytest.mark.parametrize(("old", "new", "message", "remedy", "on"), FACTS, ids=[f[1][:40] for f in FACTS])
def test_broken_facts(
    root: Path, card: Path, edit: Edit, old: str, new: str, message: str, remedy: str, on: str
) -> None:
    file = edit(card / "card.yml", old, new)
    library = load(root)
    problem = library.problems[0]
    assert problem.file == file
    assert message in problem.message
    assert remedy in problem.remedy
    if on:
        assert problem.line == line_of(file, on), str(problem)
    assert "vanishing-gradients" not in library.cards
    assert "initialisation" in library.cards, "the other card still loads"


def test_yaml_1_1_surprises_stay_text(root: Path, card: Path, edit: Edit) -> None:
    edit(card / "card.yml", "says: {zh: 梯度总会消失, en: gradients always vanish}", "says: {zh: no, en: on}")
    edit(card / "card.yml", "en: a product", "en: 2024-01-01")
    edit(card / "card.yml", "en: the gain", "en: 1:30")
    library = load(root)
    assert library.problems == ()
    facts = library.cards["vanishing-gradients"].facts
    assert (facts.claims[0].says.zh, facts.claims[0].says.en) == ("no", "on")
    assert [point.text.en for point in facts.rubric[:2]] == ["2024-01-01", "1:30"]


def test_numbers_that_yaml_1_1_would_misread(tmp_path: Path) -> None:
    text = "[007, 089, 0x1F, 1_000, 1e3, 1.5, -2, +.5, 1., .inf, ~, null, '', yes, True, 12:30:45]"
    document = source.parse(tmp_path, text, [])
    assert document is not None
    assert document.data == [
        "007", "089", "0x1F", "1_000", 1000.0, 1.5, -2, 0.5, 1.0, math.inf, None, None, "", "yes", "True", "12:30:45",
    ]  # fmt: skip


@given(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=60) | st.text("-:#{}[]&*!|>'\"%@`,? \n\tab01.", max_size=40)
)
def test_no_text_breaks_the_reader(text: str) -> None:
    problems: list[Problem] = []
    document = source.parse(Path("x.yml"), text, problems)
    assert (document is None) == bool(problems)


def test_windows_files_load_the_same(root: Path, card: Path) -> None:
    for file in card.iterdir():
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert load(root).problems == ()
    assert load(root).cards["vanishing-gradients"].facts == load(SAMPLE).cards["vanishing-gradients"].facts


WORDS = [
    ("---\ntitle", "title", "no front matter", "begin with ---", 1),
    ("title: 梯度消失", "titel: 梯度消失", "'title' is missing", "add title", 2),
    ("title: 梯度消失", "title: 12", "must be text", "quotes", 2),
    ("title: 梯度消失", "title: 梯度消失\ntags: x", "unknown key 'tags'", "delete", 3),
    ("## 短答 {#short}", "## 短答", "the sections are no anchor", "{#short}", 5),
    ("{#why}", "{#pitfalls}", "the sections are", "in this order", 8),
    ("## 短答 {#short}", "先说一句。\n\n## 短答 {#short}", "before the first heading", "below", 5),
    ("- 忘了权重。", "", "nothing stands under '坑'", "write it", 17),
    ("{#fu-relu}", "", "has no anchor", "add {#fu-", 21),
    ("{#fu-relu}", "{#fu-other}", "card.yml has ['fu-relu', 'fu-init']", "same", 20),
    ("忘了权重", "忘了\x07权重", "unusable character U+0007", "delete", 18),
    ("忘了权重", "忘了\u202e权重", "unusable character U+202E", "delete", 18),
]


@pytest.mark.parametrize(("old", "new", "message", "remedy", "line"), WORDS, ids=[w[2] for w in WORDS])
def test_broken_words(
    root: Path, card: Path, edit: Edit, old: str, new: str, message: str, remedy: str, line: int
) -> None:
    file = edit(card / "zh.md", old, new)
    library = load(root)
    told = [p for p in library.problems if message in p.message]
    assert told, library.problems
    assert (told[0].file, told[0].line) == (file, line)
    assert remedy in told[0].remedy
    assert "vanishing-gradients" not in library.cards


def test_a_missing_language(root: Path, card: Path) -> None:
    (card / "en.md").unlink()
    problem = only(root)
    assert (problem.file, problem.message) == (card / "en.md", "the file is missing")


def test_not_utf_8(root: Path, card: Path) -> None:
    (card / "en.md").write_bytes(b"---\ntitle: caf\xe9\n---\n")
    problem = only(root)
    assert (problem.file.name, problem.line, problem.remedy) == ("en.md", 2, "save the file as UTF-8")


def test_an_empty_card(root: Path, card: Path) -> None:
    (card / "card.yml").write_text("# nothing yet\n")
    assert only(root).message == "the file is empty"


def test_a_folder_that_is_no_topic(root: Path, card: Path) -> None:
    card.parent.rename(root / "cards/trainng")
    problem = only(root)
    assert problem.file == root / "cards/trainng"
    assert "topics.yml" in problem.remedy
    assert load(root).cards == {}


def test_a_folder_that_is_no_slug_and_a_slug_twice(root: Path, card: Path) -> None:
    (root / "cards/activations").mkdir()
    (root / "cards/training/initialisation").rename(root / "cards/activations/vanishing-gradients")
    taken = next(p for p in load(root).problems if "taken" in p.message)
    assert taken.file == card
    card.rename(card.with_name("Vanishing_Gradients"))
    assert any(p.message == "not a slug" and p.file.name == "Vanishing_Gradients" for p in load(root).problems)


def test_topics_references_interface_are_checked_too(root: Path, edit: Edit) -> None:
    edit(root / "topics.yml", "en: Training", "eng: Training")
    edit(root / "references.yml", "year: 2015", "year: soon")
    edit(root / "ui.yml", ", en: Questions", "")
    problems = {(p.file.name, p.line) for p in load(root).problems}
    assert {("topics.yml", 5), ("references.yml", 4), ("ui.yml", 1)} <= problems


def test_two_topics_with_one_id(root: Path, edit: Edit) -> None:
    edit(root / "topics.yml", "id: activations", "id: training")
    assert any(p.message == "this id stands twice" and p.line == 4 for p in load(root).problems)


LINKS = [
    ("card.yml", "prerequisites: [initialisation]", "prerequisites: [nowhere]", "no card 'nowhere'", 5),
    ("card.yml", "prerequisites: [initialisation]", "prerequisites: [vanishing-gradients]", "lead to itself", 5),
    ("card.yml", "card: initialisation", "card: nowhere", "no card 'nowhere'", 8),
    ("card.yml", "references: [glorot2010, he2015]", "references: [he2015, x1999]", "no reference 'x1999'", 4),
    ("card.yml", "[{demo: toy-decay, preset: deep, scalar: last}]", "[{reference: a1999}]", "'a1999' is not among", 10),
    ("zh.md", "[@he2015]", "[@he2016]", "[@he2016] is not among", 6),
    ("zh.md", "[@he2015]", "[@ he2015]", "[@ he2015] is not understood", 6),
    ("zh.md", "{{toy-decay/deep/last|.1e}}", "{{toy-decay/last}}", "{{toy-decay/last}} is not understood", 6),
    ("zh.md", "last|.1e}}", "last|.1q}}", "is not of the form", 6),
    ("zh.md", "$2/n$", "${{toy-decay/deep/last|.1e}}$", "is not understood here", 25),
    ("zh.md", "**连乘：**", "** 连乘：**", "** is not understood", 6),
    ("zh.md", "- 忘了", "- ![图](https://x.org/a.png)忘了", "picture https://x.org/a.png is not ours", 18),
    ("zh.md", " {{toy-decay/base/last|.5f}}", " 1", "stands only in en.md", 0),
    ("zh.md", " [@he2015]", "", "reference he2015 stands only in en.md", 0),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "message", "line"), LINKS, ids=[k[2] for k in LINKS])
def test_links(root: Path, card: Path, edit: Edit, name: str, old: str, new: str, message: str, line: int) -> None:
    file = edit(card / name, old, new)
    library = load(root)
    told = [p for p in library.problems if message in p.message]
    assert [(p.file, p.line) for p in told[:1]] == [(file, line)], library.problems
    assert told[0].remedy
    assert "vanishing-gradients" in library.cards, "what does not resolve does not hide the card"


def test_prerequisites_must_not_go_round(root: Path, card: Path, edit: Edit) -> None:
    edit(
        root / "cards/training/initialisation/card.yml",
        "references:",
        "prerequisites: [vanishing-gradients]\nreferences:",
    )
    problem = only(root)
    assert "initialisation → vanishing-gradients → initialisation" in problem.message
    assert problem.line == line_of(problem.file, "prerequisites")


def test_an_empty_folder_is_no_crash(tmp_path: Path) -> None:
    library = load(tmp_path)
    assert (library.cards, library.topics) == ({}, ())
    assert {p.file.name for p in library.problems} == {"topics.yml", "references.yml", "ui.yml", "computed.json"}


def test_a_problem_prints_as_file_line_message_remedy() -> None:
    assert str(Problem(Path("content/a.yml"), 3, "no id", "add id: …")) == "content/a.yml:3: no id → add id: …"
