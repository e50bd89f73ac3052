"""The audit log for a reviewer: read, filter, follow, verify. Nothing can be changed."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from tradedesk.audit import selectors, services
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.models import AuditEntry, VerificationRun
from tradedesk.core.clock import SYSTEM_CLOCK


# A filtered list says "at least" beyond this many instead of counting a million rows.
MOST_COUNTED = 10_000


class SequencePaginator(Paginator[AuditEntry]):
    """Pages without count(*) or a growing OFFSET.

    Sequence numbers have no gaps, so of the whole log the head is the count, and a
    page is a range of numbers. A filtered list is counted, and paged, up to a limit.
    """

    @property
    def _rows(self) -> QuerySet[AuditEntry]:
        return cast("QuerySet[AuditEntry]", self.object_list)

    @cached_property
    def _is_whole_log(self) -> bool:
        return not self._rows.query.where

    @cached_property
    def count(self) -> int:
        if self._is_whole_log:
            return selectors.head().sequence
        return self._rows[:MOST_COUNTED].count()

    def page(self, number: int | str) -> Page[AuditEntry]:
        if not self._is_whole_log:
            return super().page(number)
        number = self.validate_number(number)
        newest = self.count - (number - 1) * self.per_page
        rows = self._rows.filter(
            sequence__lte=newest, sequence__gt=newest - self.per_page
        )
        return Page(rows, number, self)


class ActionFilter(admin.SimpleListFilter):
    title = "action"
    parameter_name = "action"

    def lookups(self, *_args: object) -> list[tuple[str, str]]:
        return [(action.value, action.value) for action in AuditAction]

    def queryset(
        self, _request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> QuerySet[AuditEntry]:
        return queryset.filter(action=self.value()) if self.value() else queryset


# The different subjects by one index probe each instead of a scan of every entry:
# https://wiki.postgresql.org/wiki/Loose_indexscan
_SUBJECTS = """
    WITH RECURSIVE found AS (
        (SELECT subject FROM audit_entry ORDER BY subject LIMIT 1)
        UNION ALL
        SELECT (SELECT subject FROM audit_entry WHERE subject > found.subject
                ORDER BY subject LIMIT 1)
        FROM found WHERE found.subject IS NOT NULL
    ) SELECT subject FROM found WHERE subject IS NOT NULL
"""


class SubjectFilter(admin.SimpleListFilter):
    title = "subject"
    parameter_name = "subject"

    def lookups(self, *_args: object) -> list[tuple[str, str]]:
        with connection.cursor() as cursor:
            cursor.execute(_SUBJECTS)
            return [(subject, subject) for (subject,) in cursor.fetchall()]

    def queryset(
        self, _request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> QuerySet[AuditEntry]:
        return queryset.filter(subject=self.value()) if self.value() else queryset


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Whoever may open the admin may read; the role decides that, not permissions."""

    show_full_result_count = False
    actions = None
    list_per_page = 50

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(
        self, request: HttpRequest, _obj: Model | None = None
    ) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, _request: HttpRequest, _obj: Model | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, _request: HttpRequest, _obj: Model | None = None
    ) -> bool:
        return False


def _entries_url(**where: object) -> str:
    return f"{reverse('admin:audit_auditentry_changelist')}?{urlencode(where)}"


def _entry_link(sequence: int) -> SafeString:
    url = reverse("admin:audit_auditentry_change", args=[sequence])
    return format_html('<a href="{}">{}</a>', url, sequence)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    paginator = SequencePaginator
    change_list_template = "admin/audit/auditentry/change_list.html"
    ordering = ("-sequence",)
    sortable_by = ()
    list_display = (
        "sequence", "when", "action", "who", "actor_kind", "about", "short_digest",
    )  # fmt: skip
    list_filter = (ActionFilter, "actor_kind", SubjectFilter, "recorded_at")
    search_fields = ("sequence",)  # shows the box; see get_search_results
    search_help_text = (
        "A sequence number, an actor's whole name or address, or a subject and its id: "
        "order 12"
    )
    fields = (
        "sequence", "when", "action", "who", "actor_kind", "address", "about",
        "payload_text", "payload_digest", "previous", "following", "digest",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description="when (UTC)")
    def when(self, entry: AuditEntry) -> str:
        return entry.recorded_at.strftime("%Y-%m-%d %H:%M:%S.%f")

    @admin.display(description="who")
    def who(self, entry: AuditEntry) -> SafeString:
        url = _entries_url(actor_name=entry.actor_name)
        return format_html('<a href="{}">{}</a>', url, entry.actor_name)

    @admin.display(description="subject")
    def about(self, entry: AuditEntry) -> SafeString:
        url = _entries_url(subject=entry.subject, subject_id=entry.subject_id)
        return format_html(
            '<a href="{}">{} {}</a>', url, entry.subject, entry.subject_id
        )

    @admin.display(description="digest")
    def short_digest(self, entry: AuditEntry) -> str:
        return entry.digest[:12]

    @admin.display(description="payload")
    def payload_text(self, entry: AuditEntry) -> SafeString:
        data = entry.payload.data
        if data is None:
            by = entry.payload.shredded_by_id or 0
            return format_html("shredded, recorded as {}", _entry_link(by))
        return format_html(
            "<pre>{}</pre>", json.dumps(data, indent=2, ensure_ascii=False)
        )

    @admin.display(description="follows from")
    def previous(self, entry: AuditEntry) -> SafeString | str:
        if entry.sequence == 1:
            return entry.previous_digest
        link = _entry_link(entry.sequence - 1)
        return format_html("{} {}", link, entry.previous_digest)

    @admin.display(description="followed by")
    def following(self, entry: AuditEntry) -> SafeString | str:
        is_last = entry.sequence == selectors.head().sequence
        return "the head of the chain" if is_last else _entry_link(entry.sequence + 1)

    def get_search_results(
        self,
        _request: HttpRequest,
        queryset: QuerySet[AuditEntry],
        search_term: str,
    ) -> tuple[QuerySet[AuditEntry], bool]:
        """Only what an index answers, since the log grows for years."""
        match search_term.replace(":", " ").split():
            case []:
                return queryset, False
            case [number] if number.isdecimal():
                return queryset.filter(sequence=min(int(number), 2**63 - 1)), False
            case [subject, subject_id]:
                found = queryset.filter(subject=subject, subject_id=subject_id)
                return found, False
        return queryset.filter(actor_name=search_term.strip()), False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        shown = {"actor_name", "subject_id", "actor_user_id"}
        return lookup in shown or super().lookup_allowed(lookup, value, request)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.verify_view))
        verify = path("verify/", view, name="audit_auditentry_verify")
        return [verify, *super().get_urls()]

    def verify_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        report = services.verify_chain(SYSTEM_CLOCK)
        if report.finding is None:
            said = (
                f"{report.chain.entries} entries are whole, head {report.head.digest}."
            )
            messages.success(request, said)
        else:
            said = f"First bad sequence: {report.finding.sequence}, "
            messages.error(request, f"{said}{report.finding.problem}.")
        return redirect("admin:audit_verificationrun_changelist")


@admin.register(VerificationRun)
class VerificationRunAdmin(ReadOnlyAdmin):
    list_display = (
        "started_at", "whole", "first_bad_sequence", "problem", "from_sequence",
        "to_sequence", "entries", "shredded", "anchors", "seconds",
    )  # fmt: skip
    ordering = ("-started_at",)

    @admin.display(boolean=True, description="whole")
    def whole(self, run: VerificationRun) -> bool:
        return run.is_whole
