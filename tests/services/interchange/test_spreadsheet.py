"""CSV: every review and state is a line; nothing in it is taken for a formula."""

import csv
import io
from uuid import uuid4

from app.services.interchange import spreadsheet
from tests.services.interchange.kit import ways
from tests.services.world import World


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_reviews_and_states_line_by_line(world: World) -> None:
    first = world.review("relu/recall", 3, duration_ms=4200, confidence=80)
    world.undo(first.attempt_id)
    world.days(2)
    world.review("relu/recall", 1, attempt_id=uuid4())
    out = ways(world.db)
    reviews = rows(b"".join(out.reviews_csv(world.learner)))
    assert [(r["item"], r["rating_name"], r["undone"]) for r in reviews] == [
        ("relu/recall", "good", "1"), ("relu/recall", "again", "0")
    ]  # fmt: skip
    assert (reviews[0]["duration_s"], reviews[0]["confidence_percent"]) == ("4.2", "80")
    (state,) = rows(b"".join(out.states_csv(world.learner, world.now, "UTC")))
    assert (state["state"], state["reps"], float(state["retrievability"])) == ("learning", "1", 1.0)


def test_no_cell_is_a_formula() -> None:
    made = b"".join(spreadsheet._written(["a"], [[cell] for cell in ("=1+1", "+x", "-x", "@x", "\tx", "\rx", "x", -1)]))
    cells = [row["a"] for row in rows(made)]
    assert cells == ["'=1+1", "'+x", "'-x", "'@x", "'\tx", "'\rx", "x", "-1"]
