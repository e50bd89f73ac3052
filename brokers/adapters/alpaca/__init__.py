"""Alpaca, and everything that speaks its protocol: practice, paper and live alike.

Only addresses and credentials differ. Nothing here loads alpaca-py until a connection
is opened.
"""

from __future__ import annotations

from brokers.adapters.alpaca.reader import AlpacaReader
from brokers.adapters.alpaca.streamer import AlpacaStreamer
from brokers.adapters.alpaca.trader import AlpacaTrader
from brokers.adapters.alpaca.words import STATUSES


__all__ = ["STATUSES", "AlpacaReader", "AlpacaStreamer", "AlpacaTrader"]
