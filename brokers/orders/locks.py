"""The only place that takes row locks, and so the one lock order.

Account, then orders by id, then commands by id, then positions by id; risk's state rows
are read under the account's lock, and the audit chain's head comes last of all. Every
path that changes an order takes the account's row first, which also makes exposure
reservations of parallel orders see each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from django.db import DatabaseError, connection
from django.db.models import Model, QuerySet

from brokers.models import Account, Command, Order, Position
from tradedesk.reads import Read


_Row = TypeVar("_Row", bound=Model)


def lock_account(account_id: int) -> Account:
    return _one(_account.first(account_id), Account)


def _accounts() -> QuerySet[Account]:
    rows = Account.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("connection")


_account = Read(lambda pk: _accounts().select_related("owner").filter(pk=pk))
_order = Read(
    lambda pk: Order.objects.select_for_update(no_key=True, of=("self",)).filter(pk=pk)
)
# PostgreSQL locks the rows of a joined row in the order in which they are named, and
# once it has waited for one it looks at all of them again as they are by then.
_order_under_account = Read(
    lambda pk, owner_id: (
        Order.objects.select_for_update(no_key=True, of=("account", "self"))
        .select_related("account__connection")
        .filter(pk=pk, owner_id=owner_id)
    )
)
# A send asks for no session of the venue's.
_command_under_account = Read(
    lambda pk: (
        Command.objects.select_for_update(no_key=True, of=("account", "order", "self"))
        .select_related("account__connection", "order")
        .defer("account__connection__calendar")
        .filter(pk=pk)
    )
)


def _one(found: _Row | None, model: type[_Row]) -> _Row:
    if found is None:
        raise model.DoesNotExist  # type: ignore[attr-defined]
    return found


def lock_order(order_id: int) -> Order:
    return _one(_order.first(order_id), Order)


def lock_order_under_account(order_id: int, *, owner_id: int) -> Order:
    """The account's row, then the order's, in one statement; the order knows it.

    Raises:
        Order.DoesNotExist: there is none, or not one of that owner's.
    """
    return _one(_order_under_account.first(order_id, owner_id), Order)


def lock_command_under_account(command_id: int) -> Command:
    """The account's row, the order's and the command's, in one statement; command and
    order know the account.
    """
    command = _one(_command_under_account.first(command_id), Command)
    command.order.account = command.account
    return command


def lock_position(account: Account, symbol: str) -> Position | None:
    return (
        Position.objects.select_for_update(no_key=True, of=("self",))
        .filter(account=account, symbol=symbol)
        .first()
    )


# The first key of PostgreSQL's advisory locks that say "this is being done now".
_RECONCILING = 7301
_BUILDING = 7302
_NETTING = 7303


def building(account_id: int) -> None:
    """Wait until this transaction alone builds the account's trades.

    Taken before any row: it stands aside from the order path, which never waits for it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_BUILDING, account_id])


def try_building(account_id: int) -> bool:
    """The same without waiting: False while somebody else builds them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s, %s)", [_BUILDING, account_id]
        )
        (held,) = cursor.fetchone() or (False,)
    return bool(held)


def netting(owner_id: int) -> None:
    """Wait until this transaction alone nets the person's trades."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_NETTING, owner_id])


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
