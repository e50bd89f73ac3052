"""A closed trade as the cells of its row.

They are put into words here and not by filters in the template: forty rows of fifteen
cells would otherwise cost more than the rest of their page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from journal.book.labels import Label, Labels
from journal.models import Trade
from tradedesk.web import display, drawings, formatting


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeRow:
    trade: Trade
    labels: Labels
    now: datetime

    def cells(self) -> dict[str, str]:
        """By name, "" where there is nothing to show. Asked for while the page is
        drawn, as only then is known whether money is shown, and in which zone.
        """
        trade, way = self.trade, display.current()
        closed, held = trade.closed_at, trade.holding_seconds
        return {
            "pk": str(trade.pk),
            "url": reverse("trade", args=(trade.pk,)),
            "symbol": trade.symbol,
            "side": drawings.side_mark(trade.direction),
            "r": _r(trade.r_multiple),
            "r_css": formatting.direction(trade.r_multiple),
            "r_bar": drawings.r_bar(trade.r_multiple),
            "net": _money(trade.net, signed=True),
            "net_css": formatting.direction(trade.net),
            "closed": formatting.day_time(closed, self.now, way.zone) if closed else "",
            "closed_iso": closed.isoformat() if closed else "",
            "held": "" if held is None else formatting.age(timedelta(seconds=held)),
            "quantity": formatting.quantity(trade.quantity),
            "entry": formatting.price(trade.entry_price),
            "exit": formatting.price(trade.exit_price),
            "risk": _money(trade.initial_risk),
            "best": _r(trade.mfe_r),
            "tags": self._tags(),
            "mistakes": self._mistakes(),
        }

    def _tags(self) -> SafeString:
        playbook, tags = self.trade.playbook, self.labels.tags
        named = format_html_join(
            "", '<span class="chip">{}</span> ', ((one.name,) for one in tags)
        )
        if playbook is None:
            return named
        return format_html('<span class="chip info">{}</span> {}', playbook.name, named)

    def _mistakes(self) -> SafeString:
        said = ((_cost(one), one.name) for one in self.labels.mistakes)
        return format_html_join("", '<span class="chip warn"{}>{}</span> ', said)


def _r(value: Decimal | None) -> str:
    return "" if value is None else formatting.r_multiple(value)


def _money(value: Decimal | None, *, signed: bool = False) -> str:
    if value is None:
        return ""
    if display.current().hide_money:
        return formatting.HIDDEN
    return formatting.signed_money(value) if signed else formatting.money(value)


def _cost(mistake: Label) -> SafeString:
    if mistake.cost_r is None:
        return SafeString()
    guess = ", estimated" if mistake.estimated else ""
    return format_html(' title="{}{}"', formatting.r_multiple(mistake.cost_r), guess)
