"""What a parser read, as rows that a page can show and the book can take.

A row's fate here follows from the file alone; whether the account has it already, and
what has to be asked, is for `fates`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from brokers.domain.reports import CashKind
from brokers.orders.giving_way import id_in_a_file
from journal.imports.formats import Format
from journal.imports.rows import (
    BalanceRow,
    CashRow,
    CorporateRow,
    DatedRow,
    GainRow,
    HoldingRow,
    IgnoredRow,
    NamedBy,
    OptionRow,
    Statement,
    TradeRow,
)
from journal.models import Fate, RowKind, StatementRow


# Files whose ids of executions are those that the broker's own interface tells.
SAME_IDS = frozenset({Format.ALPACA_CSV, Format.ALPACA_JSON})
UNITS_OF_A_CONTRACT = 100
_LARGEST = Decimal(10) ** 15
_QUANTITY, _MONEY = Decimal("0.000000001"), Decimal("0.00000001")
_SHOWN, _SYMBOL = 2000, 32


def rows_of(told: Statement, *, today: date) -> list[StatementRow]:
    """Every row of the file in its order, unsaved; refused and ignored ones say why."""
    found = [_row(one, told.format, today) for one in told.rows]
    found += [
        StatementRow(
            line=problem.line,
            kind=RowKind.OTHER,
            fate=Fate.REFUSED,
            why=_sentence(problem.why),
            text=problem.text[:_SHOWN],
        )
        for problem in told.problems
    ]
    return sorted(found, key=lambda row: row.line)


def _row(told: DatedRow | IgnoredRow, form: Format, today: date) -> StatementRow:
    row = StatementRow(line=told.line, text=told.source[:_SHOWN], fate=Fate.NEW)
    if isinstance(told, IgnoredRow):
        row.kind, row.fate, row.why = RowKind.OTHER, Fate.IGNORED, _sentence(told.why)
        return row
    row.day, row.at = told.day, told.at
    row.symbol, row.currency = told.symbol[:64], told.currency[:3]
    row.named_account, row.detail = told.account[:64], told.description[:200]
    row.row_id = _id(told, form)
    _fill_in(row, told)
    for why in _refusals(row, today):
        row.fate, row.why, row.kind = Fate.REFUSED, why, RowKind.OTHER
    _round(row)
    return row


def _id(told: DatedRow, form: Format) -> str:
    if told.id_given and form in SAME_IDS:
        return told.row_id[:128]
    family = form.value.partition("-")[0]
    name = f"{family}:{told.row_id}" if told.id_given else told.row_id
    return id_in_a_file(name, timed=told.at is not None)


def _fill_in(row: StatementRow, told: DatedRow) -> None:
    if isinstance(told, TradeRow):
        _trade(row, told)
    elif isinstance(told, CashRow):
        row.kind, row.amount = RowKind.CASH, told.amount
        row.what = told.kind.value
    elif isinstance(told, CorporateRow):
        row.kind, row.quantity = RowKind.UNITS, told.quantity
        row.amount, row.pair = told.amount, told.counterpart
        row.what = _units(told.action).value
        row.detail = told.action[:200]
    elif isinstance(told, OptionRow):
        row.kind, row.quantity = RowKind.OPTION, told.quantity
        row.amount, row.what = told.amount, CashKind.OTHER.value
        row.detail = told.event.value
    else:
        _told_of_a_day(row, told)


def _trade(row: StatementRow, told: TradeRow) -> None:
    contract = told.named_by is NamedBy.OPTION and not _is_per_unit(told)
    row.kind, row.side = RowKind.TRADE, told.side.value
    row.quantity, row.fees = told.quantity, told.fees
    row.price = told.price * (UNITS_OF_A_CONTRACT if contract else 1)
    row.amount, row.order_id = told.amount, told.order_id[:64]


def _is_per_unit(told: TradeRow) -> bool:
    """Whether the money that moved says that the price is that of a whole contract."""
    if not told.amount or not told.price:
        return False
    worth = told.quantity * told.price
    return abs(abs(told.amount) - worth) < abs(
        abs(told.amount) - worth * UNITS_OF_A_CONTRACT
    )


def _units(action: str) -> CashKind:
    """Splits, mergers and the like keep what a holding cost; shares that were moved
    between accounts come with a cost that nobody tells.
    """
    moved = any(word in action for word in ("journal", "transfer", "deliver"))
    return CashKind.TRANSFER if moved else CashKind.CORPORATE_ACTION


def _told_of_a_day(row: StatementRow, told: DatedRow) -> None:
    if isinstance(told, HoldingRow):
        row.kind, row.quantity, row.price = RowKind.HOLDING, told.quantity, told.price
        row.cost, row.stop_price = told.buy_price, told.stop_price
        row.detail = told.action[:200]
    elif isinstance(told, BalanceRow):
        row.kind, row.amount = RowKind.BALANCE, told.cash
        row.price, row.detail = told.equity, "end of the day"
    elif isinstance(told, GainRow):
        row.kind, row.fate = RowKind.GAIN, Fate.IGNORED
        row.quantity, row.amount = told.quantity, told.gain
        row.why = "A closed lot as its broker counts it: shown and never booked."


def _refusals(row: StatementRow, today: date) -> Iterator[str]:
    figures = (row.quantity, row.price, row.amount, row.fees, row.cost, row.stop_price)
    if any(figure is not None and abs(figure) >= _LARGEST for figure in figures):
        yield "A figure is larger than a book can hold. Correct it in the file."
    if len(row.symbol) > _SYMBOL:
        yield f"The symbol is longer than {_SYMBOL} characters."
    if row.day is not None and row.day > today + timedelta(days=1):
        yield "The date lies in the future. Is the date format another one?"
    if row.kind == RowKind.TRADE and not _rounded(row.quantity, _QUANTITY):
        yield "The quantity is smaller than a book can hold."


def _round(row: StatementRow) -> None:
    row.quantity = _rounded(row.quantity, _QUANTITY)
    row.price, row.amount = _rounded(row.price, _MONEY), _rounded(row.amount, _MONEY)
    row.cost = _rounded(row.cost, _MONEY)
    row.stop_price = _rounded(row.stop_price, _MONEY)
    row.fees = _rounded(row.fees, _MONEY) or Decimal(0)


def _rounded(value: Decimal | None, step: Decimal) -> Decimal | None:
    if value is None or abs(value) >= _LARGEST:
        return None
    return value.quantize(step, ROUND_HALF_EVEN)


def _sentence(words: str) -> str:
    told = words[:1].upper() + words[1:298]
    return told if told.endswith((".", "?", "!")) else f"{told}."
