"""The mock as one lives through it: by keyboard, reloaded, cut off from the network, killed, spoken to, out of time."""

import json
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from app.content.loader import load
from app.kit.text import LANGS, Lang
from app.services.catalogue import Catalogue
from app.services.mock import progress, script
from app.services.mock.messages import Rule
from app.services.mock.progress import Progress
from app.settings import Settings
from tests.e2e.test_review import start_again
from tests.server import Server

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
CATALOGUE = Catalogue(load(Settings.from_env({}).content_dir))
NOTE = "perhaps the chain rule, perhaps not"
AT = datetime(2026, 3, 2, tzinfo=UTC)
Theme = Literal["light", "dark"]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path)
    yield running
    running.stop()
    assert "Traceback" not in running.log.read_text(), running.log.read_text()


class Room:
    """A mock that is going on, and what its page sent."""

    def __init__(self, page: Page, url: str, cards: str, lang: str = "en") -> None:
        self.page, self.url, self.id = page, url, str(uuid4())
        self.sent: list[str] = []
        page.on("request", lambda request: self.sent.append(request.post_data or ""))
        asked = {"mock_id": self.id, "cards": cards.split(","), "seed": 3, "minutes": 30}
        page.request.post(f"{url}/api/mock", data=asked)
        page.goto(f"{url}/{lang}/mock/{self.id}")
        expect(page.locator("[data-time]")).to_contain_text(":")

    @property
    def step(self) -> str:
        return self.page.locator("[data-stage] > [data-step]").get_attribute("data-step") or ""

    def stored(self) -> Any:
        return self.page.request.get(f"{self.url}/api/mock/{self.id}").json()

    def tell(self, ticks: int, said: str = "") -> None:
        """Answers the first question, the first `ticks` key points said."""
        place = self.page.locator("[data-stage] > [data-step]")
        if said:
            place.locator("textarea").fill(said)
        place.locator("[data-do=reveal]").click()
        for i in range(ticks):
            place.locator("[name=points]").nth(i).check()
        place.locator("[data-do=answer]").click()
        expect(self.page.locator('[data-stage] > [data-step="1"]')).to_have_count(0, timeout=8000)

    def skip(self) -> None:
        before = self.step
        self.page.locator("[data-stage] > [data-step] [data-do=skip]").click()
        expect(self.page.locator(f'[data-stage] > [data-step="{before}"]')).to_have_count(0, timeout=8000)


def test_reload_and_kill_lose_nothing(page: Page, own: Server) -> None:
    room = Room(page, own.url, "hidden-markov-model,k-means")
    page.locator("#notes").fill(NOTE)
    page.locator(".prompt").focus()
    page.keyboard.press("h")
    expect(page.locator('[data-hint="1"]')).to_be_visible()
    page.locator("[name=text]").fill("three problems")
    page.reload()
    expect(page.locator("[name=text]")).to_have_value("three problems")
    expect(page.locator("#notes")).to_have_value(NOTE)
    expect(page.locator('[data-hint="1"]')).to_be_visible()
    page.locator("[name=text]").press("Control+Enter")
    expect(page.locator("[data-said]")).to_have_text("three problems")
    page.locator("[name=points]").nth(1).check()
    ends = room.stored()["ends_at"]

    own.process.kill()
    own.process.wait(10)
    own._out.close()
    start_again(own)
    page.reload()
    page.said.clear()  # type: ignore[attr-defined]  # the browser reports what was on its way when the server was killed
    expect(page.locator("[data-said]")).to_have_text("three problems")
    expect(page.locator("[name=points]").nth(1)).to_be_checked()
    assert room.stored()["ends_at"] == ends
    page.locator("[data-stage] [data-do=answer]").click()
    expect(page.locator("[data-stage] > [data-step]")).not_to_have_attribute("data-step", "1")
    assert room.stored()["sheet"]["step"] == room.step, "the page and the server agree on the next question"

    page.locator(".mock-bar summary").click()
    page.locator(".mock-bar [value=end]").click()
    expect(page.locator("[data-report]")).to_be_visible()
    page.locator(".answers summary").first.click()
    expect(page.locator("[data-note-of]").first).to_contain_text(NOTE)
    assert not any(NOTE in body for body in room.sent), "notes stay in the browser"


def test_it_goes_on_without_a_network(page: Page, base_url: str) -> None:
    room = Room(page, base_url, "hidden-markov-model,k-means")
    page.wait_for_load_state("networkidle")
    page.route("**/api/mock/**", lambda route: route.abort())
    room.tell(2, "lambda = (pi, A, B)")
    for _ in range(20):
        if not page.locator("[data-stage] > [data-step]").count():
            break
        if page.locator("[data-stage] [data-do=reveal]").count():
            page.locator("[data-stage] [data-do=reveal]").click()
            if page.locator("[data-stage] [name=option]").count():
                page.locator("[data-stage] [name=option]").last.check(force=True)
            before = room.step
            page.locator("[data-stage] [data-do=answer]").click()
            expect(page.locator(f'[data-stage] > [data-step="{before}"]')).to_have_count(0, timeout=8000)
        else:
            room.skip()
    expect(page.locator("[data-done] h2")).to_be_focused()
    expect(page.locator("[data-pending]")).to_contain_text("wait in this browser")
    assert room.stored()["sheet"]["step"] == "1"
    page.locator("[data-done] button").click()
    page.unroute("**/api/mock/**")
    expect(page.locator("[data-report]")).to_be_visible(timeout=30_000)
    assert room.stored()["sheet"] is None
    page.said.clear()  # type: ignore[attr-defined]  # the requests that were cut off


def test_an_answer_that_cannot_be_read_does_not_take_the_later_ones_with_it(page: Page, base_url: str) -> None:
    """Given without a network, it is refused when the rest of the mock waits behind it."""
    room = Room(page, base_url, "hyperparameter-tuning,k-means,hidden-markov-model")
    page.wait_for_load_state("networkidle")
    page.route("**/api/mock/**", lambda route: route.abort())
    answered, unreadable = [], []
    while page.locator("[data-stage] > [data-step]").count():
        step = room.step
        answered.append(step)
        typed = page.locator("[data-stage] [name=value]")
        if typed.count():
            unreadable.append(step)
            expect(page.locator("[data-stage] .typed .hint")).to_contain_text(re.compile("Right within|xact"))
            typed.fill("about ten")
            page.locator("[data-stage] [data-do=answer]").click()
            expect(page.locator(f'[data-stage] > [data-step="{step}"]')).to_have_count(0, timeout=8000)
        else:
            room.skip()
    assert unreadable and answered.index(unreadable[0]) < len(answered) - 2, "choose cards with an early typed answer"
    expect(page.locator("[data-notes]")).to_be_hidden()
    page.unroute("**/api/mock/**")
    page.locator("[data-done] button").click()
    expect(page.locator("[data-report]")).to_be_visible(timeout=30_000)
    assert sorted(room.stored()["rule"]["given"]) == sorted(answered)
    page.said.clear()  # type: ignore[attr-defined]  # the requests that were cut off, the refusals


def test_two_tabs_do_not_count_an_answer_twice(page: Page, base_url: str) -> None:
    room = Room(page, base_url, "hidden-markov-model,k-means")
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("[data-time]")).to_contain_text(":")
    room.tell(2)
    given = room.stored()["rule"]["given"]
    other.locator("[data-stage] [data-do=skip]").click()
    expect(other.locator(f'[data-stage] > [data-step="{room.step}"]')).to_have_count(1)
    assert room.stored()["rule"]["given"] == given
    Room.skip(SimpleNamespace(page=other, step=room.step))  # type: ignore[arg-type]
    room.page.locator("[data-stage] [data-do=skip]").click()
    expect(room.page.locator("[data-stage] > [data-step]")).to_have_attribute(
        "data-step", room.stored()["sheet"]["step"]
    )
    assert len(room.stored()["rule"]["given"]) == 2
    other.close()
    page.said.clear()  # type: ignore[attr-defined]  # the refusals


def test_the_page_asks_what_the_server_would(page: Page, base_url: str) -> None:
    """static/js/mock/rule.js against services/mock/progress.py, over random answers."""
    rng = random.Random(4)
    drawn = script.write(CATALOGUE, list(CATALOGUE.cards), 9)
    cases = []
    for stage in drawn.stages:
        one, done = script.Script(stages=(stage,)), Progress()
        rule, path = Rule.of(one, done).model_dump(mode="json"), []
        while (place := progress.current(one, done)) is not None:
            step = place[1]
            said = [point for point in step.points if rng.random() < 0.6] if step.kind == "open" else []
            path.append((step.id, said))
            done.given[step.id] = SimpleNamespace(points=tuple(said))  # type: ignore[assignment]
        cases.append({"rule": rule, "path": path})
    assert len({len(case["path"]) for case in cases}) > 2
    Room(page, base_url, "k-means")
    main = page.locator('script[src*="/js/mock/main"]').get_attribute("src") or ""
    walked = page.evaluate(
        """async ([from, cases]) => {
            const { makeRule } = await import(new URL("rule.js", new URL(from, location.href)).href);
            return cases.map(({ rule, path }) => {
                const made = makeRule(rule);
                const asked = [made.current()];
                for (const [, said] of path) {
                    made.give(asked.at(-1), said);
                    asked.push(made.current());
                }
                return asked;
            });
        }""",
        [main, cases],
    )
    assert walked == [[*(step for step, _ in case["path"]), None] for case in cases]


def test_when_the_time_is_up_one_may_finish(page: Page, base_url: str) -> None:
    page.clock.install()
    room = Room(page, base_url, "k-means")
    expect(page.locator("[data-time]")).to_have_text(re.compile(r"^29:\d\d left$"))
    page.clock.run_for(25 * 60_000)
    expect(page.locator("[data-live]")).to_have_text("Five minutes left.")
    expect(page.locator("[data-time-up]")).to_be_hidden()
    page.clock.run_for(6 * 60_000)
    expect(page.locator("[data-time]")).to_contain_text("over")
    expect(page.locator("[data-time-up]")).to_contain_text("finish this question")
    room.skip()
    assert room.stored()["ended_at"] is None


SPEECH = """
window.SpeechRecognition = class {
  static async available(options) { window.asked = options; return "%s"; }
  start() {
    window.recogniser = this;
    const result = Object.assign([{ transcript: " it is a product of Jacobians " }], { isFinal: true });
    setTimeout(() => this.onresult({ resultIndex: 0, results: [result] }), 10);
  }
  stop() { this.onend(); }
};
"""


@pytest.mark.parametrize(("local", "told"), [("available", "on this device"), ("unavailable", "may send the sound")])
def test_notes_can_be_spoken(page: Page, base_url: str, local: str, told: str) -> None:
    page.add_init_script(SPEECH % local)
    room = Room(page, base_url, "k-means")
    expect(page.locator("[data-where]")).to_contain_text(told)
    page.locator("[data-listen]").click()
    expect(page.locator("#notes")).to_have_value("it is a product of Jacobians")
    assert page.evaluate("window.recogniser.processLocally") == (local == "available")
    page.locator("[data-listen]").click()
    expect(page.locator("[data-listen]")).to_have_attribute("aria-pressed", "false")
    page.reload()
    expect(page.locator("#notes")).to_have_value("it is a product of Jacobians")
    assert not any("Jacobians" in body for body in room.sent)


def test_without_a_recogniser_one_types(page: Page, base_url: str) -> None:
    page.add_init_script("delete window.SpeechRecognition; delete window.webkitSpeechRecognition;")
    Room(page, base_url, "k-means")
    expect(page.locator("#notes")).to_be_visible()
    expect(page.locator("[data-speak]")).to_be_hidden()


@pytest.mark.parametrize(("lang", "theme", "width"), [("en", "dark", 390), ("zh", "light", 1280)])
def test_every_state_is_accessible_and_fits(
    browser: Browser, base_url: str, lang: Lang, theme: Theme, width: int
) -> None:
    assert lang in LANGS
    context = browser.new_context(color_scheme=theme, bypass_csp=True, viewport={"width": width, "height": 900})
    page = context.new_page()
    found: dict[str, Any] = {}
    Room(page, base_url, "k-means", lang)
    room = Room(page, base_url, "hidden-markov-model,xgboost-split-finding", lang)

    def look(state: str) -> None:
        page.evaluate(AXE)
        broken = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if broken or wide > width:
            found[state] = (broken, wide)

    page.goto(f"{base_url}/{lang}/mock")
    look("two going on")
    page.goto(f"{base_url}/{lang}/mock/{room.id}")
    seen: set[str] = set()
    for _ in range(30):
        place = page.locator("[data-stage] > [data-step]")
        if not place.count():
            break
        kind = place.get_attribute("data-kind") or ""
        if kind not in seen:
            look(f"{kind} asked")
        if kind in ("recall", "follow-up"):
            place.locator("[data-do=reveal]").click()
            if kind not in seen:
                look(f"{kind} shown")
            if kind == "follow-up":
                place.locator("[name=option]").nth(1).check(force=True)
            before = room.step
            place.locator("[data-do=answer]").click()
            expect(page.locator(f'[data-stage] > [data-step="{before}"]')).to_have_count(0, timeout=8000)
        else:
            room.skip()
        seen.add(kind)
    look("all done")
    page.locator("[data-done] button").click()
    expect(page.locator("[data-report]")).to_be_visible()
    for details in page.locator("main details").all():
        details.evaluate("e => { e.open = true; }")
    look("report")
    context.close()
    assert not found, json.dumps(found, ensure_ascii=False, indent=1)
    assert {"recall", "follow-up"} <= seen


def test_a_link_for_a_friend_is_made_and_copied(page: Page, base_url: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{base_url}/en/mock")
    page.locator(".friend summary").click()
    page.get_by_label("k-means").check()
    page.get_by_label("Hidden Markov models").check()
    page.get_by_label("Seed").fill("11")
    page.get_by_role("button", name="Open the interviewer's page").click()
    page.get_by_role("button", name="questions only").click()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == f"{base_url}/en/set?cards=k-means,hidden-markov-model&seed=11&hide=answers"
    page.goto(link)
    expect(page.get_by_role("heading", name="Interview questions")).to_be_visible()
    page.get_by_role("link", name="中文").click()
    expect(page).to_have_url(link.replace("/en/", "/zh/"))
