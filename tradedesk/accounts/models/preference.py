"""How a person wants the desk to look and what a new ticket starts from."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from tradedesk.accounts.models.owned import PersonalQuerySet


class Theme(models.TextChoices):
    SYSTEM = "system", "As the system"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class Contrast(models.TextChoices):
    SYSTEM = "system", "As the system"
    NORMAL = "normal", "Normal"
    HIGH = "high", "High"


class Palette(models.TextChoices):
    CLASSIC = "classic", "Green and red"
    BLUE = "blue", "Blue and orange (colour-blind)"
    EAST = "east", "Red up, green down"


class Density(models.TextChoices):
    COMPACT = "compact", "Compact"
    COMFORTABLE = "comfortable", "Comfortable"


class Zone(models.TextChoices):
    EXCHANGE = "exchange", "Exchange time"
    UTC = "utc", "UTC"
    LOCAL = "local", "My own zone"


class SizeModel(models.TextChoices):
    RISK_PERCENT = "risk_percent", "Percent of equity at risk"
    FIXED_QUANTITY = "fixed_quantity", "Fixed quantity"
    FIXED_VALUE = "fixed_value", "Fixed amount"


class Preferences(models.Model):
    """One row per person; a person without one sees the defaults."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preferences"
    )
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.SYSTEM)
    contrast = models.CharField(max_length=8, choices=Contrast, default=Contrast.SYSTEM)
    palette = models.CharField(max_length=8, choices=Palette, default=Palette.CLASSIC)
    density = models.CharField(max_length=12, choices=Density, default=Density.COMPACT)
    zone = models.CharField(max_length=8, choices=Zone, default=Zone.EXCHANGE)
    # IANA name, as in "Europe/Berlin"; shown when `zone` is LOCAL.
    local_zone = models.CharField(max_length=64, default="UTC")
    hide_money = models.BooleanField(default=False)
    shortcuts_enabled = models.BooleanField(default=True)
    # A plain number: accounts belong to brokers, which stands above this app.
    default_account_id = models.BigIntegerField(null=True, blank=True)
    size_model = models.CharField(
        max_length=16, choices=SizeModel, default=SizeModel.RISK_PERCENT
    )
    risk_percent = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        default=Decimal("0.50"),
        validators=[
            MinValueValidator(Decimal("0.01")),
            MaxValueValidator(Decimal("10.00")),
        ],
    )

    # A result nearer to nothing than this, in R, neither won nor lost.
    breakeven_r = models.DecimalField(
        max_digits=4,
        decimal_places=3,
        default=Decimal("0.05"),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))],
    )

    objects = PersonalQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "preferences"

    def __str__(self) -> str:
        return f"preferences of user {self.user_id}"
