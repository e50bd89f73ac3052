"""Tax lots: a year of an account, its files, the method, and lots named for a sale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from brokers.domain.taxlots import LotMethod
from brokers.models import Account
from brokers.owned import own_accounts, owned_account
from journal.book.reading import last_traded
from journal.reports import taxlots_words as words
from journal.reports.taxlots import TaxYear, tax_year
from journal.reports.taxlots_book import TaxBook, day_of, read_book, washing
from journal.reports.taxlots_choice import Sale, choose_method, name_lots, sale_of
from journal.reports.taxlots_csv import Header, csv_of, file_name
from journal.reports.taxlots_page import year_page
from journal.reports.taxlots_pdf import pdf_of
from journal.reports.taxlots_washed import WashRow
from journal.sections import tabs
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError


ALL_YEARS = "all"
MOST_DIGITS = 24


@require_GET
def tax_lots(request: DeskRequest) -> HttpResponse:
    """One account's year: `?account=ID&year=2026` (or all) `&page=2`."""
    accounts = own_accounts(request, request.user)
    context: dict[str, Any] = {
        "tabs": tabs("analytics", "tax_lots"),
        "accounts": accounts,
    }
    if accounts:
        account = _account(request, accounts)
        now = SYSTEM_CLOCK.now()
        asked = request.GET.get("year", "") or str(day_of(now).year)
        year = _year(asked)
        page = year_page(
            account,
            washing(account, accounts),
            year=year,
            number=_number(request.GET.get("page", "")),
            today=day_of(now),
        )
        context |= _words(account, page.report)
        context |= {"page": page, "report": page.report, "year_text": asked}
        context["washed_rows"] = [
            WashRow(wash=one, account_id=account.pk) for one in page.report.washed
        ]
    return render(request, "journal/tax_lots.html", context)


def _account(request: DeskRequest, accounts: Sequence[Account]) -> Account:
    """The one asked for, the one in view, else that of the newest closed trade; a
    stranger's is not found.
    """
    known = {one.pk: one for one in accounts}
    asked = request.GET.get("account", "")
    if asked and _number(asked) not in known:
        raise Http404
    chosen: Any = _number(asked) if asked else request.session.get("account_id")
    if chosen not in known and len(known) > 1:
        chosen = last_traded(request.user)
    account = known.get(chosen, accounts[0])
    request.account_in_view = account.pk
    return account


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - fits any id


def _year(text: str) -> int | None:
    """A year, None for all of them, 404 for what is neither."""
    if text == ALL_YEARS:
        return None
    year = _number(text)
    if not date.min.year <= year <= date.max.year:
        raise Http404
    return year


def _words(account: Account, report: TaxYear) -> dict[str, Any]:
    return {
        "account": account,
        "methods": [
            {"value": one.value, "label": label, "note": words.METHOD_NOTES[one]}
            for one, label in words.METHODS.items()
        ],
        "method": words.METHODS[report.method],
        "method_note": words.METHOD_NOTES[report.method],
        "may_name": report.method is LotMethod.SPECIFIC,
        "rule": words.RULE,
        "basis_rule": words.BASIS_RULE,
        "period_rule": words.PERIOD_RULE,
        "cited": words.CITED,
        "cited_url": words.CITED_URL,
        "no_advice": words.NO_ADVICE,
        "unknown_to_us": words.UNKNOWN_TO_US,
    }


@require_POST
@trading_role_required
def tax_lots_method(request: DeskRequest, account_id: int) -> HttpResponse:
    account = owned_account(request, account_id)
    try:
        method = LotMethod(request.POST.get("method", ""))
    except ValueError as error:
        raise InvalidInputError("Choose one of the methods.") from error
    choose_method(account, method, actor=actor_of(request), now=SYSTEM_CLOCK.now())
    said = words.METHODS[method].lower()
    messages.success(request, f"The lots of {account.name} are taken {said}.")
    return HttpResponseRedirect(f"{reverse('tax_lots')}?account={account.pk}")


# Files


@require_GET
def tax_lots_csv(request: DeskRequest, account_id: int, year: str) -> HttpResponse:
    report, header = _whole(request, account_id, year)
    content = csv_of(report, header)
    return _given(request, report, content, kind="text/csv; charset=utf-8")


@require_GET
def tax_lots_pdf(request: DeskRequest, account_id: int, year: str) -> HttpResponse:
    report, header = _whole(request, account_id, year)
    return _given(request, report, pdf_of(report, header), kind="application/pdf")


def _whole(request: DeskRequest, account_id: int, year: str) -> tuple[TaxYear, Header]:
    account, now = owned_account(request, account_id), SYSTEM_CLOCK.now()
    book = _book(request, account)
    report = tax_year(book, account.pk, year=_year(year), today=day_of(now))
    owner = request.user.get_full_name()
    return report, Header(account=account, owner=owner, built_at=now)


def _book(request: DeskRequest, account: Account) -> TaxBook:
    return read_book(washing(account, own_accounts(request, request.user)))


def _given(
    request: DeskRequest, report: TaxYear, content: bytes, *, kind: str
) -> HttpResponse:
    name = file_name(report, "pdf" if "pdf" in kind else "csv")
    _written_down(request, report, name, now=SYSTEM_CLOCK.now())
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@transaction.atomic
def _written_down(
    request: DeskRequest, report: TaxYear, name: str, *, now: datetime
) -> None:
    record(
        AuditAction.REPORT_EXPORTED,
        actor=actor_of(request),
        subject="account",
        subject_id=report.account_id,
        payload={"file": name},
        now=now,
    )


# Lots named for a sale


@require_http_methods(["GET", "POST"])
@trading_role_required
def tax_lots_sale(request: DeskRequest, account_id: int) -> HttpResponse:
    """`?fill=ID` names the sale; a POST names units of the lots that were open then."""
    account = owned_account(request, account_id)
    book = _book(request, account)
    sale = sale_of(book, account.pk, request.GET.get("fill", ""))
    if sale is None:
        raise Http404
    if request.method == "GET":
        return _sale_page(request, account, sale, typed=None)
    try:
        return _named(request, account, book, sale=sale)
    except InvalidInputError as error:
        return _sale_page(request, account, sale, typed=request.POST, error=error)


def _named(
    request: DeskRequest, account: Account, book: TaxBook, *, sale: Sale
) -> HttpResponse:
    named = {
        lot.lot_id: _units(request.POST.get(_field(number), ""))
        for number, lot in enumerate(sale.lots)
    }
    name_lots(
        account,
        book,
        sale=sale,
        named=named,
        actor=actor_of(request),
        now=SYSTEM_CLOCK.now(),
    )
    messages.success(request, f"Lots are named for the sale of {sale.fill.symbol}.")
    query = urlencode({"account": account.pk, "year": sale.fill.traded_on.year})
    return HttpResponseRedirect(f"{reverse('tax_lots')}?{query}")


def _field(number: int) -> str:
    return f"lot-{number}"


def _units(text: str) -> Decimal:
    try:
        units = Decimal(text.strip().replace(",", "") or 0)
    except InvalidOperation as error:
        raise InvalidInputError(f"{text!r} is no quantity.") from error
    if not units.is_finite() or units < 0 or abs(units.adjusted()) > MOST_DIGITS // 2:
        raise InvalidInputError(f"{text!r} is no quantity.")
    return units


def _sale_page(
    request: DeskRequest,
    account: Account,
    sale: Sale,
    *,
    typed: Mapping[str, str] | None,
    error: InvalidInputError | None = None,
) -> HttpResponse:
    rows = []
    for number, lot in enumerate(sale.lots):
        name, known = _field(number), sale.named.get(lot.lot_id)
        shown = "" if known is None else f"{known.normalize():f}"
        rows.append(
            {
                "lot": lot,
                "field": name,
                "typed": typed.get(name, "") if typed is not None else shown,
                "each": lot.opened_for / lot.quantity
                if lot.opened_for is not None
                else None,
            }
        )
    method = LotMethod.SPECIFIC
    context = {
        "tabs": tabs("analytics", "tax_lots"),
        "account": account,
        "sale": sale,
        "rows": rows,
        "error": error,
        "note": words.METHOD_NOTES[method],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return render(request, "journal/tax_lots_sale.html", context, status=status)
