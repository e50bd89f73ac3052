"""What people type on the page of a break; the workflow decides what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django import forms

from brokers.domain.breaks import BreakStatus, Resolution
from brokers.forms import typed
from brokers.reconciliation.paper import wording
from brokers.reconciliation.workflow import BY_HAND, NOTE_LENGTH, Adjustment
from tradedesk.accounts.models import User


_BOOK = frozenset({Resolution.ADJUSTMENT, Resolution.WRITE_OFF})
_WORK = (BreakStatus.OPEN, BreakStatus.INVESTIGATING, BreakStatus.AWAITING_BROKER)


def _note(label: str, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def _figure(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=24,
        decimal_places=9,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


class StepForm(forms.Form):
    """`seen` is the status that the page showed: another one now is a conflict."""

    seen = forms.ChoiceField(
        choices=[(status.value, "") for status in BreakStatus],
        widget=forms.HiddenInput,
    )

    @property
    def status_seen(self) -> BreakStatus:
        return BreakStatus(self.cleaned_data["seen"])


class AssignForm(StepForm):
    assignee = forms.TypedChoiceField(
        label="Give it to", required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: object, people: Iterable[User], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        names = [(one.pk, one.get_full_name()) for one in people]
        self.fields["assignee"].choices = [("", "Nobody"), *names]  # type: ignore[attr-defined]


class StatusForm(StepForm):
    status = forms.ChoiceField(
        label="State of the work",
        choices=[(status.value, wording.STATUSES[status]) for status in _WORK],
    )
    note = _note("Note", required=False)


class ResolveForm(StepForm):
    """The figures of a compensating entry count only where Adjustment is chosen."""

    resolution = forms.ChoiceField(label="Settled, because")
    note = _note("What was found")
    symbol = forms.CharField(label="Symbol", required=False, max_length=32)
    quantity = _figure("Units, signed")
    price = _figure("Price a unit")
    amount = _figure("Money, signed")

    def __init__(self, *args: object, adjusts: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        reasons = [one for one in BY_HAND if adjusts or one not in _BOOK]
        self.fields["resolution"].choices = [  # type: ignore[attr-defined]
            (one.value, wording.RESOLUTIONS[one]) for one in reasons
        ]

    @property
    def adjustment(self) -> Adjustment | None:
        given = self.cleaned_data
        if given["resolution"] != Resolution.ADJUSTMENT.value:
            return None
        return Adjustment(
            symbol=given["symbol"].strip().upper(),
            quantity=given["quantity"] or Decimal(0),
            price=given["price"],
            amount=given["amount"] or Decimal(0),
        )


def suggested(adjustment: Adjustment | None) -> dict[str, str]:
    """The entry that would make both sides agree, as a person would type it."""
    if adjustment is None:
        return {}
    return {
        "symbol": adjustment.symbol,
        "quantity": typed(adjustment.quantity or None),
        "price": typed(adjustment.price),
        "amount": typed(adjustment.amount or None),
    }


class VerifyForm(StepForm):
    note = _note("Note", required=False)


class ReopenForm(StepForm):
    note = _note("Why it is open again")


class ReconciliationForm(forms.Form):
    """One account's wishes; the time is that of the exchange."""

    reconcile_active = forms.BooleanField(
        label="Reconcile every trading day",
        required=False,
        help_text="Off, nothing is compared by itself and no letter comes.",
    )
    reconcile_at = forms.TimeField(
        label="Time of day at the exchange",
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text="From midnight to noon is meant for the morning after.",
    )
    reduce_on_critical_break = forms.BooleanField(
        label="Only reduce risk after a critical break",
        required=False,
        help_text="The account goes to REDUCING until you set it back.",
    )
