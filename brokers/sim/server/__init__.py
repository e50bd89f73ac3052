"""The practice exchange's wire face: the sim engine served in Alpaca's protocol."""

from __future__ import annotations
