"""Anki's packages from somebody we do not know: what they say is read, what they try is refused in time and space."""

import io
import json
import resource
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import zstandard

from app.db import Database
from app.db import repositories as repo
from app.services import scheduling
from app.services.interchange.anki import collection, importing, joining, package
from app.services.interchange.anki.htmltext import to_markdown
from app.services.interchange.anki.importing import ImportedReview, ImportedState, attempt_of
from app.services.interchange.anki.memory import Memory
from app.services.interchange.anki.sides import sides
from app.services.interchange.anki.writing import Note, NoteType, apkg
from app.services.interchange.document import BadFile
from tests.services.world import START, World

KIND = NoteType("Basic", ("Front", "Back"), "{{Front}}", "{{FrontSide}}<hr id=answer>{{Back}}", "")
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


def notes(*fields: tuple[str, str]) -> bytes:
    made = [Note(f"n{i}", "Deck", field, (), Memory(), ()) for i, field in enumerate(fields)]
    return apkg({KIND: made}, {}, START, NOW)


def zipped(*entries: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return out.getvalue()


def inner(data: bytes) -> bytes:
    return zipfile.ZipFile(io.BytesIO(data)).read("collection.anki2")


def changed(*statements: str) -> bytes:
    """A package whose collection somebody has been at."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "c"
        file.write_bytes(inner(notes(("question", "answer"))))
        connection = sqlite3.connect(file)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()
        return zipped(("collection.anki2", file.read_bytes()))


def read(data: bytes) -> importing.Found:
    return importing.read(io.BytesIO(data), NOW, "UTC")


def broken_page() -> bytes:
    good = bytearray(inner(notes(*[(f"q{i}" * 50, "a" * 500) for i in range(200)])))
    good[4096:40960] = b"\xff" * (40960 - 4096)
    return bytes(good)


def lying_header() -> bytes:
    """The zip says one byte; 300 MB come."""
    data = bytearray(zipped(("collection.anki2", bytes(300 << 20))))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 1)
    data[22:26] = struct.pack("<I", 1)
    return bytes(data)


HOSTILE: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"PK\x03\x04",
    "no end": lambda: notes(("a", "b"))[:-40],
    "no collection": lambda: zipped(("readme.txt", b"hi")),
    "a name that climbs": lambda: zipped(("../../collection.anki2", b"x"), ("/etc/collection.anki2", b"x")),
    "not a database": lambda: zipped(("collection.anki2", b"SQLite? no")),
    "only its first bytes": lambda: zipped(("collection.anki2", b"SQLite format 3\x00" + bytes(100))),
    "torn pages": lambda: zipped(("collection.anki2", broken_page())),
    "not zstd": lambda: zipped(("collection.anki21b", b"not zstd at all")),
    "deflated bomb": lambda: zipped(("collection.anki2", bytes(300 << 20))),
    "zstd bomb": lambda: zipped(("collection.anki21b", zstandard.ZstdCompressor().compress(bytes(1 << 30)))),
    "a header that lies": lying_header,
    "bzip2": lambda: _bzip2(),
    "a huge directory": lambda: _many_entries(70_000),
    "a view for a table": lambda: changed("ALTER TABLE notes RENAME TO n", "CREATE VIEW notes AS SELECT * FROM n"),
    "a view that never ends": lambda: changed(
        "ALTER TABLE revlog RENAME TO r",
        "CREATE VIEW revlog AS WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t) SELECT x AS id FROM t",
    ),
    "a virtual table": lambda: changed("DROP TABLE revlog", "CREATE VIRTUAL TABLE revlog USING fts5(id)"),
    "models that are no JSON": lambda: changed("UPDATE col SET models = '{'"),
    "models that are a list": lambda: changed("UPDATE col SET models = '[]'"),
    "models without fields": lambda: changed("""UPDATE col SET models = '{"1": {}}'"""),
    "deep JSON": lambda: changed(f"UPDATE col SET models = '{'[' * 100_000}'"),
    "no col": lambda: changed("DELETE FROM col"),
    "text for numbers": lambda: changed("UPDATE cards SET due = 'soon', ord = 'x'"),
    "a day beyond all": lambda: changed("UPDATE col SET crt = 99999999999999"),
    "more notes than allowed": lambda: _crowd(),
}


def _bzip2() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("collection.anki2", bytes(1000))
    return out.getvalue()


def _many_entries(count: int) -> bytes:
    entry = b"PK\x01\x02" + bytes(24) + struct.pack("<H", 20) + bytes(16) + b"x" * 20
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 65535, 65535, len(entry) * count, 4, 0)
    return b"PK\x03\x04" + entry * count + end


def _crowd() -> bytes:
    most = collection.MAX_NOTES
    return changed(
        "INSERT INTO notes WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t WHERE x < "
        f"{most + 1}) SELECT x, x, 1, 0, 0, '', '', '', 0, 0, '' FROM t"
    )


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_package_is_refused_soon(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    data = HOSTILE[what]()
    started = time.monotonic()
    with pytest.raises(BadFile) as refused:
        read(data)
    assert time.monotonic() - started < 5
    assert refused.value.message.zh and "imported" in refused.value.message.en
    assert list(tmp_path.iterdir()) == [], "no copy is left behind"


def test_a_bomb_needs_little_memory() -> None:
    """In a process of its own, whose peak can be told."""
    program = """
import io, resource, zipfile, zstandard
from datetime import UTC, datetime
from app.services.interchange.anki import importing
from app.services.interchange.document import BadFile
packed = zstandard.ZstdCompressor().compress(bytes(1 << 20)) * 2000
out = io.BytesIO()
with zipfile.ZipFile(out, "w") as archive:
    archive.writestr("collection.anki21b", packed)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    importing.read(out, datetime.now(UTC), "UTC")
except BadFile:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    kilobytes = int(done.stdout) / (1024 if sys.platform == "darwin" else 1)
    assert kilobytes < 150 << 10, resource.RUSAGE_SELF


def test_a_question_that_takes_long_is_bounded() -> None:
    """Openings without ends, in every way that makes a naive pattern read the text again and again."""
    worst = ["\\(" * 30_000, "<" * 60_000, "{{c1::" * 10_000, "[sound:" * 8_000, "<b>" * 20_000 + "</i>" * 100,
             "<tr><td>" * 7_000, "[latex]" * 8_000, "</b>" * 15_000, "&" * 60_000, "<!--" * 15_000, "<a " * 20_000,
             "<ul><li>" * 7_000, "\n" * 60_000, "<b>a" * 10_000 + "</b>" * 6_000]  # fmt: skip
    started = time.process_time()
    read(notes(*[(text, text) for text in worst]))
    assert time.process_time() - started < 10


def test_too_long_a_side_is_left_out_and_said() -> None:
    found = read(notes(("x" * 70_000, "a"), ("fine", "b")))
    assert [card.question for card in found.cards] == ["fine"]
    assert [(one.count, "front" in one.what.en) for one in found.left_out] == [(1, True)]


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("a &lt;b&gt; &amp; c", "a \\<b\\> & c"),
        ("<div>one</div><div>two</div>", "one\n\ntwo"),
        ("1<br>2<br/>3", "1  \n2  \n3"),
        ("<b> bold </b>and <i></i><code>x_i *</code>", "**bold** and `x_i *`"),
        ("<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "1. a\n\n   - b\n\n2. c"),
        ("<pre>for i:\n  x</pre>", "```\nfor i:\n  x\n```"),
        ("价格 $5，2*3*4 与 a_b_c", "价格 \\$5，2\\*3\\*4 与 a\\_b\\_c"),
        ("\\(a &lt; b\\) 与 \\[x^2\\]", "$a < b$ 与\n\n$$\nx^2\n$$"),
        ("[$]\\frac{1}{2}[/$] [latex]\\alpha[/latex]", "$\\frac{1}{2}$ $\\alpha$"),
        ('<anki-mathjax>e^{x}</anki-mathjax><anki-mathjax block="true">y</anki-mathjax>', "$e^{x}$\n\n$$\ny\n$$"),
        ("<style>b{}</style><script>alert(1)</script>safe", "safe"),
        ("<b>open <i>still</b> closed", "**open still** closed"),
        ("\x000\x00 \x01 \x02", "0"),
    ],
)
def test_html_becomes_markdown(html: str, markdown: str) -> None:
    lines = [line for line in to_markdown(html).split("\n") if line or "\n\n" in markdown]
    assert "\n".join(lines) == markdown


def test_what_a_database_cannot_keep_is_left_out() -> None:
    """JSON can name half a character, and none at all."""
    odd = "\\ud800\\u0000"
    found = read(changed(
        f"UPDATE col SET decks = replace(decks, 'Deck', '{odd}A deck')",
        f"UPDATE col SET models = replace(models, '{{{{Front}}}}', '{odd}{{{{Front}}}}')",
        "UPDATE notes SET tags = ' a' || char(1) || 'b '",
    ))  # fmt: skip
    (card,) = found.cards
    assert (card.deck, card.question, card.tags) == ("?A deck", "?question", ("ab",))


def raw(front: str, back: str, fields: dict[str, str], ord: int = 0, cloze: bool = False) -> collection.RawCard:
    kind = collection.Kind("K", tuple(fields), {0: (front, back)}, cloze)
    return collection.RawCard(1, "g", kind, ord, tuple(fields.values()), ("t",), "A::B", 0, 0, 0, 0, 0, {})


def test_templates_fill_fields_and_follow_conditions() -> None:
    fields = {"Front": "f", "Back": "b", "Hint": "", "More": "<br>"}
    front = "{{Front}}{{#Hint}}({{hint:Hint}}){{/Hint}}{{^Hint}}!{{/Hint}}{{#More}}no{{/More}}"
    back = "{{FrontSide}}<hr id=answer>{{Back}} {{Tags}} {{Subdeck}} {{type:Back}} {{nobody}}{{/x}}"
    card = raw(front, back, fields)
    assert sides(card) == ("f!", "b t B b ")


def test_clozes_nest_and_take_turns() -> None:
    text = "{{c1::a {{c2::b::second}}}} c{{c1,2::d}}"
    card = raw("{{cloze:T}}", "{{cloze:T}}<br>{{Extra}}", {"T": text, "Extra": "e"}, cloze=True)
    assert sides(card) == ("[…] c[…]", "<b>a b</b> c<b>d</b><br>e")
    second = raw("{{cloze:T}}", "{{cloze:T}}<br>{{Extra}}", {"T": text, "Extra": "e"}, ord=1, cloze=True)
    assert sides(second)[0] == "a [second] c[…]"


def history(count: int) -> tuple[ImportedReview, ...]:
    moments = [START - timedelta(days=30 - 4 * i, milliseconds=7) for i in range(count)]
    return tuple(ImportedReview(attempt_of("x:0", at), at, 3 - i % 2, 2000) for i, at in enumerate(moments))


def join(world: World, reviews: tuple[ImportedReview, ...], state: ImportedState | None = None) -> int:
    with world.db.write() as session:
        repo.lock_learner(session, world.learner)
        items = {"relu/recall": (1, (reviews, state))}
        return joining.join(session, world.learner, items, "Asia/Shanghai", False).reviews


def test_imported_reviews_join_the_log_once(world: World) -> None:
    reviews = history(4)
    assert join(world, reviews) == 4
    assert join(world, reviews) == 0
    with world.db.read() as session:
        lines = list(repo.lines(session, world.learner, "relu/recall"))
    assert [line.rating for line in lines] == [3, 2, 3, 2] and [line.elapsed_days for line in lines] == [0, 4, 4, 4]
    assert world.study.check(world.learner).differences == ()
    world.review("relu/recall", 3)  # life goes on, and undo with it
    assert world.study.check(world.learner).differences == ()


def test_an_older_review_goes_to_its_place_among_ours(world: World) -> None:
    world.review("relu/recall", 3)
    world.days(6)
    world.review("relu/recall", 3)
    between = ImportedReview(attempt_of("x:0", START), START + timedelta(days=2), 1, 0)
    assert join(world, (between,)) == 1
    with world.db.read() as session:
        lines = list(repo.lines(session, world.learner, "relu/recall"))
    assert [(line.rating, line.elapsed_days) for line in lines] == [(3, 0), (1, 2), (3, 4)]
    assert world.study.check(world.learner).differences == ()


def test_memory_that_replay_would_not_give_is_taken_over(world: World, db: Database) -> None:
    """Anki's owner has parameters of their own: its numbers are kept, and what follows builds on them."""
    reviews = history(3)
    state = ImportedState(123.5, 4.25, scheduling.REVIEW, START + timedelta(days=90), reviews[-1].at, 9, 2)
    join(world, reviews, state)
    with db.read() as session:
        row = repo.state(session, world.learner, "relu/recall")
    assert row is not None
    assert (row.stability, row.difficulty, row.due, row.reps, row.lapses) == (123.5, 4.25, state.due, 9, 2)
    assert row.last_review == reviews[-1].at
    assert world.study.rebuild(world.learner).differences == ()
    longer = world.review("relu/recall", 3)
    assert longer.interval_s > 100 * 86_400
    assert world.study.check(world.learner).differences == ()


def test_memory_without_history_stands_on_one_line(world: World, db: Database) -> None:
    state = ImportedState(30.0, 5.0, scheduling.REVIEW, START + timedelta(days=9), START - timedelta(days=21), 7, 1)
    assert join(world, (), state) == 1
    assert join(world, (), state) == 0
    with db.read() as session:
        row = repo.state(session, world.learner, "relu/recall")
    assert row is not None and (row.stability, row.reps, row.due) == (30.0, 7, state.due)


def test_what_we_write_is_one_package_whatever_the_day(world: World) -> None:
    assert notes(("a", "b")) == notes(("a", "b"))
    names = zipfile.ZipFile(io.BytesIO(notes(("a", "b")))).namelist()
    assert names == ["collection.anki2", "media"]
    with package.opened(io.BytesIO(notes(("a", "b")))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert json.loads(connection.execute("SELECT models FROM col").fetchone()[0])
