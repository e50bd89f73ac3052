"""The stream process: long-lived connections that bring news at once."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from django.core.management.base import BaseCommand

from brokers.streaming import StreamService
from tradedesk.core.clock import SYSTEM_CLOCK


class Command(BaseCommand):
    help = "Listen to every connection's order events and quotes until stopped."

    def handle(self, *_args: Any, **_options: Any) -> None:
        asyncio.run(self._run())

    async def _run(self) -> None:
        service = StreamService(SYSTEM_CLOCK)
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, service.stop)
        await service.run()
