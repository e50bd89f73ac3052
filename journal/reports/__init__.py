"""What leaves the journal as a page, a table or a file: tax lots, the sizing lab."""

from __future__ import annotations
