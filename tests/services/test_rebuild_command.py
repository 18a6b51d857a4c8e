"""`warmup rebuild`: says what differs from the log, puts it right, and refuses while the site runs."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.cli import main
from app.db import Database
from app.db import repositories as repo
from tests.services.world import World


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("WARMUP_DATA_DIR", str(tmp_path))
    url = f"sqlite:///{tmp_path / 'warmup.db'}"
    with Database(url) as db:
        world = World(db)
        world.review("vanishing/choice", rating=4)
        world.review("relu/several", rating=3)
    return url


def test_what_differs_is_said_and_put_right(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rebuild", "--check"]) == 0
    with Database(url) as db, db.write() as session:
        learner = repo.local_learner(session, datetime.now(UTC))
        repo.drop_states(session, learner, ["relu/several"])
        state = repo.state(session, learner, "vanishing/choice")
        assert state is not None
        state.stability += 1
        repo.put_state(session, state)
    capsys.readouterr()
    assert main(["rebuild", "--check"]) == 1
    said = capsys.readouterr().out
    assert said == "relu/several: missing\nvanishing/choice: stability\n2 questions; 2 differ from the log\n"
    assert main(["rebuild"]) == 0
    assert main(["rebuild", "--check"]) == 0
    assert capsys.readouterr().out.endswith("2 questions; 0 differ from the log\n")


def test_not_while_another_process_has_the_database(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with Database(url):
        assert main(["rebuild"]) == 2
    assert "in use" in capsys.readouterr().err
