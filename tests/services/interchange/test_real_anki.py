"""Anki itself opens what we write, and we read what it writes. It runs in a Python of its own: tools/install anki."""

import io
import json
import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.db import Database
from app.db.repositories import Line
from app.figures import plain
from app.services import journal, scheduling
from app.services.days import study_day
from app.services.interchange.anki import importing
from app.services.interchange.anki.exporting import GUID, Faces, package
from app.services.interchange.anki.memory import replayed
from tests.services.interchange.kit import ROOT, catalogue, inks, ways
from tests.services.world import UP_OR_DOWN, World

PYTHON = ROOT / ".venv-anki" / "bin" / "python"
PROBE = Path(__file__).parent / "anki_probe.py"
ZONE = "Asia/Shanghai"
pytestmark = pytest.mark.anki


def anki(*args: str | Path) -> Any:
    """What the probe says."""
    assert PYTHON.exists(), "these tests need Anki itself: run tools/install anki"
    done = subprocess.run(
        [PYTHON, PROBE, *args], capture_output=True, text=True, timeout=120, env={**os.environ, "TZ": ZONE}
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def histories(now: datetime) -> dict[str, list[tuple[Line, int | None]]]:
    """Some items of every topic, reviewed one to five times, also minutes ago; all four ratings."""
    logs: dict[str, list[tuple[Line, int | None]]] = {}
    for place, entry in enumerate(catalogue().items()[::9]):
        at, before = now - timedelta(days=3 * (place % 11), minutes=place, milliseconds=place), None
        lines: list[tuple[Line, int | None]] = []
        for step in range(1 + place % 5):
            day = study_day(at, ZONE)
            elapsed = 0 if before is None else (day - before).days
            lines.append((Line(entry.key, entry.rev, 1 + (place + step) % 4, at, day, elapsed), 4000 + place))
            at, before = at + timedelta(hours=7 + 17 * (place % 3)), day
            if at > now:
                break
        logs[entry.key] = lines
    return logs


def continuous(state: scheduling.State, now: datetime) -> float:
    """FSRS's forgetting curve at this very second (ours counts study days; Anki seconds)."""
    assert state.stability is not None and state.last_review is not None
    days = (now - state.last_review).total_seconds() / 86_400
    factor = 0.9 ** (-1 / scheduling.DEFAULT.decay) - 1
    return float((1 + factor * days / state.stability) ** -scheduling.DEFAULT.decay)


def test_anki_opens_our_deck_with_the_same_memory(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    logs = histories(now)
    picture = (plain(UP_OR_DOWN.show(1).view),)
    plots = dict.fromkeys(catalogue().cards, picture)
    data = package(Faces(catalogue(), inks()), logs, plots, now, tz=ZONE)
    assert data == package(Faces(catalogue(), inks()), logs, plots, now, tz=ZONE), "the same deck, the same bytes"
    file = tmp_path / "ours.apkg"
    file.write_bytes(data)
    said = anki("open", file)
    assert (said["new"], said["again_new"], said["sound"]) == (len(catalogue().items()), 0, True)
    assert said["reviews"] == sum(map(len, logs.values()))
    asked = datetime.now(UTC)
    seen = set()
    for key, lines in logs.items():
        known, _ = replayed(lines, catalogue().item(key).rev)
        assert known is not None
        card = said["cards"][f"{GUID}{key}:0"]
        assert card["recall"] == pytest.approx(continuous(known.memory, asked), abs=1e-3)
        assert card["stability"] == pytest.approx(known.memory.stability, abs=1e-4)
        assert card["difficulty"] == pytest.approx(known.memory.difficulty, abs=1e-3)
        assert sorted(rating for _, rating in card["reviews"]) == sorted(line.rating for line, _ in lines)
        assert card["lapses"] == known.memory.lapses
        due = datetime.fromtimestamp(card["due_at"], UTC) if card["due_at"] else None
        if known.memory.state == scheduling.REVIEW:
            assert due is not None and study_day(due, ZONE) == study_day(known.due, ZONE)
        seen.add(known.memory.state)
    assert seen == {1, 2, 3}
    formula = said["cards"][f"{GUID}vanishing-exploding-gradients/small-batch:0"]
    assert "\\(1/\\sqrt B\\)" in formula["question"] and "data-tex" not in formula["question"]
    assert "减小 batch" in formula["question"] and "smaller batch" in formula["question"]
    assert '<img src="warmup-' in formula["answer"]


def test_we_read_all_four_formats_anki_writes(tmp_path: Path) -> None:
    made = anki("make", tmp_path)
    now = datetime.now(UTC)
    results = []
    for file in made["files"]:
        with open(file, "rb") as data:
            found = importing.read(data, now, ZONE)
        assert found.own == {}
        results.append({card.source: card for card in found.cards})
        for source, card in results[-1].items():
            told = made["cards"][source.removeprefix("anki:")]
            assert [review.rating for review in card.reviews] == [rating for _, rating in reversed(told["reviews"])]
            assert (card.state is None) == (told["stability"] == 0)
            if card.state is not None:
                assert card.state.stability == pytest.approx(told["stability"], abs=1e-3)
                assert card.state.difficulty == pytest.approx(told["difficulty"], abs=1e-2)
                recall = continuous(card.state.memory(), now)
                assert recall == pytest.approx(told["recall"], abs=1e-3)
    assert len(results[0]) == 8 and all(result == results[0] for result in results)
    assert sum(bool(card.reviews) for card in results[0].values()) >= 3
    by_name = {name: results[0][f"anki:{guid}:0"] for name, guid in made["guids"].items()}
    assert by_name["formula"].question == "**梯度**消失？  \n为什么 $\\sigma' < 1$"
    assert by_name["formula"].answer == "- 连乘\n- 饱和\n\n$$\n\\prod_l J_l\n$$"
    assert by_name["formula"].deck == "面试::深度学习" and by_name["formula"].tags == ("深度学习",)
    backwards = results[0][f"anki:{made['guids']['reversed']}:1"]
    assert (backwards.question, backwards.answer) == ("intersection over union", "IoU")
    assert by_name["cloze"].question == "[…] keeps two moments"
    second = results[0][f"anki:{made['guids']['cloze']}:1"]
    assert second.question == "Adam keeps [how many]" and second.answer == "Adam keeps **two moments**"
    assert by_name["picture"].question == "[a net]"
    assert by_name["picture"].answer == "| a | b |\n| --- | --- |\n| 1 | 2 |"
    assert "alert" not in by_name["hostile"].question and "hi there" in by_name["hostile"].question
    assert by_name["unseen"].state is None and by_name["unseen"].reviews == ()


def test_out_to_anki_studied_there_and_back(db: Database, tmp_path: Path) -> None:
    """What began here is known again, what Anki added is new, twice is once; memory is Anki's."""
    now = datetime.now(UTC)
    world = World(db)
    interchange = ways(db)
    ours = package(Faces(catalogue(), inks()), histories(now), {}, now, tz=ZONE)
    first = interchange.load(world.learner, io.BytesIO(ours), now, tz=ZONE)
    assert first.reviews == sum(map(len, histories(now).values()))
    file = tmp_path / "ours.apkg"
    file.write_bytes(interchange.apkg(world.learner, {}, now, tz=ZONE))
    back = anki("study", file, tmp_path)
    later = datetime.now(UTC)
    added = sum(len(card["reviews"]) for card in back["cards"].values()) - first.reviews
    assert added > 5
    for turn, name in enumerate(back["files"]):
        with open(name, "rb") as data:
            report = interchange.load(world.learner, data, later, tz=ZONE)
        assert (report.reviews, report.cards) == (added if turn == 0 else 0, 0), name
    assert world.study.check(world.learner).differences == ()
    with db.read() as session:
        known = journal.known_items(session, world.learner)
    asked = {key.removeprefix(GUID)[:-2]: card for key, card in back["cards"].items() if card["reviews"]}
    assert set(known) == set(asked)
    for key, card in asked.items():
        ours_now = continuous(known[key].memory, later)
        assert ours_now == pytest.approx(card["recall"], abs=0.02), key
