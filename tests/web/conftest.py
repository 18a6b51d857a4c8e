"""The whole application in this process, with real workers and a real SQLite file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings.from_env({"WARMUP_DATA_DIR": str(tmp_path_factory.mktemp("data"))})
    with TestClient(create_app(settings), base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path
