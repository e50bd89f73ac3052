"""Small drawings and marks as SVG and HTML with attributes only (the CSP forbids styles)."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import cache, lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from tradedesk.web import formatting, marks
from tradedesk.web.icons import ICONS, LOGO


_HUNDRED = Decimal(100)
_R_BAR_WIDTH = Decimal(68)
_R_LOWEST, _R_HIGHEST = Decimal(-1), Decimal(3)
# As fine as it is told in words; a tenth of the line's own width.
_R_PLACES = Decimal("0.01")
_R_SCALE_LEFT, _R_SCALE_WIDTH = Decimal(30), Decimal(322)
# More would not fit between the words at both ends.
_R_NOTCHES = 3


@lru_cache(maxsize=512)
def icon(name: str, css: str = "", *, label: str = "") -> SafeString:
    """An icon; decorative unless it has a label of its own."""
    drawing = mark_safe(ICONS[name])  # noqa: S308 - a literal of ours
    if label:
        return format_html(
            '<svg class="icon {}" viewBox="0 0 16 16" role="img" aria-label="{}">{}</svg>',
            css,
            label,
            drawing,
        )
    return format_html(
        '<svg class="icon {}" viewBox="0 0 16 16" aria-hidden="true">{}</svg>',
        css,
        drawing,
    )


@cache
def logo() -> SafeString:
    drawing = mark_safe(LOGO)  # noqa: S308 - a literal of ours
    return format_html(
        '<svg class="logo" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', drawing
    )


@cache
def mode_badge(mode: str, css: str = "") -> SafeString:
    """PRACTICE, PAPER or LIVE; nothing for an account that is not chosen yet."""
    word = marks.MODE_WORDS.get(mode)
    if word is None:
        return SafeString()
    return format_html('<span class="mode-badge is-{} {}">{}</span>', mode, css, word)


@cache
def side_mark(side: str) -> SafeString:
    """Filled for buy and long, hollow for sell and short: never green and red."""
    word, css = marks.SIDE_WORDS[side]
    return format_html('<span class="side {}">{}</span>', css, word)


def order_chip(status: str, label: str = "") -> SafeString:
    return _chip(marks.ORDER_MARKS[status], label)


def command_chip(state: str, label: str = "") -> SafeString:
    return _chip(marks.COMMAND_MARKS[state], label)


def trading_state_chip(state: str, label: str = "") -> SafeString:
    return _chip(marks.TRADING_STATE_MARKS[state], label)


def meter(
    share: Decimal | int | None,
    *,
    label: str = "",
    added: Decimal | int | None = None,
    limit: Decimal | int | None = None,
    css: str = "",
) -> SafeString:
    """A bar of `share` percent, what this order would add, and a mark at `limit` percent.

    Amounts are percent of the bar's full width and are clamped to it.
    """
    base = _clamp(share)
    parts = [("0", base, css)]
    if added is not None:
        room = max(_HUNDRED - base, Decimal(0))
        parts.append((_text(base), min(_clamp(added), room), f"add {css}".strip()))
    rectangles = format_html_join(
        "",
        '<rect x="{}%" width="{}%" height="100%" class="{}"/>',
        ((start, _text(width), name) for start, width, name in parts),
    )
    mark = SafeString()
    if limit is not None:
        mark = format_html(
            '<rect class="limit" x="{}%" width="1" height="100%"/>',
            _text(_clamp(limit)),
        )
    return format_html(
        '<svg class="meter" role="img" aria-label="{}">{}{}</svg>',
        label or f"{_text(base)}%",
        rectangles,
        mark,
    )


def fill_bar(filled: Decimal | int, quantity: Decimal | int) -> SafeString:
    """How much of an order is filled, as a bar and in words: "120 of 327"."""
    words = f"{formatting.quantity(filled)} of {formatting.quantity(quantity)}"
    share = Decimal(filled) / Decimal(quantity) * _HUNDRED if quantity else Decimal(0)
    return format_html(
        '<span class="fill-bar">{}<span class="num">{}</span></span>',
        meter(share, label=f"{words} filled"),
        words,
    )


def range_bar(
    low: Decimal | None, high: Decimal | None, last: Decimal | None
) -> SafeString:
    """Where the last price stands in the day's range."""
    if low is None or high is None or last is None or high <= low:
        return mark_safe('<span class="muted">n/a</span>')
    share = _clamp((last - low) / (high - low) * _HUNDRED)
    return format_html(
        '<svg class="range" viewBox="0 0 56 8" role="img" aria-label="{}% of the day range">'
        '<line x1="1" x2="55" y1="4" y2="4"/>'
        '<rect x="{}" y="0" width="2.5" height="8" rx="1"/></svg>',
        _text(share.quantize(Decimal(1))),
        _text(1 + share * Decimal("0.515")),
    )


def r_bar(open_r: Decimal | None, stop_r: Decimal | None = None) -> SafeString:
    """A position's open R between its stop and +3R; n/a where no stop gives a unit."""
    if open_r is None:
        return SafeString()
    stop = _R_LOWEST if stop_r is None else stop_r
    shown = (one.quantize(_R_PLACES, rounding=ROUND_HALF_UP) for one in (open_r, stop))
    return _r_bar(*shown)


@lru_cache(maxsize=2048)
def _r_bar(open_r: Decimal, stop_r: Decimal) -> SafeString:
    value, zero = _r_position(open_r), _r_position(Decimal(0))
    stop = _r_position(stop_r)
    return format_html(
        '<svg class="chart rbar" width="72" height="14" viewBox="0 0 72 14" role="img" aria-label="{} on a scale from {}1R to +3R">'
        '<line class="grid" x1="2" x2="70" y1="7" y2="7"/><line class="axis" x1="{}" x2="{}" y1="3" y2="11"/>'
        '<line class="r-stop" x1="{}" x2="{}" y1="2" y2="12"/><line class="{} thick" x1="{}" x2="{}" y1="7" y2="7"/>'
        '<circle class="marker" cx="{}" cy="7" r="3.25"/></svg>',
        formatting.r_multiple(open_r),
        formatting.MINUS,
        zero,
        zero,
        stop,
        stop,
        "r-gain" if open_r >= 0 else "r-loss",
        zero,
        value,
        value,
    )


def r_scale(
    target_r: Decimal | None, *, stop: str, entry: str, target: str
) -> SafeString:
    """The plan of an order: stop at -1R, entry, and the target in R, with their words."""
    zero, right = _r_scale_places(target_r)
    words = f"Stop {stop} at {formatting.MINUS}1R, entry {entry}"
    if target_r:
        words += f", target {target} at {formatting.r_multiple(target_r)}"
    return format_html(
        '<svg class="chart" viewBox="0 0 392 36" role="img" aria-label="{}">{}{}'
        '<circle class="marker" cx="{}" cy="9" r="4.5"/>{}</svg>',
        words,
        _r_span(_R_SCALE_LEFT, zero, kind="risk"),
        _r_reward(target_r, zero, right) if target_r else SafeString(),
        _text(zero),
        _r_label(zero, "Entry"),
    )


def _r_scale_places(target_r: Decimal | None) -> tuple[Decimal, Decimal]:
    """Where the entry and the target stand; a far target is drawn at 10R."""
    reach = max(min(target_r or Decimal(2), Decimal(10)), Decimal("0.25"))
    right = _R_SCALE_LEFT + _R_SCALE_WIDTH
    return _R_SCALE_LEFT + _R_SCALE_WIDTH / (reach + 1), right


def _r_reward(target_r: Decimal, zero: Decimal, right: Decimal) -> SafeString:
    unit = zero - _R_SCALE_LEFT
    whole = [n for n in range(1, _R_NOTCHES + 1) if target_r - n > Decimal("0.3")]
    notches = format_html_join(
        "",
        '<path class="r-gain" d="M{} 5v8"/>{}',
        ((_text(zero + unit * n), _r_label(zero + unit * n, f"+{n}R")) for n in whole),
    )
    label = _r_label(right, f"Target {formatting.r_multiple(target_r)}")
    return _r_span(zero, right, kind="reward") + notches + label


def _r_span(start: Decimal, end: Decimal, *, kind: str) -> SafeString:
    css, edge = ("r-loss", start) if kind == "risk" else ("r-gain", end)
    label = SafeString()
    if kind == "risk":
        label = _r_label(start, f"Stop {formatting.MINUS}1R")
    return format_html(
        '<rect class="zone-{}" x="{}" y="5" width="{}" height="8"/>'
        '<path class="{}" d="M{} 9H{}M{} 3v12"/>{}',
        kind,
        _text(start),
        _text(end - start),
        css,
        _text(start),
        _text(end),
        _text(edge),
        label,
    )


def _r_label(x: Decimal, words: str) -> SafeString:
    return format_html(
        '<text class="soft" x="{}" y="31" text-anchor="middle">{}</text>',
        _text(x),
        words,
    )


@lru_cache(maxsize=512)
def _chip(mark: marks.Mark, label: str) -> SafeString:
    return format_html(
        '<span class="chip {}"{}>{}{}</span>',
        mark.css,
        format_html(' title="{}"', mark.hint) if mark.hint else "",
        icon(mark.icon) if mark.icon else "",
        label or mark.label,
    )


def _r_position(value: Decimal) -> str:
    share = (min(max(value, _R_LOWEST), _R_HIGHEST) - _R_LOWEST) / (
        _R_HIGHEST - _R_LOWEST
    )
    return _text(2 + share * _R_BAR_WIDTH)


def _clamp(share: Decimal | int | None) -> Decimal:
    return min(max(Decimal(share or 0), Decimal(0)), _HUNDRED)


def _text(value: Decimal) -> str:
    rounded = value.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
    return f"{rounded.normalize():f}"
