"""Invented figures for the style guide: one story, told by every component."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

from django.utils.safestring import mark_safe

from tradedesk.web import formatting
from tradedesk.web.marks import COMMAND_MARKS, MODE_WORDS, ORDER_MARKS
from tradedesk.web.styleguide.forms import filled_ticket


_START = datetime(2026, 7, 20, tzinfo=UTC)
_SENT_AT = datetime(2026, 11, 23, 15, 42, 38, 162331, tzinfo=UTC)
_BARS = 90


def context() -> dict[str, object]:
    return {
        "themes": THEMES,
        "modes": tuple(MODE_WORDS),
        "order_statuses": tuple(ORDER_MARKS),
        "command_states": tuple(COMMAND_MARKS),
        "ticket": filled_ticket(),
        "positions": POSITIONS,
        "shift_rows": SHIFT_ROWS,
        "verdicts": VERDICTS,
        "events": EVENTS,
        "steps": STEPS,
        "kpis": KPIS,
        "order_rows": ORDER_ROWS,
        "chart": chart(),
        "legend": LEGEND,
        "sent_at": _SENT_AT,
    }


THEMES = tuple(
    SimpleNamespace(title=title, theme=theme, palette=palette, contrast=contrast)
    for title, theme, palette, contrast in (
        ("Light, classic", "light", "classic", "normal"),
        ("Dark, classic", "dark", "classic", "normal"),
        ("Light, colour-blind", "light", "blue", "normal"),
        ("Dark, colour-blind", "dark", "blue", "normal"),
        ("Light, red up", "light", "east", "normal"),
        ("Dark, red up", "dark", "east", "normal"),
        ("Light, high contrast", "light", "classic", "high"),
        ("Dark, high contrast", "dark", "classic", "high"),
    )
)

POSITIONS = tuple(
    SimpleNamespace(
        symbol=symbol,
        side=side,
        quantity=quantity,
        last=Decimal(last),
        stop=stop,
        open_r=None if open_r is None else Decimal(open_r),
        unrealised=Decimal(result),
    )
    for symbol, side, quantity, last, stop, open_r, result in (
        ("IRIS", "long", 8, "61.05", None, None, "-1.20"),
        ("BRIO", "long", 400, "43.54", Decimal("40.90"), "1.20", "576.00"),
        ("GALE", "short", -500, "24.04", Decimal("24.76"), "-0.25", "-120.00"),
        ("DUNE", "long", 160, "90.80", Decimal("88.70"), "0.80", "384.00"),
    )
)

SHIFT_ROWS = (
    {
        "label": "ACME position",
        "before": "0",
        "change": "+327",
        "after": "327",
        "share": Decimal(0),
        "added": Decimal("98.1"),
        "warn_at": Decimal("87.5"),
        "css": "is-warn",
        "note": "98% of 40.00%",
        "words": "39.24% of 40.00% of equity",
    },
    {
        "label": "Portfolio heat",
        "before": "2.90%",
        "change": "+0.98%",
        "after": "3.88%",
        "share": Decimal(58),
        "added": Decimal("19.6"),
        "warn_at": Decimal(80),
        "note": "78% of 5.00%",
        "words": "3.88% of 5.00%",
    },
    {
        "label": "Buying power",
        "before": "55,547.60",
        "change": f"{formatting.MINUS}19,622.00",
        "after": "35,925.60",
        "share": None,
        "note": "2 : 1 overnight",
    },
    {
        "label": "Margin",
        "before": "22,226.20",
        "change": "n/a",
        "after": "n/a",
        "share": None,
        "note": "not available",
    },
)

VERDICTS = (
    {
        "outcome": "block",
        "title": "Portfolio heat",
        "value": "5.42%",
        "limit": "5.00%",
        "message": "Reduce to 187 shares or free risk first. Closing is still possible.",
    },
    {
        "outcome": "warn",
        "title": "Position size",
        "value": "39.24%",
        "limit": "40.00%",
        "message": "Warns from 35%, blocks above 40%.",
    },
    {"outcome": "pass", "title": "Risk per trade", "value": "0.998%", "limit": "1.00%"},
    {"outcome": "pass", "title": "Quote age", "value": "0.8 s", "limit": "15 s"},
)

EVENTS = (
    {
        "at": _SENT_AT,
        "icon": "send",
        "css": "is-done",
        "title": "Submitted",
        "who": "order gateway",
        "detail": "Client order id",
        "code": "td-2291-1",
    },
    {
        "at": _SENT_AT + timedelta(milliseconds=188),
        "icon": "question",
        "css": "is-warn",
        "title": "Unresolved",
        "who": "no answer in 5 s",
        "detail": "Not rejected. Asking the broker again; do not send a second order.",
    },
    {
        "at": _SENT_AT + timedelta(seconds=3),
        "icon": "check",
        "css": "is-done",
        "title": "Partial fill 120 at 60.00",
        "who": "Alpaca paper",
        "detail": "Stop and target raised to 120 shares.",
    },
    {
        "icon": "clock",
        "css": "",
        "title": "The rest of the order",
        "who": "at the broker",
    },
)

STEPS = (
    {"label": "Ticket", "done": True},
    {"label": "Review", "current": True},
    {"label": "Sent"},
)

KPIS = (
    {
        "label": "Loss at stop, after costs",
        "value": f"{formatting.MINUS}499.04",
        "css": "loss",
        "note": "0.998% of 50,000.00",
    },
    {
        "label": "Gain at target, after costs",
        "value": "+1,462.96",
        "css": "gain",
        "note": "+2.98R, reward : risk 2.93",
    },
    {
        "label": "Filled",
        "value": "120",
        "unit": "of 327",
        "share": Decimal("36.7"),
        "words": "120 of 327 filled",
    },
    {
        "label": "Size bound by",
        "value": "Risk after costs",
        "note": "333 without costs",
    },
)

ORDER_ROWS = tuple(
    SimpleNamespace(
        at=_SENT_AT - timedelta(minutes=minutes),
        symbol=symbol,
        side=side,
        quantity=quantity,
        filled=filled,
        price=Decimal(price),
        status=status,
    )
    for minutes, symbol, side, quantity, filled, price, status in (
        (1, "ACME", "buy", 327, 120, "60.00", "partially_filled"),
        (4, "FERN", "sell", 700, 700, "18.40", "filled"),
        (36, "JADE", "buy", 300, 0, "48.20", "working"),
        (71, "CRUX", "buy", 90, 0, "128.15", "denied"),
    )
)

LEGEND = (
    {"key": "open", "label": "O", "value": ""},
    {"key": "high", "label": "H", "value": ""},
    {"key": "low", "label": "L", "value": ""},
    {"key": "close", "label": "C", "value": ""},
    {"key": "volume", "label": "Vol", "value": "", "wide": True},
)


def chart() -> SimpleNamespace:
    """Daily bars that rise, fall back to their average and close at 60.00."""
    bars = [_bar(index) for index in range(_BARS)]
    last = int(datetime.fromisoformat(bars[-1]["time"]).timestamp())
    data = {
        "symbol": "ACME",
        "places": 2,
        "bar_seconds": 86400,
        "zone": "America/New_York",
        "bars": [_row(bar) for bar in bars],
        "lines": [
            {"kind": "target", "price": "64.50", "text": "TARGET 64.50 +3.00R"},
            {"kind": "entry", "price": "60.00", "text": "ENTRY 60.00 BUY 327"},
            {
                "kind": "stop",
                "price": "58.50",
                "text": f"STOP 58.50 {formatting.MINUS}1.00R",
            },
        ],
        "fills": [{"time": last - 12 * 86400, "side": "buy", "text": "BUY 120"}],
    }
    return SimpleNamespace(
        symbol="ACME",
        json=mark_safe(json.dumps(data)),  # noqa: S308 - invented figures, no markup
        summary="Daily: rose from 55 to 63, pulled back to its 50-day average and closed at 60.00. Lines not sent.",
        rows=[_words(bar) for bar in reversed(bars)],
    )


def _bar(index: int) -> dict[str, str]:
    close = _close(index)
    opened = _close(index - 1) + math.sin(index * 2.3) * 0.18
    high = max(opened, close) + 0.22 + abs(math.sin(index * 1.7)) * 0.4
    low = min(opened, close) - 0.2 - abs(math.cos(index * 1.3)) * 0.4
    day = (_START + timedelta(days=index)).isoformat()
    volume = f"{1_400_000 + abs(math.sin(index * 0.9)) * 1_600_000:.0f}"
    figures = {"open": opened, "high": high, "low": low, "close": close}
    return {"time": day, "volume": volume} | {
        name: f"{value:.2f}" for name, value in figures.items()
    }


def _close(index: int) -> float:
    rise = 56 + 6.4 * math.exp(-(((index - 62) / 24) ** 2))
    wobble = math.sin(index * 0.55) * 0.7 + math.sin(index * 1.9) * 0.45
    settle = (60.0 - (56 + 6.4 * math.exp(-(((_BARS - 1 - 62) / 24) ** 2)))) * (
        index / (_BARS - 1)
    ) ** 6
    fade = 1 - (index / (_BARS - 1)) ** 8
    return rise + wobble * fade + settle


def _row(bar: dict[str, str]) -> list[object]:
    seconds = int(datetime.fromisoformat(bar["time"]).timestamp())
    return [
        seconds,
        *(bar[name] for name in ("open", "high", "low", "close", "volume")),
    ]


def _words(bar: dict[str, str]) -> dict[str, str]:
    day = datetime.fromisoformat(bar["time"])
    return bar | {
        "time": f"{day.day} {day:%b %Y}",
        "volume": formatting.compact(Decimal(bar["volume"])),
    }
