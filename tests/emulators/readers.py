"""A broker's reader with something changed: what no fault at the exchange can say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, cast

from brokers.domain.ports import AdapterContext, Reader
from brokers.registry import BROKERS, Broker


class Otherwise:
    """Answers as the reader does, but for what a subclass answers itself."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def __getattr__(self, name: str) -> Any:
        return getattr(self.reader, name)


@contextmanager
def reading_through(build: Callable[[Reader], Otherwise]) -> Iterator[None]:
    """Every reader of the practice exchange that is opened now answers through this."""
    registry = cast("MutableMapping[str, Broker]", BROKERS)
    usual = registry["practice"]

    def through(context: AdapterContext) -> Reader:
        return cast("Reader", build(usual.build_reader(context)))

    registry["practice"] = replace(usual, build_reader=through)
    try:
        yield
    finally:
        registry["practice"] = usual
