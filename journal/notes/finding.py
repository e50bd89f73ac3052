"""Notes found, filtered and put into pages, newest first, each with what its row shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Exists, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Left

from journal.models import Note, NoteImage, NoteLink
from journal.notes import search
from tradedesk.accounts.models import User
from tradedesk.reads import Read


PAGE_SIZE = 30
EXCERPT = 280
# Up to this many matches of a search are put in order outside the database.
FEW = 1000
# So many of the notes that come next are looked through before the index of words is.
NEXT_ONES = 500
# So many filters, the newest asked for, keep their compiled question.
FILTERS_KEPT = 100
LARGEST_ID = 2**63 - 1
# The row that a page comes behind.
_Key = tuple[date, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteFilter:
    """What narrows the list. Days are included; `linked` is "", "trade" or "none"."""

    asked: str = ""
    tag: str = ""
    symbol: str = ""
    first: date | None = None
    last: date | None = None
    linked: str = ""


def filtered(user: User, wanted: NoteFilter) -> QuerySet[Note]:
    """One's live notes, the day they are about newest first."""
    notes = _of_days(user, wanted)
    if wanted.linked:
        to_trade = NoteLink.objects.filter(note=OuterRef("pk")).exclude(trade_key="")
        has_trade = Exists(to_trade)
        notes = notes.filter(has_trade if wanted.linked == "trade" else ~has_trade)
    query = _query(wanted)
    return notes if query is None else notes.filter(query.matching())


def _query(wanted: NoteFilter) -> search.Query | None:
    return search.query(wanted.asked, tag=wanted.tag, symbol=wanted.symbol)


def _of_days(user: User, wanted: NoteFilter) -> QuerySet[Note]:
    """What lies together in the index, newest first."""
    notes = Note.objects.for_user(user).filter(archived_at=None)
    if wanted.first:
        notes = notes.filter(day__gte=wanted.first)
    if wanted.last:
        notes = notes.filter(day__lte=wanted.last)
    return notes.order_by("-day", "-pk")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotePage:
    """`after` continues behind the last row, "" at the end."""

    notes: Sequence[Note]
    after: str


def page(user: User, wanted: NoteFilter, after: str = "") -> NotePage:
    """A page of the list; every note carries `excerpt`, escaped and marked."""
    behind = _key(after)
    if _query(wanted) is None:
        read = _page_read(wanted, is_first=behind is None)
        return _first(_excerpted(read(user.pk, *(behind or ()))))
    # Which notes comes first and what they say after it, so that the excerpt is cut
    # out of thirty texts and not out of all that match.
    found = _matches(user, wanted, behind=behind)
    return _first(_excerpted(_rows([pk for pk, _day in found], wanted)))


@lru_cache(maxsize=FILTERS_KEPT)
def _page_read(wanted: NoteFilter, *, is_first: bool) -> Read[Note]:
    """Without words: of the person, and of the row that the page comes behind where it
    is not the first.
    """

    def build(owner: Any, *behind: Any) -> QuerySet[Note]:
        notes = filtered(owner, wanted)
        if not is_first:
            notes = _behind(notes, behind)
        return _listed(notes)[: PAGE_SIZE + 1]

    return Read(build)


def _rows(ids: list[int], wanted: NoteFilter) -> list[Note]:
    if not ids:
        return []
    # The last one again and again: the question is compiled for a page and one more.
    keys = (*ids, *[ids[-1]] * (PAGE_SIZE + 1 - len(ids)))
    sought = search.sought(wanted.asked)
    return _rows_read(sought.sql)(keys, *sought.parameters)


@lru_cache(maxsize=FILTERS_KEPT)
def _rows_read(sought: str) -> Read[Note]:
    """Of ids, and of the words of `sought`, which are cut out."""

    def build(keys: Any, *words: Any) -> QuerySet[Note]:
        notes = Note.objects.filter(pk__in=keys).order_by("-day", "-pk")
        if not sought:
            return _listed(notes)
        return _listed(notes, search.headline(search.Query(sought, words)))

    return Read(build)


def _first(found: Sequence[Note]) -> NotePage:
    """Of a page and one more."""
    shown = found[:PAGE_SIZE]
    if len(found) <= PAGE_SIZE:
        return NotePage(notes=shown, after="")
    last = shown[-1]
    return NotePage(notes=shown, after=f"{last.day.isoformat()}~{last.pk}")


def _matches(
    user: User, wanted: NoteFilter, *, behind: _Key | None
) -> list[tuple[int, date]]:
    """Ids and days of a page and one more.

    What many notes say some of the next ones say as well, and they lie together in the
    index of days; the index of words gives the first match only with all the others.
    Those with a trade may lie far apart, and are not looked for on the way.
    """
    query, found = _query(wanted), []
    if query is not None and not wanted.linked:
        notes = _behind(_of_days(user, wanted), behind)
        fits = notes.annotate(fits=query.matching()).values_list("pk", "day", "fits")
        rows = list(fits[:NEXT_ONES])
        found = [(pk, day) for pk, day, does in rows if does]
        if len(found) > PAGE_SIZE or len(rows) < NEXT_ONES:
            return found[: PAGE_SIZE + 1]
        behind = (rows[-1][1], rows[-1][0])
    found += _newest(_behind(filtered(user, wanted), behind))
    return found[: PAGE_SIZE + 1]


def _newest(notes: QuerySet[Note]) -> list[tuple[int, date]]:
    """Ids and days, a page and one more.

    Few matches are asked for in any order, which the index of words answers, and put
    in order here: the way along the days would read every note to find a rare word.
    Of many matches that way meets a page soon.
    """
    rows = notes.values_list("pk", "day")
    matches = list(rows.order_by()[: FEW + 1])
    if len(matches) <= FEW:
        by_day = sorted(matches, key=lambda row: (row[1], row[0]), reverse=True)
        return by_day[: PAGE_SIZE + 1]
    return list(rows[: PAGE_SIZE + 1])


def _key(after: str) -> _Key | None:
    """None, the first page, if it cannot be read."""
    day, _, pk = after.partition("~")
    try:
        from_day, last = date.fromisoformat(day), int(pk)
    except ValueError:
        return None
    return (from_day, last) if 0 <= last <= LARGEST_ID else None


def _behind(notes: QuerySet[Note], key: Sequence[Any] | None) -> QuerySet[Note]:
    if key is None:
        return notes
    day, last = key
    return notes.filter(day__lte=day).filter(Q(day__lt=day) | Q(pk__lt=last))


def _excerpted(rows: list[Note]) -> list[Note]:
    for note in rows:
        note.excerpt = search.marked(_shortened(note))  # type: ignore[attr-defined]
    return rows


def _listed(notes: QuerySet[Note], cut: Func | None = None) -> QuerySet[Note]:
    """Without the long columns, and with what a row shows besides."""
    links = NoteLink.objects.filter(note=OuterRef("pk"))
    pictures = NoteImage.objects.filter(note=OuterRef("pk")).order_by()
    # Asked for by id: EXISTS of thirty notes made PostgreSQL read all links.
    trades = links.exclude(trade_key="").order_by()
    return notes.defer("body", "search").annotate(
        cut=cut or Left("plain", EXCERPT),
        has_picture=Subquery(pictures.values("pk")[:1]),
        has_trade=Subquery(trades.values("pk")[:1]),
        order_symbol=Subquery(
            links.filter(order__isnull=False).values("order__symbol")[:1]
        ),
    )


def _shortened(note: Note) -> str:
    text: str = note.cut  # type: ignore[attr-defined] # annotated
    words = " ".join(text.split())
    if not note.title:
        words = words.removeprefix(" ".join(note.heading.split())).lstrip()
    cut_off = len(text) == EXCERPT and len(note.plain) > EXCERPT
    return f"{words.rpartition(' ')[0]} …" if cut_off else words


def archived(user: User, after: str = "") -> NotePage:
    """The archive, last archived first."""
    mine = Note.objects.for_user(user).filter(archived_at__isnull=False)
    rows = mine.filter(_archived_behind(after)).order_by("-archived_at", "-pk")
    found = _excerpted(list(_listed(rows)[: PAGE_SIZE + 1]))
    shown, last = found[:PAGE_SIZE], found[PAGE_SIZE - 1 : PAGE_SIZE]
    if len(found) <= PAGE_SIZE or last[0].archived_at is None:
        return NotePage(notes=shown, after="")
    return NotePage(
        notes=shown, after=f"{last[0].archived_at.isoformat()}~{last[0].pk}"
    )


def _archived_behind(after: str) -> Q:
    instant, _, pk = after.partition("~")
    try:
        archived_at, last = datetime.fromisoformat(instant), int(pk)
    except ValueError:
        return Q()
    before = Q(archived_at__lt=archived_at)
    return before | Q(archived_at=archived_at, pk__lt=last)
