"""The demo year out again, and only that; the audit log keeps that it was there."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from brokers.models import (
    Account,
    BrokerReference,
    Fill,
    LedgerEntry,
    Order,
    Position,
    StoredBar,
)
from journal.book import netting
from journal.demo.market import SYMBOLS
from journal.models import (
    BookMark,
    DayReview,
    DemoYear,
    Note,
    NoteLink,
    NoteTag,
    Nudge,
    OrderPlan,
    Plan,
    Playbook,
    SelfRating,
    Tag,
    Trade,
    TradeCorrection,
    WorstCaseCard,
)
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.clock import Clock
from tradedesk.core.errors import StaleStateError


@transaction.atomic(durable=True)
def remove(user: User, *, actor: Actor, clock: Clock) -> int:
    """How many rows went. What real orders have come to carry stays.

    Raises:
        StaleStateError: there is no demo year.
    """
    mine = DemoYear.objects.for_user(user).filter(removed_at=None)
    year = mine.select_for_update(no_key=True).first()
    if year is None:
        raise StaleStateError("There is no demo year to remove.")
    rows, account = year.rows, year.account
    year.removed_at, year.rows, year.account = clock.now(), {}, None
    year.save()
    gone = sum(_drop(one) for one in _written(user, rows)) + _drop_tags(user)
    if account is not None:
        gone += sum(_drop(one) for one in _traded(account))
        connection = account.connection
        gone += account.delete()[0] + connection.delete()[0]
        gone += _drop_bars(connection.feed)
    gone += sum(_drop(one) for one in _planned(user, rows))
    netting.bring_up_to_date(user, clock.now())
    record(
        AuditAction.DEMO_REMOVED,
        actor=actor,
        subject="demoyear",
        subject_id=year.pk,
        payload={"rows": gone},
        now=clock.now(),
    )
    return gone


def _drop(rows: QuerySet[Any]) -> int:
    gone, _ = rows.delete()
    return gone


def _written(user: User, rows: dict[str, list[int]]) -> list[QuerySet[Any]]:
    """What stands beside the account."""
    return [
        model.objects.for_user(user).filter(pk__in=rows.get(name, []))
        for model, name in (
            (Note, "note"),
            (DayReview, "day"),
            (SelfRating, "rating"),
            (WorstCaseCard, "card"),
        )
    ]


def _drop_tags(user: User) -> int:
    """Tags of notes that no note bears any more."""
    labels = Note.objects.for_user(user).values_list("labels", flat=True)
    borne = {label for of_one in labels for label in of_one}
    tags = NoteTag.objects.for_user(user)
    unborne = [tag.pk for tag in tags if f"#{tag.name}" not in borne]
    return _drop(tags.filter(pk__in=unborne))


def _traded(account: Account) -> list[QuerySet[Any]]:
    """All that hangs on the account, what points at others first."""
    orders = Order.objects.filter(account=account)
    trades = Trade.objects.filter(account=account)
    keys = list(trades.values_list("key", flat=True))
    return [
        TradeCorrection.objects.filter(owner=account.owner, trade_key__in=keys),
        NoteLink.objects.filter(trade_key__in=keys, note__owner=account.owner),
        NoteLink.objects.filter(order__in=orders),
        trades,
        Nudge.objects.filter(account=account),
        OrderPlan.objects.filter(order__in=orders),
        Fill.objects.filter(account=account),
        LedgerEntry.objects.filter(account=account),
        BrokerReference.objects.filter(account=account),
        orders,
        Position.objects.filter(account=account),
        BookMark.objects.filter(account=account),
    ]


def _drop_bars(feed: str) -> int:
    """The invented symbols' bars, unless another account of statements has traded them."""
    others = Fill.objects.filter(
        account__connection__slug=feed.split("-", maxsplit=1)[0]
    )
    used = set(others.values_list("symbol", flat=True).distinct())
    unused = set(SYMBOLS) - used
    return _drop(StoredBar.objects.filter(feed=feed, symbol__in=unused))


def _planned(user: User, rows: dict[str, list[int]]) -> list[QuerySet[Any]]:
    """Plan and playbooks that no real order carries, and tags that nothing bears."""
    carried = OrderPlan.objects.for_user(user)
    playbooks = Playbook.objects.for_user(user).filter(pk__in=rows.get("playbook", []))
    plans = Plan.objects.for_user(user).filter(pk__in=rows.get("plan", []))
    used = carried.exclude(playbook_version=None).values("playbook_version__playbook")
    kept = carried.exclude(plan_version=None).values("plan_version__plan")
    return [
        playbooks.exclude(pk__in=used),
        plans.exclude(pk__in=kept),
        Tag.objects.for_user(user).filter(trade_tags=None, mistakes=None),
    ]
