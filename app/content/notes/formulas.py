r"""Formulas of several lines, however they are fenced: in `$$` on lines of their own with nothing empty between.

Markdown ends a paragraph, and with it the formula, at an empty line; notes have them, and have `\[` and
`\begin{align}`, and a `$$` that opens at the end of a sentence.
"""

import re
from collections.abc import Sequence

_BEGUN = re.compile(r"\s*(\$\$|\\\[|(?=\\begin\{))")
_ENDS = {"$$": "$$", "\\[": "\\]"}


def opened(words: str) -> bool:
    """Whether a `$$` is open at the end of a line that does not begin with it."""
    return "$$" in words and words.count("$$") % 2 == 1 and "`" not in words and not words.startswith("$$")


def displayed(block: Sequence[str]) -> list[str]:
    """The lines of a block as it is drawn; one line in dollars stays as it is."""
    text = "\n".join(block)
    begun = _BEGUN.match(text)
    if begun is None or (len(block) == 1 and begun[1] == "$$"):
        return list(block)
    indent = text[: len(text) - len(text.lstrip())]
    inner, after = _parted(text[begun.end() :], _ENDS.get(begun[1]))
    lines = [f"{indent}{line.strip()}" for line in inner.split("\n") if line.strip()]
    rest = after.strip(" \n.。,，;；")
    return ["", f"{indent}$$", *lines, f"{indent}$$", "", *([f"{indent}{after.strip()}"] if rest else [])]


def _parted(text: str, close: str | None) -> tuple[str, str]:
    """(the formula, what stands behind it in its last line)."""
    if close is None:
        last = text.rfind("\\end{")
        at = text.find("}", last) + 1 if last >= 0 else len(text)
        return text[:at], text[at:]
    at = text.rfind(close)
    return (text, "") if at < 0 else (text[:at], text[at + len(close) :])
