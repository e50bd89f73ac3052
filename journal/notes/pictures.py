"""A screenshot as it came in, to one that is kept: decoded, freed of all else, encoded.

Nothing of the file survives but its pixels, so neither place and camera (EXIF) nor
anything hidden behind the picture does. What a file claims is believed only so far:
https://pillow.readthedocs.io/en/latest/handbook/security.html
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

from PIL import Image, ImageOps

from tradedesk.core.errors import InvalidInputError


READ = ("PNG", "JPEG", "WEBP", "GIF")
CONTENT_TYPE = "image/webp"
MOST_BYTES = 12 * 1024 * 1024
# A screen of 6K has 20 million; decoded, each takes four bytes.
MOST_PIXELS = 30_000_000
LONGEST_SIDE = 2560
# A lossless screenshot that grows beyond this is a photograph in disguise.
MOST_LOSSLESS = 1_500_000
QUALITY = 85
# What Pillow raises for a file that is broken or lies: SyntaxError is its word for a
# malformed PNG, ValueError that of a text chunk too large, EOFError of a cut-off file.
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, *_BOMB)


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """A WebP file; sides in pixels, `digest` its SHA-256 in hexadecimal."""

    content: bytes
    width: int
    height: int
    digest: str


class UnusablePictureError(InvalidInputError):
    """The file cannot be kept; the message says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message, field="pictures")


def encode(data: bytes) -> Encoded:
    """The first frame of a PNG, JPEG, WebP or GIF as WebP, at most 2560 on a side.

    Raises:
        UnusablePictureError: too large, another kind of file, or broken.
    """
    check_size(len(data))
    opened = _opened(data)
    width, height = opened.size
    if width * height > MOST_PIXELS:
        raise UnusablePictureError(
            f"This picture has {width} × {height} pixels, more than "  # noqa: RUF001
            f"{MOST_PIXELS // 1_000_000} million. Make it smaller first."
        )
    pixels = _pixels(opened)
    content = _webp(pixels, lossless=opened.format in {"PNG", "GIF"})
    width, height = pixels.size
    digest = hashlib.sha256(content).hexdigest()
    return Encoded(content=content, width=width, height=height, digest=digest)


def check_size(size: int) -> None:
    """`size` in bytes, before anything is read. Raises UnusablePictureError."""
    if size > MOST_BYTES:
        raise UnusablePictureError(
            f"This picture is larger than {MOST_BYTES // 1024**2} MB. "
            "Crop it or save it as JPEG."
        )


def _opened(data: bytes) -> Image.Image:
    """Only its head is read here: no pixel is made before the size is known."""
    try:
        return Image.open(io.BytesIO(data), formats=READ)
    except _BROKEN as error:
        if isinstance(error, _BOMB):
            raise UnusablePictureError(
                "This picture claims to be enormous and was not opened."
            ) from error
        raise UnusablePictureError(
            "This is not a picture that can be kept. PNG, JPEG, WebP and GIF can."
        ) from error


def _pixels(opened: Image.Image) -> Image.Image:
    try:
        opened.seek(0)
        turned = ImageOps.exif_transpose(opened)
        mode = "RGBA" if turned.has_transparency_data else "RGB"
        pixels = turned.convert(mode)
    except _BROKEN as error:
        raise UnusablePictureError(
            "This picture is broken and could not be read to its end."
        ) from error
    pixels.info = {}  # comments, profiles and places end here
    if max(pixels.size) > LONGEST_SIDE:
        pixels.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return pixels


def _webp(pixels: Image.Image, *, lossless: bool) -> bytes:
    if lossless:
        content = _saved(pixels, lossless=True, quality=40, method=2)
        if len(content) <= MOST_LOSSLESS:
            return content
    return _saved(pixels, lossless=False, quality=QUALITY, method=3)


def _saved(pixels: Image.Image, **options: int) -> bytes:
    out = io.BytesIO()
    pixels.save(out, "WEBP", exif=b"", icc_profile=b"", xmp=b"", **options)
    return out.getvalue()
