"""The fate of every row: new, already there, asked about, left out or refused.

Decided afresh for the preview and once more under the account's lock before anything is
booked: between the two the broker may have told of the same executions.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

from brokers.models import Account
from journal.importing import halves, known, referee
from journal.importing.known import Shelf
from journal.imports.formats import Format
from journal.models import Fate, RowKind, StatementRow


KEEP, LEAVE = "keep", "leave"
_LEFT = "Left out by you. "
# Kept by hand or made by some program: equal rows without a time may be one written
# twice. Brokers list each execution once, so theirs are all kept.
ASKED = frozenset(
    {
        Format.MICROCAP_LOG.value,
        Format.TRADENOTE.value,
        Format.TRADERVUE.value,
        "mapped",
    }
)


def decide(
    rows: Sequence[StatementRow],
    *,
    account: Account | None,
    form: str,
    currency: str,
    answers: Mapping[str, str],
    named_account: str = "",
) -> None:
    """Set fate and reason of these unsaved or stored rows, in the order of the file.

    `account` is None where it is still to be made, `currency` the one of its book, and
    `named_account` the one of several accounts in the file that is wanted.
    """
    for row in rows:
        _begin(row, answers)
        _other_book(row, currency, named_account)
    halves.tie_halves(rows)
    if account is not None:
        _already_there(rows, account)
    if form in ASKED:
        _ask(rows, account, answers)


def _begin(row: StatementRow, answers: Mapping[str, str]) -> None:
    """The fate by the file alone, whatever an earlier decision made of the row."""
    leaves = answers.get(str(row.line)) == LEAVE
    if row.kind not in {RowKind.OTHER, RowKind.GAIN}:
        row.fate, row.why = Fate.NEW, ""
    elif row.fate == Fate.REFUSED and leaves:
        row.fate, row.why = Fate.IGNORED, f"{_LEFT}{row.why}"[:300]
    elif row.why.startswith(_LEFT) and not leaves:
        row.fate, row.why = Fate.REFUSED, row.why.removeprefix(_LEFT)


def _other_book(row: StatementRow, currency: str, named_account: str) -> None:
    if row.fate != Fate.NEW:
        return
    if row.kind in {RowKind.TRADE, *known.ENTRIES} and row.currency != currency:
        row.fate = Fate.IGNORED
        row.why = f"It is in {row.currency}; this account's book is in {currency}."
    elif named_account and row.named_account not in {"", named_account}:
        row.fate = Fate.IGNORED
        row.why = f"It belongs to another account of the file: {row.named_account}."
    elif row.kind == RowKind.CASH and not row.amount:
        row.fate, row.why = Fate.IGNORED, "No money moved."


# Already there


def _already_there(rows: Sequence[StatementRow], account: Account) -> None:
    trades = list(_new(rows, {RowKind.TRADE}))
    _hold_against(trades, known.trades_of(account, trades), known.trade_terms)
    entries = list(_new(rows, known.ENTRIES))
    _hold_against(entries, known.entries_of(account, entries), known.entry_terms)
    told = list(_new(rows, known.TOLD))
    if told:
        there = known.told_of(account)
        for row in told:
            if row.row_id in there:
                _present(row)


def _new(rows: Iterable[StatementRow], kinds: Iterable[str]) -> Iterable[StatementRow]:
    return (row for row in known.of_kind(rows, kinds) if row.fate == Fate.NEW)


def _hold_against(
    rows: Sequence[StatementRow],
    shelf: Shelf,
    terms: Callable[[StatementRow], Hashable],
) -> None:
    """First all that are named by an id, so that they leave the others theirs."""
    unnamed = [row for row in rows if not _claimed(row, shelf)]
    for row in unnamed:
        if shelf.match(row, terms(row)):
            _present(row)


def _claimed(row: StatementRow, shelf: Shelf) -> bool:
    if shelf.claim(row.row_id):
        _present(row)
        return True
    return False


def _present(row: StatementRow) -> None:
    row.fate, row.why = Fate.PRESENT, "The account has it already."


# Asked about


def _ask(
    rows: Sequence[StatementRow],
    account: Account | None,
    answers: Mapping[str, str],
) -> None:
    firsts: dict[str, int] = {}
    repeated = []
    for row in known.of_kind(rows, {RowKind.TRADE}):
        said, _, _ = row.row_id.rpartition("-")
        if row.at is None and firsts.setdefault(said, row.line) != row.line:
            repeated.append((row, firsts[said]))
    asked = [(row, first) for row, first in repeated if row.fate == Fate.NEW]
    if not asked:
        return
    surplus = referee.surplus_lines(rows, account)
    for row, first in asked:
        _question(row, first, answers.get(str(row.line)), surplus=surplus)


def _question(
    row: StatementRow, first: int, answer: str | None, *, surplus: set[int] | None
) -> None:
    same = f"It says the same as line {first}"
    if answer == KEEP:
        row.why = f"{same}; kept by you."
    elif answer == LEAVE:
        row.fate, row.why = Fate.IGNORED, f"{same}; left out by you."
    elif surplus is None:
        row.fate = Fate.QUESTION
        row.why = f"{same}: two real orders, or one written twice?"
    elif row.line in surplus:
        row.fate = Fate.QUESTION
        row.why = f"{same}, and the daily updates do not bear it out. Keep it?"
    else:
        row.why = f"{same}, and the daily updates bear it out."
