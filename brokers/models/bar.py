"""Bars that were fetched, kept so that a page never waits for a broker."""

from __future__ import annotations

from django.db import models

from brokers.domain.reports import BarInterval
from brokers.models.owned import choices, money_field, quantity_field


class StoredBar(models.Model):
    """Prices of one interval of one feed's symbol; `start` in UTC."""

    feed = models.CharField(max_length=40)
    symbol = models.CharField(max_length=32)
    interval = models.CharField(max_length=3, choices=choices(BarInterval))
    start = models.DateTimeField()
    open = money_field()
    high = money_field()
    low = money_field()
    close = money_field()
    volume = quantity_field()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["feed", "symbol", "interval", "start"], name="one_bar_a_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.symbol} {self.interval} {self.start:%Y-%m-%d %H:%M}"
