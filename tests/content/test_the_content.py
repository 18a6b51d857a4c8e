"""The content of this site: nothing is wrong with it, and every number in prose is what its run gives today."""

from pathlib import Path

from app.content.check import check


def test_nothing_is_wrong_with_the_content() -> None:
    problems = check(Path(__file__).parents[2] / "content")
    assert not problems, "\n" + "\n".join(map(str, problems))
