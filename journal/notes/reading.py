"""Notes for pages: found, filtered, page by page, with what they are linked to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Left
from django.urls import reverse

from journal.models import (
    Note,
    NoteDraft,
    NoteImage,
    NoteLink,
    NoteTag,
    NoteTemplate,
    Trade,
)
from journal.notes import markdown, search
from tradedesk.accounts.models import User


PAGE_SIZE = 30
EXCERPT = 280
# Up to this many matches of a search are put in order outside the database.
FEW = 1000
# So many of the notes that come next are looked through before the index of words is.
NEXT_ONES = 500
TAGS_OFFERED = 60


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
    query = search.query(wanted.asked, tag=wanted.tag, symbol=wanted.symbol)
    if query is not None:
        notes = notes.filter(query.matching())
    return notes


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
    query = search.query(wanted.asked, tag=wanted.tag, symbol=wanted.symbol)
    if query is None:
        notes = filtered(user, wanted).filter(_behind(after))
        return _first(_excerpted(notes[: PAGE_SIZE + 1], ""))
    # Which notes comes first and what they say after it, so that the excerpt is cut
    # out of thirty texts and not out of all that match.
    behind, found = _behind(after), []
    if not wanted.linked:  # those may lie far apart
        found = _among_next(_of_days(user, wanted).filter(behind), query)
    if len(found) <= PAGE_SIZE:
        found = _newest(filtered(user, wanted).filter(behind))
    keys = [pk for pk, _day in found]
    notes = Note.objects.filter(pk__in=keys).order_by("-day", "-pk")
    return _first(_excerpted(notes, wanted.asked))


def _first(found: Sequence[Note]) -> NotePage:
    """Of a page and one more."""
    shown = found[:PAGE_SIZE]
    if len(found) <= PAGE_SIZE:
        return NotePage(notes=shown, after="")
    last = shown[-1]
    return NotePage(notes=shown, after=f"{last.day.isoformat()}~{last.pk}")


def _among_next(notes: QuerySet[Note], query: search.Query) -> list[tuple[int, date]]:
    """Ids and days of a page and one more, or less where the next notes hold no more.

    What many notes say some of these say as well, and they lie together in the index of
    days; the index of words gives the first match only with all the others.
    """
    rows = notes.annotate(fits=query.matching()).values_list("pk", "day", "fits")
    return [(pk, day) for pk, day, fits in rows[:NEXT_ONES] if fits][: PAGE_SIZE + 1]


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


def _behind(after: str) -> Q:
    """Rows after a key of `page`; a key that cannot be read is the first page."""
    day, _, pk = after.partition("~")
    try:
        from_day, last = date.fromisoformat(day), int(pk)
    except ValueError:
        return Q()
    return Q(day__lte=from_day) & (Q(day__lt=from_day) | Q(pk__lt=last))


def _excerpted(notes: QuerySet[Note], asked: str) -> Sequence[Note]:
    headline = search.headline(asked)
    cut = Left("plain", EXCERPT) if headline is None else headline
    rows = list(_listed(notes).annotate(cut=cut))
    for note in rows:
        note.excerpt = search.marked(_shortened(note))  # type: ignore[attr-defined]
    return rows


def _listed(notes: QuerySet[Note]) -> QuerySet[Note]:
    """Without the long columns, and with what a row shows besides."""
    links = NoteLink.objects.filter(note=OuterRef("pk"))
    pictures = NoteImage.objects.filter(note=OuterRef("pk")).order_by()
    # Asked for by id: EXISTS of thirty notes made PostgreSQL read all links.
    trades = links.exclude(trade_key="").order_by()
    return notes.defer("body", "search").annotate(
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


def note_of(user: User, note_id: int) -> Note:
    """One's own note, with what is known of its draft. Raises Note.DoesNotExist."""
    drafts = NoteDraft.objects.filter(owner=OuterRef("owner"), key=OuterRef("key"))
    mine = Note.objects.for_user(user).defer("search")
    return mine.annotate(
        draft_kept_at=Subquery(drafts.values("kept_at")),
        draft_version=Subquery(drafts.values("version")),
    ).get(pk=note_id)


def links_of(note: Note) -> list[NoteLink]:
    return list(note.links.select_related("order"))


def archived(user: User, after: str = "") -> NotePage:
    """The archive, last archived first."""
    mine = Note.objects.for_user(user).filter(archived_at__isnull=False)
    rows = mine.filter(_archived_behind(after)).order_by("-archived_at", "-pk")
    found = _excerpted(rows[: PAGE_SIZE + 1], "")
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


def of_trade(user: User, trade: Trade) -> list[Note]:
    """The live notes of a trade, oldest first: before, during and after."""
    linked = Q(links__trade_key=trade.key)
    return list(_partial(user).filter(linked).order_by("day", "pk")[:PAGE_SIZE])


def of_order(user: User, order_id: int) -> list[Note]:
    linked = Q(links__order_id=order_id)
    return list(_partial(user).filter(linked).order_by("day", "pk")[:PAGE_SIZE])


def of_day(user: User, day: date) -> QuerySet[Note]:
    """What was written about one day of the exchange."""
    return _partial(user).filter(day=day).order_by("pk")[:PAGE_SIZE]


def _partial(user: User) -> QuerySet[Note]:
    mine = Note.objects.for_user(user).filter(archived_at=None)
    return mine.defer("body", "search")


def trades_of(note: Note, links: Iterable[NoteLink]) -> list[Trade]:
    """The linked trades that are there; one that a rebuild took away is left out."""
    keys = [link.trade_key for link in links if link.trade_key]
    if not keys:
        return []
    mine = Trade.objects.filter(owner=note.owner_id, key__in=keys)
    return list(mine.order_by("opened_at"))


def tags_of(user: User) -> list[NoteTag]:
    """Those used last; more than that find each other by being typed."""
    return list(NoteTag.objects.for_user(user)[:TAGS_OFFERED])


def templates_of(user: User) -> list[NoteTemplate]:
    return list(NoteTemplate.objects.for_user(user))


def drafts_of(user: User) -> list[NoteDraft]:
    """New notes that were begun and never saved, the last one first."""
    return list(NoteDraft.objects.for_user(user).filter(version=0)[:5])


def draft_of(user: User, key: UUID) -> NoteDraft | None:
    return NoteDraft.objects.for_user(user).filter(key=key).first()


def images(user: User, keys: Iterable[str]) -> list[NoteImage]:
    """One's pictures by key, without their pixels, in the order of the keys."""
    wanted = list(keys)
    if not wanted:
        return []
    mine = NoteImage.objects.for_user(user).filter(key__in=wanted).defer("content")
    found = {str(image.key): image for image in mine}
    return [found[key] for key in wanted if key in found]


def picture(image: NoteImage) -> markdown.Picture:
    return markdown.Picture(
        url=reverse("note_image", args=[image.key]),
        alt=image.alt,
        width=image.width,
        height=image.height,
    )


def rendered(user: User, body: str) -> str:
    """The HTML of a text with one's own pictures."""
    shown = images(user, markdown.references(body))
    return markdown.html(body, {str(image.key): picture(image) for image in shown})
