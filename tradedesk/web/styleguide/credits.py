"""What the desk is delivered with and who made it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    name: str
    version: str
    licence: str
    maker: str
    url: str
    licence_file: str = ""
    notice: str = ""


PARTS = (
    Part(
        name="Lightweight Charts",
        version="5.2.1",
        licence="Apache License 2.0",
        maker="TradingView, Inc.",
        url="https://www.tradingview.com/",
        licence_file="vendor/lightweight-charts/LICENSE",
        notice="TradingView Lightweight Charts\u2122. Copyright (c) 2026 TradingView, Inc. https://www.tradingview.com/",
    ),
    Part(
        name="Inter",
        version="4, variable",
        licence="SIL Open Font License 1.1",
        maker="The Inter Project Authors",
        url="https://rsms.me/inter/",
        licence_file="fonts/LICENSE-Inter.txt",
    ),
    Part(
        name="htmx",
        version="2",
        licence="Zero-Clause BSD",
        maker="Big Sky Software",
        url="https://htmx.org/",
    ),
)
