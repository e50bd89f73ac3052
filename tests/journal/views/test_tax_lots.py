from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from brokers.models import LedgerEntry
from journal.models import LotChoice, NamedLot
from tests.brokers.views import rows
from tradedesk.audit.models import AuditEntry


YEAR = 2025


def at(month, day, year=YEAR):
    return datetime(year, month, day, 15, tzinfo=UTC)


def traded(account, quantity, price, when, **fields):
    signed = Decimal(str(quantity))
    side = "buy" if signed > 0 else "sell"
    order = rows.an_order(account, side=side, status="filled")
    return rows.a_fill(order, str(abs(signed)), str(price), executed_at=when, **fields)


@pytest.fixture
def washed(account):
    """A hundred bought at 10, sold at 7.50 at a loss, bought back at 8."""
    traded(account, 100, 10, at(1, 6))
    traded(account, -100, "7.50", at(6, 2))
    traded(account, 100, 8, at(6, 20))
    return account


def page(client, account, **query):
    given = {"account": account.pk, "year": YEAR, **query}
    return client.get(reverse("tax_lots"), given)


def words(response):
    return response.content.decode()


def test_without_an_account_the_page_says_how_to_begin(stranger):
    response = stranger.get(reverse("tax_lots"))
    assert response.status_code == 200
    assert "No account yet" in words(response)


def test_without_a_trade_every_part_says_so(client, account):
    response = page(client, account)
    assert "Nothing realised" in words(response)
    assert "Nothing is held" in words(response)


def test_a_wash_sale_is_shown_with_the_rule_and_the_new_basis(client, washed):
    text = words(page(client, washed))
    assert "IRS Publication 550" in text
    assert "1,050.00" in text
    assert "This is no tax advice" in text
    assert "Accounts that are not on this desk" in text


@pytest.mark.parametrize("year", ["1999", "all"])
def test_a_year_is_chosen(client, washed, year):
    response = page(client, washed, year=year)
    assert ("Nothing realised" in words(response)) == (year == "1999")


@pytest.mark.parametrize(
    "query", [{"year": "soon"}, {"year": "0"}, {"account": 999999}]
)
def test_what_does_not_exist_is_not_found(client, account, query):
    assert client.get(reverse("tax_lots"), query).status_code == 404


def test_a_fill_that_came_since_is_in_the_remembered_page(client, washed):
    assert "Nothing realised" not in words(page(client, washed))
    before = page(client, washed).context["report"].short.rows
    traded(washed, -100, 9, at(9, 1))
    rows.a_position(washed)
    assert page(client, washed).context["report"].short.rows == before + 1


def test_the_queries_do_not_grow_with_the_fills(
    client, washed, django_assert_max_num_queries
):
    for number in range(20):
        traded(washed, 1, 10, at(7, 1 + number))
    client.get("/about")
    with django_assert_max_num_queries(18):
        page(client, washed)
    with django_assert_max_num_queries(12):
        page(client, washed)


def test_dividends_of_before_the_opening_count_and_those_taken_back_do_not(
    client, account
):
    def dividend(amount, **fields):
        return LedgerEntry.objects.create(
            owner=account.owner,
            account=account,
            kind="cash",
            cash_kind="dividend",
            symbol="ACME",
            amount=Decimal(amount),
            effective_at=at(5, 1),
            booked_at=at(5, 1),
            told_by="poll",
            **fields,
        )

    dividend(12, before_opening=True)
    dividend(-7, reverses=dividend(7))
    assert page(client, account).context["report"].dividends == 12


def entry(account, quantity, when, **fields):
    given = {"kind": "opening", "price": None} | fields
    return LedgerEntry.objects.create(
        owner=account.owner,
        account=account,
        symbol="ACME",
        quantity=Decimal(quantity),
        effective_at=when,
        booked_at=when,
        told_by="poll",
        **given,
    )


def test_what_a_book_opened_with_is_a_lot_of_unknown_date(client, account):
    entry(account, 10, at(1, 2), price=Decimal(10))
    traded(account, -10, 12, at(3, 1))
    report = page(client, account).context["report"]
    assert (report.undated.rows, report.undated.gain) == (1, 20)


def test_a_split_keeps_cost_and_days(client, account):
    traded(account, 10, 10, at(1, 6))
    split = {"kind": "cash", "cash_kind": "corporate"}
    entry(account, -10, at(2, 1), **split)
    entry(account, 20, at(2, 1), **split)
    traded(account, -20, 6, at(3, 1))
    report = page(client, account).context["report"]
    assert (report.short.gain, report.unknown) == (20, 0)
    assert report.open_lots == []


def test_units_that_came_for_nothing_have_an_unknown_cost(client, account):
    entry(account, 5, at(2, 1), kind="cash", cash_kind="corporate")
    traded(account, -5, 6, at(3, 1))
    assert page(client, account).context["report"].unknown == 1


def choose(client, account, method):
    return client.post(
        reverse("tax_lots_method", args=[account.pk]), {"method": method}
    )


def test_a_method_is_chosen_once_audited_and_used(client, account):
    traded(account, 10, 10, at(1, 6))
    traded(account, 10, 14, at(1, 7))
    traded(account, -10, 20, at(9, 1))
    assert page(client, account).context["report"].total == 100
    assert choose(client, account, "lifo").status_code == 302
    assert choose(client, account, "lifo").status_code == 302
    assert page(client, account).context["report"].total == 60
    [told] = AuditEntry.objects.filter(action="tax_lots.chosen")
    assert told.subject_id == str(account.pk)


def test_a_method_that_does_not_exist_is_refused(client, account):
    assert choose(client, account, "newest").status_code == 422
    assert not LotChoice.objects.exists()


def test_who_may_only_look_chooses_nothing(reader, account):
    assert choose(reader, account, "lifo").status_code == 403


@pytest.fixture
def two_lots(client, account):
    choose(client, account, "specific")
    lots = [traded(account, 10, 10, at(1, 6)), traded(account, 10, 14, at(1, 7))]
    return [*lots, traded(account, -12, 20, at(9, 1))]


def named(client, account, sale, **units):
    url = reverse("tax_lots_sale", args=[account.pk])
    typed = {name.replace("_", "-"): text for name, text in units.items()}
    return client.post(f"{url}?fill={sale.execution_id}", typed)


def test_lots_are_named_for_a_sale(client, account, two_lots):
    assert page(client, account).context["report"].total == 100 + 12
    response = named(client, account, two_lots[2], lot_0="2", lot_1="10")
    assert response.status_code == 302
    assert page(client, account).context["report"].total == 20 + 60
    url = reverse("tax_lots_sale", args=[account.pk])
    shown = words(client.get(f"{url}?fill={two_lots[2].execution_id}"))
    assert 'value="10"' in shown
    assert AuditEntry.objects.filter(action="tax_lots.chosen").count() == 2


def test_naming_none_gives_the_sale_back(client, account, two_lots):
    named(client, account, two_lots[2], lot_1="10")
    named(client, account, two_lots[2])
    assert not NamedLot.objects.exists()


@pytest.mark.parametrize(
    "typed", [{"lot_0": "11"}, {"lot_0": "many"}, {"lot_1": "-1"}, {"lot_0": "NaN"}]
)
def test_lots_that_cannot_be_taken_are_refused_and_what_was_typed_stays(
    client, account, two_lots, typed
):
    response = named(client, account, two_lots[2], **typed)
    assert response.status_code == 422
    [text] = typed.values()
    assert f'value="{text}"' in words(response)
    assert not NamedLot.objects.exists()


@pytest.mark.parametrize("fill", ["", "no-such-fill"])
def test_a_sale_that_does_not_exist_is_not_found(client, account, fill):
    url = reverse("tax_lots_sale", args=[account.pk])
    assert client.get(f"{url}?fill={fill}").status_code == 404


def test_a_purchase_that_closes_nothing_is_no_sale(client, account, two_lots):
    url = reverse("tax_lots_sale", args=[account.pk])
    bought = two_lots[0].execution_id
    assert client.get(f"{url}?fill={bought}").status_code == 404


def test_the_table_has_every_row_and_its_sums(client, washed):
    url = reverse("tax_lots_csv", args=[washed.pk, YEAR])
    response = client.get(url)
    text = response.content.decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(text)))
    kinds = [row["record"] for row in found]
    assert kinds == ["gain", "total", "open_lot", "file"]
    assert (found[0]["gain"], found[0]["code"]) == ("0", "W")
    assert found[2]["cost"] == "1050"
    assert AuditEntry.objects.filter(action="report.exported").exists()


def test_the_paper_is_a_pdf(client, washed):
    response = client.get(reverse("tax_lots_pdf", args=[washed.pk, "all"]))
    assert response.content.startswith(b"%PDF")
    assert "tax-lots-" in response["content-disposition"]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("tax_lots_method", []),
        ("tax_lots_sale", []),
        ("tax_lots_csv", [YEAR]),
        ("tax_lots_pdf", [YEAR]),
    ],
)
def test_a_stranger_finds_nothing(stranger, account, name, arguments):
    url = reverse(name, args=[account.pk, *arguments])
    assert stranger.post(url).status_code in {404, 405}
    assert stranger.get(url).status_code in {404, 405}


def test_a_strangers_account_is_not_found_by_asking_for_it(stranger, account):
    response = stranger.get(reverse("tax_lots"), {"account": account.pk})
    assert account.name not in words(response)


@pytest.mark.parametrize(
    ("held", "total", "unknown", "left"),
    [(0, 50, 0, []), (5, 25, 1, [(5, 50)]), (-5, 50, 0, [(5, None)])],
)
def test_history_of_before_the_opening_counts_and_not_twice(
    client, account, held, total, unknown, left
):
    """Ten bought and sold before the book began. Five more in the opening were there
    before them: five of the ten that were sold, of unknown cost. Five fewer were sold
    short, for nobody knows how much.
    """
    traded(account, 10, 10, at(1, 6), before_opening=True)
    traded(account, -10, 15, at(2, 6), before_opening=True)
    if held:
        entry(account, held, at(3, 1))
    report = page(client, account).context["report"]
    assert (report.total, report.unknown) == (total, unknown)
    assert [(one.lot.quantity, one.basis) for one in report.open_lots] == left
