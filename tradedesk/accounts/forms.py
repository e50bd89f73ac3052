"""What people type about themselves and others."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from tradedesk.accounts.models import DeskDevice, Preferences, Role, User
from tradedesk.accounts.models.preference import Zone
from tradedesk.accounts.verification import of_kind


CODE_ATTRIBUTES = {"autocomplete": "one-time-code", "spellcheck": "false"}
LONGEST_CODE = 40


class PersonForm(forms.Form):
    """Joining: a password, typed once and shown on wish by the browser or manager."""

    name = forms.CharField(
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters. A password manager's is best.",
    )

    def email_address(self) -> str:
        return str(self.cleaned_data.get("email", ""))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if password := cleaned.get("password"):
            person = User(email=self.email_address(), name=cleaned.get("name", ""))
            try:
                validate_password(password, person)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class OwnerForm(PersonForm):
    email = forms.EmailField(
        label="Email address",
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    field_order = ("email", "password", "name")


class JoinForm(PersonForm):
    field_order = ("password", "name")

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invited = email

    def email_address(self) -> str:
        return self.invited


class CodeForm(forms.Form):
    """A code from one of the factors that the person has.

    With ``with=recovery`` in the address or the form, the recovery sheet alone.
    """

    device = forms.ChoiceField(
        label="Factor", widget=forms.Select(attrs={"class": "select"})
    )
    code = forms.CharField(
        label="Code",
        max_length=LONGEST_CODE,
        widget=forms.TextInput(attrs={**CODE_ATTRIBUTES, "autofocus": True}),
    )

    def __init__(self, request: HttpRequest, devices: list[DeskDevice]) -> None:
        super().__init__(request.POST or None)
        wished = request.POST.get("with") or request.GET.get("with")
        self.recovery = wished == "recovery"
        self.can_recover = bool(of_kind(devices, recovery=True))
        self._offer(of_kind(devices, recovery=self.recovery))

    def _offer(self, devices: list[DeskDevice]) -> None:
        field = self.fields["device"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [(device.persistent_id, device.name) for device in devices]
        if devices:
            field.initial = devices[0].persistent_id
        if len(devices) <= 1:
            field.widget = forms.HiddenInput()


class EnrolForm(forms.Form):
    """`pending` names the authenticator that the page showed."""

    pending = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(
        label="Name of this authenticator",
        max_length=64,
        required=False,
        initial="Authenticator",
    )
    new_code = forms.CharField(
        label="Six digits from your authenticator",
        max_length=LONGEST_CODE,
        widget=forms.TextInput(
            attrs={**CODE_ATTRIBUTES, "autofocus": True, "inputmode": "numeric"}
        ),
    )


class PreferencesForm(forms.ModelForm[Preferences]):
    name = forms.CharField(label="Your name", max_length=120, required=False)

    class Meta:
        model = Preferences
        fields = (
            "theme",
            "contrast",
            "palette",
            "density",
            "zone",
            "local_zone",
            "hide_money",
            "shortcuts_enabled",
            "size_model",
            "risk_percent",
            "breakeven_r",
        )
        labels = {
            "palette": "Gain and loss",
            "zone": "Times",
            "local_zone": "My own zone",
            "hide_money": "Hide amounts of money",
            "shortcuts_enabled": "Keyboard shortcuts",
            "size_model": "Size a ticket by",
            "risk_percent": "Risk per trade, % of equity",
            "breakeven_r": "Breakeven below, in R",
        }
        help_texts = {
            "hide_money": "Leaves R, percent and prices.",
            "shortcuts_enabled": "Single keys work outside input fields.",
            "breakeven_r": "Nearer to nothing than this, a trade neither won nor lost: "
            "it is counted apart from the win rate.",
        }
        widgets = {"local_zone": forms.TextInput(attrs={"list": "zones"})}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        local = cleaned.get("zone") == Zone.LOCAL
        if local and cleaned.get("local_zone") not in available_timezones():
            self.add_error("local_zone", "Name a zone, as in Europe/Berlin.")
        return cleaned


class InvitationForm(forms.Form):
    email = forms.EmailField(label="Email address")
    role = forms.ChoiceField(choices=Role, initial=Role.TRADER)


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role)
