"""The fields of a ticket, checked one by one; what they mean together is the preview's.

Empty prices are left to the preview, which proposes them; nothing is rounded silently.
"""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django import forms

from brokers.domain.orders import OrderType, Side, TimeInForce
from risk.sizing import SizeModel


TYPES = [
    (OrderType.MARKET.value, "Market"),
    (OrderType.LIMIT.value, "Limit"),
    (OrderType.STOP.value, "Stop"),
    (OrderType.STOP_LIMIT.value, "Stop limit"),
    (OrderType.TRAILING_STOP.value, "Trailing stop"),
]
TIMES = [
    (TimeInForce.DAY.value, "Day"),
    (TimeInForce.GTC.value, "Until cancelled"),
    (TimeInForce.IOC.value, "Immediate or cancel"),
    (TimeInForce.FOK.value, "Fill or kill"),
    (TimeInForce.OPG.value, "At the open"),
    (TimeInForce.CLS.value, "At the close"),
]
# Not a model of sizing: the broker is asked for an amount of money, not for units.
BY_AMOUNT = "amount"
SIZES = [
    (SizeModel.RISK_PERCENT.value, "% at risk"),
    (SizeModel.RISK_MONEY.value, "Money at risk"),
    (SizeModel.UNITS.value, "Units"),
    (SizeModel.MONEY.value, "Money, whole"),
    (BY_AMOUNT, "Money, fractions"),
    (SizeModel.VOLATILITY_PERCENT.value, "% volatility"),
]


CENT = Decimal("0.01")


def _price(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=Decimal("0.0001"),
        max_digits=16,
        decimal_places=8,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


class TicketForm(forms.Form):
    """One order as a trader types it. `intent_key` makes sending it twice one order."""

    intent_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    version = forms.IntegerField(
        widget=forms.HiddenInput, initial=0, required=False, min_value=0
    )
    symbol = forms.CharField(
        label="Symbol",
        max_length=32,
        widget=forms.TextInput(
            attrs={"autocapitalize": "characters", "autocomplete": "off"}
        ),
    )
    side = forms.ChoiceField(
        label="Side",
        choices=[(Side.BUY.value, "Buy"), (Side.SELL.value, "Sell")],
        initial=Side.BUY.value,
        widget=forms.RadioSelect,
    )
    type = forms.ChoiceField(
        label="Type", choices=TYPES, initial=OrderType.MARKET.value
    )
    time_in_force = forms.ChoiceField(
        label="Time in force", choices=TIMES, initial=TimeInForce.DAY.value
    )
    limit_price = _price("Limit")
    stop_price = _price("Trigger")
    trail_percent = _price("Trail by percent")
    trail_price = _price("Trail by amount")
    stop_loss_price = _price("Stop")
    stop_loss_limit_price = _price("Limit of the stop")
    take_profit_price = _price("Target")
    size_model = forms.ChoiceField(
        label="Size by", choices=SIZES, initial=SizeModel.RISK_PERCENT.value
    )
    size_amount = forms.DecimalField(
        label="Size",
        min_value=Decimal(0),
        max_digits=16,
        decimal_places=9,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    extended_hours = forms.BooleanField(
        label="Also outside regular hours", required=False
    )
    no_stop_reason = forms.CharField(
        label="Why no stop", max_length=200, required=False, strip=True
    )
    nudge_reason = forms.CharField(
        label="Your reason", max_length=200, required=False, strip=True
    )
    thesis = forms.CharField(label="Thesis", max_length=500, required=False)
    acknowledged = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Which warnings there are to answer is known only after the checks have run.
        many = getattr(self.data, "getlist", None)
        asked = many("acknowledged") if many else self.data.get("acknowledged", [])
        field = self.fields["acknowledged"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(code, code) for code in asked]

    def clean_symbol(self) -> str:
        return str(self.cleaned_data["symbol"]).strip().upper()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        type_ = OrderType(cleaned["type"]) if "type" in cleaned else OrderType.MARKET
        needed = {
            "limit_price": type_.needs_limit_price,
            "stop_price": type_.needs_stop_price,
        }
        for name, is_needed in needed.items():
            missing = cleaned.get(name) is None and name not in self.errors
            if is_needed and missing:
                label = self.fields[name].label
                self.add_error(
                    name,
                    f"A {type_.value.replace('_', ' ')} order needs a price: {label}.",
                )
            if not is_needed:
                cleaned[name] = None
        self._check_trail(cleaned, trails=type_ is OrderType.TRAILING_STOP)
        self._check_stop_limit(cleaned)
        self._check_amount(cleaned)
        return cleaned

    def _check_trail(self, cleaned: dict[str, Any], *, trails: bool) -> None:
        names = ("trail_percent", "trail_price")
        if not trails:
            cleaned.update(dict.fromkeys(names))
            return
        given = [name for name in names if cleaned.get(name) is not None]
        if len(given) == len(names):
            both = "Trail by percent or by an amount, not by both."
            self.add_error("trail_price", both)
        elif not given and not any(name in self.errors for name in names):
            self.add_error(
                "trail_percent",
                "A trailing stop order needs a trail: by percent or by an amount.",
            )

    def _check_stop_limit(self, cleaned: dict[str, Any]) -> None:
        limit, stop = (
            cleaned.get("stop_loss_limit_price"),
            cleaned.get("stop_loss_price"),
        )
        name = "stop_loss_limit_price"
        if limit is None or "stop_loss_price" in self.errors:
            return
        if stop is None:
            self.add_error(name, "A limit of the stop needs the stop itself: Stop.")
            return
        sells = cleaned.get("side") == Side.BUY
        if (limit > stop) if sells else (limit < stop):
            verb, where = ("sells", "below") if sells else ("buys", "above")
            self.add_error(
                name, f"This stop {verb}: its limit lies at {stop} or {where}."
            )

    def _check_amount(self, cleaned: dict[str, Any]) -> None:
        amount = cleaned.get("size_amount")
        if cleaned.get("size_model") != BY_AMOUNT or amount is None:
            return
        if amount <= 0:
            self.add_error("size_amount", "Enter an amount of money above 0.")
        elif amount != amount.quantize(CENT):
            self.add_error("size_amount", "An amount of money has two decimals.")
