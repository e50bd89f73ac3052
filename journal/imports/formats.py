"""The statement files that the journal can read."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    ALPACA_JSON = "alpaca-json"
    ALPACA_CSV = "alpaca-csv"
    SCHWAB = "schwab"
    SCHWAB_REALISED = "schwab-realised"
    TD_AMERITRADE = "td-ameritrade"
    THINKORSWIM = "thinkorswim"
    IBKR_ACTIVITY = "ibkr-activity"
    IBKR_FLEX_CSV = "ibkr-flex-csv"
    IBKR_FLEX_XML = "ibkr-flex-xml"
    IBKR_HISTORY = "ibkr-history"
    ETRADE_OLD = "etrade-old"
    ETRADE = "etrade"
    FIDELITY = "fidelity"
    ROBINHOOD = "robinhood"
    WEBULL = "webull"
    TRADENOTE = "tradenote"
    TRADERVUE = "tradervue"
    MICROCAP_LOG = "microcap-log"
    MICROCAP_DAILY = "microcap-daily"
