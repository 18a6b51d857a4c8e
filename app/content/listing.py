"""Program listings, coloured by CSS classes (Pygments' short names), never by inline styles."""

from html import escape


def highlight(source: str, language: str) -> str:
    """A listing as `<pre>`; coloured when the language is known, plain otherwise."""
    from pygments import highlight as coloured  # inside: a page without code need not load it
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        body = coloured(source, get_lexer_by_name(language), HtmlFormatter(nowrap=True))
    except ClassNotFound:
        body = escape(source)
    return f'<pre class="code" tabindex="0"><code>{body}</code></pre>\n'
