"""Which headings ask and which are topics; which numbered and bulleted lines belong together. Looks at the whole file
before any card is made: a heading without a question mark is a question where its neighbours are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.content.notes import wording
from app.content.notes.lines import Line
from app.content.notes.wording import MEDIUM, NONE, STRONG

QUESTION, TOPIC, PART, CONTENTS, SOURCES, NAMELESS = "question", "topic", "part", "contents", "sources", "nameless"


@dataclass(slots=True, eq=False)
class Run:
    """List items that count on, or follow each other as bullets. asks: decided when the first of them is met."""

    items: list[Line] = field(default_factory=list)
    bodies: int = 0
    """How many have words below them that are no item of the same run."""
    asks: str | None = None
    _likes: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    _bold: int = 0

    def add(self, line: Line) -> None:
        """One more item."""
        self.items.append(line)
        self._likes[line.likeness] += 1
        self._bold += line.bold

    def share(self, least: int) -> float:
        """The share of items that read at least so much like a question."""
        return sum(self._likes[least:]) / len(self.items)

    @property
    def bold(self) -> float:
        return self._bold / len(self.items)

    @property
    def titles(self) -> float:
        return sum(wording.is_title(line.text) for line in self.items[:200]) / len(self.items[:200])


@dataclass(slots=True)
class Outline:
    """headings: what each heading line is. runs: the run of each flush list item. both by line number."""

    headings: dict[int, str]
    runs: dict[int, Run]
    bold_asks: bool
    """Whole lines in bold are questions in this file."""
    listed: set[int]
    """Lines of paragraphs in which every line is a question."""


@dataclass(slots=True)
class _Section:
    """A heading with what stands below it, up to the next heading of any level (own) or of its own level (below)."""

    line: Line
    own: list[Line]
    below: list[Line]

    @property
    def body(self) -> bool:
        return any(
            line.kind not in ("blank", "rule", "markup", "comment", "underline", "contents") for line in self.own
        )


def outline(lines: Sequence[Line]) -> Outline:
    """Reads the structure of a whole file."""
    runs = _runs(lines)
    bolds = [line for line in lines if line.kind == "text" and line.bold and line.indent < 4]
    named = [line for line in bolds if not wording.SUBLABEL.match(wording.plain(line.text))]
    bold_asks = bool(named) and sum(line.likeness >= MEDIUM for line in named) * 2 >= len(named)
    sections = _sections(lines)
    return Outline(_headings(lines, sections, runs), runs, bold_asks, _listed(lines))


def _listed(lines: Sequence[Line]) -> set[int]:
    found: set[int] = set()
    paragraph: list[Line] = []
    for line in [*lines, Line(0, "", "blank")]:
        if line.kind == "text" and not line.label and not line.summary and line.indent < 4:
            paragraph.append(line)
            continue
        asking = sum(one.likeness >= MEDIUM for one in paragraph)
        if len(paragraph) > 1 and paragraph[0].likeness >= MEDIUM and asking * 10 >= 6 * len(paragraph):
            strong = any(one.likeness == STRONG for one in paragraph)
            told = len(paragraph) == 2 and paragraph[1].likeness < STRONG and paragraph[1].text.endswith((".", "。"))
            if strong and not told and all(one.likeness >= MEDIUM or wording.is_title(one.text) for one in paragraph):
                found |= {one.number for one in paragraph}
        paragraph = []
    return found


def _sections(lines: Sequence[Line]) -> list[_Section]:
    places = [at for at, line in enumerate(lines) if line.kind == "heading"]
    sections: list[_Section] = []
    open_: list[_Section] = []
    for place, after in zip(places, [*places[1:], len(lines)], strict=False):
        line = lines[place]
        section = _Section(line, list(lines[place + 1 : after]), [])
        open_ = [one for one in open_ if one.line.level < line.level]
        for one in open_:
            one.below.append(line)
        open_.append(section)
        sections.append(section)
    return sections


def _headings(lines: Sequence[Line], sections: Sequence[_Section], runs: dict[int, Run]) -> dict[int, str]:
    asked = _asking_levels(sections, runs)
    any_question = any(
        line.likeness >= MEDIUM or line.label == "q" or (line.kind == "row" and ("?" in line.raw or "？" in line.raw))
        for line in lines
    )
    found: dict[int, str] = {}
    path: list[tuple[int, str]] = []
    for at, section in enumerate(sections):
        line = section.line
        path = [(level, status) for level, status in path if level < line.level]
        following = sections[at + 1].line if at + 1 < len(sections) else None
        status = _status(section, runs, asked, path[-1][1] if path else TOPIC, following, any_question)
        found[line.number] = status
        path.append((line.level, status))
    return found


def _status(
    section: _Section, runs: dict[int, Run], asked: set[int], above: str, following: Line | None, any_question: bool
) -> str:
    line, name = section.line, wording.plain(section.line.text).strip(" :：")
    if wording.CONTENTS_NAME.match(name) or above == CONTENTS:
        return CONTENTS
    if wording.SOURCES_NAME.match(name) or above == SOURCES:
        return SOURCES
    if wording.QUESTION_NAME.match(name) and section.body:
        return NAMELESS
    if line.label == "q":
        return QUESTION
    if line.label == "a" or wording.SUBLABEL.match(name):
        return PART
    likeness = line.likeness
    deeper = any(
        one.likeness >= MEDIUM and not wording.SUBLABEL.match(wording.plain(one.text)) for one in section.below
    )
    holds = _holds(section, runs, plain=line.level not in asked)
    if likeness == STRONG:
        if above in (QUESTION, NAMELESS) and wording.is_rhetorical(line.text):
            return PART
        asking = sum(one.likeness >= MEDIUM for one in section.below)
        if deeper and not section.body and (asking * 2 >= len(section.below) or line.level not in asked):
            return TOPIC
        if holds and line.level not in asked and _begins_with_questions(section, runs):
            return TOPIC
        return QUESTION
    if above in (QUESTION, PART, NAMELESS):
        return PART
    if deeper or holds:
        own = likeness >= MEDIUM and section.body and line.level in asked and not holds
        return QUESTION if own else TOPIC
    if likeness >= MEDIUM:
        return QUESTION if section.body or line.level in asked or not section.below else TOPIC
    if line.level in asked and section.body:
        return QUESTION
    if line.level in asked and (likeness > NONE or (line.value and not section.below)):
        return QUESTION
    if not any_question and section.body and len(section.below) < 2 and not _is_title(section, following):
        return QUESTION
    return TOPIC


def _is_title(section: _Section, following: Line | None) -> bool:
    """The first heading of a file, above all others."""
    return section.line.level == 1 and following is not None and following.level > 1


def _asking_levels(sections: Sequence[_Section], runs: dict[int, Run]) -> set[int]:
    """Heading levels at which questions are the rule."""
    count: defaultdict[int, list[float]] = defaultdict(list)
    for section in sections:
        line = section.line
        name = wording.plain(line.text).strip(" :：")
        if any(pattern.match(name) for pattern in (wording.CONTENTS_NAME, wording.SOURCES_NAME, wording.SUBLABEL)):
            continue
        if line.label == "q" or line.likeness >= MEDIUM:
            count[line.level].append(1.0)
        elif (
            not any(one.likeness >= MEDIUM for one in section.below)
            and section.body
            and not _holds(section, runs, True)
        ):
            count[line.level].append(0.8 if line.likeness else 0.0)
    return {level for level, shares in count.items() if sum(shares) * 2 >= len(shares) and max(shares) == 1.0}


def _holds(section: _Section, runs: dict[int, Run], plain: bool) -> bool:
    """Whether questions of another kind stand right below a heading."""
    before = None
    for line in section.own:
        if line.label == "q" or (line.summary and line.likeness >= MEDIUM):
            return True
        if line.kind == "text" and line.bold and line.likeness >= MEDIUM and line.indent < 4:
            return True
        if line.kind == "item" and (run := runs.get(line.number)) and run.items[0] is line and _run_asks(run):
            return True
        alone = plain and line.kind == "text" and line.indent < 4 and (before is None or before.kind == "blank")
        if alone and wording.asks(line.text):
            return not wording.is_rhetorical(line.text)
        before = line
    return False


def _run_asks(run: Run) -> bool:
    if run.items[0].marker == "-":
        return run.share(STRONG) >= 0.5 or run.share(MEDIUM) >= 0.8
    return run.share(STRONG) >= 0.5 or run.share(MEDIUM) >= 0.6 or (run.share(1) >= 0.6 and run.share(MEDIUM) > 0)


def _begins_with_questions(section: _Section, runs: dict[int, Run]) -> bool:
    first = next((line for line in section.own if line.kind not in ("blank", "rule", "markup")), None)
    if first is None or not (first.likeness >= MEDIUM or first.label == "q"):
        return False
    run = runs.get(first.number)
    return run is None or run.bodies * 2 >= len(run.items) or len(run.items) >= 3


def _runs(lines: Sequence[Line]) -> dict[int, Run]:
    """Flush list items of a section, put together: numbered ones that count on, bullets that follow each other."""
    runs: dict[int, Run] = {}
    numbered: list[Run] = []
    bullets: Run | None = None
    current: Run | None = None
    fresh = False
    before_blank = False
    outer = 0  # the column at which the words of the latest flush item begin
    for line in lines:
        if line.kind in ("heading", "rule"):
            numbered, bullets, current = [], None, None
        elif line.kind == "item" and (line.indent < 2 or current is None or line.indent < outer - 1):
            if line.marker == "-":
                if bullets is None or line.indent != bullets.items[-1].indent:
                    bullets = Run()
                run = bullets
            else:
                run = _counts_on(numbered, line)
                bullets = None
            run.add(line)
            runs[line.number] = run
            current, outer, fresh = run, line.offset, True
        elif line.kind not in ("blank", "rule", "comment", "front", "underline", "contents"):
            if current is not None and fresh and line.kind != "markup":
                current.bodies += 1
                fresh = False
            if line.kind == "text" and line.indent < 2 and before_blank:
                bullets = None
        before_blank = line.kind == "blank"
    return runs


def _counts_on(runs: list[Run], line: Line) -> Run:
    """The run this number continues: of those that wait for it, the one whose items read alike; a new one otherwise."""
    fitting = [
        run for run in runs[-6:] if (last := run.items[-1]).marker == line.marker and 0 < line.value - last.value <= 2
    ]
    exact = [run for run in fitting if run.items[-1].value + 1 == line.value]
    asking = line.likeness >= MEDIUM or line.bold
    alike = [run for run in exact if ((run.share(MEDIUM) >= 0.5 or run.bold >= 0.5) == asking)]
    chosen = alike[-1:] or exact[-1:] or (fitting[-1:] if asking else [])
    if chosen:
        runs.remove(chosen[0])
        runs.append(chosen[0])
        return chosen[0]
    run = Run()
    runs.append(run)
    return run
