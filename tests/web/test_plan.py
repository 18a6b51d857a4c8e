"""The plan over HTTP: the API and the plain forms say and store the same; what is wrong is told where it is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    app = create_app(Settings.from_env({"WARMUP_DATA_DIR": str(tmp_path_factory.mktemp("plan"))}))
    app.state.clock = lambda: NOW
    with TestClient(app, base_url="http://localhost", follow_redirects=False) as client:
        yield client


@pytest.fixture(autouse=True)
def afresh(served: TestClient) -> None:
    """No interviews, the usual weights."""
    assert served.put("/api/plan", json={}).status_code == 200


def wanted(**more: Any) -> dict[str, Any]:
    day = (NOW + timedelta(days=10)).date().isoformat()
    return {"interviews": [{"day": day, "at": "14:00", "tz": "Asia/Shanghai", "round": "Round 2"}]} | more


def form(**more: str | list[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "revision": "1", "interview_day": ["2026-03-12", ""], "interview_at": ["14:00", "10:00"],
        "interview_tz": ["Asia/Shanghai", "UTC"], "interview_round": ["Round 2", ""], "minutes": "25", "days_off": "",
    }  # fmt: skip
    return fields | more


def test_put_then_get(served: TestClient) -> None:
    put = served.put("/api/plan", json=wanted(minutes=40, topic_weights={"detection": 2}))
    assert put.status_code == 200
    got = served.get("/api/plan").json()
    assert got == put.json()
    report = got["report"]
    assert (report["days_left"], report["minutes"], report["next"]["round"]) == (10, 40, "Round 2")
    assert report["starts"] == "2026-03-12T06:00:00Z"
    assert 0 == report["now"] < report["kept"] < 1
    assert report["alternatives"][0]["kept"] < report["kept"] < report["alternatives"][1]["kept"]
    assert {t["topic"]: t["weight"] for t in report["topics"]}["detection"] == 2
    assert served.get("/api/review/next").json()["remaining"]["minutes"] <= 40


def test_what_is_wrong_is_named_in_both_languages(served: TestClient) -> None:
    bad = wanted()
    bad["interviews"][0]["tz"] = "Mars/Olympus"
    answer = served.put("/api/plan", json=bad)
    assert answer.status_code == 422
    (field,) = answer.json()["error"]["fields"]
    assert field["name"] == "interviews.0.tz"
    assert "Asia/Shanghai" in field["message"]["zh"] and "IANA" in field["message"]["en"]
    assert served.get("/api/plan").json()["settings"]["interviews"] == []


def test_an_older_revision_is_refused(served: TestClient) -> None:
    at = served.get("/api/plan").json()["revision"]
    assert served.put(f"/api/plan?revision={at}", json=wanted()).status_code == 200
    answer = served.put(f"/api/plan?revision={at}", json={})
    assert (answer.status_code, answer.json()["error"]["reason"]) == (409, "changed")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_form_stores_what_it_says(served: TestClient, lang: str) -> None:
    at = str(served.get("/api/plan").json()["revision"])
    sent = form(
        revision=at,
        weekday=["6"],
        days_off="2026-03-05\n2026-03-04",
        eve_minutes="120",
        **{"weight-detection": "2", "weight-training": "1"},
    )
    answer = served.post(f"/{lang}/plan", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/{lang}/plan")
    settings = served.get("/api/plan").json()["settings"]
    assert settings["topic_weights"] == {"detection": 2}
    assert (settings["minutes"], settings["eve_minutes"]) == (25, 120)
    assert (settings["weekdays_off"], settings["days_off"]) == ([6], ["2026-03-04", "2026-03-05"])
    assert [i["round"] for i in settings["interviews"]] == ["Round 2"]
    page = served.get(f"/{lang}/plan").text
    assert ("离面试还有 10 天" if lang == "zh" else "10 days to the interview") in page
    assert "2026-03-04\n2026-03-05" in page
    home = served.get(f"/{lang}/").text
    assert "Round 2" not in home, "before the first review the start page teaches"


@pytest.mark.parametrize(
    ("more", "zh", "en"),
    [
        ({"minutes": "2"}, "每天的分钟数不能小于 5", "Minutes a day must be at least 5"),
        ({"minutes": "a lot"}, "每天的分钟数必须是整数", "Minutes a day must be a whole number"),
        ({"eve_minutes": "9h"}, "面试前一天的分钟数必须是整数", "Minutes on the day before must be a whole number"),
        ({"eve_minutes": "600"}, "面试前一天的分钟数不能大于 480", "Minutes on the day before must be at most 480"),
        ({"interview_day": ["12/03", ""]}, "面试日期必须是日期", "The date must be a date"),
        ({"interview_tz": ["Mars", ""]}, "不认识这个时区", "This time zone is not known"),
        ({"days_off": "tomorrow"}, "休息的日子必须是日期", "Days off must be a date"),
        ({"weight-detection": "lots"}, "权重必须是有限的数", "The weight must be a finite number"),
        ({"weight-cooking": "2"}, "没有这个主题", "There is no such topic"),
    ],
)  # fmt: skip
def test_a_form_that_cannot_be_used_comes_back_as_it_was_typed(
    served: TestClient, more: dict[str, Any], zh: str, en: str
) -> None:
    at = str(served.get("/api/plan").json()["revision"])
    for lang, says in (("zh", zh), ("en", en)):
        answer = served.post(f"/{lang}/plan", data=form(**{"revision": at} | more))
        assert answer.status_code == 422
        assert says in answer.text
        for typed in more.values():
            if "weight-cooking" not in more:
                assert (typed if isinstance(typed, str) else typed[0]) in answer.text
    assert served.get("/api/plan").json()["settings"]["interviews"] == []


def test_forms_from_elsewhere_are_refused(served: TestClient) -> None:
    for path in ("/en/plan", "/en/plan/debrief", "/en/plan/weights"):
        answer = served.post(path, data=form(), headers={"sec-fetch-site": "cross-site"})
        assert answer.status_code == 403, path


@pytest.mark.parametrize("body", [b"\xff\xfe=\x00", b"a=1&" * 5000, b"interview_day=%ED%A0%80&minutes=%00"])
def test_bodies_that_are_no_form_are_refused_in_words(served: TestClient, body: bytes) -> None:
    for path in ("/zh/plan", "/zh/plan/debrief", "/zh/plan/weights"):
        answer = served.post(path, content=body, headers=FORM)
        assert answer.status_code == 422, path
        assert "<h1" in answer.text


def test_after_the_interview(served: TestClient) -> None:
    """Log with the form, see the rule, adopt, and the plan has the weights."""
    sent = {"entry_id": str(uuid4()), "held_on": "2026-03-01", "round": "Round 1", "notes": "<b>RoI</b>\nquantised"}
    unrated = served.post("/en/plan/debrief", data=sent | {"card": "anchors-and-rpn"})
    assert unrated.status_code == 422
    assert "say how that topic went" in unrated.text
    sent |= {"topic-detection": "badly", "topic-activations": "well", "card": "anchors-and-rpn"}
    for _ in range(2):
        answer = served.post("/en/plan/debrief", data=sent)
        assert (answer.status_code, answer.headers["location"]) == (303, "/en/plan/debrief#next")
    page = served.get("/en/plan/debrief").text
    assert page.count("Round 1</h3>") == 1
    assert "&lt;b&gt;RoI&lt;/b&gt;" in page and "Adopt these weights" in page
    shown = served.get("/api/plan/debriefs").json()
    assert [(c["topic"], c["before"], c["after"]) for c in shown["changes"]] == [("detection", 1, 2)]
    decision = {"adopt": "1", "through": str(shown["through"]), "revision": str(shown["revision"])}
    assert served.post("/zh/plan/weights", data=decision).headers["location"] == "/zh/plan"
    assert served.get("/api/plan").json()["settings"]["topic_weights"] == {"detection": 2}
    assert served.post("/zh/plan/weights", data=decision).status_code == 409
    assert (
        served.post("/api/plan/debriefs", json={"entry_id": str(uuid4()), "held_on": "2026-03-01"}).status_code == 422
    )


def test_an_interview_that_is_over_asks_for_its_debrief(served: TestClient) -> None:
    past = {"interviews": [{"day": "2026-03-02", "at": "09:00", "round": "Panel"}]}
    assert served.put("/api/plan", json=past).json()["report"] is None
    assert "Note what was asked" in served.get("/en/plan").text
    assert 'value="Panel"' in served.get("/en/plan/debrief").text


def test_a_plan_of_a_year_is_made_in_time(tmp_path: Path, served: TestClient) -> None:
    """(No clock here: the number of slots bounds the work, see test_settings.) It answers, and with numbers."""
    far = [{"day": (NOW + timedelta(days=n)).date().isoformat()} for n in (40, 360)]
    report = served.put("/api/plan", json={"interviews": far, "minutes": 480}).json()["report"]
    assert report["days_left"] == 40
    assert report["kept"] > 0.9
