"""Warnings, holds, statements and versions of plans for a reviewer: read and filter."""

from __future__ import annotations

from django.contrib import admin

from brokers.admin import BookAdmin
from journal.models import (
    CoolingOff,
    Nudge,
    PlanVersion,
    PlaybookVersion,
    StatementImport,
    StatementRow,
)


@admin.register(Nudge)
class NudgeAdmin(BookAdmin):
    list_display = (
        "id", "shown_at", "account", "signal", "level", "symbol", "order", "answer",
        "reason",
    )  # fmt: skip
    list_filter = ("signal", "level", "answer", "shown_at")
    list_select_related = ("account", "order")
    search_fields = ("=id", "=order__id", "=intent")
    search_help_text = "A warning's number, its order's, or the ticket's own key"


@admin.register(CoolingOff)
class CoolingOffAdmin(BookAdmin):
    list_display = (
        "id", "began_at", "ends_at", "account", "kind", "signal", "lifted_at",
        "lifted_by",
    )  # fmt: skip
    list_filter = ("kind", "signal", "began_at")
    list_select_related = ("account", "lifted_by")
    search_fields = ("=id",)


@admin.register(StatementImport)
class StatementImportAdmin(BookAdmin):
    list_display = (
        "id", "created_at", "file_name", "format", "account", "state", "total",
        "stored_at", "undone_at",
    )  # fmt: skip
    list_filter = ("state", "format", "created_at")
    list_select_related = ("account",)
    search_fields = ("=id", "=digest")
    search_help_text = "An import's number, or the SHA-256 of the file"
    exclude = ("content", "runs")


@admin.register(StatementRow)
class StatementRowAdmin(BookAdmin):
    """A row's fate; by import, since a file may have very many."""

    list_display = ("id", "statement", "line", "kind", "fate", "symbol", "why")
    list_filter = ("kind", "fate")
    list_select_related = ("statement",)
    search_fields = ("=id", "=statement__id")
    search_help_text = "A row's number, or its import's"


@admin.register(PlanVersion)
class PlanVersionAdmin(BookAdmin):
    list_display = ("id", "published_at", "owner", "number", "reason", "digest")
    list_filter = ("published_at",)
    list_select_related = ("owner",)
    search_fields = ("=id", "=digest")


@admin.register(PlaybookVersion)
class PlaybookVersionAdmin(BookAdmin):
    list_display = ("id", "made_at", "owner", "name", "number", "reason", "digest")
    list_filter = ("made_at",)
    list_select_related = ("owner",)
    search_fields = ("=id", "=digest")
