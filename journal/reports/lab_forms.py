"""What the sizing lab takes: all of it stands in the address, so that it can be kept."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from journal.analytics.lab import Scenario
from journal.analytics.listing import UnreadableLineError, read_results
from journal.reports.lab import MOST_STEPS, RUNS
from journal.reports.lab_models import Example


MINE, PASTED = "mine", "pasted"
MOST_LINES = 1000
MOST_WRONG_LINES = 8
HUNDRED = Decimal(100)


def _figure(
    label: str,
    least: str,
    most: str,
    *,
    start: str,
    places: int = 2,
    help_text: str = "",
) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=Decimal(least),
        max_value=Decimal(most),
        max_digits=16,
        decimal_places=places,
        initial=Decimal(start),
        help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


class LabForm(forms.Form):
    """Left empty, a field takes its first value; `take` says whose results."""

    take = forms.ChoiceField(
        label="Results",
        required=False,
        initial=MINE,
        choices=[(MINE, "My trades"), (PASTED, "A list")],
        widget=forms.RadioSelect,
    )
    r = forms.CharField(
        label="R-multiples, one per line",
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text="Like 2, -1 or +0.35R; up to a thousand.",
    )
    goal = _figure("Goal, gain in %", "0.1", "100000", start="100")
    ruin = _figure("Ruin, loss in %", "0.1", "100", start="50")
    trades = forms.IntegerField(
        label="Trades per run", required=False, min_value=1, max_value=500, initial=50
    )
    risk_low = _figure("From risk %", "0.01", "99", start="0.5")
    risk_high = _figure("To risk %", "0.01", "99", start="10")
    risk_step = _figure("In steps of %", "0.01", "50", start="0.5")
    seed = forms.IntegerField(
        label="Seed", required=False, min_value=1, max_value=2**31 - 1, initial=1
    )

    def clean_r(self) -> list[float]:
        """The list; the lines that are no numbers are named one by one."""
        lines = self.cleaned_data["r"].replace(",", "\n").splitlines()
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(
                f"These are {len(lines)} lines; give at most {MOST_LINES}."
            )
        found: list[float] = []
        wrong: list[str] = []
        for number, line in enumerate(lines, start=1):
            try:
                found += read_results([line])
            except UnreadableLineError:
                wrong.append(f"Line {number} is not a number: “{line.strip()[:40]}”.")
        if wrong:
            shown = wrong[:MOST_WRONG_LINES]
            if len(wrong) > len(shown):
                shown.append(f"And {len(wrong) - len(shown)} more lines.")
            raise forms.ValidationError(shown)
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, field in self.fields.items():
            if cleaned.get(name) in (None, "") and name not in self.errors:
                cleaned[name] = field.initial
        if cleaned.get("take") == PASTED and not (
            cleaned.get("r") or self.has_error("r")
        ):
            self.add_error("r", "Paste at least one result, or take your own trades.")
        if not self.errors:
            self._check_size(cleaned)
        return cleaned

    def _check_size(self, cleaned: dict[str, Any]) -> None:
        low, high, step = (cleaned[f"risk_{end}"] for end in ("low", "high", "step"))
        if high < low:
            self.add_error("risk_high", "This is less than where it begins.")
            return
        levels = int((high - low) / step) + 1
        most = MOST_STEPS // (RUNS * cleaned["trades"])
        if levels > most:
            self.add_error(
                "risk_step",
                f"These are {levels} levels; with {cleaned['trades']} trades a run it "
                f"can be {most}. Take larger steps.",
            )

    def scenario(self) -> Scenario:
        given = self.cleaned_data
        return Scenario(
            goal=float(1 + given["goal"] / HUNDRED),
            ruin=float(1 - given["ruin"] / HUNDRED),
            trades=given["trades"],
            runs=RUNS,
            seed=given["seed"],
        )

    def risks(self) -> Sequence[float]:
        given = self.cleaned_data
        low, high, step = (given[f"risk_{end}"] for end in ("low", "high", "step"))
        count = int((high - low) / step) + 1
        return [float((low + step * number) / HUNDRED) for number in range(count)]


class ExampleForm(forms.Form):
    """One trade to size; begins with the numbers of a plain one."""

    equity = _figure("Equity", "1", "1000000000", start="50000")
    entry = _figure("Entry", "0.0001", "1000000", start="60", places=4)
    stop = _figure("Stop", "0.0001", "1000000", start="58.50", places=4)
    risk_percent = _figure("Risk %", "0.01", "100", start="1")
    volatility_percent = _figure("Volatility %", "0.01", "100", start="0.5")
    atr = _figure("ATR", "0.0001", "1000000", start="3", places=4)
    per_money = _figure("Per money", "1", "1000000000", start="50000")
    lot = _figure("Units each", "1", "1000000", start="100", places=0)
    parts = _figure("Positions", "1", "1000", start="5", places=0)
    margin_percent = _figure("Margin %", "0.1", "100", start="20")
    margin = _figure("Margin per unit", "0.0001", "1000000", start="30", places=4)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, field in self.fields.items():
            if cleaned.get(name) is None and name not in self.errors:
                cleaned[name] = field.initial
        if not self.errors and cleaned["stop"] == cleaned["entry"]:
            self.add_error("stop", "The stop stands at the entry: there is no risk.")
        return cleaned

    def example(self) -> Example:
        return Example(**self.cleaned_data)
