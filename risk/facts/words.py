"""The small vocabulary of the risk checks; values equal the desk's words for orders."""

from __future__ import annotations

from enum import StrEnum


class Side(StrEnum):
    BUY = "buy"
    SELL = "sell"

    @property
    def sign(self) -> int:
        """+1 for a buy, -1 for a sell."""
        return 1 if self is Side.BUY else -1


class OrderType(StrEnum):
    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    STOP_LIMIT = "stop_limit"
    TRAILING_STOP = "trailing_stop"


class TimeInForce(StrEnum):
    DAY = "day"
    GTC = "gtc"
    IOC = "ioc"
    FOK = "fok"
    OPG = "opg"
    CLS = "cls"


class OrderClass(StrEnum):
    SIMPLE = "simple"
    BRACKET = "bracket"
    OCO = "oco"
    OTO = "oto"


class Intent(StrEnum):
    """What the trader said the order is for.

    TRADE goes as its side and quantity say but may not turn a position around; CLOSE
    may only reduce; REVERSE knowingly goes through zero.
    """

    TRADE = "trade"
    CLOSE = "close"
    REVERSE = "reverse"


class AccountMode(StrEnum):
    PRACTICE = "practice"
    PAPER = "paper"
    LIVE = "live"


class AccountStatus(StrEnum):
    ACTIVE = "active"
    CLOSING_ONLY = "closing_only"
    BLOCKED = "blocked"


class Session(StrEnum):
    """What the venue is in now."""

    REGULAR = "regular"
    EXTENDED = "extended"
    CLOSED = "closed"


class TradingState(StrEnum):
    """ACTIVE trades; REDUCING and HALTED let only through what reduces a position.

    HALTED is what the kill switch sets: working orders are cancelled as well, and only
    a step-up releases it. The way out of a position stays open in each of them.
    """

    ACTIVE = "active"
    REDUCING = "reducing"
    HALTED = "halted"

    @property
    def severity(self) -> int:
        return _SEVERITY.index(self)


_SEVERITY = (TradingState.ACTIVE, TradingState.REDUCING, TradingState.HALTED)


class Scope(StrEnum):
    """What a state or a policy is for; the desk's id is 0."""

    DESK = "desk"
    USER = "user"
    ACCOUNT = "account"


class Phase(StrEnum):
    """When an order was assessed."""

    DRAFT = "draft"
    CONFIRM = "confirm"
    AMEND = "amend"
    SEND = "send"


class Outcome(StrEnum):
    PASS = "pass"  # noqa: S105 - an outcome, not a password
    WARN = "warn"
    BLOCK = "block"


class Acknowledgement(StrEnum):
    """What a warning asks of the trader before the order may go on."""

    NONE = "none"
    CONFIRM = "confirm"
    REASON = "reason"


class WayOut(StrEnum):
    """What a rule does to an order that only reduces a position.

    EXEMPT: it does not apply. TOLD: it warns at most. HELD: it blocks too, because the
    order would certainly be refused, trade at once at any price, exceed the position,
    or close somebody else's.
    """

    EXEMPT = "exempt"
    TOLD = "told"
    HELD = "held"


class Unit(StrEnum):
    """What a figure counts; PRICE and MONEY are in the account's currency."""

    MONEY = "money"
    PRICE = "price"
    QUANTITY = "quantity"
    PERCENT = "percent"
    SECONDS = "seconds"
    ATR = "atr"
    COUNT = "count"
    RATIO = "ratio"
    R = "r"
    WORD = "word"


class DenialCode(StrEnum):
    """CATEGORY_CONDITION: what a verdict speaks of, stable for logs and reports."""

    INSTRUMENT_UNKNOWN = "INSTRUMENT_UNKNOWN"
    INSTRUMENT_NOT_TRADABLE = "INSTRUMENT_NOT_TRADABLE"
    INSTRUMENT_HALTED = "INSTRUMENT_HALTED"
    VENUE_UNKNOWN = "VENUE_UNKNOWN"
    VENUE_CLOSED = "VENUE_CLOSED"
    VENUE_QUEUES = "VENUE_QUEUES"
    VENUE_AUCTION_CLOSED = "VENUE_AUCTION_CLOSED"
    ORDER_TYPE_UNSUPPORTED = "ORDER_TYPE_UNSUPPORTED"
    ORDER_TIF_UNSUPPORTED = "ORDER_TIF_UNSUPPORTED"
    ORDER_CLASS_UNSUPPORTED = "ORDER_CLASS_UNSUPPORTED"
    ORDER_CLASS_TIF_UNSUPPORTED = "ORDER_CLASS_TIF_UNSUPPORTED"
    ORDER_EXITS_INCOMPLETE = "ORDER_EXITS_INCOMPLETE"
    ORDER_EXITS_NOT_ENTRY = "ORDER_EXITS_NOT_ENTRY"
    ORDER_EXTENDED_UNSUPPORTED = "ORDER_EXTENDED_UNSUPPORTED"
    ORDER_CAPABILITIES_UNKNOWN = "ORDER_CAPABILITIES_UNKNOWN"
    SHORT_UNSUPPORTED = "SHORT_UNSUPPORTED"
    SHORT_NOT_BORROWABLE = "SHORT_NOT_BORROWABLE"
    SHORT_HARD_TO_BORROW = "SHORT_HARD_TO_BORROW"
    SHORT_UNKNOWN = "SHORT_UNKNOWN"
    QUANTITY_INVALID = "QUANTITY_INVALID"
    QUANTITY_LOT = "QUANTITY_LOT"
    QUANTITY_FRACTIONAL = "QUANTITY_FRACTIONAL"
    QUANTITY_NOTIONAL = "QUANTITY_NOTIONAL"
    QUANTITY_RULES_UNKNOWN = "QUANTITY_RULES_UNKNOWN"
    QUANTITY_LIMIT = "QUANTITY_LIMIT"
    QUANTITY_UNKNOWN = "QUANTITY_UNKNOWN"
    NOTIONAL_MINIMUM = "NOTIONAL_MINIMUM"
    NOTIONAL_UNKNOWN = "NOTIONAL_UNKNOWN"
    PRICE_MISSING = "PRICE_MISSING"
    PRICE_INVALID = "PRICE_INVALID"
    PRICE_TICK = "PRICE_TICK"
    PRICE_TICK_UNKNOWN = "PRICE_TICK_UNKNOWN"
    PRICE_COLLAR = "PRICE_COLLAR"
    PRICE_COLLAR_UNKNOWN = "PRICE_COLLAR_UNKNOWN"
    STOP_WRONG_SIDE = "STOP_WRONG_SIDE"
    STOP_SIDE_UNKNOWN = "STOP_SIDE_UNKNOWN"
    EXIT_WRONG_SIDE = "EXIT_WRONG_SIDE"
    EXIT_SIDE_UNKNOWN = "EXIT_SIDE_UNKNOWN"
    VALUE_LIMIT = "VALUE_LIMIT"
    VALUE_UNKNOWN = "VALUE_UNKNOWN"
    QUOTE_MISSING = "QUOTE_MISSING"
    QUOTE_STALE = "QUOTE_STALE"
    QUOTE_CROSSED = "QUOTE_CROSSED"
    SPREAD_WIDE = "SPREAD_WIDE"
    SPREAD_UNKNOWN = "SPREAD_UNKNOWN"
    BUYING_POWER_EXCEEDED = "BUYING_POWER_EXCEEDED"
    BUYING_POWER_UNKNOWN = "BUYING_POWER_UNKNOWN"
    RISK_PER_TRADE = "RISK_PER_TRADE"
    RISK_UNKNOWN = "RISK_UNKNOWN"
    STOP_REQUIRED = "STOP_REQUIRED"
    DUPLICATE_ORDER = "DUPLICATE_ORDER"
    DUPLICATE_UNKNOWN = "DUPLICATE_UNKNOWN"
    POSITION_FLIP = "POSITION_FLIP"
    POSITION_RESERVED = "POSITION_RESERVED"
    POSITION_NOT_REDUCED = "POSITION_NOT_REDUCED"
    POSITION_UNKNOWN = "POSITION_UNKNOWN"
    SELF_TRADE = "SELF_TRADE"
    SELF_TRADE_UNKNOWN = "SELF_TRADE_UNKNOWN"
    UNRESOLVED_ORDER = "UNRESOLVED_ORDER"
    UNRESOLVED_UNKNOWN = "UNRESOLVED_UNKNOWN"
    APPROVAL_EXPIRED = "APPROVAL_EXPIRED"
    MODE_MISMATCH = "MODE_MISMATCH"
    STATE_HALTED = "STATE_HALTED"
    STATE_REDUCING = "STATE_REDUCING"
    STATE_UNKNOWN = "STATE_UNKNOWN"
    BEHAVIOUR_COOLING_OFF = "BEHAVIOUR_COOLING_OFF"
    BEHAVIOUR_LOCKED = "BEHAVIOUR_LOCKED"
    BEHAVIOUR_AVERAGING_DOWN = "BEHAVIOUR_AVERAGING_DOWN"
    BEHAVIOUR_ADDING_TO_LOSS = "BEHAVIOUR_ADDING_TO_LOSS"
    BEHAVIOUR_AFTER_LOSS = "BEHAVIOUR_AFTER_LOSS"
    BEHAVIOUR_SIZE_AFTER_LOSS = "BEHAVIOUR_SIZE_AFTER_LOSS"
    BEHAVIOUR_SIZE_AFTER_GAIN = "BEHAVIOUR_SIZE_AFTER_GAIN"
    BEHAVIOUR_TILT = "BEHAVIOUR_TILT"
    BEHAVIOUR_OVERTRADING = "BEHAVIOUR_OVERTRADING"
    BEHAVIOUR_SELF_RATING = "BEHAVIOUR_SELF_RATING"
    BEHAVIOUR_CHASING = "BEHAVIOUR_CHASING"
    BEHAVIOUR_NONE = "BEHAVIOUR_NONE"
    STOP_WIDENED = "STOP_WIDENED"
    ACCOUNT_NOT_OWNED = "ACCOUNT_NOT_OWNED"
    ACCOUNT_BLOCKED = "ACCOUNT_BLOCKED"
    ACCOUNT_UNKNOWN = "ACCOUNT_UNKNOWN"
