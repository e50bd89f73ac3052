"""Venues on loopback that tests and people's programs can talk to."""

from __future__ import annotations
