"""The two websockets: trade updates, and market data."""

from __future__ import annotations
