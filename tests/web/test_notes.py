"""Own notes over HTTP: preview, adopt, deck, edit, delete; hostile text stays text; what is too large is refused."""

import base64
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings

NOTES = """# My list

Collected over the years.

## Training

### 1. 什么是梯度消失？

$\\prod_k f_k$ shrinks.

### 2. What is label smoothing?
"""
HOSTILE = """### What is <script>alert(1)</script>?

<img src=x onerror=alert(1)> [x](javascript:alert(1)) ![p](https://evil.example/p.png)

### "><svg onload=alert(1)> why?

`</textarea><script>alert(2)</script>`
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A site of its own: other tests count what waits for review."""
    settings = Settings.from_env({"WARMUP_DATA_DIR": str(tmp_path_factory.mktemp("notes"))})
    with TestClient(create_app(settings), base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client


def adopted(site: TestClient, text: str, deck: str) -> dict[str, Any]:
    answer = site.post("/api/decks", json={"text": text, "deck": deck})
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


def test_preview_then_adopt_then_again(site: TestClient) -> None:
    found = site.post("/api/decks/preview", json={"text": NOTES, "filename": "list.md"}).json()
    assert (found["deck"], found["exists"], found["format"]) == ("My list", False, "markdown")
    first, second = found["cards"]
    assert (first["question"], first["topic"], first["line"]) == ("什么是梯度消失？", "Training", 7)
    assert first["near"][0]["slug"] == "vanishing-exploding-gradients"
    assert second["unanswered"] and second["fate"] == "new"
    assert [one["line"] for one in found["not_understood"]] == [3]
    assert site.get("/api/decks").json() == []
    done = adopted(site, NOTES, "")
    assert (done["name"], done["new"]) == ("My list", 2)
    assert adopted(site, NOTES, "My list")["same"] == 2
    assert [deck["uid"] for deck in site.get("/api/decks").json()] == [done["deck"]]


def test_bytes_in_any_encoding(site: TestClient) -> None:
    packed = base64.b64encode("1. 什么是熵？\r\n平均信息量。\r\n".encode("gbk")).decode()
    found = site.post("/api/decks/preview", json={"base64": packed}).json()
    assert found["encoding"] == "gbk" and found["cards"][0]["answer"] == "平均信息量。"
    assert site.post("/api/decks/preview", json={"base64": "?"}).status_code == 422
    assert site.post("/api/decks/preview", json={}).status_code == 422


def test_what_is_too_large_or_no_text_says_so(site: TestClient) -> None:
    large = site.post("/api/decks/preview", json={"text": "a" * (2 << 20) + "b"})
    assert large.status_code == 422
    huge = site.post("/api/decks/preview", content=b"[" * (5 << 20), headers={"content-type": "application/json"})
    assert huge.status_code == 413
    page = site.post("/zh/import", files={"file": ("a.md", b"a" * (9 << 20))})
    assert page.status_code == 422 and "上限是 2 MB" in page.text
    page = site.post("/en/import", files={"file": ("a.md", b"\x89PNG" + bytes(4000))})
    assert page.status_code == 422 and "not a text file" in page.text
    assert site.post("/en/import", data={"text": "  "}).status_code == 422


def test_reviews_ask_a_deck(site: TestClient) -> None:
    done = adopted(site, NOTES.replace("shrinks", "vanishes"), "reviewed")
    deck = site.get(f"/api/decks/{done['deck']}").json()
    key = deck["cards"][0]["key"]
    asked = site.get(f"/api/review/items/{key}").json()
    assert asked["own"] and asked["prompt"]["en"] == "<p>什么是梯度消失？</p>"
    body = {"item": key, "rev": 1, "seed": asked["seed"], "answer": {}}
    grade = site.post("/api/review/grade", json=body).json()
    assert '<span class="math" data-tex>\\prod_k f_k</span> vanishes.' in grade["passage"]["zh"]
    attempt = body | {"attempt_id": str(uuid4()), "rating": 3, "token": asked["token"], "lang": "zh"}
    assert site.post("/api/reviews", json=attempt).status_code == 200
    page = site.get(f"/zh/review?deck={done['deck']}").text
    assert key in page and "reviewed" in page
    assert site.get("/zh/review?deck=deck-none").status_code == 404


def test_the_page_without_a_script(site: TestClient) -> None:
    """Upload, look, leave one out, adopt, see the deck, write an answer, delete."""
    start = site.get("/zh/import").text
    assert 'enctype="multipart/form-data"' in start and "哪些写法读得懂" in start
    page = site.post("/zh/import", files={"file": ("我的.md", NOTES.encode("gbk"))}, data={"deck": "网页"}).text
    assert "读出 2 道题" in page and "GBK" in page and "没有看懂的行" in page and "GBK" in page
    assert re.search(r'<li class="question"><span class="number">7</span>', page)
    ids = re.findall(r'name="leave" value="([0-9a-f]{12})"', page)
    text = unescape(re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)[1])  # type: ignore[index]
    assert text == NOTES
    sent = site.post(
        "/zh/import/adopt", data={"text": text.replace("\n", "\r\n"), "deck": "网页", "leave": [ids[0]]},
        follow_redirects=False,
    )  # fmt: skip
    assert sent.status_code == 303
    deck = site.get(sent.headers["location"])
    assert "新增 1 道" in deck.text and "What is label smoothing?" in deck.text and "没有答案" in deck.text
    note = re.search(r'href="(/zh/notes/my-[0-9a-f]+)"', deck.text)[1]  # type: ignore[index]
    saved = site.post(note, data={"question": "What is label smoothing?", "answer": "Targets of $0.9$."})
    assert "已保存" in saved.text and "data-tex>0.9" in saved.text
    assert site.post(note, data={"question": " "}).status_code == 422
    gone = site.post(f"{note}/delete", follow_redirects=False)
    assert gone.status_code == 303 and site.get(note).status_code == 404
    home = site.post(f"{gone.headers['location']}/rename", data={"name": "改过的"})
    assert "改过的" in home.text
    assert site.post(f"{gone.headers['location']}/delete", follow_redirects=False).headers["location"] == "/zh/import"
    assert site.get(gone.headers["location"]).status_code == 404


def test_a_table_shows_its_columns_and_takes_others(site: TestClient) -> None:
    data = {"text": "alpha,beta\ngamma,delta\n", "filename": "t.csv"}
    page = site.post("/en/import", data=data).text
    assert page.count("<select") == 2 and "Column 1" in page
    page = site.post("/en/import", data=data | {"question_column": "1", "answer_column": "0"}).text
    assert page.index("beta") < page.index("delta") and "<p>beta</p>" in page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_hostile_notes_stay_words(site: TestClient, lang: str) -> None:
    pages = [site.post(f"/{lang}/import", data={"text": HOSTILE}).text]
    done = adopted(site, HOSTILE, f"hostile {lang} <script>alert(3)</script>")
    deck = site.get(f"/api/decks/{done['deck']}").json()
    pages.append(site.get(f"/{lang}/decks/{done['deck']}").text)
    pages += [site.get(f"/{lang}/notes/{card['uid']}").text for card in deck["cards"]]
    pages.append(site.get(f"/{lang}/review?deck={done['deck']}").text)
    replies = []
    for card in deck["cards"]:
        asked = site.get(f"/api/review/items/{card['key']}").json()
        body = {"item": card["key"], "rev": 1, "seed": 1, "answer": {}}
        replies += [asked["prompt"][lang], site.post("/api/review/grade", json=body).json()["passage"][lang]]
    for html in pages + replies:
        assert not re.search(r"<script(?![^>]*(src=|application/json))|<svg onload|<img src=x", html)
        assert "evil.example" not in re.sub(
            r"<a [^>]*>|<textarea.*?</textarea>|<code>.*?</code>", "", html, flags=re.DOTALL
        )
        assert 'href="javascript' not in html


def test_other_sites_cannot_write(site: TestClient) -> None:
    foreign = {"origin": "https://evil.example"}
    assert site.post("/api/decks", json={"text": NOTES}, headers=foreign).status_code == 403
    assert site.post("/en/import/adopt", data={"text": NOTES}, headers=foreign).status_code == 403


def test_where_one_gets_there(site: TestClient, data: Path) -> None:
    for path in ("/zh/", "/zh/cards", "/zh/glossary"):
        html = site.get(path).text
        assert 'href="/zh/import"' in html
        assert 'href="/zh/import"' in html[html.index('<footer class="site-footer"') :]


def backup_of(site: TestClient) -> bytes:
    return site.get("/api/export").content


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_belongs_elsewhere_is_shown_the_way(site: TestClient, lang: str) -> None:
    """A backup and a package of Anki's, on the page and in the API; neither is taken for notes."""
    packed = b"PK\x03\x04" + bytes(3 << 20)
    for name, data in (("warmup.json", backup_of(site)), ("deck.apkg", packed), ("no-name", packed)):
        page = site.post(f"/{lang}/import", files={"file": (name, data)})
        assert page.status_code == 422
        assert re.search(rf'data-problem><p>[^<]+<a href="/{lang}/data">', page.text)
    sent = {"base64": base64.b64encode(backup_of(site)[: 1 << 20]).decode(), "filename": "warmup.json"}
    assert "你的数据" in site.post("/api/decks", json=sent).json()["error"]["message"]["zh"]
    assert f'<a href="/{lang}/data">' in site.get(f"/{lang}/import").text
