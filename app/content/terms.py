"""The glossary in a text: finds the first use of each term on a page and marks it, so that the page can explain it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from html import escape

from app.content.models import Term
from app.kit.text import Lang


class Glossary:
    """The terms, and where they stand in a sentence of either language."""

    def __init__(self, terms: Iterable[Term] = ()) -> None:
        self.terms: Mapping[str, Term] = {term.id: term for term in terms}

    def forms(self, lang: Lang) -> dict[str, str]:
        """Every spelling of a language, folded to lower case → the id of its term."""
        return {form.lower(): term.id for term in self.terms.values() for form in term.forms(lang)}

    def twice(self) -> Iterator[tuple[str, str, str]]:
        """(form, id, id): spellings that belong to two terms."""
        for lang in ("zh", "en"):
            owner: dict[str, str] = {}
            for term in self.terms.values():
                for form in {form.lower() for form in term.forms(lang)}:
                    if owner.setdefault(form, term.id) != term.id:
                        yield form, owner[form], term.id

    @cached_property
    def _patterns(self) -> dict[Lang, tuple[re.Pattern[str], Mapping[str, str]]]:
        patterns: dict[Lang, tuple[re.Pattern[str], Mapping[str, str]]] = {}
        for lang in ("zh", "en"):
            forms = self.forms(lang)
            longest_first = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True)) or "(?!)"
            # A Latin letter next to a Latin form makes another word; Han characters stand next to anything.
            before = r"(?:(?<![A-Za-z0-9-])|(?=[\u3400-\u9fff]))"
            after = (
                r"(?:s|es)?(?![A-Za-z0-9]|-[A-Za-z])" if lang == "en" else r"(?:(?![A-Za-z0-9])|(?<=[\u3400-\u9fff]))"
            )
            pattern = f"{before}({longest_first}){after}"
            patterns[lang] = re.compile(pattern, re.IGNORECASE), forms
        return patterns

    def find(self, sentence: str, lang: Lang) -> Iterator[tuple[int, int, Term]]:
        """(start, end, term) of every use, longest spelling first, left to right."""
        pattern, forms = self._patterns[lang]
        for match in pattern.finditer(sentence):
            yield match.start(), match.end(), self.terms[forms[match[1].lower()]]


class Marker:
    """Marks terms on one page: each the first time it is used. `used` lists them in that order."""

    def __init__(self, glossary: Glossary, lang: Lang, own: Sequence[str] = ()) -> None:
        self.glossary, self.lang = glossary, lang
        self.used: list[Term] = []
        self._told = set(own)

    def html(self, sentence: str) -> str:
        """The sentence as HTML; what is new in it is a button that opens the popover `term-<id>`."""
        out, at = [], 0
        for start, end, term in self.glossary.find(sentence, self.lang):
            if term.id in self._told:
                continue
            self._told.add(term.id)
            self.used.append(term)
            word = escape(sentence[start:end])
            button = f'<button type="button" class="term" popovertarget="term-{term.id}">{word}</button>'
            out += [escape(sentence[at:start]), button]
            at = end
        return "".join(out) + escape(sentence[at:])
