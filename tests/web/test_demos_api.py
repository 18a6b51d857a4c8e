"""Demo results over HTTP: right, cacheable, bounded, and refused with words when the knobs are wrong."""

from typing import Any

import orjson
import pytest
from starlette.testclient import TestClient

from app.demos import demos
from app.figures import encode_result
from app.kit import Demo

ALL = list(demos().values())
WRONG = [
    "no_such_knob=1", "seed=nan", "seed=-1", "seed=1e400", "seed=" + "9" * 5000, "seed=", "seed=%ED%A0%80",
    "seed=1&seed=2", "seed=%00", "=1", "lang=zh", "a=" + "x" * 5000,
]  # fmt: skip


def by_id(value: Any) -> str:
    return value.id if isinstance(value, Demo) else str(value)[:30]


@pytest.mark.parametrize("demo", ALL, ids=by_id)
def test_result_is_what_the_demo_computes(demo: Demo, client: TestClient) -> None:
    answer = client.get(f"/api/demos/{demo.id}/result")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.content == encode_result(demo.id, "", demo.final(demo.params()))


@pytest.mark.parametrize("demo", [d for d in ALL if d.deterministic], ids=by_id)
def test_etag_is_known_before_computing_and_spares_it(demo: Demo, client: TestClient) -> None:
    path = f"/api/demos/{demo.id}/result"
    first = client.get(path)
    again = client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "public" in again.headers["cache-control"]
    name, preset = list(demo.presets.items())[-1]
    query = demo.preset_params(name).to_query()
    other = client.get(f"{path}?{query}", headers={"if-none-match": first.headers["etag"]})
    assert other.status_code == (304 if not preset.values else 200)


@pytest.mark.parametrize("query", WRONG)
@pytest.mark.parametrize("demo", ALL, ids=by_id)
def test_wrong_knobs_are_422_with_words(demo: Demo, query: str, client: TestClient) -> None:
    answer = client.get(f"/api/demos/{demo.id}/result?{query}")
    assert answer.status_code == 422, answer.text
    error = answer.json()["error"]
    assert error["message"]["zh"]
    assert error["message"]["en"]
    for field in error.get("fields", []):
        assert field["message"]["zh"]
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("demo", ALL, ids=by_id)
def test_out_of_range_says_the_range(demo: Demo, client: TestClient) -> None:
    for knob in demo.knobs:
        if knob.kind in ("int", "float", "seed") and knob.le is not None:
            answer = client.get(f"/api/demos/{demo.id}/result?{knob.name}={int(knob.le) + 1}")
            field = answer.json()["error"]["fields"][0]
            assert field["name"] == knob.name
            assert f"{knob.le:g}" in field["message"]["en"]


def test_unknown_demo_names_what_looks_like_it(client: TestClient) -> None:
    answer = client.get("/api/demos/kmeans/result")
    assert answer.status_code == 404
    page = client.get("/en/demos/kmeans")
    assert page.status_code == 404
    assert "/en/demos/k-means" in page.text


@pytest.mark.parametrize("demo", [d for d in ALL if d.streams], ids=by_id)
def test_stream_ends_with_the_result(demo: Demo, client: TestClient) -> None:
    query = "seed=3"
    with client.stream("GET", f"/api/demos/{demo.id}/stream?{query}") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        events = [block.split("\n") for block in "".join(answer.iter_text()).strip().split("\n\n")]
    kinds = [lines[0].removeprefix("event: ") for lines in events]
    assert kinds[-1] == "done"
    assert set(kinds[:-1]) <= {"frame"}
    progress = [orjson.loads(lines[1].removeprefix("data: "))["progress"] for lines in events]
    assert progress == sorted(progress)
    last = events[-1][1].removeprefix("data: ").encode()
    assert last == client.get(f"/api/demos/{demo.id}/result?{query}").content


@pytest.mark.parametrize("demo", ALL, ids=by_id)
def test_description_matches_the_demo(demo: Demo, client: TestClient) -> None:
    found = client.get(f"/api/demos/{demo.id}").json()
    assert [k["name"] for k in found["knobs"]] == [k.name for k in demo.knobs]
    for preset in found["presets"]:
        assert client.get(f"/api/demos/{demo.id}/result?{preset['query']}").status_code == 200


def test_same_url_same_bytes_under_concurrent_clients(client: TestClient) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        bodies = set(pool.map(lambda _: client.get("/api/demos/k-means/result?seed=77").content, range(16)))
    assert len(bodies) == 1


XRAY = "/api/demos/graph-xray"


def test_an_expression_knob_is_described_and_bounded(client: TestClient) -> None:
    knob = next(k for k in client.get(XRAY).json()["knobs"] if k["kind"] == "expression")
    assert knob["max_length"] == 120
    described = client.get("/api/openapi.json").json()["paths"][f"{XRAY}/result"]["get"]["parameters"]
    schema = next(p["schema"] for p in described if p["name"] == knob["name"])
    assert (schema["type"], schema["maxLength"]) == ("string", 120)
    page = client.get("/en/demos/graph-xray?expression=x1%2Bx2%3C3").text
    assert 'maxlength="120"' in page
    assert "x2<3" not in page


@pytest.mark.parametrize(
    ("formula", "says"),
    [("log(x1", "character 4"), ("", "at least 1 character"), ("x" * 121, "at most 120 characters")],
)
def test_a_wrong_expression_is_answered_with_its_place(formula: str, says: str, client: TestClient) -> None:
    answer = client.get(f"{XRAY}/result", params={"expression": formula})
    assert answer.status_code == 422
    (field,) = answer.json()["error"]["fields"]
    assert field["name"] == "expression"
    assert says in field["message"]["en"]


def test_an_expression_is_computed_as_typed(client: TestClient) -> None:
    answer = client.get(f"{XRAY}/result", params={"expression": "x1^2", "x1": 3})
    assert answer.json()["scalars"]["grad_x1"] == 6
    page = client.get("/zh/demos/graph-xray", params={"expression": "x1^2"}).text
    assert 'value="x1^2"' in page
