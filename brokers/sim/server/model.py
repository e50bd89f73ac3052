"""What this exchange models of the real one, and what it does not: told to whoever asks."""

from __future__ import annotations


MODELLED = (
    "market, limit, stop, stop-limit and trailing-stop orders",
    "simple, bracket, OCO and OTO orders",
    "day, gtc, ioc, fok, opg and cls, with opening and closing auctions",
    "extended hours for limit orders, fractional and notional quantities",
    "partial fills against displayed size, replace, cancel, cancel all, close, close all",
    "long and short positions, Regulation T margin, buying power with held amounts",
    "SEC and TAF fees on sales, posted as activities",
    "wash-trade prevention, sub-penny rule, unique client order ids",
    "trading halts, trade busts and corrections (by the operator)",
    "bars, quotes, trades, latest values and snapshots of stocks, with paging",
    "trade-update and market-data websockets",
    "watchlists, calendar, clock, assets, portfolio history, request limits",
)
NOT_MODELLED = (
    "other participants: prices come from a seeded process that no order moves",
    "options, crypto, fixed income, IPO and multi-leg orders",
    "corporate actions, dividends, interest and borrow fees",
    "locates and hard-to-borrow fees; margin calls and forced liquidation",
    "pattern-day-trader rules, which Alpaca removed on 2026-07-06",
    "the market-data feeds' differences: every feed is this one venue",
    "auction, news, screener and logo data; month bars",
    "price bands (LULD) and circuit breakers",
    "OAuth tokens and the account-activities SSE stream",
    "order routing and latency: an order is worked at the instant it arrives",
)


def model() -> dict[str, list[str]]:
    return {"modelled": list(MODELLED), "not_modelled": list(NOT_MODELLED)}
