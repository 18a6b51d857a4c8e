"""Imports and deletions in the browser: a backup comes first, and without one nothing happens."""

import base64
from pathlib import Path

from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings

NOTES = base64.b64encode("## 什么是 NMS？\n去掉重叠的框。\n".encode()).decode()


def kept(data: Path) -> list[str]:
    return [path.stem.rpartition("-")[2] for path in sorted((data / "backups").glob("*.db"))]


def test_a_backup_before_an_import_and_before_a_deck_goes(tmp_path: Path) -> None:
    app = create_app(Settings.from_env({"WARMUP_DATA_DIR": str(tmp_path)}))
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        everything = client.get("/api/export").content
        file = {"file": ("w.json", everything)}
        assert client.post("/en/data", files=file, data={"preview": "true"}).status_code == 200
        assert kept(tmp_path) == []
        assert client.post("/en/data", files=file).status_code == 200
        assert kept(tmp_path) == ["import"]
        assert client.post("/api/decks", json={"base64": NOTES, "filename": "notes.md"}).status_code == 200
        (deck,) = client.get("/api/decks").json()
        assert client.delete(f"/api/decks/{deck['uid']}").status_code == 204
        assert kept(tmp_path) == ["import", "delete"]  # before the notes came nothing had changed since the first

        for path in (tmp_path / "backups").iterdir():
            path.unlink()
        (tmp_path / "backups").rmdir()
        (tmp_path / "backups").write_text("in the way, as a full disk would be")
        refused = client.post("/zh/data", files=file)
        assert refused.status_code == 507
        assert "先要备份，但没能做成" in refused.text
        assert client.get("/zh/data").status_code == 200
