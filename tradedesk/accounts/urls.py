"""People: joining, signing in, second factors, settings."""

from __future__ import annotations

from django.urls import include, path

from tradedesk.accounts.views import people, profile, second_factor, security, setup


urlpatterns = [
    path("setup/<str:token>/", setup.people_setup, name="people_setup"),
    path("join/<str:token>/", setup.people_join, name="people_join"),
    path("auth/", include("allauth.account.urls")),
    path(
        "second-factor/",
        second_factor.second_factor_verify,
        name="second_factor_verify",
    ),
    path(
        "second-factor/enrol/",
        second_factor.second_factor_enrol,
        name="second_factor_enrol",
    ),
    path("settings/", profile.settings, name="settings"),
    path("settings/security/", security.settings_security, name="settings_security"),
    path(
        "settings/security/factors/<str:model>/<int:pk>/remove/",
        security.remove_factor,
        name="remove_factor",
    ),
    path(
        "settings/security/recovery-codes/",
        security.recovery_codes,
        name="recovery_codes",
    ),
    path("settings/security/sessions/end/", security.end_sessions, name="end_sessions"),
    path("settings/people/", people.settings_people, name="settings_people"),
    path("settings/people/<int:pk>/role/", people.change_role, name="change_role"),
    path(
        "settings/people/<int:pk>/deactivate/",
        people.deactivate,
        name="deactivate_person",
    ),
    path(
        "settings/people/<int:pk>/reactivate/",
        people.reactivate,
        name="reactivate_person",
    ),
    path(
        "settings/people/invitations/<int:pk>/withdraw/",
        people.withdraw,
        name="withdraw_invitation",
    ),
]
