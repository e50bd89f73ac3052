from __future__ import annotations

from django.apps import apps
from django.db import transaction

from risk import engine, services
from risk.facts import Outcome, Phase, TradingState
from risk.models import Decision
from risk.privacy import OWNED
from tests import people
from tests.risk.orders import NOW, POLICY, buying, closing
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record


def decide(user, facts, phase=Phase.DRAFT):
    return services.record_decision(
        order_id=12,
        user_id=user.pk,
        account_id=7,
        assessment=engine.evaluate(facts, POLICY),
        phase=phase,
        now=NOW,
    )


HALTED = buying(states={"desk": TradingState.HALTED}, quote={"bid": None})


def test_every_verdict_is_kept_as_it_was(alice):
    decide(alice, HALTED)
    kept = Decision.objects.get()
    said = engine.evaluate(HALTED, POLICY)
    assert kept.outcome == Outcome.BLOCK
    assert kept.assessment.verdicts == said.verdicts
    assert kept.assessment.blocked


def test_an_order_collects_its_decisions_in_order(alice):
    for phase in (Phase.DRAFT, Phase.CONFIRM, Phase.SEND):
        decide(alice, closing(), phase)
    kept = services.decisions_on(12)
    assert [each.phase for each in kept] == ["draft", "confirm", "send"]
    assert all(each.reducing for each in kept)


def test_a_stranger_sees_no_decision(alice, charlie):
    decide(alice, HALTED)
    assert Decision.objects.for_user(alice).count() == 1
    assert not Decision.objects.for_user(charlie).exists()


def test_a_denial_goes_into_the_audit_log_with_code_value_and_limit(alice):
    assessment = engine.evaluate(HALTED, POLICY)
    with transaction.atomic():
        entry = record(
            AuditAction.ORDER_DENIED,
            actor=people.actor(alice),
            subject="order",
            subject_id=12,
            payload=services.denial_payload(assessment),
            now=NOW,
        )
    blocks = entry.payload.data["blocks"]
    assert len(blocks) == len(assessment.blocks) > 1
    assert all(block["code"] and block["value"] and block["limit"] for block in blocks)


def test_everything_owned_is_named_for_export_and_erasure():
    with_people = {
        model
        for model in apps.get_app_config("risk").get_models()
        if any(field.is_relation for field in model._meta.fields)
    }
    assert set(OWNED) == with_people
    for model, lookup in OWNED.items():
        assert model._meta.get_field(lookup).is_relation
