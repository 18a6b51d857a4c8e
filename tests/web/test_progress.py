"""Progress over HTTP: the page and the API say the same, empty and full; a fitting is asked for and comes to an end."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest
from starlette.testclient import TestClient

from app.db import Database
from app.db import repositories as repo
from app.main import create_app
from app.services import fitter
from app.services.progress import report
from app.services.progress.content import content_of
from app.settings import Settings
from tests.localise import localised
from tests.services.simulated import FAST_FORGETTER, Learner, real_learner, write

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
SECTIONS = {"memory", "workload", "retention", "calibration", "confusion", "effort", "calendar"}


def site(folder: Path, reviews: int) -> Any:
    """The application at NOW, in front of a learner who studied the real items."""
    app = create_app(Settings.from_env({"WARMUP_DATA_DIR": str(folder), "WARMUP_WORKERS": "1"}))
    app.state.clock = lambda: NOW
    if reviews:
        with Database(f"sqlite:///{folder / 'warmup.db'}") as db:
            with db.write() as session:
                learner = repo.local_learner(session, NOW)
            write(db, learner, real_learner(app.state.catalogue, reviews, NOW, true=FAST_FORGETTER))
    return app


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fitter, "FIRST_S", 3600.0)  # nothing is fitted that was not asked for
        with TestClient(site(tmp_path_factory.mktemp("studied"), 1500), base_url="http://localhost") as client:
            yield client


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with TestClient(site(tmp_path_factory.mktemp("fresh"), 0), base_url="http://localhost") as client:
        yield client


def test_every_figure_is_one_plotly_draws_and_has_its_table(studied: TestClient) -> None:
    sections = {section["id"]: section for section in studied.get("/api/progress").json()["sections"]}
    assert sections.keys() >= SECTIONS
    for section in sections.values():
        assert section["n"] > 0
        assert section["figure"]["description"]["zh"] != section["figure"]["description"]["en"]
        assert section["table"]["rows"]
        for lang in ("zh", "en"):
            go.Figure(**localised(section["figure"]["plot"], lang))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_says_what_the_api_says(studied: TestClient, lang: str) -> None:
    told, html = studied.get("/api/progress").json(), studied.get(f"/{lang}/progress").text
    totals = told["totals"]
    assert f"<dd>{totals['reviews']}</dd>" in html
    assert f"{100 * totals['retention']['value']:.0f} %" in html
    assert totals["retention"]["low"] < totals["retention"]["value"] < totals["retention"]["high"]
    for section in told["sections"]:
        figure, _, after = html.partition(f'id="fig-progress-{section["id"]}-title"')[2].partition("</figure>")
        assert 'class="plot ' in figure
        assert "<table" in after.partition("</details>")[0], "the numbers are in the page itself"
    listed = html.partition("data-sure-wrong")[2].partition("</ol>")[0]
    for one in told["sure_wrong"][:8]:
        assert f'href="/{lang}/cards/{one["item"]["card"]}"' in listed
    assert len(told["leeches"]) == html.partition("data-leeches")[2].partition("</ol>")[0].count("<li>") > 0


def test_links_of_the_page_lead_somewhere(studied: TestClient) -> None:
    html = studied.get("/en/progress").text.partition("<main")[2]
    for link in sorted(set(re.findall(r'href="(/en/[^"]+)"', html))):
        path, _, anchor = link.partition("#")
        page = studied.get(path)
        assert page.status_code == 200, link
        assert not anchor or f'id="{anchor}"' in page.text, link


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_before_the_first_review_the_page_teaches(fresh: TestClient, lang: str) -> None:
    html = fresh.get(f"/{lang}/progress").text
    assert f'href="/{lang}/review"' in html.partition("<main")[2]
    assert html.count('class="empty"') >= len(SECTIONS) + 2, "every part says what it will show and what it needs"
    assert "<figure" not in html
    told = fresh.get("/api/progress").json()
    assert told["totals"] == {
        "reviews": 0, "days": 0, "met": 0, "of": told["totals"]["of"], "recall": None, "retention": None, "minutes": 0,
    }  # fmt: skip
    assert all(section["figure"] is None and section["n"] == 0 for section in told["sections"])


@pytest.mark.parametrize("path", ["/api/progress/fit", "/zh/progress"])
def test_too_few_reviews_are_not_fitted(fresh: TestClient, path: str) -> None:
    answer = fresh.post(path)
    assert answer.status_code == 422
    assert "500" in answer.text


def test_a_fitting_from_button_to_figures(studied: TestClient) -> None:
    """Asked for without JavaScript, made by a worker; both losses are shown."""
    before = studied.get("/api/progress").json()["own"]
    assert (before["possible"], before["fittings"], before["in_use"]) == (True, [], "default")
    assert '<form method="post" action="/en/progress">' in studied.get("/en/progress").text
    answer = studied.post("/en/progress", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/progress#own")
    assert "data-pending" in studied.get("/en/progress").text or studied.get("/api/progress").json()["own"]["fittings"]
    end = time.monotonic() + 60
    while (own := studied.get("/api/progress").json()["own"])["pending"]:
        assert time.monotonic() < end, "the worker did not answer"
        time.sleep(0.05)
    (fitted,) = own["fittings"]
    assert fitted["reviews"] == 1500
    assert fitted["gain"] == fitted["loss_default"] - fitted["loss_fitted"]
    assert (fitted["verdict"] == "adopted") == (own["in_use"] == fitted["name"])
    html = studied.get("/en/progress").text
    for loss in (fitted["loss_default"], fitted["loss_fitted"]):
        assert f"{loss:.4f}" in html
    assert studied.get("/api/review/next").json()["question"]["buttons"]


@pytest.mark.parametrize("origin", ["https://elsewhere.example"])
def test_no_other_site_can_ask_for_a_fitting(studied: TestClient, origin: str) -> None:
    assert studied.post("/en/progress", headers={"origin": origin}).status_code == 403


def test_ten_thousand_reviews_take_less_than_half_a_second(tmp_path: Path) -> None:
    """CPU time of the whole report: a busy machine does not change it."""
    app = site(tmp_path, 10_000)
    with Database(f"sqlite:///{tmp_path / 'warmup.db'}") as db:
        with db.read() as session:
            learner = repo.last_standing(session, 1)
        assert learner is not None
        content, items = content_of(app.state.catalogue), app.state.catalogue.items()
        took = []
        for _ in range(3):
            started = time.process_time()
            found = report(db, learner.learner_id, content, items, NOW)
            took.append(time.process_time() - started)
    assert found.totals.reviews == 10_000
    assert min(took) < 3, "in processor time; far less than that unless something has become quadratic"


def test_questions_of_ones_own_are_counted_and_linked(tmp_path: Path) -> None:
    """Their deck stands beside the topics; what it is called stays text; a deck that is deleted breaks nothing."""
    app = site(tmp_path, 0)
    with TestClient(app, base_url="http://localhost") as client:
        name = "<img src=x onerror=alert(1)>"
        deck = client.post("/api/decks", json={"text": "## Why <b>?\n\nSo.", "deck": name}).json()["deck"]
        (card,) = client.get(f"/api/decks/{deck}").json()["cards"]
        key = f"{card['uid']}/recall"
        rows = Learner([key]).study(40)
        for row, rating in zip(rows, (1, 3) * 20, strict=True):
            row.rating, row.elapsed_days = rating, 1
        write(app.state.study.db, app.state.learner, rows)
        told = client.get("/api/progress").json()
        assert (told["totals"]["reviews"], told["totals"]["met"]) == (40, 1)
        memory = next(section for section in told["sections"] if section["id"] == "memory")
        assert [row[0]["en"] for row in memory["table"]["rows"]] == ["All topics", name]
        (leech,) = told["leeches"]
        assert (leech["advice"]["place"], leech["advice"]["target"]) == ("note", card["uid"])
        html = client.get("/en/progress").text
        assert "<img src=x" not in html
        assert f'href="/en/decks/{deck}"' in html
        assert f'href="/en/notes/{card["uid"]}"' in html
        assert client.post(f"/en/decks/{deck}/delete", follow_redirects=False).status_code == 303
        assert client.get("/en/progress").status_code == 200
        gone = client.get("/api/progress").json()
        assert (gone["totals"]["reviews"], gone["totals"]["met"], gone["leeches"]) == (40, 0, [])
