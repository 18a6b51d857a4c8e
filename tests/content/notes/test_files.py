"""Untidy files of interview questions, as people have them: what is read of each stands beside it as JSON.

After a change that reads one of them better: python tests/content/notes/test_files.py (then look at the difference).
"""

import json
import time
from pathlib import Path

import pytest

from app.content.notes import Report, read
from app.content.notes.blocks import MAX_LINES
from app.content.notes.decoding import MAX_BYTES
from app.errors import Unprocessable

FILES = sorted((Path(__file__).parent / "files").glob("*.md"))
NAMES = [file.stem for file in FILES]


def summary(report: Report) -> dict[str, object]:
    return {
        "title": report.title,
        "cards": [[n.line, n.last, n.topic, n.question, n.answer] for n in report.cards],
        "lost": [[one.line, one.why.en] for one in report.lost],
    }


def accounted(report: Report, source: str) -> None:
    """Every line that is not blank is in a card, is a heading, or is lost for a reason."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lost = {one.line for one in report.lost}
    held = {n for note in report.cards for n in range(note.line, note.last + 1)}
    topics = {line for line, _ in report.topics}
    for number, line in enumerate(lines, 1):
        if line.strip("\ufeff \t\u3000") and number not in lost | held | topics:
            names_nothing = line.lstrip().startswith(("#", "=", "-"))  # "## Question 3", and lines below a heading
            assert names_nothing, f"line {number} is nowhere: {line!r}"
    for one in report.lost:
        assert one.why.en and one.why.zh and one.text.strip() in lines[one.line - 1] + "\ufeff"


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_it_reads_as_it_should(file: Path) -> None:
    found = summary(read(file.read_bytes(), file.name))
    assert found == json.loads(file.with_suffix(".json").read_text())


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_no_line_goes_missing(file: Path) -> None:
    source = file.read_text()
    report = read(source, file.name)
    accounted(report, source)
    assert all(note.unanswered == (note.answer == "") for note in report.cards)
    assert [note.line for note in report.cards] == sorted(note.line for note in report.cards)


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_its_bytes_do_not_matter(file: Path) -> None:
    """Windows line ends, old Macs', UTF-16 with and without a mark, UTF-8 with one, GBK."""
    source = file.read_text().removeprefix("\ufeff")
    plain = summary(read(source.encode(), file.name))
    forms = [
        source.replace("\n", "\r\n").encode(), source.replace("\n", "\r").encode(), source.encode("utf-8-sig"),
        source.encode("utf-16"), b"\xfe\xff" + source.encode("utf-16-be"), source.encode("utf-16-le"),
        source.encode("gb18030"),
    ]  # fmt: skip
    for form in forms:
        assert summary(read(form, file.name)) == plain


def test_the_encoding_is_told() -> None:
    zh = "1. 什么是梯度消失？\n反向传播时变小。\n" * 20
    assert read(zh.encode("gbk")).encoding == "gbk"
    assert read(zh.encode("utf-16")).encoding == "utf-16-le"
    assert read(zh.encode()).encoding == "utf-8"
    assert read("1. What’s naïve Bayes?\nIt’s Thomas’ rule.\n".encode("cp1252")).encoding == "windows-1252"
    assert read(zh.encode()[:-3] + zh.encode()[-3:-1]).encoding == "utf-8"  # cut off within a character


def test_what_is_no_text_is_refused() -> None:
    for data in (b"PK\x03\x04" + bytes(range(256)) * 50, b"\x89PNG\r\n\x1a\n" + bytes(2000)):
        with pytest.raises(Unprocessable, match="not a text file"):
            read(data)
    with pytest.raises(Unprocessable, match="limit is 2 MB"):
        read(b"a" * (MAX_BYTES + 1))
    with pytest.raises(Unprocessable, match="limit is 2 MB"):
        read("中" * MAX_BYTES)


def test_nothing_is_nothing() -> None:
    for empty in (b"", b"\n\n \r\n\t", "\ufeff".encode()):
        report = read(empty, "notes.md")
        assert (report.cards, report.lost) == ([], [])


def test_lines_beyond_the_limit_are_named() -> None:
    report = read("What is what?\n" * (MAX_LINES + 3))
    assert len(report.lost) >= 3
    assert [one.line for one in report.lost[-3:]] == [MAX_LINES + 1, MAX_LINES + 2, MAX_LINES + 3]
    assert "too many lines" in report.lost[-1].why.en


MB = 1 << 20
NASTY = {
    "question marks": "?" * MB, "lines of marks": "?\n" * (MB // 2), "stars": "*" * MB, "bullets": "* " * (MB // 2),
    "backticks": "`" * MB, "fences": "```\n" * (MB // 4), "named fences": "```a\n" * (MB // 5), "dollars": "$" * MB,
    "formulas": "$$\n" * (MB // 3), "angles": "<" * MB, "tags": "<a " * (MB // 3), "brackets": "[" * MB,
    "quotes": "> " * (MB // 2), "hashes": "#" * MB, "headings": "# a?\n" * (MB // 5), "numbers": "1. a\n" * (MB // 5),
    "questions": "".join(f"{i % 999}. What is {i}?\n" for i in range(MB // 18)), "pipes": "|" * MB,
    "tables": "|a|b|\n|-|-|\n" * (MB // 12), "underlines": "a\n---\n" * (MB // 6), "comments": "<!--\n" * (MB // 5),
    "spaces": " " * MB, "blank": "\n" * MB, "one line": "what " * (MB // 5) + "?", "labels": "Q: a\n" * (MB // 5),
    "bold": "**a?** b\n" * (MB // 10), "open bold": "**a\n" * (MB // 4),
    "after": ("?" + "*_" * 200 + "\n") * (MB // 402),
    "brackets after": ("what?" + "(a)" * 150 + "x\n") * (MB // 457), "nested": "".join(
        f"{' ' * (2 * (i % 30))}{i % 9}. what?\n" for i in range(MB // 40)
    ), "sub": "<sub>" * (MB // 5), "pictures": "<img src=" * (MB // 9), "quotation": '"' * MB,
    "zh": "什么是？" * (MB // 12),
}  # fmt: skip


@pytest.mark.parametrize("name", NASTY)
def test_a_megabyte_of_anything_is_read_at_once(name: str) -> None:
    """In processor time, so that a busy machine does not matter."""
    source = NASTY[name].encode()
    began = time.process_time()
    read(source, "notes.md")
    read(source[: MB // 8], "notes.csv")
    assert time.process_time() - began < 10


if __name__ == "__main__":
    for one in FILES:
        text = json.dumps(summary(read(one.read_bytes(), one.name)), ensure_ascii=False, indent=1)
        one.with_suffix(".json").write_text(text + "\n")
