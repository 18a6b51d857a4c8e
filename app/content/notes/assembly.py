"""From lines to cards: one pass that knows which question is open, and puts every line somewhere."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.content.notes import answers, inline, report, wording
from app.content.notes.lines import Line, Scanned
from app.content.notes.outline import CONTENTS, PART, QUESTION, SOURCES, Run, outline
from app.content.notes.report import Lost, Note
from app.content.notes.wording import MEDIUM, STRONG
from app.kit.text import Text

_LISTED = ("numbered", "bullet")


@dataclass(slots=True)
class Open:
    """The question that is being read. kind: how it is marked. body: the lines below it, with what its own line said
    of the answer in `first`."""

    kind: str
    question: str
    line: Line
    topic: str
    last: int
    first: str = ""
    body: list[Line] = field(default_factory=list)
    labelled: bool = False

    @property
    def answered(self) -> bool:
        return bool(self.first) or any(line.kind not in ("blank", "markup", "comment") for line in self.body)


class Assembly:
    """Reads lines one after the other; `notes`, `lost` and `topics` are what came of them."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.notes: list[Note] = []
        self.lost: list[Lost] = []
        self.topics: list[tuple[int, str]] = []
        self.title = ""
        self._outline = outline(lines)
        self._open: Open | None = None
        self._path: list[tuple[int, str]] = []
        self._why: Text = report.BEFORE
        self._closed: Text | None = None
        """Set below a heading whose lines are no questions at all: contents, sources."""
        self._promoted: set[int] = set()
        self._rule: Line | None = None

    def run(self) -> None:
        """Reads them all."""
        at = 0
        while at < len(self.lines):
            at = self._take(at)
        self._close()

    def _take(self, at: int) -> int:
        """Puts the line at `at` (and what goes with it) somewhere; gives the next."""
        line = self.lines[at]
        match line.kind:
            case "blank":
                if self._open:
                    self._open.body.append(line)
                return at + 1
            case "front":
                return self._lose(at, report.FRONT)
            case "comment":
                return self._lose(at, report.COMMENT)
            case "contents":
                return self._lose(at, report.CONTENTS)
            case "underline":
                return at + 1
            case "heading":
                return self._heading(at)
            case "rule":
                return self._dividing(at)
        if self._closed is not None:
            return self._lose(at, self._closed)
        if self._rule is not None:
            self._after_rule(line)
        match line.kind:
            case "code" | "math" | "markup":
                why = {"code": report.CODE, "math": report.MATH, "markup": report.MARKUP}[line.kind]
                return self._body(at) if self._open else self._lose(at, why)
            case "row":
                return self._table(at)
        if line.label == "a":
            return self._answer(at)
        if line.summary:
            return self._summary(at)
        if line.label == "q":
            return self._ask(at, "label")
        if line.kind == "quote":
            return self._quote(at)
        if line.kind == "item":
            return self._item(at)
        return self._text(at)

    # headings and rules

    def _heading(self, at: int) -> int:
        line = self.lines[at]
        status = self._outline.headings[line.number]
        if status == QUESTION and len(line.text) <= wording.LONGEST:
            self._leave(line.level)
            return self._ask(at, "heading")
        if status == PART and self._open is None:
            status = "topic"
        inside = self._open is not None and (
            status == PART or (self._open.kind == "heading" and line.level > self._open.line.level and status not in (CONTENTS, SOURCES))
        )
        if inside and self._open is not None and self._open.kind != "heading" and status == PART:
            inside = line.level > (self._path[-1][0] if self._path else 0)
        if inside and not self._holds_questions(at):
            return self._body(at)
        self._leave(line.level)
        words = inline.question(line.text)
        self._path.append((line.level, words))
        self.topics.append((line.number, words))
        if not self.title and line.level == 1:
            self.title = words
        self._why = report.UNDER_TOPIC
        self._closed = {CONTENTS: report.CONTENTS, SOURCES: report.SOURCES}.get(status)
        return at + 1

    def _holds_questions(self, at: int) -> bool:
        """Whether questions are asked below a heading, before the next one of its level."""
        level = self.lines[at].level
        for line in self.lines[at + 1 :]:
            if line.kind == "heading":
                if line.level <= level:
                    return False
                if self._outline.headings[line.number] == QUESTION:
                    return True
        return False

    def _leave(self, level: int) -> None:
        self._close()
        self._path = [(above, words) for above, words in self._path if above < level]
        self._closed = None

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
        card = self._open
        if card is not None and card.answered:
            goes_on = card.kind == "heading" and not wording.REMARK.search(line.text) and line.label != "q"
            if goes_on:
                card.body.append(rule)
                return
            self._close()
            self._why = report.AFTER_RULE
        self._lose_line(rule, report.RULE)

    # questions

    def _ask(self, at: int, kind: str, run: Run | None = None) -> int:
        """A question begins; gives the line after it."""
        line = self.lines[at]
        words, after = self._whole(at, kind)
        if len(words) > 2000:
            return self._lose(at, report.LONG)
        if kind != "heading":
            self._close()
        question, first = inline.split_answer(words, kind not in ("plain", "heading"))
        if self._rule is not None:
            self._lose_line(self._rule, report.RULE)
            self._rule = None
        topic = self._path[-1][1] if self._path else ""
        self._open = Open(kind, inline.question(question), line, topic, self.lines[after - 1].number, first)
        return after

    def _whole(self, at: int, kind: str) -> tuple[str, int]:
        """The words of a question that goes on in the next lines, and the line after it."""
        line = self.lines[at]
        words, after = line.text, at + 1
        if kind == "heading":
            return words, after + (after < len(self.lines) and self.lines[after].kind == "underline")
        if inline.opens_bold(words):
            for end in range(after, min(after + 3, len(self.lines))):
                if self.lines[end].kind not in ("text", "item"):
                    break
                if "**" in self.lines[end].raw or "__" in self.lines[end].raw:
                    return " ".join([words, *(one.raw.strip() for one in self.lines[after : end + 1])]), end + 1
        if kind == "plain" or (inline.is_bold(words) and line.likeness == STRONG):
            return words, after
        joined, likeness = words, wording.likeness(words)
        for end in range(after, min(after + 3, len(self.lines))):
            more = self.lines[end]
            if more.kind != "text" or more.bold or more.label or more.summary or len(more.text) > 300:
                break
            joined = inline.joined(joined, more.text)
            if wording.asks(more.text) and (likeness < STRONG or end == after):
                return joined, end + 1
            if likeness == STRONG:
                break
        return words, after

    def _summary(self, at: int) -> int:
        line = self.lines[at]
        reveals = wording.REVEAL.match(wording.plain(line.text))
        if reveals and line.likeness < STRONG and self._open:
            line.kind = "markup"
            return self._body(at)
        if line.likeness >= MEDIUM or self._open is None or (self._open.kind == "summary" and not reveals):
            return self._ask(at, "summary")
        return self._body(at)

    def _answer(self, at: int) -> int:
        """A line that says it is the answer: what stood before it belongs to the question."""
        card, line = self._open, self.lines[at]
        if card is None:
            return self._lose(at, report.ANSWER)
        said = [one for one in card.body if one.kind not in ("blank", "markup")]
        if not card.labelled and not card.first and said:
            if len(said) <= 12 and all(one.kind in ("text", "item", "quote", "row") for one in said):
                more = "\n".join(one.raw.strip() for one in said)
                card.question = f"{card.question}\n\n{more}" if card.question else more
                card.body = []
            else:
                return self._body(at)
        elif card.labelled:
            return self._body(at)
        card.labelled = True
        card.first, card.last = line.text, line.number
        return at + 1

    def _quote(self, at: int) -> int:
        line = self.lines[at]
        if self._open is None and line.likeness == STRONG:
            return self._ask(at, "plain")
        return self._body(at) if self._open else self._lose(at, self._reason(line))

    # lists

    def _item(self, at: int) -> int:
        line, card = self.lines[at], self._open
        if line.number in self._promoted:
            return self._ask(at, "bullet" if line.marker == "-" else "numbered")
        if card is not None and card.kind in _LISTED and line.indent > card.line.indent + 1:
            if not card.answered and self._children(at, card.line):
                return self._ask(at, "bullet" if line.marker == "-" else "numbered")
            return self._body(at)
        if self._numbers_topic(at):
            return self._topic(at)
        run = self._outline.runs.get(line.number)
        if run is None:
            return self._body(at) if card else self._lose(at, self._reason(line))
        if run.asks is None:
            run.asks = self._decide(run, at)
        if line.task:
            takes = run.asks != "no" and line.likeness >= MEDIUM
        elif run.asks == "yes":
            takes = line.likeness > 0 or line.bold or wording.is_title(line.text)
        else:
            takes = run.asks == "some" and (line.likeness == STRONG or (line.likeness >= MEDIUM and card is None))
        if takes:
            if line.likeness < STRONG and self._is_parent(at):
                return self._topic(at)
            return self._ask(at, "bullet" if line.marker == "-" else "numbered", run)
        if card is None and self._is_parent(at):
            return self._topic(at)
        if line.task and run.asks != "no":
            self._close()
        return self._body(at) if self._open else self._lose(at, self._reason(line))

    def _decide(self, run: Run, at: int) -> str:
        """Whether the items of a list are questions, as seen from its first: "yes", "some" (those with a mark), "no"."""
        card, first = self._open, run.items[0]
        strong, medium, weak = run.share(STRONG), run.share(MEDIUM), run.share(1)
        bodies = run.bodies / len(run.items)
        bullets = first.marker == "-"
        if card is None:
            if strong >= 0.5 or medium >= 0.5 or (not bullets and (weak >= 0.5 or run.bold >= 0.6)):
                return "yes"
            if not bullets and bodies >= 0.5 and run.titles >= 0.8 and len(run.items) > 1:
                return "yes"
            return "some" if medium else "no"
        if card.kind == "label" or card.kind == "summary":
            return "no"
        blank = at > 0 and self.lines[at - 1].kind == "blank"
        if card.kind == "heading":
            asks = strong >= 0.8 and (bodies >= 0.5 or (not bullets and first.value != 1)) and card.line.likeness < STRONG
            return "yes" if asks or (strong >= 0.8 and first.value > 1 and blank) else "no"
        if bullets:
            if card.kind == "bullet":
                return "yes" if strong >= 0.5 or medium >= 0.8 else "some"
            return "yes" if strong == 1 and blank and card.answered else "no"
        if card.kind == "numbered":
            counts_on = first.value > 1 and first.marker == card.line.marker
            asks = strong >= 0.5 or (medium >= 0.6 and counts_on) or (run.bold >= 0.6 and medium >= 0.3)
            return "yes" if asks and (card.answered or strong >= 0.8) else "no"
        if medium >= 0.5 and first.value > 1 and blank:
            return "yes"
        return "yes" if strong >= 0.5 and (card.answered or bodies >= 0.5) else "no"

    def _numbers_topic(self, at: int) -> bool:
        """ "二、优化", or "2. Optimisers", right above questions that are marked in another way."""
        line = self.lines[at]
        chinese = line.marker in ("一、", "(一)", "第")
        if line.marker == "-" or (self._open and not chinese):
            return False
        if line.likeness >= (MEDIUM if chinese else 1) or not wording.is_title(line.text.rstrip(":： ")):
            return False
        following = next((one for one in self.lines[at + 1 : at + 6] if one.kind != "blank"), None)
        if following is None or following.indent > line.indent + 1:
            return False
        if following.kind == "item":
            return following.marker != line.marker and following.likeness >= MEDIUM
        return chinese and (following.likeness == STRONG or following.label == "q")

    def _children(self, at: int, parent: Line) -> bool:
        """Whether all items right below another are questions; they become cards of their own then."""
        first = self.lines[at]
        items: list[Line] = []
        for line in self.lines[at : at + 400]:
            if line.kind == "blank":
                continue
            if line.indent <= parent.indent + 1:
                break
            if line.indent <= first.indent + 1:
                if line.kind != "item" or line.likeness < STRONG:
                    return False
                items.append(line)
        if len(items) < 2:
            return False
        self._promoted |= {line.number for line in items}
        return True

    def _is_parent(self, at: int) -> bool:
        """An item that asks nothing itself, above items that do: a topic."""
        parent = self.lines[at]
        for place in range(at + 1, min(at + 6, len(self.lines))):
            line = self.lines[place]
            if line.kind == "blank":
                continue
            return line.kind == "item" and line.indent > parent.indent + 1 and self._children(place, parent)
        return False

    def _topic(self, at: int) -> int:
        """A line that is no heading but stands for one."""
        self._close()
        line = self.lines[at]
        words = inline.question(line.text).rstrip(":：")
        self._path = [(level, name) for level, name in self._path if level < 7]
        self._path.append((7, words))
        self.topics.append((line.number, words))
        self._why = report.UNDER_TOPIC
        return at + 1

    # paragraphs

    def _text(self, at: int) -> int:
        line, card = self.lines[at], self._open
        inside = card is not None and card.kind in _LISTED and line.indent > card.line.indent + 1
        if not inside and line.indent < 4:
            if (line.bold or inline.opens_bold(line.text)) and self._bold_asks(at):
                return self._ask(at, "bold")
            if inline.leads_bold(line.text) and not (card and card.kind in ("label", "summary")):
                return self._ask(at, "bold")
            if card and card.kind == "label" and not card.answered and self._letter_answers(at):
                return self._answer(at)
            if not line.bold and self._plain_asks(at):
                return self._ask(at, "plain")
            if self._is_topic(at):
                return self._topic(at)
        return self._body(at) if card else self._lose(at, self._reason(line))

    def _letter_answers(self, at: int) -> bool:
        """ "A. …" after "Q. …", unless a "B. …" shows that it is one of several options."""
        line = self.lines[at]
        letter = wording.LETTER_A.match(line.text)
        if letter is None or any(re.match(r"[*_]{0,2}B[.、．)）]", one.text) for one in self.lines[at + 1 : at + 5]):
            return False
        line.text = line.text[letter.end() :]
        return True

    def _bold_asks(self, at: int) -> bool:
        line, card = self.lines[at], self._open
        likeness = line.likeness
        if not line.bold:
            words, _ = self._whole(at, "bold")
            likeness = wording.likeness(words)
            if likeness < STRONG and not inline.is_bold(words):
                return False
        if card is not None and card.kind in ("label", "summary"):
            return False
        if likeness == STRONG:
            return True
        free = card is None or card.kind == "bold"
        if wording.SUBLABEL.match(wording.plain(line.text)):
            return False
        if likeness >= MEDIUM:
            return free or (self._outline.bold_asks and card is not None and card.kind != "heading")
        return free and self._outline.bold_asks and not self._is_topic(at) and wording.is_title(line.text)

    def _plain_asks(self, at: int) -> bool:
        line, card = self.lines[at], self._open
        before = self.lines[at - 1] if at else None
        starts = before is None or before.kind not in ("text", "item", "quote")
        follows = card is not None and card.kind == "plain" and not card.answered and before is not None and before.kind == "text"
        if line.number in self._outline.listed and (follows or starts):
            return True
        if line.likeness < STRONG:
            listed = follows and line.likeness >= MEDIUM and wording.is_title(line.text)
            return listed or (starts and line.likeness >= MEDIUM and bool(inline.split_answer(line.text, False)[1]))
        if not (starts or follows) or len(line.text) > 400:
            return False
        if card is None or follows:
            return True
        if card.kind == "summary" or wording.is_rhetorical(line.text):
            return False
        return (card.answered and before is not None and before.kind == "blank") or card.kind == "plain"

    def _is_topic(self, at: int) -> bool:
        """A short line by itself with questions right after it: "一、激活函数", "**CNN**", "Optimisers:"."""
        line, card = self.lines[at], self._open
        if line.likeness >= MEDIUM or not wording.is_title(line.text.rstrip(":： ")) or wording.width(line.text) > 50:
            return False
        if at and self.lines[at - 1].kind not in ("blank", "rule", "heading"):
            return False
        marked = line.bold or line.text.rstrip("* ").endswith((":", "："))
        if card is not None and not (marked and card.kind in ("numbered", "bullet", "bold") and card.answered):
            return False
        following = next((one for one in self.lines[at + 1 : at + 6] if one.kind != "blank"), None)
        if following is None or (following.likeness < MEDIUM and following.label != "q"):
            return False
        return following.kind == "item" or following.label == "q" or following.bold or card is None

    # tables, and where lines end up

    def _table(self, at: int) -> int:
        end = at + 1
        while end < len(self.lines) and self.lines[end].kind == "row" and not self.lines[end].opens:
            end += 1
        rows = self.lines[at:end]
        found = answers.questions_of_table(rows) if self.lines[at].opens else None
        if found is None:
            for place in range(at, end):
                self._body(place) if self._open else self._lose(place, report.TABLE)
            return end
        self._close()
        topic = self._path[-1][1] if self._path else ""
        self.lost += [Lost(row.number, row.raw, report.TABLE_HEAD) for row in rows[:2]]
        for row, (question, answer) in zip(rows[2:], found, strict=True):
            if question:
                self.notes.append(Note(inline.question(question), answers.without_placeholder(answer), row.number, row.number, topic))
            else:
                self._lose_line(row, report.NO_QUESTION)
        return end

    def _body(self, at: int) -> int:
        line = self.lines[at]
        if self._open is None:
            return self._lose(at, self._reason(line))
        self._open.body.append(line)
        self._open.last = line.number
        return at + 1

    def _lose(self, at: int, why: Text) -> int:
        self._lose_line(self.lines[at], why)
        return at + 1

    def _lose_line(self, line: Line, why: Text) -> None:
        self.lost.append(Lost(line.number, line.raw, why))

    def _reason(self, line: Line) -> Text:
        if wording.REMARK.search(line.text[:400]):
            return report.NOISE
        if line.kind == "item":
            return report.TASK if line.task else report.BULLET if line.marker == "-" else report.NUMBERED
        if len(line.text) > wording.LONGEST:
            return report.LONG
        return self._why

    def _close(self) -> None:
        if self._rule is not None:
            self._lose_line(self._rule, report.RULE)
            self._rule = None
        card, self._open = self._open, None
        if card is None:
            return
        kept, dropped = answers.trimmed(card.body)
        for line in dropped:
            self._lose_line(line, report.NOISE)
        last = max([card.line.number, card.last if not dropped else 0, *(line.number for line in kept if line.kind != "blank")])
        answer = answers.assembled(card.first, kept, card.line)
        if not card.question:
            card.question = inline.question(card.line.text) or card.line.raw.strip()
        self.notes.append(Note(card.question, answer, card.line.number, last, card.topic))


def assemble(scanned: Scanned) -> Assembly:
    """All of a scanned file."""
    reading = Assembly(scanned.lines)
    reading.run()
    reading.lost += [Lost(line.number, line.raw, report.MANY_LINES) for line in scanned.beyond if line.raw.strip()]
    reading.title = scanned.title or reading.title
    return reading
