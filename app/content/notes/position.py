"""Where the pass over a file is: which question is open; and what a line is there. Decides, changes hardly anything."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.content.notes import inline, report, wording
from app.content.notes.lines import Line
from app.content.notes.outline import QUESTION, Run, outline
from app.content.notes.wording import MEDIUM, STRONG
from app.kit.text import Text

LISTED = ("numbered", "bullet")


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


class Position:
    """The lines, what is known of their structure, the open question and the headings above it."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.outline = outline(lines)
        self.open: Open | None = None
        self.path: list[tuple[int, str]] = []
        self.why: Text = report.BEFORE
        self.promoted: set[int] = set()
        """Items below another that are questions of their own."""

    def holds_questions(self, at: int) -> bool:
        """Whether questions are asked below a heading, before the next one of its level."""
        level = self.lines[at].level
        for line in self.lines[at + 1 :]:
            if line.kind == "heading":
                if line.level <= level:
                    return False
                if self.outline.headings[line.number] == QUESTION:
                    return True
        return False

    def whole(self, at: int, kind: str) -> tuple[str, int]:
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

    @staticmethod
    def belongs_to_question(card: Open, said: Sequence[Line]) -> bool:
        """Options to choose from, or the question proper below its title, before the line that says "Answer:"."""
        if len(said) > 12 or any(one.kind not in ("text", "item", "quote", "row") for one in said):
            return False
        options = sum(wording.OPTION.match(one.raw.strip()) is not None for one in said)
        return (
            card.kind == "label"
            or options * 2 >= len(said)
            or (len(said) <= 4 and any(one.likeness == STRONG for one in said))
        )

    def decide(self, run: Run, at: int) -> str:
        """Whether the items of a list are questions, seen from its first: "yes", "some" (those that ask), "no"."""
        card, first = self.open, run.items[0]
        strong, medium, weak = run.share(STRONG), run.share(MEDIUM), run.share(1)
        bodies = run.bodies / len(run.items)
        bullets = first.marker == "-"
        if card is None:
            if strong >= 0.5 or medium >= 0.5 or (not bullets and (weak >= 0.5 or run.bold >= 0.6)):
                return "yes"
            if not bullets and bodies >= 0.5 and run.titles >= 0.8 and len(run.items) > 1:
                return "yes"
            return "some" if medium else "no"
        blank = at > 0 and self.lines[at - 1].kind == "blank"
        if card.kind == "label" or card.kind == "summary":
            apart = blank or first.marker in ("第", "[]") or run.bold == 1
            sure = strong == 1 or (medium == 1 and first.marker in ("第", "[]"))
            asks = sure and not bullets and first.value > 1 and apart and card.answered
            return "yes" if asks else "no"
        if card.kind == "heading":
            asks = (
                strong >= 0.8 and (bodies >= 0.5 or (not bullets and first.value != 1)) and card.line.likeness < STRONG
            )
            return "yes" if asks or (strong >= 0.8 and first.value > 1 and blank) else "no"
        if bullets:
            if card.kind == "bullet":
                return "yes" if strong >= 0.5 or medium >= 0.8 else "some"
            return "yes" if strong == 1 and card.answered and (blank or run.items[0].text.startswith("**")) else "no"
        if card.kind == "numbered":
            counts_on = first.value > 1 and first.marker == card.line.marker
            asks = strong >= 0.5 or (medium >= 0.6 and counts_on) or (run.bold >= 0.6 and medium >= 0.3)
            return "yes" if asks and (card.answered or strong >= 0.8) else "no"
        if medium >= 0.5 and first.value > 1 and blank:
            return "yes"
        return "yes" if strong >= 0.5 and (card.answered or bodies >= 0.5) else "no"

    def is_sibling(self, line: Line, run: Run) -> bool:
        """Whether the open question has a number of the same list: the next number is no part of its answer."""
        card = self.open
        if card is None or card.kind != "numbered" or line.marker == "-" or run.asks == "no":
            return False
        return self.outline.runs.get(card.line.number) is run and line.value > card.line.value

    def numbers_topic(self, at: int) -> bool:
        """ "二、优化", or "2. Optimisers", right above questions that are marked in another way."""
        line = self.lines[at]
        chinese = line.marker in ("一、", "(一)", "第")
        if line.marker == "-" or (self.open and (not chinese or self.open.kind == "heading")):
            return False
        if line.likeness >= (MEDIUM if chinese else 1) or not wording.is_title(line.text.rstrip(":： ")):
            return False
        following = next((one for one in self.lines[at + 1 : at + 6] if one.kind != "blank"), None)
        if following is None or following.indent > line.indent + 1:
            return False
        if following.kind == "item":
            least = 1 if chinese else MEDIUM
            return following.marker != line.marker and (
                following.likeness >= least or (chinese and following.value == 1)
            )
        return chinese and (following.likeness == STRONG or following.label == "q")

    def children(self, at: int, parent: Line) -> bool:
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
        self.promoted |= {line.number for line in items}
        return True

    def is_parent(self, at: int) -> bool:
        """An item that asks nothing itself, above items that do: a topic."""
        parent = self.lines[at]
        for place in range(at + 1, min(at + 6, len(self.lines))):
            line = self.lines[place]
            if line.kind == "blank":
                continue
            return line.kind == "item" and line.indent > parent.indent + 1 and self.children(place, parent)
        return False

    def letter_answers(self, at: int) -> bool:
        """ "A. …" after "Q. …", unless a "B. …" shows that it is one of several options."""
        line = self.lines[at]
        letter = wording.LETTER_A.match(line.text)
        if letter is None or any(re.match(r"[*_]{0,2}B[.、．)）]", one.text) for one in self.lines[at + 1 : at + 5]):
            return False
        line.text = line.text[letter.end() :]
        return True

    def bold_asks(self, at: int) -> bool:
        line, card = self.lines[at], self.open
        likeness = line.likeness
        if not line.bold:
            words, _ = self.whole(at, "bold")
            likeness = wording.likeness(words)
            if likeness < STRONG and not inline.is_bold(words):
                return False
        if card is not None and card.kind in ("label", "summary"):
            alike = line.bold and card.line.raw.lstrip().startswith("**") and self.lines[at - 1].kind == "blank"
            return alike and likeness == STRONG and card.answered
        if likeness == STRONG:
            return True
        free = card is None or card.kind == "bold"
        if wording.SUBLABEL.match(wording.plain(line.text)):
            return False
        if likeness >= MEDIUM:
            return free or (self.outline.bold_asks and card is not None and card.kind != "heading")
        return free and self.outline.bold_asks and not self.is_topic(at) and wording.is_title(line.text)

    def plain_asks(self, at: int) -> bool:
        line, card = self.lines[at], self.open
        before = self.lines[at - 1] if at else None
        starts = before is None or before.kind not in ("text", "item", "quote")
        follows = (
            card is not None
            and card.kind == "plain"
            and not card.answered
            and before is not None
            and before.kind == "text"
        )
        if line.number in self.outline.listed and (follows or starts):
            return True
        if self.reads_like_open(at):
            return line.likeness >= MEDIUM or (line.likeness > 0 and wording.is_title(line.text))
        alone = card is None or (card.kind == "plain" and card.answered)
        if (
            alone
            and line.likeness == MEDIUM
            and (before is None or before.kind == "blank")
            and wording.orders(line.text)
        ):
            return wording.is_title(line.text.rstrip("。.")) and at + 1 < len(self.lines)
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

    def reads_like_open(self, at: int) -> bool:
        """Whether a paragraph is put like the question that is open: a line that asks, right above its answer."""
        card, line = self.open, self.lines[at]
        if (
            card is None
            or card.kind != "plain"
            or card.line.kind != "text"
            or not card.body
            or at + 1 == len(self.lines)
        ):
            return False
        alike = card.body[0].kind == "text" and self.lines[at + 1].kind == "text" and self.lines[at - 1].kind == "blank"
        return alike and not wording.is_rhetorical(line.text, alone=True) and wording.is_title(line.text)

    def is_topic(self, at: int) -> bool:
        """A short line by itself with questions right after it: "一、激活函数", "**CNN**", "Optimisers:"."""
        line, card = self.lines[at], self.open
        if wording.ROUND.search(wording.plain(line.text)) and wording.width(line.text) <= 50 and self.starts(at):
            return self.leads_list(at)
        if line.likeness >= MEDIUM or not wording.is_title(line.text.rstrip(":： ")) or wording.width(line.text) > 50:
            return False
        if at and self.lines[at - 1].kind not in ("blank", "rule", "heading"):
            return False
        marked = line.bold or line.text.rstrip("* ").endswith((":", "："))
        following = next((one for one in self.lines[at + 1 : at + 6] if one.kind != "blank"), None)
        if card is not None and not (
            marked
            and card.kind in ("numbered", "bullet", "bold")
            and (card.answered or (following is not None and following.marker == card.line.marker != ""))
        ):
            return False
        if following is None or (following.likeness < MEDIUM and following.label != "q"):
            return False
        return following.kind == "item" or following.label == "q" or following.bold or card is None

    def starts(self, at: int) -> bool:
        """Whether nothing that it could go on stands right above a line."""
        return not at or self.lines[at - 1].kind not in ("text", "item", "quote")

    def leads_list(self, at: int) -> bool:
        """Whether a list or a labelled question comes next."""
        following = next((one for one in self.lines[at + 1 : at + 6] if one.kind != "blank"), None)
        return following is not None and (following.kind == "item" or following.label == "q")

    def reason(self, line: Line) -> Text:
        if wording.REMARK.search(line.text[:400]):
            return report.NOISE
        if line.kind == "item":
            return report.TASK if line.task else report.BULLET if line.marker == "-" else report.NUMBERED
        if len(line.text) > wording.LONGEST:
            return report.LONG
        return self.why
