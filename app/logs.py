"""What the log looks like: one line a record, JSON for programs or plain for a terminal, each with its request's id.

Whatever a client sent may end up in a message, so nothing is written as it came: control characters (line breaks, ESC,
the C1 set, marks that turn the direction of writing) become visible escapes, and what looks like a secret is covered.
A leaf: knows nothing of the rest.
"""

import json
import logging
import re
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal, TextIO

Form = Literal["auto", "json", "text"]

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request under way; it goes along into the threads that answer it."""
LONGEST = 4000
"""Characters of one message, or of one line of a traceback."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_SECRETS = (
    (re.compile(r"(\b[a-z][a-z0-9+.-]{0,30}://[^\s/:@]{0,200}):[^\s@]{1,500}@", re.I), r"\1:***@"),
    (re.compile(r"((?:set-)?cookie\w*\W{1,4})[^\r\n]+", re.I), r"\1***"),
    (re.compile(r"((?:proxy-)?authorization\W{1,4})[^\r\n]+", re.I), r"\1***"),
    (re.compile(r"((?:password|passwd|secret|token|api_?key)['\"]?\s*[:=]\s*)(?:'[^']*'|\"[^\"]*\"|[^\s,;&)}]+)", re.I),
     r"\1***"),
)  # fmt: skip


def clean(message: str) -> str:
    """The message on one line, safe to print: secrets covered, control characters escaped, cut if endless."""
    message = message[: 4 * LONGEST]
    for pattern, cover in _SECRETS:
        message = pattern.sub(cover, message)
    if len(message) > LONGEST:
        message = message[:LONGEST] + "…"
    return _CONTROL.sub(_visible, message)


def _visible(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def _lines(record: logging.LogRecord) -> list[str]:
    """Its traceback, line by line."""
    if not record.exc_info or record.exc_info[1] is None:
        return []
    whole = "".join(traceback.format_exception(record.exc_info[1], limit=-40))
    return [clean(line) for line in whole.rstrip("\n").split("\n")[-400:]]


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, request, fields given by `extra={"data": {...}}`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": clean(record.getMessage()),
        }
        if request := request_id.get():
            line["request"] = request
        for name, value in getattr(record, "data", {}).items():
            line.setdefault(name, value if isinstance(value, int | float) else clean(str(value)))
        if lines := _lines(record):
            line["traceback"] = lines
        return json.dumps(line, ensure_ascii=False)


class Plain(logging.Formatter):
    """For people: level, logger, message, then what there is of the rest."""

    def format(self, record: logging.LogRecord) -> str:
        data = {name: clean(str(value)) for name, value in getattr(record, "data", {}).items()}
        if request := request_id.get():
            data["request"] = request
        tail = "".join(f" {name}={value}" for name, value in data.items())
        head = f"{record.levelname} {record.name}: {clean(record.getMessage())}{tail}"
        return "\n".join([head, *("  " + line for line in _lines(record))])


def setup(form: Form = "auto", stream: TextIO | None = None) -> None:
    """The one handler of this process. auto: plain on a terminal, JSON everywhere else."""
    stream = stream or sys.stderr
    plain = form == "text" or (form == "auto" and stream.isatty())
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Plain() if plain else JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    for quiet in ("uvicorn", "uvicorn.error", "uvicorn.asgi"):
        logging.getLogger(quiet).setLevel(logging.WARNING)
    logging.captureWarnings(True)
