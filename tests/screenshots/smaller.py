"""PNG with a palette: pictures of pages have few colours, and the repository keeps them."""

from __future__ import annotations

import base64
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page


COLOURS = 256
# Draws the file and hands its pixels back, four bytes each.
READ = """async (url) => {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const bytes = context.getImageData(0, 0, image.width, image.height).data;
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768)
    text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return [image.width, image.height, btoa(text)];
}"""


def shrink(page: Page, path: Path) -> None:
    """Write the file anew with 256 of its colours; the others take the nearest."""
    url = f"data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()}"
    width, height, text = page.evaluate(READ, url)
    pixels = np.frombuffer(base64.b64decode(text), "<u4") & 0xFFFFFF
    packed, which, counts = np.unique(pixels, return_inverse=True, return_counts=True)
    colours = packed.astype("<u4").view(np.uint8).reshape(-1, 4)[:, :3]
    kept, nearest = _palette(colours.astype(np.int32), counts)
    rows = nearest[which.reshape(-1)].astype(np.uint8).reshape(height, width)
    path.write_bytes(_png(rows, colours[kept]))


def _palette(
    colours: NDArray[np.int32], counts: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Which colours are kept, and for each colour the number of the kept one nearest.

    The next kept is always the one that the kept ones serve worst: distance counts more
    than use, so that a rare green stays green beside a common blue.
    """
    kept = [int(counts.argmax())]
    distance = ((colours - colours[kept[0]]) ** 2).sum(axis=1)
    nearest = np.zeros(len(colours), np.intp)
    weight = np.sqrt(counts)
    while len(kept) < COLOURS and (distance * weight).any():
        worst = int((distance * weight).argmax())
        closer = ((colours - colours[worst]) ** 2).sum(axis=1)
        nearest[closer < distance] = len(kept)
        distance = np.minimum(distance, closer)
        kept.append(worst)
    return np.array(kept), nearest


def _png(rows: NDArray[np.uint8], palette: NDArray[np.uint8]) -> bytes:
    """Portable Network Graphics, second edition: 8 bits, colour type 3, no filters."""
    height, width = rows.shape
    lines = np.hstack([np.zeros((height, 1), np.uint8), rows]).tobytes()
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data)
        for kind, data in (
            (b"IHDR", header),
            (b"PLTE", palette.tobytes()),
            (b"IDAT", zlib.compress(lines, 9)),
            (b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check
