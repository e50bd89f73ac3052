"""What a broker lets trade, refreshed from the broker."""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from brokers.domain.instruments import AssetClass
from brokers.models.owned import choices, money_field


class Instrument(models.Model):
    """One symbol at one venue; shared by all who trade there, so it has no owner."""

    feed = models.CharField(max_length=40)
    symbol = models.CharField(max_length=32)
    name = models.CharField(max_length=200)
    asset_class = models.CharField(max_length=16, choices=choices(AssetClass))
    exchange = models.CharField(max_length=16, blank=True)
    tradable = models.BooleanField()
    halted = models.BooleanField(default=False)
    fractionable = models.BooleanField()
    shortable = models.BooleanField()
    easy_to_borrow = models.BooleanField()
    marginable = models.BooleanField()
    tick = money_field()
    sub_dollar_tick = money_field()
    lot = money_field()
    broker_id = models.CharField(max_length=64, blank=True)
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["feed", "symbol"], name="one_symbol_a_feed")
        ]

    def __str__(self) -> str:
        return self.symbol

    def tick_at(self, price: Decimal) -> Decimal:
        return self.tick if price >= 1 else self.sub_dollar_tick
