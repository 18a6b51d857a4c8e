"""What a pass over a file has made so far: cards, lost lines and topics; how a question ends, and what divides them."""

from collections.abc import Sequence

from app.content.notes import answers, inline, report, wording
from app.content.notes.lines import Line
from app.content.notes.position import Position
from app.content.notes.report import Lost, Note
from app.kit.text import Text


class Sections(Position):
    """Keeps the topics above the open question, closes it, and puts lost lines away."""

    def __init__(self, lines: Sequence[Line]) -> None:
        super().__init__(lines)
        self.notes: list[Note] = []
        self.lost: list[Lost] = []
        self.topics: list[tuple[int, str]] = []
        self.title = ""
        self._closed: Text | None = None
        """Set below a heading whose lines are no questions at all: contents, sources."""
        self._rule: Line | None = None
        self._nameless = False
        """Below a heading that only says "Question 3": what comes next is the question."""

    def _leave(self, level: int) -> None:
        self._close()
        self.path = [(above, words) for above, words in self.path if above < level]
        self._closed = None

    def _topic(self, at: int) -> int:
        """A line that is no heading but stands for one."""
        self._close()
        line = self.lines[at]
        words = inline.question(line.text).rstrip(":：")
        self.path = [(level, name) for level, name in self.path if level < 7]
        self.path.append((7, words))
        self.topics.append((line.number, words))
        self.why = report.UNDER_TOPIC
        return at + 1

    def _dividing(self, at: int) -> int:
        line = self.lines[at]
        if self._rule is not None:
            self._lose_line(self._rule, report.RULE)
        self._rule = line
        return at + 1

    def _after_rule(self, line: Line) -> None:
        """The first words after a dividing line say what it divided."""
        rule, self._rule = self._rule, None
        assert rule is not None
        card = self.open
        if card is not None and card.answered:
            goes_on = card.kind == "heading" and not wording.REMARK.search(line.text) and line.label != "q"
            if goes_on:
                card.body.append(rule)
                return
            self._close()
            self.why = report.AFTER_RULE
        self._lose_line(rule, report.RULE)

    def _close(self) -> None:
        if self._rule is not None:
            self._lose_line(self._rule, report.RULE)
            self._rule = None
        card, self.open = self.open, None
        if card is None:
            return
        kept, dropped = answers.trimmed(card.body)
        for line in dropped:
            self._lose_line(line, report.NOISE)
        last = max(
            card.line.number, 0 if dropped else card.last, *(one.number for one in kept if one.kind != "blank"), 0
        )
        answer = answers.assembled(card.first, kept, card.line)
        question = card.question or inline.question(card.line.text) or card.line.raw.strip()
        self.notes.append(Note(question, answer, card.line.number, last, card.topic))

    def _lose(self, at: int, why: Text) -> int:
        self._lose_line(self.lines[at], why)
        return at + 1

    def _lose_line(self, line: Line, why: Text) -> None:
        self.lost.append(Lost(line.number, line.raw, why))
