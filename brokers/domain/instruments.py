"""What can be traded, and the rules that its venue puts on prices and quantities."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class AssetClass(StrEnum):
    US_EQUITY = "us_equity"
    CRYPTO = "crypto"
    OPTION = "us_option"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentReport:
    """An instrument as its broker describes it.

    `tick` is the smallest price step at prices of 1.00 and above, `sub_dollar_tick`
    below (SEC Rule 612); `lot` the smallest quantity step where not fractionable.
    """

    symbol: str
    name: str
    asset_class: AssetClass
    exchange: str
    tradable: bool
    fractionable: bool
    shortable: bool
    easy_to_borrow: bool
    marginable: bool
    tick: Decimal = Decimal("0.01")
    sub_dollar_tick: Decimal = Decimal("0.0001")
    lot: Decimal = Decimal(1)
    broker_id: str = ""

    def tick_at(self, price: Decimal) -> Decimal:
        return self.tick if price >= 1 else self.sub_dollar_tick
