"""A reader's own picture on the server: computed and forgotten. Never cached, never tagged, never in an address."""

import numpy as np
import pytest
from starlette.testclient import TestClient

from app.demos import demos
from app.figures import encode_result
from app.kit.picture import packed
from app.web import asking

DEMO = demos()["layer-playground"]
HEX = "3141592653589793"
MINE = packed(np.array([[int(c, 16) / 15 for c in HEX * 2]] * 32))
API = "/api/demos/layer-playground"


def test_the_picture_is_what_is_computed(client: TestClient) -> None:
    answer = client.get(f"{API}/result?mine={MINE}")
    assert answer.status_code == 200
    params = DEMO.params(mine=MINE)
    assert answer.content == encode_result(DEMO.id, params.to_query(), DEMO.final(params))
    assert answer.content != client.get(f"{API}/result").content


PATHS = [f"{API}/result", "/en/demos/layer-playground", "/zh/demos/layer-playground/data",
         "/en/embed/demos/layer-playground"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_nobody_may_keep_it(path: str, client: TestClient) -> None:
    for _ in range(2):
        answer = client.get(f"{path}?mine={MINE}&k=5", headers={"if-none-match": "*"})
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers


def test_without_one_answers_are_kept_as_always(client: TestClient) -> None:
    for query in ("", "?mine="):
        answer = client.get(f"{API}/result{query}")
        assert "public" in answer.headers["cache-control"]
        assert answer.headers["etag"]


def test_the_server_remembers_nothing_of_it(client: TestClient) -> None:
    asking._parse.cache_clear()
    compute = client.app.state.compute  # type: ignore[attr-defined]
    before = len(compute.cache)
    for path in PATHS:
        client.get(f"{path}?mine={MINE}&k=4")
    assert len(compute.cache) == before
    assert compute.cached(DEMO, DEMO.params(mine=MINE, k=4)) is None
    assert not compute._jobs
    assert asking._parse.cache_info().currsize == 0


def test_a_stream_would_not_keep_it_either(client: TestClient) -> None:
    """Any demo can be asked for its events."""
    compute = client.app.state.compute  # type: ignore[attr-defined]
    before = len(compute.cache)
    answer = client.get(f"{API}/stream?mine={MINE}&k=2")
    assert "event: done" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert len(compute.cache) == before


BAD = ["x", MINE[:-1], MINE + "A", MINE[:-1] + "!", MINE[:-1] + "%00", "%ED%A0%80" + MINE[1:], "A" * 3000, MINE + "%3D",
       f"{MINE}&mine={MINE}"]  # fmt: skip


@pytest.mark.parametrize("value", BAD, ids=range(len(BAD)))
def test_what_is_no_picture_is_422_with_words(value: str, client: TestClient) -> None:
    answer = client.get(f"{API}/result?mine={value}")
    assert answer.status_code == 422
    assert answer.json()["error"]["fields"][0]["name"] == "mine"
    assert value[:40] not in answer.text or len(value) < 10
    page = client.get(f"/zh/demos/layer-playground?mine={value}")
    assert page.status_code == 422
    assert 'data-knob="mine"' in page.text


def test_a_whole_picture_fits_the_longest_query(client: TestClient) -> None:
    assert len(MINE) < asking.MAX_QUERY / 4


def test_the_page_says_what_happens_to_it(client: TestClient) -> None:
    for lang, words in (("zh", "服务器不保存"), ("en", "does not keep it")):
        html = client.get(f"/{lang}/demos/layer-playground").text
        assert words in html
        assert 'type="file"' in html
        assert "JavaScript" in html
        assert MINE not in html
