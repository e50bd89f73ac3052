"""What pages read of notices and letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from tradedesk.accounts.models import User
from tradedesk.notifications.models import Letter, LetterStatus, Notice, Severity
from tradedesk.reads import Read


PAGE_SIZE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """What the bell shows."""

    count: int
    critical: int

    @property
    def label(self) -> str:
        """At most two digits."""
        return "99+" if self.count > 99 else str(self.count)  # noqa: PLR2004


_unread = Read(
    lambda user_id: (
        Notice.objects.filter(user_id=user_id, read_at=None)
        .values("user_id")
        .annotate(
            unread=Count("pk"),
            critical=Count("pk", filter=Q(severity=Severity.CRITICAL)),
        )
        .values_list("unread", "critical")
        .order_by()
    )
)


def unread_of(user: User) -> Unread:
    """One query over the unread alone, however many have been read."""
    # No row where nothing is unread.
    count, critical = _unread.first(user.pk) or (0, 0)
    return Unread(count=count, critical=critical)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFilter:
    """What the list shows; empty fields do not narrow."""

    unread: bool = False
    kind: str = ""
    severity: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.kind or self.severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePage:
    """One page by keyset; `after` continues behind the last row, "" at the end."""

    notices: Sequence[Notice]
    after: str


def notice_page(user: User, wanted: NoticeFilter, after: str = "") -> NoticePage:
    """Newest first, by when it was last told."""
    rows = list(_filtered(user, wanted, after)[: PAGE_SIZE + 1])
    shown = rows[:PAGE_SIZE]
    more = len(rows) > PAGE_SIZE
    key = f"{shown[-1].last_at.isoformat()}~{shown[-1].pk}" if more else ""
    return NoticePage(notices=shown, after=key)


def _filtered(user: User, wanted: NoticeFilter, after: str) -> QuerySet[Notice]:
    found = Notice.objects.for_user(user).filter(_behind(after))
    if wanted.unread:
        found = found.filter(read_at=None)
    terms = {"kind": wanted.kind, "severity": wanted.severity}
    given = {name: value for name, value in terms.items() if value}
    return found.filter(**given).order_by("-last_at", "-pk")


def _behind(after: str) -> Q:
    """Rows after a key of `notice_page`; one that cannot be read is the first page."""
    instant, _, pk = after.partition("~")
    try:
        told, last = datetime.fromisoformat(instant), int(pk)
    except ValueError:
        return Q()
    if told.tzinfo is None:
        return Q()
    return Q(last_at__lt=told) | Q(last_at=told, pk__lt=last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """Letters that have not left: `waiting` since `oldest_at`; `tried` failed before."""

    waiting: int
    tried: int
    oldest_at: datetime | None
    last_error: str
    given_up: int
    last_sent_at: datetime | None


def outbox(*, given_up_since: datetime) -> Outbox:
    """All people's letters: their number and age, never their words."""
    queued = Letter.objects.filter(status=LetterStatus.QUEUED)
    oldest = queued.order_by("created_at").first()
    failing = queued.exclude(error="").order_by("-due_at").first()
    sent = Letter.objects.filter(status=LetterStatus.SENT).order_by("-sent_at").first()
    gave_up = Letter.objects.filter(
        status=LetterStatus.GIVEN_UP, created_at__gte=given_up_since
    )
    return Outbox(
        waiting=queued.count(),
        tried=queued.exclude(error="").count(),
        oldest_at=oldest.created_at if oldest else None,
        last_error=failing.error if failing else "",
        given_up=gave_up.count(),
        last_sent_at=sent.sent_at if sent else None,
    )
