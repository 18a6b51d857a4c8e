"""Reads zh.md and en.md: front matter, then sections `## … {#short}`, `{#why}`, `{#pitfalls}`, `{#follow-ups}`."""

from collections.abc import Sequence
from pathlib import Path

from markdown_it.token import Token

from app.content import markdown, source
from app.content.card import SECTIONS, Section, Words
from app.content.marks import Mention, mentions
from app.content.models import FrontMatter
from app.content.problems import Problem
from app.kit.text import Lang


def load(file: Path, lang: Lang, problems: list[Problem]) -> tuple[Words | None, list[Mention]]:
    """The words of a card in one language (None when they cannot be used) and what they name."""
    before = len(problems)
    text = source.read(file, problems)
    if text is None:
        return None, []
    head, body, first_line = _split(text)
    if head is None:
        problems.append(Problem(file, 1, "no front matter", "begin with --- title: … question: … ---"))
        return None, []
    document = source.parse(file, head, problems, 2)
    matter = document.validate(FrontMatter, problems) if document else None
    tokens = markdown.parse(body)
    sections = _sections(tokens, "h2", first_line)
    _check_order(file, sections, first_line, problems)
    found = {section.id: section for section in sections}
    if matter is None or len(problems) > before:
        return None, []
    answers = _sections(found["follow-ups"].body, "h3", first_line)
    for start, tokens_before in (
        (first_line, _before(tokens, "h2")),
        (found["follow-ups"].line, _before(found["follow-ups"].body, "h3")),
    ):
        if tokens_before:
            problems.append(Problem(file, start, "text before the first heading", "move it below one"))
    for section in (*(found[name] for name in SECTIONS[:3]), *answers):
        if not section.words:
            problems.append(Problem(file, section.line, f"nothing stands under {section.title!r}", "write it"))
    for answer in answers:
        if not answer.id:
            problems.append(Problem(file, answer.line, f"follow-up {answer.title!r} has no anchor", "add {#fu-…}"))
    if len(problems) > before:
        return None, []
    words = Words(
        lang, matter.title, matter.question, found["short"], found["why"], found["pitfalls"],
        {answer.id: answer for answer in answers}, found["follow-ups"].title,
        found["follow-ups"].line,
    )  # fmt: skip
    named = [m for line, sentence in document.texts() for m in mentions(markdown.parse_inline(sentence), line)]  # type: ignore[union-attr]
    return words, named + list(mentions(tokens, first_line))


def _split(text: str) -> tuple[str | None, str, int]:
    """Front matter, body, and the line the body starts on."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return None, text, 1
    for at, line in enumerate(lines[1:], 1):
        if line.rstrip() == "---":
            return "\n".join(lines[1:at]), "\n".join(lines[at + 1 :]), at + 2
    return None, text, 1


def _sections(tokens: Sequence[Token], tag: str, first_line: int) -> list[Section]:
    """Cuts at headings of one level; what stands before the first is a section without id if there is anything."""
    starts = [at for at, token in enumerate(tokens) if token.type == "heading_open" and token.tag == tag]
    sections = []
    for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        heading = tokens[start]
        line = first_line + (heading.map[0] if heading.map else 0)
        sections.append(Section(str(heading.attrs.get("id", "")), [tokens[start + 1]], tokens[start + 3 : end], line))
    return sections


def _before(tokens: Sequence[Token], tag: str) -> Sequence[Token]:
    first = next((at for at, token in enumerate(tokens) if token.type == "heading_open" and token.tag == tag), None)
    return tokens[:first]


def _check_order(file: Path, sections: Sequence[Section], first_line: int, problems: list[Problem]) -> None:
    ids = [section.id for section in sections]
    if ids == list(SECTIONS):
        return
    expected = ", ".join(f"{{#{name}}}" for name in SECTIONS)
    wrong = next((s for s, name in zip(sections, SECTIONS, strict=False) if s.id != name), None)
    line = wrong.line if wrong else sections[len(SECTIONS)].line if len(sections) > len(SECTIONS) else first_line
    shown = ", ".join(f"{{#{name}}}" if name else "no anchor" for name in ids) or "none"
    problems.append(
        Problem(file, line, f"the sections are {shown}", f"write ## headings with {expected}, in this order")
    )
