"""Who may open what: every URL of the resolver, with real ids of Alice's rows.

The rules hold for every URL, new ones included; what is different is listed below with
its reason, and a line there that no URL needs any more fails as well.
"""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests import people
from tests.access.conftest import MARK
from tests.access.routes import every_route, paths
from tradedesk.accounts.models import Role


# Opened without signing in, and without the second factor.
OPEN = {
    "healthz": "tells a monitor what is up, and nothing of anybody",
    "account_login": "is where people sign in",
    "account_logout": "is where they leave, in whatever state they are",
    "account_inactive": "tells who was deactivated so",
    "account_reset_password": "helps who forgot the password",
    "account_reset_password_done": "says that a letter went out",
    "account_reset_password_from_key": "is what that letter links to; the key decides",
    "account_reset_password_from_key_done": "says that it is done",
    "account_confirm_email": "is what a letter links to; the key decides",
    "people_setup": "is the owner link; the token decides",
    "people_join": "is an invitation; the token decides",
    "second_factor_verify": "asks for the second factor; anonymous people sign in first",
    "second_factor_enrol": "sets one up; anonymous people sign in first",
}
# Of these, what an anonymous person is sent away from all the same.
ASKS_TO_SIGN_IN = {"second_factor_verify", "second_factor_enrol"}
# A person without a trading role may change these: they are about the person alone.
PERSONAL = {
    "account_login": "one's own session",
    "account_logout": "one's own session",
    "account_reauthenticate": "one's own session",
    "account_email": "one's own address",
    "account_change_password": "one's own password",
    "account_set_password": "one's own password",
    "account_reset_password": "one's own password",
    "account_reset_password_from_key": "one's own password; the key decides",
    "account_confirm_email": "one's own address; the key decides",
    "account_confirm_login_code": "is switched off and leads to signing in",
    "account_signup": "is closed to everybody",
    "people_setup": "the owner link; the token decides",
    "people_join": "an invitation; the token decides",
    "second_factor_verify": "one's own factor",
    "second_factor_enrol": "one's own factor",
    "remove_factor": "one's own factor; another's is not found",
    "recovery_codes": "one's own codes",
    "end_sessions": "one's own sessions",
    "settings": "how the desk looks to oneself",
    "settings_notices": "which notices reach oneself by email",
    "notice_read": "one's own notice; another's is not found",
    "notices_read": "one's own notices",
    "saved_view_create": "filters under a name move no order",
    "saved_view_delete": "one's own view; another's is not found",
    "watchlist_create": "symbols in sight move no order",
    "watchlist_rename": "one's own list; another's is not found",
    "watchlist_delete": "one's own list; another's is not found",
    "watchlist_add": "one's own list; another's is not found",
    "watchlist_remove": "one's own list; another's is not found",
    "watchlist_move": "one's own list; another's is not found",
}
# Who may take steps on anybody's break; to a trader or reader it does not exist.
STAFF = (Role.COMPLIANCE, Role.OPERATOR)
# Ids that name no row of a person: who may not look is told so instead of 404.
NOT_OWNED = {
    "change_role": "people are the owner's to manage: 403 for everyone else",
    "deactivate_person": "as above",
    "reactivate_person": "as above",
    "withdraw_invitation": "as above",
    "hold_lift": "somebody's lock is the owner's to lift: 403 for everyone else",
    "plan_section": "names a section of one's own plan, whoever asks",
    "people_setup": "a token, which whoever has it may use",
    "people_join": "a token, which whoever has it may use",
    "account_confirm_email": "a key, which whoever has it may use",
    "account_reset_password_from_key": "a key, which whoever has it may use",
}
POST_ONLY = {
    "tax_lots_method",
    "trade_correct", "trade_mistake_add", "trade_mistake_remove", "trade_review",
    "trade_tag_add", "trade_tag_remove",
    "bias_acknowledge", "hold_lift", "reminder_act", "reminders_usual", "routine_save", "self_rating",
    "task_act", "task_template_retire", "tasks_seed",
    "missed_trade_add", "missed_trade_remove", "plan_discard", "plan_review",
    "playbook_retire", "worst_case_archive", "worst_case_drill",
    "account_test", "account_sync", "break_assign", "break_reopen", "break_resolve",
    "break_status", "break_verify", "change_role", "deactivate_person", "end_sessions",
    "note_archive", "note_draft", "note_draft_forget", "note_image_add",
    "note_preview", "note_restore", "note_template_delete",
    "notice_read", "notices_read",
    "statement_answer", "statement_discard", "statement_store", "statement_undo",
    "order_cancel", "order_confirm", "position_close", "reactivate_person",
    "reconcile_now",
    "saved_view_create", "saved_view_delete", "ticket_preview",
    "ticket_submit", "watchlist_add", "watchlist_create", "watchlist_delete",
    "watchlist_move", "watchlist_remove", "watchlist_rename", "welcome_practice",
    "withdraw_invitation",
}  # fmt: skip
# allauth's form views: PUT is POST to Django's, and who is signed in is sent on whatever
# the method. They stand behind the same door and the same token as everything else.
LENIENT = {
    "account_login", "account_signup", "account_reauthenticate", "account_email",
    "account_change_password", "account_set_password", "account_reset_password",
    "account_confirm_login_code", "account_reset_password_from_key",
}  # fmt: skip
ADMIN = "admin:"
SHUT = {HTTPStatus.FORBIDDEN}
# 405, or 404 where the row, token or key is looked at first.
UNKNOWN_METHOD = {HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_FOUND}
READERS = (Role.READ_ONLY, Role.COMPLIANCE, Role.OPERATOR)
METHODS = ("get", "post")


@pytest.fixture(autouse=True)
def _no_rate_limits_from_other_tests():
    cache.clear()


def named_routes():
    return [route for route in every_route() if route.is_named]


def desk_routes():
    return [route for route in named_routes() if not route.name.startswith(ADMIN)]


def answers(client, routes, belongings, *, methods=METHODS):
    """Every answer to every method of every address: (route, method, path, response).

    Signing out comes last, since it ends what the other answers hang on.
    """
    for route in sorted(routes, key=lambda one: one.name == "account_logout"):
        for path in paths(route, belongings.ids):
            for method in methods:
                yield route.name, method, path, getattr(client, method)(path)


def landing(response):
    return response.headers.get("location", "").partition("?")[0]


def test_every_exception_is_about_a_url_that_exists():
    known = {route.name for route in every_route()}
    for exceptions in (OPEN, PERSONAL, NOT_OWNED, POST_ONLY, LENIENT):
        assert set(exceptions) <= known


def test_only_the_reviewed_list_has_no_name():
    nameless = [route.pattern for route in every_route() if not route.is_named]
    inside_admin = [pattern for pattern in nameless if pattern.startswith("admin/")]
    assert nameless == inside_admin


def test_anonymous_people_are_sent_to_sign_in(belongings):
    wrong = [
        (method, path, response.status_code, landing(response))
        for name, method, path, response in answers(
            Client(), named_routes(), belongings
        )
        if (name not in OPEN or name in ASKS_TO_SIGN_IN)
        and landing(response) != reverse("account_login")
    ]
    assert wrong == []


def test_programs_without_a_session_get_401_and_no_page(belongings):
    client = Client(headers={"accept": "application/json"})
    wrong = [
        (path, response.status_code)
        for name, _method, path, response in answers(client, named_routes(), belongings)
        if name not in OPEN and response.status_code != HTTPStatus.UNAUTHORIZED
    ]
    assert wrong == []


@pytest.mark.parametrize("has_factor", [True, False], ids=["has one", "has none"])
def test_nothing_opens_without_the_second_factor(belongings, charlie, has_factor):
    if has_factor:
        people.authenticator(charlie)
    step = "second_factor_verify" if has_factor else "second_factor_enrol"
    wrong = [
        (method, path, response.status_code, landing(response))
        for name, method, path, response in answers(
            people.signed_in(charlie), named_routes(), belongings
        )
        if name not in OPEN and landing(response) != reverse(step)
    ]
    assert wrong == []


def test_a_strangers_rows_are_not_found(belongings, charlie):
    routes = [route for route in desk_routes() if route.arguments]
    wrong = [
        (method, path, response.status_code)
        for name, method, path, response in answers(
            people.verified(charlie), routes, belongings
        )
        if name not in NOT_OWNED and response.status_code not in UNKNOWN_METHOD
    ]
    assert wrong == []


def test_a_stranger_never_reads_what_is_alices(belongings, charlie):
    client = people.verified(charlie)
    told = [
        path
        for _name, _method, path, response in answers(
            client, named_routes(), belongings, methods=("get",)
        )
        if MARK in body(response)
    ]
    assert told == []


def body(response):
    parts = response.streaming_content if response.streaming else [response.content]
    text = b"".join(parts).decode(errors="replace")  # some are files
    return text if response.status_code == HTTPStatus.OK else ""


def test_alice_reads_it_herself(belongings, alice):
    client = people.verified(alice)
    seen = {
        name
        for name, _method, _path, response in answers(
            client, desk_routes(), belongings, methods=("get",)
        )
        if MARK in body(response)
    }
    wanted = {"desk", "orders", "order", "order_review", "positions", "accounts"}
    wanted |= {"account", "watchlists", "kill_switch", "notices", "system"}
    wanted |= {"tasks", "task_templates", "task_template", "reminders", "reminder"}
    wanted |= {"reconciliation", "reconciliation_run", "breaks", "break"}
    wanted |= {"notes", "note", "note_edit", "note_image", "note_templates"}
    wanted |= {"notes_json"}
    wanted |= {"plan", "plan_version", "playbooks", "playbook", "playbook_edit"}
    wanted |= {"playbook_version", "worst_cases", "worst_case"}
    assert wanted <= seen


@pytest.mark.parametrize("role", READERS)
def test_who_may_only_read_changes_nothing(belongings, role):
    client = people.verified(people.person("bob", role))
    wrong = [
        (path, response.status_code)
        for name, _method, path, response in answers(
            client, desk_routes(), belongings, methods=("post",)
        )
        if name not in PERSONAL and response.status_code not in refusal(name, role)
    ]
    assert wrong == []


def refusal(name, role):
    """The answers that change nothing: an empty form of a step is one of them."""
    shut = {HTTPStatus.FORBIDDEN, HTTPStatus.METHOD_NOT_ALLOWED}
    if name.startswith("break"):
        return shut | {
            HTTPStatus.UNPROCESSABLE_ENTITY if role in STAFF else HTTPStatus.NOT_FOUND
        }
    return shut


def test_a_trader_manages_nobody(belongings, charlie):
    client = people.verified(charlie)
    managing = {
        "settings_people",
        *(n for n, why in NOT_OWNED.items() if "owner" in why),
    }
    managing |= {"deactivate_person", "reactivate_person", "withdraw_invitation"}
    routes = [route for route in desk_routes() if route.name in managing]
    codes = {
        response.status_code
        for *_rest, response in answers(client, routes, belongings, methods=("post",))
    }
    assert codes == SHUT


def test_administration_is_closed_to_traders_and_changes_nothing(
    belongings, alice, charlie
):
    routes = [route for route in named_routes() if route.name.startswith(ADMIN)]
    for *_rest, path, response in answers(people.verified(charlie), routes, belongings):
        assert response.status_code != HTTPStatus.OK, path
    writing = [one for one in routes if one.name.endswith(("_add", "_delete"))]
    for *_rest, path, response in answers(people.verified(alice), writing, belongings):
        assert response.status_code == HTTPStatus.FORBIDDEN, path


def test_a_page_that_only_changes_is_not_opened_and_the_rest_is(belongings, alice):
    client = people.verified(alice)
    refused = {
        name
        for name, _method, _path, response in answers(
            client, desk_routes(), belongings, methods=("get",)
        )
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    }
    assert refused == POST_ONLY


def test_no_view_answers_to_a_method_it_does_not_know(belongings, alice):
    client = people.verified(alice)
    wrong = [
        (method, path, response.status_code)
        for name, method, path, response in answers(
            client, desk_routes(), belongings, methods=("put", "delete", "patch")
        )
        if name not in LENIENT and response.status_code not in UNKNOWN_METHOD
    ]
    assert wrong == []


def test_nothing_changes_without_the_pages_own_token(belongings, alice):
    """Cross-site requests: 403 wherever a POST is taken at all."""
    client = people.verified(alice)
    client.handler.enforce_csrf_checks = True
    taken = {HTTPStatus.FORBIDDEN, HTTPStatus.METHOD_NOT_ALLOWED}
    wrong = [
        (path, response.status_code)
        for _name, _method, path, response in answers(
            client, named_routes(), belongings, methods=("post",)
        )
        if response.status_code not in taken
    ]
    assert wrong == []
