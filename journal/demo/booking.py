"""The invented trades into the book: an account, executions, money, bars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_UP, Decimal

from django.db import transaction

from brokers.domain.orders import Side
from brokers.domain.reports import Bar, BarInterval, CashKind
from brokers.market.bars import store_bars
from brokers.models import Account, AccountMode, Fill
from brokers.orders import statement_accounts, statements
from brokers.orders.locks import lock_account
from brokers.orders.statements import ToldEntry, ToldFill
from journal.demo.market import DemoMarket
from journal.demo.story import STARTING_CASH, Told
from journal.demo.walking import CENT
from journal.models import DemoYear, OrderPlan, PlanVersion, Playbook, TradeSource
from tradedesk.accounts.models import User
from tradedesk.core.actor import Actor


NAME = "DEMO year"
# Of the proceeds of a sale and for each share sold: the size of the SEC's and FINRA's
# fees, rounded up to the cent (https://www.finra.org/rules-guidance/guidance/trading-activity-fee).
_OF_PROCEEDS, _OF_EACH = Decimal("0.0000278"), Decimal("0.000166")
_MARGIN_DAYS = timedelta(days=1)


@transaction.atomic(durable=True)
def open_account(owner: User, *, actor: Actor, now: datetime) -> Account:
    """An account that nothing can trade in, marked as practice and by its name."""
    account = statement_accounts.add_account(
        name=NAME, number="DEMO", currency="USD", owner=owner, actor=actor, now=now
    )
    account.mode = AccountMode.PRACTICE
    account.blocked_reason = "It is an invented year to look at."
    account.save(update_fields=["mode", "blocked_reason"])
    return account


@transaction.atomic(durable=True)
def book(
    year: DemoYear, story: Sequence[Told], *, actor: Actor, now: datetime
) -> set[str]:
    """Executions and money, in one transaction; the symbols that were traded."""
    assert year.account_id is not None  # noqa: S101 - it was opened a moment ago
    account = lock_account(year.account_id)
    fills = [fill for number, told in enumerate(story) for fill in _fills(number, told)]
    began = story[0].walked.idea.entered_at - timedelta(days=3)
    booked = statements.book(
        account, fills, list(_entries(story, began)), actor=actor, now=now
    )
    ids = booked.fills.values()
    Fill.objects.filter(pk__in=ids).update(told_by=TradeSource.DEMO.value)
    return {one.symbol for one in fills}


def _fills(number: int, told: Told) -> Iterator[ToldFill]:
    idea = told.walked.idea
    into, out = (Side.BUY, Side.SELL) if idea.sign > 0 else (Side.SELL, Side.BUY)
    yield ToldFill(
        execution_id=entry_id(number),
        symbol=idea.symbol,
        side=into,
        quantity=Decimal(idea.quantity),
        price=idea.entry,
        fees=_fees(into, idea.quantity, idea.entry),
        executed_at=idea.entered_at,
        stop_price=idea.stop,
    )
    for place, left in enumerate(told.walked.exits):
        yield ToldFill(
            execution_id=f"demo-{number}-out-{place}",
            symbol=idea.symbol,
            side=out,
            quantity=Decimal(left.quantity),
            price=left.price,
            fees=_fees(out, left.quantity, left.price),
            executed_at=left.at,
        )


def entry_id(number: int) -> str:
    return f"demo-{number}-in"


def _fees(side: Side, quantity: int, price: Decimal) -> Decimal:
    if side is Side.BUY:
        return Decimal(0)
    of_all = quantity * price * _OF_PROCEEDS + quantity * _OF_EACH
    return of_all.quantize(CENT, ROUND_UP)


def _entries(story: Sequence[Told], began: datetime) -> Iterator[ToldEntry]:
    """What the year began with, a deposit half way and interest once a quarter."""
    moves = [(0, CashKind.TRANSFER, STARTING_CASH, "Deposit")]
    moves += [(182, CashKind.TRANSFER, Decimal(5000), "Deposit")]
    moves += [
        (
            90 * quarter,
            CashKind.INTEREST,
            Decimal("31.25") + quarter,
            "Interest on cash",
        )
        for quarter in (1, 2, 3)
    ]
    last = story[-1].walked.closed_at
    for number, (days, kind, amount, note) in enumerate(moves):
        at = began + timedelta(days=days)
        if at < last:
            yield ToldEntry(
                activity_id=f"demo-cash-{number}",
                kind=kind,
                amount=amount,
                effective_at=at,
                note=note,
            )


def carry(
    year: DemoYear,
    story: Sequence[Told],
    *,
    plan: PlanVersion | None,
    playbooks: Mapping[str, Playbook],
) -> None:
    """What the tickets carried: a playbook with its answers, or why none."""
    orders = dict(
        Fill.objects.filter(account=year.account_id, execution_id__endswith="-in")
        .values_list("execution_id", "order_id")
    )  # fmt: skip
    OrderPlan.objects.bulk_create(
        _carried(year, orders[entry_id(number)], told, plan=plan, playbooks=playbooks)
        for number, told in enumerate(story)
    )


def _carried(
    year: DemoYear,
    order_id: int,
    told: Told,
    *,
    plan: PlanVersion | None,
    playbooks: Mapping[str, Playbook],
) -> OrderPlan:
    idea = told.walked.idea
    version = playbooks[told.setup].current if told.planned else None
    items = version.checklist if version else []
    return OrderPlan(
        order_id=order_id,
        owner_id=year.owner_id,
        plan_version=plan,
        playbook_version=version,
        unplanned_reason=""
        if version
        else "It looked ready and I did not want to wait.",
        checklist=[
            {"item": item, "done": told.followed or place > 0}
            for place, item in enumerate(items)
        ],
        planned_entry=idea.entry,
        planned_stop=idea.stop,
        planned_target=idea.target,
        written_at=idea.entered_at,
    )


def keep_bars(feed: str, market: DemoMarket, story: Sequence[Told]) -> None:
    """All days, and the quarters of an hour around each trade."""
    for tape in market.tapes:
        store_bars(feed, BarInterval.DAY_1, tape.days)
        spans = [
            (told.walked.idea.entered_at, told.walked.closed_at)
            for told in story
            if told.walked.idea.symbol == tape.symbol
        ]
        store_bars(feed, BarInterval.MINUTE_15, _within(tape.quarters, spans))


def _within(
    bars: Sequence[Bar], spans: Iterable[tuple[datetime, datetime]]
) -> list[Bar]:
    kept: dict[datetime, Bar] = {}
    for first, last in spans:
        for bar in bars:
            if first - _MARGIN_DAYS <= bar.start <= last + _MARGIN_DAYS:
                kept[bar.start] = bar
    return list(kept.values())
