"""From lines to cards: one pass that knows which question is open, and puts every line somewhere."""

from app.content.notes import answers, inline, report, wording
from app.content.notes.blocks import Scanned
from app.content.notes.outline import CONTENTS, NAMELESS, PART, QUESTION, SOURCES
from app.content.notes.position import LISTED, Open
from app.content.notes.report import Lost, Note
from app.content.notes.sections import Sections
from app.content.notes.wording import MEDIUM, STRONG


class Assembly(Sections):
    """Reads lines one after the other; `notes`, `lost` and `topics` are what came of them."""

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
                if self.open:
                    self.open.body.append(line)
                return at + 1
            case "front":
                return self._lose(at, report.FRONT)
            case "comment":
                return self._lose(at, report.COMMENT)
            case "contents":
                return self._lose(at, report.CONTENTS)
            case "definition":
                return self._lose(at, report.DEFINITION)
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
                return self._body(at) if self.open else self._lose(at, why)
            case "row":
                return self._table(at)
        if self._nameless and line.kind in ("text", "item", "quote") and line.label != "a":
            self._nameless = False
            return self._ask(at, "label")
        if line.label == "a":
            return self._answer(at)
        if line.summary:
            return self._summary(at)
        if line.label == "q":
            return self._ask(at, "plain" if line.kind == "quote" else "label")
        if line.kind == "quote":
            return self._quote(at)
        if line.kind == "item":
            return self._item(at)
        return self._text(at)

    def _heading(self, at: int) -> int:
        line = self.lines[at]
        status = self.outline.headings[line.number]
        self._nameless = False
        if line.label == "a" and self.open is not None:
            return self._answer(at)
        if status == QUESTION and len(line.text) <= wording.LONGEST:
            self._leave(line.level)
            return self._ask(at, "heading")
        if status == PART and self.open is None:
            status = "topic"
        inside = self.open is not None and (
            status == PART
            or (self.open.kind == "heading" and line.level > self.open.line.level and status not in (CONTENTS, SOURCES))
        )
        if inside and self.open is not None and self.open.kind != "heading" and status == PART:
            inside = line.level > (self.path[-1][0] if self.path else 0)
        if inside and not self.holds_questions(at):
            return self._body(at)
        self._leave(line.level)
        if status == NAMELESS:
            self._nameless = True
            return at + 1
        words = inline.question(line.text)
        self.path.append((line.level, words))
        self.topics.append((line.number, words))
        if not self.title and line.level == 1:
            self.title = words
        self.why = report.UNDER_TOPIC
        self._closed = {CONTENTS: report.CONTENTS, SOURCES: report.SOURCES}.get(status)
        return at + 1

    def _ask(self, at: int, kind: str) -> int:
        """A question begins; gives the line after it."""
        line = self.lines[at]
        words, after = self.whole(at, kind)
        if len(words) > 2000:
            return self._lose(at, report.LONG)
        if kind != "heading":
            self._close()
        question, first = inline.split_answer(words, kind not in ("plain", "heading"))
        if self._rule is not None:
            self._lose_line(self._rule, report.RULE)
            self._rule = None
        topic = self.path[-1][1] if self.path else ""
        self.open = Open(kind, inline.question(question), line, topic, self.lines[after - 1].number, first)
        return after

    def _summary(self, at: int) -> int:
        line = self.lines[at]
        reveals = wording.REVEAL.match(wording.plain(line.text))
        if reveals and line.likeness < STRONG and self.open:
            line.kind = "markup"
            return self._body(at)
        if line.likeness >= MEDIUM or self.open is None or (self.open.kind == "summary" and not reveals):
            return self._ask(at, "summary")
        return self._body(at)

    def _answer(self, at: int) -> int:
        """A line that says it is the answer: what stood before it belongs to the question."""
        card, line = self.open, self.lines[at]
        if card is None:
            return self._lose(at, report.ANSWER)
        said = [one for one in card.body if one.kind not in ("blank", "markup")]
        if not card.labelled and not card.first and said:
            if self.belongs_to_question(card, said):
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
        if self.open is None and line.likeness == STRONG:
            return self._ask(at, "plain")
        return self._body(at) if self.open else self._lose(at, self.reason(line))

    def _item(self, at: int) -> int:
        line, card = self.lines[at], self.open
        if card is not None and card.line.number in self.promoted and line.indent < card.line.indent - 1:
            self._close()
            card = None
        if line.number in self.promoted:
            return self._ask(at, "bullet" if line.marker == "-" else "numbered")
        if card is not None and card.kind in LISTED and line.indent > card.line.indent + 1:
            if not card.answered and self.children(at, card.line):
                return self._ask(at, "bullet" if line.marker == "-" else "numbered")
            return self._body(at)
        if self.numbers_topic(at):
            return self._topic(at)
        run = self.outline.runs.get(line.number)
        if run is None:
            return self._body(at) if card else self._lose(at, self.reason(line))
        if run.asks is None:
            run.asks = self.decide(run, at)
        if line.task:
            takes = run.asks != "no" and line.likeness >= MEDIUM
        elif run.asks == "yes":
            takes = line.likeness > 0 or line.bold or wording.is_title(line.text)
        else:
            takes = run.asks == "some" and (line.likeness == STRONG or (line.likeness >= MEDIUM and card is None))
        if takes:
            if line.likeness < STRONG and self.is_parent(at):
                return self._topic(at)
            return self._ask(at, "bullet" if line.marker == "-" else "numbered")
        if card is None and self.is_parent(at):
            return self._topic(at)
        if self.is_sibling(line, run):
            if line.likeness or inline.TERM.match(line.text):
                return self._ask(at, "numbered")
            self._close()
        if line.task and run.asks != "no":
            self._close()
        return self._body(at) if self.open else self._lose(at, self.reason(line))

    def _text(self, at: int) -> int:
        line, card = self.lines[at], self.open
        inside = card is not None and card.kind in LISTED and line.indent > card.line.indent + 1
        if not inside and line.indent < 4:
            if (line.bold or inline.opens_bold(line.text)) and self.bold_asks(at):
                return self._ask(at, "bold")
            if line.leads and not (card and card.kind in ("label", "summary")):
                return self._ask(at, "bold")
            if card and card.kind == "label" and not card.answered and self.letter_answers(at):
                return self._answer(at)
            if not line.bold and self.plain_asks(at):
                return self._ask(at, "plain")
            if self.is_topic(at):
                return self._topic(at)
        return self._body(at) if card else self._lose(at, self.reason(line))

    def _table(self, at: int) -> int:
        end = at + 1
        while end < len(self.lines) and self.lines[end].kind == "row" and not self.lines[end].opens:
            end += 1
        rows = self.lines[at:end]
        found = answers.questions_of_table(rows) if self.lines[at].opens else None
        if found is None:
            for place in range(at, end):
                self._body(place) if self.open else self._lose(place, report.TABLE)
            return end
        self._close()
        topic = self.path[-1][1] if self.path else ""
        self.lost += [Lost(row.number, row.raw, report.TABLE_HEAD) for row in rows[:2]]
        for row, (question, answer) in zip(rows[2:], found, strict=True):
            if question:
                self.notes.append(
                    Note(inline.question(question), answers.without_placeholder(answer), row.number, row.number, topic)
                )
            else:
                self._lose_line(row, report.NO_QUESTION)
        return end

    def _body(self, at: int) -> int:
        line = self.lines[at]
        if self.open is None:
            return self._lose(at, self.reason(line))
        self.open.body.append(line)
        self.open.last = line.number
        return at + 1


def assemble(scanned: Scanned) -> Assembly:
    """All of a scanned file."""
    reading = Assembly(scanned.lines)
    reading.run()
    first = len(scanned.lines) + 1
    reading.lost += [Lost(n, raw, report.MANY_LINES) for n, raw in enumerate(scanned.beyond, first) if raw.strip()]
    reading.title = scanned.title or reading.title
    return reading
