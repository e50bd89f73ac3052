"""The page of today: how one is, what is to be done, what is at risk; results last."""

from __future__ import annotations
