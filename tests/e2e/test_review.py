"""The review as a reader uses it: by keyboard, every kind of item, undo, two tabs, bad lines, both languages."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Locator, Page, Response, Route, expect
from sqlmodel import col, select

from app.content.loader import load
from app.content.models import (
    ChoiceItem,
    ClozeItem,
    ExerciseItem,
    NumericItem,
    OrderItem,
    PairItem,
    PredictItem,
    RecallItem,
)
from app.db import Database, Review
from app.db import repositories as repo
from app.kit.text import LANGS, Lang
from app.services.catalogue import Catalogue
from app.services.scheduling import RATINGS, initial, preview, review
from app.services.study import Study
from app.settings import Settings
from tests.server import ROOT, Server

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
CATALOGUE = Catalogue(load(Settings.from_env({}).content_dir))
SEVEN = "relu-vs-sigmoid-tanh"
"""A card whose quiz has all kinds but the pair, and all of them on a known first page."""
EVERY = "xgboost-split-finding"
"""A card whose quiz has all eight kinds."""
TWICE_MS = 420
"""The page takes the same key within this time, on what came next, for a double press."""
Json = dict[str, Any]


def quiz(slug: str) -> list[str]:
    return [entry.key for entry in CATALOGUE.items() if entry.card.slug == slug]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """For what does not depend on what was answered before."""
    running = Server(tmp_path_factory.mktemp("review"))
    yield running
    running.stop()
    assert "Traceback" not in running.log.read_text(), running.log.read_text()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Server]:
    """A server nobody has answered anything on."""
    running = Server(tmp_path)
    yield running
    running.stop()
    assert "Traceback" not in running.log.read_text(), running.log.read_text()


def log(server: Server) -> list[Review]:
    """The lines of the log, in their order. The server must have stopped."""
    with Database(f"sqlite:///{server.log.parent / 'warmup.db'}") as db, db.read() as session:
        return [*session.exec(select(Review).order_by(col(Review.seq)))]


def start_again(server: Server) -> None:
    """The server that was stopped, on its port."""
    data = server.log.parent
    server._out = server.log.open("ab")
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(server.port)]
    environment = {**os.environ, "WARMUP_DATA_DIR": str(data)}
    server.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=server._out, stderr=subprocess.STDOUT)
    server.wait()


class Sitting:
    """A review page, and the questions the server sent it."""

    def __init__(self, page: Page, server: Server, path: str = "/en/review") -> None:
        self.page, self.url = page, server.url
        self._sent: list[Response] = []
        page.on("response", self._keep)
        page.route("**/nothing", lambda route: route.continue_())  # requests can be held back from the start
        page.goto(server.url + path)

    def _keep(self, response: Response) -> None:
        if response.ok and ("/api/review/next" in response.url or "/api/review/items/" in response.url):
            self._sent.append(response)

    @property
    def item(self) -> Locator:
        return self.page.locator("[data-item]")

    @property
    def key(self) -> str:
        return self.item.get_attribute("data-item") or ""

    @property
    def kind(self) -> str:
        return self.item.get_attribute("data-kind") or ""

    def asked(self) -> Json:
        """The question on the screen."""
        key = self.key
        for response in reversed(self._sent):
            body = response.json()
            question: Json = body.get("question", body) or {}
            if question.get("key") == key:
                return question
        raise AssertionError(f"nobody sent {key}")

    def expect_phase(self, phase: str) -> None:
        expect(self.item).to_have_attribute("data-phase", phase)

    def expect_item(self, key: str) -> None:
        expect(self.item).to_have_attribute("data-item", key)
        self.expect_phase("asking")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def fill(self, answer: Json) -> None:
        """Gives an answer with the keyboard alone, up to the check."""
        parts = [part["id"] for part in self.asked()["parts"]]
        if "blanks" in answer:
            for blank in answer["blanks"]:
                self.page.keyboard.type(blank)
                self.press("Enter")
        elif "order" in answer:
            for place, wanted in enumerate(answer["order"]):
                at = parts.index(wanted)
                self.press(str(at + 1), *["Alt+ArrowUp"] * (at - place))
                parts.insert(place, parts.pop(at))
            self.press("Space")
        elif "value" in answer:
            self.page.keyboard.type(answer["value"])
            self.press("Enter")
        else:
            for option in answer.get("options", [answer["option"]] if "option" in answer else []):
                self.press(str(parts.index(option) + 1))
            self.press("Enter")
        self.expect_phase("checked")
        for at, point in enumerate(parts):  # recall: ticks what was said
            self.press(*["j"] * ("points" in answer))
            if point in answer.get("points", ()):
                with self.page.expect_response("**/api/review/grade"):
                    self.press("Space")
                self.page.wait_for_timeout(50 if at < len(parts) - 1 else 100)

    def answer(self, right: bool = True) -> Json:
        """Answers the item on the screen."""
        given = answer_to(self.asked(), right)
        self.fill(given)
        return given

    def rate(self, rating: int) -> None:
        """Presses the digit, waits until the next thing is there."""
        before = self.page.locator("[data-item], [data-end]").element_handle()
        self.press(str(rating))
        self.page.wait_for_function("e => !e.isConnected", arg=before)
        self.page.locator("[data-item], [data-end]").wait_for()
        self.page.wait_for_timeout(TWICE_MS)

    def undo(self) -> None:
        """Leaves a field that letters go into, then presses the key."""
        if self.item.count() and self.kind == "cloze":
            self.press("Escape")
        self.press("z")

    def done(self) -> None:
        """Everything has arrived."""
        expect(self.page.locator("[data-pending]")).to_be_hidden()


def answer_to(question: Json, right: bool) -> Json:
    """A right or a wholly wrong answer, worked out from the content and the question's seed."""
    item = CATALOGUE.item(question["key"]).item
    match item:
        case ChoiceItem():
            fits = [i for i, o in enumerate(item.options) if o.correct == right]
            return {"options": fits if right else fits[:1]}
        case NumericItem():
            truth = CATALOGUE.runs.value(item.run) if item.run else item.value
            assert truth is not None
            return {"value": repr(truth if right else truth * 3 + 1000)}
        case ExerciseItem():
            asked = CATALOGUE.ask(item, question["seed"])
            wrong = asked.mistakes[0].value if asked.mistakes else asked.answer * 3 + 1000
            return {"value": repr(asked.answer if right else wrong)}
        case ClozeItem():
            return {"blanks": [variants[0] if right else "nonsense" for variants in item.answers]}
        case OrderItem():
            order = list(range(len(item.items)))
            return {"order": order if right else order[::-1]}
        case PredictItem():
            prediction = CATALOGUE.prediction(item)
            truth = CATALOGUE.computed(item.demo, prediction.preset, prediction.scalar)
            assert truth is not None
            if not prediction.options:
                return {"value": repr(truth if right else truth * 1000 + 1000)}
            return {"option": next(i for i, o in enumerate(prediction.options) if o.holds(truth) == right)}
        case PairItem():
            seen = CATALOGUE.pair(item).show(question["seed"])
            wrong = [i for i, tell in enumerate(seen.tells) if tell.side != seen.side]
            return {"option": next(i for i in range(len(seen.tells)) if seen.right(i)) if right else wrong[0]}
        case RecallItem():
            return {"points": [part["id"] for part in question["parts"]] if right else []}


def test_a_whole_session_by_keyboard(page: Page, own: Server) -> None:
    """The day's queue from the first item to the end; one rating is taken back on the way."""
    sitting = Sitting(page, own)
    left = page.locator("[data-left]")
    undone = False
    answered = right = 0
    for turn in range(40):
        page.locator("[data-item], [data-end]").wait_for()
        if page.locator("[data-end]").count():
            break
        sitting.expect_phase("asking")
        key, kind = sitting.key, sitting.kind
        good = turn % 4 != 2
        sitting.answer(good)
        sitting.rate(4 if good else 1)
        sitting.done()
        if turn == 3:
            before = left.inner_text()
            follower = sitting.key
            sitting.undo()
            sitting.expect_item(key)
            expect(page.locator("[data-notices]")).to_contain_text("Undone")
            expect(left).to_contain_text("7 new")
            assert page.locator("[data-progress]").evaluate("e => e.value") == 3
            page.wait_for_timeout(TWICE_MS)
            sitting.answer(good)
            sitting.rate(4 if good else 1)
            sitting.done()
            expect(left).to_have_text(before)
            assert sitting.key == follower, "the one that waited is next"
            undone = True
        answered += 1
        right += good if kind != "recall" else (4 if good else 1) >= 3
    assert undone and answered >= 10
    end = page.locator('[data-end="done"]')
    expect(end.locator("[data-reviewed]")).to_have_text(str(answered))
    expect(end.locator("[data-right]")).to_have_text(str(right))
    expect(end.locator("[data-again_soon]")).not_to_be_empty()
    expect(end).to_contain_text("Next: ")
    expect(end.locator("h2")).to_be_focused()
    sitting.undo()
    sitting.expect_phase("asking")
    expect(page.locator("[data-end]")).to_have_count(0)
    own.stop()
    lines = log(own)
    assert len([line for line in lines if line.kind == "review"]) == answered + 1


def test_state_after_the_browser_equals_the_log(page: Page, own: Server) -> None:
    """Answers, an undo, the same item twice: rebuilt from the log, nothing differs, and intervals are those shown."""
    sitting = Sitting(page, own, f"/en/review?card={SEVEN}")
    shown: list[tuple[str, Json]] = []
    for turn in range(5):
        sitting.answer(turn != 1)
        rating = (4, 1, 3, 2, 4)[turn]
        shown.append((sitting.key, sitting.asked()["buttons"][rating - 1]))
        sitting.rate(rating)
    sitting.undo()
    sitting.expect_item(shown[-1][0])
    sitting.done()
    shown.pop()
    own.stop()
    with Database(f"sqlite:///{own.log.parent / 'warmup.db'}") as db:
        study = Study(db, CATALOGUE, CATALOGUE.computed)
        assert study.check(1).differences == ()
        rebuilt = study.rebuild(1)
        assert rebuilt.items == 4 and rebuilt.differences == ()
        with db.read() as session:
            for key, button in shown:
                state = repo.state(session, 1, key)
                assert state is not None and state.due is not None and state.last_review is not None
                assert int((state.due - state.last_review).total_seconds()) == button["interval_s"]


def test_the_interval_on_the_button_is_the_one_stored(page: Page, own: Server) -> None:
    """Shown = replied = what the item's next question goes on from."""
    sitting = Sitting(page, own, f"/en/review?card={SEVEN}")
    for rating in (1, 2, 3, 4):
        sitting.answer()
        key, question = sitting.key, sitting.asked()
        button = question["buttons"][rating - 1]
        on_screen = page.locator(f'[data-rating="{rating}"]')
        expect(on_screen).to_contain_text(button["name"]["en"])
        expect(on_screen).to_contain_text(button["label"]["en"])
        with page.expect_response(lambda r: r.url.endswith("/api/reviews")) as stored:
            sitting.rate(rating)
        reply = stored.value.json()
        assert (reply["interval_s"], reply["label"]) == (button["interval_s"], button["label"])
        sitting.done()
        again = page.request.get(f"{own.url}/api/review/items/{key}?tz=UTC").json()
        assert again["new"] is False and again["token"] != question["token"]
        moment = datetime.fromisoformat(reply["due"]) - timedelta(seconds=reply["interval_s"])
        first = review(initial(), RATINGS[rating - 1], moment)
        assert int(first.interval.total_seconds()) == button["interval_s"]
        then = {int(r): int(o.interval.total_seconds()) for r, o in preview(first.state, moment, 0).items()}
        assert {b["rating"]: b["interval_s"] for b in again["buttons"]} == then


@pytest.mark.parametrize(("lang", "slug"), [("en", EVERY), ("zh", "anchors-and-rpn")])
def test_every_kind_rightly_and_wrongly(page: Page, own: Server, lang: Literal["zh", "en"], slug: str) -> None:
    """A whole card: every item wrongly, taken back, then rightly."""
    sitting = Sitting(page, own, f"/{lang}/review?card={slug}")
    kinds = set()
    for key in quiz(slug):
        sitting.expect_item(key)
        kind, question = sitting.kind, sitting.asked()
        kinds.add(kind)
        given = sitting.answer(right=False)
        verdict = page.locator("[data-feedback] [data-correct]")
        if kind == "recall":
            expect(verdict).to_have_attribute("data-correct", "")
            assert page.locator("[data-rating]:disabled").count() == 0
        else:
            expect(verdict).to_have_attribute("data-correct", "0")
            closed = page.locator("[data-rating]:disabled")
            assert [e.get_attribute("data-rating") for e in closed.all()] == ["2", "3", "4"]
            for button in closed.all():
                reason = page.locator(f"#{button.get_attribute('aria-describedby')}")
                expect(reason).to_contain_text({"en": "“Again”", "zh": "“忘了”"}[lang])
            sitting.press("4")
            sitting.expect_phase("checked")
        expect(page.locator("[data-suggested]")).to_have_attribute("data-rating", "1")
        item = CATALOGUE.item(key).item
        if isinstance(item, ExerciseItem):
            asked = CATALOGUE.ask(item, question["seed"])
            mistake = asked.mistake(float(given["value"]))
            assert page.locator(".slip").count() == (mistake is not None)
            if mistake and "$" not in mistake.text[lang]:
                expect(page.locator("[data-feedback]")).to_contain_text(mistake.text[lang])
        if kind == "predict":
            knobs = CATALOGUE.demos[question["demo"]].preset_params(question["preset"]).to_query()
            address = f"/{lang}/demos/{question['demo']}" + (f"?{knobs}" if knobs else "")
            expect(page.locator("[data-run]")).to_have_attribute("href", address)
        sitting.rate(1)
        sitting.done()
        sitting.undo()
        sitting.expect_item(key)
        assert sitting.asked()["seed"] == question["seed"], "the same numbers again"
        page.wait_for_timeout(TWICE_MS)
        sitting.answer(right=True)
        if kind != "recall":
            expect(page.locator("[data-feedback] [data-correct]")).to_have_attribute("data-correct", "1")
        assert page.locator("[data-rating]:disabled").count() == 0
        expect(page.locator("[data-suggested]")).to_have_attribute("data-rating", "3")
        assert page.locator(".katex-error").count() == 0
        page.wait_for_timeout(TWICE_MS)
        sitting.press("Enter")  # the suggested one
        page.locator(f'[data-item="{key}"]').wait_for(state="detached")
        sitting.done()
        page.wait_for_timeout(TWICE_MS)
    expect(page.locator("[data-end]")).to_be_visible()
    if slug == EVERY:
        assert len(kinds) == 8
    own.stop()
    reviews = [line for line in log(own) if line.kind == "review"]
    assert [line.rating for line in reviews] == [1, 3] * len(quiz(slug))
    named = {line.mistake for line in reviews} - {None}
    assert named, "named mistakes are in the log"


def test_a_lost_reply_is_sent_again_and_stored_once(page: Page, own: Server) -> None:
    """The server has stored the review, its answer never arrives: the same attempt goes out again."""
    sitting = Sitting(page, own)
    sent: list[Json] = []

    def lose(route: Route) -> None:
        sent.append(dict(route.request.post_data_json or {}))
        if len(sent) == 1:
            assert route.fetch().ok
            route.abort()
        else:
            route.continue_()

    page.route("**/api/reviews", lose)
    sitting.answer()
    sitting.rate(3)
    expect(page.locator("[data-pending]")).to_contain_text("Not saved yet: 1")
    expect(page.locator("[data-pending]")).to_be_hidden(timeout=10_000)
    assert page.evaluate("localStorage.getItem('warmup.outbox')") == "[]"
    assert [attempt["attempt_id"] for attempt in sent] == [sent[0]["attempt_id"]] * 2
    own.stop()
    assert [str(line.attempt_id) for line in log(own)] == [str(UUID(sent[0]["attempt_id"]))]
    page.said.clear()  # type: ignore[attr-defined]  # the browser reports the aborted request


def test_two_tabs(page: Page, own: Server) -> None:
    """Both show the same item; the second to rate it is told, and asked again."""
    first = Sitting(page, own)
    page.wait_for_load_state("networkidle")
    second = Sitting(page.context.new_page(), own)
    key = first.key
    second.expect_item(key)
    first.answer()
    second.answer()
    first.rate(3)
    first.done()
    second.press("4")
    expect(second.page.locator("[data-notices]")).to_contain_text("another tab")
    second.expect_item(key)
    assert not second.asked()["new"]
    second.page.wait_for_timeout(TWICE_MS)
    second.answer()
    second.rate(3)
    second.done()
    expect(second.page.locator("[data-notices]")).to_be_empty()
    second.page.close()
    own.stop()
    assert [(line.item_key, line.rating) for line in log(own)] == [(key, 3), (key, 3)]


@pytest.mark.parametrize(("status", "reason"), [(409, "changed"), (404, ""), (422, "")])
def test_an_item_that_cannot_be_graded_any_more(page: Page, own: Server, status: int, reason: str) -> None:
    """Revised while it was on the screen: the new version is asked. Gone, or without its number: passed over."""
    sitting = Sitting(page, own)
    page.wait_for_load_state("networkidle")
    key = sitting.key
    message = {"en": "It cannot be graded.", "zh": "无法批改。"}
    error = {"error": {"status": status, "code": "x", "reason": reason, "message": message}}
    page.route("**/api/review/grade", lambda route: route.fulfill(status=status, json=error), times=1)
    sitting.press("s")
    words = "The new version is asked." if reason else "It cannot be graded."
    expect(page.locator("[data-notices]")).to_contain_text(words)
    sitting.expect_phase("asking")
    assert (sitting.key == key) == (reason == "changed")
    page.wait_for_timeout(TWICE_MS)
    sitting.press("s")
    sitting.expect_phase("checked")
    page.said.clear()  # type: ignore[attr-defined]  # the browser reports the status


@pytest.mark.parametrize("key", ["3", "Enter", "Space"])
def test_a_double_press_rates_once_and_leaves_the_next_item_alone(page: Page, own: Server, key: str) -> None:
    sitting = Sitting(page, own, "/en/review?card=vanishing-exploding-gradients")
    sitting.answer()
    page.wait_for_timeout(TWICE_MS)
    before = sitting.key
    sitting.press(key, key, key)
    page.locator(f'[data-item="{before}"]').wait_for(state="detached")
    sitting.press(key)
    sitting.done()
    assert sitting.kind == "choice"
    assert page.locator("input[name=option]:checked").count() == 0
    expect(page.locator("#problem")).to_be_empty()
    own.stop()
    assert [line.rating for line in log(own)] == [3]


def test_a_held_key_does_not_run_through_the_page(page: Page, shared: Server) -> None:
    sitting = Sitting(page, shared, f"/en/review?card={SEVEN}")
    sitting.expect_phase("asking")
    sitting.press("1")
    for _ in range(8):
        page.keyboard.down("Enter")
        page.wait_for_timeout(60)
    page.keyboard.up("Enter")
    sitting.expect_phase("checked")


def test_the_language_changes_in_the_middle(page: Page, own: Server) -> None:
    """The same question with the same numbers, in the other language; what was answered still counts."""
    sitting = Sitting(page, own, f"/en/review?card={SEVEN}")
    for _ in range(2):
        sitting.answer()
        sitting.rate(3)
    sitting.expect_item(quiz(SEVEN)[2])
    before = sitting.asked()
    page.get_by_role("link", name="中文").click()
    expect(page).to_have_url(f"{own.url}/zh/review?card={SEVEN}")
    sitting.expect_item(before["key"])
    after = sitting.asked()
    assert (after["seed"], after["token"]) == (before["seed"], before["token"])
    expect(page.locator("[data-left]")).to_have_text("这张卡片还有 10 题")
    sitting.answer()
    sitting.rate(3)
    sitting.done()
    page.locator("[data-finish]").click()
    expect(page.locator("[data-reviewed]")).to_have_text("3")
    own.stop()
    assert [line.lang for line in log(own)] == ["en", "en", "zh"]


def test_loaded_again_in_the_middle_of_an_item(page: Page, own: Server) -> None:
    sitting = Sitting(page, own)
    sitting.answer()
    sitting.rate(3)
    sitting.done()
    question = sitting.asked()
    sitting.answer(right=False)
    page.reload()
    sitting.expect_item(question["key"])
    assert sitting.asked()["seed"] == question["seed"]
    page.goto(f"{own.url}/en/cards/{question['card']}")
    page.go_back()
    sitting.expect_item(question["key"])
    sitting.undo()
    expect(page.locator("[data-notices]")).to_contain_text("Undone")
    own.stop()
    assert [line.kind for line in log(own)] == ["review", "undo"]


def test_what_was_on_the_screen_is_not_asked_again_once_reviewed_elsewhere(page: Page, own: Server) -> None:
    sitting = Sitting(page, own)
    page.wait_for_load_state("networkidle")
    other = Sitting(page.context.new_page(), own)
    other.answer()
    other.rate(4)
    other.done()
    key = sitting.key
    page.reload()
    sitting.item.wait_for()
    assert sitting.key != key


def test_the_server_stops_and_comes_back(page: Page, own: Server) -> None:
    """Answers wait on the device, also through a reload of the page, and arrive once."""
    sitting = Sitting(page, own)
    page.wait_for_load_state("networkidle")
    sitting.answer()
    own.stop()
    sitting.rate(3)  # the next one was already here
    expect(page.locator("[data-pending]")).to_contain_text("Not saved yet: 1")
    sitting.press("s")
    expect(page.locator("#problem")).to_have_text("The server does not answer.")
    sitting.expect_phase("asking")
    page.wait_for_timeout(TWICE_MS)
    sitting.press("z")
    expect(page.locator("[data-notices]")).to_contain_text("cannot be reached")
    page.locator("[data-finish]").click()
    expect(page.locator("[data-notices]")).to_contain_text("does not answer")
    waiting = page.evaluate("JSON.parse(localStorage.getItem('warmup.outbox'))")
    start_again(own)
    expect(page.locator("[data-pending]")).to_be_hidden(timeout=40_000)
    sitting.press("s")
    sitting.expect_phase("checked")
    own.stop()
    assert [str(line.attempt_id) for line in log(own)] == [waiting[0]["attempt_id"]]
    page.said.clear()  # type: ignore[attr-defined]  # the browser reports refused connections


def test_nothing_left_to_show_while_the_server_is_gone(page: Page, own: Server) -> None:
    """No next question: says so, offers to try again, and goes on by itself once the answer has arrived."""
    sitting = Sitting(page, own)
    page.wait_for_load_state("networkidle")
    page.route("**/api/review/next*", lambda route: route.abort())
    page.route("**/api/reviews", lambda route: route.abort())
    for _ in range(2):  # one was already here
        sitting.answer()
        page.wait_for_timeout(TWICE_MS)
        sitting.press("3")
        page.wait_for_timeout(TWICE_MS)
    expect(page.locator("[data-retry]")).to_be_visible()
    page.locator("[data-retry]").click()
    expect(page.locator("[data-retry]")).to_be_visible()
    page.unroute_all()
    expect(sitting.item).to_be_visible(timeout=40_000)
    expect(page.locator("[data-pending]")).to_be_hidden()
    page.said.clear()  # type: ignore[attr-defined]


def test_a_slow_server(page: Page, shared: Server) -> None:
    """The answer cannot be changed while it is graded, and the wait is said."""
    sitting = Sitting(page, shared, f"/en/review?card={SEVEN}")
    sitting.expect_phase("asking")

    def late(route: Route) -> None:
        page.wait_for_timeout(1200)
        route.continue_()

    page.route("**/api/review/grade", late)
    sitting.press("1", "Enter")
    sitting.expect_phase("checking")
    sitting.press("2", "s", "Enter")
    expect(page.locator("[data-check]")).to_have_text("Checking…")
    assert page.locator("input:checked").get_attribute("value") == str(sitting.asked()["parts"][0]["id"])
    sitting.expect_phase("checked")
    expect(page.locator("[data-correct]")).to_be_focused()


NO_STORAGE = """for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("no", "SecurityError"); } });
}"""
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"
RUBBISH = """if (!sessionStorage.getItem("warmup.sitting")) {
  localStorage.setItem("warmup.outbox", '{"a": [1]}');
  sessionStorage.setItem("warmup.sitting", "[7");
}"""
REFUSALS = {"all storage": NO_STORAGE, "writing": FULL, "rubbish": RUBBISH}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_storage_refused(page: Page, own: Server, refusal: str) -> None:
    page.add_init_script(REFUSALS[refusal])
    sitting = Sitting(page, own)
    for _ in range(2):
        sitting.expect_phase("asking")
        sitting.answer()
        sitting.rate(3)
        sitting.done()
    sitting.undo()
    expect(page.locator("[data-notices]")).to_contain_text("Undone")
    page.locator("[data-finish]").click()
    expect(page.locator("[data-reviewed]")).to_have_text("1")
    own.stop()
    assert [line.kind for line in log(own)] == ["review", "review", "undo"]


def test_the_end_says_what_comes_next(page: Page, own: Server) -> None:
    """Stopped early: what is left, the cards that went wrong; then on with the day's queue."""
    sitting = Sitting(page, own, f"/zh/review?card={SEVEN}")
    sitting.answer(right=False)
    sitting.rate(1)
    sitting.done()
    page.locator("[data-finish]").click()
    end = page.locator('[data-end="done"]')
    expect(end).to_contain_text("今天还剩 10 题")
    expect(end.locator("[data-reviewed]")).to_have_text("1")
    expect(end.locator("[data-right]")).to_have_text("0")
    expect(end.locator("[data-again_soon]")).to_have_text("1")
    expect(end.locator(".missed a")).to_have_attribute("href", f"/zh/cards/{SEVEN}")
    page.locator("[data-go-on]").click()
    expect(page).to_have_url(f"{own.url}/zh/review")
    sitting.expect_phase("asking")
    expect(page.locator("[data-left]")).to_contain_text("待复习 1")


def violations(page: Page) -> list[Any]:
    page.wait_for_timeout(300)
    page.evaluate(AXE)
    found: list[Any] = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_axe_finds_nothing_in_any_phase(
    browser: Browser, shared: Server, lang: str, theme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(color_scheme=theme, bypass_csp=True, viewport={"width": 1100, "height": 900})
    page = context.new_page()
    sitting = Sitting(page, shared, f"/{lang}/review?card={EVERY}")
    found: dict[str, Any] = {}
    kinds: set[str] = set()
    for number, key in enumerate(quiz(EVERY)):
        sitting.expect_item(key)
        kind = sitting.kind
        if kind not in kinds:
            found[f"{kind} asking"] = violations(page)
        sitting.answer(right=number % 2 == 0)
        if kind not in kinds:
            found[f"{kind} checked"] = violations(page)
        kinds.add(kind)
        sitting.rate(1)
    page.locator("[data-end]").wait_for()
    found["end"] = violations(page)
    sitting.press("z")
    expect(page.locator("[data-notices]")).not_to_be_empty()
    found["undone"] = violations(page)
    page.locator("[data-item]").wait_for()
    page.evaluate("document.querySelector('[data-item]').dataset.phase = 'checking'")
    page.evaluate("document.querySelector('form[data-answer]').inert = true")
    found["checking"] = violations(page)
    context.close()
    assert {where: what for where, what in found.items() if what} == {}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_kind_is_wider_than_a_phone(browser: Browser, shared: Server, lang: Lang) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    wide = []
    for slug in {EVERY: None, **dict.fromkeys(list(CATALOGUE.cards)[LANGS.index(lang) :: 9])}:
        sitting = Sitting(page, shared, f"/{lang}/review?card={slug}")
        for key in quiz(slug):
            sitting.expect_item(key)
            widths = [page.evaluate("document.documentElement.scrollWidth")]
            if slug == SEVEN:
                page.wait_for_timeout(TWICE_MS)
                sitting.answer(right=False)
            else:
                page.locator("[data-skip]").click()
                sitting.expect_phase("checked")
            widths.append(page.evaluate("document.documentElement.scrollWidth"))
            if max(widths) > 390:
                wide.append((key, widths))
            page.locator('[data-rating="1"]').click()
        page.locator("[data-end]").wait_for()
    context.close()
    assert wide == []
