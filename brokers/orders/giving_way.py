"""What a statement told gives way to the broker's own word of the same thing.

An id that is the broker's own is the same on both ways, and nothing has to give way.
Other ids say so by their beginning; such a row is known by its terms, and by its second
or, where the file told no time, its day.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from brokers.domain.reports import CashReport
from brokers.models import Account, Fill, LedgerEntry, Order, OrderSource


TOLD_BY = "statement"
TIMED, OF_A_DAY = "statement:", "statement-day:"
# Whatever is of the same second or day lies nearer: the index need not go further.
_NEAR = timedelta(days=1)
NEW_YORK = ZoneInfo("America/New_York")


def id_in_a_file(name: str, *, timed: bool) -> str:
    """An id that only files have: `name` says which file's row."""
    return f"{TIMED if timed else OF_A_DAY}{name}"[:128]


def awaits_the_broker(fill: Fill) -> bool:
    """Whether a statement alone told of it, and the broker's interface still may."""
    return fill.told_by == TOLD_BY and not fill.before_opening


def fill_gives_way(account: Account, real: Fill) -> bool:
    """Remove the one fill from a statement that `real`, just booked, is. Fees that only
    the statement told stay with it. The position is for the caller to count again.
    """
    told = (
        Fill.objects.filter(
            account=account,
            symbol=real.symbol,
            side=real.side,
            quantity=real.quantity,
            price=real.price,
            executed_at__gte=real.executed_at - _NEAR,
            executed_at__lte=real.executed_at + _NEAR,
            told_by=TOLD_BY,
            busted_at=None,
            before_opening=False,
        )
        .exclude(pk=real.pk)
        .order_by("executed_at", "pk")
    )
    found = next((one for one in told if _is_same(one, real.executed_at)), None)
    if found is None:
        return False
    if real.fees is None and found.fees is not None:
        real.fees = found.fees
        real.save(update_fields=["fees"])
    order = found.order_id
    found.delete()
    Order.objects.filter(
        pk=order, source=OrderSource.STATEMENT, fills=None, references=None
    ).delete()
    return True


def _is_same(told: Fill, at: datetime) -> bool:
    if told.execution_id.startswith(OF_A_DAY):
        days = [one.astimezone(NEW_YORK).date() for one in (told.executed_at, at)]
        return days[0] == days[1]
    second = at.replace(microsecond=0)
    is_own = told.execution_id.startswith(TIMED)
    return is_own and told.executed_at.replace(microsecond=0) == second


def entry_gives_way(account: Account, report: CashReport) -> None:
    """Remove the one entry from a statement that this activity is: of the same id, or of
    the same kind, amount and units on the same day.
    """
    start = report.occurred_at.replace(hour=0, minute=0, second=0, microsecond=0)
    statements = LedgerEntry.objects.filter(
        account=account, told_by=TOLD_BY, before_opening=False
    )
    named = statements.filter(activity_id=report.activity_id).first()
    told = statements.filter(
        cash_kind=report.kind.value,
        symbol=report.symbol,
        amount=report.amount,
        quantity=report.quantity,
        activity_id__startswith="statement",
        effective_at__gte=start,
        effective_at__lt=start + timedelta(days=1),
    )
    first = named or told.order_by("pk").first()
    if first is not None:
        first.delete()
