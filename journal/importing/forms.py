"""What a person sends: a file with its account, answers to rows, names of columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from brokers.models import Account
from journal.imports.cells import named
from journal.imports.formats import Format
from journal.imports.mapped import NEEDED, Field, Signs, Table
from journal.imports.text import LARGEST_FILE


NEW = "new"
_MEGABYTE = 1_000_000
FORMATS = {
    Format.ALPACA_JSON: "Alpaca activities (JSON)",
    Format.ALPACA_CSV: "Alpaca activities (CSV)",
    Format.SCHWAB: "Schwab transactions",
    Format.SCHWAB_REALISED: "Schwab realised gains",
    Format.TD_AMERITRADE: "TD Ameritrade transactions",
    Format.THINKORSWIM: "thinkorswim account statement",
    Format.IBKR_ACTIVITY: "Interactive Brokers activity statement",
    Format.IBKR_FLEX_CSV: "Interactive Brokers Flex query (CSV)",
    Format.IBKR_FLEX_XML: "Interactive Brokers Flex query (XML)",
    Format.IBKR_HISTORY: "Interactive Brokers transaction history",
    Format.ETRADE_OLD: "E*TRADE transactions, until 2025",
    Format.ETRADE: "E*TRADE transactions, since 2025",
    Format.FIDELITY: "Fidelity account history",
    Format.ROBINHOOD: "Robinhood account activity",
    Format.WEBULL: "Webull orders",
    Format.TRADENOTE: "TradeNote template",
    Format.TRADERVUE: "Tradervue generic",
    Format.MICROCAP_LOG: "Micro-cap trade log",
    Format.MICROCAP_DAILY: "Micro-cap daily updates",
}
LABELS = {form.value: label for form, label in FORMATS.items()} | {
    "mapped": "Columns named by you"
}


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Statement",
        help_text=f"CSV, XML or JSON, up to {LARGEST_FILE // _MEGABYTE} MB. "
        "What it is follows from its columns.",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xml,.json"}),
    )
    account = forms.ChoiceField(label="Account")
    new_account = forms.CharField(
        label="Name of the new account", max_length=80, required=False, strip=True
    )

    def __init__(self, *args: Any, accounts: Iterable[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accounts = {str(one.pk): one for one in accounts}
        field = self.fields["account"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                *((pk, _labelled(one)) for pk, one in self.accounts.items()),
                (NEW, "A new account, known by its statements"),
            ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("account") == NEW and not given.get("new_account"):
            self.add_error("new_account", "Give the new account a name.")
        return given

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(
                f"The file is larger than {LARGEST_FILE // _MEGABYTE} MB. "
                "Export a shorter span, and import one after the other."
            )
        return file

    @property
    def chosen_account(self) -> Account | None:
        return self.accounts.get(self.cleaned_data["account"])


def _labelled(account: Account) -> str:
    by = "statements only" if account.connection.is_by_statement else account.mode
    return f"{account.name} ({by})"


_DAY_FORMATS = (
    ("", "Found by itself (2026-03-31, 03/31/2026)"),
    ("%d.%m.%Y", "31.03.2026"),
    ("%d/%m/%Y", "31/03/2026 (day first)"),
    ("%d-%m-%Y", "31-03-2026 (day first)"),
    ("%d %b %Y", "31 Mar 2026"),
    ("%b %d, %Y", "Mar 31, 2026"),
)
_SIGNS = (
    (Signs.SIDE.value, "A column says buy or sell"),
    (Signs.QUANTITY.value, "Sales have a negative quantity"),
    (Signs.AMOUNT.value, "Purchases have a negative amount"),
)
_ZONES = (
    ("America/New_York", "New York"),
    ("America/Chicago", "Chicago"),
    ("America/Los_Angeles", "Los Angeles"),
    ("UTC", "UTC"),
    ("Europe/London", "London"),
    ("Europe/Berlin", "Berlin"),
    ("Asia/Tokyo", "Tokyo"),
)
_FIELDS = {
    Field.DAY: "Date of the trade",
    Field.SYMBOL: "Symbol",
    Field.QUANTITY: "Quantity",
    Field.PRICE: "Price",
    Field.TIME: "Time",
    Field.SIDE: "Buy or sell",
    Field.FEES: "Fees",
    Field.AMOUNT: "Amount",
    Field.ID: "Id of the execution",
    Field.NOTE: "Note",
}
# What columns are called elsewhere, to begin with a guess.
_GUESSES = {
    Field.DAY: ("date", "day", "trade date", "datum", "time"),
    Field.SYMBOL: ("symbol", "ticker", "instrument", "security"),
    Field.QUANTITY: ("quantity", "qty", "shares", "units", "size", "amount of shares"),
    Field.PRICE: ("price", "fill price", "avg price", "execution price"),
    Field.TIME: ("time", "exec time"),
    Field.SIDE: ("side", "action", "type", "buy/sell", "b/s", "direction"),
    Field.FEES: ("fees", "fee", "commission", "comm", "costs"),
    Field.AMOUNT: ("amount", "net amount", "total", "value"),
    Field.ID: ("id", "execution id", "trade id", "ref"),
    Field.NOTE: ("note", "notes", "comment", "description"),
}


class ColumnsForm(forms.Form):
    """A select per field of ours, over the columns of the file."""

    signs = forms.ChoiceField(label="How a sale shows", choices=_SIGNS)
    day_format = forms.ChoiceField(
        label="Dates look like", choices=_DAY_FORMATS, required=False
    )
    zone = forms.ChoiceField(label="Times are of", choices=_ZONES)
    comma = forms.BooleanField(
        label="Decimals follow a comma (1.234,56)", required=False
    )

    def __init__(self, *args: Any, table: Table, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table
        columns = [(named(one), one) for one in table.header if one]
        for field, label in _FIELDS.items():
            self.fields[field.value] = forms.ChoiceField(
                label=label,
                choices=[("", "Not in this file"), *columns],
                required=field in NEEDED,
                initial=_guess(field, [name for name, _ in columns]),
            )

    @property
    def column_fields(self) -> list[Any]:
        return [self[field.value] for field in _FIELDS]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        signs = given.get("signs")
        if signs == Signs.SIDE.value and not given.get(Field.SIDE.value):
            self.add_error(Field.SIDE.value, "Which column says buy or sell?")
        if signs == Signs.AMOUNT.value and not given.get(Field.AMOUNT.value):
            self.add_error(Field.AMOUNT.value, "Which column has the amount?")
        return given

    def stored(self) -> dict[str, Any]:
        given = self.cleaned_data
        columns = {one.value: given[one.value] for one in _FIELDS if given[one.value]}
        return {
            "columns": columns,
            "signs": given["signs"],
            "day_format": given["day_format"],
            "zone": given["zone"],
            "comma": given["comma"],
        }


def _guess(field: Field, columns: list[str]) -> str:
    return next((name for name in _GUESSES[field] if name in columns), "")
