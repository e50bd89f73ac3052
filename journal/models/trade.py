"""Trades as rows, built from fills, and what a trader says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, Lower

from brokers.domain.orders import Side
from brokers.models import Account, Order
from brokers.models.owned import (
    Owned,
    OwnedQuerySet,
    choices,
    money_field,
    quantity_field,
)
from journal.analytics import market_type
from journal.domain.trades import Direction
from journal.models.playbook import Playbook


if TYPE_CHECKING:
    from tradedesk.accounts.models import User


KEY_LENGTH = 240


def ratio_field() -> models.DecimalField[Any, Any]:
    """An R-multiple or a share; wide, since a risk of nearly nothing makes it large."""
    return models.DecimalField(max_digits=40, decimal_places=8, null=True, blank=True)


def rating_field() -> models.PositiveSmallIntegerField[Any, Any]:
    """1 to 5, or nothing said."""
    bounds = [MinValueValidator(1), MaxValueValidator(5)]
    return models.PositiveSmallIntegerField(null=True, blank=True, validators=bounds)


class TradeSource(models.TextChoices):
    DESK = "desk", "this desk"
    IMPORT = "import", "a statement"
    DEMO = "demo", "the demo year"


# Of the entry, in exchange time; Monday is 1.
_EXCHANGE = ZoneInfo(settings.EXCHANGE_TIME_ZONE)
ENTRY_WEEKDAY = ExtractIsoWeekDay("opened_at", tzinfo=_EXCHANGE)
ENTRY_HOUR = ExtractHour("opened_at", tzinfo=_EXCHANGE)


class TradeQuerySet(OwnedQuerySet["Trade"]):
    def for_user(self, user: User) -> Self:
        """One's trades account by account; the netted ones would count them twice."""
        return self.filter(owner=user, account__isnull=False)

    def netted_for(self, user: User) -> Self:
        """One's trades as if all accounts were one."""
        return self.filter(owner=user).filter(Q(account=None) | Q(is_netted=True))

    def closed(self) -> Self:
        return self.filter(closed_at__isnull=False)

    def open(self) -> Self:
        return self.filter(closed_at=None)


class Trade(Owned):
    """From flat to flat in one symbol; only `journal.book` writes what fills say.

    `account` is null where accounts were netted; `is_netted` marks a trade of a symbol
    that no other account held, which is its own netted trade. `trading_day` is the
    exchange's date of the close. `quantity` is the largest held, prices are averages
    and money is signed, all as in `journal.domain.trades.TradeRecord`. `initial_stop`
    is that of the first entry. `playbook` and `planned_*` are of
    the first order. `mae` and `mfe` are
    money before fees, `entry_distance` is from the entry to its average price in daily
    ranges (see `journal.book.market`), `excursion_exact` whether no bar reached beyond the time held.
    `digest` is that of the facts, so that an unchanged trade is not written again.
    """

    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, null=True, blank=True, related_name="trades"
    )
    is_netted = models.BooleanField(default=True)
    key = models.CharField(max_length=KEY_LENGTH)
    digest = models.CharField(max_length=64, blank=True)
    source = models.CharField(
        max_length=8, choices=TradeSource, default=TradeSource.DESK
    )

    symbol = models.CharField(max_length=32)
    direction = models.CharField(max_length=5, choices=choices(Direction))
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    trading_day = models.DateField(null=True, blank=True)
    holding_seconds = models.BigIntegerField(null=True, blank=True)

    currency = models.CharField(max_length=3, default="USD")
    quantity = quantity_field()
    entry_price = money_field(null=True)
    exit_price = money_field(null=True)
    gross = money_field(null=True)
    fees = money_field()
    fees_known = models.BooleanField(default=True)
    net = money_field(null=True)
    initial_stop = money_field(null=True)
    initial_risk = money_field(null=True)
    first_risk = money_field(null=True)
    r_multiple = ratio_field()
    r_first = ratio_field()
    open_quantity = quantity_field()
    open_cost = money_field(null=True)

    order = models.ForeignKey(
        Order, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    playbook = models.ForeignKey(
        Playbook,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="trades",
    )
    planned_entry = money_field(null=True)
    planned_stop = money_field(null=True)
    planned_target = money_field(null=True)

    mae = money_field(null=True)
    mfe = money_field(null=True)
    mae_r = ratio_field()
    mfe_r = ratio_field()
    exit_efficiency = ratio_field()
    excursion_exact = models.BooleanField(default=False)
    measured_at = models.DateTimeField(null=True, blank=True)
    entry_distance = ratio_field()
    market_direction = models.CharField(
        max_length=12, choices=choices(market_type.Direction), blank=True
    )
    market_volatility = models.CharField(
        max_length=14, choices=choices(market_type.Volatility), blank=True
    )

    followed_plan = models.BooleanField(null=True, blank=True)
    emotion = rating_field()
    confidence = rating_field()
    reviewed_at = models.DateTimeField(null=True, blank=True)
    built_at = models.DateTimeField()

    objects = TradeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="one_trade_per_key")
        ]
        indexes = [
            # The list, newest first, by keyset; and what a report runs over.
            models.Index(
                fields=["owner", "-closed_at", "-id"],
                condition=Q(closed_at__isnull=False),
                name="trade_list",
            ),
            models.Index(
                fields=["owner"], condition=Q(closed_at=None), name="trade_open"
            ),
            models.Index(fields=["owner", "trading_day"], name="trade_day"),
            models.Index(fields=["playbook", "-closed_at"], name="trade_playbook"),
            models.Index(fields=["owner", "symbol", "-closed_at"], name="trade_symbol"),
            models.Index(fields=["account", "symbol", "opened_at"], name="trade_fold"),
            # Entries of one hour of the week, as the filter of a report names them.
            models.Index(
                F("owner"),
                ENTRY_HOUR,
                ENTRY_WEEKDAY,
                F("closed_at").desc(),
                F("id").desc(),
                condition=Q(closed_at__isnull=False),
                name="trade_hour",
            ),
            # What was entered before another on its day, or within an hour.
            models.Index(
                fields=["owner", "opened_at"],
                condition=Q(closed_at__isnull=False),
                name="trade_entered",
            ),
            models.Index(
                fields=["owner", "-closed_at"],
                condition=Q(reviewed_at=None, closed_at__isnull=False),
                name="trade_unreviewed",
            ),
            # What waits for bars; short, since what was measured leaves it.
            models.Index(
                fields=["closed_at"],
                condition=Q(measured_at=None, closed_at__isnull=False),
                name="trade_unmeasured",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.symbol}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def status(self) -> str:
        return "open" if self.is_open else "closed"


class TradeFill(Owned):
    """What an execution, or another entry of the book, did to a trade.

    `quantity` is positive and `side` says where to; quantity and prices count in units
    after the trade's splits. An entry without a price is one that nobody knows.
    """

    trade = models.ForeignKey(Trade, on_delete=models.CASCADE, related_name="fills")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    execution_id = models.CharField(max_length=160)
    side = models.CharField(max_length=4, choices=choices(Side))
    quantity = quantity_field()
    price = money_field(null=True)
    fees = money_field()
    executed_at = models.DateTimeField()
    order = models.ForeignKey(
        Order, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    stop_price = money_field(null=True)

    objects = OwnedQuerySet["TradeFill"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["trade", "account", "execution_id"],
                name="one_part_per_execution",
            )
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.quantity} at {self.price}"


class StopMove(Owned):
    """A protective stop that came, moved or went while the trade was held."""

    trade = models.ForeignKey(
        Trade, on_delete=models.CASCADE, related_name="stop_moves"
    )
    at = models.DateTimeField()
    before = money_field(null=True)
    after = money_field(null=True)
    reason = models.CharField(max_length=200, blank=True)

    objects = OwnedQuerySet["StopMove"].as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.before} to {self.after}"


class TradeCorrection(Owned):
    """What a person put right, by the trade's key, so that a rebuild keeps it.

    The newest of a field stands; an empty `after` takes the correction back.
    """

    trade_key = models.CharField(max_length=KEY_LENGTH)
    field = models.CharField(max_length=20)
    before = models.CharField(max_length=60, blank=True)
    after = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    objects = OwnedQuerySet["TradeCorrection"].as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["owner", "trade_key"], name="correction_key")]

    def __str__(self) -> str:
        return f"{self.field}: {self.before} to {self.after}"


class TagFamily(models.TextChoices):
    SETUP = "setup", "setup"
    MISTAKE = "mistake", "mistake"
    OTHER = "other", "other"


class Tag(Owned):
    """A word of one's own for trades and notes."""

    family = models.CharField(max_length=8, choices=TagFamily, default=TagFamily.OTHER)
    name = models.CharField(max_length=40)
    description = models.CharField(max_length=300, blank=True)

    objects = OwnedQuerySet["Tag"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "owner",
                "family",
                Lower("name"),
                name="one_tag_per_name",
            )
        ]

    def __str__(self) -> str:
        return self.name


class TradeTag(Owned):
    """A setup or another tag on a trade; mistakes are rows of their own."""

    trade = models.ForeignKey(
        Trade, on_delete=models.CASCADE, related_name="trade_tags"
    )
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="trade_tags")

    objects = OwnedQuerySet["TradeTag"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["trade", "tag"], name="one_tag_on_a_trade")
        ]

    def __str__(self) -> str:
        return str(self.tag)


class Mistake(Owned):
    """A rule not followed in a trade, whether it paid or not.

    `cost_r` is what it changed, the actual R less what the plan would have made, so
    negative where it cost; `estimated` where the trader guessed it.
    """

    trade = models.ForeignKey(Trade, on_delete=models.CASCADE, related_name="mistakes")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="mistakes")
    cost_r = ratio_field()
    estimated = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    objects = OwnedQuerySet["Mistake"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["trade", "tag"], name="one_mistake_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return str(self.tag)


class Followed(models.TextChoices):
    YES = "yes", "Yes"
    PARTLY = "partly", "Partly"
    NO = "no", "No"


class DayReview(Owned):
    """A day's debrief, which first asks whether the rules were followed."""

    day = models.DateField()
    followed_rules = models.CharField(max_length=6, choices=Followed, blank=True)
    note = models.TextField(max_length=4000, blank=True)
    tomorrow = models.TextField(max_length=2000, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedQuerySet["DayReview"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "day"], name="one_review_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.followed_rules or 'open'}"
