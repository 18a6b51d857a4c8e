"""What was understood of a file, and what was not: cards with the line they begin on, lost lines with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from app.kit.text import Lang, Text, text


@dataclass(frozen=True, slots=True)
class Note:
    """A question with its answer in Markdown ("" when there is none). line, last: where it stands in the file."""

    question: str
    answer: str
    line: int
    last: int
    topic: str = ""
    repeats: int | None = None
    """The line of an earlier question with the same words."""

    @property
    def unanswered(self) -> bool:
        return not self.answer


class Lost(NamedTuple):
    """A line that is in no card, and why."""

    line: int
    text: str
    why: Text


@dataclass(frozen=True, slots=True)
class Report:
    """A file as it was read. format: markdown, csv, tsv or json. columns: which column of a table holds what, counted
    from 0. topics: headings, as (line, words)."""

    cards: Sequence[Note]
    lost: Sequence[Lost]
    format: str = "markdown"
    encoding: str = "utf-8"
    title: str = ""
    topics: Sequence[tuple[int, str]] = ()
    columns: Mapping[str, int] = field(default_factory=dict)
    header: Sequence[str] = ()

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """As `warmup import --preview --json` prints it."""
        cards = [
            {
                "question": note.question, "answer": note.answer, "unanswered": note.unanswered, "line": note.line,
                "last_line": note.last, "topic": note.topic, "repeats_line": note.repeats,
            }
            for note in self.cards
        ]  # fmt: skip
        lost = [{"line": one.line, "text": one.text, "why": one.why[lang]} for one in self.lost]
        return {"cards": cards, "not_understood": lost}


BEFORE = text(
    zh="前面没有它所属的问题。", en="It belongs to no question: none comes before it."
)  # fmt: skip
UNDER_TOPIC = text(
    zh="在标题之后、第一个问题之前，不属于任何问题。",
    en="It stands between a heading and the first question, and belongs to neither.",
)
AFTER_RULE = text(zh="在分隔线之后，不属于任何问题。", en="It comes after a dividing line and belongs to no question.")
RULE = text(zh="分隔线，没有内容。", en="A dividing line: nothing to learn.")
FRONT = text(zh="文件头的元数据，不是题目。", en="Front matter, not a question.")
COMMENT = text(zh="注释，没有收进来。", en="A comment, left out.")
CONTENTS = text(zh="目录条目，不是题目。", en="An entry of the table of contents, not a question.")
DEFINITION = text(
    zh="脚注或链接的定义，已并入引用它的答案。",
    en="A footnote or an address: it is given with the answers that refer to it.",
)
SOURCES = text(zh="参考资料，不是题目。", en="A list of sources, not a question.")
NUMBERED = text(zh="有编号，但看不出是在提问。", en="It is numbered, but does not read as a question.")
BULLET = text(zh="列表项，但看不出是在提问。", en="A list entry that does not read as a question.")
TASK = text(zh="待办事项，不是题目。", en="A task, not a question.")
CODE = text(zh="代码，前面没有它所属的问题。", en="Code that belongs to no question.")
MATH = text(zh="公式，前面没有它所属的问题。", en="A formula that belongs to no question.")
TABLE = text(zh="表格，前面没有它所属的问题。", en="A table that belongs to no question.")
TABLE_HEAD = text(zh="表头；每一行成了一张卡片。", en="The head of a table; its rows became cards.")
MARKUP = text(zh="只有标记，没有文字。", en="Markup without any words.")
ANSWER = text(zh="一个答案，前面没有问题。", en="An answer with no question before it.")
LONG = text(zh="太长，不像是一个问题。", en="Too long to be a question.")
MANY_LINES = text(
    zh="文件行数太多，从这里起没有读。请拆成几个文件。",
    en="The file has too many lines; reading stopped before this one. Split it.",
)
NOISE = text(zh="关于文件本身的说明，不是题目。", en="A remark about the file itself, not a question.")
NO_QUESTION = text(zh="这一行里没有问题。", en="There is no question in this row.")
NOT_TEXT = text(zh="这一条的问题或答案不是文字。", en="The question or the answer of this entry is not text.")


def repeated(line: int) -> Text:
    """Why a bare question that is answered elsewhere is no card of its own."""
    return text(
        zh=f"和第 {line} 行是同一个问题，那里有答案。", en=f"The same question as line {line}, which has the answer."
    )
