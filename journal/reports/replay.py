"""A trade played again bar by bar: what was known at each moment, and nothing later.

Pure. A frame is made of the bars that had closed by then and of what had happened by
then; the caller gives a page nothing but the frame, so that the future is not on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from brokers.domain.orders import Side
from brokers.domain.reports import Bar


# While one guesses, the question also comes when nothing was done: to be asked must
# not say that something was.
ASKED_EVERY = 6
NOTHING = Decimal(0)


class EventKind(StrEnum):
    ORDER = "order"
    FILL = "fill"
    STOP = "stop"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened at an instant. A fill has side, quantity, price and fees;
    a stop's move has its new price, None where it went; a note has its id.
    """

    at: datetime
    kind: EventKind
    words: str
    side: Side | None = None
    quantity: Decimal = NOTHING
    price: Decimal | None = None
    fees: Decimal = NOTHING
    note_id: int | None = None

    @property
    def signed(self) -> Decimal:
        return self.side.sign * self.quantity if self.side else NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The whole trade. `start` is the place of the last bar that closed before the
    entry, or the first bar; `risk` is money, the trade's 1R.
    """

    bars: Sequence[Bar]
    length: timedelta
    events: Sequence[Event]
    opened_at: datetime
    risk: Decimal | None
    target: Decimal | None

    @property
    def start(self) -> int:
        closed = sum(bar.start + self.length <= self.opened_at for bar in self.bars)
        return max(closed - 1, 0)

    @property
    def last(self) -> int:
        return len(self.bars) - 1

    def inside(self, place: int) -> list[Event]:
        """What happened after the bar before had closed and until this one did; what
        came before the first bar belongs to it, what came after the last to that.
        """
        since = self.bars[place - 1].start + self.length if place else None
        until = self.bars[place].start + self.length if place < self.last else None
        return [
            one
            for one in self.events
            if (since is None or one.at >= since) and (until is None or one.at < until)
        ]

    def until(self, place: int) -> list[Event]:
        return [one for each in range(place + 1) for one in self.inside(each)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What is known once the bar at `place` has closed.

    `result` is money before fees at its close, what was realised included, None until
    something was bought or sold; `stop` the protective stop that works then.
    """

    place: int
    bars: Sequence[Bar]
    events: Sequence[Event]
    news: Sequence[Event]
    held: Decimal
    average: Decimal | None
    stop: Decimal | None
    target: Decimal | None
    result: Decimal | None
    result_r: Decimal | None
    is_last: bool

    @property
    def bar(self) -> Bar:
        return self.bars[-1]


def frame(script: Script, place: int) -> Frame:
    """The frame at this place, or at the nearest there is."""
    place = min(max(place, script.start), script.last)
    events = script.until(place)
    fills = [one for one in events if one.kind is EventKind.FILL]
    held = sum((one.signed for one in fills), NOTHING)
    close = script.bars[place].close
    result = _result(fills, held, close) if fills else None
    return Frame(
        place=place,
        bars=script.bars[: place + 1],
        events=events,
        news=script.inside(place),
        held=held,
        average=_average(fills),
        stop=_stop(events) if held else None,
        target=script.target if fills and held else None,
        result=result,
        result_r=result / script.risk if result is not None and script.risk else None,
        is_last=place == script.last,
    )


def _result(fills: Sequence[Event], held: Decimal, close: Decimal) -> Decimal:
    paid = sum((one.signed * (one.price or NOTHING) for one in fills), NOTHING)
    return held * close - paid


def _average(fills: Sequence[Event]) -> Decimal | None:
    """Of what is held, by average cost."""
    held, average = NOTHING, NOTHING
    for one in fills:
        after = held + one.signed
        if held * one.signed >= 0 and after:
            average = (average * held + (one.price or NOTHING) * one.signed) / after
        elif held * after < 0:
            average = one.price or NOTHING
        held = after
    return average if held else None


def _stop(events: Sequence[Event]) -> Decimal | None:
    moves = [one.price for one in events if one.kind is EventKind.STOP]
    return moves[-1] if moves else None


# Guessing


class Choice(StrEnum):
    """What one can do at the close of a bar."""

    LONG = "long"
    SHORT = "short"
    WAIT = "wait"
    HOLD = "hold"
    ADD = "add"
    REDUCE = "reduce"
    EXIT = "exit"


OUT = (Choice.LONG, Choice.SHORT, Choice.WAIT)
IN = (Choice.HOLD, Choice.ADD, Choice.REDUCE, Choice.EXIT)
CHOICE_LETTERS = {
    Choice.LONG: "l",
    Choice.SHORT: "s",
    Choice.WAIT: "w",
    Choice.HOLD: "h",
    Choice.ADD: "a",
    Choice.REDUCE: "r",
    Choice.EXIT: "x",
}
_BY_LETTER = {letter: choice for choice, letter in CHOICE_LETTERS.items()}


def asks(script: Script, place: int) -> bool:
    """Whether one decides at the close of this bar, before the next is shown."""
    if place >= script.last:
        return False
    acted = any(one.kind is EventKind.FILL for one in script.inside(place + 1))
    return acted or (place - script.start) % ASKED_EVERY == 0


def choices(held: Decimal) -> Sequence[Choice]:
    return IN if held else OUT


def done(script: Script, place: int) -> Choice:
    """What was done before the next bar closed."""
    before = frame(script, place).held
    fills = [one for one in script.inside(place + 1) if one.kind is EventKind.FILL]
    after = before + sum((one.signed for one in fills), NOTHING)
    if not before:
        first = next((one.signed for one in fills), NOTHING)
        if not first:
            return Choice.WAIT
        return Choice.LONG if first > 0 else Choice.SHORT
    if not after or before * after < 0:
        return Choice.EXIT
    if abs(after) == abs(before):
        return Choice.HOLD
    return Choice.ADD if abs(after) > abs(before) else Choice.REDUCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What one would do now at the close of a bar, beside what was done then: None
    until the next bar is shown.
    """

    place: int
    at: datetime
    now: Choice
    then: Choice | None

    @property
    def agrees(self) -> bool:
        return self.now is self.then


def read_guesses(text: str) -> dict[int, Choice]:
    """As an address carries them: "12w-18l"; what cannot be read is left out."""
    found: dict[int, Choice] = {}
    for part in text.split("-"):
        number, letter = part[:-1], part[-1:]
        if number.isascii() and number.isdecimal() and letter in _BY_LETTER:
            found[int(number[:6])] = _BY_LETTER[letter]
    return found


def write_guesses(guesses: dict[int, Choice]) -> str:
    return "-".join(
        f"{place}{CHOICE_LETTERS[choice]}" for place, choice in sorted(guesses.items())
    )


def compared(script: Script, guesses: dict[int, Choice], place: int) -> Sequence[Guess]:
    """The guesses whose bar is shown, in order; of the others nothing is told."""
    return [
        Guess(
            place=asked,
            at=script.bars[asked].start + script.length,
            now=choice,
            then=done(script, asked) if asked < place else None,
        )
        for asked, choice in sorted(guesses.items())
        if script.start <= asked <= place and asks(script, asked)
    ]


def allowed(script: Script, guesses: dict[int, Choice], place: int) -> int:
    """How far one may look: up to the first question that is not answered."""
    for asked in range(script.start, min(place, script.last)):
        if asks(script, asked) and asked not in guesses:
            return asked
    return place
