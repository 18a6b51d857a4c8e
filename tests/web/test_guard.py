"""The guards around every request: Host, cross-site writes, bodies, headers, malformed input of every sort."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.main import MAX_BODY

GOOD = {"item": "k-means/none", "rev": 1, "seed": 1, "answer": {"skip": True}}


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "", "localhost@evil"])
def test_foreign_hosts_are_refused(client: TestClient, host: str) -> None:
    answer = client.get("/en/", headers={"host": host})
    assert answer.status_code == 400
    assert "WARMUP_HOSTS" in answer.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:9", "[::1]:8000", "[::1]"])
def test_own_hosts_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 200


FOREIGN: list[dict[str, str]] = [
    {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "http://evil.example"},
    {"origin": "null"}, {"origin": "http://localhost:1"}, {"origin": "file://"}, {"origin": "http://localhost.evil"},
]  # fmt: skip
ID = "0" * 32
CHANGING = [
    ("POST", "/api/reviews"), ("POST", "/api/review/grade"), ("DELETE", f"/api/reviews/{ID}"), ("POST", "/api/mock"),
    ("POST", f"/api/mock/{ID}/events"), ("POST", "/api/review/handlings"), ("POST", "/api/progress/fit"),
    ("POST", "/api/import"), ("PUT", "/api/plan"), ("POST", "/api/plan/debriefs"), ("POST", "/api/plan/weights"),
    ("POST", "/api/decks"), ("POST", "/api/decks/preview"), ("PUT", f"/api/decks/{ID}"), ("DELETE", f"/api/decks/{ID}"),
    ("PUT", f"/api/notes/{ID}"), ("DELETE", f"/api/notes/{ID}"),
]  # fmt: skip


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize(("method", "path"), CHANGING)
def test_writes_from_other_sites_are_refused(
    client: TestClient, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = client.request(method, path, json=GOOD, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")


def test_every_changing_route_is_in_the_list_above(client: TestClient) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    changing = {(m.upper(), p.split("{")[0]) for p, spec in paths.items() for m in spec if m not in ("get", "head")}
    assert changing == {(m, p.split(ID)[0]) for m, p in CHANGING}


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin"}, {"origin": "http://localhost"}, {}], ids=str)
def test_own_writes_reach_their_route(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/api/review/grade", json=GOOD, headers=headers).status_code == 404  # no such item


BODIES: list[bytes] = [
    b"", b"{", b"[]", b"null", b'"x"', b"{}", b'{"item": NaN}', b'{"rev": 1e400}', b'{"item": "\\ud800"}',
    b'{"item": "a/b", "rev": 1, "seed": NaN, "answer": {}}', b"\xff\xfe", b'{"a":' * 3000 + b"1" + b"}" * 3000,
    b'{"item": "a/b", "rev": 1, "seed": 1, "answer": {"text": "\\ud800", "skip": false}}',
    b'{"item": "a/b", "rev": 99999999999999999999999, "seed": 1, "answer": {}}',
    json.dumps(GOOD | {"extra": 1}).encode(), json.dumps(GOOD | {"item": "../../etc/passwd"}).encode(),
]  # fmt: skip


@pytest.mark.parametrize("path", ["/api/reviews", "/api/review/grade", "/api/mock"])
@pytest.mark.parametrize("body", BODIES, ids=lambda b: b[:24].decode("latin-1"))
def test_malformed_bodies_are_4xx_with_words(client: TestClient, path: str, body: bytes) -> None:
    answer = client.post(path, content=body, headers={"content-type": "application/json"})
    assert 400 <= answer.status_code < 500
    error: dict[str, Any] = answer.json()["error"]
    assert error["message"]["zh"]
    assert error["message"]["en"]
    assert "Traceback" not in answer.text


def test_large_bodies_are_refused_by_length_and_by_counting(client: TestClient) -> None:
    big = b'{"a": "' + b"x" * MAX_BODY + b'"}'
    headers = {"content-type": "application/json"}
    assert client.post("/api/reviews", content=big, headers=headers).status_code == 413
    assert client.post("/api/reviews", content=iter([big]), headers=headers).status_code == 413


@pytest.mark.parametrize("path", ["/en/", "/zh/cards", "/nope", "/api/nope", "/api/demos", "/en/demos/k-means?k=x"])
def test_every_answer_carries_the_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert scripts == "script-src 'self'"
    assert "default-src 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "server" not in headers


TRAVERSAL = [
    "/static/x/../../pyproject.toml", "/static/x/..%2f..%2fpyproject.toml", "/static/x/%2e%2e/%2e%2e/pyproject.toml",
    "/static/x//etc/passwd", "/static/x/js/theme.js%00", "/static/../app/main.py",
    "/static/x/vendor/build/package.json",
]  # fmt: skip


@pytest.mark.parametrize("path", TRAVERSAL)
def test_only_static_files_are_served(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "root:" not in answer.text


def test_static_files_are_immutable_and_compressed(client: TestClient) -> None:
    version = client.app.state.static.version  # type: ignore[attr-defined]
    answer = client.get(f"/static/{version}/css/base.css")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    assert client.get("/static/old/css/base.css").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/en/", "/healthz", "/api/demos/k-means/result", "/en/cards/k-means"])
def test_head_is_get_without_a_body(client: TestClient, path: str) -> None:
    got, asked = client.get(path), client.head(path)
    assert (asked.status_code, asked.content) == (got.status_code, b"")
    assert asked.headers["content-type"] == got.headers["content-type"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST", "TRACE"])
def test_methods_not_taken_are_405(client: TestClient, method: str) -> None:
    assert client.request(method, "/en/").status_code == 405
