"""A learner's own Markdown on a page: nothing runs, nothing is fetched, our marks mean nothing in it."""

import time

import pytest

from app.content.markdown import own


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "![x](javascript:a)",
        "[x](data:text/html,<b>)", "![x](data:image/svg+xml,<svg>)", '[x](https://e.com "a\\" onload=b")',
        "<a href='javascript:a'>x</a>", "$<img src=x>$", "```\n<script>\n```", "[x]: javascript:a\n\n[x]",
        "&lt;script&gt;",
        "![\"onerror=a](https://e.com/\"onload=b)", "[x](//e.com)", "| a |\n|---|\n| <b onclick=a> |",
    ],
)  # fmt: skip
def test_nothing_runs(source: str) -> None:
    html = own(source, "en")
    for bad in ("<script", "<img", "<a href='", "<b ", "<svg", 'href="javascript', 'href="data', 'href="//', 'src="'):
        assert bad not in html.lower()


def test_pictures_are_links_or_names() -> None:
    assert own("![net](https://e.com/net.png)", "en") == (
        '<p><a class="picture-link" href="https://e.com/net.png" rel="noopener noreferrer">[Picture: net]</a></p>'
    )
    assert own("![](img/a.png)", "zh") == '<p><span class="picture-link">[图：a.png]</span></p>'
    assert own("[![b](https://e.com/b.png)](https://e.com)", "en").count("<a ") == 1


def test_links_to_files_beside_it_are_their_words() -> None:
    assert own("[mine](other.md) [here](#top) [there](https://e.com)", "en") == (
        '<p><span>mine</span> <span>here</span> <a href="https://e.com" rel="noopener">there</a></p>'
    )


def test_a_heading_is_none_of_the_pages() -> None:
    assert own("#### Pros", "en") == '<p class="own-heading">Pros</p>'


def test_our_marks_are_words() -> None:
    assert own("{{a/b/c}} [@key]", "en") == "<p>{{a/b/c}} [@key]</p>"


def test_lines_stay_lines_where_they_are_meant() -> None:
    assert own("1、一\n2、二", "zh") == "<p>1、一<br />\n2、二</p>"
    assert own("a line that\ngoes on", "en") == "<p>a line that\ngoes on</p>"


@pytest.mark.parametrize(
    "piece", ["[", "![", "*a ", "**", "`", "$", "> ", "- ", "<", "|a", "_a", "[a](", "&", "~~", "#"]
)
def test_long_answers_are_drawn_at_once(piece: str) -> None:
    source = piece * (100_000 // len(piece))
    began = time.process_time()
    own(source, "en")
    assert time.process_time() - began < 3
