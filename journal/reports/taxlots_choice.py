"""Choosing how lots are taken: the account's method, and lots for one sale.

Each choice is audited with what it replaced: which shares were sold is identified at
the time of the sale, so that a later change is one that a person should find again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from brokers.domain.lotrelief import relieve
from brokers.domain.openlots import UnknownLotError
from brokers.domain.taxlots import LotMethod, LotPick, TaxFill, TaxLot, TaxSplit
from brokers.models import Account
from journal.models import LotChoice, NamedLot
from journal.reports.taxlots_book import TaxBook
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.errors import InvalidInputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A fill that closed units, with the lots that were open just before it.

    `closing` is how many of its units closed; the rest, if any, opened a position the
    other way. `named` says what was chosen of each lot, by its id.
    """

    fill: TaxFill
    closing: Decimal
    lots: Sequence[TaxLot]
    named: Mapping[str, Decimal]


@transaction.atomic(durable=True)
def choose_method(
    account: Account, method: LotMethod, *, actor: Actor, now: datetime
) -> None:
    """From now on all lots of the account are taken by this method."""
    before = LotChoice.objects.filter(account=account).first()
    was = before.method if before else LotMethod.FIFO.value
    if was == method.value:
        return
    LotChoice.objects.update_or_create(
        account=account,
        defaults={
            "owner_id": account.owner_id,
            "method": method.value,
            "changed_at": now,
        },
    )
    _told(account, {"method": method, "was": was}, actor=actor, now=now)


def sale_of(book: TaxBook, account_id: int, closing_id: str) -> Sale | None:
    """The sale, or purchase that covered a short; None for what closed nothing."""
    mine = [one for one in book.fills if one.account_id == account_id]
    fill = next((one for one in mine if one.fill_id == closing_id), None)
    if fill is None:
        return None
    earlier = [
        one for one in mine if one.symbol == fill.symbol and _order(one) < _order(fill)
    ]
    splits = [one for one in book.splits if one.effective_at <= fill.executed_at]
    named = {pick.lot_id: pick.quantity for pick in fill.picks}
    method = book.methods.get(account_id, LotMethod.FIFO)
    lots = _left_open(earlier, splits, method)
    held = sum((one.quantity for one in lots), Decimal(0))
    if not lots or lots[0].is_short != (fill.side.sign > 0):
        return None
    return Sale(fill=fill, closing=min(held, fill.quantity), lots=lots, named=named)


def _left_open(
    earlier: Sequence[TaxFill], splits: Sequence[TaxSplit], method: LotMethod
) -> list[TaxLot]:
    try:
        lots = relieve(earlier, method=method, splits=splits)
    except UnknownLotError:
        bare = [replace(one, picks=()) for one in earlier]
        lots = relieve(bare, method=method, splits=splits)
    return [one for one in lots if one.disposed_on is None]


def _order(fill: TaxFill) -> tuple[datetime, str]:
    return fill.executed_at, fill.fill_id


def name_lots(
    account: Account,
    book: TaxBook,
    *,
    sale: Sale,
    named: Mapping[str, Decimal],
    actor: Actor,
    now: datetime,
) -> None:
    """These lots are what the sale took, in place of what was named before; none gives
    the sale back to the method.

    Raises:
        InvalidInputError: a lot is not open or is smaller, or the sale is, or a later
            sale could then not take what was named for it.
    """
    wanted = {lot: units for lot, units in named.items() if units}
    _check(account.pk, book, sale=sale, named=wanted)
    with transaction.atomic(durable=True):
        closing = NamedLot.objects.filter(account=account, closing_id=sale.fill.fill_id)
        closing.delete()
        NamedLot.objects.bulk_create(
            NamedLot(
                owner_id=account.owner_id,
                account=account,
                closing_id=sale.fill.fill_id,
                lot_id=lot_id,
                quantity=units,
                named_at=now,
            )
            for lot_id, units in wanted.items()
        )
        said = {
            "sale": sale.fill.fill_id,
            "symbol": sale.fill.symbol,
            "lots": wanted,
            "was": sale.named,
        }
        _told(account, said, actor=actor, now=now)


def _check(
    account_id: int, book: TaxBook, *, sale: Sale, named: Mapping[str, Decimal]
) -> None:
    total = sum(named.values(), Decimal(0))
    if total > sale.closing:
        raise InvalidInputError(
            f"{total.normalize():f} units are named, and the sale closed "
            f"{sale.closing.normalize():f}.",
            field="quantity",
        )
    picks = tuple(LotPick(lot_id=lot, quantity=units) for lot, units in named.items())
    tried = [
        replace(one, picks=picks) if one.fill_id == sale.fill.fill_id else one
        for one in book.fills
        if one.account_id == account_id and one.symbol == sale.fill.symbol
    ]
    try:
        relieve(tried, method=LotMethod.SPECIFIC, splits=book.splits)
    except UnknownLotError as error:
        raise InvalidInputError(
            "These lots cannot all be taken: one is smaller than that, or a later sale "
            "was named to take it.",
            field="quantity",
        ) from error


def _told(
    account: Account, payload: Mapping[str, object], *, actor: Actor, now: datetime
) -> None:
    record(
        AuditAction.TAX_LOTS_CHOSEN,
        actor=actor,
        subject="account",
        subject_id=account.pk,
        payload=payload,
        now=now,
    )
