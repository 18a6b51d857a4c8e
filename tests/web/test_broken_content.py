"""A broken card is left out with a warning that names file and remedy; the site goes on without it."""

import re
import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.cli import main
from app.main import create_app
from app.settings import Settings

CONTENT = Settings.from_env({}).content_dir


def broken(tmp_path: Path) -> Path:
    copy = tmp_path / "content"
    shutil.copytree(CONTENT, copy)
    facts = copy / "cards" / "clustering-trees" / "k-means" / "card.yml"
    facts.write_text(facts.read_text().replace("difficulty: 2", "dificulty: 2", 1))
    return copy


def test_the_site_goes_on_without_it(tmp_path: Path) -> None:
    settings = Settings.from_env(
        {"WARMUP_DATA_DIR": str(tmp_path / "data"), "WARMUP_CONTENT_DIR": str(broken(tmp_path))}
    )
    with TestClient(create_app(settings), base_url="http://localhost") as client:
        for lang in ("zh", "en"):
            page = client.get(f"/{lang}/cards")
            assert page.status_code == 200
            assert f"/{lang}/cards/k-means" not in page.text
            assert "card.yml" in page.text, "the warning names the file"
        assert client.get("/en/cards/hidden-markov-model").status_code == 200
        assert client.get("/en/cards/k-means").status_code == 404
        assert client.get("/en/demos/k-means").status_code == 200
        assert client.get("/readyz").json()["problems"] >= 1


def test_check_stops_with_file_line_and_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WARMUP_CONTENT_DIR", str(broken(tmp_path)))
    assert main(["check"]) == 1
    said = capsys.readouterr().err
    line = next(one for one in said.splitlines() if "dificulty" in one)
    assert "card.yml:1:" in line
    assert "→" in line


def test_a_preset_that_is_gone_does_not_take_its_card_down(tmp_path: Path) -> None:
    copy = tmp_path / "content"
    shutil.copytree(CONTENT, copy)
    facts = copy / "cards" / "clustering-trees" / "k-means" / "card.yml"
    lines = facts.read_text().splitlines(keepends=True)
    first = next(i for i, line in enumerate(lines) if "preset:" in line)
    lines[first] = re.sub(r"preset: [a-z0-9-]+", "preset: no-such-preset", lines[first])
    facts.write_text("".join(lines))
    settings = Settings.from_env({"WARMUP_DATA_DIR": str(tmp_path / "data"), "WARMUP_CONTENT_DIR": str(copy)})
    with TestClient(create_app(settings), base_url="http://localhost") as client:
        page = client.get("/en/cards/k-means")
    assert page.status_code == 200
    assert 'data-panel="k-means"' in page.text
