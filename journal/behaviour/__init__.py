"""What a trader's own trading says: signals, the warnings they make, what came of them."""

from __future__ import annotations
