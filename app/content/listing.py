"""Program listings, coloured by CSS classes (static/css/code.css), never by inline styles."""

from html import escape


def highlight(source: str, language: str) -> str:
    """A listing as `<pre>`; coloured when the language is known, plain otherwise."""
    return f'<pre class="code" tabindex="0"><code>{coloured(source, language)}</code></pre>\n'


def coloured(source: str, language: str) -> str:
    """The HTML inside a listing; its text content is the source."""
    from pygments import highlight as paint  # inside: a page without code need not load it
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return str(paint(source, get_lexer_by_name(language), HtmlFormatter(nowrap=True, classprefix="hl-")))
    except ClassNotFound:
        return escape(source)
