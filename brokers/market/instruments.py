"""Instruments as their broker describes them, kept per feed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from brokers.domain.instruments import InstrumentReport
from brokers.models import Instrument


_UPDATED = [
    "name",
    "asset_class",
    "exchange",
    "tradable",
    "fractionable",
    "shortable",
    "easy_to_borrow",
    "marginable",
    "tick",
    "sub_dollar_tick",
    "lot",
    "broker_id",
    "told_at",
]


def store_instruments(
    feed: str, reports: Sequence[InstrumentReport], now: datetime
) -> None:
    """Keep what the broker lists; what it no longer lists is marked not tradable."""
    rows = [
        Instrument(
            feed=feed,
            symbol=report.symbol,
            name=report.name[:200],
            asset_class=report.asset_class.value,
            exchange=report.exchange,
            tradable=report.tradable,
            fractionable=report.fractionable,
            shortable=report.shortable,
            easy_to_borrow=report.easy_to_borrow,
            marginable=report.marginable,
            tick=report.tick,
            sub_dollar_tick=report.sub_dollar_tick,
            lot=report.lot,
            broker_id=report.broker_id,
            told_at=now,
        )
        for report in reports
    ]
    Instrument.objects.bulk_create(
        rows,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["feed", "symbol"],
        update_fields=_UPDATED,
    )
    Instrument.objects.filter(feed=feed, told_at__lt=now).update(tradable=False)


def find(feed: str, text: str, limit: int = 12) -> QuerySet[Instrument]:
    """Instruments whose symbol starts with the text, or whose name contains it."""
    known = Instrument.objects.filter(feed=feed, tradable=True)
    by_symbol = known.filter(symbol__istartswith=text)
    by_name = known.filter(name__icontains=text)
    return (by_symbol | by_name).order_by("symbol")[:limit]
