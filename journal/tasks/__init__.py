"""Background work of the journal. Each task may come twice, late or never."""

from __future__ import annotations


__all__: list[str] = []
