"""Orders for pages: filtered, page by page, each with its commands in flight."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet, Value

from brokers.domain.orders import IN_FLIGHT, CommandStatus, OrderStatus
from brokers.models import Account, Command, Fill, Order, SavedView
from brokers.models.order import GIVEN_UP, REFUSED_AS, WORKING
from tradedesk.accounts.models import User
from tradedesk.reads import Read


PAGE_SIZE = 50
# So many filters, the newest asked for, keep their compiled question.
FILTERS_KEPT = 200
LARGEST_ID = 2**63 - 1


def _with_commands(orders: QuerySet[Order]) -> QuerySet[Order]:
    return orders.select_related("account__connection", "parent").prefetch_related(
        Prefetch("commands", queryset=_in_flight(), to_attr="in_flight")
    )


def _in_flight() -> QuerySet[Command]:
    return Command.objects.filter(status__in=IN_FLIGHT)


def order_of(user: User, order_id: int) -> Order:
    """One's own order with its account. Raises Order.DoesNotExist for others'."""
    return _with_commands(Order.objects.for_user(user)).get(pk=order_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """What the blotter shows. `tab` is working, filled, rejected, cancelled or all.

    `broker` is a slug of the registry; empty fields do not narrow.
    """

    tab: str = "working"
    account_id: int | None = None
    broker: str = ""
    mode: str = ""
    symbol: str = ""
    side: str = ""
    type: str = ""
    source: str = ""
    placed_from: datetime | None = None
    placed_until: datetime | None = None


class _Literal(Value):
    """A word or number of ours as a part of the statement.

    As a parameter it would be unknown when PostgreSQL makes a plan for all values, and
    that plan could not use an index of the rows with this word alone.
    """

    def as_sql(self, *_: Any, **__: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        word = str(self.value)
        if word and not word.replace("_", "").isalnum():
            raise ValueError(word)
        return f"'{word}'", []


def _is_one_of(words: Iterable[str]) -> Q:
    return Q(status__in=[_Literal(word) for word in words])


# Each as the condition of its index says it (`Order.Meta`).
_STOPPED = Q(status=_Literal(OrderStatus.DRAFT.value)) & ~Q(status_reason=_Literal(""))
_TABS = {
    "working": _is_one_of(WORKING),
    "filled": Q(filled_quantity__gt=_Literal(0)),
    "rejected": _is_one_of(REFUSED_AS) | _STOPPED,
    "cancelled": _is_one_of(GIVEN_UP),
}


def filtered_orders(user: User, wanted: OrderFilter) -> QuerySet[Order]:
    """Orders of the blotter, newest first. Of drafts only those that a check stopped."""
    return _with_commands(_filtered(user, wanted))


def _filtered(owner: Any, wanted: OrderFilter) -> QuerySet[Order]:
    terms = {
        "account": wanted.account_id,
        "account__connection__slug": wanted.broker,
        "account__mode": wanted.mode,
        "symbol": wanted.symbol.upper(),
        "side": wanted.side,
        "type": wanted.type,
        "source": wanted.source,
        "created_at__gte": wanted.placed_from,
        "created_at__lt": wanted.placed_until,
    }
    given = {name: value for name, value in terms.items() if value}
    never_tried = Q(status=OrderStatus.DRAFT.value, status_reason="")
    orders = Order.objects.for_user(owner).exclude(never_tried)
    orders = orders.filter(_TABS.get(wanted.tab, Q()), **given)
    return orders.order_by("-created_at", "-pk")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """One page by keyset; `after` continues behind the last row, "" at the end."""

    orders: Sequence[Order]
    after: str


def order_page(user: User, wanted: OrderFilter, after: str = "") -> OrderPage:
    key = _key(after)
    found = _page_read(wanted, is_first=key is None)(user.pk, *(key or ()))
    more = len(found) > PAGE_SIZE
    rows = _with_in_flight(found[:PAGE_SIZE])
    last = rows[-1] if more else None
    key_after = f"{last.created_at.isoformat()}~{last.pk}" if last else ""
    return OrderPage(orders=rows, after=key_after)


@lru_cache(maxsize=FILTERS_KEPT)
def _page_read(wanted: OrderFilter, *, is_first: bool) -> Read[Order]:
    """Of the person, and of the row that the page comes behind where it is not the first."""

    def build(owner: Any, *behind: Any) -> QuerySet[Order]:
        orders = _filtered(owner, wanted).select_related(
            "account__connection", "parent"
        )
        if not is_first:
            created, last = behind
            # The bound lets the index begin there; the rest decides within an instant.
            orders = orders.filter(created_at__lte=created)
            orders = orders.filter(Q(created_at__lt=created) | Q(pk__lt=last))
        return orders[: PAGE_SIZE + 1]

    return Read(build)


def _with_in_flight(orders: list[Order]) -> list[Order]:
    """At most a page of orders; each with its commands in flight, as a prefetch would."""
    if not orders:
        return orders
    under_way: dict[int, list[Command]] = {order.pk: [] for order in orders}
    # The last one again and again: the question is compiled for a full page.
    ids = [*under_way, *[orders[-1].pk] * (PAGE_SIZE - len(orders))]
    for command in _commands_in_flight(tuple(ids)):
        under_way[command.order_id].append(command)
    for order in orders:
        order.in_flight = under_way[order.pk]  # type: ignore[attr-defined]
    return orders


_commands_in_flight = Read(
    lambda ids: _in_flight().filter(order_id__in=ids).order_by("pk")
)


def _key(after: str) -> tuple[datetime, int] | None:
    """The row that a page comes behind; None, the first page, if it cannot be read."""
    instant, _, pk = after.partition("~")
    try:
        created, last = datetime.fromisoformat(instant), int(pk)
    except ValueError:
        return None
    if created.tzinfo is None or not 0 <= last <= LARGEST_ID:
        return None
    return created, last


_working = Read(
    lambda owner_id: (
        Order.objects.open()
        .filter(owner_id=owner_id)
        .values("owner_id")
        .annotate(working=Count("pk"))
        .values_list("working", flat=True)
        .order_by()
    )
)


def count_by_tab(user: User) -> dict[str, int]:
    """Only what is small by nature is counted: the working orders."""
    return {"working": sum(_working(user.pk))}


def working_orders(user: User, account: Account | None = None) -> list[Order]:
    orders = Order.objects.for_user(user).open()
    if account is not None:
        orders = orders.filter(account=account)
    return list(_with_commands(orders).order_by("symbol", "-created_at"))


def unresolved_commands(user: User) -> list[Command]:
    found = Command.objects.filter(
        order__owner=user,
        status=CommandStatus.SENT.value,
        unresolved_since__isnull=False,
    )
    return list(found.select_related("order__account"))


def fills_of(order: Order) -> list[Fill]:
    return list(order.fills.order_by("executed_at", "execution_id"))


_saved_views = Read(lambda owner_id: SavedView.objects.filter(owner_id=owner_id))


def saved_views_of(user: User) -> list[SavedView]:
    return _saved_views(user.pk)
