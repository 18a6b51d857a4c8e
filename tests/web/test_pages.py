"""Pages in both languages: whole without JavaScript, wrong addresses answered with words."""

import re
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from app.content.loader import load
from app.demos import demos
from app.settings import Settings

LIBRARY = load(Settings.from_env({}).content_dir)
PATHS = [
    "/", "/cards", "/cards?q=gradeint&has=demo&level=2&level=3&state=new", "/search", "/search?q=BN", "/search?q=qqqq",
    "/demos", "/review", "/review/held", "/import", "/progress", "/mock", "/set?seed=7",
    "/set?seed=7&hide=answers", "/plan", "/plan/debrief", *(f"/cards/{slug}" for slug in LIBRARY.cards),
    *(f"/topics/{topic.id}" for topic in LIBRARY.topics), *(f"/demos/{demo}" for demo in demos()),
    *(f"/embed/demos/{demo}" for demo in demos()), *(f"/demos/{demo}/data" for demo in demos()),
]  # fmt: skip
HAN = re.compile(r"[\u4e00-\u9fff]")


class Links(HTMLParser):
    """Addresses of this site in a page, and ids used twice."""

    def __init__(self) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name in ("href", "src", "action"):
            value = given.get(name)
            if value and value.startswith("/"):
                self.links.add(value.split("#")[0])
        if given.get("id"):
            self.ids.append(str(given["id"]))


def test_the_six_cards_are_there() -> None:
    assert set(LIBRARY.cards) >= {
        "relu-vs-sigmoid-tanh", "vanishing-exploding-gradients", "anchors-and-rpn", "roi-pool-align-prroi", "k-means",
        "hidden-markov-model",
    }  # fmt: skip
    assert LIBRARY.problems == ()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_page(client: TestClient, path: str, lang: str) -> None:
    answer = client.get(f"/{lang}{path}")
    assert answer.status_code == 200
    html = answer.text
    assert f'lang="{"zh-CN" if lang == "zh" else "en-GB"}"' in html
    assert html.count("<h1") == 1
    assert "**" not in re.sub(r"<(script|pre|code)\b.*?</\1>", "", html, flags=re.DOTALL)
    if lang == "zh":
        assert HAN.search(html.split("<main", 1)[1])
    seen = Links()
    seen.feed(html)
    assert len(seen.ids) == len(set(seen.ids)), "an id is used twice"


def test_every_link_leads_somewhere(client: TestClient) -> None:
    """All addresses of this site found on all pages."""
    found: dict[str, str] = {}
    for path in PATHS:
        for lang in ("zh", "en"):
            seen = Links()
            seen.feed(client.get(f"/{lang}{path}").text)
            found |= dict.fromkeys(seen.links, f"/{lang}{path}")
    broken = {link: page for link, page in found.items() if client.get(link).status_code != 200}
    assert not broken


@pytest.mark.parametrize(
    ("accept", "cookie", "goes"),
    [("zh-CN,zh;q=0.9", None, "/zh/"), ("en-GB", None, "/en/"), ("fr, zh;q=0.3, en;q=0.2", None, "/zh/"),
     ("", None, "/en/"), ("zh", "en", "/en/"), ("en", "xx", "/en/"), ("en;q=x", None, "/en/")],
)  # fmt: skip
def test_root_goes_to_the_readers_language(client: TestClient, accept: str, cookie: str | None, goes: str) -> None:
    headers = {"accept-language": accept} | ({"cookie": f"lang={cookie}"} if cookie else {})
    answer = client.get("/", headers=headers, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, goes)


@pytest.mark.parametrize(
    "path", ["/fr/", "/en/nope", "/zh/cards/nope", "/en/topics/nope", "/zh/demos/nope", "/en/review?card=nope", "/x"]
)
def test_unknown_addresses_are_404_pages(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "<h1" in answer.text
    if path.startswith("/zh"):
        assert HAN.search(answer.text.split("<main", 1)[1])


def test_near_matches_are_offered(client: TestClient) -> None:
    assert "/en/cards/k-means" in client.get("/en/cards/kmeans").text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_wrong_knob_is_told_on_the_page(client: TestClient, lang: str) -> None:
    answer = client.get(f"/{lang}/demos/k-means?k=9999")
    assert answer.status_code == 422
    assert "aria-invalid" in answer.text
    assert ("不能大于" if lang == "zh" else "must be at most") in answer.text


@pytest.mark.parametrize("demo", list(demos().values()), ids=lambda d: d.id)
def test_demo_pages_work_without_javascript(client: TestClient, demo: object) -> None:
    """A GET form with every knob; the numbers one link away, and in the page itself once they are there."""
    from app.kit import Demo

    assert isinstance(demo, Demo)
    assert "<table" in client.get(f"/en/demos/{demo.id}/data").text
    html = client.get(f"/en/demos/{demo.id}").text
    form = html.split("<form", 1)[1].split("</form>", 1)[0]
    assert 'method="get"' in form
    for knob in demo.knobs:
        assert f'name="{knob.name}"' in form
    assert "<table" in html
