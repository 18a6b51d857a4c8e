"""The start: a new reader's first minute, then what a reader with a history is told."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from app.content.loader import load
from app.db import Database
from app.db import repositories as repo
from app.services.answers import Answer
from app.services.asking import Attempt
from app.services.catalogue import Catalogue
from app.services.study import Study
from app.settings import Settings
from tests.server import Server

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
RUN = "axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Nobody has studied here."""
    running = Server(tmp_path_factory.mktemp("fresh"))
    yield running
    running.stop()
    assert "Traceback" not in running.log.read_text(), running.log.read_text()


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Six items were answered ten days ago, half of them forgotten."""
    data = tmp_path_factory.mktemp("history")
    catalogue = Catalogue(load(Settings.from_env({}).content_dir))
    then = datetime.now(UTC) - timedelta(days=10)
    rng = random.Random(1)
    with Database(f"sqlite:///{data / 'warmup.db'}") as db:
        with db.write() as session:
            learner = repo.local_learner(session, then)
        study = Study(db, catalogue, catalogue.computed)
        for n in range(6):
            found = study.next_item(learner, then, rng).question
            assert found
            study.submit(
                learner,
                Attempt(
                    attempt_id=UUID(int=rng.getrandbits(128), version=4), item=found.key, rev=found.rev,
                    seed=found.seed, answer=Answer(skip=True), rating=1, token=found.token, lang="en",
                    duration_ms=30_000,
                ),
                then + timedelta(minutes=n),
            )  # fmt: skip
    running = Server(data)
    yield running
    running.stop()
    assert "Traceback" not in running.log.read_text(), running.log.read_text()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_first_minute(page: Page, fresh: Server, lang: str) -> None:
    """Predict, commit, see it computed: in one place, with the keyboard, told apart from the other answers."""
    seen = set()
    for choice in range(20):
        page.goto(f"{fresh.url}/{lang}/")
        first = page.locator("[data-first]")
        radios = first.get_by_role("radio")
        if choice >= radios.count():
            break
        commit = first.get_by_role("button")
        expect(commit).to_be_disabled()
        expect(page.locator("[data-outcome]")).to_be_hidden()
        radios.first.focus()
        page.keyboard.press("Space")
        for _ in range(choice):
            page.keyboard.press("ArrowDown")
        expect(radios.nth(choice)).to_be_checked()
        with page.expect_response("**/result*") as reply:
            page.keyboard.press("Enter")
        outcome = page.locator("[data-outcome]")
        expect(outcome).to_be_visible(timeout=15_000)
        expect(outcome).to_be_focused()
        assert reply.value.ok
        said = page.locator("[data-said]")
        expect(said).to_contain_text({"en": "Just computed:", "zh": "刚刚算出："}[lang])
        holds = "right" in (said.get_attribute("class") or "").split()
        expect(said).to_contain_text("✓" if holds else "✗")
        seen.add((choice, holds))
        assert all(radio.is_disabled() for radio in radios.all())
    assert sum(holds for _, holds in seen) == 1, "exactly one prediction holds"
    page.goto(f"{fresh.url}/{lang}/")
    first.get_by_role("radio").first.check()
    first.get_by_role("button").click()
    page.locator("[data-outcome]").get_by_role("link").first.click()
    expect(page.locator("[data-panel]")).to_be_visible()


def test_the_first_minute_when_the_server_is_gone(page: Page, fresh: Server) -> None:
    page.route("**/api/**", lambda route: route.abort())
    page.goto(f"{fresh.url}/en/")
    first = page.locator("[data-first]")
    first.get_by_role("radio").first.check()
    first.get_by_role("button").click()
    expect(page.locator("[data-said]")).to_have_text("The run did not come back. Try once more.")
    page.unroute_all()
    first.get_by_role("button").click()
    expect(page.locator("[data-said]")).to_contain_text("Just computed:", timeout=15_000)
    page.said.clear()  # type: ignore[attr-defined]  # the browser reports the aborted request


def test_from_the_start_into_the_review_and_back(page: Page, tmp_path: Path) -> None:
    running = Server(tmp_path)
    page.goto(f"{running.url}/en/")
    page.get_by_role("link", name="Start with 10 new items").click()
    page.locator('[data-item][data-phase="asking"]').wait_for()
    page.keyboard.press("s")
    page.locator('[data-phase="checked"]').wait_for()
    page.keyboard.press("1")
    expect(page.locator("[data-undo]")).to_be_visible()
    expect(page.locator("[data-pending]")).to_be_hidden()
    page.goto(f"{running.url}/en/")
    expect(page.locator("[data-first]")).to_have_count(0)
    expect(page.locator("[data-due]")).to_have_text("1")
    expect(page.locator("[data-new]")).to_have_text("9")
    page.goto(f"{running.url}/en/review")
    page.locator('[data-item][data-phase="asking"]').wait_for()
    page.locator("[data-undo]").click()
    expect(page.locator("[data-notices]")).to_contain_text("Undone")
    page.goto(f"{running.url}/en/")
    expect(page.locator("[data-first]")).to_be_visible()
    running.stop()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_reader_with_a_history_sees_what_waits(page: Page, history: Server, lang: str) -> None:
    page.goto(f"{history.url}/{lang}/")
    expect(page.locator("[data-first]")).to_have_count(0)
    expect(page.locator("[data-due]")).to_have_text("6")
    expect(page.locator("[data-new]")).to_have_text("10")
    expect(page.locator("[data-minutes]")).to_have_text("8")  # 16 items, 30 s each as they took before
    page.get_by_role("link", name={"en": "Start review", "zh": "开始复习"}[lang]).click()
    expect(page).to_have_url(f"{history.url}/{lang}/review")
    page.locator('[data-item][data-phase="asking"]').wait_for()
    expect(page.locator("[data-left]")).to_contain_text(
        {"en": "6 to review · 10 new", "zh": "待复习 6 · 新题 10"}[lang]
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_axe_finds_nothing(
    browser: Browser, fresh: Server, history: Server, lang: str, theme: Literal["light", "dark"]
) -> None:
    for width in (390, 1280):
        context = browser.new_context(color_scheme=theme, bypass_csp=True, viewport={"width": width, "height": 900})
        page = context.new_page()
        for server in (history, fresh):
            page.goto(f"{server.url}/{lang}/")
            page.wait_for_load_state("networkidle")
            page.evaluate(AXE)
            assert page.evaluate(RUN) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.locator("[data-first]").get_by_role("radio").first.check()
        page.locator("[data-first]").get_by_role("button").click()
        expect(page.locator("[data-outcome]")).to_be_visible(timeout=15_000)
        assert page.evaluate(RUN) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        context.close()
