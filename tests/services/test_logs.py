"""One line a record, whatever is in it."""

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest

from app import logs


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level, stream = root.handlers[:], root.level, io.StringIO()
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(False)


HOSTILE = "ok\r\nERROR forged: line\x1b[2J\x9b31m\x00\x7f\u2028\u202e\ud800\x85 完"


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_message_stays_on_its_line_and_prints_nothing_strange(form: logs.Form, out: io.StringIO) -> None:
    logs.setup(form, out)
    logging.getLogger("warmup").warning("%s", HOSTILE, extra={"data": {"route": HOSTILE}})
    written = out.getvalue()
    assert written.count("\n") == 1
    assert not set(written) & set("\r\x1b\x9b\x00\x7f\u2028\u202e\ud800\x85")
    assert "完" in written
    if form == "json":
        line = json.loads(written)
        assert not set(line["message"] + line["route"]) & set("\r\n\x1b"), "not even after it was parsed"
        assert (line["level"], line["logger"]) == ("warning", "warmup")


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_traceback_cannot_forge_a_line_either(form: logs.Form, out: io.StringIO) -> None:
    logs.setup(form, out)
    try:
        raise ValueError("x\nERROR forged: line\x1b[2J")
    except ValueError:
        logging.getLogger("warmup").exception("it failed")
    written = out.getvalue()
    assert "\x1b" not in written
    assert not any(line.startswith("ERROR forged") for line in written.splitlines())
    if form == "json":
        assert json.loads(written)["traceback"][0].startswith("Traceback")


@pytest.mark.parametrize(
    "said",
    [
        "cannot reach postgresql://me:hunter2@db/warmup", "password=hunter2&x=1", '{"password": "hunter2"}',
        "new_password='hunter2 and more'", "Cookie: a=1; session=hunter2", "set-cookie: __Host-session=hunter2; Secure",
        "Authorization: Bearer hunter2", "metrics_token=hunter2", "(b'cookie', b'session=hunter2')",
    ],
)  # fmt: skip
def test_secrets_are_covered(said: str) -> None:
    assert "hunter2" not in logs.clean(said)
    assert "***" in logs.clean(said)


@pytest.mark.parametrize(
    "said", ["GET /en/cards took 3.1 ms", "http://localhost:8000/zh/?q=a:b", "3 of 4 passwords changed"]
)
def test_what_is_no_secret_is_left_alone(said: str) -> None:
    assert logs.clean(said) == said


def test_the_endless_is_cut() -> None:
    assert len(logs.clean("password=" * 200_000)) < 4 * logs.LONGEST
    assert len(logs.clean("a:" * 500_000)) <= logs.LONGEST + 1


def test_the_request_under_way_is_named(out: io.StringIO) -> None:
    logs.setup("json", out)
    token = logs.request_id.set("abc-12345")
    logging.getLogger("x").warning("one")
    logs.request_id.reset(token)
    logging.getLogger("x").warning("two")
    first, second = map(json.loads, out.getvalue().splitlines())
    assert first["request"] == "abc-12345"
    assert "request" not in second


def test_auto_is_plain_only_on_a_terminal(out: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    logs.setup("auto", out)
    assert isinstance(logging.getLogger().handlers[0].formatter, logs.JsonLines)
    monkeypatch.setattr(out, "isatty", lambda: True)
    logs.setup("auto", out)
    assert isinstance(logging.getLogger().handlers[0].formatter, logs.Plain)
    assert sys.stderr is not out
