"""What an execution costs, in money units; the rates and sources are in `config`."""

from __future__ import annotations

from brokers.sim.engine.config import FeeSchedule
from brokers.sim.engine.records import Execution
from brokers.sim.engine.units import MONEY, PENNY, SHARE, money_units


_DOLLARS_PER_RATE = 1_000_000 * MONEY


def whole_cents(amount: int) -> int:
    """Rounded up to the cent."""
    return -(-amount // PENNY) * PENNY


def commission(schedule: FeeSchedule, execution: Execution) -> int:
    rate = money_units(schedule.commission_per_share)
    return whole_cents(rate * execution.quantity // SHARE) if rate else 0


def activity_fee(schedule: FeeSchedule, execution: Execution) -> int:
    """FINRA's Trading Activity Fee of one sale, not yet rounded."""
    fee = money_units(schedule.taf_per_share) * execution.quantity // SHARE
    return min(fee, money_units(schedule.taf_maximum))


def section_31(schedule: FeeSchedule, sold: int) -> int:
    """The SEC's fee on a day's sales."""
    return whole_cents(
        sold * money_units(schedule.sec_fee_per_million) // _DOLLARS_PER_RATE
    )


def accrued(schedule: FeeSchedule, sold: int, taf: int) -> int:
    """What will be posted for the sales so far."""
    return section_31(schedule, sold) + whole_cents(taf)
