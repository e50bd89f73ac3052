"""The ticket: what is typed, what it would mean, and the draft it becomes."""

from __future__ import annotations
