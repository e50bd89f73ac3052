"""Where static files are: their addresses carry a digest of what is in them."""

from __future__ import annotations

from functools import cache

from whitenoise.storage import (  # type: ignore[import-untyped]
    CompressedManifestStaticFilesStorage,
)


class DeskStaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped
    """WhiteNoise's; what it once said of a file holds until the process ends.

    The manifest is read at the start, and every page names two dozen files.
    """

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._address = cache(super().url)

    def url(self, name: str, **asked: bool) -> str:
        return str(self._address(name, **asked))
