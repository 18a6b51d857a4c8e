"""The mock over HTTP: as plain forms (no JavaScript), through the API, and the sheet of an interviewer."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.services.mock.messages import Begin
from app.settings import Settings
from app.web.mocks import weights_of
from tests.db.postgres import new_database
from tests.web.test_pages import HAN, Links

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
Fields = dict[str, list[str]]


class Form(HTMLParser):
    """What a browser without scripts would send: the fields of the question's form as they come."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: Fields = {}
        self.buttons: list[str] = []
        self.kind = self.step = ""
        self._inside = self._template = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._template = self._template or tag == "template"
        if self._template:
            return
        if "data-step" in given:
            self.kind, self.step = given["data-kind"], given["data-step"]
        self._inside = self._inside or "data-form" in given
        if not self._inside:
            return
        if tag == "button" and "hidden" not in given:
            self.buttons.append(given["value"])
        elif tag == "input" and given.get("type") in ("hidden", "text"):
            self.fields.setdefault(given["name"], []).append(given.get("value", ""))
        elif tag == "input" and "checked" in given:
            self.fields.setdefault(given["name"], []).append(given["value"])

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "form"
        self._template = self._template and tag != "template"


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    app = create_app(Settings.from_env({"WARMUP_DATA_DIR": str(tmp_path_factory.mktemp("mock"))}))
    app.state.now = START
    app.state.clock = lambda: app.state.now
    with TestClient(app, base_url="http://localhost") as client:
        yield client


@pytest.fixture
def app_client(application: TestClient) -> TestClient:
    """An application whose clock can be turned (app.state.now)."""
    application.app.state.now = START  # type: ignore[attr-defined]
    return application


def begin(client: TestClient, lang: str = "en", cards: str = "hidden-markov-model,k-means", minutes: int = 30) -> Any:
    """The page of a mock that asks these cards."""
    asked = {"mock_id": str(uuid4()), "cards": cards.split(","), "minutes": minutes, "seed": 5}
    assert client.post("/api/mock", json=asked).status_code == 200
    return client.get(f"/{lang}/mock/{asked['mock_id']}")


def press(client: TestClient, page: Any, do: str, **fields: Any) -> Any:
    form = Form(page.text)
    return client.post(str(page.url), data=form.fields | {"do": do} | fields)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_mock_from_start_to_report_without_javascript(app_client: TestClient, lang: str) -> None:
    id = re.search(r'name="mock_id" value="([^"]+)"', app_client.get(f"/{lang}/mock").text)
    assert id is not None
    started = app_client.post(f"/{lang}/mock", data={"mock_id": id[1], "minutes": "15", "topic": ["recurrent"]})
    assert (started.status_code, Form(started.text).step) == (200, "1")
    assert app_client.get(f"/api/mock/{id[1]}").json()["sheet"]["topic"] == "recurrent"
    page = begin(app_client, lang)
    kinds = set()
    for _ in range(60):
        form = Form(page.text)
        if not form.step:
            break
        kinds.add(form.kind)
        if form.kind in ("recall", "follow-up"):
            page = press(app_client, page, "reveal", text="我的回答 <b>")
            assert "我的回答 &lt;b&gt;" in page.text
            page = press(app_client, page, "answer", option="1")
        else:
            page = press(app_client, page, "skip")
        assert page.status_code == 200
        assert Form(page.text).step != form.step
    assert kinds >= {"recall", "follow-up"}
    report = app_client.post(str(page.url), data={"event_id": str(uuid4()), "do": "end"})
    assert report.status_code == 200
    assert report.text.count("<h1") == 1
    seen = Links()
    seen.feed(report.text)
    demos = [link for link in seen.links if f"/{lang}/demos/" in link and "?" in link]
    assert demos
    for link in [*demos[:3], f"/{lang}/mock"]:
        assert app_client.get(link).status_code == 200
    due = app_client.get("/api/review/next", params={"tz": "Asia/Shanghai"}).json()["remaining"]["due"]
    assert due > 0, "the misses are in the review"
    if lang == "zh":
        assert HAN.search(report.text.split("<main", 1)[1])


def test_a_hint_keeps_what_was_typed(app_client: TestClient) -> None:
    page = press(app_client, begin(app_client), "hint-1", text="half a thought")
    assert "half a thought" in page.text
    assert Form(page.text).buttons.count("hint-2") == 1
    assert 'data-hint="1">' in page.text
    assert "half a thought" not in app_client.get(str(page.url)).text, "a draft is not stored"
    assert 'data-hint="1">' in app_client.get(str(page.url)).text, "a hint is"


def test_a_number_that_cannot_be_read_is_said_beside_the_field(app_client: TestClient) -> None:
    page = begin(app_client)
    for _ in range(60):
        form = Form(page.text)
        if "value" in form.fields:
            break
        if form.kind in ("recall", "follow-up"):
            page = press(app_client, page, "reveal")
            page = press(app_client, page, "answer", option="0")
        else:
            page = press(app_client, page, "skip")
    wrong = press(app_client, page, "answer", value="about ten")
    assert wrong.status_code == 422
    assert 'value="about ten"' in wrong.text
    assert 'aria-invalid="true"' in wrong.text
    assert Form(wrong.text).step == form.step
    assert Form(press(app_client, wrong, "answer", value="10").text).step != form.step


def test_sent_twice_is_told_once(app_client: TestClient) -> None:
    page = press(app_client, begin(app_client), "reveal")
    first, again = press(app_client, page, "answer"), press(app_client, page, "answer")
    assert Form(first.text).step == Form(again.text).step != Form(page.text).step
    page = begin(app_client)
    id = str(page.url).rsplit("/", 1)[1]
    assert app_client.post("/en/mock", data={"mock_id": id, "minutes": "60"}).url == page.url
    assert app_client.get(f"/api/mock/{id}").json()["minutes"] == 30


def test_the_time_is_the_servers_and_its_end_is_gentle(app_client: TestClient) -> None:
    page = begin(app_client, minutes=15)
    app_client.app.state.now = START + timedelta(minutes=9)  # type: ignore[attr-defined]
    assert "About 6 of 15 min left" in app_client.get(str(page.url)).text
    app_client.app.state.now = START + timedelta(minutes=16)  # type: ignore[attr-defined]
    late = app_client.get(str(page.url))
    assert "Time is up. No rush" in late.text
    assert Form(press(app_client, late, "skip").text).step != Form(late.text).step, "one may go on"


def test_again_after_48_hours_from_the_page(app_client: TestClient) -> None:
    page = press(app_client, begin(app_client), "skip")
    report = press(app_client, page, "end")
    first = str(report.url).rsplit("/", 1)[1]
    early = app_client.post("/en/mock", data={"mock_id": str(uuid4()), "again_of": first})
    assert early.status_code == 409
    assert "48 hours" in early.text
    app_client.app.state.now = START + timedelta(hours=49)  # type: ignore[attr-defined]
    assert "Do it again" in app_client.get(f"/en/mock/{first}").text
    again = app_client.post("/en/mock", data={"mock_id": str(uuid4()), "again_of": first})
    points = re.findall(r'name="points" value="([^"]+)"', again.text.split("<template")[0])
    page = press(app_client, again, "answer", points=points)
    difference = press(app_client, page, "end").text
    assert "Against the first time" in difference
    assert "Now made" in difference


def topics_asked(client: TestClient, **asked: Any) -> Counter[str]:
    """The topics of a mock's cards, as the API lists it."""
    asked = {"mock_id": str(uuid4()), "minutes": 60} | asked
    started = client.post("/api/mock", json=asked)
    assert started.status_code == 200, started.text
    listed = next(mock for mock in client.get("/api/mock").json() if mock["mock_id"] == asked["mock_id"])
    catalogue = client.app.state.catalogue  # type: ignore[attr-defined]
    return Counter(catalogue.card(slug).topic for slug in listed["cards"])


def test_topics_are_mixed_by_the_weights_of_the_plan(client: TestClient) -> None:
    topics = [topic.id for topic in client.app.state.catalogue.topics]  # type: ignore[attr-defined]
    one, other = "detection", "convolution"
    assert {one, other} < set(topics)
    alike: Counter[str] = Counter()
    for seed in range(12):
        alike += topics_asked(client, seed=seed)
    assert set(alike) == set(topics), "without a plan every topic comes up"

    weights = dict.fromkeys(topics, 0.0) | {one: 2.0, other: 1.0}
    assert client.put("/api/plan", json={"topic_weights": weights}).status_code == 200
    try:
        for seed in range(4):
            assert topics_asked(client, seed=seed, minutes=42) == {one: 4, other: 2}
        assert set(topics_asked(client, topics=["recurrent"])) == {"recurrent"}, "asked for by name"
        assert set(topics_asked(client, minutes=42, topics=[one, "recurrent"])) == {one, "recurrent"}
        page = client.post("/en/mock", data={"mock_id": str(uuid4()), "minutes": "15"})
        assert Form(page.text).step == "1", "the page as well"
    finally:
        assert client.put("/api/plan", json={}).status_code == 200


def test_a_plan_that_leaves_out_all_that_can_be_asked_does_not_forbid_a_mock() -> None:
    settings = SimpleNamespace(weight=lambda topic: 1.0 if topic == "my-deck" else 0.0)
    planner: Any = SimpleNamespace(settings=lambda learner: (settings, 1))
    asked = Begin(mock_id=uuid4())
    assert weights_of(planner, ["a", "b"], 1, asked) == {"a": 1.0, "b": 1.0}
    assert weights_of(planner, ["a", "b"], 1, Begin(mock_id=uuid4(), topics=("b",))) == {"a": 0.0, "b": 1.0}


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_the_api_does_the_same(kind: str, tmp_path: Path) -> None:
    given = {"WARMUP_DATA_DIR": str(tmp_path)}
    if kind == "postgres":
        given["WARMUP_DATABASE_URL"] = new_database()
    with TestClient(create_app(Settings.from_env(given)), base_url="http://localhost") as client:
        id = str(uuid4())
        view = client.post("/api/mock", json={"mock_id": id, "seed": 4, "cards": ["k-means"]}).json()
        assert (view["questions"], view["sheet"]["card"], view["hints"]) == (1, "k-means", [])
        events = f"/api/mock/{id}/events"
        hint = {"event_id": str(uuid4()), "kind": "hint", "step": view["sheet"]["step"], "level": 1}
        assert len(client.post(events, json=hint).json()["hints"]) == 1
        ticked = [part["id"] for part in view["sheet"]["parts"]]
        answer = {"event_id": str(uuid4()), "kind": "answer", "step": "1", "answer": {"points": ticked}, "rating": 4}
        after = client.post(events, params={"tz": "Asia/Shanghai", "lang": "zh"}, json=answer).json()
        assert after["sheet"]["kind"] == "check"
        assert client.get(f"/api/mock/{id}").json() == after
        early = client.get(f"/api/mock/{id}/report")
        assert (early.status_code, early.json()["error"]["reason"]) == (409, "going_on")
        assert client.post(events, json={"event_id": str(uuid4()), "kind": "end"}).json()["ended_at"]
        report = client.get(f"/api/mock/{id}/report").json()
        assert report["stages"][0]["answered"][0]["rating"] == 3, "one hint: good at most"
        assert client.get("/api/mock").json()[0]["score"] == 1
        assert client.get(f"/api/mock/{uuid4()}").status_code == 404
        again = client.post("/api/mock", json={"mock_id": str(uuid4()), "again_of": id})
        assert (again.status_code, again.json()["error"]["reason"]) == (409, "too_early")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_friend_gets_the_answers_and_i_get_the_questions(client: TestClient, lang: str) -> None:
    query = "cards=k-means,relu-vs-sigmoid-tanh&seed=7"
    friend, mine = (client.get(f"/{lang}/set?{query}{hide}") for hide in ("", "&hide=answers"))
    sheets = [client.get(f"/api/set?{query}{hide}").json() for hide in ("", "&hide=answers")]
    assert friend.status_code == mine.status_code == 200
    assert "set-cookie" not in mine.headers
    rubric = [point["text"][lang] for stage in sheets[0]["stages"] for point in stage["points"]]
    assert len(rubric) > 8
    for told in rubric:
        assert told in friend.text
        assert told not in mine.text
    for stage, bare in zip(sheets[0]["stages"], sheets[1]["stages"], strict=True):
        assert stage["check"]["answer"]
        assert bare["check"]["answer"] is None
        assert (bare["points"], bare["follow_ups"], bare["main"]["parts"]) == ([], [], [])
        assert stage["main"]["prompt"] == bare["main"]["prompt"]
        assert stage["check"]["sheet"] == bare["check"]["sheet"], "the same numbers on both"
    assert f"/{lang}/set?{query.replace('&', '&amp;')}&amp;hide=answers" in friend.text


def test_a_set_is_the_same_for_everybody(client: TestClient, app_client: TestClient) -> None:
    for query in ("seed=7", "seed=7&hide=answers", "cards=k-means&cards=anchors-and-rpn&seed=3"):
        assert client.get(f"/en/set?{query}").content == app_client.get(f"/en/set?{query}").content
    assert client.get("/api/set?seed=7").json() != client.get("/api/set?seed=8").json()
    numbers = {client.get(f"/api/set?cards=k-means&seed={seed}").text for seed in range(6)}
    assert len(numbers) == 6


@pytest.mark.parametrize(("accepts", "lang"), [("zh-CN,zh;q=0.9", "zh"), ("en-GB", "en"), ("de", "en")])
def test_a_link_without_a_language_leads_to_the_readers(client: TestClient, accepts: str, lang: str) -> None:
    query = "cards=k-means,anchors-and-rpn&seed=4&hide=answers"
    sent = client.get(f"/set?{query}", headers={"accept-language": accepts}, follow_redirects=False)
    assert (sent.status_code, sent.headers["location"]) == (307, f"/{lang}/set?{query}")
    sent = client.get("/set?cards=//evil.example&x=%0d%0aset-cookie:a", follow_redirects=False)
    assert sent.headers["location"].startswith("/en/set?")
    assert "set-cookie" not in sent.headers


def test_an_address_only_this_computer_knows_is_said(client: TestClient) -> None:
    warned = "opens on this computer only"
    assert warned in client.get("/en/set?seed=4").text
    assert "本机地址" in client.get("/zh/set?seed=4").text
    assert warned not in client.get("/en/set?seed=4&hide=answers").text, "nothing to copy there"


@pytest.mark.parametrize(
    ("query", "status"),
    [("cards=nope", 404), ("hide=questions", 422), ("seed=-1", 422), ("seed=x", 422),
     ("cards=" + ",".join(f"c{i}" for i in range(13)), 422), ("cards=&seed=2", 200)],
)  # fmt: skip
def test_a_link_with_a_slip_is_told(client: TestClient, query: str, status: int) -> None:
    for path in ("/zh/set", "/api/set"):
        assert client.get(f"{path}?{query}").status_code == status


def test_only_the_mock_may_ask_for_the_microphone(client: TestClient) -> None:
    assert "microphone=(self)" in client.get("/en/mock").headers["permissions-policy"]
    for path in ("/en/", "/en/set", "/api/mock"):
        assert "microphone=()" in client.get(path).headers["permissions-policy"]


@pytest.mark.parametrize("body", [b"\xff\xfe", b"do=answer&event_id=x", b"do=nonsense", b"a=1&" * 300, b""])
def test_a_form_that_makes_no_sense_is_refused(app_client: TestClient, body: bytes) -> None:
    page = begin(app_client)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    for path in (str(page.url), "/en/mock"):
        assert app_client.post(path, content=body, headers=headers).status_code == 422
    foreign = app_client.post("/en/mock", content=body, headers=headers | {"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403
    assert Form(app_client.get(str(page.url)).text).step == "1"
