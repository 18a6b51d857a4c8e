"""What an operator sees: ids, the log, probes, numbers; and what nobody else gets to see."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from app import logs
from app.main import create_app
from app.settings import Settings

HERE = ("127.0.0.1", 50000)
TOKEN = "a-token-of-the-operator"
SECRET = "postgresql://me:hunter2@db/x"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("operating")
    env = {"WARMUP_DATA_DIR": str(folder), "WARMUP_METRICS_TOKEN": TOKEN, "WARMUP_ACCESS_LOG": "on"}
    app = create_app(Settings.from_env(env))

    @app.get("/fails/{secret}", include_in_schema=False)
    def fails(secret: str) -> None:
        raise RuntimeError(f"could not reach {SECRET} for {secret}")

    with TestClient(app, base_url="http://localhost", client=HERE) as client:
        yield client


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the server would write, as a server writes it."""
    root = logging.getLogger()
    before, level, stream = root.handlers[:], root.level, io.StringIO()
    logs.setup("json", stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(False)


def numbers(client: TestClient) -> dict[str, float]:
    """Every sample as `name{label=value,…}`."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {
        f"{sample.name}{{{','.join(f'{k}={v}' for k, v in sorted(sample.labels.items()))}}}": sample.value
        for family in families
        for sample in family.samples
    }


@pytest.mark.parametrize("given", ["0123abcd", "a.b-c_d.e", "f" * 64])
def test_a_sane_request_id_is_kept(site: TestClient, given: str) -> None:
    assert site.get("/healthz", headers={"x-request-id": given}).headers["x-request-id"] == given


@pytest.mark.parametrize(
    "given",
    [b"short", b"f" * 65, b"12345678\r\n", b"12345678\x1b[2J", b"1234 5678", b"../../etc", "识别号".encode()],
)
def test_any_other_is_replaced(site: TestClient, given: bytes) -> None:
    made = site.get("/healthz", headers={b"x-request-id": given}).headers["x-request-id"]
    assert len(made) == 16
    assert made.isalnum()


def test_two_ids_are_no_id_and_every_request_gets_another(site: TestClient) -> None:
    twice = [("x-request-id", "first-one-1"), ("x-request-id", "second-one")]
    ids = {site.get("/healthz", headers=twice).headers["x-request-id"] for _ in range(20)}  # type: ignore[arg-type]
    assert len(ids) == 20
    assert not ids & {"first-one-1", "second-one"}


def test_refusals_and_missing_pages_have_an_id_too(site: TestClient) -> None:
    for path, headers in (("/nope", {}), ("/en/", {"host": "evil.example"})):
        assert "x-request-id" in site.get(path, headers=headers).headers


def test_a_bug_is_in_the_log_and_not_on_the_page(site: TestClient, log: io.StringIO) -> None:
    answer = site.get("/fails/hush-hush", headers={"x-request-id": "request-77", "cookie": "session=abc123"})
    assert answer.status_code == 500
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-request-id"] == "request-77"
    assert "request-77" in answer.text
    assert not any(word in answer.text for word in ("Traceback", "RuntimeError", "hunter2", "hush-hush"))
    line = next(one for one in map(json.loads, log.getvalue().splitlines()) if one["level"] == "error")
    assert (line["request"], line["route"], line["method"]) == ("request-77", "/fails/{secret}", "GET")
    assert any("RuntimeError" in one for one in line["traceback"])
    assert "hunter2" not in log.getvalue()
    assert "abc123" not in log.getvalue()


def test_a_bug_under_api_says_its_number_in_json(site: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(type(site.app.state.shelf), "joined", broken)  # type: ignore[attr-defined]
    answer = site.get("/api/review/next", headers={"x-request-id": "request-78"})
    assert answer.status_code == 500
    assert answer.json()["error"]["request"] == "request-78"


def test_the_access_log_tells_routes_and_never_addresses(site: TestClient, log: io.StringIO) -> None:
    site.get("/zh/search-for-me?password=hunter2&q=%0d%0aX")
    site.head("/healthz")
    lines = [json.loads(one) for one in log.getvalue().splitlines()]
    lines = [one for one in lines if one["logger"] == "warmup.access"]
    assert [(one["route"], one["method"], one["status"]) for one in lines] == [
        ("none", "GET", 404), ("/healthz", "HEAD", 200)
    ]  # fmt: skip
    assert all(one["request"] and one["ms"] >= 0 for one in lines)
    assert "hunter2" not in log.getvalue()


def wait_ready(client: TestClient) -> dict[str, Any]:
    compute = client.app.state.compute  # type: ignore[attr-defined]
    assert client.get("/api/demos/k-means/result").status_code == 200, "once this is computed, a worker is warm"
    assert compute.trouble() is None
    return client.get("/readyz").json()  # type: ignore[no-any-return]


def test_ready_says_what_it_found(site: TestClient) -> None:
    found = wait_ready(site)
    assert (found["status"], found["reasons"]) == ("ready", [])
    assert found["database"].startswith("sqlite 3.")
    assert found["workers"] >= 1
    assert found["free_disk_mb"] > 0


def refused(client: TestClient) -> list[str]:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert answer.json()["status"] == "not ready"
    return answer.json()["reasons"]  # type: ignore[no-any-return]


def test_not_ready_while_the_workers_start(tmp_path: Path) -> None:
    settings = Settings.from_env({"WARMUP_DATA_DIR": str(tmp_path)})
    with TestClient(create_app(settings), base_url="http://localhost") as client:
        assert refused(client) == ["compute: the workers are starting"]
        assert client.get("/healthz").status_code == 200


def test_not_ready_for_each_reason(site: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    wait_ready(site)
    state = site.app.state  # type: ignore[attr-defined]
    with monkeypatch.context() as patch:
        patch.setattr("app.services.readiness.head", lambda: "9999")
        assert refused(site) == ["database: its tables are at 0007, this release needs 9999"]
    with monkeypatch.context() as patch:
        patch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=7 << 20))
        assert refused(site) == ["disk: 7 MB free, 200 MB needed"]
    with monkeypatch.context() as patch:
        patch.setattr(type(state.compute._processes), "alive", lambda _: 0)
        assert refused(site) == ["compute: no worker is alive"]
    with monkeypatch.context() as patch:
        patch.setattr(type(state.database), "facts", _gone)
        assert refused(site) == ["database: does not answer (OSError)"]
    assert site.get("/readyz").status_code == 200


def _gone(_: object) -> None:
    raise OSError(SECRET)


def test_requests_are_counted_by_route(site: TestClient) -> None:
    key = "warmup_http_requests_total{method=GET,route=/{lang}/cards/{slug},status=2xx}"
    before = numbers(site)
    for slug in ("k-means", "hidden-markov-model", "k-means"):
        site.get(f"/en/cards/{slug}")
    after = numbers(site)
    assert after[key] - before.get(key, 0) == 3
    seconds = "warmup_http_request_seconds_count{method=GET,route=/{lang}/cards/{slug}}"
    assert after[seconds] == after[key]
    assert after["warmup_http_requests_in_progress{}"] == 1, "the one that asks"


def test_labels_are_bounded_whatever_is_asked(site: TestClient) -> None:
    site.get("/warm/up/nothing"), site.request("BREW", "/en/")
    before = set(numbers(site))
    for i in range(50):
        site.get(f"/no/such/{i}"), site.get(f"/en/cards/none-{i}"), site.request(f"BREW{i}", "/en/")
        site.get("/static/x/y", headers={"host": f"h{i}.example"})
    grown = {one for one in set(numbers(site)) - before if "none-" in one or "BREW" in one or "such" in one}
    assert not grown
    assert len(set(numbers(site)) - before) < 60


def test_runs_and_the_cache_are_counted(site: TestClient) -> None:
    before = numbers(site)
    for _ in range(3):
        assert site.get("/api/demos/k-means/result?seed=4711").status_code == 200
    after = numbers(site)
    gained = {key: after[key] - before[key] for key in before if key.startswith("warmup_compute")}
    assert gained["warmup_compute_cache_requests_total{result=miss}"] == 1
    assert gained["warmup_compute_cache_requests_total{result=hit}"] == 2
    assert gained["warmup_compute_runs_total{outcome=done}"] == 1
    assert after["warmup_compute_queue_length{}"] == 0


def asked(client: TestClient) -> dict[str, Any]:
    """A review of the next question, ready to send."""
    question = client.get("/api/review/next").json()["question"]
    same = {name: question[name] for name in ("rev", "seed", "token")}
    mine = {"item": question["key"], "answer": {"skip": True}, "attempt_id": str(uuid4()), "rating": 1}
    return same | mine | {"lang": "en", "tz": "UTC"}


def test_committed_reviews_are_counted_once(site: TestClient) -> None:
    before = numbers(site)
    attempt = asked(site)
    for _ in range(2):
        assert site.post("/api/reviews", json=attempt).status_code == 200
    assert site.delete(f"/api/reviews/{attempt['attempt_id']}").status_code == 200
    after = numbers(site)
    for kind in ("review", "undo"):
        key = f"warmup_reviews_total{{kind={kind}}}"
        assert after[key] - before.get(key, 0) == 1


@pytest.mark.parametrize(
    ("headers", "client", "status"),
    [
        ({}, HERE, 200),
        ({}, ("::1", 1), 200),
        ({}, ("10.0.0.9", 1), 404),
        ({"x-forwarded-for": "127.0.0.1"}, HERE, 404),
        ({"forwarded": "for=127.0.0.1"}, HERE, 404),
        ({"authorization": f"Bearer {TOKEN}"}, ("10.0.0.9", 1), 200),
        ({"authorization": f"Bearer {TOKEN}", "x-forwarded-for": "1.2.3.4"}, HERE, 200),
        ({"authorization": "Bearer wrong"}, HERE, 404),
        ({"authorization": "Bearer "}, HERE, 404),
        ({"authorization": "Bearer é"}, HERE, 404),
    ],
)
def test_who_gets_the_numbers(site: TestClient, headers: dict[str, str], client: tuple[str, int], status: int) -> None:
    other = TestClient(site.app, base_url="http://localhost", client=client)
    raw = {name: value.encode() for name, value in headers.items()}
    answer = other.get("/metrics", headers=raw)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert ("warmup_http_requests" in answer.text) == (status == 200)


def test_off_is_off_and_no_token_is_not_an_empty_token(tmp_path: Path) -> None:
    app = create_app(Settings.from_env({"WARMUP_DATA_DIR": str(tmp_path), "WARMUP_METRICS": "off"}))
    client = TestClient(app, base_url="http://localhost", client=HERE)
    for headers in ({}, {"authorization": "Bearer "}, {"authorization": ""}):
        assert client.get("/metrics", headers=headers).status_code == 404


def test_errors_never_echo_what_was_sent(site: TestClient, log: io.StringIO) -> None:
    body = b'{"item": "x", "password": "hunter2", "rev": "\\u001b[31m"}'
    answer = site.post("/api/reviews", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert "hunter2" not in answer.text + log.getvalue()
    assert "\x1b" not in answer.text + log.getvalue()


def test_every_app_error_stays_out_of_the_error_log(site: TestClient, log: io.StringIO) -> None:
    """A refusal is not a bug: nothing but the access line is written."""
    site.get("/api/demos/none/result")
    assert {json.loads(one)["logger"] for one in log.getvalue().splitlines()} - {"httpx2"} == {"warmup.access"}
