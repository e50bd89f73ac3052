"""Playbooks: versions, results of their trades, missed trades, retirement."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from journal.analytics.summary import summary
from journal.models import MissedTrade, Playbook, PlaybookVersion, Trade
from journal.plans.reading import playbook_stats, stats_by_playbook
from tests import people
from tests.journal.plans.conftest import a_playbook
from tradedesk.core.clock import SYSTEM_CLOCK


def typed(**changed):
    form = {
        "name": "Pullback",
        "thesis": "Trends rest and go on",
        "market_types": ["bull", "quiet"],
        "entry": "Close above the 20-day average",
        "stop": "2 ATR below",
        "management": "",
        "exit": "At 3R",
        "checklist": "Sector leads?\n\n  No earnings? ",
        "max_risk_percent": "0.5",
        "reason": "",
    }
    return form | changed


def traded(playbook, account, results):
    now = SYSTEM_CLOCK.now()
    Trade.objects.bulk_create(
        Trade(
            owner=playbook.owner,
            account=account,
            key=f"{playbook.pk}-{number}",
            symbol="ACME",
            direction="long",
            opened_at=now - timedelta(hours=2),
            closed_at=now,
            quantity=1,
            fees=0,
            open_quantity=0,
            r_multiple=None if result is None else Decimal(result),
            playbook=playbook,
            built_at=now,
        )
        for number, result in enumerate(results)
    )


def test_a_new_playbook_has_its_first_version(client, alice):
    response = client.post(reverse("playbook_new"), typed())
    made = Playbook.objects.get()
    assert response.headers["Location"] == reverse("playbook", args=[made.pk])
    assert made.current.number == 1
    assert made.current.checklist == ["Sector leads?", "No earnings?"]
    assert made.current.rules.keys() == {"entry", "stop", "exit"}
    page = client.get(response.headers["Location"]).content.decode()
    assert "Trends rest and go on" in page
    assert "Low sample" in page


def test_what_cannot_be_used_comes_back_as_typed(client, playbook):
    taken = client.post(reverse("playbook_new"), typed(name="breakout"))
    assert taken.status_code == 422
    assert b"There is a playbook called breakout." in taken.content
    assert b"Trends rest" in taken.content
    for wrong in ({"name": ""}, {"max_risk_percent": "0"}, {"checklist": "q\n" * 16}):
        assert client.post(reverse("playbook_new"), typed(**wrong)).status_code == 422


def test_rules_saved_otherwise_are_the_next_version(client, playbook):
    edit = reverse("playbook_edit", args=[playbook.pk])
    first = playbook.current
    client.post(edit, typed(reason="too many false starts"))
    playbook.refresh_from_db()
    assert (playbook.name, playbook.current.number) == ("Pullback", 2)
    client.post(edit, typed())
    assert playbook.versions.count() == 2
    assert PlaybookVersion.objects.get(pk=first.pk).name == "Breakout"
    page = client.get(reverse("playbook_version", args=[playbook.pk, 2]))
    assert b"too many false starts" in page.content
    assert b"<del>" in page.content


def test_the_database_refuses_to_change_a_version(playbook):
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        PlaybookVersion.objects.update(rules={})


@pytest.mark.parametrize("rounds", [0, 1, 4])
def test_results_are_those_of_the_summary(client, playbook, account, rounds):
    results = ["-1", "-1", "2.5", "-1", "0.5", "3", "-1", "-0.5", "1.5", "0"] * rounds
    traded(playbook, account, [*results, None])
    stats, whole = playbook_stats(playbook), summary([float(r) for r in results])
    assert stats.n == whole.n
    assert stats == stats_by_playbook(playbook.owner).get(playbook.pk, stats)
    assert stats.expectancy == pytest.approx(whole.expectancy.value)
    assert stats.total == pytest.approx(whole.total)
    assert stats.win_rate == pytest.approx(whole.win_rate.value)
    assert stats.low_sample == whole.low_sample
    if rounds:
        assert stats.quality.value == pytest.approx(whole.quality.value)
    assert client.get(reverse("playbooks")).status_code == 200


def test_a_trade_that_changes_is_summed_up_again(playbook, account):
    traded(playbook, account, ["1", "-1"])
    assert playbook_stats(playbook).total == 0
    Trade.objects.filter(r_multiple=-1).update(r_multiple=2)
    assert playbook_stats(playbook).total == 3
    Trade.objects.all().delete()
    assert playbook_stats(playbook).n == 0


def test_no_sqn_is_shown_below_thirty_trades(playbook, account):
    traded(playbook, account, ["1", "-1", "2"])
    assert playbook_stats(playbook).sqn is None
    assert playbook_stats(playbook).missing == 27


def test_missed_trades_are_logged_summed_and_removed(client, playbook):
    add = reverse("missed_trade_add", args=[playbook.pk])
    today = SYSTEM_CLOCK.now().date().isoformat()
    form = {"symbol": "acme", "missed_on": today, "why": "afraid", "missed_r": "2.4"}
    assert client.post(add, form).status_code == 302
    client.post(add, form | {"missed_r": ""})
    page = client.get(reverse("playbook", args=[playbook.pk])).content.decode()
    assert "2 missed, +2.40R over 1" in page
    row = MissedTrade.objects.first()
    assert row.symbol == "ACME"
    client.post(reverse("missed_trade_remove", args=[row.pk]))
    assert MissedTrade.objects.count() == 1
    refused = client.post(add, form | {"why": ""})
    assert refused.status_code == 422


def test_more_than_five_figures_are_pointed_out(client, alice):
    rules = {"entry": "RSI14 under 30, above SMA200, 3 days down, volume 1.5x, gap 2%"}
    fitted = a_playbook(alice, "Fitted", rules=rules)
    page = client.get(reverse("playbook", args=[fitted.pk])).content.decode()
    assert "6 figures that could be fitted:" in page


def test_a_retired_playbook_can_come_back(client, playbook):
    retire = reverse("playbook_retire", args=[playbook.pk])
    client.post(retire, {"reason": "regime over"})
    assert b"regime over" in client.get(reverse("playbooks")).content
    client.post(retire)
    playbook.refresh_from_db()
    assert playbook.retired_at is None


def test_a_strangers_playbook_is_not_told_of(client, playbook):
    stranger = people.verified(people.person("charlie"))
    for name in ("playbook", "playbook_edit"):
        assert stranger.get(reverse(name, args=[playbook.pk])).status_code == 404
    url = reverse("playbook_version", args=[playbook.pk, 1])
    assert stranger.get(url).status_code == 404


def test_the_list_takes_as_many_queries_for_twenty_as_for_one(
    client, alice, account, django_assert_max_num_queries
):
    for number in range(20):
        traded(a_playbook(alice, f"Book {number}"), account, ["1", "-1"])
    client.get("/about")
    with django_assert_max_num_queries(12):
        client.get(reverse("playbooks"))
