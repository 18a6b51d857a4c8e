"""Footnotes and addresses that stand at the end of a file, `[^1]: …` and `[1]: https://…`: they go with the answers
that refer to them, for a card has no end of the file."""

import re
from collections.abc import Sequence
from dataclasses import replace

from app.content.notes import inline
from app.content.notes.report import Note

DEFINITION = re.compile(
    r"^\[(?P<foot>\^)?(?P<name>[^\[\]\n]{1,60})\]:\s{0,4}(?P<words>(?(foot)\S.{0,2000}"
    r"|<?(?:https?://|www\.|/|#|\./)[^\s>]{0,1000}>?(?:\s+[\"'(].{0,300})?))$"
)
_FOOTNOTE = re.compile(r"\[\^([^\[\]\s]{1,60})\]")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def placed(notes: Sequence[Note], lines: Sequence[str]) -> list[Note]:
    """lines: the definitions of the file. Gives the notes with those they refer to."""
    found = [match for line in lines if (match := DEFINITION.match(line.strip()))]
    feet = {match["name"]: match["words"] for match in found if match["foot"]}
    links = {match["name"].casefold(): match["words"] for match in found if not match["foot"]}
    return [_placed(note, feet, links) for note in notes] if found else list(notes)


def _placed(note: Note, feet: dict[str, str], links: dict[str, str]) -> Note:
    words = f"{note.question}\n{note.answer}"
    below = [f"{_mark(name)} {feet[name]}" for name in dict.fromkeys(_FOOTNOTE.findall(words)) if name in feet]
    used = [f"[{name}]: {to}" for name, to in links.items() if f"[{name}]" in words.casefold()]
    if not below and not used:
        return note

    def raised(line: str) -> str:
        return _FOOTNOTE.sub(lambda match: _mark(match[1]) if match[1] in feet else match[0], line)

    answer = "\n".join(inline.outside(line, raised) for line in note.answer.split("\n"))
    parts = [answer, *below, "\n".join(used)] if note.answer else [note.answer]
    return replace(note, question=inline.outside(note.question, raised), answer="\n\n".join(filter(None, parts)))


def _mark(name: str) -> str:
    return name.translate(_RAISED) if name.isdecimal() and name.isascii() else f"({name})"
