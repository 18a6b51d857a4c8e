"""JSON: a list of {question, answer}, or {"cards": [...]} as `warmup import --preview --json` prints it."""

import json
from typing import Any

from app.content.notes import answers, report
from app.content.notes.report import Lost, Note, Report
from app.errors import Unprocessable
from app.kit.text import text

_ASKED = ("question", "q", "front", "prompt", "问题", "题目")
_TOLD = ("answer", "a", "back", "response", "答案", "回答")
_ABOUT = ("topic", "category", "主题", "分类")
_LISTS = ("cards", "questions", "notes", "items", "data")


def looks_like(source: str) -> bool:
    """Whether a text is JSON of something (Markdown may begin with a bracket as well)."""
    try:
        return isinstance(json.loads(source), dict | list)
    except (ValueError, RecursionError):
        return False


def read(source: str) -> Report:
    """Raises Unprocessable for what is no JSON, or JSON without a list of questions."""
    try:
        data = json.loads(source)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        raise Unprocessable(
            text(zh=f"JSON 格式有误，在第 {line} 行。", en=f"This is not valid JSON: see line {line}.")
        ) from None
    title = ""
    if isinstance(data, dict):
        title = data["name"][:80] if isinstance(data.get("name"), str) else ""
        data = next((data[name] for name in _LISTS if isinstance(data.get(name), list)), None)
    if not isinstance(data, list):
        raise Unprocessable(
            text(
                zh='这个 JSON 里没有题目。格式是 {"cards": [{"question": "…", "answer": "…"}]}。',
                en='There are no questions in this JSON. It reads {"cards": [{"question": "…", "answer": "…"}]}.',
            )
        )
    places = _Places(source)
    cards: list[Note] = []
    lost: list[Lost] = []
    for entry in data:
        asked, told, about = (_of(entry, names) for names in (_ASKED, _TOLD, _ABOUT))
        if isinstance(asked, str) and asked.strip() and isinstance(told, str | None):
            line = places.of(asked)
            topic = about[:200] if isinstance(about, str) else ""
            answer = answers.without_placeholder((told or "").replace("\r\n", "\n"))
            cards.append(Note(asked.strip(), answer, line, line, topic))
        else:
            shown = json.dumps(entry, ensure_ascii=False)[:200]
            lost.append(Lost(places.here, shown, report.NOT_TEXT))
    return Report(cards, lost, title=title)


def _of(entry: Any, names: tuple[str, ...]) -> Any:
    if not isinstance(entry, dict):
        return None
    return next((entry[name] for name in names if name in entry), None)


class _Places:
    """Where in the source strings stand, in their order."""

    def __init__(self, source: str) -> None:
        self._source, self._at, self.here = source, 0, 1

    def of(self, words: str) -> int:
        """The line of the next place of these words, as JSON writes them."""
        found = -1
        for ascii_ in (False, True):
            found = self._source.find(json.dumps(words, ensure_ascii=ascii_), self._at)
            if found >= 0:
                break
        if found >= 0:
            self.here += self._source.count("\n", self._at, found)
            self._at = found
        return self.here
