"""The search page, /api/search and the filters of the list of questions: in the address, whole without scripts."""

import re

import pytest
from starlette.testclient import TestClient


def slugs(html: str) -> set[str]:
    return set(re.findall(r'data-card="([a-z0-9-]+)"', html))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_lists_what_is_found_with_marks_and_reasons(client: TestClient, lang: str) -> None:
    html = client.get(f"/{lang}/search", params={"q": "sofmax"}).text.split("<main", 1)[1]
    assert "<mark>softmax</mark>" in html
    assert f'href="/{lang}/glossary#softmax"' in html
    assert ("按“softmax”找" if lang == "zh" else "read as “softmax”") in html


def test_one_kind_is_kept(client: TestClient) -> None:
    html = client.get("/en/search", params={"q": "relu", "kind": "demo"}).text.split('<ol class="found"', 1)[1]
    links = re.findall(r'<h2><a href="([^"]+)"', html)
    assert links
    assert all(link.startswith("/en/demos/") for link in links)
    assert client.get("/en/search?q=relu&kind=nope").status_code == 422


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_found_says_what_to_try(client: TestClient, lang: str) -> None:
    html = client.get(f"/{lang}/search", params={"q": '<b>"qqqq'}).text
    assert "<b>&#34;" not in html and "&lt;b&gt;" in html
    assert f"/{lang}/search?q=RoI%20Align" in html


def test_the_api_answers_in_the_language_asked_for(client: TestClient) -> None:
    found = client.get("/api/search", params={"q": "梯度弥散", "lang": "en", "kind": "card", "limit": 2}).json()
    assert found["results"][0]["href"] == "/en/cards/vanishing-exploding-gradients"
    assert len(found["results"]) == 2 and found["total"] == found["kinds"]["card"]
    assert client.get("/api/search", params={"q": "x" * 101}).status_code == 422


def test_before_anything_is_typed_actions_are_offered(client: TestClient) -> None:
    offered = client.get("/api/search", params={"lang": "zh"}).json()["results"]
    assert {"do-language", "do-theme", "do-review", "do-plan", "do-mock", "do-import", "do-export"} <= {
        o["id"] for o in offered
    }
    for one in offered:
        assert one["act"] or client.get(one["href"]).status_code == 200, one["id"]


def test_every_result_leads_somewhere(client: TestClient) -> None:
    found = client.get("/api/search", params={"q": "gradient", "limit": 50}).json()["results"]
    assert {one["kind"] for one in found} >= {"card", "demo", "claim", "term"}
    for one in found:
        path, _, place = one["href"].partition("#")
        assert not place or f'id="{place}"' in client.get(path).text, one["href"]


def test_filters_narrow_the_list_together(client: TestClient) -> None:
    everything = slugs(client.get("/en/cards").text)
    topic, hard = (slugs(client.get(f"/en/cards?{query}").text) for query in ("topic=detection", "level=2&level=4"))
    assert everything > topic > set() and everything > hard > set()
    assert slugs(client.get("/en/cards?topic=detection&level=2&level=4").text) == topic & hard
    assert slugs(client.get("/en/cards?state=&topic=&level=&has=").text) == everything
    new, begun, due = (slugs(client.get(f"/en/cards?state={state}").text) for state in ("new", "begun", "due"))
    assert new and new | begun == everything and due <= begun, "other tests may have answered something"
    assert slugs(client.get("/zh/cards?has=exercise&q=梯度弥散").text) >= {"vanishing-exploding-gradients"}
    assert client.get("/en/cards?level=9").status_code == 422
    html = client.get("/en/cards?topic=detection&level=2").text
    assert '<option value="detection" selected>' in html and 'name="level" value="2" checked' in html
