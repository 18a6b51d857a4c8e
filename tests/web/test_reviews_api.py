"""A review over HTTP, start to undo, on SQLite and on PostgreSQL: asked, graded, stored once, taken back."""

from pathlib import Path
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.db.postgres import new_database


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_review_from_question_to_undo(kind: str, tmp_path: Path) -> None:
    given = {"WARMUP_DATA_DIR": str(tmp_path)}
    if kind == "postgres":
        given["WARMUP_DATABASE_URL"] = new_database()
    with TestClient(create_app(Settings.from_env(given)), base_url="http://localhost") as client:
        assert client.get("/readyz").json()["database"].startswith(kind)
        first = client.get("/api/review/next", params={"tz": "Asia/Shanghai"}).json()
        question, new = first["question"], first["remaining"]["new"]
        answer = {"skip": True}
        asked = {"item": question["key"], "rev": question["rev"], "seed": question["seed"], "answer": answer}
        grade = client.post("/api/review/grade", json=asked).json()
        assert grade["max_rating"] == 1
        attempt = asked | {
            "attempt_id": str(uuid4()), "rating": 1, "token": question["token"], "lang": "zh", "tz": "Asia/Shanghai",
        }  # fmt: skip
        stored = client.post("/api/reviews", json=attempt)
        assert stored.status_code == 200
        shown = next(button for button in question["buttons"] if button["rating"] == 1)
        assert stored.json()["interval_s"] == shown["interval_s"], "the interval shown is the one stored"
        assert client.post("/api/reviews", json=attempt).json() == stored.json()
        other = client.post("/api/reviews", json=attempt | {"lang": "en", "duration_ms": 5})
        assert (other.status_code, "error" in other.json()) == (422, True)
        assert client.get("/api/review/next").json()["remaining"]["new"] == new - 1
        undone = client.delete(f"/api/reviews/{attempt['attempt_id']}")
        assert undone.status_code == 200
        assert client.get("/api/review/next").json()["remaining"]["new"] == new
