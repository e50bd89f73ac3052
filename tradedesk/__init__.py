"""The desk's platform: accounts, audit, web shell and what crosses the domains."""

from __future__ import annotations
