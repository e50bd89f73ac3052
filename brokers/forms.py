"""What people type on the pages of orders, positions, accounts and watchlists."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms

from brokers.domain.orders import OrderChange, OrderType, Side, TimeInForce
from brokers.models import Account, AccountMode, Order, OrderSource
from brokers.registry import Broker, broker_named


def _figure(
    label: str, *, least: str = "0.0001", places: int = 8, required: bool = True
) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=Decimal(least),
        max_digits=20,
        decimal_places=places,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


def _words(member: OrderType) -> str:
    return member.value.replace("_", " ").capitalize()


def typed(value: Decimal | None) -> str:
    """A figure as a person would type it."""
    return "" if value is None else format(value.normalize(), "f")


def typed_price(value: Decimal | None) -> str:
    """A price with at least the two decimals that a reader expects."""
    text = typed(value)
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals:0<2}" if text else ""


class OrderFilterForm(forms.Form):
    """The blotter's filters; days are those of the exchange."""

    account = forms.TypedChoiceField(
        label="Account", required=False, coerce=int, empty_value=None
    )
    symbol = forms.CharField(
        label="Symbol",
        required=False,
        max_length=32,
        widget=forms.TextInput(
            attrs={
                "placeholder": "Any",
                "autocapitalize": "characters",
                "autocomplete": "off",
            }
        ),
    )
    side = forms.ChoiceField(
        label="Side",
        required=False,
        choices=[("", "Any"), (Side.BUY.value, "Buy"), (Side.SELL.value, "Sell")],
    )
    type = forms.ChoiceField(
        label="Type",
        required=False,
        choices=[("", "Any"), *((one.value, _words(one)) for one in OrderType)],
    )
    source = forms.ChoiceField(
        label="Source",
        required=False,
        choices=[("", "Any"), *OrderSource.choices],
    )
    mode = forms.ChoiceField(
        label="Mode", required=False, choices=[("", "Any"), *AccountMode.choices]
    )
    broker = forms.ChoiceField(label="Broker", required=False)
    placed_from = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    placed_until = forms.DateField(
        label="Until", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, accounts: Iterable[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = list(accounts)
        slugs = sorted({each.connection.slug for each in mine})
        self._offer("account", [(str(each.pk), str(each)) for each in mine])
        self._offer("broker", [(slug, broker_named(slug).label) for slug in slugs])

    def _offer(self, name: str, found: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "All"), *found]

    def clean_symbol(self) -> str:
        return str(self.cleaned_data["symbol"]).strip().upper()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("placed_from"), cleaned.get("placed_until")
        if first and last and last < first:
            self.add_error("placed_until", "This day is before the first one.")
        return cleaned

    def given(self) -> dict[str, str]:
        """The filters as the page's address carries them, those that are set."""
        fields = {name: str(self.data.get(name, "")).strip() for name in self.fields}
        return {name: value for name, value in fields.items() if value}


class AmendForm(forms.Form):
    """The fields of a working order that may change, filled in as they are.

    `intent_key` was born with the page, and is that of the warnings it shows.
    """

    intent_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    quantity = _figure("Quantity", least="0.000000001", places=9)
    limit_price = _figure("Limit")
    stop_price = _figure("Stop")
    trail = _figure("Trail")
    time_in_force = forms.ChoiceField(
        label="Time in force",
        choices=[
            (TimeInForce.DAY.value, "Day"),
            (TimeInForce.GTC.value, "Until cancelled"),
        ],
    )

    def __init__(self, order: Order, data: Any = None) -> None:
        self.order = order
        super().__init__(data, initial=self._current(order))
        for name in self._left_out(order):
            del self.fields[name]

    @staticmethod
    def _current(order: Order) -> dict[str, str]:
        return {
            "intent_key": str(uuid.uuid4()),
            "quantity": typed(order.quantity),
            "limit_price": typed_price(order.limit_price),
            "stop_price": typed_price(order.stop_price),
            "trail": typed(order.trail_percent or order.trail_price),
            "time_in_force": order.time_in_force,
        }

    @staticmethod
    def _left_out(order: Order) -> list[str]:
        """Fields that this order does not have, or that no broker changes."""
        type_ = OrderType(order.type)
        changeable = {TimeInForce.DAY.value, TimeInForce.GTC.value}
        kept = {
            "quantity": order.quantity is not None,
            "limit_price": type_.needs_limit_price,
            "stop_price": type_.needs_stop_price,
            "trail": type_ is OrderType.TRAILING_STOP,
            "time_in_force": order.time_in_force in changeable,
        }
        return [name for name, is_kept in kept.items() if not is_kept]

    def clean_intent_key(self) -> uuid.UUID:
        return self.cleaned_data["intent_key"] or uuid.uuid4()

    def clean_quantity(self) -> Decimal:
        quantity = Decimal(self.cleaned_data["quantity"])
        if quantity <= self.order.filled_quantity:
            filled = typed(self.order.filled_quantity)
            raise forms.ValidationError(
                f"{filled} are filled already. To stop the rest, cancel the order."
            )
        return quantity

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and self.change() == OrderChange():
            raise forms.ValidationError("Nothing is different from the working order.")
        return cleaned

    def change(self) -> OrderChange:
        """What differs from the order as it works now."""
        cleaned, order = self.cleaned_data, self.order
        trail = order.trail_percent or order.trail_price
        time = cleaned.get("time_in_force")
        return OrderChange(
            quantity=_changed(cleaned.get("quantity"), order.quantity),
            limit_price=_changed(cleaned.get("limit_price"), order.limit_price),
            stop_price=_changed(cleaned.get("stop_price"), order.stop_price),
            trail=_changed(cleaned.get("trail"), trail),
            time_in_force=(
                TimeInForce(time) if time and time != order.time_in_force else None
            ),
        )


def _changed(wanted: Decimal | None, current: Decimal | None) -> Decimal | None:
    return None if wanted is None or wanted == current else wanted


class CloseForm(forms.Form):
    percent = forms.TypedChoiceField(
        coerce=Decimal, choices=[("100", "100%"), ("50", "50%"), ("25", "25%")]
    )


class ReverseForm(forms.Form):
    """The entry that turns a position around; sent twice it is one draft."""

    intent_key = forms.UUIDField(widget=forms.HiddenInput)
    quantity = _figure("Quantity", least="0.000000001", places=9)
    stop_price = _figure("Stop")
    target_price = _figure("Target", required=False)


class ProtectForm(forms.Form):
    """A stop, with a target or without, or a stop that trails.

    `intent_key` makes sending the form twice one order.
    """

    intent_key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label="Protect with",
        required=False,
        choices=[("stop", "A stop"), ("trail", "A trailing stop")],
        widget=forms.RadioSelect,
    )
    stop_price = _figure("Stop", required=False)
    target_price = _figure("Target", required=False)
    trail = _figure("Trail", required=False)
    trail_unit = forms.ChoiceField(
        label="Trail in",
        required=False,
        choices=[("percent", "%"), ("money", "money a unit")],
    )

    @property
    def trails(self) -> bool:
        return self.cleaned_data.get("kind") == "trail"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        needed = "trail" if self.trails else "stop_price"
        if needed not in self.errors and cleaned.get(needed) is None:
            self.add_error(needed, "This field is required.")
        return cleaned


class FlattenForm(forms.Form):
    """The account's name, typed, before all of its positions are closed."""

    account_name = forms.CharField(
        label="Type the account's name",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        self.account = account
        super().__init__(*args, **kwargs)

    def clean_account_name(self) -> str:
        name = str(self.cleaned_data["account_name"])
        if name != self.account.name:
            raise forms.ValidationError(
                f"That is not the name of this account: {self.account.name}."
            )
        return name


class ConnectForm(forms.Form):
    """A connection's credentials, one field for each that the broker asks for."""

    label = forms.CharField(
        label="Name",
        max_length=80,
        help_text="How the account is called on every page of the desk.",
    )

    def __init__(
        self, broker: Broker, environment: str, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.broker, self.environment = broker, environment
        for field in broker.credential_fields:
            self.fields[f"credential_{field.name}"] = _credential(
                field.label, help_text=f"{field.help} {field.tip}", secret=field.secret
            )
        if broker.environments[environment].mode == "live":
            self.fields["accepted"] = forms.BooleanField(
                label="I have read this and accept that real money can be lost",
            )
            self.fields["code"] = forms.CharField(label="Code", max_length=64)

    def credentials(self) -> dict[str, str]:
        return {
            field.name: str(self.cleaned_data[f"credential_{field.name}"])
            for field in self.broker.credential_fields
        }


def _credential(label: str, *, help_text: str, secret: bool) -> forms.CharField:
    """Never written back into the page when it is secret; pasting works."""
    attrs = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}
    hidden = forms.PasswordInput(attrs={**attrs, "autocomplete": "new-password"})
    return forms.CharField(
        label=label,
        help_text=help_text.strip(),
        max_length=300,
        widget=hidden if secret else forms.TextInput(attrs=attrs),
    )


class WatchlistForm(forms.Form):
    name = forms.CharField(label="Name", max_length=60)


class SymbolForm(forms.Form):
    symbol = forms.CharField(label="Symbol", max_length=32)

    def clean_symbol(self) -> str:
        return str(self.cleaned_data["symbol"]).strip().upper()


class SavedViewForm(forms.Form):
    """A name for the filters that the blotter shows; `query` is its address."""

    name = forms.CharField(label="Name", max_length=60, strip=True)
    query = forms.CharField(max_length=1000, required=False, widget=forms.HiddenInput)
