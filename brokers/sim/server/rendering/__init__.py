"""The engine's views spelled in Alpaca's JSON, one module per part of its API."""

from __future__ import annotations
