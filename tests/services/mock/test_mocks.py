"""A mock from start to repeat, on both databases: nothing lost, nothing counted twice, misses back in the review."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlmodel import select

from app.db import Review
from app.errors import BadInput, Conflict, NotFound, Unprocessable
from app.services.answers import Answer
from app.services.handling import Handler, Handling
from app.services.mock import script
from app.services.mock.messages import Happened
from app.services.mock.mocks import Mocks
from app.services.mock.script import Script, write
from tests.services.mock.conftest import START, Desk

CARDS = ("relu-vs-sigmoid-tanh", "hyperparameter-tuning")


def reviews(desk: Desk) -> list[Review]:
    with desk.study.db.read() as session:
        return [*session.exec(select(Review).order_by(Review.seq))]  # type: ignore[arg-type]


def test_started_twice_is_started_once_and_the_clock_runs_on(desk: Desk) -> None:
    view = desk.start(minutes=30)
    desk.now += timedelta(minutes=7)
    again = desk.start(mock_id=view.mock_id, minutes=60)
    assert again == view
    assert (again.started_at, again.ends_at) == (START, START + timedelta(minutes=30))
    assert view.questions == 4


def test_the_weights_of_a_plan_decide_the_topics(desk: Desk) -> None:
    weights = {"detection": 1.0, "activations": 1.0}
    view = desk.start(weights, minutes=30)
    topics = [stage.topic for stage in desk.mocks.drawn(desk.learner, view.mock_id).stages]
    assert sorted(topics) == ["activations", "activations", "detection", "detection"]
    only = desk.start(minutes=15, topics=("recurrent",))
    assert {s.topic for s in desk.mocks.drawn(desk.learner, only.mock_id).stages} == {"recurrent"}
    with pytest.raises(NotFound):
        desk.start(topics=("alchemy",))
    with pytest.raises(Unprocessable):
        desk.start({"detection": 1.0}, topics=("recurrent",))


def test_the_next_mock_asks_other_cards_while_there_are_any(desk: Desk) -> None:
    first = desk.start(minutes=15, topics=("detection",), seed=3)
    second = desk.start(minutes=15, topics=("detection",), seed=3)
    cards = [{s.card for s in desk.mocks.drawn(desk.learner, v.mock_id).stages} for v in (first, second)]
    assert not cards[0] & cards[1]


def test_what_was_put_aside_is_not_drawn_and_not_promised(desk: Desk) -> None:
    handler = Handler(desk.study.db, desk.catalogue)
    slugs = script.pool(desk.catalogue)["recurrent"]
    kept, whole, *others = slugs
    main = script.write(desk.catalogue, [others[0]], 1).stages[0].main.item
    for item in (whole, main, *others[1:]):
        assert item
        handling = Handling(attempt_id=uuid4(), item=item, action="suspend")
        handler.handle(desk.learner, handling, desk.now)
    view = desk.start(minutes=60, topics=("recurrent",))
    assert [s.card for s in desk.mocks.drawn(desk.learner, view.mock_id).stages] == [kept]
    named = desk.answer(desk.start(cards=(whole,)), points=())
    report = desk.mocks.report(desk.learner, desk.finish(named))
    assert report.waiting == 0
    assert [miss.coming for miss in report.stages[0].misses] == [None] * report.stages[0].points
    assert desk.study.check(desk.learner).differences == ()


def test_nothing_is_lost_with_the_process(desk: Desk) -> None:
    """Every event is in the database when it is answered: another process goes on from there."""
    view = desk.start(cards=CARDS)
    desk.send(view, "hint", level=1)
    view = desk.send(view, "reveal", text="梯度")
    other = Mocks(desk.catalogue, desk.study).view(desk.learner, view.mock_id)
    assert other == view
    assert (other.said, len(other.hints)) == ("梯度", 1)


def test_a_missed_point_leads_on_and_a_repeated_event_changes_nothing(desk: Desk) -> None:
    view = desk.start(cards=CARDS)
    assert view.sheet is not None
    points = tuple(str(part.id) for part in view.sheet.parts)
    said = Happened(event_id=uuid4(), kind="answer", step=view.sheet.step, answer=Answer(points=points[1:]))
    after = desk.mocks.record(desk.learner, view.mock_id, said, desk.now)
    assert desk.mocks.record(desk.learner, view.mock_id, said, desk.now) == after
    link = next(link for link in after.rule.stages[0].chain if link.point == points[0])
    assert after.sheet is not None
    assert after.sheet.step == link.step
    with pytest.raises(Conflict) as moved:
        desk.mocks.record(desk.learner, view.mock_id, said.model_copy(update={"event_id": uuid4()}), desk.now)
    assert moved.value.reason == "moved_on"
    with pytest.raises(Unprocessable):
        desk.mocks.record(desk.learner, view.mock_id, said.model_copy(update={"kind": "hint"}), desk.now)


def test_an_answer_that_cannot_be_read_is_not_stored(desk: Desk) -> None:
    view = desk.answer(desk.start(cards=("hyperparameter-tuning",), seed=2))
    while view.sheet is not None and not view.sheet.typed:
        view = desk.answer(view)
    assert view.sheet is not None, "choose a seed with a typed answer"
    with pytest.raises(BadInput):
        desk.send(view, "answer", answer=Answer(value="about ten"))
    assert desk.mocks.view(desk.learner, view.mock_id).sheet == view.sheet


def test_a_self_grade_is_capped_by_the_calculation_and_by_hints(desk: Desk) -> None:
    ratings = {}
    for name, well, hint in [("right", True, 0), ("wrong", False, 0), ("told", True, 3)]:
        view = desk.start(cards=("relu-vs-sigmoid-tanh",))
        if hint:
            desk.send(view, "hint", level=hint)
        view = desk.answer(view, rating=4)
        assert view.sheet is not None
        assert view.sheet.kind == "check"
        view = desk.send(view, "answer", answer=desk.right(view)) if well else desk.answer(view)
        (stage,) = desk.mocks.report(desk.learner, desk.finish(view)).stages
        ratings[name] = (stage.answered[0].rating, stage.answered[0].capped, stage.score, stage.capped)
    assert ratings == {
        "right": (4, False, 1.0, False), "wrong": (2, True, pytest.approx(1 / 3), True), "told": (2, True, 1.0, False),
    }  # fmt: skip


def test_the_end_puts_every_answer_into_the_review_log_once(desk: Desk) -> None:
    view = desk.start(cards=CARDS)
    view = desk.answer(view, points=())
    while view.sheet is not None:
        view = desk.answer(view, points=())
    id = desk.finish(view)
    lines = reviews(desk)
    report = desk.mocks.report(desk.learner, id)
    items = [answered.item for stage in report.stages for answered in stage.answered if answered.item]
    assert [line.item_key for line in lines] == items
    assert {line.rating for line in lines} == {1}
    end = Happened(event_id=uuid4(), kind="end")
    desk.mocks.record(desk.learner, id, end, desk.now + timedelta(hours=1), tz="Mars/Olympus <")
    with pytest.raises(Conflict) as ended:
        desk.mocks.record(desk.learner, id, Happened(event_id=uuid4(), kind="hint", step="1"), desk.now)
    assert ended.value.reason == "ended"
    assert reviews(desk) == lines
    assert desk.study.check(desk.learner).differences == ()
    misses = [miss for stage in report.stages for miss in stage.misses]
    assert misses
    for miss in misses:
        assert miss.coming is not None
        assert miss.settled is not None
        assert miss.settled.demo in desk.catalogue.demos
        desk.catalogue.demos[miss.settled.demo].params.from_query(
            [tuple(pair.split("=")) for pair in miss.settled.query.split("&") if pair]  # type: ignore[misc]
        )


def test_a_crash_between_the_end_and_the_log_is_made_good(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    view = desk.answer(desk.start(cards=CARDS), points=())
    view = desk.answer(view, points=())
    submit = type(desk.study).submit

    def once(*args: object) -> object:
        monkeypatch.setattr(type(desk.study), "submit", die)
        return submit(*args)  # type: ignore[arg-type]

    def die(*args: object) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr(type(desk.study), "submit", once)
    with pytest.raises(RuntimeError):
        desk.send(view, "end")
    monkeypatch.undo()
    assert len(reviews(desk)) == 1
    assert desk.mocks.report(desk.learner, view.mock_id).waiting == 1
    desk.send(view, "end")
    assert desk.mocks.report(desk.learner, view.mock_id).waiting == 0
    assert len(reviews(desk)) == 2


def test_time_that_is_up_stops_nobody(desk: Desk) -> None:
    view = desk.start(cards=CARDS, minutes=5)
    desk.now += timedelta(minutes=9)
    view = desk.answer(view)
    report = desk.mocks.report(desk.learner, desk.finish(view))
    assert (report.over, report.reached, report.stages[0].answered[0].late) == (True, 1, True)
    assert report.stages[1].score is None
    left_open = desk.answer(desk.start(cards=CARDS, minutes=5))
    desk.now += timedelta(days=3)
    report = desk.mocks.report(desk.learner, desk.finish(left_open))
    assert (report.over, report.took_minutes) == (False, 1.0), "the time is that of the answers"
    waited = desk.start(cards=CARDS, minutes=5)
    desk.now += timedelta(minutes=60)
    waited = desk.answer(waited, at=desk.now - timedelta(minutes=59))
    answered = desk.mocks.report(desk.learner, desk.finish(waited)).stages[0].answered[0]
    assert not answered.late, "given in time, sent when the network was back"


def test_again_after_48_hours_with_the_difference(desk: Desk) -> None:
    view = desk.answer(desk.start(cards=CARDS), points=("product",))
    while view.sheet is not None:
        view = desk.answer(view, points=())
    first = desk.finish(view)
    ended = desk.mocks.report(desk.learner, first).ended_at
    desk.now = ended + timedelta(hours=47, minutes=59)
    with pytest.raises(Conflict) as early:
        desk.start(again_of=first)
    assert early.value.reason == "too_early"
    desk.now = ended + timedelta(hours=48)
    view = again = desk.start(again_of=first, seed=99)
    old, new = (desk.mocks.drawn(desk.learner, id) for id in (first, again.mock_id))
    assert [s.item for s in old.steps_once()] == [s.item for s in new.steps_once()]
    assert [s.seed for s in old.steps_once()] != [s.seed for s in new.steps_once()]
    view = desk.answer(view, points=("saturation", "he-init"))
    while view.sheet is not None:
        view = desk.answer(view)
    difference = desk.mocks.report(desk.learner, desk.finish(view)).difference
    assert difference is not None
    assert (difference.mock_id, len(difference.cards)) == (first, 2)
    assert difference.after > difference.before
    relu = difference.cards[0]
    rubric = {point.id: point.text for point in desk.catalogue.card(CARDS[0]).facts.rubric}
    assert (relu.gained, relu.lost) == ((rubric["saturation"], rubric["he-init"]), (rubric["product"],))
    assert desk.mocks.listed(desk.learner)[-1].repeated


def test_a_card_that_goes_away_is_passed_over(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    view = desk.start(cards=CARDS)
    cards = {slug: card for slug, card in desk.catalogue.cards.items() if slug != CARDS[0]}
    monkeypatch.setattr(desk.catalogue, "cards", cards)
    there = desk.mocks.view(desk.learner, view.mock_id)
    assert there.sheet is not None
    assert there.sheet.card == CARDS[1]
    assert [s.score for s in desk.mocks.report(desk.learner, desk.finish(there)).stages] == [None, None]


def test_a_script_survives_its_storage(desk: Desk) -> None:
    drawn = write(desk.catalogue, CARDS, 5)
    assert Script.model_validate(drawn.model_dump(mode="json")) == drawn
    assert drawn == write(desk.catalogue, CARDS, 5)
    assert drawn != write(desk.catalogue, CARDS, 6)
