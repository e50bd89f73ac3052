"""One symbol as an account sees it: instrument, quote, volatility and position."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from brokers.market import bars, quotes
from brokers.market.quotes import KnownQuote
from brokers.models import Account, Instrument, Position
from risk import facts as risk
from tradedesk.reads import Question, Read


# What a side is assumed to slip where no tick is known.
CENT = Decimal("0.01")
_instrument = Read(
    lambda feed, symbol: Instrument.objects.filter(feed=feed, symbol=symbol)
)
_position = Read(
    lambda account_id, symbol: Position.objects.filter(
        account_id=account_id, symbol=symbol
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketFacts:
    """Read once and shown, sized and judged from, so that a page never disagrees with
    itself. `listed`: the feed's instruments are known; None where this one is. `chase`
    is what a ticket knows beside the rows here, None for what was reviewed already.
    """

    symbol: str
    instrument: Instrument | None
    listed: bool | None
    quote: KnownQuote | None
    atr: Decimal | None
    position: Position | None
    chase: risk.ChaseFacts | None = None


def market_questions(account: Account, symbol: str) -> list[Question]:
    """What `market_of` asks."""
    feed = account.connection.feed
    return [
        _instrument.of(feed, symbol),
        bars.question_of_atr(feed, symbol),
        _position.of(account.pk, symbol),
    ]


def market_of(
    account: Account, symbol: str, instrument: Instrument | None = None
) -> MarketFacts:
    """`instrument` is the symbol's, where a page has just read it."""
    feed = account.connection.feed
    instrument = instrument or _instrument.first(feed, symbol)
    return MarketFacts(
        symbol=symbol,
        instrument=instrument,
        listed=None if instrument else Instrument.objects.filter(feed=feed).exists(),
        quote=quotes.latest(feed, [symbol]).get(symbol),
        atr=bars.daily_atr(feed, symbol),
        position=_position.first(account.pk, symbol),
    )


def costs_of(market: MarketFacts) -> risk.CostFacts:
    """What a side is assumed to cost: one tick of slippage, no commission.

    The brokers supported now charge no commission on US stocks; a fill's own fees are
    booked as the broker states them.
    """
    known = market.instrument
    return risk.CostFacts(slippage=known.tick if known else CENT)


def instrument_facts(market: MarketFacts) -> risk.InstrumentFacts:
    known = market.instrument
    if known is None:
        return risk.InstrumentFacts(exists=False if market.listed else None)
    return risk.InstrumentFacts(
        exists=True,
        tradable=known.tradable,
        halted=known.halted,
        fractionable=known.fractionable,
        shortable=known.shortable,
        easy_to_borrow=known.easy_to_borrow,
        tick=known.tick,
        sub_dollar_tick=known.sub_dollar_tick,
        lot=known.lot,
    )


def quote_facts(market: MarketFacts, now: datetime) -> risk.QuoteFacts:
    known = market.quote
    if known is None:
        return risk.QuoteFacts()
    return risk.QuoteFacts(
        bid=known.quote.bid,
        ask=known.quote.ask,
        last=known.quote.last,
        age_seconds=known.age_seconds(now),
    )


def position_facts(account: Account, market: MarketFacts) -> risk.PositionFacts | None:
    """None until the account has been read once: unknown is not flat."""
    if account.synced_at is None:
        return None
    held = market.position
    if held is None:
        return risk.PositionFacts(quantity=Decimal(0))
    return risk.PositionFacts(
        quantity=held.confirmed_quantity, average_price=held.average_price
    )
