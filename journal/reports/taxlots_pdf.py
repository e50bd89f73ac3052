"""The tax lots of a year as PDF, on the sheet of the reconciliation report."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings

from brokers.domain.realisedgains import RealisedGain, Term
from brokers.reconciliation.paper.sheet import SOFT, WARN, Column, Sheet, Text
from journal.reports import taxlots_words as words
from journal.reports.taxlots import OpenTaxLot, TaxYear, WashSale
from journal.reports.taxlots_csv import Header, day_text
from tradedesk.web import formatting


# Setting a thousand rows takes half a minute; the table for spreadsheets has them all.
MOST_ROWS = 600


def pdf_of(report: TaxYear, header: Header) -> bytes:
    at = formatting.zoned_datetime(
        header.built_at, ZoneInfo(settings.EXCHANGE_TIME_ZONE)
    )
    year = report.year or "all years"
    sheet = Sheet(
        title=f"Tax lots {year}, {header.account.name}",
        foot=f"Generated {at} for {header.owner}. {words.NO_ADVICE}",
        author=header.owner,
        at=header.built_at,
    )
    sheet.words(f"Realised gains and tax lots, {year}", size=15, bold=True)
    sheet.ln(0.6)
    method = words.METHODS[report.method]
    sheet.words(
        f"{header.account.name} ({header.account.currency}), {method.lower()}",
        colour=SOFT,
    )
    sheet.ln(2)
    sheet.words(words.NO_ADVICE, bold=True, colour=WARN)
    sheet.ln(3)
    _figures(sheet, report)
    _gains(sheet, report)
    _washed(sheet, report)
    _open(sheet, report)
    _unknown(sheet)
    return bytes(sheet.output())


def _figures(sheet: Sheet, report: TaxYear) -> None:
    sheet.figures(
        [
            ("Short term", formatting.signed_money(report.short.gain)),
            ("Long term", formatting.signed_money(report.long.gain)),
            (
                "Disallowed by wash sales",
                formatting.money(report.disallowed),
            ),
            ("Dividends", formatting.money(report.dividends)),
            ("Interest", formatting.signed_money(report.interest)),
            ("Fees in the gains", formatting.money(report.fees)),
            ("Rows without a cost", str(report.unknown)),
        ]
    )


_GAIN_COLUMNS = [
    Column("Symbol", 9),
    Column("Quantity", 8, "RIGHT"),
    Column("Acquired", 10, "RIGHT"),
    Column("Sold", 10, "RIGHT"),
    Column("Proceeds", 12, "RIGHT"),
    Column("Cost or other basis", 13, "RIGHT"),
    Column("Code", 5),
    Column("Adjustment", 11, "RIGHT"),
    Column("Gain or loss", 12, "RIGHT"),
    Column("Term", 7),
]


def _gains(sheet: Sheet, report: TaxYear) -> None:
    sheet.section("Realised", "the columns of Form 8949")
    if not report.gains:
        sheet.words("Nothing was sold or covered in this time.", colour=SOFT)
        return
    sheet.rows(_GAIN_COLUMNS, [_gain(one) for one in report.gains[:MOST_ROWS]])
    _more(sheet, len(report.gains))


def _more(sheet: Sheet, count: int) -> None:
    if count > MOST_ROWS:
        sheet.ln(1.5)
        said = (
            f"{count - MOST_ROWS} more rows are in the CSV; the sums hold all of them."
        )
        sheet.words(said, bold=True, colour=WARN)


def _gain(gain: RealisedGain) -> list[str]:
    return [
        gain.symbol,
        formatting.quantity(gain.quantity),
        day_text(gain.acquired_on) or "unknown",
        gain.disposed_on.isoformat(),
        formatting.money(gain.proceeds),
        formatting.money(gain.cost),
        gain.code,
        formatting.money(gain.disallowed) if gain.disallowed else "",
        formatting.signed_money(gain.gain),
        _term(gain.term),
    ]


def _term(term: Term | None) -> str:
    return words.TERMS[term] if term else "unknown"


def _washed(sheet: Sheet, report: TaxYear) -> None:
    if not report.washed:
        return
    sheet.section("Wash sales", words.CITED)
    sheet.words(f"{words.RULE} {words.BASIS_RULE}", colour=SOFT)
    sheet.ln(1.5)
    columns = [
        Column("Symbol", 8),
        Column("Sold at a loss", 30),
        Column("Loss not deducted", 12, "RIGHT"),
        Column("Added to the cost of", 40),
    ]
    sheet.rows(columns, [_wash(one) for one in report.washed[:MOST_ROWS]])
    _more(sheet, len(report.washed))


def _wash(wash: WashSale) -> list[str]:
    sold = [
        f"{formatting.quantity(one.quantity)} on {day_text(one.disposed_on)}"
        for one in wash.losses
    ]
    taken = [
        f"{formatting.quantity(one.lot.quantity)} of {day_text(one.lot.acquired_on)}, "
        f"basis now {formatting.money(one.basis)}, held since "
        f"{day_text(one.lot.held_since) or 'unknown'}"
        for one in wash.replacements
    ]
    return [
        wash.symbol,
        "; ".join(sold),
        formatting.money(wash.disallowed),
        "; ".join(taken),
    ]


_OPEN_COLUMNS = [
    Column("Symbol", 9),
    Column("Side", 6),
    Column("Quantity", 9, "RIGHT"),
    Column("Acquired", 10, "RIGHT"),
    Column("Held since", 10, "RIGHT"),
    Column("Basis", 12, "RIGHT"),
    Column("of it washed losses", 13, "RIGHT"),
    Column("Term if sold now", 10),
]


def _open(sheet: Sheet, report: TaxYear) -> None:
    sheet.section("Open lots", "as they stand now")
    if not report.open_lots:
        sheet.words("Nothing is held.", colour=SOFT)
        return
    lots = report.open_lots
    sheet.rows(_OPEN_COLUMNS, [_lot(one) for one in lots[:MOST_ROWS]])
    _more(sheet, len(lots))


def _lot(one: OpenTaxLot) -> list[str | Text]:
    lot = one.lot
    return [
        lot.symbol,
        "short" if lot.is_short else "long",
        formatting.quantity(lot.quantity),
        day_text(lot.acquired_on) or "unknown",
        day_text(lot.held_since) or "unknown",
        formatting.money(one.basis),
        formatting.money(lot.deferred) if lot.deferred else "",
        _term(one.term),
    ]


def _unknown(sheet: Sheet) -> None:
    sheet.section("What this report does not know")
    for line in words.UNKNOWN_TO_US:
        sheet.words(line, colour=SOFT)
        sheet.ln(0.6)
