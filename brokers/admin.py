"""Orders, fills, commands and accounts for a reviewer: read, filter, follow."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from brokers.models import Account, Command, Connection, Fill, Order, Position
from tradedesk.audit.admin import MOST_COUNTED, ReadOnlyAdmin


class CappedPaginator(Paginator[Any]):
    """Counts at most so many rows: a count of everything reads the whole table."""

    @cached_property
    def count(self) -> int:
        rows: QuerySet[Model] = self.object_list  # type: ignore[assignment] # the admin gives a query set
        return rows.order_by()[:MOST_COUNTED].count()


def audit_link(subject: str, subject_id: int) -> SafeString:
    """To everything that was written down of one thing."""
    where = urlencode({"subject": subject, "subject_id": subject_id})
    url = f"{reverse('admin:audit_auditentry_changelist')}?{where}"
    return format_html('<a href="{}">audit entries</a>', url)


class BookAdmin(ReadOnlyAdmin):
    """Big tables: no count of everything, searched by what an index answers."""

    paginator = CappedPaginator
    sortable_by = ()
    ordering = ("-pk",)

    def get_readonly_fields(
        self, _request: HttpRequest, _obj: Model | None = None
    ) -> list[str]:
        """All columns that are shown at all, and the links below them."""
        hidden = set(self.exclude or ())
        names = [f.name for f in self.opts.concrete_fields if f.name not in hidden]
        return [*names, *self.links]

    links: tuple[str, ...] = ()


@admin.register(Order)
class OrderAdmin(BookAdmin):
    list_display = (
        "id", "created_at", "account", "side", "quantity", "symbol", "type", "status",
        "filled_quantity", "average_price", "source", "audit",
    )  # fmt: skip
    list_filter = ("status", "side", "type", "source", "account__mode", "created_at")
    list_select_related = ("account",)
    search_fields = ("=id", "=client_order_id", "=broker_order_id")
    search_help_text = "An order's number, our id of it, or the broker's"
    links = ("audit", "commands_link", "fills_link")

    @admin.display(description="record")
    def audit(self, order: Order) -> SafeString:
        return audit_link("order", order.pk)

    @admin.display(description="commands")
    def commands_link(self, order: Order) -> SafeString:
        return _filtered("command", order)

    @admin.display(description="fills")
    def fills_link(self, order: Order) -> SafeString:
        return _filtered("fill", order)


def _filtered(model: str, order: Order) -> SafeString:
    url = reverse(f"admin:brokers_{model}_changelist")
    return format_html('<a href="{}?order={}">{}s</a>', url, order.pk, model)


@admin.register(Command)
class CommandAdmin(BookAdmin):
    list_display = (
        "id", "approved_at", "order", "kind", "status", "sends", "lookups",
        "unresolved_since", "outcome", "audit",
    )  # fmt: skip
    list_filter = ("status", "kind", "approved_at")
    list_select_related = ("order",)
    search_fields = ("=order__id", "=client_order_id")
    links = ("audit",)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup == "order" or super().lookup_allowed(lookup, value, request)

    @admin.display(description="record")
    def audit(self, command: Command) -> SafeString:
        return audit_link("order", command.order_id)


@admin.register(Fill)
class FillAdmin(BookAdmin):
    list_display = (
        "id", "executed_at", "account", "side", "quantity", "symbol", "price", "fees",
        "told_by", "busted_at", "audit",
    )  # fmt: skip
    list_filter = ("side", "told_by", "account__mode", "executed_at")
    list_select_related = ("account",)
    search_fields = ("=order__id", "=execution_id")
    links = ("audit",)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup == "order" or super().lookup_allowed(lookup, value, request)

    @admin.display(description="record")
    def audit(self, fill: Fill) -> SafeString:
        return audit_link("order", fill.order_id)


@admin.register(Position)
class PositionAdmin(BookAdmin):
    list_display = (
        "id", "account", "symbol", "quantity", "broker_quantity", "average_price",
        "realised", "changed_at", "broker_told_at", "audit",
    )  # fmt: skip
    list_filter = ("account__mode",)
    list_select_related = ("account",)
    search_fields = ("=symbol",)
    links = ("audit",)

    @admin.display(description="record")
    def audit(self, position: Position) -> SafeString:
        return audit_link("position", position.pk)


@admin.register(Account)
class AccountAdmin(BookAdmin):
    list_display = (
        "id", "name", "mode", "owner", "connection", "number", "active",
        "trading_blocked", "reported_at", "synced_at", "audit",
    )  # fmt: skip
    list_filter = ("mode", "active", "trading_blocked")
    list_select_related = ("owner", "connection")
    search_fields = ("name", "number")
    links = ("audit",)

    @admin.display(description="record")
    def audit(self, account: Account) -> SafeString:
        return audit_link("account", account.pk)


@admin.register(Connection)
class ConnectionAdmin(BookAdmin):
    """What the desk knows of the way to a broker; its credentials are never shown."""

    exclude = ("credentials", "calendar")
    list_display = (
        "id", "label", "slug", "environment", "owner", "state", "state_detail",
        "reached_at", "stream_seen_at", "audit",
    )  # fmt: skip
    list_filter = ("state", "slug", "environment")
    list_select_related = ("owner",)
    search_fields = ("label",)
    links = ("audit",)

    @admin.display(description="record")
    def audit(self, connection: Connection) -> SafeString:
        return audit_link("connection", connection.pk)
