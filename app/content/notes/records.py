"""JSON: a list of {question, answer}, or {"cards": [...]} as `warmup import --preview --json` prints it."""

import json
import re
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
    title = listed = ""
    if isinstance(data, dict):
        title = data["name"][:80] if isinstance(data.get("name"), str) else ""
        listed = next((name for name in _LISTS if isinstance(data.get(name), list)), "")
        data = data.get(listed)
    if not isinstance(data, list):
        raise Unprocessable(
            text(
                zh='这个 JSON 里没有题目。格式是 {"cards": [{"question": "…", "answer": "…"}]}。',
                en='There are no questions in this JSON. It reads {"cards": [{"question": "…", "answer": "…"}]}.',
            )
        )
    places = _Places(source, listed)
    cards: list[Note] = []
    lost: list[Lost] = []
    for entry in data:
        places.enter()
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
    """Where in the source strings stand. Entries are met in their order, each where its JSON begins."""

    def __init__(self, source: str, listed: str) -> None:
        self._source, self._at, self.here = source, 0, 1
        self._next = _first_entry(source, listed)

    def enter(self) -> None:
        """Goes to the next entry of the list."""
        while self._source[self._next : self._next + 1] in (" ", "\n", "\t", ","):
            self._next += 1
        self.here += self._source.count("\n", self._at, self._next)
        self._at = self._next
        try:
            _, self._next = json.JSONDecoder().raw_decode(self._source, self._next)
        except ValueError:  # a name that comes twice: the list is the second
            self._next = len(self._source)

    def of(self, words: str) -> int:
        """The line of these words in the entry, as JSON writes them; where the entry begins when they are not found."""
        for ascii_ in (False, True):
            found = self._source.find(json.dumps(words, ensure_ascii=ascii_), self._at, self._next)
            if found >= 0:
                return self.here + self._source.count("\n", self._at, found)
        return self.here


def _first_entry(source: str, listed: str) -> int:
    """Behind the bracket that opens the list of questions. listed: its name in the object; "" when it is all of it."""
    at = len(source) - len(source.lstrip()) + 1
    reader, sign = json.JSONDecoder(), re.compile(r"[\s,:]*")
    name: object = None
    while listed:
        found = sign.match(source, at)
        assert found is not None
        at = found.end()
        if name == listed and source[at] == "[":
            return at + 1
        value, at = reader.raw_decode(source, at)
        name = value if name is None else None
    return at
