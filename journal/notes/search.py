"""Full-text search of notes: one vector of title, words, tags and symbols, one index.

The text search configuration `journal_english` takes accents off (PostgreSQL's
unaccent dictionary) before it stems, so "resumes" finds "résumé". Labels are lexemes of
their own, "$ACME" and "#idea", put in and asked for letter by letter.
See https://www.postgresql.org/docs/current/textsearch-features.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.search import SearchHeadline, SearchQueryField
from django.db.models import BooleanField, F, Func
from django.db.models.expressions import RawSQL
from django.db.models.functions import Left
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from journal.models.note import SEARCH_CONFIG
from journal.notes.wording import Kind, Part, parts


# Signs that a note cannot hold (see `journal.notes.forms`), around what was found.
FOUND, END = "\x02", "\x03"
# A headline reads this much of a text at most, in characters.
HEADLINE_OF = 20_000


@dataclass(frozen=True, slots=True)
class Query:
    """A tsquery as SQL with its parameters; Django's own cannot negate a whole."""

    sql: str
    parameters: tuple[str, ...]

    def expression(self) -> RawSQL:
        # What was typed goes as parameters only.
        field = SearchQueryField()
        return RawSQL(self.sql, self.parameters, output_field=field)  # noqa: S611

    def matching(self) -> Func:
        """The condition on a note."""
        return Func(
            F("search"),
            self.expression(),
            template="%(expressions)s",
            arg_joiner=" @@ ",
            output_field=BooleanField(),
        )


def _words(text: str, *, phrase: bool = False) -> Query:
    function = "phraseto_tsquery" if phrase else "plainto_tsquery"
    return Query(f"{function}('{SEARCH_CONFIG}', %s)", (text,))


def _label(label: str, *, prefix: bool = False) -> Query:
    """A label as it stands in the vector, or with `prefix` all that begin so."""
    quoted = label.replace("\\", "\\\\").replace("'", "''")
    return Query("%s::tsquery", (f"'{quoted}'{':*' if prefix else ''}",))


def _joined(terms: Sequence[Query], operator: str) -> Query:
    if not terms:
        return Query("", ())
    sql = f" {operator} ".join(term.sql for term in terms)
    return Query(f"({sql})", tuple(p for term in terms for p in term.parameters))


def query(asked: str, *, tag: str = "", symbol: str = "") -> Query | None:
    """What a note must match, None where nothing narrows."""
    terms = [_term(part) for part in parts(asked)]
    if tag:
        terms.append(_label(f"#{tag}"))
    if symbol:
        terms.append(_label(f"${symbol}"))
    return _joined(terms, "&&") if terms else None


def _term(part: Part) -> Query:
    found = _positive(part)
    return Query(f"!!{found.sql}", found.parameters) if part.negated else found


def _positive(part: Part) -> Query:
    if part.kind is Kind.SYMBOL:
        return _label(f"${part.text}", prefix=True)
    if part.kind is Kind.TAG:
        return _label(f"#{part.text}")
    if part.kind is Kind.PHRASE:
        return _words(part.text, phrase=True)
    found = [_words(part.text)]
    if part.may_be_symbol:
        found.append(_label(f"${part.text.upper()}", prefix=True))
        found.append(_label(f"#{part.text.lower()}"))
    return _joined(found, "||")


def sought(asked: str) -> Query:
    """What is to be marked in a text; empty where no words were asked for."""
    return _joined(
        [
            _words(part.text, phrase=part.kind is Kind.PHRASE)
            for part in parts(asked)
            if not part.negated and part.kind in {Kind.WORD, Kind.PHRASE}
        ],
        "||",
    )


def headline(words: Query) -> SearchHeadline:
    """The piece of a text around what was found."""
    return SearchHeadline(
        Left("plain", HEADLINE_OF),
        words.expression(),
        config=SEARCH_CONFIG,
        start_sel=FOUND,
        stop_sel=END,
        max_words=34,
        min_words=16,
    )


def marked(text: str) -> SafeString:
    """Escaped, with <mark> around what was found."""
    safe = str(escape(text)).replace(FOUND, "<mark>").replace(END, "</mark>")
    return mark_safe(safe)  # noqa: S308 - escaped above; the marks are ours
