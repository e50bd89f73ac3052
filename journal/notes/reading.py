"""Notes for pages: one with what it is linked to, those of a trade, an order or a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
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
from journal.notes import markdown
from tradedesk.accounts.models import User
from tradedesk.reads import Read


TAGS_OFFERED = 60
DRAFTS_OFFERED = 5
# Of one trade, order or day.
MOST_BESIDE = 30


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


def of_trade(user: User, trade: Trade) -> list[Note]:
    """The live notes of a trade, oldest first: before, during and after."""
    linked = Q(links__trade_key=trade.key)
    return list(_partial(user).filter(linked).order_by("day", "pk")[:MOST_BESIDE])


def of_order(user: User, order_id: int) -> list[Note]:
    linked = Q(links__order_id=order_id)
    return list(_partial(user).filter(linked).order_by("day", "pk")[:MOST_BESIDE])


def of_day(user: User, day: date) -> QuerySet[Note]:
    """What was written about one day of the exchange."""
    return _partial(user).filter(day=day).order_by("pk")[:MOST_BESIDE]


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
    return _tags(user.pk)


_tags = Read(lambda owner: NoteTag.objects.for_user(owner)[:TAGS_OFFERED])


def templates_of(user: User) -> list[NoteTemplate]:
    return _templates(user.pk)


_templates = Read(NoteTemplate.objects.for_user)


def drafts_of(user: User) -> list[NoteDraft]:
    """New notes that were begun and never saved, the last one first."""
    return _drafts(user.pk)


_drafts = Read(
    lambda owner: NoteDraft.objects.for_user(owner).filter(version=0)[:DRAFTS_OFFERED]
)


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
