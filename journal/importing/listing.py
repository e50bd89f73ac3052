"""An import in words and figures, for the command line and for other programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from brokers.models import Break
from journal.models import Fate, RowKind, StatementImport, StatementRow
from tradedesk.core.canonical import decimal_text


_NAMED = 100


def printed(statement: StatementImport) -> dict[str, Any]:
    """One object: what it is, rows by fate and kind, what is asked or refused, breaks."""
    facts = statement.facts
    return {
        "format_of_this": 1,
        "import": statement.pk,
        "file": statement.file_name,
        "digest": statement.digest,
        "format": statement.format,
        "account": statement.account.name
        if statement.account
        else statement.new_account,
        "account_id": statement.account_id,
        "state": statement.state,
        "rows": statement.counts["rows"],
        "fates": _all(Fate.values, statement.counts["fates"]),
        "kinds": statement.counts["kinds"],
        "buys": statement.counts["sides"].get("buy", 0),
        "sells": statement.counts["sides"].get("sell", 0),
        "symbols": facts["symbols"],
        "first_day": _day(statement.first_day),
        "last_day": _day(statement.last_day),
        "money": {
            name: facts[name] for name in ("bought", "sold", "fees", "moved", "apart")
        },
        "accounts_in_file": facts["accounts"],
        "questions": [*_lines(statement, Fate.QUESTION)],
        "refused": [*_lines(statement, Fate.REFUSED)],
        "left_out": [*_lines(statement, Fate.IGNORED)],
        "breaks": [*_breaks(statement)],
    }


def _all(names: list[str], told: Mapping[str, int]) -> dict[str, int]:
    return {name: told.get(name, 0) for name in names}


def _day(day: Any) -> str | None:
    return None if day is None else day.isoformat()


def rows_of(statement: StatementImport, fate: Fate) -> QuerySet[StatementRow]:
    return statement.rows.filter(fate=fate).order_by("pk")


def _lines(statement: StatementImport, fate: Fate) -> Iterator[dict[str, Any]]:
    for row in rows_of(statement, fate)[:_NAMED]:
        yield {"line": row.line, "why": row.why, "text": row.text}


def _breaks(statement: StatementImport) -> Iterator[dict[str, Any]]:
    """What stands between the book and what the file tells of balances."""
    found = Break.objects.filter(findings__run__in=statement.runs.all()).unsettled()
    for one in found.distinct().order_by("kind", "subject"):
        yield {
            "break_id": one.pk,
            "kind": one.kind,
            "symbol": one.symbol,
            "ours": one.ours,
            "theirs": one.theirs,
            "difference": None
            if one.difference is None
            else decimal_text(one.difference),
        }


def described(told: Mapping[str, Any]) -> Iterator[str]:
    """The same for a person at a terminal."""
    fates = ", ".join(f"{count} {name}" for name, count in told["fates"].items())
    yield f"{told['file']}: {told['format']}, {told['rows']} rows ({fates})"
    yield f"{told['buys']} buys, {told['sells']} sells, {told['symbols']} symbols"
    yield f"{told['first_day']} to {told['last_day']}, account {told['account']}"
    for name in ("refused", "questions"):
        for row in told[name]:
            yield f"line {row['line']}: {row['why']}"
    for one in told["breaks"]:
        what = f"{one['kind']} {one['symbol']}".strip()
        yield f"break: {what}, {one['difference']}"
    if told.get("problem"):
        yield str(told["problem"])
    yield "Stored." if told["stored"] else "Nothing was stored."


def told_kinds() -> frozenset[str]:
    """Kinds of rows that are told of a day and never booked."""
    return frozenset({RowKind.HOLDING, RowKind.BALANCE, RowKind.GAIN})
