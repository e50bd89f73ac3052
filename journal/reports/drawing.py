"""Drawings as SVG with attributes only: the policy forbids styles, and colours are the
style sheet's (`static/css/chart.css`, `analytics.css`). Each says in words what it shows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from django.utils.safestring import SafeString, mark_safe

from journal.analytics.figures import FloatArray


# Thousands of points are looked up and not written one by one.
_TENTHS = np.array([f"{tenth / 10:g}" for tenth in range(10_000)], dtype=object)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """In CSS pixels; `phone` has room for fewer words."""

    width: int
    height: int
    phone: bool = False


class Canvas:
    """Parts in the order in which they are painted; numbers to a tenth of a pixel."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self._parts: list[str] = []

    def line(self, css: str, start: tuple[float, float], end: tuple[float, float]) -> None:  # fmt: skip
        (x1, y1), (x2, y2) = start, end
        self._parts.append(
            f'<line class="{css}" x1="{x1:.1f}" x2="{x2:.1f}" y1="{y1:.1f}" y2="{y2:.1f}"/>'
        )

    def text(self, at: tuple[float, float], words: str, css: str = "", *, anchor: str = "") -> None:  # fmt: skip
        style = (f' class="{css}"' if css else "") + (
            f' text-anchor="{anchor}"' if anchor else ""
        )
        self._parts.append(
            f'<text x="{at[0]:.1f}" y="{at[1]:.1f}"{style}>{escape(words)}</text>'
        )

    def path(self, css: str, d: str) -> None:
        self._parts.append(f'<path class="{css}" d="{d}"/>')

    def rect(self, css: str, at: tuple[float, float], size: tuple[float, float], *, radius: float = 0) -> None:  # fmt: skip
        self._parts.append(rectangle(css, at, size, radius=radius))

    def circle(self, css: str, at: tuple[float, float], radius: float) -> None:
        self._parts.append(
            f'<circle class="{css}" cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius:g}"/>'
        )

    def link(self, url: str, words: str, inside: Iterable[str]) -> None:
        """What is inside leads to `url`; `words` are its title."""
        self._parts.append(
            f'<a href="{escape(url)}" aria-label="{escape(words)}">'
            f"<title>{escape(words)}</title>{''.join(inside)}</a>"
        )

    def drawn(self, words: str, css: str = "chart", *, parts: bool = False) -> SafeString:  # fmt: skip
        """`parts` says that links inside are to be reached one by one. Without words it is
        a decoration: it says nothing that does not stand beside it.
        """
        role = "group" if parts else "img"
        said = f'role="{role}" aria-label="{escape(words)}"' if words else 'aria-hidden="true"'  # fmt: skip
        return mark_safe(  # noqa: S308 - words and addresses are escaped above
            f'<svg class="{css}" viewBox="0 0 {self.size.width} {self.size.height}"'
            f" {said}>{''.join(self._parts)}</svg>"
        )


def rectangle(
    css: str, at: tuple[float, float], size: tuple[float, float], *, radius: float = 0
) -> str:
    rounded = f' rx="{radius:g}"' if radius else ""
    return (
        f'<rect class="{css}" x="{at[0]:.1f}" y="{at[1]:.1f}"'
        f' width="{max(size[0], 0):.1f}" height="{max(size[1], 0):.1f}"{rounded}/>'
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """From values to pixels; `start` is where `low` stands and may be below `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) * self._each

    def all(self, values: FloatArray) -> FloatArray:
        found: FloatArray = self.start + (values - self.low) * self._each
        return found

    @property
    def _each(self) -> float:
        return (self.end - self.start) / ((self.high - self.low) or 1.0)


def pixels(values: FloatArray) -> list[str]:
    """In words, to a tenth; no drawing is wider than the table of them."""
    tenths = np.rint(values * 10).astype(np.int64).clip(0, len(_TENTHS) - 1)
    found: list[str] = _TENTHS[tenths].tolist()
    return found


def trace(x: FloatArray, y: FloatArray) -> str:
    """The points of a path: pairs after the first are lines."""
    return "M" + " ".join(pixels(np.column_stack([x, y]).ravel()))


def steps(low: float, high: float, most: int) -> list[float]:
    """Round values from low to high, at most so many: 1, 2 or 5 times a power of ten."""
    span = high - low
    if span <= 0 or most < 1:
        return [low]
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * n for n in (1, 2, 5, 10) if power * n >= rough * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(step * n, 12) for n in range(first, last + 1)]


def both(draw: Callable[[Size], SafeString], desktop: Size, phone: Size) -> SafeString:
    """A drawing for a desk and one for a phone, of which the style sheet shows one."""
    return mark_safe(  # noqa: S308 - made of drawings
        f'<div class="only-desktop">{draw(desktop)}</div>'
        f'<div class="only-phone">{draw(phone)}</div>'
    )


def joined(words: Sequence[str]) -> str:
    return ". ".join(word for word in words if word) + "."
