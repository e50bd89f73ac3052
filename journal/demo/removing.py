"""The demo year out again, and only that; the audit log keeps that it was there."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from brokers.models import (
    Account,
    BrokerReference,
    Command,
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
    Nudge,
    OrderPlan,
    Plan,
    Playbook,
    Reminder,
    SelfRating,
    Tag,
    Task,
    TaskTemplate,
    Trade,
    TradeCorrection,
    WorstCaseCard,
)
from journal.notes.tagging import forget_unborne
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
    labels = _labels(user, rows)
    gone = sum(_drop(one) for one in _written(user, rows))
    gone += forget_unborne(user.pk, labels)
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
            (Task, "task"),
            (Reminder, "reminder"),
        )
    ] + [
        # With what was made of them since, on the days that were looked at.
        Task.objects.for_user(user).filter(template__in=rows.get("template", [])),
        TaskTemplate.objects.for_user(user).filter(pk__in=rows.get("template", [])),
    ]


def _labels(user: User, rows: dict[str, list[int]]) -> set[str]:
    """Tags of the notes that go, with the "#"."""
    notes = Note.objects.for_user(user).filter(pk__in=rows.get("note", []))
    found = notes.values_list("labels", flat=True)
    return {one for labels in found for one in labels if one.startswith("#")}


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
        Command.objects.filter(account=account),
        Fill.objects.filter(account=account),
        LedgerEntry.objects.filter(account=account),
        BrokerReference.objects.filter(account=account),
        orders.exclude(parent=None),
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
