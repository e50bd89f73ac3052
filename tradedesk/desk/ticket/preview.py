"""What a ticket would mean: size and what bound it, money, heat, and every check.

Computed on the server from fresh facts, in Decimals; nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from brokers import selectors
from brokers.domain.orders import OrderSpec, Side
from brokers.market import quotes
from brokers.market.quotes import KnownQuote
from brokers.models import Account, Instrument
from brokers.orders.drafting import Ticket, judge
from brokers.orders.facts import MarketFacts, costs_of, market_of
from brokers.selectors import HeldPosition
from risk import facts as risk
from risk.services import effective_policy
from risk.sizing import Caps, Holding, Levels, Setup, SizeModel, Sizing, heat, size
from tradedesk.accounts.models import User
from tradedesk.desk.ticket.asked import is_by_amount, stop_limit_words, ticket_of
from tradedesk.desk.ticket.chasing import Expecting, chase_of
from tradedesk.web import formatting


HUNDRED = Decimal(100)
# The smallest unit that a broker makes of an amount of money.
_NINTH = Decimal("1e-9")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One figure before and after the order, with its limit where it has one."""

    before: Decimal | None
    after: Decimal | None
    limit: Decimal | None = None

    @property
    def change(self) -> Decimal | None:
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The three regions of a ticket: inputs as understood, consequences, guardrails."""

    account: Account
    ticket: Ticket
    instrument: Instrument | None
    quote: KnownQuote | None
    atr: Decimal | None
    entry: Decimal | None
    sizing: Sizing | None
    assessment: risk.Assessment
    position: Shift
    heat: Shift
    buying_power: Shift
    cash: Shift
    made_at: datetime

    @property
    def spec(self) -> OrderSpec:
        return self.ticket.spec

    @property
    def tick(self) -> Decimal | None:
        """The price step at the entry; None while the instrument is unknown."""
        if self.instrument is None or self.entry is None:
            return None
        return self.instrument.tick_at(self.entry)

    @property
    def stop_in_atr(self) -> Decimal | None:
        """Distance from entry to stop in average true ranges."""
        stop = self.spec.stop_loss_price
        if stop is None or self.entry is None or not self.atr:
            return None
        return abs(self.entry - stop) / self.atr

    @property
    def binding_words(self) -> str:
        """What set the size, in words: "buying power"."""
        return self.sizing.binding.value.replace("_", " ") if self.sizing else ""

    @property
    def is_by_amount(self) -> bool:
        """Whether money is sent, and the units shown are an estimate."""
        return self.spec.notional is not None

    @property
    def stop_limit_words(self) -> str:
        return stop_limit_words(self.spec, self.tick)

    @property
    def loss_shown(self) -> Decimal | None:
        """The loss at the stop as the negative amount that it is."""
        loss = self.sizing.outlook.loss if self.sizing else None
        return None if loss is None else -loss

    @property
    def loss_note(self) -> str:
        share = self.sizing.outlook.risk_percent if self.sizing else None
        if share is None:
            return "no stop, so no known loss"
        return f"{formatting.percent(share, places=3)} of equity"

    @property
    def reward_note(self) -> str:
        net = self.sizing.outlook.reward_risk_net if self.sizing else None
        if net is None:
            return "no target"
        return f"{formatting.number(net, places=2)} after costs"

    @property
    def target_r(self) -> Decimal | None:
        return self.sizing.outlook.reward_risk_gross if self.sizing else None


def preview(
    account: Account,
    cleaned: Mapping[str, Any],
    *,
    user: User,
    now: datetime,
    seen: Seen | None = None,
    expecting: Expecting | None = None,
) -> Preview:
    """What the cleaned fields of a `TicketForm` would mean at this instant."""
    if seen is None:
        held = selectors.held_positions(user, account)
        seen = read(account, cleaned["symbol"], now, held=held)
    chase = chase_of(account, seen.market, expecting=expecting or Expecting(), now=now)
    market = replace(seen.market, chase=chase)
    entry = expected_price(cleaned, market.quote)
    policy = effective_policy(user_id=user.pk, account_id=account.pk, now=now)
    sizing = _size(account, cleaned, _Sized(market, entry, policy))
    ticket = ticket_of(cleaned, sizing, entry)
    assessment = judge(
        account, ticket, user=user, now=now, market=market, policy=policy
    )
    return Preview(
        account=account,
        ticket=ticket,
        instrument=market.instrument,
        quote=market.quote,
        atr=market.atr,
        entry=entry,
        sizing=sizing,
        assessment=assessment,
        made_at=now,
        **_shifts(account, ticket, sizing=sizing, entry=entry, seen=seen),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a page has read already, so that a preview on it reads nothing twice."""

    market: MarketFacts
    held: Sequence[HeldPosition]


def read(
    account: Account,
    symbol: str,
    now: datetime,
    *,
    held: Sequence[HeldPosition],
    instrument: Instrument | None = None,
) -> Seen:
    """The symbol beside the account's positions; asks the stream for its quotes."""
    quotes.want(account.connection.feed, [symbol], now)
    return Seen(market=market_of(account, symbol, instrument), held=held)


@dataclass(frozen=True, slots=True)
class _Sized:
    """What sizing needs beside the fields."""

    market: MarketFacts
    entry: Decimal | None
    policy: risk.Policy


def expected_price(
    cleaned: Mapping[str, Any], quote: KnownQuote | None
) -> Decimal | None:
    """Where the entry is expected to fill: its own price, else the quote's far side."""
    price: Decimal | None = cleaned.get("limit_price") or cleaned.get("stop_price")
    if price is not None or quote is None:
        return price
    near = quote.quote.ask if cleaned["side"] == Side.BUY else quote.quote.bid
    return near or quote.quote.last


def _size(account: Account, cleaned: Mapping[str, Any], known: _Sized) -> Sizing | None:
    """None when there is no price to size from."""
    if known.entry is None:
        return None
    by_amount, side = is_by_amount(cleaned), risk.Side(cleaned["side"])
    model = SizeModel.MONEY if by_amount else SizeModel(cleaned["size_model"])
    # What is typed is what is sent: the guardrails judge it, no cap trims it.
    exactly = by_amount or model is SizeModel.UNITS
    setup = Setup(
        levels=Levels(
            side=side,
            entry=known.entry,
            stop=cleaned.get("stop_loss_price"),
            target=cleaned.get("take_profit_price"),
        ),
        equity=account.equity,
        step=_NINTH if by_amount else _step(known.market.instrument),
        costs=costs_of(known.market),
        caps=Caps() if exactly else _caps(account, known),
    )
    return size(model, setup, cleaned["size_amount"], atr=known.market.atr)


def _step(instrument: Instrument | None) -> Decimal:
    """Whole lots, so that every kind of order can be used; fractions are typed in."""
    return Decimal(1) if instrument is None else instrument.lot


def _caps(account: Account, known: _Sized) -> Caps:
    position = known.market.position
    held = position.quantity if position else Decimal(0)
    entry = known.entry or Decimal(0)
    return Caps(
        buying_power=account.buying_power,
        max_position_percent=known.policy.max_position_percent,
        position_value=abs(held) * entry,
        max_order_value=known.policy.max_order_value_block,
        max_quantity=known.policy.max_quantity_block,
    )


def _shifts(
    account: Account,
    ticket: Ticket,
    *,
    sizing: Sizing | None,
    entry: Decimal | None,
    seen: Seen,
) -> dict[str, Shift]:
    spec, position = ticket.spec, seen.market.position
    held = position.quantity if position else Decimal(0)
    moved = spec.side.sign * (sizing.quantity if sizing else Decimal(0))
    opening = abs(held + moved) > abs(held)
    value = None if entry is None else moved * entry
    used = value if value is None or opening else Decimal(0)
    return {
        "position": Shift(before=held, after=held + moved),
        "buying_power": _less(
            account.buying_power, None if used is None else abs(used)
        ),
        "cash": _less(account.cash, value),
        "heat": _heat(
            account, ticket, entry, moved=moved if opening else None, held=seen.held
        ),
    }


def _less(amount: Decimal | None, used: Decimal | None) -> Shift:
    if amount is None or used is None:
        return Shift(before=amount, after=None)
    return Shift(before=amount, after=amount - used)


def _heat(
    account: Account,
    ticket: Ticket,
    entry: Decimal | None,
    *,
    moved: Decimal | None,
    held: Sequence[HeldPosition],
) -> Shift:
    """Open risk of all positions to their stops, in percent of equity.

    A position without a stop counts in full (domain rule for portfolio heat). `moved`
    are the signed units that the order adds to a position, None where it only reduces.
    """
    if not account.equity:
        return Shift(before=None, after=None)
    holdings = [
        Holding(
            quantity=one.position.quantity,
            entry=one.position.average_price,
            mark=one.market_price or one.position.average_price,
            stop=one.stop_price if one.is_protected else None,
        )
        for one in held
        if one.position.average_price is not None
    ]
    before = heat(holdings) / account.equity * HUNDRED
    if entry is None or moved is None:
        return Shift(before=before, after=before if moved is None else None)
    added = Holding(
        quantity=moved,
        entry=entry,
        mark=entry,
        stop=ticket.spec.stop_loss_price,
    )
    after = heat([*holdings, added]) / account.equity * HUNDRED
    return Shift(before=before, after=after)
