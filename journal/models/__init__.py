"""Rows and invariants of the trading journal."""

from __future__ import annotations


__all__: list[str] = []
