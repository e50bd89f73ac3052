"""Wash sales as the rows of their table: a year may have a thousand lots in a hundred of
them, and a template takes ten times as long to put them into words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape

from django.utils.safestring import SafeString, mark_safe

from journal.reports.taxlots import OpenTaxLot, WashSale
from tradedesk.web import display, formatting


_ELSEWHERE = ' <span class="chip">other account</span>'


@dataclass(frozen=True, slots=True, kw_only=True)
class WashRow:
    """`account_id` is the account of the page: lots of another say so."""

    wash: WashSale
    account_id: int

    def written(self) -> SafeString:
        wash = self.wash
        losses = [
            f"{formatting.quantity(one.quantity)} on {_day(one.disposed_on)}"
            f"{self._elsewhere(one.account_id)}"
            for one in wash.losses
        ]
        takers = [self._taker(one) for one in wash.replacements]
        return mark_safe(  # noqa: S308 - the symbol is escaped, all else is figures
            f'<tr><th scope="row">{escape(wash.symbol)}</th>'
            f"{_lines('Sold at a loss', losses)}"
            f'<td class="n" data-label="Loss not deducted">{_money(wash.disallowed)}</td>'
            f"{_lines('Added to the cost of', takers)}</tr>"
        )

    def _taker(self, one: OpenTaxLot) -> str:
        lot = one.lot
        way = "less" if lot.is_short else "plus"
        sold = f", sold {_day(lot.disposed_on)}" if lot.disposed_on else ""
        return (
            f"{formatting.quantity(lot.quantity)} acquired {_day(lot.acquired_on)}:"
            f" {_money(lot.opened_for)} {way} {_money(lot.deferred)}"
            f" makes <b>{_money(one.basis)}</b>,"
            f" held since {_day(lot.held_since) or 'unknown'}{sold}"
            f"{self._elsewhere(lot.account_id)}"
        )

    def _elsewhere(self, account_id: int) -> str:
        return "" if account_id == self.account_id else _ELSEWHERE


def _lines(label: str, lines: Sequence[str]) -> str:
    told = "".join(f"<span>{one}</span>" for one in lines)
    return (
        f'<td data-label="{label}" class="num phone-full">'
        f'<span class="lot-lines">{told}</span></td>'
    )


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _money(amount: Decimal | None) -> str:
    return (
        formatting.HIDDEN if display.current().hide_money else formatting.money(amount)
    )
