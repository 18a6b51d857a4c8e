"""What the progress page says, from logs one can count by hand: small samples with intervals, empty ones with none."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from app.content.notes.item import note_item
from app.db import Review
from app.db.log import COLUMNS
from app.kit import Text, same
from app.services import scheduling
from app.services.notes.shelf import Joined, OwnItem
from app.services.progress import calibration, confusion, effort, memory, own, retention, trouble, workload
from app.services.progress.content import Content, Item
from app.services.progress.history import History, history, milliseconds
from app.services.progress.share import share
from app.services.replay import Known, replay
from app.services.scheduling import DEFAULT, VERSION
from tests.services.simulated import FAST_FORGETTER, Learner
from tests.services.world import START, UP_OR_DOWN, FakeCatalogue

TODAY = date(2026, 3, 2).toordinal()


@dataclass
class Log:
    """Lines written by hand: day 0 is 2026-03-02."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(self, key: str, day: int, rating: int = 3, **more: Any) -> "Log":
        last = max((row["day"] for row in self.rows if row["item_key"] == key), default=day)
        self.rows.append({
            "item_key": key, "rev": 1, "rating": rating, "elapsed_days": max(0, day - last),
            "scheduler_version": VERSION,
            "study_day": date.fromordinal(TODAY + day), "correct": None, "confidence": None, "mistake": None,
            "duration_ms": None, "seed": None, "adopted": None, "kind": "review", "day": day, **more,
        })  # fmt: skip
        return self

    def history(self) -> History:
        return history({name: tuple(row[name] for row in self.rows) for name in COLUMNS}, {})


def content(*keys: str, pair: str = "") -> Content:
    items = {
        key: Item(key=key, card=key.split("/")[0], title=same(key.split("/")[0]), prompt=same(key), kind="choice")
        for key in keys
    }
    topics: dict[str, Text] = {"deep": same("Deep"), "trees": same("Trees")}
    topic_of = {key: "trees" if key.startswith("tree") else "deep" for key in keys}
    return Content(topics, items, topic_of, {pair: UP_OR_DOWN} if pair else {}, {"b": ("a",)}, {"d": "demo-of-d"})


def test_a_share_of_few_says_how_little_it_knows() -> None:
    """Wilson's interval, as published: 8 of 10 is 49 to 94 %, 0 of 10 is 0 to 28 %."""
    one = share(8, 10)
    assert (one.low, one.high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    none = share(0, 10)
    assert (none.low, none.high) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert share(800, 1000).high - share(800, 1000).low < 0.06


def test_recall_on_a_day_is_the_schedulers() -> None:
    h = Log().add("a/x", 0, 4).add("b/y", 2, 3).add("a/x", 9, 3).history()
    days = np.array([TODAY - 1, TODAY, TODAY + 2, TODAY + 5, TODAY + 9, TODAY + 40])
    got = memory.recall_on(h, days)
    first = scheduling.review(scheduling.initial(), 4, START).state
    second = scheduling.review(first, 3, START + timedelta(days=9), 9).state
    other = scheduling.review(scheduling.initial(), 3, START).state
    expected = [
        [np.nan, 1.0, *(scheduling.retrievability(first, START, t) for t in (2, 5)), 1.0,
         scheduling.retrievability(second, START, 31)],
        [np.nan, np.nan, 1.0, *(scheduling.retrievability(other, START, t) for t in (3, 7, 38))],
    ]  # fmt: skip
    np.testing.assert_allclose(got, expected, rtol=1e-9)


def test_a_clock_that_went_back_does_not_lose_a_review() -> None:
    h = Log().add("a/x", 10, 3).add("a/x", 4, 1).history()
    later = memory.recall_on(h, np.array([TODAY + 12]))
    state = scheduling.review(scheduling.review(scheduling.initial(), 3, START).state, 1, START, 0).state
    assert later[0, 0] == pytest.approx(scheduling.retrievability(state, START, 2), rel=1e-9)


def test_memory_by_topic() -> None:
    h = Log().add("a/x", 0).add("tree/y", 3).history()
    drawn = memory.memory(h, content("a/x", "tree/y", "tree/z"), TODAY + 5)
    assert drawn is not None
    view, table = drawn
    assert [row[0].en for row in table.rows] == ["All topics", "Deep", "Trees"]  # type: ignore[union-attr]
    assert [row[2:] for row in table.rows] == [(2, 3), (1, 1), (1, 2)]
    assert np.isnan(np.asarray(view.z)[0, :3]).all(), "a topic is blank until it was met"
    assert "Deep" in view.description.en


def test_only_reviews_on_a_later_day_test_a_prediction() -> None:
    h = Log().add("a/x", 0).add("a/x", 0, 1).add("a/x", 3, 1).add("b/y", 3).add("a/x", 4).history()
    assert h.predicted.tolist() == [2, 4]
    assert h.forgotten.tolist() == [2]
    whole = retention.overall(h)
    assert whole is not None
    assert (whole.k, whole.n) == (1, 2)
    assert retention.retention(h) is None, "two cases make no picture"


def test_true_retention_against_predicted() -> None:
    """A learner with the model's memory: predicted and true agree within the interval, in every group."""
    rows = Learner([f"c/{i}" for i in range(120)], seed=5).study(2000)
    h = history({name: tuple(getattr(row, name) for row in rows) for name in COLUMNS}, {})
    groups = retention.groups(h)
    assert [g.predicted for g in groups] == sorted(g.predicted for g in groups)
    assert sum(g.n for g in groups) == len(h.predicted)
    assert sum(not g.low <= g.predicted <= g.high for g in groups) <= 1
    whole = retention.overall(h)
    assert whole is not None
    assert whole.low < whole.predicted < whole.high
    drawn = retention.retention(h)
    assert drawn is not None
    assert "agree within chance" in drawn[0].description.en


def test_who_forgets_faster_is_told_so() -> None:
    rows = Learner([f"c/{i}" for i in range(120)], true=FAST_FORGETTER, seed=5).study(1500)
    drawn = retention.retention(history({name: tuple(getattr(row, name) for row in rows) for name in COLUMNS}, {}))
    assert drawn is not None
    assert "forget faster" in drawn[0].description.en


def test_calibration_counts_answers_by_what_was_said() -> None:
    log = Log()
    for i in range(8):
        log.add(f"a/{i}", 0, correct=float(i < 6), confidence=95)
    log.add("b/half", 0, correct=0.5, confidence=35).add("b/none", 0, correct=1.0).add("b/recall", 0, confidence=95)
    h = log.history()
    found = calibration.levels(h)
    assert [(level.name.en, level.k, level.n, level.said) for level in found] == [
        ("Guessed", 0.5, 1, 0.35), ("Sure", 6.0, 8, 0.95),
    ]  # fmt: skip
    drawn = calibration.calibration(h)
    assert drawn is not None
    assert "75 % (n = 8, 95 % interval 41–93 %)" in drawn[0].description.en
    assert "overconfident" in drawn[0].description.en
    assert calibration.calibration(Log().add("a/x", 0).history()) is None


def test_sure_and_wrong_come_first_until_they_are_known_on_a_later_day() -> None:
    log = Log()
    for key, day in (("a/put-right", 0), ("a/open", 1), ("a/same-day", 2), ("a/open", 3)):
        log.add(key, day, 1, correct=0.0, confidence=95)
    log.add("a/half", 3, correct=0.5, confidence=95).add("a/unsure", 3, correct=0.0, confidence=65)
    log.add("a/same-day", 2, correct=1.0, confidence=95).add("a/put-right", 4, correct=1.0, confidence=35)
    found = calibration.sure_wrong(log.history(), content("a/put-right", "a/open", "a/same-day"))
    assert [(one.item.key, one.times, one.settled) for one in found] == [
        ("a/open", 2, False), ("a/same-day", 1, False), ("a/put-right", 1, True),
    ]  # fmt: skip
    assert found[0].last == date(2026, 3, 5)


def test_an_item_that_is_gone_is_counted_and_not_listed() -> None:
    h = leech("old/x", correct=0.0, confidence=95).history()
    assert calibration.sure_wrong(h, content()) == []
    assert trouble.leeches(h, content(), np.ones(1), np.ones(len(h))) == []
    assert trouble.hard_items(h, content(), np.ones(1)) == []
    assert memory.memory(h, content(), TODAY + 9) is None
    assert calibration.levels(h)[0].n == trouble.LEECH_LAPSES
    assert effort.effort(h, content(), TODAY + 9)[1].rows[0][0].en == "Items since removed"  # type: ignore[union-attr]


def own_questions(*uids: str, name: str = "Mine", removed: tuple[str, ...] = ()) -> Content:
    own = {f"{uid}/recall": OwnItem(f"{uid}/recall", "deck-1", note_item(f"Why {uid}?\n\nMore.", "So.", 1), "deck-1",
                                    uid in removed) for uid in uids}  # fmt: skip
    return content("a/x").joined(Joined(FakeCatalogue(), own, {"deck-1": name}))


def test_a_deck_stands_beside_the_topics() -> None:
    c = own_questions("my-1", "my-2", "my-3", removed=("my-3",))
    h = Log().add("a/x", 0).add("my-1/recall", 0).add("my-3/recall", 1).history()
    drawn = memory.memory(h, c, TODAY + 5)
    assert drawn is not None
    assert [(row[0].en, row[2], row[3]) for row in drawn[1].rows] == [  # type: ignore[union-attr]
        ("All topics", 2, 3), ("Deep", 1, 1), ("Mine", 1, 2),
    ], "what left its file is no longer asked"  # fmt: skip
    assert [(row[0].en, row[2]) for row in effort.effort(h, c, TODAY + 5)[1].rows] == [("Deep", 1), ("Mine", 2)]  # type: ignore[union-attr]


def test_a_question_of_ones_own_that_does_not_stick_is_to_be_rewritten() -> None:
    h = leech("my-1/recall").history()
    (one,) = trouble.leeches(h, own_questions("my-1"), np.ones(1), np.ones(len(h)))
    assert (one.item.card, one.item.deck, one.item.title.en, one.item.prompt.en) == (
        "my-1",
        "deck-1",
        "Mine",
        "Why my-1?",
    )
    assert (one.advice.place, one.advice.target) == ("note", "my-1")


def test_a_decks_name_is_no_html_in_a_picture() -> None:
    label = memory.wrapped(same('<a href="javascript:x">deck</a> ' + "long " * 40))
    assert "<a" not in label.en
    assert label.en.count("<br>") == memory.MOST_LINES - 1


def test_what_was_reset_is_as_if_never_asked() -> None:
    log = leech("a/x")
    before = log.history()
    assert trouble.leeches(before, content("a/x"), np.ones(1), np.ones(len(before)))
    log.add("a/x", 12, kind="reset")
    h = log.history()
    assert len(h) == len(before)
    assert np.isnan(memory.recall_on(h, np.array([TODAY + 12]))).all()
    assert np.isfinite(memory.recall_on(h, np.array([TODAY + 11]))).all()
    log.add("a/x", 14, elapsed_days=0)
    again = log.history()
    assert not len(np.setdiff1d(again.predicted, before.predicted)), "a first answer tests no prediction"
    for one in (h, again):
        assert trouble.leeches(one, content("a/x"), np.ones(1), np.ones(len(one))) == []
        assert trouble.hard_items(one, content("a/x"), np.ones(1)) == []


def test_confusions_are_counted_by_the_side_shown() -> None:
    seeds = {UP_OR_DOWN.side(seed): seed for seed in range(20)}
    log = Log()
    for side, times in ((0, 3), (1, 1)):
        for _ in range(times):
            log.add("a/pair", 0, correct=1.0, seed=seeds[side])
    log.add("a/pair", 1, 1, correct=0.0, mistake="up-for-down", seed=seeds[1])
    log.add("a/pair", 1, 1, correct=0.0, mistake=None, seed=seeds[1])  # skipped
    log.add("a/pair", 2, 2, correct=0.5, seed=seeds[0])  # the right side for a wrong reason
    (one,) = confusion.confusions(log.history(), content("a/pair", pair="a/pair"))
    assert one.counts == ((4, 0), (1, 1))
    assert (one.wrong.k, one.wrong.n) == (1, 6)
    drawn = confusion.confusion([one])
    assert drawn is not None
    np.testing.assert_array_equal(np.asarray(drawn[0].z), [[1, 1], [4, 0]])
    assert confusion.confusion([]) is None


def test_a_pair_says_its_side_without_drawing() -> None:
    assert all(UP_OR_DOWN.side(seed) == UP_OR_DOWN.show(seed).side for seed in range(50))


def test_time_and_calendar() -> None:
    log = Log().add("a/x", 0, duration_ms=60_000).add("tree/y", 0, duration_ms=3_600_000).add("a/x", 2)
    h, now = log.history(), TODAY + 2
    np.testing.assert_allclose(effort.seconds_each(h), [60, 300, 180])
    view, table = effort.effort(h, content("a/x", "tree/y"), now)
    assert np.asarray(view.series[0].values)[-3:].tolist() == [6.0, 0.0, 3.0]
    assert [(row[0].en, row[1], row[2]) for row in table.rows] == [("Deep", 4.0, 2), ("Trees", 5.0, 1)]  # type: ignore[union-attr]
    drawn, days = effort.calendar(h, now)
    z = np.asarray(drawn.z)
    assert np.nansum(z) == len(h)
    assert np.isnan(z).sum() == 4, "2026-03-04 is a Wednesday: four days of the week are still to come"
    assert days.rows == [("2026-03-04", 1), ("2026-03-02", 2)]
    assert milliseconds(np.array([TODAY]))[0] == START.timestamp() * 1000


def test_a_streak_waits_for_today() -> None:
    assert effort._streak(np.array([1, 4, 5, 6]), 6) == 3
    assert effort._streak(np.array([1, 4, 5, 6]), 7) == 3
    assert effort._streak(np.array([1, 4, 5, 6]), 8) == 0


def known_after(rows: list[Review]) -> dict[str, Known]:
    from app.db.repositories import Line

    return replay(
        Line(r.item_key, 1, r.rating or 0, r.answered_at, r.study_day, r.elapsed_days or 0, r.scheduler_version)
        for r in rows
    )


def test_the_forecast_is_what_a_learner_who_remembers_everything_meets() -> None:
    """Against the scheduler itself, item by item, every answer good on its day."""
    known = known_after(Learner([f"c/{i}" for i in range(30)], seed=2).study(150))
    known = {key: one for key, one in known.items() if one.memory.state == scheduling.REVIEW}
    today = max(one.last_day for one in known.values())
    ahead = workload.forecast(known, today.toordinal(), "UTC", 0, 0, 0, DEFAULT)
    expected = np.zeros(workload.DAYS, int)
    for one in known.values():
        state, last, due = one.memory, one.last_day, max(one.due.date(), today)
        while (due - today).days < workload.DAYS:
            expected[(due - today).days] += 1
            outcome = scheduling.review(state, 3, START + timedelta(days=due.toordinal()), (due - last).days)
            state, last, due = outcome.state, due, due + timedelta(days=max(1, round(outcome.state.stability or 1)))
    np.testing.assert_array_equal(ahead.total, expected)


def test_new_items_in_the_forecast_end_when_there_are_no_more() -> None:
    ahead = workload.forecast({}, TODAY, "UTC", 25, 4, 10, DEFAULT)
    assert ahead.new[:5].tolist() == [4, 10, 10, 1, 0]
    assert ahead.planned.sum() == 0
    assert ahead.follow[0] == 0
    assert ahead.follow.sum() > 25


def test_the_hardest_are_not_those_with_one_slip() -> None:
    """One miss of three weighs less than eight of ten."""
    log = Log()
    for i in range(10):
        log.add("a/hard", i, 1 if i < 8 else 3).add("a/easy", i, 3)
    log.add("a/slip", 0, 1).add("a/slip", 1, 3).add("a/slip", 2, 3).add("a/new", 0, 1).add("a/new", 1, 1)
    h = log.history()
    now = memory.recall_on(h, np.array([TODAY + 12]))[:, 0]
    found = trouble.hard_items(h, content("a/hard", "a/slip", "a/easy", "a/new"), now)
    assert [one.item.key for one in found] == ["a/hard", "a/slip"], "two answers are too few; never missed is not hard"
    assert found[0].missed.k / found[0].missed.n > found[0].expected > found[1].expected


def leech(key: str, **wrong: Any) -> Log:
    log = Log().add(key, 0)
    for i in range(trouble.LEECH_LAPSES):
        log.add(key, 2 * i + 1, 1, **wrong).add(key, 2 * i + 2, 3)
    return log


@pytest.mark.parametrize(
    ("key", "wrong", "place", "target", "says"),
    [
        ("a/x", {"correct": 0.0, "confidence": 95}, "pitfalls", "a", "Sure and wrong 4 times"),
        ("d/x", {"mistake": "forgot-one", "correct": 0.0}, "demo", "demo-of-d", "same slip 4"),
        ("b/x", {}, "card", "a", "Learn that first"),
        ("d/x", {}, "demo", "demo-of-d", "Open its demo"),
        ("c/x", {}, "card", "c", "in your own words"),
    ],
)
def test_a_leech_gets_the_advice_that_fits(key: str, wrong: dict[str, Any], place: str, target: str, says: str) -> None:
    h = leech(key, **wrong).history()
    now = memory.recall_on(h, np.array([TODAY + 9]))[:, 0]
    (one,) = trouble.leeches(h, content("a/x", "b/x", "c/x", "d/x"), now, np.ones(len(h)))
    assert (one.lapses, one.minutes) == (4, 9.0)
    assert (one.advice.place, one.advice.target) == (place, target)
    assert says in one.advice.words.en


def test_three_lapses_are_no_leech_yet() -> None:
    h = leech("a/x").history()
    fewer = Log(leech("a/x").rows[:-2]).history()
    now = np.ones(1)
    assert trouble.leeches(h, content("a/x"), now, np.ones(len(h)))
    assert not trouble.leeches(fewer, content("a/x"), now, np.ones(len(fewer)))


def test_ones_own_curve_beside_the_defaults() -> None:
    view, table = own.curves(FAST_FORGETTER, adopted=True)
    default, mine = (np.asarray(series.y) for series in view.series)
    assert default[0] == mine[0] == 1
    assert (mine[1:] < default[1:]).all()
    assert "67 %" in view.description.en, "30 days after a first good answer, by FSRS-6's defaults"
    assert [label.en for label in own.good_intervals(DEFAULT)] == ["10 min", "2 d", "11 d", "46 d", "5.4 mo", "1.4 y"]
    assert len(table.rows) == 6


def test_an_empty_log_is_no_error() -> None:
    h = Log().history()
    assert (len(h), len(h.predicted)) == (0, 0)
    assert retention.overall(h) is None
    assert calibration.sure_wrong(h, content()) == []
    assert confusion.confusions(h, content()) == []
    assert trouble.hard_items(h, content(), np.empty(0)) == []
    assert trouble.leeches(h, content(), np.empty(0), np.empty(0)) == []
