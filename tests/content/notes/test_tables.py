"""CSV, TSV and JSON: headers or none, any order of columns, cells of several lines, quotes that are never closed."""

import json

import pytest

from app.content.notes import read
from app.errors import Unprocessable


def pairs(source: str, name: str = "notes.csv") -> list[tuple[str, str]]:
    return [(note.question, note.answer) for note in read(source, name).cards]


def test_a_header_says_which_column_is_which() -> None:
    report = read("id,answer,topic,question\n1,chain rule,training,What is backprop?\n2,,training,Why ReLU?\n", "a.csv")
    assert [(n.question, n.answer, n.topic, n.line) for n in report.cards] == [
        ("What is backprop?", "chain rule", "training", 2), ("Why ReLU?", "", "training", 3),
    ]  # fmt: skip
    assert report.columns == {"question": 3, "answer": 1, "topic": 2}
    assert report.header == ["id", "answer", "topic", "question"]
    assert [(one.line, one.why.en) for one in report.lost] == [(1, "The head of a table; its rows became cards.")]


def test_without_a_header_the_column_that_asks_is_the_question() -> None:
    for order in (("What is {0}?", "{0} is a thing that needs some words."), ("{0} is a thing.", "What is {0}?")):
        rows = "\n".join(",".join(cell.format(word) for cell in order) for word in ("dropout", "momentum", "BN"))
        assert [question for question, _ in pairs(rows)] == ["What is dropout?", "What is momentum?", "What is BN?"]


def test_columns_can_be_chosen() -> None:
    report = read("alpha,beta\ngamma,delta\n", "a.csv", columns={"question": 1, "answer": 0})
    assert [(n.question, n.answer) for n in report.cards] == [("beta", "alpha"), ("delta", "gamma")]


def test_cells_of_several_lines_and_quotes_in_them() -> None:
    source = '问题,答案\n"什么是 ""熵""？","$H$\n\n- 一\n- 二"\n为什么用交叉熵？,梯度好\n'
    assert pairs(source) == [('什么是 "熵"？', "$H$\n\n- 一\n- 二"), ("为什么用交叉熵？", "梯度好")]
    assert [(n.line, n.last) for n in read(source, "a.csv").cards] == [(2, 5), (6, 6)]


def test_tabs_semicolons_and_full_width_commas() -> None:
    assert pairs("What is A?\tyes\nWhat is B?\tno\n", "a.tsv") == [("What is A?", "yes"), ("What is B?", "no")]
    assert pairs("What is A?;yes, it is\nWhat is B?;no\n")[0] == ("What is A?", "yes, it is")
    assert pairs("什么是 A？，是\n什么是 B？，否\n")[1] == ("什么是 B？", "否")


def test_a_quote_that_is_never_closed_holds_only_its_line() -> None:
    rows = '"What is A?,one\n' + "".join(f"What is {i}?,{i}\n" for i in range(100))
    assert len(pairs(rows)) == 101


def test_rows_without_a_question_are_named() -> None:
    report = read("question,answer\n,lonely\nWhat?,x\n---,y\n", "a.csv")
    assert [one.line for one in report.lost] == [1, 2, 4]
    assert report.lost[1].why.en == "There is no question in this row."


def test_the_look_of_a_text_tells_when_no_name_does() -> None:
    assert read("question,answer\nWhy?,so\n").format == "csv"
    assert read("Why A?\tso\nWhy B?\tso\n").format == "tsv"
    assert read('[{"question": "Why?"}]').format == "json"
    assert read("[x] is this a list?\n").format == "markdown"
    assert read("1. What, when, and where?\n2. Why, then?\n").format == "markdown"


def test_our_own_json_comes_back() -> None:
    first = read("## T\n### Why ReLU?\nslope one\n### Why BN?\n")
    document = json.dumps(first.as_json("en"), ensure_ascii=False, indent=2)
    again = read(document, "notes.json")
    assert [(n.question, n.answer, n.topic) for n in again.cards] == [
        ("Why ReLU?", "slope one", "T"),
        ("Why BN?", "", "T"),
    ]
    assert document.split("\n")[again.cards[1].line - 1].strip().startswith('"question": "Why BN?"')


@pytest.mark.parametrize("source", ["{", "[1, 2", "null", '{"a": 1}', "[" * 100_000])
def test_json_of_something_else_is_refused(source: str) -> None:
    with pytest.raises(Unprocessable):
        read(source, "notes.json")


def test_entries_that_are_no_questions_are_named() -> None:
    report = read('[{"question": 3}, "x", {"question": " "}, {"q": "Why?", "a": null}]', "a.json")
    assert [n.question for n in report.cards] == ["Why?"]
    assert len(report.lost) == 3


def test_lines_of_json_are_those_of_its_entries() -> None:
    """Also of entries that are no questions, of words written in escapes, and of words that stood before."""
    source = """{"name": "x", "about": {"notes": ["Why?"]}, "data": [], "cards": [
  {"question": "What?",
   "answer": "Why?"},
  {"question": 3},
  {"answer": "b",
   "question": "Why?"},
  {"question": "\\u4ec0\\u4e48\\/\\u003f", "answer": ""}
]}"""
    report = read(source, "a.json")
    assert [(n.question, n.line) for n in report.cards] == [("What?", 2), ("Why?", 6), ("什么/?", 7)]
    assert [one.line for one in report.lost] == [4]
