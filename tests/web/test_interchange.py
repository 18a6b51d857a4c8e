"""Out and in over HTTP: the API, the page without JavaScript, the sheet."""

import io
import json
import re
import zipfile
from dataclasses import replace
from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

KEY = "vanishing-exploding-gradients/explain-aloud"


def review(client: TestClient, attempt: str) -> None:
    question = client.get(f"/api/review/items/{KEY}").json()
    body = {
        "attempt_id": attempt, "item": KEY, "rev": question["rev"], "seed": question["seed"], "rating": 1,
        "answer": {"skip": True}, "token": question["token"], "lang": "zh", "tz": "UTC",
    }  # fmt: skip
    assert client.post("/api/reviews", json=body).status_code == 200


def test_json_out_and_in_again(client: TestClient) -> None:
    review(client, "5d3f0c1e-7f10-4a39-9a53-0b6f5f3a0001")
    out = client.get("/api/export?tz=Asia/Shanghai")
    assert out.headers["content-type"] == "application/json"
    assert re.fullmatch(r'attachment; filename="warmup-\d{4}-\d\d-\d\d.json"', out.headers["content-disposition"])
    lines = len(json.loads(out.content)["tables"]["review"])
    back = client.post("/api/import", files={"file": ("w.json", out.content)})
    assert back.status_code == 200 and (back.json()["reviews"], back.json()["already"]) == (0, lines)
    assert client.get("/api/export").content == out.content


def test_what_cannot_be_imported_says_why_in_json(client: TestClient) -> None:
    newer = json.loads(client.get("/api/export").content) | {"version": 99}
    said = client.post("/api/import", files={"file": ("w.json", json.dumps(newer))})
    assert said.status_code == 422 and said.json()["error"]["code"] == "too_new"
    assert (
        client.post("/api/import", files={"file": ("w.apkg", b"PK\x03\x04 no")}).json()["error"]["code"] == "bad_file"
    )
    assert client.post("/api/import").status_code == 422


def test_a_file_that_is_too_large_is_not_read(client: TestClient) -> None:
    said = client.post("/api/import", files={"file": ("w.json", bytes(65 << 20))})
    assert said.status_code == 413 and "64 MB" in said.json()["error"]["message"]["en"]
    page = client.post("/zh/data", files={"file": ("w.apkg", bytes(65 << 20))})
    assert page.status_code == 413 and 'role="alert"' in page.text and "去掉媒体" in page.text


def test_csv_and_anki_are_files(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = client.app.state.plots  # type: ignore[attr-defined]
    cards = {slug: whole.catalogue.cards[slug] for slug in ("k-means", "bayes-classifier")}
    few = SimpleNamespace(cards=cards, demos=whole.catalogue.demos)  # the pictures of all cards take a while
    monkeypatch.setitem(client.app.state._state, "plots", replace(whole, catalogue=few))  # type: ignore[attr-defined]
    review(client, "5d3f0c1e-7f10-4a39-9a53-0b6f5f3a0002")
    for name in ("reviews", "states"):
        out = client.get(f"/api/export/{name}.csv")
        assert out.headers["content-type"].startswith("text/csv") and out.content.startswith(b"\xef\xbb\xbf")
        head, first, *_ = out.content.decode("utf-8-sig").split("\r\n")
        assert len(first.split(",")) == len(head.split(",")) and KEY in out.text
    package = client.get("/api/export.apkg?lang=en")
    archive = zipfile.ZipFile(io.BytesIO(package.content))
    media = json.loads(archive.read("media"))
    assert len(media) >= 4 and all(archive.read(number).startswith(b"<svg") for number in media)
    assert client.post("/api/import", files={"file": ("w.apkg", package.content)}).json()["reviews"] == 0


def test_the_page_imports_with_a_plain_form(client: TestClient) -> None:
    out = client.get("/api/export").content
    for lang, words in (("zh", "导入完成"), ("en", "Imported")):
        page = client.get(f"/{lang}/data")
        assert page.status_code == 200 and 'href="/api/export.apkg?lang=' in page.text
        done = client.post(f"/{lang}/data", files={"file": ("w.json", out)})
        assert done.status_code == 200 and f'<h2 id="outcome">{words}</h2>' in done.text
    preview = client.post("/zh/data", files={"file": ("w.json", out)}, data={"preview": "true"})
    assert "还没有保存" in preview.text


def test_the_page_says_what_is_wrong_and_stays(client: TestClient) -> None:
    refused = client.post("/en/data", files={"file": ("notes.txt", b"hello")})
    assert refused.status_code == 422 and 'role="alert"' in refused.text and "Warmup exported" in refused.text
    nothing = client.post("/zh/data", files={"file": ("", b"")})
    assert nothing.status_code == 422 and "没有选择文件" in nothing.text


def test_an_import_from_another_site_is_refused(client: TestClient) -> None:
    for path in ("/api/import", "/zh/data"):
        said = client.post(path, files={"file": ("w.json", b"{}")}, headers={"sec-fetch-site": "cross-site"})
        assert said.status_code == 403


def test_the_sheet_has_fifteen_cards_and_the_weak_one_first(client: TestClient) -> None:
    review(client, "5d3f0c1e-7f10-4a39-9a53-0b6f5f3a0003")
    for lang in ("zh", "en"):
        page = client.get(f"/{lang}/sheet").text
        assert page.count('<li class="entry"') == 15
        first = page.split('<li class="entry"')[1]
        assert 'id="vanishing-exploding-gradients"' in first and "data-tex" in first
        assert all(part in first for part in ('class="trap"', 'class="follow"', f"/plot/{lang}.svg"))
        assert 'class="cite"' not in page


def test_a_plot_is_one_picture_per_language(client: TestClient) -> None:
    zh, en = (client.get(f"/api/demos/k-means/plot/{lang}.svg?k=4") for lang in ("zh", "en"))
    assert zh.headers["content-type"] == "image/svg+xml" and zh.content != en.content
    assert zh.text.startswith("<svg") and "<script" not in zh.text
    again = client.get("/api/demos/k-means/plot/zh.svg?k=4", headers={"if-none-match": zh.headers["etag"]})
    assert again.status_code == 304
    assert client.get("/api/demos/k-means/plot/zh.svg?k=999").status_code == 422
    assert client.get("/api/demos/no-such/plot/zh.svg").status_code == 404
