"""The listed companies: all invented, each with a property that something tests."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """`anchor_price` (dollars) is where its price tends to, `daily_volatility` a
    fraction per day, `daily_volume` shares per day. Ticks follow SEC Rule 612: 0.01
    from 1.00 up, 0.0001 below.
    """

    id: str
    symbol: str
    name: str
    exchange: str
    sector: str
    anchor_price: Decimal
    daily_volatility: float
    daily_volume: int
    tradable: bool = True
    marginable: bool = True
    shortable: bool = True
    easy_to_borrow: bool = True
    fractionable: bool = True
    is_fund: bool = False


def _asset_id(symbol: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"urn:tradedesk:practice:asset:{symbol}"))


def _listed(
    symbol: str, name: str, place: tuple[str, str], *, price: str, **more: Any
) -> Asset:
    return Asset(
        id=_asset_id(symbol),
        symbol=symbol,
        name=name,
        exchange=place[0],
        sector=place[1],
        anchor_price=Decimal(price),
        **{"daily_volatility": 0.02, "daily_volume": 2_000_000, **more},
    )


ASSETS: Final = (
    _listed(
        "ACME",
        "Acme Tools and Anvils Inc. Common Stock",
        ("NYSE", "Industrials"),
        price="60.00",
        daily_volatility=0.016,
        daily_volume=6_000_000,
    ),
    _listed(
        "BRIO",
        "Brio Roasters Corp. Common Stock",
        ("NASDAQ", "Consumer Staples"),
        price="41.50",
        daily_volatility=0.015,
    ),
    _listed(
        "CRUX",
        "Crux Semiconductor Inc. Common Stock",
        ("NASDAQ", "Technology"),
        price="182.00",
        daily_volatility=0.027,
        daily_volume=9_000_000,
    ),
    _listed(
        "DUNE",
        "Dune Energy Partners LP",
        ("NYSE", "Energy"),
        price="27.80",
        daily_volatility=0.022,
    ),
    _listed(
        "ELMS",
        "Elms Residential Trust",
        ("NYSE", "Real Estate"),
        price="88.40",
        daily_volatility=0.012,
        daily_volume=1_200_000,
    ),
    _listed(
        "FERN",
        "Fern Therapeutics Inc. Common Stock",
        ("NASDAQ", "Health Care"),
        price="14.30",
        daily_volatility=0.034,
        daily_volume=3_500_000,
    ),
    _listed(
        "GALE",
        "Gale Wind Systems Corp. Common Stock",
        ("NYSE", "Utilities"),
        price="33.10",
        daily_volatility=0.018,
    ),
    _listed(
        "HAZE",
        "Haze Interactive Inc. Common Stock",
        ("NASDAQ", "Communication Services"),
        price="52.60",
        daily_volatility=0.026,
        daily_volume=4_000_000,
    ),
    _listed(
        "IRIS",
        "Iris Optics Corp. Common Stock",
        ("NASDAQ", "Technology"),
        price="96.20",
        daily_volatility=0.021,
    ),
    _listed(
        "JADE",
        "Jade Mining Ltd. Common Stock",
        ("NYSE", "Materials"),
        price="21.90",
        daily_volatility=0.024,
        fractionable=False,
    ),
    _listed(
        "KITE",
        "Kite Aerospace Inc. Common Stock",
        ("NYSE", "Industrials"),
        price="118.70",
        daily_volatility=0.019,
        daily_volume=2_800_000,
    ),
    _listed(
        "LARK",
        "Lark Payments Inc. Common Stock",
        ("NASDAQ", "Financials"),
        price="73.90",
        daily_volatility=0.020,
        easy_to_borrow=False,
    ),
    _listed(
        "MOTE",
        "Mote Nanomaterials Corp. Common Stock",
        ("NASDAQ", "Materials"),
        price="0.31",
        daily_volatility=0.040,
        daily_volume=12_000_000,
        marginable=False,
        shortable=False,
        easy_to_borrow=False,
        fractionable=False,
    ),
    _listed(
        "NOVA",
        "Nova Holdings Inc. Class A",
        ("NYSE", "Financials"),
        price="1850.00",
        daily_volatility=0.014,
        daily_volume=180_000,
    ),
    _listed(
        "OPAL",
        "Opal Biologics Inc. Common Stock",
        ("NASDAQ", "Health Care"),
        price="8.75",
        daily_volatility=0.036,
        daily_volume=1_500_000,
        shortable=False,
        easy_to_borrow=False,
    ),
    _listed(
        "PEAK",
        "Peak 500 Index Fund ETF",
        ("ARCA", "Index Fund"),
        price="440.00",
        daily_volatility=0.010,
        daily_volume=15_000_000,
        is_fund=True,
    ),
)
