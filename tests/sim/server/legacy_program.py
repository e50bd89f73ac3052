"""A program as people wrote them for the superseded client, run in its environment.

It knows what such programs know: APCA_API_KEY_ID, APCA_API_SECRET_KEY and the three
APCA_API_..._URL variables. What it saw goes to standard output as one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Any

from alpaca_trade_api.rest import REST, APIError, TimeFrame
from alpaca_trade_api.stream import Stream


SYMBOL = "ACME"
PATIENCE_SECONDS = 15


def account(api: REST) -> dict[str, Any]:
    found = api.get_account()
    return {"status": found.status, "cash": found.cash, "open": api.get_clock().is_open}


def orders(api: REST) -> dict[str, Any]:
    made = api.submit_order(
        SYMBOL, qty=2, side="buy", type="limit", time_in_force="gtc", limit_price=1.25
    )
    listed = api.list_orders(status="open")
    api.cancel_order(made.id)
    return {
        "listed": [order.id == made.id for order in listed],
        "limit_price": made.limit_price,
        "ended": api.get_order(made.id).status,
    }


def bars(api: REST) -> dict[str, Any]:
    frame = api.get_bars(SYMBOL, TimeFrame.Day, "2026-10-01", "2026-11-01").df
    return {"rows": len(frame), "columns": sorted(frame.columns)}


def refusal(api: REST) -> dict[str, Any]:
    try:
        api.submit_order("NOPE", qty=1)
    except APIError as error:
        return {"status": error.status_code, "code": error.code}
    return {}


async def streams(api: REST) -> dict[str, Any]:
    """A market order's fill and a quote, as the streams tell them."""
    stream = Stream(data_stream_url=os.environ["APCA_API_DATA_STREAM_URL"])
    filled, quoted = asyncio.Event(), asyncio.Event()
    told: dict[str, Any] = {}

    async def on_update(update: Any) -> None:
        if update.event == "fill":
            told["fill"] = {"symbol": update.order["symbol"], "qty": update.qty}
            filled.set()

    async def on_quote(quote: Any) -> None:
        told["quote"] = {
            "symbol": quote.symbol,
            "sane": quote.bid_price < quote.ask_price,
        }
        quoted.set()

    stream.subscribe_trade_updates(on_update)
    stream.subscribe_quotes(on_quote, SYMBOL)
    task = asyncio.create_task(stream._run_forever())
    async with asyncio.timeout(PATIENCE_SECONDS):
        await quoted.wait()
        while not filled.is_set():
            await asyncio.to_thread(api.submit_order, SYMBOL, qty=1)
            await asyncio.sleep(0.2)
    task.cancel()
    return told


def main() -> None:
    api = REST()
    saw = {
        "account": account(api),
        "orders": orders(api),
        "bars": bars(api),
        "refusal": refusal(api),
        "streams": asyncio.run(streams(api)),
        "positions": [position.symbol for position in api.list_positions()],
    }
    json.dump(saw, sys.stdout)
    sys.stdout.flush()
    os._exit(0)  # the client's streams leave threads and sockets behind


if __name__ == "__main__":
    main()
