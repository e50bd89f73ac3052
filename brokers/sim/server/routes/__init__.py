"""One module per part of Alpaca's API; each names its routes at its end."""

from __future__ import annotations
