"""How one exchange is set up; it stays the same for the life of its data."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeSchedule:
    """What trading costs, in dollars.

    `commission_per_share` is charged with each fill. The two regulatory fees fall on
    sales, are summed over the day and posted as FEE activities at the next opening:
    the SEC's Section 31 fee per million dollars sold (20.60 from 2026-04-04, SEC fee
    rate advisory for fiscal 2026) and FINRA's Trading Activity Fee per share with its
    cap per trade (0.000195 and 9.79 in 2026, FINRA By-Laws Schedule A section 1).
    """

    commission_per_share: Decimal = Decimal(0)
    sec_fee_per_million: Decimal = Decimal("20.60")
    taf_per_share: Decimal = Decimal("0.000195")
    taf_maximum: Decimal = Decimal("9.79")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeConfig:
    """`calendar` is continuous (every day, all but two minutes) or us (New York hours).

    `multiplier` is the margin of a new account: 1 cash, 2 Regulation T, 4 intraday.
    """

    seed: int = 1
    calendar: str = "continuous"
    starting_cash: Decimal = Decimal(100_000)
    multiplier: int = 2
    fees: FeeSchedule = field(default_factory=FeeSchedule)
    event_history: int = 20_000
