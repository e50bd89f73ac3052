"""A ticket that was filled in with a mistake, to show fields in all their states."""

from __future__ import annotations

from decimal import Decimal

from django import forms


class SampleTicket(forms.Form):
    side = forms.ChoiceField(
        choices=[("buy", "Buy"), ("sell", "Sell")], widget=forms.RadioSelect
    )
    entry = forms.DecimalField()
    stop = forms.DecimalField()
    target = forms.DecimalField(required=False)
    time_in_force = forms.ChoiceField(
        choices=[("day", "Day"), ("gtc", "Until cancelled")]
    )
    thesis = forms.CharField(
        required=False, help_text="One line that you will read after the trade."
    )
    acknowledged = forms.BooleanField(
        required=False, label="I have read this and the plan still holds"
    )

    def clean_stop(self) -> Decimal:
        stop: Decimal = self.cleaned_data["stop"]
        entry = self.cleaned_data.get("entry")
        if entry is not None and stop >= entry:
            message = f"Above the entry. Use a price below {entry}"
            raise forms.ValidationError(message)
        return stop


def filled_ticket() -> SampleTicket:
    return SampleTicket(
        {
            "side": "buy",
            "entry": "60.00",
            "stop": "60.50",
            "target": "64.50",
            "time_in_force": "day",
            "thesis": "50-day held, light volume",
            "acknowledged": "on",
        },
        auto_id="sample_%s",
    )
