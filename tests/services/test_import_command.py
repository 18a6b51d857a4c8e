"""`warmup import`: the preview prints exactly the promised JSON and opens no database; without it the deck is there."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import main
from app.db import Database, decks, repositories

NOTES = "## T\n1. **What is BN?**\nIt normalises.\n2. Why?\nso\n"


def run(arguments: list[str], monkeypatch: pytest.MonkeyPatch, data: Path) -> int:
    monkeypatch.setenv("WARMUP_DATA_DIR", str(data))
    return main(arguments)


def test_preview_as_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "notes.md"
    file.write_bytes(("说明\r\n\r\n" + NOTES.replace("\n", "\r\n")).encode("gbk"))
    data = tmp_path / "data"
    assert run(["import", "--preview", "--json", str(file)], monkeypatch, data) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["cards", "not_understood"]
    assert [(c["question"], c["answer"], c["unanswered"], c["line"]) for c in found["cards"]] == [
        ("What is BN?", "It normalises.", False, 4), ("Why?", "so", False, 6),
    ]  # fmt: skip
    assert [(one["line"], one["text"]) for one in found["not_understood"]] == [(1, "说明")]
    assert found["not_understood"][0]["why"]
    assert not data.exists()


def test_preview_for_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "notes.md"
    file.write_text("hello\n\n" + NOTES + "3. What?\n")
    assert run(["import", "--preview", "--lang", "zh", str(file)], monkeypatch, tmp_path / "data") == 0
    said = capsys.readouterr().out
    assert "What?（没有答案）" in said and "没有看懂的行" in said and "3 道题，1 道没有答案" in said


def test_it_stores_and_updates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.md"
    file.write_text(NOTES)
    data = tmp_path / "data"
    monkeypatch.setenv("WARMUP_CONTENT_DIR", str(Path(__file__).parents[1] / "content" / "sample"))
    assert run(["import", str(file)], monkeypatch, data) == 0
    assert capsys.readouterr().out == "“mine”: 2 new, 0 changed, 0 same, 0 removed\n"
    assert run(["import", str(file)], monkeypatch, data) == 0
    assert capsys.readouterr().out == "“mine”: 0 new, 0 changed, 2 same, 0 removed\n"
    from datetime import UTC, datetime

    with Database(f"sqlite:///{data / 'warmup.db'}") as db, db.write() as session:
        learner = repositories.local_learner(session, datetime.now(UTC))
        (deck,) = decks.decks(session, learner)
        assert [note.question for note in decks.notes(session, deck)] == ["What is BN?", "Why?"]


def test_what_cannot_be_read_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    big = tmp_path / "big.md"
    big.write_bytes(b"a" * (3 << 20))
    for name, said in (("none.md", "No such file"), ("big.md", "the limit is 2 MB"), (".", "directory")):
        arguments = ["import", "--preview", "--json", str(tmp_path / name)]
        assert run(arguments, monkeypatch, tmp_path / "data") == 2
        captured = capsys.readouterr()
        assert said in captured.err and captured.out == ""


def test_as_a_program_from_standard_input() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "import", "--preview", "--json", "-"], input="问：什么是熵？\n".encode(),
        capture_output=True, timeout=60, env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C"}, check=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert json.loads(done.stdout)["cards"][0]["question"] == "什么是熵？"
