"""Statements as they were uploaded, what became of each row, and mappings to columns."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from brokers.domain.orders import Side
from brokers.domain.reports import CashKind
from brokers.models import Account, Fill, LedgerEntry, ReconciliationRun
from brokers.models.owned import (
    Owned,
    OwnedQuerySet,
    choices,
    money_field,
    quantity_field,
)


class ImportState(models.TextChoices):
    WAITING = "waiting", "waiting to be read"
    READING = "reading", "being read"
    UNMAPPED = "unmapped", "columns not known"
    FAILED = "failed", "cannot be read"
    PREVIEW = "preview", "preview"
    STORING = "storing", "being stored"
    STORED = "stored", "stored"
    UNDONE = "undone", "undone"


class RowKind(models.TextChoices):
    TRADE = "trade", "trade"
    CASH = "cash", "cash"
    UNITS = "units", "units"
    OPTION = "option", "option event"
    HOLDING = "holding", "holding"
    BALANCE = "balance", "balance"
    GAIN = "gain", "closed lot"
    OTHER = "other", "other"


class Fate(models.TextChoices):
    """What becomes of a row. `refused` rows keep the whole file from being stored."""

    NEW = "new", "new"
    PRESENT = "present", "already there"
    QUESTION = "question", "asked about"
    IGNORED = "ignored", "left out"
    REFUSED = "refused", "cannot be read"


class StatementImport(Owned):
    """One file. `account` is null until it is stored into a new one, whose name is then
    `new_account`. `content` is kept only as long as the file may have to be read again.

    `counts` are rows by fate and by kind, `facts` what the file is about (symbols, sums
    of money), `total` how many rows it has. `answers` are what a person decided of
    single rows, by line: keep or leave.
    """

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="imports"
    )
    new_account = models.CharField(max_length=80, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    file_name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content = models.BinaryField(null=True)
    format = models.CharField(max_length=24, blank=True)
    mapping = models.JSONField(null=True, blank=True)
    state = models.CharField(
        max_length=10, choices=ImportState, default=ImportState.WAITING
    )
    problem = models.CharField(max_length=500, blank=True)
    account_hint = models.CharField(max_length=120, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    total = models.PositiveIntegerField(default=0)
    runs = models.ManyToManyField(ReconciliationRun, related_name="+")
    created_at = models.DateTimeField()
    stored_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedQuerySet["StatementImport"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ImportState.STORED) | Q(account__isnull=False),
                name="stored_import_has_account",
            )
        ]
        indexes = [
            models.Index(fields=["owner", "-created_at", "-id"], name="import_list"),
            models.Index(fields=["account", "state"], name="import_by_account"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name}: {self.get_state_display()}"

    @property
    def sums(self) -> dict[str, Decimal]:
        """Money of the new rows: bought, sold, fees, moved otherwise, and by how much
        the file's amounts differ from quantities times prices.
        """
        names = ("bought", "sold", "fees", "moved", "apart")
        return {name: Decimal(self.facts.get(name, "0")) for name in names}

    @property
    def is_busy(self) -> bool:
        return self.state in {
            ImportState.WAITING,
            ImportState.READING,
            ImportState.STORING,
        }


class StatementRow(Owned):
    """One row of a file and its fate; `fill` or `entry` is what it brought, null once
    the broker itself told of the same.

    `row_id` is the row's own id or what it says, told apart from equal rows; `text` is
    the row as it stands in the file, `detail` the broker's word for what happened and
    `what` ours where money or units moved otherwise than by a trade. `cost` is what one unit cost and `stop_price` the
    protective stop, where a holding tells them; a balance's money is in `amount`.
    `pair` is the line of the other half of a corporate action.
    """

    statement = models.ForeignKey(
        StatementImport, on_delete=models.CASCADE, related_name="rows"
    )
    line = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=RowKind)
    fate = models.CharField(max_length=8, choices=Fate)
    why = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    detail = models.CharField(max_length=200, blank=True)
    pair = models.PositiveIntegerField(null=True, blank=True)
    row_id = models.CharField(max_length=140, blank=True)
    order_id = models.CharField(max_length=64, blank=True)
    what = models.CharField(max_length=12, choices=choices(CashKind), blank=True)
    day = models.DateField(null=True, blank=True)
    at = models.DateTimeField(null=True, blank=True)
    named_account = models.CharField(max_length=64, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    symbol = models.CharField(max_length=64, blank=True)
    side = models.CharField(max_length=4, choices=choices(Side), blank=True)
    quantity = quantity_field(null=True)
    price = money_field(null=True)
    fees = money_field(default=Decimal(0))
    amount = money_field(null=True)
    cost = money_field(null=True)
    stop_price = money_field(null=True)
    fill = models.ForeignKey(
        Fill, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    entry = models.ForeignKey(
        LedgerEntry, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    objects = OwnedQuerySet["StatementRow"].as_manager()

    class Meta:
        indexes = [
            # A page of rows of one fate, by keyset.
            models.Index(fields=["statement", "fate", "id"], name="row_by_fate"),
            models.Index(fields=["statement", "id"], name="row_in_order"),
            # What statements told of the end of days.
            models.Index(
                fields=["statement", "day"],
                condition=Q(kind__in=[RowKind.HOLDING, RowKind.BALANCE]),
                name="row_told_of_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.fate}"


class ColumnMapping(Owned):
    """How one's unknown files read, found again by their header.

    `columns` maps our fields to the file's column names; `signs` says how a sale is
    told; `day_format` is a pattern of `strptime`.
    """

    header = models.CharField(max_length=64)
    name = models.CharField(max_length=80)
    columns = models.JSONField(default=dict)
    day_format = models.CharField(max_length=30, blank=True)
    zone = models.CharField(max_length=40, default="America/New_York")
    signs = models.CharField(max_length=12, default="side")
    comma = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    objects = OwnedQuerySet["ColumnMapping"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "header"], name="one_mapping_per_header"
            )
        ]

    def __str__(self) -> str:
        return self.name
