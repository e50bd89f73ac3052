"""One's own rows of the journal for a request, or 404: a stranger's is not told of."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from journal.book import reading as trades
from journal.importing.selectors import import_of
from journal.models import (
    MissedTrade,
    Note,
    NoteImage,
    NoteTemplate,
    PlanVersion,
    Playbook,
    PlaybookVersion,
    StatementImport,
    Trade,
    WorstCaseCard,
)
from journal.notes import reading
from tradedesk.accounts.http import DeskRequest


def owned_note(request: DeskRequest, note_id: int) -> Note:
    try:
        return reading.note_of(request.user, note_id)
    except Note.DoesNotExist:
        raise Http404 from None


def owned_note_image(request: DeskRequest, key: UUID) -> NoteImage:
    return get_object_or_404(NoteImage.objects.for_user(request.user), key=key)


def owned_note_template(request: DeskRequest, template_id: int) -> NoteTemplate:
    mine = NoteTemplate.objects.for_user(request.user)
    return get_object_or_404(mine, pk=template_id)


def owned_plan_version(request: DeskRequest, number: int) -> PlanVersion:
    mine = PlanVersion.objects.for_user(request.user).select_related("plan")
    return get_object_or_404(mine, number=number)


def owned_playbook(request: DeskRequest, playbook_id: int) -> Playbook:
    mine = Playbook.objects.for_user(request.user).select_related("current", "owner")
    return get_object_or_404(mine, pk=playbook_id)


def owned_playbook_version(playbook: Playbook, number: int) -> PlaybookVersion:
    """Of a playbook that was found to be one's own."""
    return get_object_or_404(playbook.versions, number=number)


def owned_missed_trade(request: DeskRequest, missed_id: int) -> MissedTrade:
    mine = MissedTrade.objects.for_user(request.user).select_related("playbook")
    return get_object_or_404(mine, pk=missed_id)


def owned_worst_case(request: DeskRequest, card_id: int) -> WorstCaseCard:
    mine = WorstCaseCard.objects.for_user(request.user).select_related("owner")
    return get_object_or_404(mine, pk=card_id)


def owned_statement(request: DeskRequest, statement_id: int) -> StatementImport:
    try:
        found = import_of(request.user, statement_id)
    except StatementImport.DoesNotExist:
        raise Http404 from None
    if found.account_id is not None:
        request.account_in_view = found.account_id
    return found


def owned_trade(request: DeskRequest, trade_id: int) -> Trade:
    """With its account, which is then the page's; netted trades belong to none."""
    try:
        found = trades.trade_of(request.user, trade_id)
    except Trade.DoesNotExist:
        raise Http404 from None
    if found.account_id is not None:
        request.account_in_view = found.account_id
    return found
