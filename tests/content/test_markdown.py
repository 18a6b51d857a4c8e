"""Markdown: Chinese emphasis, formulas, our marks, and nothing that a strict page would refuse."""

import doctest
import re
from html.parser import HTMLParser

import pytest

from app.content import markdown, numbers
from app.content.listing import highlight
from app.content.marks import mentions
from app.content.models import RunRef
from app.content.scope import Link, Scope
from app.kit.text import Lang


class FakeRuns:
    """Numbers for tests: scalar `tiny`, `half`, `nan`; everything else is not known. Only demo `toy` has a page."""

    def value(self, run: RunRef) -> float | None:
        return {"tiny": 8.67e-19, "half": -0.5, "nan": float("nan"), "million": 1234567.0}.get(run.scalar)

    def link(self, run: RunRef, lang: Lang) -> Link | None:
        return Link(f"/{lang}/demos/toy?a=1&b=2", 'deep "toy"') if run.demo == "toy" else None


EN = Scope("en", {"he2015": 1, "x": 2}, FakeRuns())


def html(source: str, scope: Scope = EN) -> str:
    return markdown.block(source, scope)


@pytest.mark.parametrize(
    "source",
    [
        "**注意：**梯度会消失",
        "梯度**（反向）**传播",
        "这叫**“饱和”**现象",
        "先看**ReLU。**再看别的",
        "**《深度学习》**一书",
        "共**$n$层**，依次相乘",
        "中文**粗体**中文",
    ],
)
def test_bold_next_to_full_width_punctuation(source: str) -> None:
    shown = html(source)
    assert "<strong>" in shown
    assert "*" not in shown


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("snake_case_name", "snake_case_name"),
        ("中_文_字", "中_文_字"),
        ("a**b**c", "a<strong>b</strong>c"),
        ("*a* _b_ ~~c~~", "<em>a</em> <em>b</em> <s>c</s>"),
        ("** not bold **", "** not bold **"),
    ],
)
def test_other_emphasis_is_commonmark(source: str, shown: str) -> None:
    assert markdown.inline(source, EN) == shown


def test_chinese_lines_join_without_a_space_and_english_with_one() -> None:
    assert html("梯度\n消失") == "<p>梯度消失</p>"
    assert html("gradients\nvanish") == "<p>gradients\nvanish</p>"


def test_formulas_keep_their_tex() -> None:
    assert markdown.inline("$x_i * y_j * z$", EN) == '<span class="math" data-tex>x_i * y_j * z</span>'
    assert markdown.inline("$a<b$", EN) == '<span class="math" data-tex>a&lt;b</span>'
    assert html("$$\na_b\n$$").startswith('<div class="math display" data-tex')
    assert "<div" not in html("so $$a$$ holds"), "a div cannot stand in a paragraph"


def test_money_is_no_formula() -> None:
    assert html("from $5 and $10") == "<p>from $5 and $10</p>"


def test_a_computed_number_links_to_its_run() -> None:
    assert markdown.inline("{{toy/deep/tiny|.1e}}", EN) == (
        '<a class="run" href="/en/demos/toy?a=1&amp;b=2" title="deep &quot;toy&quot;">'
        '<data value="8.67e-19">8.7 × 10<sup>−19</sup></data></a>'
    )


@pytest.mark.parametrize(
    ("mark", "shown"),
    [
        ("{{toy/deep/half}}", "−0.5"),
        ("{{ toy/deep/half | .1% }}", "−50.0%"),
        ("{{toy/deep/million|,.0f}}", "1,234,567"),
        ("{{toy/deep/million|,d}}", "1,234,567"),
        ("{{toy/deep/half|.0e}}", "−5 × 10<sup>−1</sup>"),
        ("{{toy/deep/nan|.3f}}", "NaN"),
        ("{{toy/deep/unknown|.3f}}", "…"),
    ],
)
def test_formats(mark: str, shown: str) -> None:
    assert re.sub(r"</?(a|data)[^>]*>", "", markdown.inline(mark, EN)) == shown


def test_the_examples_of_numbers() -> None:
    assert doctest.testmod(numbers) == (0, 3)


@pytest.mark.parametrize("spec", ["", "<9.3f", "099f", ".3x", ".999f", "{}"])
def test_formats_are_few(spec: str) -> None:
    if spec:
        with pytest.raises(ValueError, match="not of the form"):
            numbers.html(1.0, spec)
    else:
        assert numbers.plain(1.5, spec) == "1.5"


def test_a_number_without_a_page_has_no_link() -> None:
    assert markdown.inline("{{other/deep/half}}", EN) == '<data value="-0.5">−0.5</data>'
    unlinked = Scope("en", {"x": 2}, FakeRuns(), links=False)
    assert markdown.inline("{{toy/deep/half}} [@x]", unlinked) == (
        '<data value="-0.5">−0.5</data><sup class="cite">[2]</sup>'
    )


def test_a_format_does_not_end_a_table_cell() -> None:
    shown = html("| a | b |\n|---|---|\n| {{toy/deep/half|.2f}} | x |")
    assert "−0.50" in shown
    assert "<td>x</td>" in shown


def test_references_are_numbered() -> None:
    assert markdown.inline("so [@x]", EN) == 'so<sup class="cite"><a href="#ref-x">[2]</a></sup>'
    assert markdown.inline("so[@nobody]", EN) == 'so<sup class="cite">[?]</sup>'


def test_marks_in_code_stay_code() -> None:
    tokens = markdown.parse("`{{a/b/c}} [@x]`\n\n```\n[@y]\n```")
    assert list(mentions(tokens)) == []
    assert "<code>{{a/b/c}} [@x]</code>" in markdown.render(tokens, EN)


def test_headings_take_their_anchor() -> None:
    assert html("## 短答 {#short}") == '<h2 id="short">短答</h2>'
    assert html("## A **b** {#a-b}") == '<h2 id="a-b">A <strong>b</strong></h2>'
    assert html("## Set {#Not an id}") == "<h2>Set {#Not an id}</h2>"


def test_code_is_coloured_by_classes() -> None:
    shown = html('```python\nx = "<b>"\n```')
    assert '<pre class="code" tabindex="0"><code><span class="hl-n">x</span>' in shown
    assert "&lt;b&gt;" in shown
    assert "style=" not in shown
    assert highlight("<b>", "no-such-language") == '<pre class="code" tabindex="0"><code>&lt;b&gt;</code></pre>\n'


def test_tables_scroll_and_align_by_class() -> None:
    shown = html("| a | b |\n|:-:|--:|\n| 1 | 2 |")
    assert shown.startswith('<div class="scroll" tabindex="0"><table>')
    assert shown.endswith("</table></div>")
    assert '<td class="align-right">2</td>' in shown


def test_alerts_speak_the_readers_language() -> None:
    assert ">提示</p>" in html("> [!TIP]\n> 直觉", Scope("zh"))
    assert ">Tip</p>" in html("> [!TIP]\n> Intuition")


def test_links_outwards_and_pictures() -> None:
    assert markdown.inline("[a](https://x.org)", EN) == '<a href="https://x.org" rel="noopener">a</a>'
    assert markdown.inline("[a](/en/cards)", EN) == '<a href="/en/cards">a</a>'
    assert markdown.inline("![a](/static/a.png)", EN) == '<img src="/static/a.png" alt="a" loading="lazy">'
    for src in ("https://x.org/a.png", "/static/../etc", "/other/a.png"):
        assert markdown.inline(f"![a]({src})", EN) == "a"


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](\x01javascript:alert(1))",
    "[a](data:text/html,<script>alert(1)</script>)",
    "[a](vbscript:x)",
    "[a](//evil.org)",
    "<javascript:alert(1)>",
    "![a](javascript:alert(1))",
    '![" onerror="alert(1)](/static/a.png)',
    '[a](/x "\\" onmouseover=\\"alert(1)")',
    '$"><script>alert(1)</script>$',
    "$$</div><script>alert(1)</script>$$",
    "```<script>\n<script>alert(1)</script>\n```",
    "`<script>alert(1)</script>`",
    '{{toy/deep/half|<img src=x onerror=alert(1)>}}',
    '[@x"onclick="alert(1)]',
    '## a {#x" onclick="alert(1)}',
    "| <script>alert(1)</script> |\n|---|\n| <b onclick=alert(1)> |",
    "> [!TIP] <script>alert(1)</script>\n> <script>",
    "<!-- <script>alert(1)</script> -->",
    "<style>*{display:none}</style>",
    "<iframe src=//evil.org>",
]  # fmt: skip


class Tags(HTMLParser):
    """Collects what a browser would see."""

    ALLOWED = {
        "p", "h2", "div", "span", "a", "img", "pre", "code", "sup", "data", "table", "thead", "tbody", "tr", "th", "td",
        "blockquote", "em", "strong", "ul", "li",
    }  # fmt: skip
    ATTRIBUTES = {"class", "href", "rel", "src", "alt", "title", "loading", "tabindex", "data-tex", "value", "id"}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.ALLOWED, tag
        for name, value in attrs:
            assert name in self.ATTRIBUTES, name
            if name in ("href", "src"):
                assert (value or "").startswith(("/en", "/static", "/x", "#", "https:")), value
                assert not (value or "").startswith("//")


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_stay_text(attack: str) -> None:
    for shown in (html(attack), markdown.inline(attack, EN)):
        Tags().feed(shown)


def test_plain_words() -> None:
    tokens = markdown.parse("**梯度**\n消失 $x_i$ [@x] {{toy/deep/half}}\n\n- `a` b\n\n```\ncode\n```")
    assert markdown.plain(tokens) == "梯度消失 $x_i$".replace("$", "") + "\na b\ncode"


def test_rendering_twice_gives_the_same() -> None:
    tokens = markdown.parse("> [!TIP]\n> [a](https://x.org) {{toy/deep/tiny|.1e}}")
    assert markdown.render(tokens, EN) == markdown.render(tokens, EN)
    assert ">提示<" in markdown.render(tokens, Scope("zh"))
    assert ">Tip<" in markdown.render(tokens, EN)
