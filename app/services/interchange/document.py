"""Our JSON file: all of a learner's rows, table by table, a row a line. The same rows give the same bytes.

    {"format": "warmup", "version": 1, "schema": "0007", "learner": {…}, "tables": {"review": […], …}}

`version` is the shape of the file, `schema` the tables of the release that wrote it. A file of a newer release is
refused: an older program would drop what it does not know.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from app.db import Session, migrate, transfer
from app.errors import Unprocessable
from app.kit.text import Text, text

FORMAT, VERSION = "warmup", 1
_OPTIONS = orjson.OPT_SORT_KEYS
_KEYS = {"format", "version", "schema", "learner", "tables"}


class BadFile(Unprocessable):
    """A file that cannot be imported; nothing was changed."""

    code = "bad_file"


class TooNew(BadFile):
    """A file of a newer release."""

    code = "too_new"


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read and has the right shape; its rows are checked when they are stored."""

    schema: str
    learner: dict[str, Any]
    tables: dict[str, list[transfer.Row]]


def write(session: Session, learner: int) -> Iterator[bytes]:
    """The file, in pieces."""
    head = {"format": FORMAT, "version": VERSION, "schema": migrate.head()}
    yield orjson.dumps(head)[:-1] + b',"learner":' + orjson.dumps(transfer.about(session, learner), option=_OPTIONS)
    yield b',"tables":{'
    for place, (name, rows) in enumerate(transfer.read_out(session, learner)):
        yield (b",\n" if place else b"\n") + orjson.dumps(name) + b":["
        between = b"\n"
        for row in rows:
            yield between + orjson.dumps(row, option=_OPTIONS)
            between = b",\n"
        yield b"]"
    yield b"\n}}\n"


def is_ours(head: bytes) -> bool:
    """Whether a file begins as one of ours, whoever has laid it out since."""
    return re.match(rb'\s*\{\s*"format"\s*:\s*"warmup"', head) is not None


def read(data: bytes) -> Document:
    """Raises TooNew and BadFile."""
    try:
        found = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        if not data.lstrip().startswith(b"{"):
            raise BadFile(_NOT_OURS) from None
        raise BadFile(
            text(
                zh=f"这个文件不是完整的 JSON（第 {error.lineno} 行）。请重新导出一份再试。",
                en=f"This file is not whole JSON (line {error.lineno}). Export it again and try once more.",
            )
        ) from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise BadFile(_NOT_OURS)
    version, schema = found.get("version"), found.get("schema")
    if not isinstance(version, int) or not isinstance(schema, str):
        raise BadFile(_NOT_OURS)
    if version > VERSION or (schema not in migrate.known() and schema > migrate.head()):
        raise TooNew(_newer(version, schema))
    if set(found) != _KEYS or schema not in migrate.known() or version < 1:
        raise BadFile(_NOT_OURS)
    learner, tables = found["learner"], found["tables"]
    if not isinstance(learner, dict) or not isinstance(tables, dict):
        raise BadFile(_NOT_OURS)
    for name, rows in tables.items():
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise damaged(f"{name[:60]}: a list of rows")
    return Document(schema, learner, tables)


def damaged(where: str) -> BadFile:
    """For a row that cannot be: `where` says which, in plain English."""
    where = "".join(c if c.isprintable() else "?" for c in where[:200])
    return BadFile(
        text(
            zh=f"文件里有不能用的内容（{where}），因此什么都没有导入。请重新导出一份再试。",
            en=f"The file holds something that cannot be used ({where}), so nothing was imported. "
            "Export it again and try once more.",
        )
    )


def _newer(version: int, schema: str) -> Text:
    schema = schema[:20] if schema.isalnum() else "?"
    ours = migrate.head()
    return text(
        zh=f"这个文件来自更新的 Warmup（版本 {version}，数据表 {schema}；本机是 {VERSION}，{ours}），"
        "因此没有导入任何内容。请先升级 Warmup。",
        en=f"This file comes from a newer Warmup (version {version}, tables {schema}; here it is {VERSION}, {ours}), "
        "so nothing was imported. Upgrade Warmup first.",
    )


_NOT_OURS = text(
    zh="这不是 Warmup 导出的文件。这里可以导入 Warmup 的 JSON，Anki 的 .apkg 和 .colpkg；"
    "题目笔记（Markdown、CSV 等）请到“自己的题”导入。",
    en="This is not a file that Warmup exported. What can be imported here: Warmup's JSON, Anki's .apkg and "
    ".colpkg. Notes (Markdown, CSV and so on) go in at “Own questions”.",
)
