"""The only place that takes row locks, and so the one lock order.

Account, then orders by id, then commands by id, then positions by id; risk's state rows
are read under the account's lock, and the audit chain's head comes last of all. Every
path that changes an order takes the account's row first, which also makes exposure
reservations of parallel orders see each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, connection

from brokers.models import Account, Command, Order, Position


def lock_account(account_id: int) -> Account:
    return (
        Account.objects.select_for_update(of=("self",))
        .select_related("connection", "owner")
        .get(pk=account_id)
    )


def lock_order(order_id: int) -> Order:
    return Order.objects.select_for_update(of=("self",)).get(pk=order_id)


def lock_orders(order_ids: Iterable[int]) -> list[Order]:
    found = Order.objects.select_for_update(of=("self",)).filter(pk__in=order_ids)
    return list(found.order_by("pk"))


def lock_command(command_id: int) -> Command:
    return Command.objects.select_for_update(of=("self",)).get(pk=command_id)


def lock_position(account: Account, symbol: str) -> Position | None:
    return (
        Position.objects.select_for_update(of=("self",))
        .filter(account=account, symbol=symbol)
        .first()
    )


# The first key of PostgreSQL's advisory locks that say "this is being done now".
_RECONCILING = 7301


@contextmanager
def reconciling(account_id: int) -> Iterator[bool]:
    """Whether this process alone reconciles the account, until the block ends.

    Held by the database session and not by a transaction, since a broker is asked
    meanwhile; it goes when the process dies. Nothing waits for it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_lock(%s, %s)", [_RECONCILING, account_id]
        )
        (held,) = cursor.fetchone() or (False,)
    try:
        yield bool(held)
    finally:
        if held:
            # A connection that broke has given it back itself.
            with suppress(DatabaseError), connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_advisory_unlock(%s, %s)", [_RECONCILING, account_id]
                )
